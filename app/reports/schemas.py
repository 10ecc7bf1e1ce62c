"""Bodies of reports. A report itself is sent as it was stored; `ReportBody` documents it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.compliance.door_protocol import Met
from app.intake.terms import Product
from app.reports.models import Acknowledgement
from app.reports.terms import Asking
from app.runtime.bodies import Answer, AnswerBody, Day, MoneyBody, in_zone
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


class CorrectionBody(Answer):
    """Why findings were changed after the visit, by whom and when."""

    reason: str
    actor: str
    at: datetime


class ReportBody(Answer):
    """The report of one visit: immutable; ratios have 4 decimals, money the scale of its currency."""

    id: UUID
    case_id: UUID
    visit_id: UUID
    version: int = Field(description="1 for the first report of a visit", examples=[1])
    supersedes: UUID | None = Field(description="The report that this version takes the place of")
    correction: CorrectionBody | None = Field(description="Why the findings were changed after the visit")
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


def show_acknowledgement(row: Acknowledgement, zone: str) -> AcknowledgementBody:
    """An acknowledgement as a body."""
    return AcknowledgementBody(report_id=row.report_id, actor=row.actor, acknowledged_at=in_zone(row.made_at, zone))
