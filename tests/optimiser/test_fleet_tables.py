"""Vehicles as tables: what they say is what the vehicles say."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.compiled.terrain import (
    BREAKS,
    CLOSES,
    DUTY_RATE,
    FIXED_COST,
    FREE_END,
    MOST_DUTY,
    MOST_STOPS,
    MOST_TRAVEL,
    NEVER,
    OPENS,
    OVERTIME_RATE,
    PAUSED,
    READY,
    SHIFT_END,
    TRAVEL_RATE,
    UNTIL,
    WAITING_RATE,
)
from app.optimiser.fleet_tables import crew_table, has_timed_price, pause_table, tariff_table, vehicle_table
from app.optimiser.problem import Break, Objective, Overtime, Vehicle
from tests.optimiser.days import HOUR, MINUTE, crew, day, member

LUNCH, TEA = Break((12 * HOUR, 13 * HOUR), 30 * MINUTE), Break((10 * HOUR, 11 * HOUR), 15 * MINUTE)
FREE = crew("free", end=None)
BOUND = crew(
    "bound",
    breaks=(LUNCH, TEA),
    max_jobs=3,
    max_travel_seconds=HOUR,
    max_duty_seconds=8 * HOUR,
    overtime=Overtime(HOUR, 36.0),
    fixed_cost=9.0,
)


def test_times_and_limits() -> None:
    table = vehicle_table((FREE, BOUND), 20)
    columns = (OPENS, CLOSES, SHIFT_END, MOST_STOPS, MOST_TRAVEL, MOST_DUTY, FREE_END, BREAKS)
    assert table[:, columns].tolist() == [
        [8 * HOUR, 17 * HOUR, 17 * HOUR, 20, NEVER, NEVER, 1, 0],
        [8 * HOUR, 18 * HOUR, 17 * HOUR, 3, HOUR, 8 * HOUR, 0, 2],
    ]


def test_a_limit_above_what_fits_into_a_day_is_not_the_limit() -> None:
    assert vehicle_table((crew("v", max_jobs=50),), 20)[0, MOST_STOPS] == 20


def test_time_has_a_price_per_second() -> None:
    table = tariff_table(day((FREE, BOUND), [], objective=Objective(72.0, 18.0, 7.2)))
    columns = (TRAVEL_RATE, WAITING_RATE, DUTY_RATE, OVERTIME_RATE, FIXED_COST)
    assert table[0, columns].tolist() == pytest.approx([0.02, 0.002, 0.005, 0.0, 0.0])
    assert table[1, columns].tolist() == pytest.approx([0.02, 0.002, 0.005, 0.01, 9.0])


def test_breaks_are_taken_in_the_order_of_their_windows() -> None:
    table = pause_table((FREE, BOUND))
    assert table.shape == (2, 3, 3, 3)
    cells = table[1][:, :, (PAUSED, READY, UNTIL)].tolist()
    assert cells[0][1] == [900, 10 * HOUR + 900, 11 * HOUR]
    assert cells[1][2] == [1800, 12 * HOUR + 1800, 13 * HOUR]
    assert cells[0][2] == [2700, 12 * HOUR + 1800, 11 * HOUR]
    for state in range(3):
        assert cells[state][state] == [0, -NEVER, NEVER]


def test_breaks_that_cannot_follow_each_other_are_never_taken_on_one_way() -> None:
    long = Break((10 * HOUR, 11 * HOUR), 4 * HOUR)
    table = pause_table((crew("v", breaks=(long, LUNCH)),))
    assert table[0, 0, 2, (PAUSED, READY, UNTIL)].tolist() == [0, NEVER, -NEVER]


TIMES = st.integers(0, 20)
PAUSES = st.lists(
    st.builds(lambda first, width, length: Break((first, first + width), length), TIMES, TIMES, st.integers(1, 6)),
    min_size=1,
    max_size=3,
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(PAUSES, st.integers(0, 40), st.integers(0, 10))
def test_a_way_with_breaks_ends_when_walking_through_them_says(breaks: list[Break], left: int, way: int) -> None:
    """The closed form against second-by-second walking: the breaks one after the other, each as soon as it may be."""
    vehicle = crew("v", breaks=tuple(breaks))
    paused, ready, until = pause_table((vehicle,))[0, 0, len(breaks)].tolist()
    order = sorted(breaks, key=lambda pause: (pause.window, breaks.index(pause)))
    arrival = walk(order, left, way)
    assert (left <= until) == (arrival is not None)
    if arrival is not None:
        assert max(left + way + paused, ready) == arrival


def walk(breaks: Sequence[Break], now: int, way: int) -> int | None:
    for pause in breaks:
        begin = max(now, pause.window[0])
        if begin > pause.window[1]:
            return None
        way = max(0, way - (begin - now))
        now = begin + pause.duration
    return now + way


@pytest.mark.parametrize(
    ("vehicle", "timed"),
    [
        (crew("v"), False),
        (crew("v", overtime=Overtime(HOUR, 0.0)), False),
        (crew("v", overtime=Overtime(HOUR, 1.0)), True),
        (crew("v", max_duty_seconds=9 * HOUR), False),
        (crew("v", max_duty_seconds=9 * HOUR - 1), True),
        (crew("v", max_duty_seconds=9 * HOUR, overtime=Overtime(HOUR, 0.0)), True),
    ],
)
def test_what_only_the_whole_route_tells(vehicle: Vehicle, timed: bool) -> None:
    assert has_timed_price(vehicle) is timed


def test_crews_are_numbers_of_workers() -> None:
    two = crew("van", member("zoe"), member("ann"))
    assert crew_table(
        day([two, crew("bob"), crew("ann/2", member("ann"), day=1, shift=(32 * HOUR, 41 * HOUR))], [])
    ).tolist() == [
        [2, 0],
        [1, -1],
        [0, -1],
    ]
