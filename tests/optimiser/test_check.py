"""The checker finds every fault that is planted into a valid plan, and nothing else."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from app.optimiser.check import violations
from app.optimiser.plan import Plan, Route, Stop, TakenBreak, Unassigned
from app.optimiser.problem import Break, Link, Lock, Previous, Problem, Role, Travel
from app.optimiser.violation import Violation
from tests.optimiser.days import HOUR, MINUTE, member, restated, road
from tests.optimiser.worked_day import BOB, JOBS, PAIR, PLAN, PREVIOUS, PROBLEM, SOLO, TWO, VEHICLES, WALKER, at

Change = Callable[[Problem, Plan], tuple[Problem, Plan]]


def route(index: int, **changes: Any) -> Change:
    def change(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        routes = list(plan.routes)
        routes[index] = replace(routes[index], **changes)
        return problem, replace(plan, routes=tuple(routes))

    return change


def stop(index: int, place: int, **changes: Any) -> Change:
    stops = list(PLAN.routes[index].stops)
    stops[place] = replace(stops[place], **changes)
    return route(index, stops=tuple(stops))


def breaks(index: int, *taken: tuple[int, int], **changes: Any) -> Change:
    return route(index, breaks=tuple(TakenBreak(*one) for one in taken), **changes)


def plan(**changes: Any) -> Change:
    return lambda problem, plan: (problem, replace(plan, **changes))


def given(**changes: Any) -> Change:
    return lambda problem, plan: (replace(problem, **changes), plan)


def vehicle(index: int, **changes: Any) -> Change:
    vehicles = list(VEHICLES)
    vehicles[index] = replace(vehicles[index], **changes)
    return given(vehicles=tuple(vehicles))


def wanted(name: str, **changes: Any) -> Change:
    return given(jobs=tuple(replace(one, **changes) if one.id == name else one for one in JOBS))


def dropped(index: int, place: int, reason: str = "CAPACITY") -> Change:
    """The stop is taken out and its job listed as unassigned; the times around it stay."""

    def change(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        stops = plan.routes[index].stops
        left = Unassigned(stops[place].job, reason, "")
        problem, plan = route(index, stops=stops[:place] + stops[place + 1 :])(problem, plan)
        return problem, replace(plan, unassigned=(*plan.unassigned, left))

    return change


def both(*changes: Change) -> Change:
    def change(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        for one in changes:
            problem, plan = one(problem, plan)
        return problem, plan

    return change


def no_way(origin: int, destination: int) -> Travel:
    durations = road(6).durations.copy()
    durations[origin, destination] = -1
    return Travel(durations, road(6).distances)


NOTHING = Previous(Plan(), max_moves=0)
EARLIER = Plan(routes=(Route("pair", at(8), at(9), (Stop("late", (0,), at(9), at(10, 30) - 901, at(10, 35)),)),))

# Each row: the rules that the planted fault breaks, and the fault. Everything that the plan states is made true again
# before the check, so nothing else may be found.
PLANTED: list[tuple[str, Change]] = [
    ("UNKNOWN_VEHICLE MANDATORY_UNSERVED LOCK_UNSERVED LINK_HALF_SERVED", route(WALKER, vehicle="ghost")),
    ("DUPLICATE_VEHICLE EMPTY_ROUTE", plan(routes=(*PLAN.routes, Route("pair", at(9), at(9), ())))),
    ("EMPTY_ROUTE", plan(routes=(*PLAN.routes, Route("idle", at(9), at(9), ())))),
    ("UNKNOWN_JOB", plan(unassigned=(*PLAN.unassigned, Unassigned("ghost", "CAPACITY", "")))),
    ("UNKNOWN_JOB JOB_MISSING MANDATORY_UNSERVED LOCK_UNSERVED ARRIVAL_WRONG", stop(WALKER, 0, job="ghost")),
    ("DUPLICATE_JOB", plan(unassigned=PLAN.unassigned * 2)),
    ("DUPLICATE_JOB ROLE_TWICE STARTS_DIFFER JOB_MISSING LINK_HALF_SERVED ARRIVAL_WRONG", stop(WALKER, 1, job="kept")),
    ("SERVED_AND_UNASSIGNED", plan(unassigned=(*PLAN.unassigned, Unassigned("late", "CAPACITY", "")))),
    ("JOB_MISSING", plan(unassigned=())),
    ("MANDATORY_UNSERVED", wanted("spare", mandatory=True)),
    ("UNKNOWN_ROLE", stop(WALKER, 0, roles=(0, 1))),
    ("NO_ROLE ROLE_MISSING END_WRONG", stop(WALKER, 0, roles=())),
    ("ROLE_TWICE", stop(WALKER, 0, roles=(0, 0))),
    ("ROLE_TWICE ONE_ROLE_EACH", stop(SOLO, 0, roles=(0, 1))),
    ("ROLE_MISSING", wanted("meet", roles=(*JOBS[3].roles, Role()))),
    ("STARTS_DIFFER", both(stop(PAIR, 3, start=at(11, 26), end=at(11, 41)), route(PAIR, back=at(12, 41)))),
    ("SKILL_MISSING", vehicle(PAIR, members=(member("ann", "certified"), BOB))),
    ("SKILL_MISSING", wanted("late", roles=(Role(frozenset({"tact"}), 20 * MINUTE),))),
    ("NOT_ALLOWED", wanted("late", allowed=frozenset({"cat"}))),
    ("BARRED", wanted("late", barred=frozenset({"ann", "bob"}))),
    ("ONE_ROLE_EACH", wanted("both", barred=frozenset({"bob"}), roles=(TWO[0], replace(TWO[0], service_seconds=1800)))),
    ("LEAVES_BEFORE_SHIFT", vehicle(WALKER, shift=(at(13, 30), at(17)))),
    ("RETURNS_AFTER_SHIFT", vehicle(WALKER, shift=(at(8), at(15)))),
    ("RETURNS_AFTER_SHIFT", vehicle(PAIR, shift=(at(8), at(11)))),
    ("RETURN_WRONG", route(SOLO, back=at(15, 1))),
    ("RETURN_WRONG", route(WALKER, back=at(15, 30))),
    ("TOO_MANY_JOBS", vehicle(PAIR, max_jobs=3)),
    ("TOO_MUCH_TRAVEL", vehicle(PAIR, max_travel_seconds=59 * MINUTE)),
    ("TOO_MUCH_DUTY", vehicle(PAIR, max_duty_seconds=4 * HOUR)),
    ("UNREACHABLE RETURN_WRONG", given(travel=no_way(4, 0))),
    ("UNREACHABLE ARRIVAL_WRONG", given(travel=no_way(1, 2))),
    ("ARRIVAL_WRONG", stop(WALKER, 0, arrival=at(13, 49))),
    ("ARRIVAL_WRONG", route(WALKER, leave=at(12, 59))),
    ("ARRIVAL_WRONG STARTS_TOO_EARLY", route(WALKER, leave=at(13, 20))),
    ("STARTS_TOO_EARLY", wanted("both", approach_seconds=6 * MINUTE)),
    ("STARTS_TOO_EARLY", wanted("upstairs", address="tower block")),
    ("END_WRONG", both(stop(WALKER, 1, end=at(15, 21)), route(WALKER, back=at(15, 21)))),
    ("END_WRONG", wanted("second", roles=(Role(service_seconds=21 * MINUTE),))),
    ("OUTSIDE_WINDOWS", wanted("kept", windows=((at(9), at(13)), (at(14, 1), at(15))))),
    ("OUTSIDE_WINDOWS", wanted("late", max_lateness_seconds=29 * MINUTE)),
    ("OUTSIDE_WINDOWS", wanted("kept", windows=())),
    ("LATENESS_WRONG", stop(PAIR, 2, lateness=0)),
    ("LATENESS_WRONG", wanted("kept", due=at(13, 59))),
    ("BREAK_MISSING RETURN_WRONG", breaks(PAIR)),
    ("BREAK_EXTRA RETURN_WRONG", breaks(SOLO, (at(11, 45), at(12, 30)), (at(14, 30), at(14, 40)))),
    ("BREAK_EXTRA", breaks(WALKER, (at(14, 30), at(14, 45)))),
    ("BREAK_OUTSIDE_WINDOW", vehicle(PAIR, breaks=(Break((at(11), at(11, 49)), 30 * MINUTE),))),
    ("BREAK_WRONG_LENGTH", breaks(PAIR, (at(11, 50), at(12, 21)), back=at(12, 41))),
    ("BREAK_WRONG_LENGTH BREAK_OUTSIDE_WINDOW", vehicle(SOLO, breaks=(Break((at(8), at(9)), HOUR),))),
    (
        "BREAK_OUTSIDE_ROUTE",
        both(vehicle(WALKER, breaks=(Break((at(15), at(16)), HOUR),)), breaks(WALKER, (at(15, 20), at(16, 20)))),
    ),
    ("BREAK_DURING_SERVICE", breaks(PAIR, (at(11, 39), at(12, 9)), back=at(12, 39))),
    ("BREAK_DURING_SERVICE BREAK_EXTRA", breaks(WALKER, (at(15, 5), at(15, 10)))),
    (
        "BREAKS_OVERLAP",
        both(
            vehicle(SOLO, breaks=(Break((at(10), at(13)), 45 * MINUTE), Break((at(12), at(13)), 30 * MINUTE))),
            stop(SOLO, 1, arrival=at(13, 9)),
            breaks(SOLO, (at(11, 45), at(12, 30)), (at(12, 29), at(12, 59))),
        ),
    ),
    ("LINK_HALF_SERVED", both(dropped(WALKER, 1), route(WALKER, back=at(14, 20)))),
    ("LINK_GAP", given(links=(Link(("first", 0), ("second", 0), (0, 59 * MINUTE)),))),
    ("LINK_GAP", given(links=(Link(("second", 0), ("first", 0), (30 * MINUTE, 90 * MINUTE)),))),
    ("LINK_WORKERS", given(links=(Link(("first", 0), ("second", 0), (0, 2 * HOUR), "same"),))),
    ("LINK_WORKERS", given(links=(Link(("kept", 0), ("second", 0), (0, 2 * HOUR), "different"),))),
    ("LOCK_UNSERVED", given(locks=(Lock("spare", "time", start=at(9)),))),
    ("LOCK_TIME", given(locks=(Lock("kept", "time", start=at(14, 1)),))),
    ("LOCK_WORKER", given(locks=(Lock("kept", "worker", "cat"),))),
    ("FREEZE_BROKEN", given(previous=Previous(PREVIOUS, freeze_before=at(10, 30)))),
    (
        "TOO_MANY_MOVES",
        both(wanted("spare", id="gone meanwhile"), plan(unassigned=(Unassigned("gone meanwhile", "CAPACITY", ""),))),
    ),
    ("TOO_MANY_MOVES", given(previous=replace(NOTHING, plan=EARLIER))),
]


def test_the_plan_is_valid_before_anything_is_planted() -> None:
    assert violations(PROBLEM, PLAN) == []


@pytest.mark.parametrize(("rules", "fault"), PLANTED, ids=[f"{n}-{row[0]}" for n, row in enumerate(PLANTED)])
def test_a_planted_fault_is_found_and_nothing_else(rules: str, fault: Change) -> None:
    problem, plan = fault(PROBLEM, PLAN)
    found = violations(problem, restated(problem, plan))
    assert {violation.rule for violation in found} == set(rules.split())


STATED: list[tuple[str, str, Change]] = [
    ("WRONG_PROBLEM", "plan", plan(problem_sha256="0" * 64)),
    ("FIGURE_WRONG", "vehicle solo, travel_seconds", route(SOLO, travel_seconds=1)),
    ("FIGURE_WRONG", "vehicle solo, travel_metres", route(SOLO, travel_metres=1)),
    ("FIGURE_WRONG", "vehicle solo, waiting_seconds", route(SOLO, waiting_seconds=1)),
    ("FIGURE_WRONG", "vehicle solo, duty_seconds", route(SOLO, duty_seconds=1)),
    ("COST_WRONG", "cost total", plan(cost=replace(PLAN.cost, total=PLAN.cost.total + 0.01))),
    ("COST_WRONG", "cost part travel", plan(cost=replace(PLAN.cost, parts={**PLAN.cost.parts, "travel": 1.0}))),
    ("COST_WRONG", "cost part tolls", plan(cost=replace(PLAN.cost, parts={**PLAN.cost.parts, "tolls": 0.0}))),
]


@pytest.mark.parametrize(("rule", "where", "fault"), STATED, ids=[row[1] for row in STATED])
def test_a_stated_figure_is_not_believed(rule: str, where: str, fault: Change) -> None:
    problem, plan = fault(PROBLEM, PLAN)
    assert [(found.rule, found.where) for found in violations(problem, plan)] == [(rule, where)]


def test_a_violation_says_where_and_by_how_much() -> None:
    problem, plan = both(vehicle(PAIR, max_duty_seconds=4 * HOUR), stop(WALKER, 0, arrival=at(13, 49)))(PROBLEM, PLAN)
    assert violations(problem, restated(problem, plan)) == [
        Violation("TOO_MUCH_DUTY", "vehicle pair", 25 * MINUTE),
        Violation("ARRIVAL_WRONG", "vehicle walker, stop 0, job kept", -MINUTE),
    ]


def test_a_locked_job_may_stay_undone_when_its_lock_cannot_be_kept() -> None:
    problem = replace(PROBLEM, locks=(Lock("spare", "worker", "cat"),))
    plan = replace(PLAN, unassigned=(Unassigned("spare", "LOCK_CONFLICT", "cat is busy"),))
    assert violations(problem, restated(problem, plan)) == []


@pytest.mark.parametrize("arrival", [at(11, 45), at(12, 30)], ids=["before the break", "after it"])
def test_a_break_that_begins_on_arrival_may_count_as_before_or_after_it(arrival: int) -> None:
    problem, _ = wanted("first", location=3, roles=(Role(service_seconds=15 * MINUTE),))(PROBLEM, PLAN)
    plan = replace(PLAN, routes=(*PLAN.routes[:SOLO], _solo(arrival), *PLAN.routes[WALKER:]))
    assert violations(problem, restated(problem, plan)) == []


def _solo(arrival: int) -> Route:
    """The solo route with its second stop at the door of the first, and the break in between."""
    stops = PLAN.routes[SOLO].stops
    last = replace(stops[1], arrival=arrival, end=stops[1].start + 15 * MINUTE)
    return replace(PLAN.routes[SOLO], stops=(stops[0], last), back=last.end + 30 * MINUTE)


NAMES = st.sampled_from([*(one.id for one in JOBS), "ghost"])
CRAFT = st.sampled_from([*(one.id for one in VEHICLES), "ghost"])
SECONDS = st.integers(-(10**6), 10**6)
STOPS = st.builds(Stop, NAMES, st.lists(st.integers(-1, 3), max_size=3).map(tuple), SECONDS, SECONDS, SECONDS, SECONDS)
TAKEN = st.builds(TakenBreak, SECONDS, SECONDS)
ROUTES = st.builds(
    Route,
    CRAFT,
    SECONDS,
    SECONDS,
    st.lists(STOPS, max_size=4).map(tuple),
    st.lists(TAKEN, max_size=3).map(tuple),
    SECONDS,
    SECONDS,
)
PLANS = st.builds(
    Plan,
    routes=st.lists(ROUTES, max_size=4).map(tuple),
    unassigned=st.lists(st.builds(Unassigned, NAMES, st.just("CAPACITY"), st.just("")), max_size=3).map(tuple),
)


@settings(derandomize=True, deadline=None, max_examples=200)
@any_of(PLANS)
def test_any_plan_that_can_be_read_gets_an_answer(plan: Plan) -> None:
    found = violations(PROBLEM, plan)
    assert "WRONG_PROBLEM" in {violation.rule for violation in found}
    json.dumps([asdict(violation) for violation in found], allow_nan=False)
