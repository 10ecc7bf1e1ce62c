"""Signs of hardship in what was told at the door, beside those in the figures (research 3.3; PURE).

Words for self-harm and for violence at home are looked for in free texts, in English and Chinese, so that nobody has to
choose a code for them: a found word is a reason for a person to look today, not a diagnosis.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.assessment.statement import Statement
from app.assessment.terms import HardshipFlag, LineKind
from app.visits.terms import OverdueReason

_BY_REASON: Mapping[OverdueReason, HardshipFlag] = {
    OverdueReason.UNEMPLOYMENT: HardshipFlag.JOB_LOST,
    OverdueReason.INCOME_DROP: HardshipFlag.INCOME_FALL,
    OverdueReason.BUSINESS_FAILURE: HardshipFlag.BUSINESS_CLOSED,
    OverdueReason.ILLNESS: HardshipFlag.ILLNESS,
    OverdueReason.DEATH: HardshipFlag.DEATH_IN_FAMILY,
    OverdueReason.BIRTH_OR_CARE: HardshipFlag.CARE_OR_INFANT,
    OverdueReason.DISASTER: HardshipFlag.DISASTER,
    OverdueReason.OVER_INDEBTEDNESS: HardshipFlag.MANY_LENDERS,
}
_WORDS: Mapping[HardshipFlag, tuple[str, ...]] = {
    HardshipFlag.SELF_HARM_WORDS: (
        *("suicide", "suicidal", "kill myself", "end my life", "self-harm", "self harm", "want to die"),
        *("自杀", "轻生", "不想活", "寻死", "自残", "活不下去", "想死"),
    ),
    HardshipFlag.DOMESTIC_ABUSE: (
        *("domestic abuse", "domestic violence", "beats me", "beaten at home"),
        *("家暴", "家庭暴力", "被丈夫打", "被老公打"),
    ),
}


@dataclass(frozen=True)
class Circumstances:
    """What was told beside the figures: the reasons of the delay, and every free text of the findings."""

    reasons: frozenset[OverdueReason] = frozenset()
    texts: tuple[str, ...] = ()


def flags_of(told: Circumstances, statement: Statement | None) -> tuple[HardshipFlag, ...]:
    """The signs in what was told, each once, the most urgent first."""
    return tuple(dict.fromkeys((*_of_words(told.texts), *_of_reasons(told.reasons, statement))))


def _of_words(texts: Iterable[str]) -> Iterator[HardshipFlag]:
    together = "\n".join(texts).casefold()
    for flag, words in _WORDS.items():
        if any(word in together for word in words):
            yield flag


def _of_reasons(reasons: frozenset[OverdueReason], statement: Statement | None) -> Iterator[HardshipFlag]:
    if OverdueReason.UNEMPLOYMENT in reasons and (statement is None or _earners(statement) <= 1):
        yield HardshipFlag.SINGLE_EARNER_LOST_JOB
    for reason in OverdueReason:
        if reason in reasons and reason in _BY_REASON:
            yield _BY_REASON[reason]


def _earners(statement: Statement) -> int:
    """How many people still earn, as far as they were named; an income without a name is one earner's."""
    earned = statement.counting(LineKind.INCOME)
    return len({statement.lines[index].earner or "" for index in earned})
