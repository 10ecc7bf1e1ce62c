"""The investigators of the demo: eight in each district, some absent, one with a certificate that has run out."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random

from app.demo.names import NameBook
from app.demo.regions import GONGSHU, SHANGCHENG, XIHU, Body, Region
from app.demo.streets import address_in
from app.roads.datum import Datum

PER_REGION = 8
SHIFT_DAYS = 14
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991

_SUNDAY = 6
_SKILLS = (
    ("household_statement", "micro_business"),
    ("household_statement",),
    ("household_statement", "micro_business", "mediation"),
    ("household_statement", "hardship"),
    ("household_statement", "micro_business"),
    ("household_statement", "mediation"),
    ("household_statement", "micro_business", "hardship"),
    ("household_statement",),
)
_LANGUAGES = (("zh", "yue"), ("zh",), ("zh", "yue"), ("zh",), ("zh", "en"), ("zh",), ("zh", "en"), ("zh",))
_EXPIRED, _EXPIRING = (GONGSHU.code, 8), (SHANGCHENG.code, 5)  # region and number of the two certificates to notice


@dataclass(frozen=True)
class Investigator:
    """The bodies that make one investigator, in the order in which they are posted."""

    body: Body
    certificates: tuple[Body, ...]
    shifts: tuple[Body, ...]
    absences: tuple[Body, ...]


def roster(
    region: Region, today: date, days_off: Set[date], conflicts: dict[int, list[str]], seed: int
) -> tuple[Investigator, ...]:
    """The region's investigators.

    `days_off` are days without shifts besides Sundays; `conflicts` gives, by an investigator's number, the borrowers
    to whom that person must not go. Only certificates and absences depend on `today`: a shift of a day is always the
    same, so that a demo loaded on two days does not contradict itself.
    """
    random = Random(f"{seed}:investigators:{region.code}")
    names = NameBook(random)
    days = [today + timedelta(days=ahead) for ahead in range(SHIFT_DAYS)]
    shifts = [day for day in days if day.weekday() != _SUNDAY and day not in days_off]
    return tuple(
        Investigator(
            body=_person(region, number, names, conflicts.get(number, []), random),
            certificates=(_certificate(region, number, today, random),),
            shifts=tuple(_shift(day) for day in shifts),
            absences=_absences(region, number, shifts),
        )
        for number in range(1, PER_REGION + 1)
    )


def local(day: date, at: time) -> str:
    """A local time of Hangzhou as RFC 3339 with its offset."""
    return datetime.combine(day, at, CHINA).isoformat()


def _person(region: Region, number: int, names: NameBook, conflicts: list[str], random: Random) -> Body:
    datum = Datum.GCJ02 if number % 2 else Datum.WGS84
    return {
        "code": f"HZ-{region.short}-{number:02d}",
        "name": names.next_name(),
        "region": region.code,
        "also_regions": [],
        "home": address_in(region, random).as_body(datum),
        "skills": list(_SKILLS[number - 1]),
        "languages": list(_LANGUAGES[number - 1]),
        "caseload_max": 80,
        "max_visits_per_day": 6,
        "conflicts": list(conflicts),
    }


def _certificate(region: Region, number: int, today: date, random: Random) -> Body:
    days_left = {_EXPIRED: -6, _EXPIRING: 4}.get((region.code, number), random.randint(60, 330))
    until = today + timedelta(days=days_left)
    return {
        "kind": "field_visit",
        "number": f"FV-{region.short}-{number:02d}-{until.year}",
        "issuer": "钱塘入户走访培训中心",
        "valid_from_on": (until - timedelta(days=365)).isoformat(),
        "valid_until_on": until.isoformat(),
    }


def _shift(day: date) -> Body:
    lunch = {
        "earliest_at": local(day, time(11, 30)),
        "latest_at": local(day, time(13, 30)),
        "duration_seconds": 2700,
    }
    return {"start_at": local(day, time(8, 30)), "end_at": local(day, time(18)), "breaks": [lunch]}


def _absences(region: Region, number: int, days: list[date]) -> tuple[Body, ...]:
    """A half day of training, two days of leave and a day of sickness, one in each region, none in the first days."""
    planned = {
        (XIHU.code, 4): (3, 3, time(13), "training"),
        (GONGSHU.code, 3): (4, 5, time(8), "leave"),
        (SHANGCHENG.code, 2): (2, 2, time(8), "sick"),
    }.get((region.code, number))
    if planned is None or len(days) <= planned[1]:
        return ()
    first, last, start, kind = planned
    return ({"from_at": local(days[first], start), "until_at": local(days[last], time(19)), "kind": kind},)
