"""Bodies of reports. A report itself is sent as it was stored; `ReportBody` documents it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.compliance.door_protocol import Met
from app.intake.terms import CaseStatus, Product
from app.reports.intent import Intent
from app.reports.models import Acknowledgement, Decision
from app.reports.terms import Asking, DecisionKind
from app.runtime.bodies import Answer, AnswerBody, Body, Day, LongText, MoneyBody, Text, in_zone
from app.visits.terms import Outcome, Signal, VisitState

JsonObject = dict[str, Any]


class ReportedLoan(Answer):
    """The loan: what is owed as it stood on the day of the report, the rest as the escalation told it."""

    reference: str | None = Field(examples=["L-778"])
    product: Product
    outstanding: MoneyBody
    overdue: MoneyBody
    days_past_due: int
    fees: MoneyBody | None
    instalment: MoneyBody | None
    annual_rate: str | None = Field(description="As a decimal of one", examples=["0.1800"])
    term_months: int | None
    opened_on: Day | None


class ReportedCase(Answer):
    """Another loan of the borrower."""

    case_id: UUID
    source: str
    source_reference: str
    loan: ReportedLoan


class VisitorBody(Answer):
    """Somebody of the crew."""

    id: UUID
    code: str
    name: str


class ReportedVisit(Answer):
    """What happened at the door; times in the region's zone."""

    day: Day
    state: VisitState
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    aborted_at: datetime | None
    emergency: str | None = Field(description="Why somebody arrived without a door token")
    signals: list[Signal] = Field(description="What a person should look at in the phones' events")
    investigators: list[VisitorBody]


class AskedRulingBody(Answer):
    """What the contact rules said, and when they were asked."""

    asked: Asking
    asked_at: datetime | None
    allowed: bool
    answers: list[AnswerBody]


class EvidenceBody(Answer):
    """An attachment of the visit."""

    attachment_id: UUID
    sha256: str


class ReportBody(Answer):
    """The report of one visit: immutable; ratios have 4 decimals, money the scale of its currency."""

    id: UUID
    case_id: UUID
    visit_id: UUID
    version: int = Field(description="1 for the first report of a visit", examples=[1])
    made_at: datetime
    source: str = Field(description="Who escalated the case", examples=["case-system"])
    source_reference: str = Field(examples=["ESC-2026-000123"])
    region: str | None = Field(examples=["330106"])
    loan: ReportedLoan
    also_cases: list[ReportedCase] = Field(
        description="The borrower's other loans that the visit was for: the figures are those of all of them together"
    )
    visit: ReportedVisit
    outcome: Outcome | None = Field(description="Coded outcome of the visit")
    overdue_reasons: list[JsonObject] = Field(
        examples=[[{"code": "INCOME_DROP", "primary": True, "since_on": "2026-07-01", "note": None}]]
    )
    education: list[Any] = Field(
        description="Codes of the material that was handed over", examples=[["repayment-rights-zh"]]
    )
    vulnerability: list[Any] = Field(description="What the borrower told of needs, with consent")
    met: Met | None = Field(description="Who was met")
    complaint: Any | None = Field(description="A complaint that was voiced at the door")
    safety: Any | None = Field(description="What the next visitors should know")
    note: str | None
    promise: JsonObject | None = Field(
        description="What the borrower promised to pay",
        examples=[{"amount": {"amount": "500.00", "currency": "CNY"}, "due_on": "2026-12-10", "channel": None}],
    )
    arrangement: JsonObject | None = Field(description="The arrangement that was drafted at the door")
    assessment_id: UUID = Field(description="The assessment that the figures come from")
    statement: JsonObject | None = Field(description="Income and expenses as told; null when none was taken")
    affordability: JsonObject | None = Field(
        description="Figures with their derivation, as in `POST /v1/assessments:preview`; null without a statement"
    )
    options: list[JsonObject] = Field(description="Plan options, as in `POST /v1/assessments:preview`")
    drafted: JsonObject | None = Field(
        description="Whether the household can carry what was drafted; null when no payment was"
    )
    rulings: list[AskedRulingBody] = Field(description="Every time the contact rules were asked for this visit")
    evidence: list[EvidenceBody]
    sha256: str = Field(
        description=(
            "SHA-256, in hex, over the canonical JSON of all other fields: keys sorted, no white space, characters "
            "beyond ASCII as they are, UTF-8"
        )
    )


class ReportPage(Answer):
    """A page of the feed."""

    items: list[ReportBody]
    next_cursor: str = Field(description="Where to go on from, never null: ask again with it for what comes later")


class AcknowledgementBody(Answer):
    """That a report has been received."""

    report_id: UUID
    actor: str
    acknowledged_at: datetime = Field(description="The first time this token acknowledged it")


class DecisionIn(Body):
    """What the risk department decides on a report."""

    kind: DecisionKind
    report_id: UUID = Field(description="The report the decision rests on")
    option: Text | None = Field(
        None, description="Name of one of the report's options; needed for approve_plan", examples=["instalment"]
    )
    reasons: list[Text] = Field(min_length=1, max_length=20, description="Why", examples=[["STABLE_INCOME"]])
    alternatives_considered: list[Text] = Field(
        default_factory=list, max_length=20, description="What else was weighed", examples=[["pause"]]
    )
    note: LongText | None = None


class DecisionBody(Answer):
    """A decision."""

    id: UUID
    case_id: UUID
    report_id: UUID
    kind: DecisionKind
    option: str | None
    reasons: list[str]
    alternatives_considered: list[str]
    note: str | None
    actor: str
    made_at: datetime


class DecisionAnswer(DecisionBody):
    """A decision that was just taken, and where it has left the case."""

    case_status: CaseStatus


class DecisionPage(Answer):
    """The decisions on a case, oldest first."""

    items: list[DecisionBody]
    next_cursor: str | None


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


def show_acknowledgement(row: Acknowledgement, zone: str) -> AcknowledgementBody:
    """An acknowledgement as a body."""
    return AcknowledgementBody(report_id=row.report_id, actor=row.actor, acknowledged_at=in_zone(row.made_at, zone))


def show_decision(row: Decision, zone: str) -> DecisionBody:
    """A decision as a body."""
    return DecisionBody(**_decision_fields(row, zone))


def show_taken(row: Decision, zone: str, status: CaseStatus) -> DecisionAnswer:
    """A decision that was just taken as a body."""
    return DecisionAnswer(**_decision_fields(row, zone), case_status=status)


def _decision_fields(row: Decision, zone: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "case_id": row.case_id,
        "report_id": row.report_id,
        "kind": row.kind,
        "option": row.option,
        "reasons": row.reasons,
        "alternatives_considered": row.alternatives_considered,
        "note": row.note,
        "actor": row.actor,
        "made_at": in_zone(row.made_at, zone),
    }
