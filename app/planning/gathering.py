"""Reads, in one short transaction, everything that a plan is made of."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.assignment.terms import Obstacle
from app.compliance.composition import ask
from app.compliance.local_days import day_start, span_of
from app.compliance.profile_versions import Era
from app.compliance.ruling import Ruling, combine
from app.compliance.ruling_book import lawful_presence
from app.compliance.situation import Channel, Contact, PlaceKind, Situation
from app.compliance.staff import minimum_staff
from app.contact.facts import facts_of
from app.contact.preferences import NO_LIKING, Liking, likings_of
from app.contact.rulings import situation_of
from app.intake.models import Case
from app.intake.terms import CaseStatus, Product
from app.kernel.place import Place
from app.kernel.timewindow import TimeWindow, intersect, subtract
from app.planning.ledger import planned_contacts, siblings_of
from app.planning.models import Plan
from app.planning.policy import PlanningPolicy, service_seconds
from app.planning.roster import ShiftDay, shift_days, time_left
from app.planning.standing import Standing, day_of, standing_for
from app.roads.great_circle import CAR, travel_matrix
from app.workforce.contact_profiles import ProfileBook, profile_book
from app.workforce.models import Investigator, Region

_BY_ROLE = frozenset(
    {
        Obstacle.SKILL_MISSING,
        Obstacle.LANGUAGE_MISSING,
        Obstacle.NO_CERTIFICATE,
        Obstacle.CERTIFICATE_EXPIRED,
        Obstacle.CASELOAD_FULL,
    }
)
MOST_MEMBERS = 2
PLANNABLE = (CaseStatus.ASSIGNED, CaseStatus.PLANNED, CaseStatus.PUBLISHED)


@dataclass(frozen=True)
class Want:
    """A visit that is wanted: the loans of one borrower go together, the weightiest first.

    `presence` are the windows in which somebody may be at the door; `ruling` says why there are none. `suiting` is what
    of them suits the borrower best, `languages` are those to be met in.
    """

    cases: tuple[Case, ...]
    place: Place
    service_seconds: int
    staff: int
    presence: tuple[TimeWindow, ...]
    suiting: tuple[TimeWindow, ...]
    ruling: Ruling | None
    allowed: frozenset[str]
    preferred: str | None
    languages: frozenset[str]

    @property
    def case(self) -> Case:
        """The weightiest loan; it gives the visit its name."""
        return self.cases[0]


@dataclass(frozen=True)
class Gathered:
    """What a plan is made of; `crew_size` is what the law of the place asks of every visit, two at most."""

    region: Region
    first_on: date
    days: int
    origin: datetime
    wants: tuple[Want, ...]
    shifts: tuple[ShiftDay, ...]
    crew_size: int


@dataclass(frozen=True)
class _Ask:
    """What is asked of the contact rules for every case of a plan."""

    region: Region
    book: ProfileBook
    first_on: date
    days: int
    now: datetime
    policy: PlanningPolicy

    @property
    def horizon(self) -> TimeWindow:
        """All days of the plan."""
        return span_of(self.first_on, self.days, self.region.time_zone)

    def eras(self, case: Case) -> tuple[Era, ...]:
        """Which profiles hold for the case on which days."""
        return self.book.eras(self.region, self.first_on, self.days, case.lender)


def _least_staff(eras: Sequence[Era]) -> int:
    """The least number of people at the door that is enough on all days."""
    return max(minimum_staff(era.profiles) for era in eras)


def gather(tx: Session, plan: Plan, now: datetime, policy: PlanningPolicy) -> Gathered:
    """Read the region, its open cases with their contact windows, and who works on the days of the plan."""
    region = tx.scalars(select(Region).where(Region.code == plan.region)).one()
    origin = day_start(plan.first_on, region.time_zone)
    horizon = TimeWindow(origin, day_start(plan.first_on + timedelta(days=plan.days), region.time_zone))
    cases = _located(tx, region)
    siblings = siblings_of(tx, {case.borrower_key for case in cases})
    standing = standing_for(tx, siblings)
    staying = [visit for visit in standing if not is_reconsidered(visit, region, horizon)]
    taken = {case_id for visit in staying for case_id in visit.case_ids}
    free = [case for case in cases if case.id not in taken]
    asked = _Ask(region, profile_book(tx), plan.first_on, plan.days, now, policy)
    staff = _least_staff(asked.book.eras(region, plan.first_on, plan.days))
    return Gathered(
        region=region,
        first_on=plan.first_on,
        days=plan.days,
        origin=origin,
        wants=_wants(tx, free, planned_contacts(staying, siblings), asked),
        shifts=_shifts(tx, region, horizon, now),
        crew_size=min(MOST_MEMBERS, staff),
    )


def is_reconsidered(visit: Standing, region: Region, horizon: TimeWindow) -> bool:
    """Whether a plan of the region's horizon may give the visit another place: nobody has set out for it."""
    return visit.waits and visit.region == region.code and horizon.covers(visit.window)


def _located(tx: Session, region: Region) -> list[Case]:
    query = select(Case).where(Case.region == region.code, Case.status.in_(PLANNABLE)).order_by(Case.id)
    return [case for case in tx.scalars(query) if case.place is not None]


