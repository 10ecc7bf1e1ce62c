"""Reads, in one short transaction, everything that a plan is made of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, selectinload

from app.assignment.terms import Obstacle
from app.compliance.composition import ask, presence_windows
from app.compliance.local_days import day_start
from app.compliance.ruling import Ruling
from app.compliance.situation import Channel, Contact, Facts
from app.compliance.staff import minimum_staff
from app.contact.facts import facts_of
from app.contact.rulings import situation_of
from app.intake.models import Case
from app.intake.terms import CaseStatus, Product
from app.kernel.place import Place
from app.kernel.timewindow import TimeWindow
from app.planning.models import Booking, Plan, PlanStop
from app.planning.policy import PlanningPolicy, service_seconds
from app.planning.roster import ShiftDay, shift_days, time_left
from app.workforce.contact_profiles import profiles_of
from app.workforce.models import Investigator, Region

_BY_ROLE = frozenset(
    {Obstacle.SKILL_MISSING, Obstacle.LANGUAGE_MISSING, Obstacle.NO_CERTIFICATE, Obstacle.CERTIFICATE_EXPIRED}
)
PLANNABLE = (CaseStatus.ASSIGNED, CaseStatus.PLANNED, CaseStatus.PUBLISHED)


@dataclass(frozen=True)
class Want:
    """A visit that is wanted: the loans of one borrower that go together, the weightiest first.

    `presence` are the windows in which somebody may be at the door; `ruling` says why there are none.
    """

    cases: tuple[Case, ...]
    place: Place
    service_seconds: int
    staff: int
    presence: tuple[TimeWindow, ...]
    ruling: Ruling | None
    allowed: frozenset[str]
    preferred: str | None

    @property
    def case(self) -> Case:
        """The weightiest loan; it gives the visit its name."""
        return self.cases[0]


@dataclass(frozen=True)
class Gathered:
    """What a plan is made of."""

    region: Region
    first_on: date
    days: int
    origin: datetime
    wants: tuple[Want, ...]
    shifts: tuple[ShiftDay, ...]
    crew_size: int


def gather(tx: Session, plan: Plan, now: datetime, policy: PlanningPolicy) -> Gathered:
    """Read the region, its open cases with their contact windows, and who works on the days of the plan."""
    region = tx.scalars(select(Region).where(Region.code == plan.region)).one()
    origin = day_start(plan.first_on, region.time_zone)
    horizon = TimeWindow(origin, day_start(plan.first_on + timedelta(days=plan.days), region.time_zone))
    cases = _plannable(tx, region, horizon)
    return Gathered(
        region=region,
        first_on=plan.first_on,
        days=plan.days,
        origin=origin,
        wants=_wants(tx, region, cases, plan, now, policy),
        shifts=_shifts(tx, region, horizon, now, {case.id for case in cases}),
        crew_size=minimum_staff(profiles_of(region)),
    )


def _plannable(tx: Session, region: Region, horizon: TimeWindow) -> list[Case]:
    """Assigned cases, and published ones of these days that nobody has departed for; never those of other days."""
    query = select(Case).where(Case.region == region.code, Case.status.in_(PLANNABLE)).order_by(Case.id)
    cases = [case for case in tx.scalars(query) if case.place is not None]
    elsewhere = {case_id for case_id, window in live_stops(tx, cases) if not horizon.covers(window)}
    return [case for case in cases if case.id not in elsewhere]


def live_stops(tx: Session, cases: Sequence[Case]) -> list[tuple[UUID, TimeWindow]]:
    """The time at the door of each of these cases in plans that are published now."""
    ids = [case.id for case in cases if case.state is CaseStatus.PUBLISHED]
    query = (
        select(PlanStop.case_id, PlanStop.start_at, PlanStop.end_at)
        .join(Booking, Booking.visit_id == PlanStop.visit_id)
        .where(PlanStop.case_id.in_(ids))
        .distinct()
    )
    return [(case_id, TimeWindow(start_at, end_at)) for case_id, start_at, end_at in tx.execute(query)]


def _wants(
    tx: Session, region: Region, cases: Sequence[Case], plan: Plan, now: datetime, policy: PlanningPolicy
) -> tuple[Want, ...]:
    facts = facts_of(tx, cases)
    planned = planned_contacts(tx, cases)
    grouped: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        grouped[case.borrower_key, case.address].append(case)
    return tuple(
        _want(region, sorted(group, key=_weight), facts, planned, plan, now, policy) for group in grouped.values()
    )


def _weight(case: Case) -> tuple[int, str]:
    return -case.priority, str(case.id)


def _want(
    region: Region,
    group: Sequence[Case],
    facts: dict[UUID, Facts],
    planned: dict[str, list[tuple[UUID, Contact]]],
    plan: Plan,
    now: datetime,
    policy: PlanningPolicy,
) -> Want:
    first, profiles = group[0], profiles_of(region)
    assert first.place is not None
    seconds = service_seconds(any(case.product == Product.MICRO_BUSINESS for case in group), len(group), policy)
    own = {case.id for case in group}
    others = [contact for case_id, contact in planned.get(first.borrower_key, ()) if case_id not in own]
    situation = situation_of(
        first,
        region,
        facts[first.id],
        day_start(plan.first_on, region.time_zone) + timedelta(hours=12),
        seconds,
        planned=others,
        notify_from_at=now,
    )
    presence = presence_windows(profiles, situation, plan.first_on, plan.days)
    return Want(
        cases=tuple(group),
        place=first.place,
        service_seconds=seconds,
        staff=max(minimum_staff(profiles), *(case.staff_needed for case in group)),
        presence=tuple(presence),
        ruling=None if presence else ask(profiles, situation),
        allowed=frozenset.intersection(*(_eligible(case) for case in group)),
        preferred=next((entry["investigator_id"] for entry in first.eligible if entry.get("preferred")), None),
    )


def _eligible(case: Case) -> frozenset[str]:
    """Who may go: also those who lack a skill or language that another member of the crew may bring.

    Skills, languages and the certificate of the day are what the planner's roles ask for.
    """
    return frozenset(entry["investigator_id"] for entry in case.eligible if _BY_ROLE.issuperset(entry["reasons"]))


def planned_contacts(tx: Session, cases: Sequence[Case]) -> dict[str, list[tuple[UUID, Contact]]]:
    """The visits in published plans that are still to come, by borrower: they count in the limits."""
    keys = {case.borrower_key for case in cases}
    query = (
        select(Case.borrower_key, Case.id, PlanStop.start_at)
        .join(PlanStop, PlanStop.case_id == Case.id)
        .where(exists().where(Booking.visit_id == PlanStop.visit_id))
        .where(Case.borrower_key.in_(keys), Case.status == CaseStatus.PUBLISHED)
    )
    planned: dict[str, list[tuple[UUID, Contact]]] = defaultdict(list)
    for key, case_id, start_at in tx.execute(query):
        planned[key].append((case_id, Contact(Channel.VISIT, start_at, planned=True)))
    return planned


def _shifts(
    tx: Session, region: Region, horizon: TimeWindow, now: datetime, reconsidered: set[UUID]
) -> tuple[ShiftDay, ...]:
    """The shifts of the horizon without absences, the past, and the visits that stand.

    Of a day's several shifts the one with the most time left counts: the planner knows one a day.
    """
    people = tx.scalars(
        select(Investigator)
        .where(
            Investigator.active,
            (Investigator.region == region.code) | Investigator.also_regions.contains([region.code]),
        )
        .options(
            selectinload(Investigator.certificates),
            selectinload(Investigator.shifts),
            selectinload(Investigator.absences),
        )
        .order_by(Investigator.code)
    ).all()
    taken = _bookings(tx, [person.id for person in people], horizon, reconsidered)
    found: dict[tuple[UUID, date], ShiftDay] = {}
    for person in people:
        for shift in shift_days(person, horizon, now):
            day = replace(shift, taken=taken.get(person.id, ()))
            found[person.id, day.day] = max(found.get((person.id, day.day), day), day, key=time_left)
    return tuple(day for day in found.values() if day.free is not None)


def _bookings(
    tx: Session, people: Sequence[UUID], horizon: TimeWindow, reconsidered: set[UUID]
) -> dict[UUID, tuple[TimeWindow, ...]]:
    query = (
        select(Booking.investigator_id, Booking.start_at, Booking.end_at, PlanStop.case_id)
        .join(PlanStop, PlanStop.visit_id == Booking.visit_id)
        .where(
            Booking.investigator_id.in_(people),
            Booking.start_at < horizon.closes_at,
            Booking.end_at > horizon.opens_at,
        )
    )
    taken: dict[UUID, tuple[TimeWindow, ...]] = defaultdict(tuple)
    for person, start_at, end_at, case_id in tx.execute(query):
        if case_id not in reconsidered:
            taken[person] = (*taken[person], TimeWindow(start_at, end_at))
    return taken
