"""The compiled clock against the exact scheduler: every route of small random days."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.compiled.terrain import EARLIEST, LATEST, NEVER, ROUTE_MOVES, SECONDS
from app.optimiser.compiled.timing import approach_to, closing, is_moved, ready_at, start_at, start_cost
from app.optimiser.plan import Plan, Route, Stop
from app.optimiser.problem import Break, Previous, Problem, Role, SlotValue
from tests.optimiser.compiled.board import SPANS, STEP, TIMES, Board, days, with_prices
from tests.optimiser.days import HOUR, MINUTE, crew, day, job

RANDOM = settings(derandomize=True, deadline=None, max_examples=150)
PINS = st.dictionaries(st.integers(0, 3), TIMES, max_size=2)


def sequences(board: Board) -> Iterator[tuple[int, ...]]:
    """Every order of every choice of the day's jobs."""
    jobs = range(len(board.space.problem.jobs))
    for size in range(1, len(jobs) + 1):
        yield from permutations(jobs, size)


def possible(board: Board, pins: Mapping[int, int]) -> dict[int, int]:
    """The pins that lie within windows: no other are ever set."""
    return {one: start for one, start in pins.items() if board.visit(0, one, start) is not None}


@RANDOM
@given(days(), PINS)
def test_a_route_is_allowed_exactly_when_it_can_be_scheduled_and_costs_the_same(
    problem: Problem, pins: Mapping[int, int]
) -> None:
    board = Board(problem)
    pins = possible(board, pins)
    for jobs in sequences(board):
        exact = board.exact(0, jobs, pins)
        assert board.lay(0, jobs, pins) == (exact is not None), jobs
        if exact is not None and exact.timetable is not None:
            assert board.routes.cost[0] == pytest.approx(exact.cost), jobs
            assert board.routes.totals[0, SECONDS] == exact.timetable.travel_seconds
            for place, labels in enumerate(exact.labels):
                earliest = min(label.earliest for label in labels)
                assert min(board.routes.clock[0, place, :, EARLIEST].tolist()) == earliest, jobs


@RANDOM
@given(days(most_breaks=3), PINS)
def test_with_several_breaks_it_is_never_laxer_than_the_exact_scheduler(
    problem: Problem, pins: Mapping[int, int]
) -> None:
    board = Board(problem)
    pins = possible(board, pins)
    for jobs in sequences(board):
        if board.lay(0, jobs, pins):
            exact = board.exact(0, jobs, pins)
            assert exact is not None, jobs
            assert board.routes.cost[0] == pytest.approx(exact.cost)


@RANDOM
@given(days(most_breaks=2), st.tuples(st.sampled_from([0.0, 60.0]), st.sampled_from([0.0, 30.0])), st.integers(1, 6))
def test_where_time_has_a_price_it_is_that_of_a_schedule_that_exists(
    problem: Problem, per_hour: tuple[float, float], hours: int
) -> None:
    limited = [replace(one, max_duty_seconds=hours * HOUR) for one in problem.vehicles]
    board = Board(with_prices(replace(problem, vehicles=tuple(limited)), per_hour, 40.0))
    for jobs in sequences(board):
        if board.lay(0, jobs, {}):
            exact = board.exact(0, jobs, {})
            assert exact is not None, jobs
            assert board.routes.cost[0] >= exact.cost - 1e-6


@RANDOM
@given(days(most_breaks=0), st.tuples(st.sampled_from([0.0, 60.0]), st.sampled_from([0.0, 30.0])))
def test_one_window_and_no_break_leave_only_one_way_to_time_a_route(
    problem: Problem, per_hour: tuple[float, float]
) -> None:
    jobs = tuple(replace(one, windows=one.windows and one.windows[:1]) for one in problem.jobs)
    board = Board(with_prices(replace(problem, jobs=jobs), per_hour, 40.0))
    for order in sequences(board):
        exact = board.exact(0, order, {})
        assert board.lay(0, order, {}) == (exact is not None), order
        if exact is not None:
            assert board.routes.cost[0] == pytest.approx(exact.cost), order