def _wants(
    tx: Session, cases: Sequence[Case], planned: dict[str, tuple[Contact, ...]], asked: _Ask
) -> tuple[Want, ...]:
    facts, likings = facts_of(tx, cases), likings_of(tx, {case.borrower_key for case in cases})
    grouped: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        grouped[case.borrower_key].append(case)
    wants = []
    for key, group in grouped.items():
        group.sort(key=_weight)
        seconds = _seconds(group, asked.policy)
        noon = day_start(asked.first_on, asked.region.time_zone) + timedelta(hours=12)
        situations = [
            situation_of(
                case,
                asked.region,
                facts[case.id],
                noon,
                seconds,
                planned=planned.get(key, ()),
                notify_from_at=asked.now,
            )
            for case in group
        ]
        wants.append(_want(group, seconds, at_one_door(situations), likings.get(key, NO_LIKING), asked))
    return tuple(wants)


def _weight(case: Case) -> tuple[int, str]:
    return -case.priority, str(case.id)


def _seconds(group: Sequence[Case], policy: PlanningPolicy) -> int:
    is_business = any(case.product == Product.MICRO_BUSINESS for case in group)
    return service_seconds(is_business, len(group), policy)


def at_one_door(situations: Sequence[Situation]) -> list[Situation]:
    """The situations of several loans in one visit: all are spoken of where the weightiest one is visited."""
    kind: PlaceKind = situations[0].place_kind
    return [replace(situation, place_kind=kind) for situation in situations]


def _want(group: Sequence[Case], seconds: int, situations: Sequence[Situation], liking: Liking, asked: _Ask) -> Want:
    """The law of every loan of the visit holds: what is left is what all of them allow."""
    first = group[0]
    assert first.place is not None
    eras = [asked.eras(case) for case in group]
    windows = [lawful_presence(own, situation) for own, situation in zip(eras, situations, strict=True)]
    staff = max(_least_staff(own) for own in eras)
    presence = subtract(reduce(intersect, windows), visited_days(situations))
    return Want(
        cases=tuple(group),
        place=first.place,
        service_seconds=seconds,
        staff=max(staff, *(case.staff_needed for case in group)),
        presence=tuple(presence),
        suiting=tuple(intersect(presence, liking.suiting(asked.horizon, asked.region.time_zone))),
        ruling=None if presence else combine(_asked_each_era(own, s) for own, s in zip(eras, situations, strict=True)),
        allowed=frozenset.intersection(*(_eligible(case) for case in group)),
        languages=_languages(group, liking),
        preferred=next((entry["investigator_id"] for entry in first.eligible if entry.get("preferred")), None),
    )


def _asked_each_era(eras: Sequence[Era], situation: Situation) -> Ruling:
    """What the law says at noon of the first day on which it is this law."""
    noons = (day_start(era.first_on, situation.time_zone) + timedelta(hours=12) for era in eras)
    asked = zip(eras, noons, strict=True)
    return combine(ask(era.profiles, replace(situation, start_at=noon)) for era, noon in asked)


def _languages(group: Sequence[Case], liking: Liking) -> frozenset[str]:
    """What the borrower told himself counts before what the escalations say."""
    told = [liking.language] if liking.language else [case.language for case in group]
    return frozenset(language for language in told if language)


def visited_days(situations: Sequence[Situation]) -> list[TimeWindow]:
    """The local days on which the borrower was or will be visited: never twice a day, whatever the law leaves open."""
    days = {
        (entry.on, situation.time_zone)
        for situation in situations
        for entry in situation.ledger
        if entry.contact.channel is Channel.VISIT
    }
    return [TimeWindow(day_start(on, zone), day_start(on + timedelta(days=1), zone)) for on, zone in sorted(days)]


def _eligible(case: Case) -> frozenset[str]:
    """Who may go: also those who lack a skill or language that another member of the crew may bring.

    Skills, languages and the certificate of the day are what the planner's roles ask for; a full caseload keeps nobody
    from coming along.
    """
    return frozenset(entry["investigator_id"] for entry in case.eligible if _BY_ROLE.issuperset(entry["reasons"]))


def _shifts(tx: Session, region: Region, horizon: TimeWindow, now: datetime) -> tuple[ShiftDay, ...]:
    """The shifts of the horizon without absences, the past, and the visits that stand.

    Of a day's several shifts the one with the most time left counts: the planner knows one a day.
    """
    works_here = (Investigator.region == region.code) | Investigator.also_regions.contains([region.code])
    people = tx.scalars(
        select(Investigator)
        .where(Investigator.active, works_here)
        .options(
            selectinload(Investigator.certificates),
            selectinload(Investigator.shifts),
            selectinload(Investigator.absences),
        )
        .order_by(Investigator.code)
    ).all()
    ids = [person.id for person in people]
    taken = [visit for visit in day_of(tx, ids, horizon) if not is_reconsidered(visit, region, horizon)]
    made = Counter((person, visit.day) for visit in taken for person in visit.investigator_ids)
    found: dict[tuple[object, date], ShiftDay] = {}
    for person in people:
        for shift in shift_days(person, horizon, now):
            day = replace(
                shift,
                free_from_at=_free_from(person, shift.day, taken, region),
                visits_made=made[person.id, shift.day],
            )
            found[person.id, day.day] = max(found.get((person.id, day.day), day), day, key=time_left)
    return tuple(day for day in found.values() if day.free is not None)


def _free_from(person: Investigator, day: date, taken: Sequence[Standing], region: Region) -> datetime | None:
    """When the last visit of the day is over and the person is back at the office or at home, whichever is farther."""
    mine = [visit for visit in taken if person.id in visit.investigator_ids and visit.day == day]
    return max((visit.window.closes_at + _way_back(visit.place, person, region) for visit in mine), default=None)


def _way_back(place: Place, person: Investigator, region: Region) -> timedelta:
    durations = travel_matrix([place, region.office, person.home], CAR).durations
    return timedelta(seconds=int(max(durations[0, 1], durations[0, 2])))
