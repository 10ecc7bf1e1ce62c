"""A published plan with one visit, built from rows, at a place where it is about noon just now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.intake import progress, service
from app.intake.models import Case
from app.intake.schemas import EscalationBody, to_escalation
from app.intake.terms import CASE_ACCEPTED, CaseStatus
from app.kernel.actor import SYSTEM
from app.planning.models import Booking, Plan, PlanRoute, PlanStop
from app.planning.terms import CASE_PLANNED, CASE_PUBLISHED, PlanState
from app.runtime.clock import now
from app.runtime.database import Database, new_id
from app.visits.service import open_visits
from app.workforce.geography import RegionCatalogue
from app.workforce.models import Certificate, Investigator, Region
from tests.factories import escalation

HOURS_ONLY = "IN-RBI-2022"  # 08:00 to 19:00 on every day, and nothing else that would depend on the day of the test
AT_THE_DOOR = timedelta(minutes=40)


def zone_where_it_is(hour: int) -> str:
    """A zone in which the clock shows that hour now."""
    ahead = (hour - now().hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


@dataclass(frozen=True)
class Scene:
    """What a published plan is made of; the visit's planned start is now."""

    region: Region
    crew: tuple[Investigator, ...]
    cases: tuple[Case, ...]
    plan: Plan
    visit_id: UUID
    start_at: datetime
    day: date

    @property
    def case(self) -> Case:
        return self.cases[0]


def scene(tx: Session, *, local_hour: int = 12, loans: int = 1, profiles: tuple[str, ...] = (HOURS_ONLY,)) -> Scene:
    """A region with a crew of two, whose plan for today visits one borrower just now; no visit is opened yet."""
    region = _region(tx, zone_where_it_is(local_hour), profiles)
    crew = (investigator(tx, region), investigator(tx, region))
    cases = tuple(published_case(tx, region) for _ in range(loans))
    start_at = now().replace(microsecond=0)
    plan, visit_id = publish(tx, region, crew, cases, start_at)
    return Scene(region, crew, cases, plan, visit_id, start_at, local_day(region, start_at))


def opened(database: Database, **changes: Any) -> Scene:
    """The same with the visit opened."""
    with database.transaction() as tx:
        made = scene(tx, **changes)
    open_visits(database, made.plan.id)
    return made


def local_day(region: Region, at: datetime) -> date:
    return at.astimezone(ZoneInfo(region.time_zone)).date()


def _region(tx: Session, time_zone: str, profiles: tuple[str, ...]) -> Region:
    region = Region(
        code=f"R-{uuid4().hex[:12]}",
        name="West Lake",
        polygon=None,
        time_zone=time_zone,
        holidays=None,
        profiles=list(profiles),
        office_address="1 Wensan Road",
        office_lat=30.2741,
        office_lon=120.1351,
        neighbours=[],
    )
    tx.add(region)
    tx.flush()
    return region


def investigator(tx: Session, region: Region, *, certified: bool = True) -> Investigator:
    person = Investigator(
        code=f"I-{uuid4().hex[:12]}",
        name="李静",
        region=region.code,
        also_regions=[],
        home_address="2 Gudun Road",
        home_lat=30.29,
        home_lon=120.11,
        skills=[],
        languages=["zh"],
        caseload_max=40,
        max_visits_per_day=8,
        conflicts=[],
    )
    if certified:
        person.certificates = [
            Certificate(
                kind="field_visit",
                number="1",
                issuer="academy",
                valid_from_on=date(2020, 1, 1),
                valid_until_on=date(2190, 1, 1),
            )
        ]
    tx.add(person)
    tx.flush()
    return person


def published_case(tx: Session, region: Region, **changes: Any) -> Case:
    """A case of the region that stands in a published plan."""
    body = escalation(source_reference=f"ESC-{uuid4()}", due_on=None) | changes
    body["places"] = [body["places"][0] | {"region": region.code}]
    told = to_escalation(EscalationBody.model_validate(body))
    case = service.receive(tx, SYSTEM, told, RegionCatalogue([region])).case
    assert case.state is CaseStatus.ACCEPTED, case.ruling
    progress.move(tx, case, CaseStatus.ASSIGNED, CASE_ACCEPTED, SYSTEM)
    put_in_plan(tx, case)
    return case