@RANDOM
@given(days(most_breaks=0), st.lists(SPANS, min_size=1, max_size=2), st.sampled_from([0.0, 90.0]))
def test_a_break_before_all_else_is_a_later_shift(problem: Problem, spans: list[tuple[int, int]], late: float) -> None:
    """The recursion for breaks against the one that knows none, with lateness and worth."""
    worth = tuple(SlotValue(*span, 15.0) for span in spans)
    wishes: dict[str, Any] = {"slot_values": worth, "lateness_cost_per_hour": late, "due": spans[0][1]}
    wishes["roles"] = (Role(service_seconds=STEP),)
    problem = replace(problem, jobs=tuple(replace(one, **wishes) for one in problem.jobs))
    one = problem.vehicles[0]
    begin, end = one.shift
    rested = replace(one, breaks=(Break((begin, begin), STEP),))
    plain = Board(replace(problem, vehicles=(replace(one, shift=(begin + STEP, end)),)))
    other = Board(replace(problem, vehicles=(rested,)))
    for order in sequences(plain):
        allowed = plain.lay(0, order, {})
        assert other.lay(0, order, {}) == allowed, order
        if allowed:
            assert other.routes.cost[0] == pytest.approx(plain.routes.cost[0]), order
            stops = slice(1, len(order) + 1)
            assert (other.routes.clock[0, stops, 1, LATEST] == plain.routes.clock[0, stops, 0, LATEST]).all()
            assert (other.routes.clock[0, stops, 1, EARLIEST] == plain.routes.clock[0, stops, 0, EARLIEST]).all()


# One step at a time ---------------------------------------------------------------------------------------------

TWICE = ((9 * HOUR, 10 * HOUR), (14 * HOUR, 15 * HOUR))


@pytest.mark.parametrize(
    ("ready", "start"),
    [(8 * HOUR, 9 * HOUR), (9 * HOUR + 1, 9 * HOUR + 1), (10 * HOUR, 10 * HOUR), (10 * HOUR + 1, 14 * HOUR)],
)
def test_service_begins_as_soon_as_a_window_is_open(ready: int, start: int) -> None:
    board = Board(day([crew("v")], [job("a", 1, windows=TWICE)]))
    assert start_at(0, ready, board.ground.nodes, board.routes.pin) == start


def test_after_the_last_window_or_the_pin_service_never_begins() -> None:
    board = Board(day([crew("v")], [job("a", 1, windows=TWICE)]))
    assert start_at(0, 15 * HOUR + 1, board.ground.nodes, board.routes.pin) == NEVER
    board.routes.pin[0] = 9 * HOUR + 5
    assert start_at(0, 9 * HOUR, board.ground.nodes, board.routes.pin) == 9 * HOUR + 5
    assert start_at(0, 9 * HOUR + 6, board.ground.nodes, board.routes.pin) == NEVER


@pytest.mark.parametrize(
    ("last", "ready"),
    [(8 * HOUR, -NEVER), (9 * HOUR, 9 * HOUR), (13 * HOUR, 10 * HOUR), (14 * HOUR, 14 * HOUR), (20 * HOUR, 15 * HOUR)],
)
def test_the_latest_readiness_for_a_start_by_then(last: int, ready: int) -> None:
    board = Board(day([crew("v")], [job("a", 1, windows=TWICE)]))
    assert ready_at(0, last, board.ground.nodes, board.routes.pin) == ready


def test_readiness_for_a_pin_is_the_pin_or_never() -> None:
    board = Board(day([crew("v")], [job("a", 1, windows=TWICE)]))
    board.routes.pin[0] = 9 * HOUR
    assert ready_at(0, 9 * HOUR, board.ground.nodes, board.routes.pin) == 9 * HOUR
    assert ready_at(0, 9 * HOUR - 1, board.ground.nodes, board.routes.pin) == -NEVER
    assert closing(0, 9 * HOUR, board.ground.nodes, board.routes.pin) == 9 * HOUR


