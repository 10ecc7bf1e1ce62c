"""Bodies of relief offers."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field, model_validator

from app.kernel.errors import FieldError
from app.redress.models import ReliefOffer
from app.redress.offering import ToldOffer, state_of
from app.redress.terms import OfferChannel, OfferEnding, OfferResponse, OfferState
from app.runtime.bodies import Answer, Body, Day, Instant, LongText, in_zone
from app.runtime.clock import now, today
from app.visits.terms import ComponentKind

FUTURE_LEEWAY = timedelta(minutes=5)


def _happened(field: str, at: datetime | None) -> None:
    if at is not None and at > now() + FUTURE_LEEWAY:
        raise FieldError(field, "an offer cannot have been put to the borrower in the future")


class OfferIn(Body):
    """Relief that was, or is to be, offered."""

    kind: ComponentKind
    terms: LongText = Field(min_length=1, examples=["no interest for three months"])
    offered_at: Instant | None = Field(None, description="When it was put to the borrower; left out while it was not")
    channel: OfferChannel | None = Field(None, description="How it was put to the borrower; goes with offered_at")
    valid_until_on: Day | None = Field(None, description="The last day on which it can be accepted, if there is one")

    @model_validator(mode="after")
    def _whole(self) -> "OfferIn":
        if (self.offered_at is None) != (self.channel is None):
            raise FieldError(
                "offered_at", "offered_at and channel go together: when and how it was put to the borrower"
            )
        _happened("offered_at", self.offered_at)
        return self

    def told(self) -> ToldOffer:
        """The value inside."""
        return ToldOffer(**self.model_dump() | {"offered_at": self.offered_at and min(self.offered_at, now())})


class DeliveryIn(Body):
    """When and how a planned offer was put to the borrower."""

    at: Instant | None = Field(None, description="Now when left out")
    channel: OfferChannel

    @model_validator(mode="after")
    def _done(self) -> "DeliveryIn":
        _happened("at", self.at)
        return self

    @property
    def instant(self) -> datetime:
        """When it was put to the borrower."""
        return min(self.at or now(), now())


class ResponseIn(Body):
    """What the borrower said to an offer."""

    response: OfferResponse
    note: LongText | None = None


class OfferEndIn(Body):
    """How accepted relief came to its end."""

    ending: OfferEnding
    note: LongText | None = None


class OfferBody(Answer):
    """An offer of relief."""

    id: UUID
    case_id: UUID
    version: int = Field(description="Every change is a new version; older ones are kept")
    state: OfferState = Field(
        description="`planned` until it was put to the borrower, and no legal step rests on it before; `lapsed` when "
        "its last day has passed without an answer; while it is `accepted` there is no legal step, `ended` says that "
        "what was accepted is over"
    )
    kind: ComponentKind | None = Field(description="Null where the case system told of an offer without its kind")
    terms: str
    offered_at: datetime | None
    channel: OfferChannel | None
    offered_by: str = Field(description="Who wrote the offer down")
    valid_until_on: Day | None
    response: OfferResponse | None
    responded_at: datetime | None
    ending: OfferEnding | None
    ended_at: datetime | None
    note: str | None
    told_by: str | None = Field(description="What told it where that was not this API")
    decision_id: UUID | None = Field(description="The decision that offers it")
    report_id: UUID | None = Field(description="The report whose option it is")
    option: str | None


class OfferPage(Answer):
    """Offers of relief, oldest first."""

    items: list[OfferBody]
    next_cursor: str | None


def show_offer(row: ReliefOffer, zone: str) -> OfferBody:
    """A version as a body."""
    return OfferBody(
        id=row.record_id,
        case_id=row.case_id,
        version=row.revision,
        state=state_of(row, today(zone)),
        kind=ComponentKind(row.kind) if row.kind is not None else None,
        terms=row.terms,
        offered_at=in_zone(row.offered_at, zone) if row.offered_at is not None else None,
        channel=OfferChannel(row.channel) if row.channel is not None else None,
        offered_by=row.offered_by,
        valid_until_on=row.valid_until_on,
        response=OfferResponse(row.response) if row.response is not None else None,
        responded_at=in_zone(row.responded_at, zone) if row.responded_at is not None else None,
        ending=OfferEnding(row.ending) if row.ending is not None else None,
        ended_at=in_zone(row.ended_at, zone) if row.ended_at is not None else None,
        note=row.note,
        told_by=row.told_by,
        decision_id=row.decision_id,
        report_id=row.report_id,
        option=row.option,
    )
