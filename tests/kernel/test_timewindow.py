from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.timewindow import TimeWindow, intersect, merge, subtract

START = datetime(2026, 11, 23, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
property_test = settings(derandomize=True, deadline=None, max_examples=200)


def hours(opens: float, closes: float) -> TimeWindow:
    return TimeWindow(START + timedelta(hours=opens), START + timedelta(hours=closes))


WINDOWS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda w: hours(w[0], w[0] + w[1])), max_size=6
)


def hours_held(windows: list[TimeWindow]) -> set[int]:
    """The whole hours of the sample days that the windows hold: a second, slow way to say the same set."""
    return {h for h in range(60) if any(w.holds(START + timedelta(hours=h)) for w in windows)}


def test_the_opening_instant_is_inside_and_the_closing_one_is_not() -> None:
    window = hours(9, 17)
    assert window.holds(START + timedelta(hours=9))
    assert window.holds(START + timedelta(hours=17) - timedelta(microseconds=1))
    assert not window.holds(START + timedelta(hours=17))
    assert not window.holds(START + timedelta(hours=9) - timedelta(microseconds=1))


def test_ending_exactly_at_closing_time_is_covered() -> None:
    assert hours(9, 17).covers(hours(16, 17))
    assert hours(9, 17).covers(hours(9, 17))
    assert not hours(9, 17).covers(hours(16, 17.5))
    assert not hours(9, 17).covers(hours(8.5, 10))


def test_a_window_that_is_empty_or_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="close after it opens"):
        hours(9, 9)
    with pytest.raises(ValueError, match="close after it opens"):
        hours(17, 9)


def test_naive_times_are_refused() -> None:
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001 - a naive time is what is refused here
    with pytest.raises(ValueError, match="with an offset"):
        TimeWindow(naive, START)
    with pytest.raises(ValueError, match="with an offset"):
        TimeWindow(START, naive)
    with pytest.raises(ValueError, match="with an offset"):
        hours(9, 17).holds(naive)


def test_an_instant_before_the_first_year_is_refused() -> None:
    east = timezone(timedelta(hours=14))
    with pytest.raises(ValueError, match="outside the years"):
        TimeWindow(datetime(1, 1, 1, tzinfo=east), START)


def test_the_zone_in_which_a_window_was_given_does_not_matter() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    given_there = TimeWindow(datetime(2026, 11, 23, 17, tzinfo=shanghai), datetime(2026, 11, 23, 18, tzinfo=shanghai))
    assert given_there == hours(9, 10)
    assert hash(given_there) == hash(hours(9, 10))


def test_the_length_is_elapsed_time_across_the_end_of_summer_time() -> None:
    # In London the hour from 01:00 to 02:00 of 2026-10-25 happens twice.
    night = TimeWindow(datetime(2026, 10, 25, tzinfo=LONDON), datetime(2026, 10, 25, 4, tzinfo=LONDON))
    assert night.duration == timedelta(hours=5)


def test_the_repeated_hour_has_a_first_and_a_second_time() -> None:
    first = datetime(2026, 10, 25, 1, 45, tzinfo=LONDON)
    second = datetime(2026, 10, 25, 1, 15, tzinfo=LONDON, fold=1)
    window = TimeWindow(first, second)
    assert window.duration == timedelta(minutes=30)
    assert not window.holds(second)


@property_test
@given(WINDOWS, WINDOWS)
def test_intersecting_is_commutative_and_means_both(left: list[TimeWindow], right: list[TimeWindow]) -> None:
    assert intersect(left, right) == intersect(right, left)
    assert hours_held(intersect(left, right)) == hours_held(left) & hours_held(right)


@property_test
@given(WINDOWS)
def test_merging_keeps_the_hours_and_leaves_gaps_between(windows: list[TimeWindow]) -> None:
    merged = merge(windows)
    assert hours_held(merged) == hours_held(windows)
    assert all(a.closes_at < b.opens_at for a, b in pairwise(merged))


@property_test
@given(WINDOWS, WINDOWS)
def test_what_is_taken_is_gone_and_the_rest_stays(windows: list[TimeWindow], taken: list[TimeWindow]) -> None:
    left = subtract(windows, taken)
    assert hours_held(left) == hours_held(windows) - hours_held(taken)
    assert intersect(left, taken) == []
    assert merge(left + intersect(windows, taken)) == merge(windows)
