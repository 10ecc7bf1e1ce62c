from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.local_days import (
    check_instant,
    day_start,
    days_of,
    is_skipped,
    local_day,
    local_time,
    opening,
    span_of,
    whole_days,
    zone,
)
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
        (date(2026, 3, 29), "Asia/Beirut", "2026-03-28T22:00Z"),  # from 00:00 to 01:00
        (date(2026, 10, 25), "Asia/Beirut", "2026-10-24T22:00Z"),  # from 00:00 back to 23:00 of the 24th
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00Z"),  # from 00:00 to 01:00
        (date(2018, 2, 18), "America/Sao_Paulo", "2018-02-18T03:00Z"),  # from 00:00 back to 23:00 of the 17th
        (date(2026, 4, 5), "Australia/Lord_Howe", "2026-04-04T13:00Z"),
        (date(2011, 12, 31), "Pacific/Apia", "2011-12-30T10:00Z"),  # follows the 29th
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
        (date(2026, 4, 5), "Australia/Lord_Howe", 24.5),  # the clocks change by half an hour
        (date(2026, 10, 4), "Australia/Lord_Howe", 23.5),
        (date(2018, 11, 4), "America/Sao_Paulo", 23),
        (date(2018, 2, 17), "America/Sao_Paulo", 25),
        (date(2026, 3, 29), "Asia/Beirut", 23),
        (date(2026, 10, 24), "Asia/Beirut", 25),
        (date(2011, 12, 29), "Pacific/Apia", 24),
        (date(2011, 12, 31), "Pacific/Apia", 24),
    ],
)
def test_days_on_which_the_clocks_change_are_shorter_or_longer(on: date, time_zone: str, hours: float) -> None:
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


CHANGES = [  # a day on which the clocks change, and the zone
    (date(2026, 3, 29), "Europe/Dublin"),
    (date(2026, 10, 25), "Europe/Dublin"),
    (date(2026, 3, 8), "America/New_York"),
    (date(2026, 11, 1), "America/New_York"),
    (date(2026, 4, 5), "Australia/Lord_Howe"),
    (date(2026, 10, 4), "Australia/Lord_Howe"),
    (date(2018, 11, 4), "America/Sao_Paulo"),
    (date(2018, 2, 17), "America/Sao_Paulo"),
    (date(2026, 3, 29), "Asia/Beirut"),
    (date(2026, 10, 24), "Asia/Beirut"),
    (date(2025, 11, 2), "America/Havana"),
    (date(2026, 10, 24), "America/Nuuk"),  # at the very end of the day, back to 23:00
    (date(2011, 12, 29), "Pacific/Apia"),
    (date(2011, 12, 31), "Pacific/Apia"),
]


@pytest.mark.parametrize(("on", "time_zone"), CHANGES)
def test_the_hours_of_daylight_are_whole_on_the_day_on_which_the_clocks_change(on: date, time_zone: str) -> None:
    window = opening(on, 9 * 60, 21 * 60, time_zone)
    assert window is not None
    assert window.duration == timedelta(hours=12)
    opens, closes = local_time(window.opens_at, time_zone), local_time(window.closes_at, time_zone)
    assert (opens.date(), opens.hour, closes.date(), closes.hour) == (on, 9, on, 21)


@pytest.mark.parametrize(
    ("on", "opens", "time_zone", "expected"),
    [
        (date(2026, 3, 29), 9, "Europe/Dublin", "2026-03-29T08:00Z"),
        (date(2026, 3, 28), 9, "Europe/Dublin", "2026-03-28T09:00Z"),
        (date(2026, 10, 25), 9, "Europe/Dublin", "2026-10-25T09:00Z"),
        (date(2026, 10, 24), 9, "Europe/Dublin", "2026-10-24T08:00Z"),
        (date(2026, 3, 8), 8, "America/New_York", "2026-03-08T12:00Z"),
        (date(2026, 3, 7), 8, "America/New_York", "2026-03-07T13:00Z"),
        (date(2026, 11, 1), 8, "America/New_York", "2026-11-01T13:00Z"),
        (date(2026, 4, 5), 9, "Australia/Lord_Howe", "2026-04-04T22:30Z"),
        (date(2026, 4, 4), 9, "Australia/Lord_Howe", "2026-04-03T22:00Z"),
        (date(2018, 11, 4), 9, "America/Sao_Paulo", "2018-11-04T11:00Z"),
        (date(2026, 3, 29), 9, "Asia/Beirut", "2026-03-29T06:00Z"),
    ],
)
def test_an_opening_follows_the_clock_on_the_wall(on: date, opens: int, time_zone: str, expected: str) -> None:
    window = opening(on, opens * 60, 21 * 60, time_zone)
    assert window is not None
    assert window.opens_at == at(expected)


@pytest.mark.parametrize(
    ("on", "time_zone"),
    [(date(2011, 12, 30), "Pacific/Apia"), (date(2011, 12, 30), "Pacific/Fakaofo"), (date(1993, 8, 21), "Kwajalein")],
)
def test_a_day_that_a_place_never_had_opens_never_and_is_no_day(on: date, time_zone: str) -> None:
    before, after = on - timedelta(days=1), on + timedelta(days=1)
    assert [is_skipped(day, time_zone) for day in (before, on, after)] == [False, True, False]
    for opens, closes in [(0, 1440), (0, 600), (540, 1140), (600, 1440)]:
        assert opening(on, opens, closes, time_zone) is None
    assert whole_days([on], time_zone) == []
    assert whole_days([before, on, after], time_zone) == [span_of(before, 3, time_zone)]
    assert span_of(before, 3, time_zone).duration == timedelta(hours=48)
    assert days_of(span_of(before, 3, time_zone), time_zone) == [before, after]
    with pytest.raises(ValueError, match=f"{time_zone} had no {on}"):
        span_of(on, 1, time_zone)


def test_a_window_whose_end_lies_on_the_day_before_touches_both_days() -> None:
    window = TimeWindow(at("2010-11-07T02:30:30Z"), at("2010-11-07T02:40Z"))  # 00:00:30 on Sunday, 23:10 on Saturday
    assert days_of(window, "America/St_Johns") == [date(2010, 11, 6), date(2010, 11, 7)]


@settings(derandomize=True, deadline=None, max_examples=400)
@given(st.sampled_from(CHANGES), st.integers(-1, 1), st.integers(0, 1440), st.integers(0, 1440), st.integers(0, 999))
def test_at_every_instant_of_an_opening_the_clock_shows_its_hours(
    change: tuple[date, str], step: int, first: int, second: int, place: int
) -> None:
    on, time_zone = change[0] + timedelta(days=step), change[1]
    opens, closes = sorted((first, second))
    window = opening(on, opens, closes, time_zone)
    if window is None:
        return
    shown = local_time(window.opens_at + window.duration * place / 1000, time_zone)
    assert shown.date() == on
    assert opens <= shown.hour * 60 + shown.minute < closes


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
