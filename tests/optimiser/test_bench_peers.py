"""Every opponent solves what it can say, says what it cannot, and is judged by the same checker as we are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.optimiser import tandem_engine
from app.optimiser.check import violations
from app.optimiser.problem import Break, Link, Objective, Problem, Role
from app.optimiser.search_space import SearchSpace
from bench.ablations import held
from bench.cases import make_case
from bench.judge import as_plan, judge
from bench.opponents import CannotSay, skills
from bench.pairings import matched, nearest_homes, pair_up, random_pairs
from bench.pyvrp_peer import pyvrp_peer
from bench.region_day import DAY, RegionDay, region_day
from bench.solvers import SOLVERS, solve_with
from bench.vroom_peer import next_level, priorities, vroom_peer
from tests.optimiser.days import HOUR, crew, day, job, member

PEERS = [pyvrp_peer, vroom_peer]
TRAVEL_ALONE = Objective(60.0, 0.0, 0.0)


def told(problem: Problem) -> Problem:
    return replace(problem, objective=TRAVEL_ALONE)


# What they are told ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
def test_everybody_plans_a_small_region_day_without_breaking_a_rule(solver: str) -> None:
    problem = make_case("region", "3/20", 1).problem
    solved = solve_with(solver, problem, [0.3], 0, 1)
    plan, faults = solved.plans[0.3]
    verdict = judge(problem, plan, faults)
    assert (verdict.broken, verdict.jobs) == ({}, 20)
    assert verdict.served > 10
    assert verdict.cost == pytest.approx(verdict.lost_prize + 60 * verdict.travel_hours, abs=0.1)
    assert solved.trace[-1][1] == pytest.approx(verdict.cost)


@pytest.mark.parametrize(("peer", "beside"), [(pyvrp_peer, set()), (vroom_peer, {"too far for its worth"})])
def test_a_peer_keeps_skills_and_windows_and_vroom_serves_all_it_can(
    peer: Callable[..., Any], beside: set[str]
) -> None:
    crews = [crew("ann", member("ann", "certified")), crew("bob", member("bob"))]
    jobs = [
        job("for ann", 1, roles=(Role(frozenset({"certified"}), 600),), windows=((15 * HOUR, 16 * HOUR),)),
        job("late or early", 2, windows=((8 * HOUR, 9 * HOUR), (15 * HOUR, 16 * HOUR)), approach_seconds=300),
        job("too far for its worth", 5, prize=20.0),
        job("nobody", 1, roles=(Role(frozenset({"dragon taming"}), 600),), prize=9000.0),
    ]
    problem = told(day(crews, jobs))
    plan, faults = as_plan(problem, peer(problem, [0.2], 0, 1).routes[0.2])
    assert (faults, violations(problem, plan)) == ([], [])
    assert plan.served == {"for ann", "late or early"} | beside


def test_a_peer_that_has_breaks_takes_them_and_the_other_says_that_it_has_none() -> None:
    lunch = Break((12 * HOUR, 13 * HOUR), 2700)
    problem = told(day([crew("v", breaks=(lunch,))], [job(f"j{n}", n, 60) for n in range(1, 6)]))
    plan, faults = as_plan(problem, vroom_peer(problem, [0.2], 0, 1).routes[0.2])
    assert (faults, violations(problem, plan)) == ([], [])
    assert len(plan.served) == 5
    with pytest.raises(CannotSay, match="breaks"):
        pyvrp_peer(problem, [0.2], 0, 1)


@pytest.mark.parametrize("peer", PEERS)
def test_what_a_peer_has_no_words_for_is_refused(peer: Callable[..., Any]) -> None:
    linked = told(day([crew("v")], [job("a", 1), job("b", 2)], links=(Link(("a", 0), ("b", 0), (0, HOUR)),)))
    with pytest.raises(CannotSay, match="links"):
        peer(linked, [0.1], 0, 1)
    with pytest.raises(CannotSay, match="weights"):
        peer(day([crew("v")], [job("a", 1)]), [0.1], 0, 1)


def test_one_long_run_of_pyvrp_tells_of_shorter_ones() -> None:
    found = pyvrp_peer(make_case("region", "3/20", 2).problem, [0.1, 0.4], 0, 1)
    assert set(found.routes) == {0.1, 0.4}
    assert found.seconds > 0.4
    assert [cost for _, cost in found.trace] == sorted((cost for _, cost in found.trace), reverse=True)


def test_vroom_uses_its_seconds_and_gets_exact_prizes_as_priorities() -> None:
    found = vroom_peer(make_case("region", "3/20", 2).problem, [0.4], 0, 1)
    assert found.seconds >= 0.4
    assert found.note.removeprefix("exploration up to ") in {"0", "1", "2", "3", "4", "5"}
    assert priorities([job("a", 1, prize=300.0), job("b", 1, prize=700.0)]) == [3, 7]
    assert priorities([job("a", 1, prize=1.0), job("b", 1, prize=999.0)]) == [0, 100]
    assert priorities([job("a", 1, prize=1.0, mandatory=True), job("b", 1, prize=2.0)]) == [100, 2]


@pytest.mark.parametrize(
    ("took", "left", "level"),
    [({}, 9.0, 0), ({0: 2.0}, 8.0, 1), ({0: 2.0}, 7.0, 0), ({0: 0.5, 1: 2.0}, 3.0, 1), ({0: 0.5, 1: 2.0}, 0.1, 0)],
)
def test_vroom_is_asked_for_no_more_than_it_can_do_in_time(took: dict[int, float], left: float, level: int) -> None:
    assert next_level(took, left) == level


def test_jobs_reserved_to_the_same_vehicles_share_a_skill() -> None:
    problem = region_day(RegionDay(6, 60, seed=1))
    own = skills(problem)
    assert 1 <= len(own) <= 3
    for skill in own:
        assert skill.vehicles.any()
        assert not skill.vehicles.all()


# How they are judged ---------------------------------------------------------------------------------------------


def test_routes_that_break_a_rule_are_told() -> None:
    problem = told(day([crew("v"), crew("w")], [job("a", 1), job("b", 5, windows=((8 * HOUR, 8 * HOUR),))]))
    plan, faults = as_plan(problem, {0: [0], 1: [1]})
    assert judge(problem, plan, faults).broken == {"NO_SCHEDULE": 1}
    plan, faults = as_plan(problem, {0: [0], 1: [0]})
    assert set(judge(problem, plan, faults).broken) == {"JOB_TWICE", "ROLE_TWICE"}


def test_the_cost_is_recomputed_whatever_the_plan_says() -> None:
    problem = told(day([crew("v")], [job("a", 1), job("b", 3, prize=7.0)]))
    plan, _ = as_plan(problem, {0: [0]})
    verdict = judge(problem, replace(plan, cost=replace(plan.cost, total=1.0)))
    assert (verdict.cost, verdict.worth, verdict.lost_prize) == (27.0, 100.0, 7.0)
    assert verdict.broken == {"COST_WRONG": 1}


# Cases -----------------------------------------------------------------------------------------------------------


def test_pairings_make_crews_of_the_same_people_and_shared_shifts() -> None:
    singles = make_case("crews", "singles", 3).problem
    assert all(len(one.roles) == 2 for one in singles.jobs)
    for pairs in (random_pairs(24, 1), nearest_homes(singles), matched(singles)):
        crews = pair_up(singles, pairs)
        assert len(crews.vehicles) == 12
        assert crews.workers == singles.workers
        for vehicle, (one, other) in zip(crews.vehicles, pairs, strict=True):
            assert vehicle.start == singles.vehicles[one].start
            begins = {singles.vehicles[place].shift[0] for place in (one, other)}
            assert vehicle.shift[0] == max(begins)


def test_crews_that_are_held_take_the_place_of_those_that_would_be_formed() -> None:
    case = make_case("crews", "random-1 own-homes", 3)
    assert case.problem == make_case("crews", "singles", 3).problem
    assert case.crews == random_pairs(24, 1)
    space, planner = SearchSpace(case.problem), vars(tandem_engine)
    formed = planner["matchings"](space)
    with held(case.crews):
        given = planner["matchings"](space)[0]
        assert {frozenset(tandem.vehicles) for tandem in given} == set(map(frozenset, case.crews))
        assert planner["rematch"](space, given, [[] for _ in given]) == given
    assert planner["matchings"](space) == formed != [given]


def test_the_nearest_homes_go_together_first() -> None:
    crews = [crew(name, start=place, end=place) for name, place in (("a", 0), ("b", 3), ("c", 1), ("d", 5))]
    assert nearest_homes(day(crews, [])) == [(0, 2), (1, 3)]


def test_the_relaxed_day_has_each_pair_as_two_halves() -> None:
    whole, relaxed = (make_case("together", name, 0).problem for name in ("3/20+4", "3/20+4 relaxed"))
    assert (len(whole.jobs), len(relaxed.jobs)) == (24, 28)
    assert sum(one.prize for one in whole.jobs) == pytest.approx(sum(one.prize for one in relaxed.jobs))
    assert all(len(one.roles) == 1 for one in relaxed.jobs)


def test_a_week_has_everybody_on_each_day_and_the_first_day_as_it_was() -> None:
    week, single = region_day(RegionDay(3, 20, lunch=True, days=5)), region_day(RegionDay(3, 20, lunch=True))
    assert len(week.vehicles) == 15
    assert week.vehicles[:3] == single.vehicles
    assert [one.day for one in week.vehicles[::3]] == [0, 1, 2, 3, 4]
    for today, tomorrow in zip(week.vehicles[:3], week.vehicles[3:6], strict=True):
        assert tomorrow.shift == (today.shift[0] + DAY, today.shift[1] + DAY)
        assert tomorrow.breaks[0].window[0] == today.breaks[0].window[0] + DAY
        assert tomorrow.workers == today.workers
    for one, other in zip(week.jobs, single.jobs, strict=True):
        assert one.windows is not None
        assert other.windows is not None
        assert one.windows[: len(other.windows)] == other.windows
        assert len(one.windows) == 5 * len(other.windows)
