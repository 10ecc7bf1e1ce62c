"""Rulings as they are kept in rows and shown in bodies."""

from dataclasses import asdict

from app.compliance.phrase import Language
from app.compliance.ruling import Answer, Ruling
from app.runtime.database import Json


def answer_json(answer: Answer) -> Json:
    """One rule's answer, with the words in which it is told kept as they are today."""
    return {
        "rule": answer.rule,
        "profile": answer.profile,
        "version": answer.version,
        "allowed": answer.allowed,
        "reason": answer.reason,
        "source": answer.source,
        "until": answer.until.isoformat() if answer.until else None,
        "condition": answer.condition,
        "texts": {str(language): asdict(answer.told(language)) for language in Language},
    }


def ruling_json(ruling: Ruling) -> Json:
    """The answer of all rules that were asked."""
    return {"allowed": ruling.allowed, "answers": [answer_json(answer) for answer in ruling.answers]}
