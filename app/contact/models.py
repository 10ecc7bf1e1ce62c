"""Rows of contact: what was and may be said to whom. They belong to the borrower, so all his loans share them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.runtime.database import Base, Identified


class Contact(Identified, Base):
    """One call, message or visit in the ledger: append-only. `contacted` means the borrower in person was reached."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("case_id", "client_id"), Index(None, "borrower_key", "at"))

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    client_id: Mapped[UUID]
    channel: Mapped[str]
    at: Mapped[datetime]
    outcome: Mapped[str]
    contacted: Mapped[bool]
    by: Mapped[str | None]
    claim_reference: Mapped[str | None]


class AccountUpdate(Identified, Base):
    """What the case system told about a case: append-only."""

    __tablename__ = "account_updates"
    __table_args__ = (UniqueConstraint("case_id", "client_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    client_id: Mapped[UUID]
    at: Mapped[datetime]
    kind: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int | None]
    outstanding_minor: Mapped[int | None]
    overdue_minor: Mapped[int | None]
    until_on: Mapped[date | None]
    detail: Mapped[str | None]
    actor: Mapped[str]


class Block(Identified, Base):
    """Something that forbids visits: a kind of the contact profiles, from a day, until a day once that is known."""

    __tablename__ = "blocks"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_it_begins"),
        Index(None, "borrower_key"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    kind: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class Consent(Identified, Base):
    """What the borrower agreed to."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "borrower_key"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    kind: Mapped[str]
    given_at: Mapped[datetime]
    until_at: Mapped[datetime | None]


class Notice(Identified, Base):
    """A notice of a visit: when it goes out and for which visit."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "borrower_key"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    visit_id: Mapped[UUID | None]
    at: Mapped[datetime]
    channel: Mapped[str]
