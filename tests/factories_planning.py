"""Regions with crews and assigned cases, for tests that plan."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import SYSTEM
from app.runtime.clock import today
from app.workforce.models import Certificate, Investigator, Region, Shift
from tests.factories import add_case, add_region, escalation

ZONE = "Asia/Shanghai"


def _planned_day() -> date:
    """A weekday far enough ahead for every notice."""
    day = today(ZONE) + timedelta(days=3)
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


DAY = _planned_day()


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """A wall time of the region on the planned day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(ZONE))


def add_investigator(tx: Session, region: Region, number: int, **changes: Any) -> Investigator:
    """A certified investigator on duty on the planned day."""
    fields: dict[str, Any] = {
        "code": f"HZ-{number}",
        "name": f"调查员{number}",
        "region": region.code,
        "also_regions": [],
        "home_address": f"文三路{number}号",
        "home_lat": 30.26 + number / 500,
        "home_lon": 120.10 + number / 500,
        "skills": [],
        "languages": ["zh"],
        "caseload_max": 100,
        "max_visits_per_day": 8,
        "conflicts": [],
    }
    person = Investigator(**fields | changes)
    person.certificates = [
        Certificate(
            kind="field_visit",
            number=f"FV-{number}",
            issuer="Doorstep Academy",
            valid_from_on=DAY - timedelta(days=100),
            valid_until_on=DAY + timedelta(days=100),
        )
    ]
    person.shifts = [Shift(day=DAY, start_at=at(8, 30), end_at=at(18), breaks=[])]
    person.absences = []
    tx.add(person)
    tx.flush()
    return person


def add_crew(tx: Session, size: int = 2) -> tuple[Region, list[Investigator]]:
    """A region with certified investigators on duty."""
    region = add_region(tx, holidays=None)
    return region, [add_investigator(tx, region, number) for number in range(1, size + 1)]


def add_assigned_cases(tx: Session, region: Region, count: int, **changes: Any) -> list[Case]:
    """Cases of different borrowers around the lake that everybody of the region may take."""
    people = tx.scalars(select(Investigator).where(Investigator.region == region.code)).all()
    cases = []
    for number in range(count):
        body = escalation()
        place = body["places"][0] | {
            "address": f"文二路{number}号",
            "place": {"lat": 30.25 + (number % 7) / 100, "lon": 120.08 + (number % 5) / 100},
        }
        borrower = body["borrower"] | {"reference": f"B-{number}"}
        named = {"source_reference": f"ESC-{number}", "places": [place], "borrower": borrower}
        case = add_case(tx, region, **named | changes)
        case.eligible = [{"investigator_id": str(p.id), "eligible": True, "reasons": []} for p in people]
        progress.move(tx, case, CaseStatus.ASSIGNED, "case.assigned", SYSTEM)
        cases.append(case)
    tx.flush()
    return cases


def order(**options: Any) -> dict[str, Any]:
    """The body that asks for a plan of the day."""
    return {"region": "330106", "first_on": str(DAY), "days": 1, "options": {"seed": 1} | options}
