"""Whatever is asked, the plan that comes back keeps the rules, and the same question has the same answer."""

import pickle
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.optimiser.budget import Budget, Progress
from app.optimiser.check import violations
from app.optimiser.plan import Plan, Route, Stop
from app.optimiser.plan_json import read_plan, write_plan
from app.optimiser.problem import (
    Break,
    Lock,
    Previous,
    Problem,
    Role,
    Travel,
)
from app.optimiser.solve import solve
from bench.any_day import TIMES, problems
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, ORIGIN, crew, day, job, member
from tests.optimiser.worked_day import PLAN, PROBLEM

BRIEFLY = Budget(iterations=60)


def rules(problem: Problem, plan: Plan) -> set[str]:
    return {violation.rule for violation in violations(problem, plan)}


# What it serves -------------------------------------------------------------------------------------------------


def test_a_day_that_fits_is_served_whole() -> None:
    jobs = [job(f"j{place}", place, mandatory=place % 2 == 0) for place in range(1, 6)]
    problem = day([crew("v"), crew("w")], jobs)
    plan = solve(problem, BRIEFLY)
    assert violations(problem, plan) == []
    assert plan.served == {one.id for one in jobs}
    assert plan.travel_seconds == 100 * MINUTE


def test_a_visit_that_is_not_worth_its_way_is_left_out() -> None:
    problem = day([crew("v")], [job("near", 1, prize=30.0), job("far", 5, prize=30.0)])
    plan = solve(problem, BRIEFLY)
    assert plan.served == {"near"}
    assert plan.cost.total == 50.0


def test_what_must_be_served_displaces_what_is_worth_more() -> None:
    jobs = [job("must", 5, mandatory=True, prize=0.0), *(job(f"rich{n}", 1, prize=500.0) for n in range(3))]
    problem = day([crew("v", shift=(8 * HOUR, 10 * HOUR))], jobs)
    plan = solve(problem, BRIEFLY)
    assert violations(problem, plan) == []
    assert plan.served == {"must"}


def test_a_pair_covers_both_roles_and_the_preferred_crew_comes() -> None:
    two = (Role(frozenset({"certified", "debt"}), 1200), Role(frozenset({"certified"}), 600))
    crews = [
        crew("wrong", member("a", "certified"), member("b", "certified")),
        crew("right", member("c", "certified"), member("d", "certified", "debt")),
        crew("liked", member("e", "certified", "debt"), member("f", "certified")),
    ]
    problem = day(crews, [job("two", 3, roles=two, preferred={"f": 5.0})])
    plan = solve(problem, BRIEFLY)
    assert [route.vehicle for route in plan.routes] == ["liked"]
    assert plan.cost.parts["preferences"] == -5.0


def test_a_lock_decides_who_comes_and_when() -> None:
    crews = [crew("near"), crew("promised", start=5, end=5)]
    problem = day(crews, [job("a", 1)], locks=(Lock("a", "both", "promised", 12 * HOUR),))
    plan = solve(problem, BRIEFLY)
    assert violations(problem, plan) == []
    assert (plan.routes[0].vehicle, plan.routes[0].stops[0].start) == ("promised", 12 * HOUR)


def test_days_apart_share_one_list_of_jobs() -> None:
    tomorrow = (32 * HOUR, 41 * HOUR)
    crews = [crew("today", member("ann")), crew("tomorrow", member("ann"), day=1, shift=tomorrow)]
    problem = day(crews, [job("a", 1, windows=(tomorrow,)), job("b", 1, windows=((8 * HOUR, 12 * HOUR),))])
    plan = solve(problem, BRIEFLY)
    assert violations(problem, plan) == []
    assert {route.vehicle: route.stops[0].job for route in plan.routes} == {"today": "b", "tomorrow": "a"}


def test_a_large_day_is_planned_part_by_part() -> None:
    problem = region_day(RegionDay(investigators=12, visits=330, seed=3))
    plan = solve(problem, Budget(iterations=2500))
    assert violations(problem, plan) == []
    assert len(plan.served) > 100
    assert {one.reason for one in plan.unassigned} == {"CAPACITY"}


# Revisions ------------------------------------------------------------------------------------------------------


def revised(problem: Problem, **changes: Any) -> Problem:
    """The problem again, with its own plan in force."""
    return replace(problem, previous=Previous(solve(problem, BRIEFLY), **changes))


def test_frozen_stops_stay_where_they_are() -> None:
    before = revised(day([crew("v")], [job("a", 1), job("b", 2)]), freeze_before=17 * HOUR)
    better = replace(before, jobs=(*before.jobs, job("rich", 5, 240, prize=9000.0)))
    plan = solve(better, BRIEFLY)
    assert violations(better, plan) == []
    assert {"a", "b"} <= plan.served


