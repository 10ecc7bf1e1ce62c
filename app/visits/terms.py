"""The words of visits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.compliance.situation import BlockKind
from app.intake.terms import ContactOutcome

VISIT_OPENED = "visit.opened"
VISIT_DEPARTED = "visit.departed"
VISIT_ARRIVED = "visit.arrived"
VISIT_STARTED = "visit.started"
VISIT_FINISHED = "visit.finished"
VISIT_CORRECTED = "visit.corrected"
VISIT_ABORTED = "visit.aborted"
VISIT_RECALLED = "visit.recalled"
VISIT_MISSED = "visit.missed"
VISIT_UNMET = "visit.unmet"
DOOR_RULED = "visit.door_ruled"
CASE_EXHAUSTED = "case.exhausted"
PROMISE_MADE = "promise.made"
PROMISE_KEPT = "promise.kept"
PROMISE_PART = "promise.part"
PROMISE_BROKEN = "promise.broken"
PROMISE_SUPERSEDED = "promise.superseded"
PROMISE_CANCELLED = "promise.cancelled"


class VisitState(StrEnum):
    """Where a visit stands; `app.visits.lifecycle` says how it moves."""

    SCHEDULED = "scheduled"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    STARTED = "started"
    FINISHED = "finished"
    ABORTED = "aborted"
    RECALLED = "recalled"
    MISSED = "missed"


class VisitEventKind(StrEnum):
    """What a phone tells of a visit."""

    DEPARTED = "departed"
    ARRIVED = "arrived"
    STARTED = "started"
    FINISHED = "finished"
    ABORTED = "aborted"


ENDINGS = (VisitEventKind.FINISHED.value, VisitEventKind.ABORTED.value)

EVENT_OF: Mapping[VisitEventKind, str] = {
    VisitEventKind.DEPARTED: VISIT_DEPARTED,
    VisitEventKind.ARRIVED: VISIT_ARRIVED,
    VisitEventKind.STARTED: VISIT_STARTED,
    VisitEventKind.FINISHED: VISIT_FINISHED,
    VisitEventKind.ABORTED: VISIT_ABORTED,
}


class Signal(StrEnum):
    """What a person should look at in an event."""

    CLOCK_AHEAD = "CLOCK_AHEAD"


class OverdueReason(StrEnum):
    """Why the loan is overdue (research 8)."""

    UNEMPLOYMENT = "UNEMPLOYMENT"
    INCOME_DROP = "INCOME_DROP"
    DELAYED_WAGES = "DELAYED_WAGES"
    BUSINESS_FAILURE = "BUSINESS_FAILURE"
    ILLNESS = "ILLNESS"
    DEATH = "DEATH"
    DIVORCE = "DIVORCE"
    BIRTH_OR_CARE = "BIRTH_OR_CARE"
    EDUCATION_COST = "EDUCATION_COST"
    DISASTER = "DISASTER"
    PRICE_OR_POLICY = "PRICE_OR_POLICY"
    OVER_INDEBTEDNESS = "OVER_INDEBTEDNESS"
    IMPULSIVE_CONSUMPTION = "IMPULSIVE_CONSUMPTION"
    GAMBLING = "GAMBLING"
    LENT_NAME = "LENT_NAME"
    FRAUD_VICTIM = "FRAUD_VICTIM"
    TERMS_NOT_UNDERSTOOD = "TERMS_NOT_UNDERSTOOD"
    DISPUTE = "DISPUTE"
    TECHNICAL_OR_FORGOT = "TECHNICAL_OR_FORGOT"
    ABROAD = "ABROAD"
    CUSTODY = "CUSTODY"
    UNWILLING = "UNWILLING"
    UNKNOWN = "UNKNOWN"


class LineKind(StrEnum):
    """What a line of a household's statement speaks of."""

    INCOME = "income"
    FIXED = "fixed"
    FLEXIBLE = "flexible"
    DEBT = "debt"
    ASSET = "asset"