def test_the_window_that_holds_a_start_closes() -> None:
    board = Board(day([crew("v")], [job("a", 1, windows=TWICE)]))
    assert closing(0, 9 * HOUR, board.ground.nodes, board.routes.pin) == 10 * HOUR
    assert closing(0, 14 * HOUR, board.ground.nodes, board.routes.pin) == 15 * HOUR


def test_the_approach_is_paid_once_at_one_address() -> None:
    jobs = [job(name, 1, address=at, approach_seconds=300) for name, at in [("a", "x"), ("b", "x"), ("c", None)]]
    board = Board(day([crew("v")], jobs))
    nodes, depot = board.ground.nodes, len(board.survey.parts)
    assert [approach_to(node, before, nodes) for node, before in [(0, depot), (1, 0), (0, 2), (2, 0)]] == [
        300, 0, 300, 300,
    ]  # fmt: skip


def test_a_start_costs_its_lateness_less_its_worth() -> None:
    worth = (SlotValue(9 * HOUR, 11 * HOUR, 7.0),)
    wishes: dict[str, Any] = {"slot_values": worth, "due": 10 * HOUR, "lateness_cost_per_hour": 36.0}
    board = Board(day([crew("v")], [job("a", 1, **wishes)]))
    nodes, prices = board.ground.nodes, board.ground.prices
    starts = [9 * HOUR - 1, 9 * HOUR, 10 * HOUR + 100, 11 * HOUR, 12 * HOUR]
    costs = [0.0, -7.0, -6.0, 29.0, 72.0]
    assert [start_cost(0, start, nodes, prices) for start in starts] == pytest.approx(costs)


def test_another_worker_or_more_than_a_quarter_of_an_hour_later_is_a_move() -> None:
    """Who is early can wait."""
    crews, eight = [crew("v"), crew("w")], 8 * HOUR + 20 * MINUTE
    plan = Plan(routes=(Route("v", 0, 0, (Stop("a", (0,), 0, eight, 0),)),))
    board = Board(day(crews, [job("a", 1), job("new", 1)], previous=Previous(plan, move_cost=5.0)))
    nodes, fitness, pin = board.ground.nodes, board.ground.fitness, board.routes.pin
    starts = [eight - 901, eight - 900, eight + 900, eight + 901]
    assert [is_moved(0, 0, start, nodes, fitness, pin) for start in starts] == [False, False, False, True]
    assert is_moved(0, 1, eight, nodes, fitness, pin)
    assert not is_moved(1, 0, eight, nodes, fitness, pin)


@pytest.mark.parametrize(("closes", "moves"), [(8 * HOUR, True), (8 * HOUR + 5 * MINUTE, False)], ids=str)
def test_who_cannot_wait_until_a_quarter_of_an_hour_before_is_moved(closes: int, moves: bool) -> None:
    plan = Plan(routes=(Route("v", 0, 0, (Stop("a", (0,), 0, 8 * HOUR + 20 * MINUTE, 0),)),))
    jobs = [job("a", 1, windows=((7 * HOUR, closes),))]
    board = Board(day([crew("v")], jobs, previous=Previous(plan, move_cost=5.0)))
    assert is_moved(0, 0, 8 * HOUR, board.ground.nodes, board.ground.fitness, board.routes.pin) == moves


@pytest.mark.parametrize(
    ("vehicle", "order", "moves"), [(0, (0,), 0), (1, (0,), 1), (0, (1,), 0), (0, (1, 0), 1)], ids=str
)
def test_a_route_counts_its_moves(vehicle: int, order: tuple[int, ...], moves: int) -> None:
    plan = Plan(routes=(Route("v", 0, 0, (Stop("a", (0,), 0, 8 * HOUR + 20 * MINUTE, 0),)),))
    board = Board(day([crew("v"), crew("w")], [job("a", 1), job("new", 1, 30)], previous=Previous(plan, move_cost=5.0)))
    assert board.lay(vehicle, order, {})
    assert board.routes.totals[vehicle, ROUTE_MOVES] == moves
    exact = board.exact(vehicle, order, {})
    assert exact is not None
    assert exact.moves == moves
    assert exact.cost == pytest.approx(board.routes.cost[vehicle])
