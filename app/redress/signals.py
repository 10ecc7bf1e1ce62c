"""What was told of a borrower, read as grounds for a hardship review (PURE)."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.redress.terms import HardshipGround as G
from app.visits.terms import Outcome
from app.visits.terms import OverdueReason as R

_OF_REASONS: Mapping[R, G] = {
    R.UNEMPLOYMENT: G.JOB_LOSS,
    R.INCOME_DROP: G.INCOME_FALL,
    R.DELAYED_WAGES: G.INCOME_FALL,
    R.BUSINESS_FAILURE: G.BUSINESS_CLOSED,
    R.ILLNESS: G.ILLNESS,
    R.DEATH: G.DEATH_IN_FAMILY,
    R.BIRTH_OR_CARE: G.PREGNANCY_OR_INFANT,
    R.DISASTER: G.DISASTER,
    R.OVER_INDEBTEDNESS: G.OVER_INDEBTEDNESS,
}

# Few words that are hardly ever meant otherwise; whoever hears others names the ground.
_SELF_HARM = (
    "suicid", "kill myself", "kill himself", "kill herself", "end my life", "end his life", "end her life",
    "take my own life", "take his own life", "take her own life", "self-harm", "self harm", "don't want to live",
    "doesn't want to live", "want to die", "wants to die",
    "自杀", "自残", "轻生", "不想活", "活不下去", "结束生命", "寻死", "想死",
)  # fmt: skip
# English words are looked for as whole words: a will or a bill is no illness, and nobody is sick of being called.
_SIGNS: Mapping[G, re.Pattern[str]] = {
    ground: re.compile(rf"\b(?:{english})\b|{chinese}", re.IGNORECASE | re.ASCII)
    for ground, english, chinese in (
        (
            G.ILLNESS,
            r"ill(?!-|\s+(?:will|at ease)\b)|illness(?:es)?|sick(?!\s+of\b)|sickness|diseases?|cancer|tumou?rs?"
            r"|leuka?emia|chemotherapy|dialysis|surgery|hospitali[sz]ed|in hospital",
            "[生患重大疾得慢看治养]病|病[重倒了情危]|得了.{0,4}病|[心肝肾肺胃]脏?病|慢性病|糖尿病|精神病|住院|手术|癌|肿瘤"
            "|化疗|透析|尿毒症|白血病|中风|抑郁症",
        ),
        (G.DISABILITY_OR_CARE, r"disabled|disability|disabilities|wheelchair", "残疾|残障|瘫痪|轮椅"),
        (G.PREGNANCY_OR_INFANT, r"pregnant|pregnancy|newborn", "怀孕|孕妇|新生儿"),
        (G.DEATH_IN_FAMILY, r"bereaved|bereavement|widow(?:ed|er)?", "去世|丧偶|丧子|丧亲"),
        (G.JOB_LOSS, r"unemployed|lost (?:his|her|my|their|the) job|laid off", "失业|下岗|被裁"),
        (G.DOMESTIC_ABUSE, r"domestic (?:abuse|violence)|beats me|beaten at home", "家暴|家庭暴力"),
    )
}


_STOPPED = "the visit was stopped because somebody seemed vulnerable"
# Instead of the words themselves: more people read a review than the place where they stand.
CRY = "somebody spoke of self-harm"


@dataclass(frozen=True)
class Signal:
    """That somebody may be vulnerable: who told it of which case, when we came to know, and what tells it (`key`)."""

    key: str
    case_id: UUID
    told_at: datetime
    told_by: str
    text: str
    grounds: tuple[G, ...] = ()


def speaks_of_self_harm(text: str) -> bool:
    """Whether words of the text are a cry for help."""
    lowered = text.lower()
    return any(word in lowered for word in _SELF_HARM)


def all_grounds(grounds: Iterable[G], text: str) -> tuple[G, ...]:
    """The grounds, each once, with what the words add; `other` where there is none."""
    heard = [G.SELF_HARM_WORDS] if speaks_of_self_harm(text) else []
    return tuple(dict.fromkeys([*grounds, *heard])) or (G.OTHER,)


def is_urgent(grounds: Collection[G]) -> bool:
    """Whether the review cannot wait."""
    return G.SELF_HARM_WORDS in grounds


def is_signal(outcome: str | None, findings: Mapping[str, Any]) -> bool:
    """Whether a visit gave a sign of vulnerability, or a cry for help was written down anywhere in its findings."""
    return outcome == Outcome.VULNERABLE_STOPPED or bool(findings["vulnerability"]) or _holds_cry(findings)


def grounds_in(text: str) -> tuple[G, ...]:
    """The grounds that the words of a told sign name."""
    heard = [G.SELF_HARM_WORDS] if speaks_of_self_harm(text) else []
    return (*heard, *(ground for ground, words in _SIGNS.items() if words.search(text)))


def grounds_of(findings: Mapping[str, Any]) -> tuple[G, ...]:
    """The grounds that a door gave: those of its signs, then those of the reasons for being overdue, each once.

    A cry for help counts wherever it was written down; other words count in the told signs alone.
    """
    cries = [G.SELF_HARM_WORDS] if _holds_cry(findings) else []
    signs = [ground for sign in findings["vulnerability"] for ground in grounds_in(sign)]
    codes = (R(reason["code"]) for reason in findings["overdue_reasons"])
    return tuple(dict.fromkeys([*cries, *signs, *(_OF_REASONS[code] for code in codes if code in _OF_REASONS)]))


def _holds_cry(findings: Mapping[str, Any]) -> bool:
    return any(speaks_of_self_harm(text) for text in _texts(findings))


def _texts(findings: Mapping[str, Any]) -> Iterator[str]:
    notes = (reason.get("note") for reason in findings["overdue_reasons"])
    others = (findings.get(name) for name in ("note", "complaint", "safety"))
    yield from filter(None, (*findings["vulnerability"], *others, *notes))


def text_of(outcome: str | None, findings: Mapping[str, Any]) -> str:
    """What a review says of a door: the told signs, how the visit ended, or that there was a cry for help.

    Never the note, the complaint or what was told for safety: more people read a review than findings.
    """
    stopped = _STOPPED if outcome == Outcome.VULNERABLE_STOPPED else CRY
    return "; ".join(findings["vulnerability"]) or stopped


def newer(signals: Iterable[Signal], than: datetime | None) -> Sequence[Signal]:
    """The signals that nobody has reviewed: those told after the instant, oldest first."""
    fresh = (signal for signal in signals if than is None or signal.told_at > than)
    return sorted(fresh, key=lambda signal: (signal.told_at, signal.key))
