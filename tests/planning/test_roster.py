"""What is left of a shift: without absences, without the past, after the visits that stand."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from app.kernel.timewindow import TimeWindow
from app.planning.policy import CERTIFIED
from app.planning.roster import Pause, ShiftDay, common_pauses, shift_days, skills_on
from app.workforce.models import Absence, Certificate, Investigator, Shift

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=ZONE)


def person(*absences: Absence) -> Investigator:
    certificate = Certificate(
        kind="field_visit", number="1", issuer="x", valid_from_on=MONDAY, valid_until_on=MONDAY + timedelta(days=1)
    )
    lunch = {"earliest_at": at(11, 30).isoformat(), "latest_at": at(13).isoformat(), "duration_seconds": 2700}
    return Investigator(
        id=uuid4(),
        code="HZ-1",
        home_lat=30.27,
        home_lon=120.13,
        skills=["micro_business"],
        languages=["zh", "yue"],
        max_visits_per_day=6,
        certificates=[certificate],
        shifts=[Shift(day=MONDAY, start_at=at(8, 30), end_at=at(18), breaks=[lunch])],
        absences=list(absences),
    )


HORIZON = TimeWindow(datetime(2026, 11, 23, tzinfo=ZONE), datetime(2026, 11, 24, tzinfo=ZONE))
LAST_WEEK = at(8) - timedelta(days=7)


def only(investigator: Investigator, now: datetime = LAST_WEEK) -> ShiftDay:
    (day,) = shift_days(investigator, HORIZON, now)
    return day


def test_a_shift_is_what_was_agreed() -> None:
    day = only(person())
    assert day.window == TimeWindow(at(8, 30), at(18))
    assert day.pauses[0].duration_seconds == 2700
    assert day.max_visits == 6


def test_an_absence_leaves_the_longer_piece() -> None:
    away = Absence(from_at=at(8), until_at=at(12), kind="training")
    assert only(person(away)).window == TimeWindow(at(12), at(18))


def test_a_whole_day_away_leaves_nothing() -> None:
    away = Absence(from_at=at(0), until_at=at(23), kind="sick")
    assert list(shift_days(person(away), HORIZON, LAST_WEEK)) == []


def test_what_is_past_is_not_planned() -> None:
    assert only(person(), now=at(10)).window == TimeWindow(at(10), at(18))
    assert list(shift_days(person(), HORIZON, at(19))) == []


def test_visits_that_stand_come_first() -> None:
    day = only(person())
    assert replace(day, free_from_at=at(14)).free == TimeWindow(at(14), at(18))
    assert replace(day, free_from_at=at(17, 45)).free is None
    assert replace(day, free_from_at=at(7)).free == day.window


def test_who_has_made_all_visits_of_the_day_makes_no_more() -> None:
    day = only(person())
    assert replace(day, visits_made=5).visits_left == 1
    assert replace(day, visits_made=6).free is None


def test_a_crew_takes_the_breaks_of_both_together_where_that_can_be() -> None:
    one = Pause(at(11, 30), at(13), 2700)
    overlapping = Pause(at(12), at(14), 1800)
    apart = Pause(at(15), at(16), 900)
    first, second = only(person()), only(person())
    crew = (replace(first, pauses=(one,)), replace(second, pauses=(overlapping, apart)))
    assert common_pauses(crew) == [Pause(at(12), at(13), 2700), apart]


def test_a_certificate_counts_on_the_days_it_is_valid() -> None:
    investigator = person()
    assert {CERTIFIED, "micro_business"} <= skills_on(investigator, MONDAY + timedelta(days=1))
    assert CERTIFIED not in skills_on(investigator, MONDAY + timedelta(days=2))