@pytest.mark.parametrize("most", [0, 2, None])
def test_no_more_moves_are_made_than_allowed(most: int | None) -> None:
    quiet = region_day(RegionDay(investigators=4, visits=40, seed=5))
    urgent = tuple(replace(one, id=f"urgent {one.id}", prize=5000.0) for one in quiet.jobs[:6])
    problem = replace(revised(quiet, move_cost=1.0, max_moves=most), jobs=(*quiet.jobs, *urgent))
    plan = solve(problem, Budget(iterations=3000))
    assert violations(problem, plan) == []
    assert plan.cost.parts["moves"] <= (most if most is not None else 40)
    if most == 0:
        assert problem.previous is not None
        assert problem.previous.plan.served <= plan.served
    else:
        assert {one.id for one in urgent} & plan.served


def test_a_meeting_of_the_previous_plan_is_kept_where_it_was() -> None:
    problem = replace(PROBLEM, previous=Previous(PLAN, max_moves=0))
    plan = solve(problem, BRIEFLY)
    assert violations(problem, plan) == []
    starts = {route.vehicle: stop.start for route in plan.routes for stop in route.stops if stop.job == "meet"}
    assert starts == {"pair": 11 * HOUR + 25 * MINUTE, "solo": 11 * HOUR + 25 * MINUTE}


def test_when_half_a_meeting_is_lost_a_pair_may_do_it_all() -> None:
    crews = tuple(one for one in PROBLEM.vehicles if one.id != "solo")
    problem = replace(PROBLEM, vehicles=crews, previous=Previous(PLAN))
    plan = solve(problem, BRIEFLY)
    assert violations(problem, plan) == []
    assert {"first", "second"} <= plan.served
    assert [route.vehicle for route in plan.routes for stop in route.stops if stop.job == "meet"] == ["pair"]


def test_a_freeze_that_cannot_be_kept_is_said_to_be_broken() -> None:
    frozen = Plan(routes=(Route("v", 0, 0, (Stop("a", (0,), 0, 0, 0),)),))
    problem = day([crew("v")], [job("a", 1)], previous=Previous(frozen, freeze_before=HOUR))
    plan = solve(problem, BRIEFLY)
    assert rules(problem, plan) == {"FREEZE_BROKEN"}
    assert [one.reason for one in plan.unassigned] == ["LOCK_CONFLICT"]


# Budgets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size", [RegionDay(6, 60, lunch=True, overtime=True), RegionDay(10, 320, seed=1)], ids=["whole", "parts"]
)
def test_the_same_seed_and_iterations_give_the_same_bytes(size: RegionDay) -> None:
    problem = region_day(size)
    first, again = (write_plan(solve(problem, Budget(iterations=500), seed=4)) for _ in range(2))
    assert first == again
    assert read_plan(first).seed == 4


def test_a_short_time_gives_a_valid_plan_of_a_real_day() -> None:
    problem = region_day(RegionDay(12, 150, lunch=True))
    plan = solve(problem, Budget(seconds=0.5))
    assert violations(problem, plan) == []
    assert len(plan.served) > 80


def test_the_shortest_time_still_gives_a_valid_plan() -> None:
    problem = region_day(RegionDay(12, 150))
    plan = solve(problem, Budget(seconds=0.001))
    assert violations(problem, plan) == []
    assert plan.served


def test_it_stops_when_it_is_told_to_and_keeps_the_best() -> None:
    problem = region_day(RegionDay(12, 150))
    asked = count()
    plan = solve(problem, Budget(seconds=3600), should_stop=lambda: next(asked) > 20)
    assert violations(problem, plan) == []
    assert plan.served


def test_progress_tells_of_ever_better_plans_and_ends_with_the_final_one() -> None:
    problem = region_day(RegionDay(6, 60))
    seen: list[Progress] = []
    plan = solve(problem, Budget(iterations=500), on_progress=seen.append)
    assert len(seen) > 1
    assert (seen[-1].best_cost, seen[-1].served) == (plan.cost.total, len(plan.served))
    assert sorted(one.seconds for one in seen) == [one.seconds for one in seen]
    assert seen[0].best_cost > seen[-1].best_cost


def interrupted(*_: object) -> bool:
    raise InterruptedError("no more")


@pytest.mark.parametrize(
    "listener", [{"on_progress": interrupted}, {"should_stop": interrupted}], ids=["on_progress", "should_stop"]
)
def test_an_error_of_a_listener_comes_out_as_it_is(listener: Any) -> None:
    with pytest.raises(InterruptedError, match="no more"):
        solve(region_day(RegionDay(4, 40)), Budget(seconds=60), **listener)


def test_the_plan_names_the_engine_that_made_it() -> None:
    problem = region_day(RegionDay(3, 20))
    used = [solve(problem, BRIEFLY, engine=engine).solver["engine"] for engine in ("default", "ortools")]
    assert used == ["ruin and recreate", "ortools"]


@pytest.mark.parametrize("threads", [0, -3])
def test_nobody_searches_with_no_thread(threads: int) -> None:
    with pytest.raises(Invalid, match="THREADS_INVALID"):
        solve(day([], []), BRIEFLY, threads=threads)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(Invalid, match="ENGINE_UNKNOWN"):
        solve(day([], []), BRIEFLY, engine="magic")


