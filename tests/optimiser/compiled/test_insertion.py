"""The constant-time insertion against brute force: every gap, every pair of gaps, every start."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.compiled.insertion import best_gap, new_scratch, put, take
from app.optimiser.compiled.meetings import best_both, best_meeting
from app.optimiser.compiled.random import seeded
from app.optimiser.compiled.terrain import Shorts
from app.optimiser.draft import Draft, DraftRoute, build_route, with_visit
from app.optimiser.interval import Interval
from app.optimiser.problem import Break, Job, Link, Lock, Problem, Role, SlotValue
from app.optimiser.search_space import SearchSpace
from tests.optimiser.compiled.board import STEP, TRAVEL_ALONE, Board, days, visits, with_prices
from tests.optimiser.days import HOUR, crew, day, job, member

RANDOM = settings(derandomize=True, deadline=None, max_examples=300)
BLINKS = 20
CREWS = ("ann", "bob")
LAST = 4


def filled(problem: Problem, places: Sequence[int], waiting: int = 1) -> Draft:
    """A draft with all but the last jobs, each at one of the places where it fits."""
    space = SearchSpace(problem)
    draft = Draft(space)
    for number in range(len(problem.jobs) - waiting):
        options = list(insertions(draft, number))
        if options:
            route = options[places[number] % len(options)]
            draft.routes[route.vehicle] = route
    return draft


def insertions(draft: Draft, number: int) -> Iterator[DraftRoute]:
    """Every route that the job can be added to, in every gap."""
    for route in draft.routes:
        visit = draft.space.visit(route.vehicle, number)
        for gap in range(len(route.visits) + 1):
            longer = with_visit(draft.space, route, gap, visit) if visit is not None else None
            if longer is not None:
                yield longer


def all_vehicles(board: Board) -> tuple[Shorts, int]:
    count = len(board.routes.length)
    return np.arange(count, dtype=np.int32), count


def search_gap(board: Board, node: int, limit: float) -> tuple[float, tuple[int, int]]:
    """The cheapest of what best_gap finds while it overlooks one candidate in a hundred; vehicle and position."""
    scratch = new_scratch(board.ground.pauses.shape[1])
    found = []
    for seed in range(BLINKS):
        added = best_gap(node, *all_vehicles(board), limit, board.ground, board.routes, scratch, seeded(seed))
        found.append((added, (int(scratch.choice[0]), int(scratch.choice[1]))))
    return min(found, key=lambda one: one[0])


PLACES = st.lists(st.integers(0, 20), min_size=LAST, max_size=LAST)


@RANDOM
@given(days(CREWS, jobs=LAST + 1), PLACES)
def test_the_cheapest_gap_is_found_where_travel_alone_has_a_price(problem: Problem, places: list[int]) -> None:
    draft = filled(problem, places)
    limit = draft.space.loss(LAST)
    added, (vehicle, position) = search_gap(Board(problem, draft), LAST, limit)
    costs = [longer.cost - draft.routes[longer.vehicle].cost for longer in insertions(draft, LAST)]
    assert added == pytest.approx(min([*costs, limit]))
    if costs and min(costs) < limit - 1e-6:
        visit = draft.space.visit(vehicle, LAST)
        assert visit is not None
        chosen = with_visit(draft.space, draft.routes[vehicle], position, visit)
        assert chosen is not None
        assert chosen.cost - draft.routes[vehicle].cost == pytest.approx(added)


@RANDOM
@given(days(CREWS, most_breaks=2, jobs=LAST + 1), PLACES, st.sampled_from([0.0, 60.0]), st.integers(2, 8))
def test_where_time_has_a_price_a_gap_costs_what_the_longer_route_does(
    problem: Problem, places: list[int], waiting: float, hours: int
) -> None:
    """Any gap that is found is allowed, and priced as the route with the job in it is."""
    late = tuple(replace(one, due=12 * HOUR, lateness_cost_per_hour=60.0) for one in problem.jobs)
    crews = tuple(replace(one, max_duty_seconds=hours * HOUR) for one in problem.vehicles)
    problem = with_prices(replace(problem, jobs=late, vehicles=crews), (waiting, 30.0), 40.0)
    board = Board(problem, filled(problem, places))
    added, (vehicle, position) = search_gap(board, LAST, 1000.0)
    if vehicle < 0:
        assert added == 1000.0
        return
    before = board.routes.cost[vehicle]
    length = int(board.routes.length[vehicle])
    order = board.routes.stops[vehicle, 1 : length + 1].tolist()
    assert board.lay(vehicle, [*order[:position], LAST, *order[position:]], {})
    assert board.routes.cost[vehicle] - before == pytest.approx(added)


def placed(problem: Problem, *orders: Sequence[int]) -> Draft:
    """A draft with these routes."""
    draft = Draft(SearchSpace(problem))
    for vehicle, order in enumerate(orders):
        visits = (draft.space.visit(vehicle, number) for number in order)
        route = build_route(draft.space, vehicle, [visit for visit in visits if visit is not None])
        assert route is not None
        assert len(route.visits) == len(order)
        draft.routes[vehicle] = route
    return draft


def test_a_gap_that_costs_as_much_as_leaving_out_is_not_taken() -> None:
    problem = day([crew("v")], [job("a", 5, prize=100.0)])
    assert search_gap(Board(problem), 0, 100.0) == (100.0, (-1, -1))
    assert search_gap(Board(problem), 0, 100.1) == (100.0, (0, 0))


def test_only_candidates_are_tried() -> None:
    board = Board(day([crew("near"), crew("far", start=5, end=5)], [job("a", 1)]))
    assert search_gap(board, 0, 100.0)[1] == (0, 0)
    scratch = new_scratch(1)
    far = np.array([1], np.int32)
    added = best_gap(0, far, 1, 100.0, board.ground, board.routes, scratch, seeded(1))
    assert (added, int(scratch.choice[0])) == (80.0, 1)


def test_a_morning_visit_fits_before_lunch_on_an_empty_route() -> None:
    """It can only be done before the break, which is then taken on the way home."""
    lunch = Break((12 * HOUR, 13 * HOUR), HOUR)
    problem = day([crew("v", breaks=(lunch,))], [job("a", 1, windows=((9 * HOUR, 10 * HOUR),)), job("b", 1)])
    assert search_gap(Board(problem), 0, 100.0) == (20.0, (0, 0))
    afternoon = replace(problem.jobs[1], windows=((13 * HOUR, 16 * HOUR),))
    problem = replace(problem, jobs=(problem.jobs[0], afternoon))
    assert search_gap(Board(problem, placed(problem, [1])), 0, 100.0) == (0.0, (0, 0))


def test_one_candidate_in_a_hundred_is_overlooked() -> None:
    board = Board(day([crew("v")], [job("a", 1)]))
    scratch, random = new_scratch(1), seeded(5)
    missed = 0
    for _ in range(20_000):
        added = best_gap(0, *all_vehicles(board), 100.0, board.ground, board.routes, scratch, random)
        missed += added == 100.0
    assert 140 < missed < 260


def test_a_gap_behind_a_visit_at_the_same_address_is_found() -> None:
    here = {"address": "tower"}
    late = job("late", 1, 10, approach_seconds=1800, windows=((8 * HOUR, 8 * HOUR + 1800),), **here)
    problem = day([crew("v")], [job("door", 1, 10, **here), late], objective=TRAVEL_ALONE)
    assert search_gap(Board(problem, placed(problem, [0])), 1, 100.0) == (0.0, (0, 1))


def test_a_way_that_only_the_slot_value_pays_for_is_found() -> None:
    problem = day([crew("v")], [job("a", 5, prize=50.0, slot_values=(SlotValue(0, 17 * HOUR, 80.0),))])
    assert search_gap(Board(problem), 0, 50.0) == (20.0, (0, 0))


# Two who meet ---------------------------------------------------------------------------------------------------


def starts_of(draft: Draft, vehicle: int, number: int, role: int) -> dict[int, float]:
    """What it adds at least to do this role at each full ten minutes of the day, wherever it is possible."""
    found: dict[int, float] = {}
    route = draft.routes[vehicle]
    first, last = draft.space.problem.vehicles[vehicle].shift
    for start in range(first, last + HOUR + 1, STEP):
        visit = draft.space.pinned_visit(vehicle, number, (role,), start)
        if visit is None:
            continue
        longer = (with_visit(draft.space, route, gap, visit) for gap in range(len(route.visits) + 1))
        costs = [one.cost - route.cost for one in longer if one is not None]
        if costs:
            found[start] = min(costs)
    return found


def cheapest_pair(draft: Draft, ends: Sequence[tuple[int, int]], gap: Interval, workers: str) -> float:
    """The least that both tasks add on two routes whose people may go together."""
    best = float("inf")
    vehicles = draft.space.problem.vehicles
    tables = [[starts_of(draft, vehicle, *end) for vehicle in range(len(vehicles))] for end in ends]
    for one, other in product(range(len(vehicles)), repeat=2):
        shared = bool(vehicles[one].workers & vehicles[other].workers)
        if one == other or (workers == "different" and shared) or (workers == "same" and not shared):
            continue
        for (start, cost), (then, more) in product(tables[0][one].items(), tables[1][other].items()):
            if gap[0] <= then - start <= gap[1]:
                best = min(best, cost + more)
    return best


def search_meeting(board: Board, first: int, second: int, limit: float) -> tuple[float, list[int]]:
    """The cheapest of what best_meeting finds, with vehicles, gaps and starts."""
    ground, scratch = board.ground, new_scratch(board.ground.pauses.shape[1])
    found = []
    for seed in range(BLINKS):
        added = best_meeting(first, second, *all_vehicles(board), limit, ground, board.routes, scratch, seeded(seed))
        found.append((added, scratch.choice.tolist()))
    return min(found, key=lambda one: one[0])


def inserted(draft: Draft, vehicle: int, position: int, number: int, role: int, start: int) -> DraftRoute | None:
    visit = draft.space.pinned_visit(vehicle, number, (role,), start)
    return None if visit is None else with_visit(draft.space, draft.routes[vehicle], position, visit)


@RANDOM
@given(days((*CREWS, "cat"), jobs=3), visits(3, roles=2), PLACES)
def test_the_cheapest_meeting_of_two_is_found(problem: Problem, meeting: Job, places: list[int]) -> None:
    problem = replace(problem, jobs=(*problem.jobs, meeting))
    draft = filled(problem, places)
    board = Board(problem, draft)
    half = int(board.survey.half[3])
    if half < 0:
        return
    added, choice = search_meeting(board, half, half + 1, 1000.0)
    cheapest = cheapest_pair(draft, [(3, 0), (3, 1)], (0, 0), "different")
    assert added == pytest.approx(min(1000.0, cheapest))
    if cheapest < 1000.0 - 1e-6:
        one, position, start, other, place, then = choice
        assert (one != other, start) == (True, then)
        routes = inserted(draft, one, position, 3, 0, start), inserted(draft, other, place, 3, 1, then)
        costs = [new.cost - draft.routes[new.vehicle].cost for new in routes if new is not None]
        assert sum(costs) == pytest.approx(added)
        assert len(costs) == 2


GAPS = st.tuples(st.integers(-6, 6), st.integers(0, 12)).map(lambda pair: (pair[0] * STEP, sum(pair) * STEP))


@RANDOM
@given(days(CREWS, jobs=4), PLACES, GAPS, st.sampled_from(["any", "different"]))
def test_the_cheapest_pair_of_linked_visits_on_two_routes_is_found(
    problem: Problem, places: list[int], gap: Interval, workers: str
) -> None:
    linked = replace(problem, links=(Link(("j2", 0), ("j3", 0), gap, workers),))
    draft = filled(linked, places, waiting=2)
    added, choice = search_meeting(Board(linked, draft), 2, 3, 1000.0)
    cheapest = cheapest_pair(draft, [(2, 0), (3, 0)], gap, workers)
    assert added == pytest.approx(min(1000.0, cheapest))
    if choice[0] >= 0:
        assert gap[0] <= choice[5] - choice[2] <= gap[1]


def cheapest_beside(draft: Draft, ends: Sequence[int], gap: Interval) -> float:
    """The least that both add on one route."""
    best = float("inf")
    for route in draft.routes:
        first, last = draft.space.problem.vehicles[route.vehicle].shift
        times = range(first, last + HOUR + 1, STEP)
        for start, then in product(times, repeat=2):
            if not gap[0] <= then - start <= gap[1]:
                continue
            earlier = draft.space.pinned_visit(route.vehicle, ends[0], (0,), start)
            later = draft.space.pinned_visit(route.vehicle, ends[1], (0,), then)
            if earlier is None or later is None:
                continue
            for position in range(len(route.visits) + 1):
                one = with_visit(draft.space, route, position, earlier)
                if one is None:
                    continue
                both = (with_visit(draft.space, one, place, later) for place in range(len(one.visits) + 1))
                best = min([best, *(two.cost - route.cost for two in both if two is not None)])
    return best


def laid_out(board: Board) -> list[object]:
    """The routes with their depots, pins and costs."""
    routes = board.routes
    stops = [routes.stops[v, : n + 2].tolist() for v, n in enumerate(routes.length.tolist())]
    return [stops, routes.route_of.tolist(), routes.pin.tolist(), routes.cost.tolist()]


@settings(RANDOM, max_examples=80)
@given(days(("ann",), jobs=4), PLACES, GAPS.filter(lambda gap: gap[0] >= 0))
def test_the_cheapest_pair_of_linked_visits_on_one_route_is_found(
    problem: Problem, places: list[int], gap: Interval
) -> None:
    linked = replace(problem, links=(Link(("j2", 0), ("j3", 0), gap, "any"),))
    draft = filled(linked, places, waiting=2)
    board = Board(linked, draft)
    before = laid_out(board)
    scratch = new_scratch(board.ground.pauses.shape[1])
    added = best_both(2, 3, *all_vehicles(board), 1000.0, board.ground, board.routes, scratch)
    assert laid_out(board) == before
    assert added == pytest.approx(min(1000.0, cheapest_beside(draft, (2, 3), gap)))


# Meetings by hand -----------------------------------------------------------------------------------------------

TWO = (Role(service_seconds=1200), Role(service_seconds=2400))
TWICE = ((9 * HOUR, 10 * HOUR), (14 * HOUR, 15 * HOUR))


def meets(problem: Problem, first: int, second: int, draft: Draft | None = None) -> list[int] | None:
    """Vehicles of the best meeting; None when there is none."""
    choice = search_meeting(Board(problem, draft), first, second, 1000.0)[1]
    return None if choice[0] < 0 else [choice[0], choice[3]]


def test_a_promised_worker_is_one_of_the_two() -> None:
    problem = day([crew("a"), crew("b"), crew("c", start=5, end=5)], [job("two", 1, roles=TWO)])
    assert sorted(meets(problem, 1, 2) or []) == [0, 1]
    promised = replace(problem, locks=(Lock("two", "worker", "c"),))
    assert 2 in (meets(promised, 1, 2) or [])


def test_the_same_worker_comes_to_both_ends_of_a_link() -> None:
    tomorrow = crew("tomorrow", member("ann"), day=1, shift=(32 * HOUR, 41 * HOUR))
    link = Link(("first", 0), ("second", 0), (20 * HOUR, 30 * HOUR), "same")
    jobs = [job("first", 1), job("second", 1)]
    problem = day([crew("ann"), crew("bob", start=1, end=1), tomorrow], jobs, links=(link,))
    assert meets(problem, 0, 1) == [0, 2]
    assert meets(replace(problem, links=(replace(link, workers="any"),)), 0, 1) == [1, 2]
    assert meets(replace(problem, links=(replace(link, workers="different"),)), 0, 1) == [1, 2]


def test_both_find_a_common_start_in_any_of_the_windows() -> None:
    crews = [crew("early", shift=(8 * HOUR, 17 * HOUR)), crew("late", shift=(11 * HOUR, 17 * HOUR))]
    problem = day(crews, [job("two", 1, roles=TWO, windows=TWICE)])
    choice = search_meeting(Board(problem), 1, 2, 1000.0)[1]
    assert sorted([choice[0], choice[3]]) == [0, 1]
    assert 14 * HOUR <= choice[2] == choice[5] <= 15 * HOUR


def test_the_first_visit_waits_for_a_later_window_of_the_second() -> None:
    jobs = [job("first", 1, allowed=frozenset({"v"})), job("second", 1, windows=TWICE)]
    link = Link(("first", 0), ("second", 0), (0, 1800), "different")
    problem = day([crew("v", shift=(11 * HOUR, 17 * HOUR)), crew("w")], jobs, links=(link,))
    assert meets(problem, 0, 1) == [0, 1]


def test_the_first_visit_waits_for_the_second_on_the_same_route() -> None:
    link = Link(("first", 0), ("second", 0), (1200, 1800), "any")
    problem = day([crew("v")], [job("first", 1), job("second", 1, windows=((12 * HOUR, 13 * HOUR),))], links=(link,))
    board = Board(problem)
    scratch = new_scratch(1)
    added = best_both(0, 1, *all_vehicles(board), 1000.0, board.ground, board.routes, scratch)
    assert added == pytest.approx(20.0 + 5.0 / 6)  # ten minutes of waiting between them


def test_putting_in_and_taking_out_leaves_a_route_as_it_was() -> None:
    problem = day([crew("v")], [job(f"j{number}", 1) for number in range(4)])
    board = Board(problem, placed(problem, [0, 1, 2]))
    before, routes = laid_out(board), board.routes
    put(0, 1, 3, routes.stops, routes.length, routes.route_of)
    assert routes.stops[0, 1:5].tolist() == [0, 3, 1, 2]
    assert routes.route_of.tolist() == [0, 0, 0, 0]
    take(0, 3, routes.stops, routes.length, routes.route_of)
    assert laid_out(board) == before