class Frequency(StrEnum):
    """How often an amount comes or goes."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FOUR_WEEKLY = "four_weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    IRREGULAR = "irregular"


class ComponentKind(StrEnum):
    """What an arrangement may be made of (research 3.4)."""

    INSTALMENT = "instalment"
    EXTENSION = "extension"
    GRACE = "grace"
    INTEREST_FREEZE = "interest_freeze"
    INTEREST_REDUCTION = "interest_reduction"
    FEE_WAIVER = "fee_waiver"
    PRINCIPAL_REDUCTION = "principal_reduction"
    SETTLEMENT_LUMP = "settlement_lump"
    TOKEN = "token"
    STEP_UP = "step_up"
    SEASONAL = "seasonal"
    MEDIATION = "mediation"


class PromiseState(StrEnum):
    """What became of a promise to pay; `app.visits.promise` says how."""

    OPEN = "open"
    KEPT = "kept"
    PART = "part"  # something was paid in time, but not enough
    BROKEN = "broken"
    SUPERSEDED = "superseded"  # a later promise took its place
    CANCELLED = "cancelled"


PROMISE_EVENT_OF: Mapping[PromiseState, str] = {
    PromiseState.KEPT: PROMISE_KEPT,
    PromiseState.PART: PROMISE_PART,
    PromiseState.BROKEN: PROMISE_BROKEN,
    PromiseState.SUPERSEDED: PROMISE_SUPERSEDED,
    PromiseState.CANCELLED: PROMISE_CANCELLED,
}


class Outcome(StrEnum):
    """What came of a visit (research 8)."""

    NOT_DONE = "NOT_DONE"
    NO_ANSWER = "NO_ANSWER"
    ABSENT_CONFIRMED_RESIDENT = "ABSENT_CONFIRMED_RESIDENT"
    MOVED_NEW_ADDRESS = "MOVED_NEW_ADDRESS"
    MOVED_UNKNOWN = "MOVED_UNKNOWN"
    ADDRESS_NOT_FOUND = "ADDRESS_NOT_FOUND"
    WRONG_PERSON = "WRONG_PERSON"
    THIRD_PARTY_ONLY = "THIRD_PARTY_ONLY"
    MINOR_ONLY = "MINOR_ONLY"
    ACCESS_REFUSED = "ACCESS_REFUSED"
    MET_DECLINED_TALK = "MET_DECLINED_TALK"
    ASKED_TO_LEAVE = "ASKED_TO_LEAVE"
    MET_REARRANGED = "MET_REARRANGED"
    MET_ASSESSED = "MET_ASSESSED"
    MET_PROMISE = "MET_PROMISE"
    MET_PLAN_DRAFTED = "MET_PLAN_DRAFTED"
    MET_PAID_PROOF_SEEN = "MET_PAID_PROOF_SEEN"
    MET_DISPUTE = "MET_DISPUTE"
    MET_CANNOT_PAY = "MET_CANNOT_PAY"
    MET_WILL_NOT_PAY = "MET_WILL_NOT_PAY"
    REPRESENTED = "REPRESENTED"
    INSOLVENCY = "INSOLVENCY"
    DECEASED_REPORTED = "DECEASED_REPORTED"
    HOSPITAL_OR_CUSTODY = "HOSPITAL_OR_CUSTODY"
    VULNERABLE_STOPPED = "VULNERABLE_STOPPED"
    LANGUAGE_BARRIER = "LANGUAGE_BARRIER"
    SAFETY_ABORT = "SAFETY_ABORT"
    SUSPECTED_FRAUD_VICTIM = "SUSPECTED_FRAUD_VICTIM"


class NextStep(StrEnum):
    """What follows a visit.

    `again`: another visit. `report`: the risk department decides. `hold`: the same, and nobody visits until something
    is cleared. `stop`: the same, and nobody visits any more. `exhausted`: another visit would be above the budget.
    """

    AGAIN = "again"
    REPORT = "report"
    HOLD = "hold"
    STOP = "stop"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True)
class OutcomeFlags:
    """What an outcome means.

    `attempted`: somebody knocked. `right_party_met`: the borrower in person must have been met for it.
    `counts_as_contacted`: the limits on contacts made count it; in doubt it counts. `ledger` is the entry in the
    contact ledger, `block` what forbids further visits from now on.
    """

    attempted: bool
    right_party_met: bool
    address_confirmed: bool
    counts_as_contacted: bool
    next: NextStep
    ledger: ContactOutcome = ContactOutcome.NO_ANSWER
    block: BlockKind | None = None


_AGAIN, _REPORT, _HOLD, _STOP = NextStep.AGAIN, NextStep.REPORT, NextStep.HOLD, NextStep.STOP
_REACHED, _REFUSED = ContactOutcome.REACHED, ContactOutcome.REFUSED


def _met(step: NextStep, ledger: ContactOutcome = _REACHED, block: BlockKind | None = None) -> OutcomeFlags:
    return OutcomeFlags(True, True, True, True, step, ledger, block)


def _not_met(step: NextStep, *, address_confirmed: bool = False, block: BlockKind | None = None) -> OutcomeFlags:
    return OutcomeFlags(True, False, address_confirmed, False, step, ContactOutcome.NO_ANSWER, block)


FLAGS: Mapping[Outcome, OutcomeFlags] = {
    Outcome.NOT_DONE: OutcomeFlags(False, False, False, False, _AGAIN),
    Outcome.NO_ANSWER: _not_met(_AGAIN),
    Outcome.ABSENT_CONFIRMED_RESIDENT: _not_met(_AGAIN, address_confirmed=True),
    # A new address, or none, is the case system's to settle: going again to this door meets nobody.
    Outcome.MOVED_NEW_ADDRESS: _not_met(_REPORT),
    Outcome.MOVED_UNKNOWN: _not_met(_REPORT),
    Outcome.ADDRESS_NOT_FOUND: OutcomeFlags(False, False, False, False, _REPORT),
    Outcome.WRONG_PERSON: OutcomeFlags(True, False, False, False, _REPORT, ContactOutcome.WRONG_NUMBER),
    Outcome.THIRD_PARTY_ONLY: _not_met(_AGAIN),
    Outcome.MINOR_ONLY: _not_met(_AGAIN),
    Outcome.ACCESS_REFUSED: _not_met(_AGAIN),
    Outcome.MET_DECLINED_TALK: _met(_REPORT, _REFUSED),
    # Whoever asked: the wish is respected, and it counts against the limits.
    Outcome.ASKED_TO_LEAVE: OutcomeFlags(True, False, True, True, _STOP, _REFUSED, BlockKind.ASKED_TO_LEAVE),
    Outcome.MET_REARRANGED: _met(_AGAIN),
    Outcome.MET_ASSESSED: _met(_REPORT),
    Outcome.MET_PROMISE: _met(_REPORT, ContactOutcome.PROMISED),
    Outcome.MET_PLAN_DRAFTED: _met(_REPORT),
    Outcome.MET_PAID_PROOF_SEEN: _met(_REPORT),
    Outcome.MET_DISPUTE: _met(_HOLD, block=BlockKind.DISPUTE_OPEN),
    Outcome.MET_CANNOT_PAY: _met(_REPORT),
    Outcome.MET_WILL_NOT_PAY: _met(_REPORT, _REFUSED),
    Outcome.REPRESENTED: OutcomeFlags(True, False, True, True, _STOP, _REACHED, BlockKind.REPRESENTED),
    Outcome.INSOLVENCY: OutcomeFlags(True, False, True, True, _STOP, _REACHED, BlockKind.INSOLVENCY),
    Outcome.DECEASED_REPORTED: _not_met(_STOP, address_confirmed=True, block=BlockKind.NO_VISIT_LIST),
    Outcome.HOSPITAL_OR_CUSTODY: _not_met(_HOLD, address_confirmed=True, block=BlockKind.HOSPITAL),
    Outcome.VULNERABLE_STOPPED: _met(_HOLD, block=BlockKind.VULNERABLE_SUSPECTED),
    Outcome.LANGUAGE_BARRIER: _met(_AGAIN),
    Outcome.SAFETY_ABORT: _not_met(_REPORT),
    Outcome.SUSPECTED_FRAUD_VICTIM: _met(_HOLD, block=BlockKind.DISPUTE_OPEN),
}
