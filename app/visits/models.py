"""Rows of visits: what happens at the door."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.place import Place
from app.runtime.database import Base, Identified, Json, Versioned


class Visit(Identified, Versioned, Base):
    """A published stop as it is carried out; its id is that of the stop.

    `investigator_ids` are strings of UUIDs: both members of a crew carry out the same visit. `also_case_ids` are the
    borrower's other loans, as strings. `attempted` once somebody knocked.
    """

    __tablename__ = "visits"
    __table_args__ = (Index(None, "case_id"), Index(None, "plan_id"), Index(None, "day"))

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    also_case_ids: Mapped[list[Any]]
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    region: Mapped[str]
    day: Mapped[date]
    sequence: Mapped[int]
    investigator_ids: Mapped[list[Any]]
    state: Mapped[str]
    arrival_at: Mapped[datetime]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    travel_seconds: Mapped[int]
    waiting_seconds: Mapped[int]
    lat: Mapped[float]
    lon: Mapped[float]
    ruling: Mapped[Json | None]
    outcome: Mapped[str | None]
    attempted: Mapped[bool] = mapped_column(default=False)

    @property
    def case_ids(self) -> tuple[UUID, ...]:
        """All loans of the borrower that the visit is for, the weightiest first."""
        return (self.case_id, *(UUID(case_id) for case_id in self.also_case_ids))

    @property
    def place(self) -> Place:
        """Where the door is, WGS 84."""
        return Place(self.lat, self.lon)


class VisitEvent(Identified, Base):
    """One fact of a visit, as the phone told it: append-only, once for each client's id."""

    __tablename__ = "visit_events"
    __table_args__ = (UniqueConstraint("visit_id", "client_event_id"), Index(None, "visit_id", "at"))

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    client_event_id: Mapped[UUID]
    kind: Mapped[str]
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    actor: Mapped[str]
    position: Mapped[Json | None]
    note: Mapped[str | None]
    ruling: Mapped[Json | None]
    emergency: Mapped[str | None]
    papers: Mapped[Json | None]
    signals: Mapped[list[Any]] = mapped_column(default=list)


class Findings(Identified, Base):
    """What was found, as the phone put it: append-only, the highest number counts.

    `correction` is why they were changed after the visit was finished; null for those put during the visit.
    """

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("visit_id", "number"),)

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    number: Mapped[int]
    body: Mapped[Json]
    actor: Mapped[str]
    correction: Mapped[str | None]


class DoorRecord(Identified, Base):
    """What was asked and ruled at the door: append-only, once for each client's id."""

    __tablename__ = "door_rulings"
    __table_args__ = (UniqueConstraint("visit_id", "client_id"),)

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    client_id: Mapped[UUID]
    at: Mapped[datetime]
    met: Mapped[str]
    signs: Mapped[list[Any]]
    ruling: Mapped[Json]
    actor: Mapped[str]


class PromiseToPay(Identified, Versioned, Base):
    """What the borrower promised: amount and day; kept, part kept, broken, superseded or cancelled later.

    Made at a visit, or told by somebody else under an id of the client. `promised_at` is when the borrower said it:
    payments from then on count. `paid_minor` is what was paid that counts; its history is in the events.
    """

    __tablename__ = "promises_to_pay"
    __table_args__ = (
        UniqueConstraint("case_id", "client_id"),
        CheckConstraint("(visit_id IS NULL) <> (client_id IS NULL)", name="made_once"),
        Index(None, "case_id"),
        Index(None, "state", "due_on"),
    )

    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"), unique=True)
    client_id: Mapped[UUID | None]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    currency: Mapped[str]
    amount_minor: Mapped[int]
    promised_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    due_on: Mapped[date]
    channel: Mapped[str | None]
    state: Mapped[str]
    paid_minor: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class PromiseEvent(Identified, Base):
    """One step in the life of a promise: append-only. `update_id` is the payment that it is about, once each."""

    __tablename__ = "promise_events"
    __table_args__ = (UniqueConstraint("promise_id", "update_id"), Index(None, "promise_id", "id"))

    promise_id: Mapped[UUID] = mapped_column(ForeignKey("promises_to_pay.id"))
    state: Mapped[str]
    paid_minor: Mapped[int]
    update_id: Mapped[UUID | None] = mapped_column(ForeignKey("account_updates.id"))
    actor: Mapped[str]
    note: Mapped[str | None]
