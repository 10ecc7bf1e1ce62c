"""Routes of several good plans make a better one, and whatever ties routes together stays tied."""

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.check import violations
from app.optimiser.cost import cost
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, build_route
from app.optimiser.plan import Plan
from app.optimiser.problem import Link, Lock, Objective, Previous, Problem, Role
from app.optimiser.recombine import RoutePool
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import Sweep
from app.optimiser.teams import better_teams
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job

TWO = (Role(service_seconds=30 * MINUTE), Role(service_seconds=30 * MINUTE))
Task = int | tuple[int, list[int], int]


def draft(space: SearchSpace, *routes: Iterable[Task]) -> Draft:
    """The draft in which each vehicle has these tasks: a job, or a job, its roles and its start."""
    found = Draft(space)
    for vehicle, tasks in enumerate(routes):
        options = [space.visit(vehicle, t) if isinstance(t, int) else space.pinned_visit(vehicle, *t) for t in tasks]
        route = build_route(space, vehicle, [visit for visit in options if visit is not None])
        assert route is not None
        found.routes[vehicle] = route
    return found


def plan(found: Draft) -> Plan:
    return make_plan(found.space.problem, found.routes, (), 1, {})


def faults(found: Draft) -> list[str]:
    """Broken rules, visits left out aside."""
    broken = violations(found.space.problem, plan(found))
    return [violation.rule for violation in broken if violation.rule != "JOB_MISSING"]


def jobs(found: Draft | None) -> list[list[int]]:
    assert found is not None
    assert faults(found) == []
    return [[visit.job for visit in route.visits] for route in found.routes]


def recombined(best: Draft, *others: Draft) -> Draft | None:
    pool = RoutePool()
    for other in others:
        pool.add(other)
    return pool.recombine(best, 2.0)


def test_the_good_halves_of_two_plans_come_together() -> None:
    space = SearchSpace(day([crew("a"), crew("b", start=5, end=5)], [job(f"{n}", n) for n in range(1, 5)]))
    one = draft(space, [0, 1], [3])
    other = draft(space, [0], [3, 2])
    assert jobs(recombined(one, other)) == [[0, 1], [3, 2]]
    assert recombined(draft(space, [0, 1], [3, 2]), one, other) is None


def test_of_the_same_visits_the_better_order_is_taken() -> None:
    space = SearchSpace(day([crew("a"), crew("b")], [job("x", 1), job("y", 5), job("z", 4)]))
    assert jobs(recombined(draft(space, [1, 0, 2], []), draft(space, [0, 2, 1], []))) == [[0, 2, 1], []]


def test_halves_come_together_only_at_the_same_start() -> None:
    space = SearchSpace(
        day([crew("a"), crew("b"), crew("c")], [job("both", 1, roles=TWO, prize=500.0), job("x", 5, prize=300.0)])
    )
    early = draft(space, [(0, [0], 9 * HOUR)], [(0, [1], 9 * HOUR)], [])
    late = draft(space, [1], [(0, [0], 10 * HOUR)], [(0, [1], 10 * HOUR)])
    torn = draft(space, [1], [], [(0, [1], 11 * HOUR)])
    assert jobs(recombined(early, late)) == [[1], [0], [0]]
    found = recombined(draft(space, [1], [], []), early, torn)
    assert jobs(found) == [[0], [0], []]


def test_what_must_be_served_comes_before_what_pays() -> None:
    space = SearchSpace(day([crew("a")], [job("must", 5, prize=0.0, mandatory=True), job("x", 1, prize=900.0)]))
    assert jobs(recombined(draft(space, [1]), draft(space, [0]))) == [[0]]


def test_linked_visits_keep_their_distance() -> None:
    link = Link(("x", 0), ("y", 0), (HOUR, 2 * HOUR))
    problem = day([crew("a"), crew("b")], [job("x", 1), job("y", 1), job("z", 2)], links=(link,))
    space = SearchSpace(problem)
    soon = draft(space, [(0, [0], 9 * HOUR), 2], [(1, [0], 10 * HOUR)])
    later = draft(space, [(0, [0], 12 * HOUR)], [(1, [0], 13 * HOUR)])
    none = draft(space, [2], [])
    assert jobs(recombined(none, soon, later)) == [[0, 2], [1]]
    torn = [draft(space, [(0, [0], 9 * HOUR), 2], []), draft(space, [], [(1, [0], 13 * HOUR)])]
    assert recombined(none, *torn) is None


