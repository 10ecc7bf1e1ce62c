"""Decoder annealing: what it finds on days that can be followed by hand, and that whatever it finds keeps the rules."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.optimiser.check import violations
from app.optimiser.decoder_engine import DecoderSearch, suits, temperatures
from app.optimiser.describe import make_plan
from app.optimiser.plan import Plan, Unassigned
from app.optimiser.problem import (
    Break,
    Job,
    Link,
    Lock,
    Objective,
    Overtime,
    Previous,
    Problem,
    Role,
    SlotValue,
    Travel,
    Vehicle,
)
from app.optimiser.search_space import SearchSpace
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, ORIGIN, crew, day, job, member

TWO = (Role(service_seconds=20 * MINUTE), Role(service_seconds=30 * MINUTE))
MUST: dict[str, Any] = {"mandatory": True, "prize": 0.0}


def searched(problem: Problem, seed: int = 1, moves: int = 4000) -> DecoderSearch:
    space = SearchSpace(problem)
    search = DecoderSearch(space, seed)
    hot, cold = temperatures(space)
    search.run(moves, hot, cold)
    return search


def plan_of(search: DecoderSearch) -> Plan:
    draft = search.draft()
    assert draft is not None
    problem = search.space.problem
    undone = [Unassigned(problem.jobs[index].id, "CAPACITY", "left out") for index in draft.unserved]
    assert search.best_served == len(problem.jobs) - len(undone)
    return make_plan(problem, draft.routes, undone, 1, {})


def solved(problem: Problem) -> Plan:
    """The plan, which keeps all rules and costs what the search says."""
    search = searched(problem)
    plan = plan_of(search)
    assert violations(problem, plan) == []
    assert plan.cost.total == pytest.approx(search.best_cost, abs=1e-5)
    return plan


def times(plan: Plan) -> dict[tuple[str, str], int]:
    return {(route.vehicle, stop.job): stop.start // MINUTE for route in plan.routes for stop in route.stops}


# What it finds --------------------------------------------------------------------------------------------------


def test_two_who_work_alone_meet_at_a_door_as_early_as_both_can() -> None:
    crews = [crew("near"), crew("far", shift=(10 * HOUR, 17 * HOUR))]
    plan = solved(day(crews, [job("meet", 3, roles=TWO, **MUST)]))
    start = 10 * 60 + 30
    assert times(plan) == {("near", "meet"): start, ("far", "meet"): start}
    assert sorted(stop.end - stop.start for route in plan.routes for stop in route.stops) == [20 * MINUTE, 30 * MINUTE]


def test_a_crew_of_two_does_alone_what_others_would_meet_for() -> None:
    crews = [crew("a"), crew("b"), crew("both", member("c"), member("d"))]
    plan = solved(day(crews, [job("two", 2, roles=TWO)]))
    assert times(plan) == {("both", "two"): 8 * 60 + 20}
    assert plan.cost.total == 40.0


def test_skills_decide_who_takes_which_role() -> None:
    roles = (Role(frozenset({"certified"}), 600), Role(frozenset({"debt"}), 600))
    crews = [crew("a", member("a", "debt")), crew("b", member("b", "certified")), crew("c")]
    plan = solved(day(crews, [job("two", 2, roles=roles, **MUST)]))
    assert {route.vehicle: route.stops[0].roles for route in plan.routes} == {"a": (1,), "b": (0,)}


@pytest.mark.parametrize(("workers", "vehicles"), [("different", 2), ("same", 1), ("any", 1)])
def test_a_linked_visit_follows_in_time_by_whom_the_link_wants(workers: str, vehicles: int) -> None:
    link = Link(("first", 0), ("second", 0), (30 * MINUTE, 40 * MINUTE), workers)
    plan = solved(day([crew("a"), crew("b")], [job("first", 2, **MUST), job("second", 2, **MUST)], links=(link,)))
    starts = {name: start for (_, name), start in times(plan).items()}
    assert 30 <= starts["second"] - starts["first"] <= 40
    assert len(plan.routes) == vehicles


def test_a_pair_of_linked_roles_may_be_two_people_of_one_crew() -> None:
    link = Link(("first", 0), ("second", 0), (0, HOUR), "different")
    both = crew("both", member("a"), member("b"))
    plan = solved(
        day([both, crew("c", start=5, end=5)], [job("first", 1, **MUST), job("second", 1, **MUST)], links=(link,))
    )
    assert [route.vehicle for route in plan.routes] == ["both"]


def test_the_first_of_two_linked_visits_waits_for_the_second() -> None:
    link = Link(("first", 0), ("second", 0), (0, 10 * MINUTE), "different")
    jobs = [job("first", 1, **MUST), job("second", 5, windows=((12 * HOUR, 13 * HOUR),), **MUST)]
    plan = solved(day([crew("a"), crew("b")], jobs, links=(link,), objective=Objective(waiting_per_hour=0.0)))
    starts = {name: start for (_, name), start in times(plan).items()}
    assert starts == {"first": 11 * 60 + 50, "second": 12 * 60}


def test_lateness_is_paid_for_each_role_and_the_largest_once_more() -> None:
    late: dict[str, Any] = {"windows": ((8 * HOUR, 8 * HOUR + 5 * MINUTE),), "max_lateness_seconds": 8 * HOUR}
    meeting = job("meet", 2, roles=TWO, lateness_cost_per_hour=60.0, **late, **MUST)
    plan = solved(day([crew("a"), crew("b")], [meeting], objective=Objective(lateness_max_per_hour=60.0)))
    assert plan.cost.parts["lateness"] == 30.0
    assert plan.cost.parts["lateness_max"] == 15.0


def test_a_second_window_is_used_when_the_first_is_missed() -> None:
    windows = ((8 * HOUR, 8 * HOUR + 5 * MINUTE), (10 * HOUR, 11 * HOUR))
    plan = solved(day([crew("a"), crew("b")], [job("meet", 2, roles=TWO, windows=windows, **MUST)]))
    assert set(times(plan).values()) == {10 * 60}


def test_the_approach_to_one_address_is_paid_once() -> None:
    tower: dict[str, Any] = {"address": "tower", "approach_seconds": 10 * MINUTE, **MUST}
    jobs = [job("meet", 1, roles=TWO, **tower), job("upstairs", 1, allowed=frozenset({"a"}), **tower)]
    plan = solved(day([crew("a"), crew("b")], jobs))
    (route,) = (route for route in plan.routes if route.vehicle == "a")
    assert route.stops[1].start == route.stops[0].end


@pytest.mark.parametrize(
    ("limit", "served"),
    [
        ({}, {"meet", "other"}),
        ({"max_jobs": 1}, {"other"}),
        ({"max_travel_seconds": 40 * MINUTE}, {"meet"}),
        ({"shift": (8 * HOUR, 9 * HOUR + 10 * MINUTE)}, {"meet"}),
        ({"shift": (8 * HOUR, 9 * HOUR), "overtime": Overtime(10 * MINUTE, 60.0)}, {"meet"}),
    ],
)
def test_limits_of_a_vehicle_hold(limit: dict[str, Any], served: set[str]) -> None:
    jobs = [job("meet", 2, roles=TWO), job("other", 3)]
    assert solved(day([crew("a", **limit), crew("b", **limit)], jobs)).served == served


def test_what_is_not_worth_the_way_of_two_is_left_out() -> None:
    jobs = [job("meet", 5, roles=TWO, prize=150.0), job("near", 1, prize=30.0)]
    assert solved(day([crew("a"), crew("b")], jobs)).served == {"near"}
    dearer = [replace(jobs[0], prize=250.0), jobs[1]]
    assert solved(day([crew("a"), crew("b")], dearer)).served == {"meet", "near"}


def test_what_must_be_served_is_served_whatever_else_is_lost() -> None:
    short = (8 * HOUR, 9 * HOUR)
    jobs = [job("must", 1, roles=TWO, **MUST), *(job(f"rich{number}", 1, 30, prize=1e6) for number in range(4))]
    assert "must" in solved(day([crew("a", shift=short), crew("b", shift=short)], jobs)).served


def test_the_liked_worker_comes_and_a_dear_vehicle_stays_at_home() -> None:
    crews = [crew("dear", fixed_cost=50.0), crew("plain"), crew("liked")]
    plan = solved(day(crews, [job("meet", 2, roles=TWO, preferred={"liked": 5.0}, **MUST)]))
    assert {route.vehicle for route in plan.routes} == {"plain", "liked"}
    assert plan.cost.parts["preferences"] == -5.0


def test_nothing_is_driven_where_there_is_no_way() -> None:
    travel = Travel.from_rows([[0, 600, -1], [600, 0, 600], [600, 600, 0]])
    plan = solved(
        day([crew("a", end=None), crew("b", end=None)], [job("meet", 1, roles=TWO), job("hidden", 2)], travel=travel)
    )
    assert plan.served == {"meet", "hidden"}
    assert [stop.job for route in plan.routes if len(route.stops) == 2 for stop in route.stops] == ["meet", "hidden"]


# How it works ---------------------------------------------------------------------------------------------------


def test_the_same_seed_and_runs_give_the_same_solution() -> None:
    problem = tied_day(7, jobs=20)
    found = []
    for _ in range(2):
        search = searched(problem, seed=3)
        search.run(2000, 20.0, 5.0)
        found.append((search.best_cost, search.iterations, plan_of(search)))
    assert found[0] == found[1]
    assert found[0][1] == 6000


def test_nothing_to_do_costs_nothing() -> None:
    search = DecoderSearch(SearchSpace(day([crew("a")], [])), 1)
    search.run(10, 1.0, 1.0)
    assert (search.best_cost, search.best_served) == (0.0, 0)
    draft = search.draft()
    assert draft is not None
    assert draft.served == set()


def test_before_the_first_move_everything_is_left_out() -> None:
    problem = day([crew("a"), crew("b")], [job("meet", 1, roles=TWO), job("must", 1, mandatory=True)])
    search = DecoderSearch(SearchSpace(problem), 1)
    assert (search.best_cost, search.best_served) == (200.0, 0)
    assert search.best_rank == (1, 200.0)
    search.run(2000, 10.0, 1.0)
    assert search.best_rank == (0, search.best_cost)


# What it is for -------------------------------------------------------------------------------------------------

MEETING = job("meet", 1, roles=TWO, **MUST)
TIED = day([crew("a"), crew("b")], [MEETING, *(job(f"j{number}", 2, **MUST) for number in range(9))])


def test_days_with_meetings_suit_it() -> None:
    assert suits(SearchSpace(TIED))


@pytest.mark.parametrize(
    "changes",
    [
        {"jobs": TIED.jobs[1:]},
        {"jobs": ()},
        {"vehicles": ()},
        {"jobs": (*TIED.jobs, *(job(f"k{number}", 2, **MUST) for number in range(20)))},
        {"jobs": tuple(replace(one, mandatory=False, prize=20.0) for one in TIED.jobs)},
        {"jobs": (replace(MEETING, roles=(*TWO, Role())), *TIED.jobs[1:])},
        {"jobs": (replace(MEETING, slot_values=(SlotValue(0, 1, 1.0),)), *TIED.jobs[1:])},
        {"links": (Link(("meet", 0), ("j1", 0), (0, 0)),)},
        {"links": (Link(("j1", 0), ("j2", 0), (0, 0)), Link(("j1", 0), ("j3", 0), (0, 0)))},
        {"locks": (Lock("j1", "time", None, 9 * HOUR),)},
        {"previous": Previous(Plan())},
        {"objective": Objective(fairness_per_hour=1.0)},
        {"vehicles": (crew("a", breaks=(Break((0, 1), 1),)), crew("b"))},
        {"vehicles": (crew("a", max_duty_seconds=HOUR), crew("b"))},
        {"vehicles": (crew("both", member("a"), member("b")),)},
    ],
)
def test_other_days_do_not(changes: dict[str, Any]) -> None:
    assert not suits(SearchSpace(replace(TIED, **changes)))


def test_a_duty_limit_as_long_as_the_shift_changes_nothing() -> None:
    assert suits(SearchSpace(replace(TIED, vehicles=(crew("a", max_duty_seconds=9 * HOUR), crew("b")))))


def test_temperatures_follow_the_price_of_travel_or_else_of_lateness() -> None:
    hot, cold = temperatures(SearchSpace(TIED))
    assert hot > cold > 0
    dearer = replace(TIED, objective=Objective(travel_per_hour=120.0))
    assert temperatures(SearchSpace(dearer)) == (2 * hot, 2 * cold)
    free = replace(TIED, objective=Objective(travel_per_hour=0.0))
    assert min(temperatures(SearchSpace(free))) > 0


# Whatever it finds keeps the rules ------------------------------------------------------------------------------


def tied_day(seed: int, jobs: int) -> Problem:
    """A small day with meetings, links, and a little of everything that the search knows."""
    rng = np.random.default_rng(seed)
    places = jobs + 1
    travel = rng.integers(1, 40, (places, places)) * MINUTE
    travel[rng.random((places, places)) < 0.03] = -1
    np.fill_diagonal(travel, 0)
    wanted = [_any_job(rng, number, place) for number, place in enumerate(rng.integers(1, places, jobs).tolist())]
    single = [one.id for one in wanted if len(one.roles) == 1]
    links = tuple(_any_link(rng, *pair) for pair in zip(single[::4], single[1::4], strict=False))
    return Problem(
        ORIGIN,
        Travel.from_rows(travel.tolist()),
        tuple(_any_vehicle(rng, number) for number in range(int(rng.integers(2, 6)))),
        tuple(wanted),
        links,
        objective=Objective(60.0, float(rng.choice([0.0, 5.0])), float(rng.choice([0.0, 5.0])), 30.0),
    )


def _any_vehicle(rng: np.random.Generator, number: int) -> Vehicle:
    people = [member(f"w{number}", *rng.choice(["a", "b"], 1)), member(f"x{number}", "a", "b")]
    begin = int(rng.integers(7, 10)) * HOUR
    return crew(
        f"v{number}",
        *people[: 1 + int(rng.random() < 0.2)],
        end=None if rng.random() < 0.2 else 0,
        shift=(begin, begin + int(rng.integers(3, 9)) * HOUR),
        max_jobs=int(rng.integers(2, 6)) if rng.random() < 0.3 else None,
        max_travel_seconds=int(rng.integers(60, 200)) * MINUTE if rng.random() < 0.3 else None,
        overtime=Overtime(HOUR, 40.0) if rng.random() < 0.3 else None,
        fixed_cost=float(rng.integers(0, 20)),
    )


def _any_job(rng: np.random.Generator, number: int, place: int) -> Job:
    opens = int(rng.integers(7, 14)) * HOUR
    windows = [None, ((opens, opens + HOUR),), ((opens, opens + HOUR), (opens + 2 * HOUR, opens + 3 * HOUR))]
    roles = [Role(frozenset({str(rng.choice(["a", "b"]))}), int(rng.integers(0, 40)) * MINUTE) for _ in range(2)]
    is_late = rng.random() < 0.5
    return Job(
        f"j{number}",
        place,
        address=f"house {place}" if rng.random() < 0.5 else None,
        approach_seconds=int(rng.integers(0, 5)) * MINUTE,
        windows=windows[int(rng.integers(0, 3))],
        due=opens + HOUR // 2 if is_late else None,
        lateness_cost_per_hour=60.0,
        max_lateness_seconds=2 * HOUR if is_late else 0,
        roles=tuple(roles[: 1 + int(rng.random() < 0.4)]),
        prize=float(rng.integers(20, 200)),
        mandatory=bool(rng.random() < 0.3),
        barred=frozenset({f"w{rng.integers(0, 5)}"}),
        preferred={f"w{rng.integers(0, 5)}": 10.0},
    )


def _any_link(rng: np.random.Generator, first: str, second: str) -> Link:
    shortest = int(rng.integers(0, 60)) * MINUTE
    gap = shortest, shortest + int(rng.integers(0, 60)) * MINUTE
    return Link((first, 0), (second, 0), gap, str(rng.choice(["any", "same", "different"])))


@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(2, 14))
def test_every_solution_keeps_the_rules_and_costs_what_the_search_says(seed: int, jobs: int) -> None:
    problem = tied_day(seed, jobs)
    search = searched(problem, seed, moves=1500)
    plan = plan_of(search)
    assert {violation.rule for violation in violations(problem, plan)} <= {"MANDATORY_UNSERVED"}
    assert plan.cost.total <= search.best_cost + 1e-5


@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(2, 14))
def test_the_cost_is_exact_where_neither_waiting_nor_duty_is_paid(seed: int, jobs: int) -> None:
    problem = tied_day(seed, jobs)
    free = Objective(60.0, waiting_per_hour=0.0, lateness_max_per_hour=30.0)
    alone = tuple(replace(one, members=one.members[:1]) for one in problem.vehicles)
    search = searched(replace(problem, objective=free, vehicles=alone), seed, moves=1500)
    assert plan_of(search).cost.total == pytest.approx(search.best_cost, abs=1e-5)


def test_a_search_that_starts_from_a_draft_is_never_worse_than_it() -> None:
    problem = tied_day(11, jobs=25)
    first = searched(problem)
    draft = first.draft()
    second = DecoderSearch(first.space, 2, draft)
    assert second.best_served == first.best_served
    assert second.best_cost == pytest.approx(first.best_cost)
    second.run(3000, 10.0, 1.0)
    assert second.best_cost <= first.best_cost + 1e-6


def test_region_days_of_meetings_are_planned_too() -> None:
    problem = region_day(RegionDay(investigators=6, visits=40, seed=1, two_person_visits=20))
    assert not suits(SearchSpace(problem))
    plan = plan_of(searched(problem, moves=50_000))
    assert violations(problem, plan) == []
    assert any(
        len({route.vehicle for route in plan.routes for stop in route.stops if stop.job == one}) == 2
        for one in plan.served
    )
