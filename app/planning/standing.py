"""Visits that stand: published or under way, their time still booked. Whatever is planned goes around them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, exists, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.place import Place
from app.kernel.timewindow import TimeWindow
from app.planning.models import Booking, Plan, PlanRoute, PlanStop


@dataclass(frozen=True)
class Standing:
    """One visit that stands; `waits` when nobody has set out for it and one of its cases still is published."""

    visit_id: UUID
    region: str
    day: date
    case_ids: tuple[UUID, ...]
    investigator_ids: tuple[UUID, ...]
    start_at: datetime
    window: TimeWindow
    place: Place
    waits: bool


def cases_of(stop: PlanStop) -> tuple[UUID, ...]:
    """All loans that a stop is for, the weightiest first."""
    return (stop.case_id, *(UUID(case_id) for case_id in stop.also_case_ids))


def standing_for(tx: Session, case_ids: Collection[UUID]) -> list[Standing]:
    """The standing visits for any of the cases."""
    return _standing(tx, _is_for(case_ids) & _booked(~Booking.done)) if case_ids else []


def day_of(tx: Session, people: Collection[UUID], horizon: TimeWindow) -> list[Standing]:
    """All visits that take time of any of the people in the horizon: those that stand, and those that were made."""
    theirs = Booking.investigator_id.in_(people) & (Booking.start_at < horizon.closes_at)
    return _standing(tx, _booked(theirs & (Booking.end_at > horizon.opens_at))) if people else []


def _booked(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Booking.visit_id == PlanStop.visit_id, condition)


def _is_for(case_ids: Collection[UUID]) -> ColumnElement[bool]:
    also = array([cast(str(case_id), String) for case_id in case_ids])
    return or_(PlanStop.case_id.in_(case_ids), PlanStop.also_case_ids.has_any(also))


def _standing(tx: Session, wanted: ColumnElement[bool]) -> list[Standing]:
    query = (
        select(PlanStop, PlanRoute, Plan.region)
        .join(PlanRoute, PlanRoute.id == PlanStop.route_id)
        .join(Plan, Plan.id == PlanRoute.plan_id)
        .where(wanted)
        .order_by(PlanStop.start_at, PlanStop.visit_id)
    )
    rows = tx.execute(query).all()
    statuses = _statuses(tx, {case_id for stop, _, _ in rows for case_id in cases_of(stop)})
    return [_entry(stop, route, region, [statuses[c] for c in cases_of(stop)]) for stop, route, region in rows]


def _statuses(tx: Session, case_ids: Collection[UUID]) -> dict[UUID, str]:
    found = tx.execute(select(Case.id, Case.status).where(Case.id.in_(case_ids)))
    return {case_id: status for case_id, status in found}


def _entry(stop: PlanStop, route: PlanRoute, region: str, statuses: Sequence[str]) -> Standing:
    return Standing(
        visit_id=stop.visit_id,
        region=region,
        day=route.day,
        case_ids=cases_of(stop),
        investigator_ids=tuple(UUID(person) for person in route.investigator_ids),
        start_at=stop.start_at,
        window=TimeWindow(stop.arrival_at, stop.end_at),
        place=stop.place,
        waits=CaseStatus.PUBLISHED in statuses and CaseStatus.VISITING not in statuses,
    )
