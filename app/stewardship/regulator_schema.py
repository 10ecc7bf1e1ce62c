"""The body of the regulator's report."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from app.runtime.bodies import Answer, Day

Counts = dict[str, int]


class VisitFigures(Answer):
    """Visits of the period."""

    published: int
    attempted: int = Field(description="Somebody knocked")
    borrower_met: int
    recalled: int
    missed: int
    by_outcome: Counts = Field(examples=[{"MET_ASSESSED": 12, "NO_ANSWER": 4}])


class ContactFigures(Answer):
    """Entries of the contact ledger on one channel."""

    attempted: int
    reached: int = Field(description="The borrower in person was reached")


class ComplaintFigures(Answer):
    """Complaints that came in during the period, and whether their clocks were kept."""

    received: int
    by_subject: Counts
    by_outcome: Counts
    open: int
    extended: int
    acknowledged_late: list[UUID] = Field(description="Acknowledged after the due day, or not yet though it has passed")
    answered_late: list[UUID] = Field(description="Answered after the due day, or not yet though it has passed")


class ReviewFigures(Answer):
    """Hardship reviews that were opened in the period."""

    opened: int
    by_outcome: Counts
    open: int
    concluded_late: list[UUID]


class ReliefFigures(Answer):
    """Relief that was put to borrowers in the period."""

    offered: int
    by_kind: Counts
    by_response: Counts


class Breach(Answer):
    """An arrival that a contact rule refused."""

    visit_id: UUID
    case_id: UUID
    arrived_at: datetime
    rule: str
    profile: str
    version: str
    reason: str
    source: str
    emergency: str | None = Field(description="Why somebody was at the door without permission, where that was told")


class Breaches(Answer):
    """Every breach of the period; an empty list says that there was none."""

    count: int
    items: list[Breach]


class RegulatorReport(Answer):
    """What a regulator asks of a period."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True, serialize_by_alias=True)

    first_on: Day = Field(alias="from")
    end_on: Day = Field(alias="to", description="The day after the last one")
    made_at: datetime
    regions: list[str] | None = Field(description="null: all regions")
    visits: VisitFigures
    contacts: dict[str, ContactFigures] = Field(description="By channel; what was corrected counts once")
    complaints: ComplaintFigures
    hardship_reviews: ReviewFigures
    relief: ReliefFigures
    decisions: Counts = Field(description="By kind")
    breaches: Breaches
