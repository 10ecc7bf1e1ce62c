"""What was told of a borrower, read as grounds for a hardship review (PURE)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    "suicid", "kill myself", "end my life", "self-harm", "self harm", "don't want to live", "自杀", "自残", "轻生",
    "不想活", "活不下去", "结束生命",
)  # fmt: skip


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
    """Whether a visit gave a sign of vulnerability."""
    return outcome == Outcome.VULNERABLE_STOPPED or bool(findings["vulnerability"])


def grounds_of(findings: Mapping[str, Any]) -> tuple[G, ...]:
    """The grounds that follow from the reasons for being overdue that were told at the door."""
    codes = (R(reason["code"]) for reason in findings["overdue_reasons"])
    return tuple(dict.fromkeys(_OF_REASONS[code] for code in codes if code in _OF_REASONS))


def newer(signals: Iterable[Signal], than: datetime | None) -> Sequence[Signal]:
    """The signals that nobody has reviewed: those told after the instant, oldest first."""
    fresh = (signal for signal in signals if than is None or signal.told_at > than)
    return sorted(fresh, key=lambda signal: (signal.told_at, signal.key))
