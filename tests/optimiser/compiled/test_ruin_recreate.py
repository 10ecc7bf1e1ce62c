"""What holds between any two moves, on days of every feature."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.optimiser.carry_over import carry_over
from app.optimiser.compiled.ruin_recreate import with_moves
from app.optimiser.compiled.terrain import EXCESS_MOVE, FIXED, GAP_HIGH, GAP_LOW, TWIN, Realm
from app.optimiser.compiled.timing import evaluate
from app.optimiser.draft import build_route
from app.optimiser.problem import Problem
from app.optimiser.ruin_search import RuinSearch, temperatures
from app.optimiser.search_space import SearchSpace
from app.optimiser.survey import Survey
from bench.any_day import problems
from bench.full_day import full_day
from bench.region_day import RegionDay, region_day

ANYTHING = settings(derandomize=True, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
FULL_DAYS = range(6)
Row = tuple[list[int], list[int]]


def begun(problem: Problem, seed: int = 1) -> RuinSearch:
    draft = carry_over(SearchSpace(problem))
    return RuinSearch(Survey(draft.space, draft), draft, seed)


def built(problem: Problem, seed: int = 1) -> RuinSearch:
    """A search with a first solution."""
    search = begun(problem, seed)
    moved(search, 1, is_build=True)
    return search


def moved(search: RuinSearch, moves: int = 200, is_build: bool = False) -> None:
    search.run(moves, *temperatures(search.survey), is_build)


def rows(search: RuinSearch) -> list[Row]:
    """Each route's tasks, and where they are pinned."""
    routes = search.routes
    found = (routes.stops[v, 1 : n + 1].tolist() for v, n in enumerate(routes.length.tolist()))
    return [(row, routes.pin[row].tolist()) for row in found]


def assert_sound(search: RuinSearch) -> None:
    """Everything that the file promises."""
    routes, ground = search.routes, search.survey.ground
    on_route = Counter(node for row, _ in rows(search) for node in row)
    assert set(on_route.values()) <= {1}
    for vehicle, (row, _) in enumerate(rows(search)):
        assert set(routes.route_of[row].tolist()) <= {vehicle}
    assert set(np.flatnonzero(routes.route_of >= 0).tolist()) == set(on_route)
    assert_whole(search, set(on_route))
    assert_scheduled(search)
    cost = float(search.figures.cost[0])
    for vehicle in range(len(routes.length)):
        kept = float(routes.cost[vehicle])
        assert evaluate(vehicle, ground, routes)
        assert routes.cost[vehicle] == kept
    assert cost == pytest.approx(float(routes.cost.sum() + ground.loss[~search.served].sum()), rel=1e-9, abs=1e-3)


def assert_whole(search: RuinSearch, on_route: set[int]) -> None:
    """Tied tasks are on routes together, at starts that match; no job is served whole and in halves."""
    nodes, pin, parts = search.survey.ground.nodes, search.routes.pin, search.survey.parts
    for node in on_route:
        twin = int(nodes[node, TWIN])
        if twin < 0:
            continue
        assert twin in on_route
        assert min(pin[node], pin[twin]) >= 0
        if search.survey.half[parts[node].job] >= 0:
            assert pin[node] == pin[twin]
        elif (node, twin) in search.survey.pairs:
            assert nodes[node, GAP_LOW] <= pin[twin] - pin[node] <= nodes[node, GAP_HIGH]
    whole = {parts[node].job for node in on_route if parts[node].is_whole}
    halved = {parts[node].job for node in on_route if not parts[node].is_whole}
    assert not whole & halved


def assert_scheduled(search: RuinSearch) -> None:
    """The exact scheduler finds times for every route."""
    for vehicle, (row, pins) in enumerate(rows(search)):
        visits = [search.survey.visit(vehicle, node, pin) for node, pin in zip(row, pins, strict=True)]
        assert None not in visits
        assert build_route(search.survey.space, vehicle, [one for one in visits if one is not None]) is not None


def fixed_rows(search: RuinSearch) -> list[Row]:
    """What of each route must stay as it is."""
    fixed = search.survey.ground.nodes[:, FIXED] > 0
    found = []
    for row, pins in rows(search):
        kept = [place for place, node in enumerate(row) if fixed[node]]
        found.append(([row[place] for place in kept], [pins[place] for place in kept]))
    return found


@ANYTHING
@given(problems(), st.integers(0, 5))
def test_small_days_of_any_feature_stay_sound(problem: Problem, seed: int) -> None:
    search = built(problem, seed)
    assert_sound(search)
    moved(search)
    assert_sound(search)


