"""What a decision does to the case (PURE).

| decision | the case | and then |
|---|---|---|
| approve_plan, approve_with_change, settlement | closed as decided | watched: is it paid? A day says when to look |
| relief_first, pause | stays reported, nobody is sent | the next decision follows on the same report, by the day |
| more_evidence | assigned again | another visit, another report |
| soft_contact, mediation | closed as decided | the lender's people go on, without visits |
| write_off | closed as decided | withdrawn for good |
| payment_order, lawsuit | stays reported while proposed | closed as decided once another person confirms |

A closed case is final: a plan that breaks comes back as a new escalation, which finds the whole history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum, auto

from app.reports.terms import DecisionKind


class Consequence(Enum):
    """Where the case goes.

    CLOSE: it leaves our hands. REVISIT: it is assigned again, for another visit. AWAIT: it stays reported, nobody is
    sent to the door, and the next decision follows on the same report when the relief or the pause has had its effect;
    held it could not be decided any more, and closed for good a borrower who takes no relief could never be sued.
    """

    CLOSE = auto()
    REVISIT = auto()
    AWAIT = auto()


class Watch(StrEnum):
    """What somebody keeps an eye on after a decision."""

    PERFORMING = "performing"  # whether what was agreed is paid
    RELIEF_RUNNING = "relief_running"  # whether the relief or the pause has had its effect


@dataclass(frozen=True)
class Effect:
    """The consequence, what is watched, and how many days after the decision, or the first due day, to look."""

    consequence: Consequence
    watch: Watch | None = None
    look_after_days: int = 0


# House policy: a week for a payment to arrive, thirty days where no due day is known, a quarter for relief to work.
_PAYMENT_DAYS, _MONTH_DAYS, _RELIEF_DAYS = 7, 30, 90
_PERFORM = Effect(Consequence.CLOSE, Watch.PERFORMING, _PAYMENT_DAYS)
_WAIT = Effect(Consequence.AWAIT, Watch.RELIEF_RUNNING, _RELIEF_DAYS)
_EFFECTS: Mapping[DecisionKind, Effect] = {
    DecisionKind.APPROVE_PLAN: _PERFORM,
    DecisionKind.APPROVE_WITH_CHANGE: _PERFORM,
    DecisionKind.SETTLEMENT: _PERFORM,
    DecisionKind.MORE_EVIDENCE: Effect(Consequence.REVISIT),
    DecisionKind.RELIEF_FIRST: _WAIT,
    DecisionKind.PAUSE: _WAIT,
}


def effect(kind: DecisionKind) -> Effect:
    """What a kind of decision does once it is carried out."""
    return _EFFECTS.get(kind, Effect(Consequence.CLOSE))


def consequence(kind: DecisionKind) -> Consequence:
    """Where a kind of decision sends the case; soft contact, a write-off and an approved plan end the field work."""
    return effect(kind).consequence


def look_on(kind: DecisionKind, decided_on: date, first_due_on: date | None) -> date | None:
    """The day on which somebody looks how it goes; None where nothing is watched."""
    what = effect(kind)
    if what.watch is None:
        return None
    if what.watch is Watch.PERFORMING:
        begins_on = first_due_on or decided_on + timedelta(days=_MONTH_DAYS)
        return max(begins_on, decided_on) + timedelta(days=what.look_after_days)
    return decided_on + timedelta(days=what.look_after_days)
