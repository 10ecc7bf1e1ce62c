"""Bodies of promises to pay."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from app.compliance.local_days import local_day
from app.intake.models import Case
from app.kernel.errors import FieldError
from app.kernel.money import Money
from app.runtime.bodies import (
    Answer,
    Body,
    Day,
    Instant,
    LongText,
    MoneyBody,
    PositiveMoneyBody,
    Text,
    etag_of,
    in_zone,
    refuse,
)
from app.runtime.clock import now
from app.visits.events import CLOCK_LEEWAY
from app.visits.models import PromiseEvent, PromiseToPay
from app.visits.promise import LONGEST_PROMISE
from app.visits.promise_keeping import NewPromise, history_of, promised_of
from app.visits.terms import PromiseState
from app.workforce.zones import WITHOUT_REGION, zones_of_regions


class PromiseIn(Body):
    """A promise that the borrower made on another way than a visit."""

    client_id: UUID = Field(description="Made by the client; the same id again is the same promise")
    at: Instant = Field(description="When the borrower made it; payments from that day on count")
    amount: PositiveMoneyBody = Field(description="Above zero, in the currency of the loan")
    due_on: Day = Field(description="Not before the day on which it was made")
    channel: Text | None = Field(None, description="How it is to be paid", examples=["bank_transfer"])

    @model_validator(mode="after")
    def _made(self) -> "PromiseIn":
        if self.amount.money.minor == 0:
            raise FieldError("amount", "a promise is about an amount above zero")
        if self.at > now() + CLOCK_LEEWAY:
            raise FieldError("at", "a promise cannot have been made in the future")
        return self

    def made_on(self, case: Case, zone: str) -> NewPromise:
        """The value inside; raises Invalid for another currency than the loan's, or a due day that was over."""
        if self.amount.currency != case.currency:
            detail = f"the loan is in {case.currency}, not {self.amount.currency}"
            raise refuse("/amount", detail, reason="CURRENCY_DIFFERS", action="Send the amount in it.")
        promised_on = local_day(self.at, zone)
        if self.due_on < promised_on:
            detail = f"{self.due_on} lies before the promise, which was made on {promised_on} in {zone}"
            raise refuse("/due_on", detail, reason="PROMISE_IN_THE_PAST", action="Send the day that was promised.")
        if self.due_on > promised_on + LONGEST_PROMISE:
            detail = f"{self.due_on} lies more than {LONGEST_PROMISE.days} days after the promise"
            raise refuse("/due_on", detail, reason="PROMISE_TOO_FAR", action="Send the day that was promised.")
        return NewPromise(self.amount.money, self.at, self.due_on, self.channel, client_id=self.client_id)


class PromiseEndIn(Body):
    """Why a promise is cancelled."""

    note: LongText | None = None


class PromiseEventBody(Answer):
    """A step in the life of a promise."""

    at: datetime
    state: PromiseState
    paid: MoneyBody = Field(description="What was paid so far that counts")
    account_update_id: UUID | None = Field(description="The payment that the step is about")
    actor: str
    note: str | None


class PromiseBody(Answer):
    """A promise to pay."""

    id: UUID
    case_id: UUID
    visit_id: UUID | None = Field(description="The visit it was made at; null when it was told otherwise")
    client_id: UUID | None
    amount: MoneyBody
    promised_at: datetime
    due_on: Day
    channel: str | None
    state: PromiseState
    paid: MoneyBody = Field(description="What was paid in time")
    enough: MoneyBody = Field(description="The sum that keeps it: a small part may be missing")
    last_on: Day = Field(description="The last day on which a payment counts; after it an open promise is judged")
    events: list[PromiseEventBody] = Field(description="Its life, oldest step first")
    made_at: datetime
    etag: str = Field(description="The ETag, for If-Match")


class PromisePage(Answer):
    """A page of promises, oldest first."""

    items: list[PromiseBody]
    next_cursor: str | None


def show_promises(tx: Session, found: Sequence[tuple[PromiseToPay, str | None]]) -> Callable[..., PromiseBody]:
    """How to show each of these promises, which come with the regions of their cases."""
    histories, zones = history_of(tx, [row for row, _ in found]), zones_of_regions(tx)

    def show(row: PromiseToPay, region: str | None) -> PromiseBody:
        return _body(row, histories[row.id], zones.get(region or "", WITHOUT_REGION))

    return show


def _body(row: PromiseToPay, events: Sequence[PromiseEvent], zone: str) -> PromiseBody:
    def amount(minor: int) -> MoneyBody:
        return MoneyBody.of(Money(row.currency, minor))

    promised = promised_of(row, zone)
    return PromiseBody(
        id=row.id,
        case_id=row.case_id,
        visit_id=row.visit_id,
        client_id=row.client_id,
        amount=amount(row.amount_minor),
        promised_at=in_zone(row.promised_at, zone),
        due_on=row.due_on,
        channel=row.channel,
        state=PromiseState(row.state),
        paid=amount(row.paid_minor),
        enough=amount(promised.enough_minor),
        last_on=promised.last_on,
        events=[
            PromiseEventBody(
                at=in_zone(event.made_at, zone),
                state=PromiseState(event.state),
                paid=amount(event.paid_minor),
                account_update_id=event.update_id,
                actor=event.actor,
                note=event.note,
            )
            for event in events
        ],
        made_at=in_zone(row.made_at, zone),
        etag=etag_of(row.id, row.revision),
    )
