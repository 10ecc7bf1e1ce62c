"""How borrowers like to be met: weekly times become windows."""

from datetime import UTC, date, datetime

from app.compliance.local_days import span_of
from app.contact.preferences import Liking, WeeklyTime
from app.kernel.timewindow import TimeWindow

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
MONDAY = date(2026, 11, 23)


def instant(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_a_weekly_time_comes_back_on_its_day() -> None:
    liking = Liking(times=(WeeklyTime(0, 17 * 60, 19 * 60),))
    found = liking.suiting(span_of(MONDAY, 8, SHANGHAI), SHANGHAI)
    assert found == [TimeWindow(instant(23, 9), instant(23, 11)), TimeWindow(instant(30, 9), instant(30, 11))]


def test_times_that_touch_are_one_and_what_lies_outside_is_cut() -> None:
    liking = Liking(times=(WeeklyTime(0, 0, 8 * 60), WeeklyTime(0, 8 * 60, 9 * 60), WeeklyTime(1, 0, 60)))
    span = TimeWindow(instant(22, 20), instant(23, 16))  # Monday 04:00 to midnight
    assert liking.suiting(span, SHANGHAI) == [TimeWindow(instant(22, 20), instant(23, 1))]


def test_an_hour_that_the_clocks_skip_suits_nobody() -> None:
    liking = Liking(times=(WeeklyTime(6, 2 * 60, 3 * 60),))
    assert liking.suiting(span_of(date(2026, 3, 29), 1, BERLIN), BERLIN) == []


def test_nothing_told_suits_at_no_time_better_than_at_another() -> None:
    assert Liking().suiting(span_of(MONDAY, 7, SHANGHAI), SHANGHAI) == []
