"""One compiled search: drafts in, better drafts out, and nothing lost on the way."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from app.optimiser.carry_over import carry_over
from app.optimiser.check import violations
from app.optimiser.compiled.terrain import EXCESS_MOVE, MUST_LOSS
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, build_route
from app.optimiser.plan import Plan, Route, Stop, Unassigned
from app.optimiser.problem import Break, Link, Objective, Previous, Problem, Role
from app.optimiser.ruin_search import RuinSearch, Snapshot, temperatures, whole_realm
from app.optimiser.search_space import SearchSpace
from app.optimiser.survey import Survey
from bench.any_day import problems
from bench.full_day import full_day
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

ANYTHING = settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
TWO = (Role(service_seconds=20 * MINUTE), Role(service_seconds=30 * MINUTE))


def begun(problem: Problem, seed: int = 1, draft: Draft | None = None) -> RuinSearch:
    draft = draft or carry_over(SearchSpace(problem))
    return RuinSearch(Survey(draft.space, draft), draft, seed)


def searched(problem: Problem, seed: int = 1, moves: int = 500) -> RuinSearch:
    search = begun(problem, seed)
    hot, cold = temperatures(search.survey)
    search.run(1, cold, cold, is_build=True)
    search.run(moves, hot, cold)
    return search


def best(search: RuinSearch) -> Draft:
    return search.draft(search.champion())


def rules(draft: Draft) -> set[str]:
    """What the checker finds wrong with the draft as a plan."""
    problem = draft.space.problem
    left = [Unassigned(problem.jobs[index].id, "CAPACITY", "") for index in draft.unserved]
    plan = make_plan(problem, draft.routes, left, 1, {})
    return {violation.rule for violation in violations(problem, plan)}


def must_cost(draft: Draft) -> float:
    """The cost with what must be served and is not, as the search counts it."""
    return draft.cost + MUST_LOSS * len(draft.space.musts - draft.served)


# Costs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size",
    [
        RegionDay(6, 60, seed=1),
        RegionDay(6, 60, seed=2, lunch=True),
        RegionDay(6, 60, seed=3, two_person_visits=10),
        RegionDay(12, 60, seed=4, pairs=True),
        RegionDay(4, 60, seed=5, days=2),
    ],
    ids=str,
)
def test_where_travel_alone_has_a_price_the_draft_costs_what_the_search_says(size: RegionDay) -> None:
    problem = replace(region_day(size), objective=Objective(60.0, waiting_per_hour=0.0))
    search = searched(problem, moves=3000)
    draft = best(search)
    assert rules(draft) == set()
    assert draft.cost == pytest.approx(search.best_cost)
    assert len(draft.served) > 20


@pytest.mark.parametrize("seed", range(6))
def test_a_full_day_is_served_as_the_search_says(seed: int) -> None:
    """The same jobs, no rule broken; the exact times of a route cost no more than the earliest ones do at best."""
    search = searched(full_day(seed), moves=1000)
    draft = best(search)
    search.take_over(search.champion())
    jobs = {
        part.job for part, route in zip(search.survey.parts, search.routes.route_of.tolist(), strict=True) if route >= 0
    }
    assert draft.served == jobs
    assert rules(draft) <= {"MANDATORY_UNSERVED", "LOCK_UNSERVED"}


@ANYTHING
@given(problems())
def test_the_draft_of_any_problem_serves_what_the_search_serves(problem: Problem) -> None:
    search = searched(problem, moves=100)
    draft = best(search)
    search.take_over(search.champion())
    jobs = {
        part.job for part, route in zip(search.survey.parts, search.routes.route_of.tolist(), strict=True) if route >= 0
    }
    assert draft.served == jobs
    assert rules(draft) <= {"MANDATORY_UNSERVED", "LOCK_UNSERVED"}


@ANYTHING
@given(problems())
def test_the_best_is_never_worse_than_what_it_began_with(problem: Problem) -> None:
    search = begun(problem)
    before = search.best_cost
    assert before == pytest.approx(must_cost(best(search)), abs=1e-3)
    search.run(100, 100.0, 1.0, is_build=True)
    assert search.best_cost <= before


# Where it begins ------------------------------------------------------------------------------------------------


def test_it_goes_on_from_the_draft_it_is_given() -> None:
    problem = region_day(RegionDay(6, 60, two_person_visits=6))
    draft = best(searched(problem))
    again = begun(problem, draft=draft)
    assert must_cost(draft) == pytest.approx(again.best_cost, rel=0.01)
    assert [[visit.job for visit in route.visits] for route in best(again).routes] == [
        [visit.job for visit in route.visits] for route in draft.routes
    ]


def test_a_route_that_the_clock_refuses_is_emptied_with_what_belongs_to_it() -> None:
    """These breaks follow each other only against the order of their windows, which the compiled clock does not try."""
    first, second = Break((9 * HOUR, 12 * HOUR), HOUR), Break((9 * HOUR + 60, 10 * HOUR - 60), HOUR)
    crews = [crew("v", breaks=(first, second), shift=(9 * HOUR, 17 * HOUR)), crew("w"), crew("x")]
    problem = day(crews, [job("two", 1, roles=TWO), job("own", 2), job("beside", 3), job("other", 3)])
    space, start = SearchSpace(problem), 13 * HOUR
    draft = Draft(space)
    rows = [
        [space.pinned_visit(0, 0, (0,), start), space.visit(0, 1)],
        [space.pinned_visit(1, 0, (1,), start), space.visit(1, 2)],
        [space.visit(2, 3)],
    ]
    for vehicle, row in enumerate(rows):
        route = build_route(space, vehicle, [visit for visit in row if visit is not None])
        assert route is not None
        draft.routes[vehicle] = route
    search = begun(problem, draft=draft)
    assert [[visit.job for visit in route.visits] for route in best(search).routes] == [[], [2], [3]]
    assert set(search.routes.pin.tolist()) == {-1}
    assert search.best_cost == pytest.approx(must_cost(best(search)))
    search.run(200, 100.0, 1.0, is_build=True)
    assert best(search).served == {0, 1, 2, 3}


def test_what_is_only_kept_leaves_with_a_route_that_the_clock_refuses() -> None:
    """A link ties the meeting to another visit, which is more than the search can express."""
    first, second = Break((9 * HOUR, 12 * HOUR), HOUR), Break((9 * HOUR + 60, 10 * HOUR - 60), HOUR)
    crews = [crew("v", breaks=(first, second), shift=(9 * HOUR, 17 * HOUR)), crew("w"), crew("x"), crew("y")]
    wanted = [job("two", 1, roles=TWO), job("after", 2), job("other", 3)]
    links = (Link(("two", 0), ("after", 0), (0, 4 * HOUR), "any"),)
    space, start = SearchSpace(day(crews, wanted, links=links)), 13 * HOUR
    draft = Draft(space)
    rows = [
        [space.pinned_visit(0, 0, (0,), start)],
        [space.pinned_visit(1, 0, (1,), start)],
        [space.pinned_visit(2, 1, (0,), start + HOUR)],
        [space.visit(3, 2)],
    ]
    for vehicle, row in enumerate(rows):
        route = build_route(space, vehicle, [visit for visit in row if visit is not None])
        assert route is not None
        draft.routes[vehicle] = route
    search = begun(space.problem, draft=draft)
    assert search.routes.length.tolist() == [0, 0, 0, 1]
    assert search.best_cost == pytest.approx(must_cost(best(search)))


# Moves of a plan in force ---------------------------------------------------------------------------------------


def in_force(jobs: int, most: int | None) -> Problem:
    """One person who comes to each door in turn from eight on, and something new and valuable."""
    stops = tuple(Stop(f"j{n}", (0,), 0, 8 * HOUR + 600 + n * 1200, 0) for n in range(jobs))
    plan = Plan(routes=(Route("v", 0, 0, stops),))
    wanted = [*(job(f"j{n}", 1) for n in range(jobs)), job("new", 1, prize=900.0, windows=((8 * HOUR, 9 * HOUR),))]
    return day([crew("v")], wanted, previous=Previous(plan, move_cost=1.0, max_moves=most))


@pytest.mark.parametrize(("most", "moves"), [(0, 0), (1, 1), (3, 3), (None, 6)])
def test_no_more_moves_than_allowed(most: int | None, moves: int) -> None:
    search = searched(in_force(6, most), moves=2000)
    draft = best(search)
    assert draft.moves <= moves
    assert search.best_cost < EXCESS_MOVE
    assert rules(draft) <= {"MANDATORY_UNSERVED"}


def test_a_plan_in_force_that_begins_early_costs_no_move() -> None:
    search = begun(in_force(6, 0))
    assert search.figures.moves.tolist() == [0]
    assert search.best_cost == pytest.approx(must_cost(best(search)))


def test_a_plan_in_force_that_sets_out_late_costs_no_move() -> None:
    stops = (Stop("a", (0,), 0, 11 * HOUR + 40 * MINUTE, 0), Stop("b", (0,), 0, 12 * HOUR, 0))
    previous = Previous(Plan(routes=(Route("v", 0, 0, stops),)), move_cost=1.0, max_moves=0)
    problem = day([crew("v")], [job("a", 1), job("b", 1, windows=((12 * HOUR, 13 * HOUR),))], previous=previous)
    search = begun(problem)
    assert best(search).moves == 0
    assert search.figures.moves.tolist() == [0]


def test_a_meeting_that_stays_as_it_is_costs_no_move() -> None:
    stops = (Stop("two", (0,), 0, 9 * HOUR, 0), Stop("two", (1,), 0, 9 * HOUR, 0))
    routes = tuple(Route(name, 0, 0, (stop,)) for name, stop in zip("vw", stops, strict=True))
    previous = Previous(Plan(routes=routes), move_cost=1.0, max_moves=0)
    search = begun(day([crew("v"), crew("w")], [job("two", 1, roles=TWO)], previous=previous))
    assert search.served.all()
    assert search.figures.moves.tolist() == [0]


def test_a_draft_counts_a_meeting_that_moved() -> None:
    stops = (Stop("two", (0,), 0, 9 * HOUR, 0), Stop("two", (1,), 0, 9 * HOUR, 0))
    routes = tuple(Route(name, 0, 0, (stop,)) for name, stop in zip("vw", stops, strict=True))
    space = SearchSpace(
        day([crew("v"), crew("w")], [job("two", 1, roles=TWO)], previous=Previous(Plan(routes=routes), move_cost=1.0))
    )
    draft = Draft(space)
    for vehicle in range(2):
        visit = space.pinned_visit(vehicle, 0, (vehicle,), 12 * HOUR)
        route = None if visit is None else build_route(space, vehicle, [visit])
        assert route is not None
        draft.routes[vehicle] = route
    assert draft.moves == 1


# Snapshots ------------------------------------------------------------------------------------------------------


def test_a_snapshot_does_not_change_with_the_search() -> None:
    search = searched(region_day(RegionDay(6, 60, two_person_visits=6)))
    seen = search.present()
    copy = Snapshot(seen.stops.copy(), seen.length.copy(), seen.pin.copy())
    search.run(500, 100.0, 100.0)
    assert all((getattr(seen, name) == getattr(copy, name)).all() for name in ("stops", "length", "pin"))
    search.take_over(seen)
    assert (search.present().length == seen.length).all()


def test_routes_of_two_snapshots_are_mixed_by_vehicle() -> None:
    problem = region_day(RegionDay(2, 4))
    one, other = begun(problem).present(), begun(problem).present()
    for snapshot, orders in ((one, ([0], [1])), (other, ([2], [3]))):
        for vehicle, order in enumerate(orders):
            snapshot.stops[vehicle, 1 : len(order) + 1] = order
            snapshot.length[vehicle] = len(order)
    other.pin[3] = 77
    one.pin[0] = 11
    mixed = one.with_routes_of(other, np.array([0, 1], np.uint8))
    assert [mixed.stops[v, 1 : n + 1].tolist() for v, n in enumerate(mixed.length.tolist())] == [[0], [3]]
    assert mixed.pin[[0, 3]].tolist() == [11, 77]
    assert one.pin[3] == -1


# Same seed, same search -----------------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_moves_in_batches_of_any_size() -> None:
    problem = region_day(RegionDay(6, 60, lunch=True, two_person_visits=6))
    whole, parts, other = (begun(problem, seed) for seed in (3, 3, 4))
    for search in (whole, parts, other):
        search.run(1, 50.0, 50.0, is_build=True)
    whole.run(400, 50.0, 50.0)
    for _ in range(8):
        parts.run(50, 50.0, 50.0)
    other.run(400, 50.0, 50.0)
    assert (whole.present().stops == parts.present().stops).all()
    assert whole.best_cost == parts.best_cost
    assert not (whole.present().stops == other.present().stops).all()


# How hot --------------------------------------------------------------------------------------------------------


def test_temperatures_follow_prizes_and_ways() -> None:
    def of(problem: Problem) -> tuple[float, float]:
        space = SearchSpace(problem)
        return temperatures(Survey(space, Draft(space)))

    problem = region_day(RegionDay(6, 60))
    hot, cold = of(problem)
    assert 0 < cold < hot
    rich, richer = (replace(problem, jobs=tuple(replace(j, prize=n * j.prize) for j in problem.jobs)) for n in (9, 90))
    assert of(richer)[0] == pytest.approx(10 * of(rich)[0])
    assert of(richer)[1] == of(rich)[1] == cold
    dearer = replace(problem, objective=replace(problem.objective, travel_per_hour=120.0))
    assert of(dearer)[1] == pytest.approx(2 * cold)
    must = replace(problem, jobs=tuple(replace(one, mandatory=True) for one in problem.jobs))
    assert of(must)[0] < 0.1 * MUST_LOSS


@pytest.mark.parametrize(
    "problem", [day([], []), day([crew("v")], []), day([], [job("a", 1)]), day([crew("v")], [job("a", 1)])]
)
def test_there_is_a_temperature_where_there_is_hardly_anything(problem: Problem) -> None:
    search = searched(problem, moves=10)
    hot, cold = temperatures(search.survey)
    assert 0 < cold <= hot < MUST_LOSS
    assert len(best(search).served) == len(problem.jobs) * len(problem.vehicles)


def test_the_whole_realm_is_every_vehicle_and_every_job_that_can_be_asked_for() -> None:
    jobs = [job("a", 1), job("nobody", 1, allowed=frozenset()), job("b", 1), job("c", 1)]
    problem = day([crew("v", member("v")), crew("w")], jobs, links=(Link(("b", 0), ("c", 0), (0, 60)),))
    space = SearchSpace(problem)
    realm = whole_realm(Survey(space, Draft(space)))
    assert realm.vehicles.tolist() == [1, 1]
    assert realm.owns.tolist() == [1, 0, 1, 0]
    assert realm.jobs.tolist() == [0, 2]
