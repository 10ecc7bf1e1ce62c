"""Bodies of hardship reviews."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, model_validator

from app.kernel.errors import FieldError
from app.redress.models import HardshipReview
from app.redress.reviewing import Conclusion, ToldHardship
from app.redress.terms import HardshipGround, ReviewOutcome, ReviewState
from app.runtime.bodies import Answer, Body, Day, LongText, Text, in_zone
from app.runtime.clock import today
from app.visits.terms import ComponentKind


class ReviewIn(Body):
    """Why somebody may be in hardship."""

    grounds: list[HardshipGround] = Field(min_length=1, max_length=len(HardshipGround))
    text: LongText = Field("", description="What was told or seen; words of self-harm make the review urgent")

    def told(self) -> ToldHardship:
        """The value inside."""
        return ToldHardship(tuple(self.grounds), self.text)


class ConclusionIn(Body):
    """What a review found, and what is done about it."""

    outcome: ReviewOutcome
    measures: list[ComponentKind] = Field(
        default_factory=list, max_length=len(ComponentKind), description="Relief that is given"
    )
    adjustments: list[Text] = Field(
        default_factory=list, max_length=20, description="How the borrower is met from now on", examples=[["by letter"]]
    )
    look_again_on: Day | None = Field(None, description="When it is looked at again; needed when it is confirmed")
    visits_blocked: bool | None = Field(
        None, description="Whether nobody is sent to the door from now on; so it is, once confirmed, unless said"
    )
    note: LongText | None = None

    @model_validator(mode="after")
    def _whole(self) -> "ConclusionIn":
        confirmed = self.outcome is ReviewOutcome.CONFIRMED
        if confirmed and not (self.measures or self.adjustments):
            raise FieldError("measures", "a confirmed hardship needs measures or adjustments")
        if confirmed and self.look_again_on is None:
            raise FieldError("look_again_on", "a confirmed hardship needs look_again_on")
        if not confirmed and (self.measures or self.adjustments or self.look_again_on or self.visits_blocked):
            raise FieldError(
                "outcome", "what is not confirmed has no measures, no adjustments, no day and no block of visits"
            )
        return self

    def conclusion(self) -> Conclusion:
        """The value inside."""
        confirmed = self.outcome is ReviewOutcome.CONFIRMED
        return Conclusion(
            outcome=self.outcome,
            measures=tuple(dict.fromkeys(self.measures)),
            adjustments=tuple(self.adjustments),
            look_again_on=self.look_again_on,
            visits_blocked=confirmed if self.visits_blocked is None else self.visits_blocked,
            note=self.note,
        )


class ReviewBody(Answer):
    """A hardship review."""

    id: UUID
    case_id: UUID
    version: int = Field(description="Every change is a new version; older ones are kept")
    state: ReviewState
    grounds: list[HardshipGround]
    text: str
    urgent: bool = Field(description="Words of self-harm were heard: act at once, by the emergency protocol")
    opened_at: datetime
    opened_by: str
    told_by: str | None = Field(description="What told it where that was not this API", examples=["visit:0198..."])
    policy: str = Field(examples=["house-clocks 1"])
    source: str = Field(description="Law or house policy the day comes from")
    due_on: Day
    overdue: bool
    outcome: ReviewOutcome | None
    measures: list[ComponentKind]
    adjustments: list[str]
    look_again_on: Day | None
    visits_blocked: bool | None
    note: str | None
    concluded_at: datetime | None
    concluded_by: str | None


class ReviewPage(Answer):
    """Hardship reviews, oldest first."""

    items: list[ReviewBody]
    next_cursor: str | None


def show_review(row: HardshipReview, zone: str) -> ReviewBody:
    """A version as a body."""
    state = ReviewState(row.state)
    return ReviewBody(
        id=row.record_id,
        case_id=row.case_id,
        version=row.revision,
        state=state,
        grounds=row.grounds,
        text=row.text,
        urgent=row.urgent,
        opened_at=in_zone(row.opened_at, zone),
        opened_by=row.opened_by,
        told_by=row.told_by,
        policy=row.policy,
        source=row.source,
        due_on=row.due_on,
        overdue=state is ReviewState.OPEN and today(zone) > row.due_on,
        outcome=ReviewOutcome(row.outcome) if row.outcome is not None else None,
        measures=row.measures,
        adjustments=row.adjustments,
        look_again_on=row.look_again_on,
        visits_blocked=row.visits_blocked,
        note=row.note,
        concluded_at=in_zone(row.concluded_at, zone) if row.concluded_at is not None else None,
        concluded_by=row.concluded_by,
    )