@pytest.mark.parametrize(("workers", "expected"), [("different", [[0], [1], []]), ("same", [[0, 1], [], []])])
def test_linked_visits_have_the_workers_they_want(workers: str, expected: list[list[int]]) -> None:
    link = Link(("x", 0), ("y", 0), (HOUR, HOUR), workers)
    space = SearchSpace(day([crew("a"), crew("b"), crew("c")], [job("x", 1), job("y", 1)], links=(link,)))
    first, second = (0, [0], 9 * HOUR), (1, [0], 10 * HOUR)
    options = [draft(space, [first, second], []), draft(space, [first], [second])]
    assert jobs(recombined(Draft(space), *options)) == expected


def test_a_promised_worker_is_there() -> None:
    locks = (Lock("both", "worker", worker="c"),)
    team = [crew("a"), crew("b"), crew("c", start=5, end=5)]
    space = SearchSpace(day(team, [job("both", 1, roles=TWO), job("x", 5)], locks=locks))
    nine = 9 * HOUR
    without_c = draft(space, [(0, [0], nine)], [(0, [1], nine)], [1])
    with_c = draft(space, [], [(0, [0], nine)], [(0, [1], nine)])
    assert jobs(recombined(Draft(space), without_c, with_c))[2] == [0]


def test_fairness_is_paid_for() -> None:
    fair = Objective(fairness_per_hour=100.0)
    space = SearchSpace(day([crew("a"), crew("b")], [job("x", 1, 60), job("y", 1, 60)], objective=fair))
    alone, shared = draft(space, [0, 1], []), draft(space, [0], [1])
    assert sum(route.cost for route in alone.routes) < sum(route.cost for route in shared.routes)
    assert alone.cost > shared.cost
    assert jobs(recombined(alone, draft(space, [0], []), draft(space, [], [1]))) == [[0], [1]]
    assert recombined(shared, alone) is None


def test_the_largest_lateness_is_paid_for() -> None:
    late = Objective(lateness_max_per_hour=1000.0)
    space = SearchSpace(day([crew("a"), crew("b")], [job("x", 1, 60), job("y", 1, due=8 * HOUR)], objective=late))
    assert jobs(recombined(draft(space, [0, 1], []), draft(space, [1, 0], []))) == [[1, 0], []]


def test_no_more_moves_than_allowed() -> None:
    team, visits = [crew("a"), crew("b", start=5, end=5)], [job("x", 4), job("y", 4)]
    before = plan(draft(SearchSpace(day(team, visits)), [0, 1], []))
    for most, expected in ((2, [[], [0, 1]]), (1, None)):
        problem = day(team, visits, previous=Previous(before, max_moves=most))
        space = SearchSpace(problem)
        found = recombined(draft(space, [0, 1], []), draft(space, [], [0, 1]))
        assert (None if found is None else jobs(found)) == expected


def test_of_too_many_routes_the_worst_are_forgotten() -> None:
    space = SearchSpace(day([crew("a")], [job(f"{n}", 1, prize=100.0 * (n + 1)) for n in range(8)]))
    pool = RoutePool(most_columns=5)
    for number in range(8):
        pool.add(draft(space, [number]))
    assert len(pool) <= 5
    assert jobs(pool.recombine(Draft(space), 1.0)) == [[7]]


def neighbour(present: Draft, random: Random) -> Draft:
    """The draft with some visits of two routes thrown out and whatever fits put in."""
    found = present.copy()
    for vehicle in random.sample(range(len(found.routes)), 2):
        kept = [visit for visit in found.routes[vehicle].visits if visit.pinned or random.random() < 0.6]
        found.routes[vehicle] = build_route(found.space, vehicle, kept) or found.routes[vehicle]
    Sweep(found, lambda tries: tries > 100).run()
    return found


@settings(derandomize=True, deadline=None, max_examples=10)
@given(st.integers(0, 30), st.booleans(), st.sampled_from([0.0, 40.0]))
def test_what_is_put_together_is_better_valid_and_always_the_same(seed: int, lunch: bool, fairness: float) -> None:
    problem: Problem = region_day(RegionDay(4, 40, seed=seed, lunch=lunch, two_person_visits=6))
    problem = Problem(
        origin=problem.origin,
        travel=problem.travel,
        vehicles=problem.vehicles,
        jobs=problem.jobs,
        objective=Objective(fairness_per_hour=fairness),
    )
    random, pool, present = Random(seed), RoutePool(), Draft(SearchSpace(problem))
    best = present
    for _ in range(12):
        present = neighbour(present, random)
        present = better_teams(present, seed, 0.2) or present
        pool.add(present)
        best = min(best, present, key=lambda own: cost(problem, plan(own)).total)
    found, again = pool.recombine(best, 1.0), pool.recombine(best, 1.0)
    if found is None:
        assert again is None
        return
    assert jobs(found) == jobs(again)
    assert cost(problem, plan(found)).total < cost(problem, plan(best)).total
