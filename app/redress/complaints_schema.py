"""Bodies of complaints."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field, model_validator

from app.kernel.errors import FieldError
from app.redress.clocks import is_overdue
from app.redress.complaining import Acknowledgement, Resolution, ToldComplaint
from app.redress.models import Complaint
from app.redress.terms import (
    Complainant,
    ComplaintChannel,
    ComplaintOutcome,
    ComplaintState,
    ComplaintSubject,
    Complexity,
    Paper,
)
from app.runtime.bodies import Answer, Body, Day, Instant, LongText, Text, in_zone
from app.runtime.clock import now, today

FUTURE_LEEWAY = timedelta(minutes=5)
_PUTS_RIGHT = frozenset({ComplaintOutcome.UPHELD, ComplaintOutcome.PARTLY_UPHELD})


class ComplaintIn(Body):
    """What somebody complains of."""

    complainant: Complainant = Complainant.BORROWER
    channel: ComplaintChannel
    subject: ComplaintSubject
    text: LongText = Field(min_length=1, description="The complaint in its own words")
    received_at: Instant | None = Field(None, description="When it came in, now when left out; its clock starts there")
    complexity: Complexity = Field(Complexity.SIMPLE, description="A complex one has the longer limit")
    visit_id: UUID | None = Field(None, description="The visit it is about")
    about_subject: Text | None = Field(
        None, description="Who it is about, as tokens name people; never handles it", examples=["dispatcher:chen"]
    )
    about_investigator_id: UUID | None = Field(None, description="The investigator it is about; never handles it")

    @model_validator(mode="after")
    def _came_in(self) -> "ComplaintIn":
        if self.received_at is not None and self.received_at > now() + FUTURE_LEEWAY:
            raise FieldError("received_at", "received_at cannot lie in the future")
        return self

    def told(self) -> ToldComplaint:
        """The value inside."""
        return ToldComplaint(**self.model_dump() | {"received_at": min(self.received_at or now(), now())})


class AcknowledgementIn(Body):
    """What the handler says at first; what is left out stays as it is."""

    subject: ComplaintSubject | None = None
    complexity: Complexity | None = Field(None, description="How complex it turns out to be")
    papers_wanted: list[Paper] = Field(
        default_factory=list,
        max_length=len(Paper),
        description="What the complainant is asked for; never what the lender holds in its own files",
    )

    def said(self) -> Acknowledgement:
        """The value inside."""
        return Acknowledgement(self.subject, self.complexity, tuple(dict.fromkeys(self.papers_wanted)))


class ExtensionIn(Body):
    """Why more time is needed."""

    reason: Text = Field(examples=["the bank's recordings of 2024 have to be fetched from the archive"])


class ResolutionIn(Body):
    """The answer to a complaint."""

    outcome: ComplaintOutcome
    answer: LongText = Field(min_length=1, description="What the complainant is told")
    redress: LongText | None = Field(
        None, min_length=1, description="What is put right; needed when it is upheld, wholly or partly"
    )

    @model_validator(mode="after")
    def _whole(self) -> "ResolutionIn":
        if self.outcome is ComplaintOutcome.ANSWERED_ELSEWHERE:
            raise FieldError("outcome", "answered_elsewhere is what account updates tell; say how it was answered here")
        if self.outcome in _PUTS_RIGHT and self.redress is None:
            raise FieldError(
                "redress", "a complaint that is upheld needs redress: say what is put right, be it an apology"
            )
        return self

    def resolution(self) -> Resolution:
        """The value inside."""
        return Resolution(self.outcome, self.answer, self.redress)


class ComplaintBody(Answer):
    """A complaint and its clock."""

    id: UUID
    case_id: UUID
    version: int = Field(description="Every change is a new version; older ones are kept")
    state: ComplaintState
    complainant: Complainant
    channel: ComplaintChannel
    subject: ComplaintSubject
    text: str
    received_at: datetime
    opened_by: str
    told_by: str | None = Field(
        description="What told it where that was not this API", examples=["account_update:0198...", "visit:0198..."]
    )
    visit_id: UUID | None
    about_subject: str | None
    about_investigator_id: UUID | None
    policy: str = Field(description="The limits that hold, with their version", examples=["CN-complaints-2020 1"])
    source: str = Field(description="Law or house policy the limits come from")
    complexity: Complexity
    acknowledge_due_on: Day
    resolve_due_on: Day = Field(description="The last day for the answer, an extension included")
    overdue: bool = Field(description="Whether the house is late today with the acknowledgement or the answer")
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    papers_wanted: list[Paper]
    extension_reason: str | None
    extension_asked_by: str | None
    extended_at: datetime | None
    extended_by: str | None
    outcome: ComplaintOutcome | None
    answer: str | None
    redress: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    answered_late: bool | None = Field(description="Whether the answer came after its day; null while there is none")


class ComplaintPage(Answer):
    """Complaints, oldest first."""

    items: list[ComplaintBody]
    next_cursor: str | None


def show_complaint(row: Complaint, zone: str) -> ComplaintBody:
    """A version as a body."""
    state, resolved_at = ComplaintState(row.state), _shown(row.resolved_at, zone)
    return ComplaintBody(
        id=row.record_id,
        case_id=row.case_id,
        version=row.revision,
        state=state,
        complainant=Complainant(row.complainant),
        channel=ComplaintChannel(row.channel),
        subject=ComplaintSubject(row.subject),
        text=row.text,
        received_at=in_zone(row.received_at, zone),
        opened_by=row.opened_by,
        told_by=row.told_by,
        visit_id=row.visit_id,
        about_subject=row.about_subject,
        about_investigator_id=row.about_investigator_id,
        policy=row.policy,
        source=row.source,
        complexity=Complexity(row.complexity),
        acknowledge_due_on=row.acknowledge_due_on,
        resolve_due_on=row.resolve_due_on,
        overdue=is_overdue(state, row.acknowledge_due_on, row.resolve_due_on, today(zone)),
        acknowledged_at=_shown(row.acknowledged_at, zone),
        acknowledged_by=row.acknowledged_by,
        papers_wanted=row.papers_wanted,
        extension_reason=row.extension_reason,
        extension_asked_by=row.extension_asked_by,
        extended_at=_shown(row.extended_at, zone),
        extended_by=row.extended_by,
        outcome=ComplaintOutcome(row.outcome) if row.outcome is not None else None,
        answer=row.answer,
        redress=row.redress,
        resolved_at=resolved_at,
        resolved_by=row.resolved_by,
        answered_late=resolved_at.date() > row.resolve_due_on if resolved_at is not None else None,
    )


def _shown(at: datetime | None, zone: str) -> datetime | None:
    return in_zone(at, zone) if at is not None else None