@pytest.mark.parametrize(
    ("seconds", "iterations"), [(None, None), (0.0, None), (-1.0, None), (float("nan"), None), (None, 0)]
)
def test_a_budget_must_have_an_end_and_a_beginning(seconds: float | None, iterations: int | None) -> None:
    with pytest.raises(Invalid, match="BUDGET"):
        Budget(seconds, iterations)


def test_problem_and_plan_travel_between_processes() -> None:
    problem = pickle.loads(pickle.dumps(region_day(RegionDay(3, 20))))
    plan = solve(problem, BRIEFLY)
    assert violations(problem, pickle.loads(pickle.dumps(plan))) == []


# Odd problems ---------------------------------------------------------------------------------------------------

ODD: list[tuple[str, set[str], Problem]] = [
    ("nothing at all", set(), Problem(ORIGIN, Travel.from_rows([]))),
    ("no vehicles", {"NO_SHIFT_ON_DAY"}, day([], [job("a", 1)])),
    ("no jobs", set(), day([crew("v")], [])),
    ("nobody may", {"NOT_ALLOWED"}, day([crew("v")], [job("a", 1, allowed=frozenset())])),
    ("never", {"OUTSIDE_WINDOWS"}, day([crew("v")], [job("a", 1, windows=())])),
    ("no time at all", {"TOO_FAR"}, day([crew("v", shift=(9, 9))], [job("a", 1)])),
    ("no stops", {"CAPACITY"}, day([crew("v", max_jobs=0)], [job("a", 1)])),
    ("no room for the break", {"NO_SHIFT_ON_DAY"}, day([crew("v", breaks=(Break((0, 1), HOUR),))], [job("a", 1)])),
    (
        "a break that was over before the shift, and no way home",
        {"NO_SHIFT_ON_DAY"},
        day([crew("v", end=None, breaks=(Break((0, 1), HOUR),))], [job("a", 1)]),
    ),
    ("islands", {"TOO_FAR"}, day([crew("v")], [job("a", 1)], travel=Travel.from_rows([[0, -1], [-1, 0]]))),
]


@pytest.mark.parametrize(("reasons", "problem"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_an_odd_problem_gets_a_plan_with_reasons(reasons: set[str], problem: Problem) -> None:
    plan = solve(problem, BRIEFLY)
    assert violations(problem, plan) == []
    assert {one.reason for one in plan.unassigned} == reasons


def test_ten_thousand_jobs_for_few_people_end_in_a_plan() -> None:
    small = region_day(RegionDay(4, 50))
    rng = np.random.default_rng(0)
    jobs = tuple(
        replace(small.jobs[number % 50], id=f"j{number}", prize=float(rng.integers(1, 999))) for number in range(10_000)
    )
    problem = replace(small, jobs=jobs)
    plan = solve(problem, Budget(iterations=200))
    assert violations(problem, plan) == []
    assert len(plan.served) + len(plan.unassigned) == 10_000


# Anything -------------------------------------------------------------------------------------------------------

ANYTHING = settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@ANYTHING
@given(problems(), st.integers(0, 3))
def test_any_problem_gets_a_plan_that_keeps_the_rules(problem: Problem, seed: int) -> None:
    plan = solve(problem, Budget(iterations=15), seed)
    assert rules(problem, plan) <= {"MANDATORY_UNSERVED"}
    assert plan.solver["origin"] == "search"
    assert read_plan(write_plan(plan)) == plan


@ANYTHING
@given(problems(), problems(), st.none() | TIMES, st.none() | st.integers(0, 3))
def test_any_plan_in_force_can_be_revised(
    problem: Problem, later: Problem, freeze_before: int | None, max_moves: int | None
) -> None:
    previous = Previous(solve(problem, Budget(iterations=15)), freeze_before, 10.0, max_moves)
    again = replace(problem, previous=previous)
    assert rules(again, solve(again, Budget(iterations=15))) <= {"MANDATORY_UNSERVED"}
    other = replace(later, previous=previous)
    assert rules(other, solve(other, Budget(iterations=15))) <= {
        "MANDATORY_UNSERVED",
        "FREEZE_BROKEN",
        "TOO_MANY_MOVES",
    }


def test_the_routing_engine_goes_on_with_a_place_that_only_another_stop_makes_reachable() -> None:
    """From the office there is no way to the far door, nor back; from the near one there is."""
    near, far = 1, 2
    seconds = [[0, 600, -1], [600, 0, 600], [-1, 600, 0]]
    travel = Travel(np.array(seconds, np.int32))
    jobs = [job("near", near), job("far", far), job("beside", near)]
    problem = day([crew("v")], jobs, travel=travel)
    for seed in range(5):
        plan = solve(problem, Budget(iterations=60), seed, engine="ortools")
        assert violations(problem, plan) == []
        assert plan.served == {"near", "far", "beside"}
