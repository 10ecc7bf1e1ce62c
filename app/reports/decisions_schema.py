"""Bodies of decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.intake.terms import CaseStatus
from app.reports.consequences import Watch, effect
from app.reports.gates import LEGAL_STEPS, RELIEF_OFFERS
from app.reports.intent import Intent
from app.reports.models import Decision, DecisionEnding
from app.reports.proposals import state_of
from app.reports.reason_codes import ReasonCode, known_codes, usual_codes
from app.reports.terms import DecisionKind, DecisionState
from app.runtime.bodies import Answer, Body, Day, LongText, Text, in_zone


class DecisionIn(Body):
    """What the risk department decides on a report."""

    kind: DecisionKind
    report_id: UUID = Field(description="The report the decision rests on, in its newest version")
    option: Text | None = Field(
        None, description="Name of one of the report's options; needed for approve_plan", examples=["instalment"]
    )
    reasons: list[Text] = Field(
        min_length=1,
        max_length=20,
        description="Why: codes of `GET /v1/decision-kinds`, or texts of one's own",
        examples=[["PLAN_AFFORDABLE"]],
    )
    alternatives_considered: list[Text] = Field(
        default_factory=list,
        max_length=20,
        description="What else was weighed; a legal step needs at least one",
        examples=[["pause"]],
    )
    note: LongText | None = None


class EndingIn(Body):
    """What the second person says to a proposed decision."""

    note: LongText | None = None


class DecisionBody(Answer):
    """A decision."""

    id: UUID
    case_id: UUID
    report_id: UUID
    kind: DecisionKind
    state: DecisionState = Field(
        description="`taken` at once; a legal step is `proposed` and does nothing until another person confirms it"
    )
    option: str | None
    reasons: list[str]
    reason_codes: list[ReasonCode] = Field(description="Those of the reasons that are known codes")
    alternatives_considered: list[str]
    note: str | None
    actor: str
    made_at: datetime
    ended_by: str | None = Field(description="Who confirmed, rejected, withdrew or voided a proposed decision")
    ended_at: datetime | None
    ending_note: str | None
    watch: Watch | None = Field(description="What somebody keeps an eye on from now on")
    look_on: Day | None = Field(description="The day on which to look how it goes")


class DecisionAnswer(DecisionBody):
    """A decision that was just taken, proposed or ended, and where it has left the case."""

    case_status: CaseStatus


class DecisionPage(Answer):
    """Decisions, oldest first."""

    items: list[DecisionBody]
    next_cursor: str | None


class DecisionKindBody(Answer):
    """What a kind of decision is and does."""

    kind: DecisionKind
    legal_step: bool = Field(description="It waits behind the gates and for a second person")
    offers_relief: bool = Field(description="It writes an offer of relief, which is then put to the borrower")
    case_goes: str = Field(description="Where the case goes: close, revisit or await", examples=["close"])
    watch: Watch | None
    reason_codes: list[ReasonCode] = Field(description="The codes that usually speak for it; others are accepted")


class DecisionKindList(Answer):
    """All kinds of decisions."""

    items: list[DecisionKindBody]


def to_intent(body: DecisionIn) -> Intent:
    """Where Pydantic ends."""
    return Intent(
        kind=body.kind,
        report_id=body.report_id,
        option=body.option,
        reasons=tuple(body.reasons),
        alternatives_considered=tuple(body.alternatives_considered),
        note=body.note,
    )


def show_kinds() -> DecisionKindList:
    """What every kind of decision is and does."""
    return DecisionKindList(items=[_kind(kind) for kind in DecisionKind])


def _kind(kind: DecisionKind) -> DecisionKindBody:
    return DecisionKindBody(
        kind=kind,
        legal_step=kind in LEGAL_STEPS,
        offers_relief=kind in RELIEF_OFFERS,
        case_goes=effect(kind).consequence.name.lower(),
        watch=effect(kind).watch,
        reason_codes=list(usual_codes(kind)),
    )


def show_decision(row: Decision, ending: DecisionEnding | None, zone: str) -> DecisionBody:
    """A decision as a body."""
    return DecisionBody(**_decision_fields(row, ending, zone))


def show_result(row: Decision, ending: DecisionEnding | None, zone: str, status: CaseStatus) -> DecisionAnswer:
    """A decision that was just taken, proposed or ended as a body."""
    return DecisionAnswer(**_decision_fields(row, ending, zone), case_status=status)


def _decision_fields(row: Decision, ending: DecisionEnding | None, zone: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "case_id": row.case_id,
        "report_id": row.report_id,
        "kind": row.kind,
        "state": state_of(row, ending),
        "option": row.option,
        "reasons": row.reasons,
        "reason_codes": list(known_codes(row.reasons)),
        "alternatives_considered": row.alternatives_considered,
        "note": row.note,
        "actor": row.actor,
        "made_at": in_zone(row.made_at, zone),
        "ended_by": ending.actor if ending is not None else None,
        "ended_at": in_zone(ending.made_at, zone) if ending is not None else None,
        "ending_note": ending.note if ending is not None else None,
        "watch": effect(DecisionKind(row.kind)).watch,
        "look_on": row.look_on,
    }
