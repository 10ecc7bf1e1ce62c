from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.local_days import check_instant, day_start, days_of, local_day, opening, span_of, whole_days, zone
from app.kernel.timewindow import TimeWindow

ZONES = ["Asia/Shanghai", "Europe/Dublin", "America/New_York", "Asia/Kolkata", "Asia/Beirut", "America/Havana"]
DAYS = st.dates(date(2000, 1, 1), date(2037, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("on", "time_zone", "starts"),
    [
        (date(2026, 11, 29), "Europe/Dublin", "2026-11-29T00:00Z"),
        (date(2026, 6, 1), "Europe/Dublin", "2026-05-31T23:00Z"),
        (date(2026, 2, 14), "Asia/Shanghai", "2026-02-13T16:00Z"),
        (date(2024, 3, 31), "Asia/Beirut", "2024-03-30T22:00Z"),  # midnight does not exist: the day begins at 01:00
        (date(2025, 11, 2), "America/Havana", "2025-11-02T04:00Z"),  # midnight comes twice: the day begins at the first
    ],
)
def test_a_local_day_begins_at_its_first_instant(on: date, time_zone: str, starts: str) -> None:
    assert day_start(on, time_zone) == at(starts)


@pytest.mark.parametrize(
    ("on", "time_zone", "hours"),
    [
        (date(2026, 3, 29), "Europe/Dublin", 23),
        (date(2026, 10, 25), "Europe/Dublin", 25),
        (date(2026, 11, 1), "America/New_York", 25),
        (date(2026, 3, 8), "America/New_York", 23),
        (date(2026, 3, 29), "Asia/Shanghai", 24),
    ],
)
def test_days_on_which_the_clocks_change_are_shorter_or_longer(on: date, time_zone: str, hours: int) -> None:
    assert span_of(on, 1, time_zone).duration == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (60, 120, ("2026-11-01T06:00Z", None)),  # 01:00 comes twice: opened at the second, closed at 02:00
        (0, 90, ("2026-11-01T04:00Z", "2026-11-01T05:30Z")),  # closed at the first 01:30
    ],
)
def test_where_the_wall_time_comes_twice_the_opening_is_the_shorter_one(
    opens: int, closes: int, expected: tuple[str, str | None]
) -> None:
    window = opening(date(2026, 11, 1), opens, closes, "America/New_York")
    assert window == TimeWindow(at(expected[0]), at(expected[1] or "2026-11-01T07:00Z"))


def test_an_opening_that_the_clock_change_swallows_is_none() -> None:
    assert opening(date(2026, 3, 8), 2 * 60 + 10, 2 * 60 + 50, "America/New_York") is None


@settings(derandomize=True, deadline=None, max_examples=200)
@given(DAYS, st.integers(1, 20), st.sampled_from(ZONES))
def test_a_span_touches_exactly_its_days_and_days_follow_without_gaps(on: date, days: int, time_zone: str) -> None:
    span = span_of(on, days, time_zone)
    touched = days_of(span, time_zone)
    assert touched == [on + timedelta(days=number) for number in range(days)]
    assert whole_days(touched, time_zone) == [span]
    assert local_day(span.opens_at, time_zone) == on
    assert local_day(span.closes_at, time_zone) == on + timedelta(days=days)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "Europe", "../etc/passwd", "Asia/Shanghai\0", "x" * 5000])
def test_an_unknown_zone_is_an_input_error(name: str) -> None:
    with pytest.raises(ValueError, match="not known"):
        zone(name)


@pytest.mark.parametrize("wrong", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
def test_times_out_of_reach_are_input_errors(wrong: datetime) -> None:
    with pytest.raises(ValueError, match="between 1970 and 2199"):
        check_instant(wrong, "at")


def test_a_naive_time_is_an_input_error() -> None:
    with pytest.raises(ValueError, match="needs an offset"):
        check_instant(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), "at")


def test_a_span_has_at_least_a_day() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        span_of(date(2026, 1, 1), 0, "Asia/Shanghai")
