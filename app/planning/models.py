"""Rows of planning: the plan, its routes and stops, and the time they take of people."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, column, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.place import Place
from app.runtime.database import Base, Identified, Json, Versioned


class Plan(Identified, Versioned, Base):
    """A region and 1 to 5 days, from the request to the published routes.

    `problem` is what the optimiser was given (matrices by hash), so that every plan can be replayed; `solution` is its
    answer. `failure` is a reason and a detail. `attempt` counts how often a worker began with it.
    """

    __tablename__ = "plans"
    __table_args__ = (
        CheckConstraint("days BETWEEN 1 AND 5", name="one_to_five_days"),
        Index(None, "region", "first_on"),
    )

    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    first_on: Mapped[date]
    days: Mapped[int]
    options: Mapped[Json]
    state: Mapped[str]
    progress: Mapped[Json]
    figures: Mapped[Json | None]
    problem: Mapped[Json | None]
    solution: Mapped[Json | None]
    unassigned: Mapped[list[Any]]
    left_out: Mapped[list[Any]]
    failure: Mapped[Json | None]
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    attempt: Mapped[int] = mapped_column(default=0)
    requested_by: Mapped[str]
    published_at: Mapped[datetime | None]
    superseded_by: Mapped[UUID | None]

    routes: Mapped[list["PlanRoute"]] = relationship(order_by="PlanRoute.day, PlanRoute.vehicle")


class PlanRoute(Identified, Base):
    """The day of one crew: one or two investigators who travel together."""

    __tablename__ = "plan_routes"
    __table_args__ = (Index(None, "plan_id"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"))
    vehicle: Mapped[str]
    day: Mapped[date]
    investigator_ids: Mapped[list[Any]]
    leave_at: Mapped[datetime]
    return_at: Mapped[datetime]
    travel_seconds: Mapped[int]
    travel_metres: Mapped[int]
    waiting_seconds: Mapped[int]
    breaks: Mapped[list[Any]]

    stops: Mapped[list["PlanStop"]] = relationship(order_by="PlanStop.sequence")


class PlanStop(Base):
    """A scheduled visit; its id is the id of the visit that follows from it. Two loans of one borrower share a stop."""

    __tablename__ = "plan_stops"
    __table_args__ = (Index(None, "route_id"), Index(None, "case_id"))

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    route_id: Mapped[UUID] = mapped_column(ForeignKey("plan_routes.id", ondelete="CASCADE"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    also_case_ids: Mapped[list[Any]]
    sequence: Mapped[int]
    arrival_at: Mapped[datetime]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    travel_seconds: Mapped[int]
    waiting_seconds: Mapped[int]
    lat: Mapped[float]
    lon: Mapped[float]
    ruling: Mapped[Json | None]

    @property
    def place(self) -> Place:
        """Where the door is, WGS 84."""
        return Place(self.lat, self.lon)


class Booking(Base):
    """The time a published visit takes of one investigator; nobody can be in two places at once.

    A visit that was made is `done`: it stands no more, but it still counts in the day of those who made it.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("start_at < end_at", name="start_before_end"),
        ExcludeConstraint(
            ("investigator_id", "="),
            (func.tstzrange(column("start_at"), column("end_at")), "&&"),
            name="ex_bookings_one_place_at_a_time",
            using="gist",
            where=text("NOT done"),
        ),
    )

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    investigator_id: Mapped[UUID] = mapped_column(ForeignKey("investigators.id"), primary_key=True)
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    done: Mapped[bool] = mapped_column(default=False)
