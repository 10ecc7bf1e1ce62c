"""The law bounds presence at the door; the planner bounds the start. One function converts."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.timewindow import TimeWindow
from app.planning.start_windows import start_windows

ORIGIN = datetime(2026, 11, 22, 16, tzinfo=UTC)  # midnight in Shanghai


def window(opens: int, closes: int) -> TimeWindow:
    return TimeWindow(ORIGIN + timedelta(seconds=opens), ORIGIN + timedelta(seconds=closes))


def test_the_last_start_leaves_time_to_leave_at_closing_time() -> None:
    nine_to_seven = window(9 * 3600, 19 * 3600)
    assert start_windows([nine_to_seven], 2400, ORIGIN) == ((32400, 66000),)


def test_a_window_shorter_than_the_service_allows_no_start() -> None:
    assert start_windows([window(0, 2399)], 2400, ORIGIN) == ()
    assert start_windows([window(0, 2400)], 2400, ORIGIN) == ((0, 0),)


def test_parts_of_a_second_never_let_a_visit_in_early_or_out_late() -> None:
    half = timedelta(milliseconds=500)
    odd = TimeWindow(ORIGIN + timedelta(seconds=10) + half, ORIGIN + timedelta(seconds=100) + half)
    assert start_windows([odd], 60, ORIGIN) == ((11, 40),)


@given(st.integers(0, 86400), st.integers(1, 86400), st.integers(1, 7200))
@settings(derandomize=True, deadline=None)
def test_every_start_lies_with_its_whole_service_inside_the_presence(opens: int, length: int, service: int) -> None:
    presence = window(opens, opens + length)
    for first, last in start_windows([presence], service, ORIGIN):
        for start in (first, last):
            begins = ORIGIN + timedelta(seconds=start)
            assert presence.covers(TimeWindow(begins, begins + timedelta(seconds=service)))
