"""Rows of contact: what was and may be said to whom. They belong to the borrower, so all his loans share them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.contact.versions import Record, of_records
from app.runtime.database import Base, Identified


class Contact(Identified, Base):
    """One call, message or visit in the ledger: append-only. `contacted` means the borrower in person was reached.

    `corrects` is the client's id of the entry that this one takes the place of, `retracted` says that it never
    happened; neither what is corrected nor what is retracted counts. `counted_on` is the local day on which the entry
    stands in the tallies; an entry without it was written by an older version, which kept none.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("case_id", "client_id"),
        UniqueConstraint("case_id", "corrects"),
        ForeignKeyConstraint(["case_id", "corrects"], ["contacts.case_id", "contacts.client_id"]),
        CheckConstraint("corrects <> client_id", name="corrects_another"),
        CheckConstraint("corrects IS NOT NULL OR NOT retracted", name="retracts_something"),
        Index(None, "borrower_key", "at"),
        Index("ix_contacts_uncounted", "borrower_key", postgresql_where=text("counted_on IS NULL")),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    client_id: Mapped[UUID]
    channel: Mapped[str]
    at: Mapped[datetime]
    outcome: Mapped[str]
    contacted: Mapped[bool]
    by: Mapped[str | None]
    claim_reference: Mapped[str | None]
    corrects: Mapped[UUID | None]
    retracted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    contact_point: Mapped[str | None]
    address: Mapped[str | None]
    source: Mapped[str | None]
    counted_on: Mapped[date | None]


class ContactTally(Base):
    """How many entries of a borrower's ledger stand for a local day, a channel, and whether the borrower was reached.

    Kept up to date with every entry; `number` never falls below zero.
    """

    __tablename__ = "contact_tallies"
    __table_args__ = (
        PrimaryKeyConstraint("borrower_key", "day", "channel", "contacted"),
        CheckConstraint("number >= 0", name="number_not_negative"),
    )

    borrower_key: Mapped[str]
    day: Mapped[date]
    channel: Mapped[str]
    contacted: Mapped[bool]
    number: Mapped[int]


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


class Block(Record):
    """Something that forbids visits: a kind of the contact profiles, from a day, until a day once that is known."""

    __tablename__ = "blocks"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("renewals >= 0", name="renewals_not_negative"),
        Index(None, "borrower_key"),
        *of_records("blocks"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    kind: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    renewals: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    evidence: Mapped[str | None]
    note: Mapped[str | None]


class Consent(Record):
    """What the borrower agreed to, from when and until when, and how we know."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "borrower_key"), *of_records("consents"))

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    kind: Mapped[str]
    given_at: Mapped[datetime]
    from_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(server_default=text("'other'"))
    evidence: Mapped[str | None]
    note: Mapped[str | None]


class Notice(Record):
    """A notice of a visit: when it goes out, for which visit, and what it tells."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "borrower_key"), *of_records("notices"))

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    visit_id: Mapped[UUID | None]
    at: Mapped[datetime]
    channel: Mapped[str]
    content: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    acknowledged_at: Mapped[datetime | None]


class QuietWindow(Record):
    """A time of the week in which the borrower wants to be left alone; minutes are those of the local day.

    Empty `channels` or `place_kinds` mean all of them.
    """

    __tablename__ = "quiet_windows"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_of_a_week"),
        CheckConstraint("0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440", name="a_day"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_it_begins"),
        Index(None, "borrower_key"),
        *of_records("quiet_windows"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    weekday: Mapped[int]
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]
    channels: Mapped[list[Any]]
    place_kinds: Mapped[list[Any]]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    note: Mapped[str | None]


class Preferences(Record):
    """How a borrower likes to be met: one record for each borrower."""

    __tablename__ = "preferences"
    __table_args__ = (
        *of_records("preferences"),
        Index(
            "uq_preferences_of_borrower", "borrower_key", unique=True, postgresql_where=text("superseded_at IS NULL")
        ),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str]
    language: Mapped[str | None]
    same_gender: Mapped[bool | None]
    place_kind: Mapped[str | None]
    windows: Mapped[list[Any]]
    note: Mapped[str | None]


class NoVisitEntry(Record):
    """A borrower, or an address of a region, that is not visited; `address_key` is the address without its spelling."""

    __tablename__ = "no_visit_entries"
    __table_args__ = (
        CheckConstraint("(borrower_key IS NULL) <> (address_key IS NULL)", name="borrower_or_address"),
        CheckConstraint("(address_key IS NULL) = (address IS NULL)", name="address_whole"),
        CheckConstraint("address_key IS NULL OR region IS NOT NULL", name="address_in_region"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_it_begins"),
        Index(None, "borrower_key"),
        Index(None, "region", "address_key"),
        *of_records("no_visit_entries"),
    )

    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    borrower_key: Mapped[str | None]
    region: Mapped[str | None]
    address: Mapped[str | None]
    address_key: Mapped[str | None]
    reason: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    lifted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    note: Mapped[str | None]
