"""Bodies of contact."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field, model_validator

from app.contact.models import AccountUpdate, Contact
from app.contact.service import MadeContact, Update
from app.contact.terms import AccountUpdateKind
from app.intake.models import Case
from app.intake.terms import Channel, ContactOutcome
from app.intake.visibility import HIDDEN_AMOUNTS, sees_amounts
from app.kernel.actor import Actor
from app.kernel.errors import Fault, FieldError, Invalid
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
    in_zone,
)
from app.runtime.clock import now

FUTURE_LEEWAY = timedelta(minutes=5)
# A transfer may bear the day on which it will be booked.
LATEST_AHEAD = timedelta(days=7)


class ContactIn(Body):
    """A call, message or visit that somebody made."""

    client_id: UUID = Field(description="Made by the client; the same id again is the same contact")
    channel: Channel
    at: Instant
    outcome: ContactOutcome
    contacted: bool = Field(False, description="Whether the borrower in person was reached")
    by: Text | None = Field(None, examples=["phone team"])
    claim_reference: Text | None = None
    corrects: UUID | None = Field(
        None, description="client_id of the entry of this case that it takes the place of; that one counts no more"
    )
    retracted: bool = Field(False, description="The entry that is corrected never happened; nothing counts for it")
    contact_point: Text | None = Field(None, description="Number or address of the channel", examples=["+86-139-2"])
    address: Text | None = Field(None, description="Where a visit or a letter went")
    source: Text | None = Field(None, description="Where the entry comes from; the caller when left out")

    @model_validator(mode="after")
    def _about_another(self) -> "ContactIn":
        if self.retracted and self.corrects is None:
            raise FieldError("corrects", "retracted needs corrects, the client_id of what never happened")
        if self.corrects == self.client_id:
            raise FieldError("corrects", "corrects must name another entry: a correction has a client_id of its own")
        return self

    @model_validator(mode="after")
    def _happened(self) -> "ContactIn":
        if self.at > now() + FUTURE_LEEWAY:
            raise FieldError("at", "a contact cannot lie in the future")
        return self

    def made(self) -> MadeContact:
        """The value inside."""
        return MadeContact(**self.model_dump())


class ContactBody(Answer):
    """A line of the ledger."""

    id: UUID
    case_id: UUID
    client_id: UUID
    channel: Channel
    at: datetime
    outcome: ContactOutcome
    contacted: bool
    by: str | None
    claim_reference: str | None
    corrects: UUID | None = Field(description="client_id of the entry that it takes the place of")
    retracted: bool = Field(description="What it corrects never happened")
    contact_point: str | None
    address: str | None
    source: str | None


class ContactList(Answer):
    """The ledger of a borrower, oldest first."""

    items: list[ContactBody]
    next_cursor: str | None


def show_contact(row: Contact, zone: str) -> ContactBody:
    """A row as a body."""
    return ContactBody(
        id=row.id,
        case_id=row.case_id,
        client_id=row.client_id,
        channel=Channel(row.channel),
        at=in_zone(row.at, zone),
        outcome=ContactOutcome(row.outcome),
        contacted=row.contacted,
        by=row.by,
        claim_reference=row.claim_reference,
        corrects=row.corrects,
        retracted=row.retracted,
        contact_point=row.contact_point,
        address=row.address,
        source=row.source,
    )


class AccountUpdateIn(Body):
    """What happened to the account; amounts must be in the currency of the loan."""

    client_id: UUID = Field(description="Made by the client; the same id again is the same update")
    at: Instant
    kind: AccountUpdateKind
    amount: PositiveMoneyBody | None = Field(None, description="What was paid")
    outstanding: PositiveMoneyBody | None = Field(None, description="What is owed in all now")
    overdue: PositiveMoneyBody | None = Field(None, description="What is owed and late now")
    until_on: Day | None = Field(None, description="The first day on which a block no longer holds, if known")
    detail: LongText | None = None

    @model_validator(mode="after")
    def _possible(self) -> "AccountUpdateIn":
        if self.at > now() + LATEST_AHEAD:
            detail = f"an update lies at most {LATEST_AHEAD.days} days ahead: tell it when it has happened"
            raise FieldError("at", detail)
        if self.kind is AccountUpdateKind.DECEASED and self.until_on is not None:
            raise FieldError("until_on", "a death has no end; close the block if it was told in error")
        return self

    @model_validator(mode="after")
    def _complete(self) -> "AccountUpdateIn":
        if self.kind is AccountUpdateKind.PAYMENT and self.amount is None:
            raise FieldError("amount", "a payment needs its amount")
        if self.kind is AccountUpdateKind.BALANCE and self.outstanding is None and self.overdue is None:
            raise FieldError("outstanding", "a balance needs outstanding or overdue")
        return self

    def update_of(self, case: Case) -> Update:
        """The value inside; raises Invalid when an amount is in another currency than the loan."""
        return Update(
            client_id=self.client_id,
            at=self.at,
            kind=self.kind,
            amount=_in_currency(case, self.amount, "/amount"),
            outstanding=_in_currency(case, self.outstanding, "/outstanding"),
            overdue=_in_currency(case, self.overdue, "/overdue"),
            until_on=self.until_on,
            detail=self.detail,
        )


def _in_currency(case: Case, body: MoneyBody | None, pointer: str) -> Money | None:
    if body is None or body.currency == case.currency:
        return body.money if body else None
    detail = f"the loan is in {case.currency}, not {body.currency}"
    raise Invalid("CURRENCY_DIFFERS", detail, action="Send the amount in it.", faults=(Fault(pointer, detail),))


class AccountUpdateBody(Answer):
    """An account update as it was taken."""

    id: UUID
    case_id: UUID
    client_id: UUID
    at: datetime
    kind: AccountUpdateKind
    case_status: str = Field(description="Status of the case after it")
    outstanding: MoneyBody | None = Field(description=f"What is known to be owed in all after it. {HIDDEN_AMOUNTS}")
    overdue: MoneyBody | None = Field(description=f"What is known to be late after it. {HIDDEN_AMOUNTS}")


def show_update(row: AccountUpdate, actor: Actor, case: Case, zone: str) -> AccountUpdateBody:
    """A row as a body for the actor."""
    with_amounts = sees_amounts(actor)
    return AccountUpdateBody(
        id=row.id,
        case_id=row.case_id,
        client_id=row.client_id,
        at=in_zone(row.at, zone),
        kind=AccountUpdateKind(row.kind),
        case_status=case.status,
        outstanding=MoneyBody.of(case.outstanding) if with_amounts else None,
        overdue=MoneyBody.of(case.overdue) if with_amounts else None,
    )