@pytest.mark.parametrize("seed", FULL_DAYS)
def test_full_days_stay_sound_and_what_is_frozen_stays(seed: int) -> None:
    search = begun(full_day(seed))
    fixed, before = fixed_rows(search), search.best_cost
    moved(search, 1, is_build=True)
    for _ in range(3):
        assert_sound(search)
        assert fixed_rows(search) == fixed
        assert search.best_cost <= before
        before = search.best_cost
        moved(search, 500)
    said = search.best_cost
    search.take_over(search.champion())
    assert_sound(search)
    assert fixed_rows(search) == fixed
    assert search.best_cost == pytest.approx(said, abs=1e-3)


@ANYTHING
@given(problems())
def test_the_best_solution_costs_what_was_said(problem: Problem) -> None:
    search = built(problem)
    moved(search)
    said = search.best_cost
    search.take_over(search.champion())
    assert search.best_cost == pytest.approx(said, rel=1e-9, abs=1e-3)
    assert_sound(search)


@given(st.integers(0, 50))
@settings(ANYTHING, max_examples=15)
def test_a_move_that_is_not_accepted_leaves_everything_as_it_was(seed: int) -> None:
    """Nothing is accepted when it is so cold, unless it is no worse."""
    problem = region_day(RegionDay(4, 30, seed=seed, lunch=seed % 2 == 0, two_person_visits=4))
    search = built(problem, seed)
    cost = float(search.figures.cost[0])
    refused = 0
    for _ in range(50):
        before = rows(search), search.routes.cost.tolist()
        search.run(1, 1e-9, 1e-9)
        now = float(search.figures.cost[0])
        assert now <= cost + 1e-6
        if now == cost:
            refused += (rows(search), search.routes.cost.tolist()) == before
        cost = now
    assert refused > 0
    assert_sound(search)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_outside_the_realm_changes(seed: int) -> None:
    """Meetings between inside and outside included."""
    problem = region_day(RegionDay(8, 60, seed=seed, lunch=True, two_person_visits=20))
    search = built(problem, seed)
    moved(search, 2000)
    inside = np.arange(8) < 4
    route_of, parts = search.routes.route_of, search.survey.parts
    owns = np.zeros(60, np.uint8)
    for node in np.flatnonzero(route_of >= 0).tolist():
        owns[parts[node].job] |= int(inside[route_of[node]])
    owns[~search.served & (np.arange(60) % 2 == 0)] = 1
    search.realm = Realm(inside.astype(np.uint8), owns, np.flatnonzero(owns).astype(np.int32))
    outside, served = rows(search)[4:], search.served
    held = [
        (row, [(n, p) for n, p in zip(row, pins, strict=True) if is_bound(search, n, inside)])
        for row, pins in rows(search)[:4]
    ]
    hot, _ = temperatures(search.survey)
    search.run(3000, hot, hot)
    assert_sound(search)
    assert rows(search)[4:] == outside
    assert (search.served[owns == 0] == served[owns == 0]).all()
    for (_, bound), (row, pins) in zip(held, rows(search)[:4], strict=True):
        assert set(bound) <= set(zip(row, pins, strict=True))
    assert [row for row, _ in rows(search)[:4]] != [row for row, _ in held]
    assert any(bound for _, bound in held)


def is_bound(search: RuinSearch, node: int, inside: NDArray[np.bool_]) -> bool:
    """Whether what belongs to a task is on a route outside."""
    twin = int(search.survey.ground.nodes[node, TWIN])
    return twin >= 0 and search.routes.route_of[twin] >= 0 and not inside[search.routes.route_of[twin]]


def test_a_search_without_jobs_or_vehicles_of_its_own_does_nothing() -> None:
    problem = region_day(RegionDay(4, 30))
    search = built(problem)
    moved(search, 500)
    before = rows(search)
    assert search.served.sum() > 10
    search.realm = Realm(np.ones(4, np.uint8), np.zeros(30, np.uint8), np.zeros(0, np.int32))
    moved(search, 500)
    assert rows(search) == before
    jobs = np.arange(30, dtype=np.int32)
    search.realm = Realm(np.zeros(4, np.uint8), np.ones(30, np.uint8), jobs)
    moved(search, 500)
    assert rows(search) == before


def test_moves_beyond_their_number_weigh_more_than_any_cost() -> None:
    assert with_moves(5.0, 100, -1) == 5.0
    assert with_moves(5.0, 2, 2) == 5.0
    assert with_moves(5.0, 4, 2) == 5.0 + 2 * EXCESS_MOVE


def test_the_hotter_it_is_the_more_is_accepted() -> None:
    problem = region_day(RegionDay(6, 60, seed=1))
    costs = []
    for heat in (1e-6, 30.0, 1e4):
        search = built(problem)
        moved(search, 2000)
        search.run(300, heat, heat)
        costs.append(float(search.figures.cost[0]) - search.best_cost)
    assert costs == sorted(costs)
    assert costs[0] < 1.0 < costs[1] < costs[2]
