"""Rows of intake: the case and what happened to it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.intake.terms import CaseStatus
from app.kernel.money import Money
from app.kernel.place import Place
from app.runtime.database import Base, Identified, Json, Versioned


class Case(Identified, Versioned, Base):
    """An escalated overdue loan in our hands.

    `escalation` is the message as it came, with its defaults; the columns are what we search and plan by.
    `borrower_key` is shared by all loans of one borrower of one source.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("source", "source_reference"),
        CheckConstraint("outstanding_minor >= 0 AND overdue_minor >= 0", name="amounts_not_negative"),
        CheckConstraint("staff_needed BETWEEN 1 AND 2", name="staff_one_or_two"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="point_whole"),
        Index(None, "region", "status"),
        Index(None, "borrower_key"),
    )

    source: Mapped[str]
    source_reference: Mapped[str]
    body_sha256: Mapped[str]
    escalation: Mapped[Json]
    status: Mapped[str]
    held: Mapped[Json | None]
    ruling: Mapped[Json]
    eligible: Mapped[list[Any]]
    flags: Mapped[list[Any]]
    region: Mapped[str | None]
    region_mismatch: Mapped[bool]
    borrower_key: Mapped[str]
    borrower_name: Mapped[str]
    language: Mapped[str | None]
    lender: Mapped[str | None]
    product: Mapped[str]
    currency: Mapped[str]
    outstanding_minor: Mapped[int]
    overdue_minor: Mapped[int]
    days_past_due: Mapped[int]
    priority: Mapped[int]
    due_on: Mapped[date | None]
    required_skills: Mapped[list[Any]]
    staff_needed: Mapped[int]
    place_kind: Mapped[str]
    address: Mapped[str]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    received_at: Mapped[datetime]

    @property
    def state(self) -> CaseStatus:
        """The status as a word of ours."""
        return CaseStatus(self.status)

    @property
    def place(self) -> Place | None:
        """Where the borrower lives, WGS 84."""
        return None if self.lat is None or self.lon is None else Place(self.lat, self.lon)

    @property
    def outstanding(self) -> Money:
        """What is owed in all."""
        return Money(self.currency, self.outstanding_minor)

    @property
    def overdue(self) -> Money:
        """What is owed and late."""
        return Money(self.currency, self.overdue_minor)


class CaseEvent(Identified, Base):
    """One change of a case: append-only."""

    __tablename__ = "case_events"
    __table_args__ = (Index(None, "case_id", "at"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    name: Mapped[str]
    status: Mapped[str]
    actor: Mapped[str]
    detail: Mapped[Json]