def put_in_plan(tx: Session, case: Case) -> None:
    """An assigned case becomes a published one."""
    progress.move(tx, case, CaseStatus.PLANNED, CASE_PLANNED, SYSTEM)
    progress.move(tx, case, CaseStatus.PUBLISHED, CASE_PUBLISHED, SYSTEM)


def publish(
    tx: Session, region: Region, crew: tuple[Investigator, ...], cases: tuple[Case, ...], start_at: datetime
) -> tuple[Plan, UUID]:
    """A published plan of one stop for these loans, with its bookings."""
    plan = Plan(
        region=region.code,
        first_on=local_day(region, start_at),
        days=1,
        options={},
        state=PlanState.PUBLISHED.value,
        progress={},
        figures=None,
        problem=None,
        solution=None,
        unassigned=[],
        left_out=[],
        failure=None,
        requested_by="dispatcher",
        published_at=now(),
        superseded_by=None,
    )
    tx.add(plan)
    tx.flush()
    stop = stop_at(start_at, cases)
    people = [str(person.id) for person in crew]
    tx.add(
        PlanRoute(
            plan_id=plan.id,
            vehicle="crew-1",
            day=plan.first_on,
            investigator_ids=people,
            leave_at=start_at - timedelta(minutes=30),
            return_at=start_at + timedelta(hours=2),
            travel_seconds=1200,
            travel_metres=9000,
            waiting_seconds=0,
            breaks=[],
            stops=[stop],
        )
    )
    tx.flush()
    tx.add_all(book(stop, person) for person in crew)
    tx.flush()
    return plan, stop.visit_id


def stop_at(start_at: datetime, cases: tuple[Case, ...]) -> PlanStop:
    return PlanStop(
        visit_id=new_id(),
        case_id=cases[0].id,
        also_case_ids=[str(case.id) for case in cases[1:]],
        sequence=1,
        arrival_at=start_at,
        start_at=start_at,
        end_at=start_at + AT_THE_DOOR,
        travel_seconds=600,
        waiting_seconds=0,
        lat=30.2841,
        lon=120.1251,
        ruling=None,
    )


def book(stop: PlanStop, person: Investigator) -> Booking:
    return Booking(visit_id=stop.visit_id, investigator_id=person.id, start_at=stop.arrival_at, end_at=stop.end_at)


def event(kind: str, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
    """An event as the phone tells it."""
    told = {"client_event_id": str(uuid4()), "kind": kind, "at": (at or now()).isoformat()}
    return told | changes


def findings(**changes: Any) -> dict[str, Any]:
    """Findings as the phone puts them."""
    body: dict[str, Any] = {
        "outcome": "MET_ASSESSED",
        "met": "borrower",
        "overdue_reasons": [
            {"code": "INCOME_DROP", "primary": True, "since_on": "2026-07-01", "note": "shorter shifts"}
        ],
        "statement": statement(),
        "promise": None,
        "arrangement": None,
        "education": ["repayment-rights-zh"],
        "complaint": None,
        "vulnerability": [],
        "safety": None,
        "note": "a calm talk",
    }
    return body | changes


def statement(*lines: dict[str, Any]) -> dict[str, Any]:
    """A household of three with a wage and a rent, or with these lines."""
    usual = (
        {"kind": "income", "category": "wages", "amount": "6500.00", "frequency": "monthly", "verification": 3},
        {"kind": "fixed", "category": "rent", "amount": "1500.00", "frequency": "monthly", "verification": 1},
    )
    return {
        "currency": "CNY",
        "household": {"adults": 2, "children": 1, "dependants": 0},
        "lines": list(lines or usual),
    }


def money(amount: str, currency: str = "CNY") -> dict[str, str]:
    return {"amount": amount, "currency": currency}
