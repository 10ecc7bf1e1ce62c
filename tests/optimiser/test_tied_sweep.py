"""Meetings and linked visits fill what is left of the day, and where none fits, really none does."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.optimiser.budget import Budget
from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, DraftRoute, build_route
from app.optimiser.explain import reasons
from app.optimiser.final_sweep import FinalSweep
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
    Vehicle,
)
from app.optimiser.search_space import SearchSpace
from app.optimiser.solve import solve
from app.optimiser.tied_component import components, partitions
from app.optimiser.visit import Visit
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member, road

QUARTER = 15 * MINUTE
TWO = (Role(service_seconds=20 * MINUTE), Role(service_seconds=20 * MINUTE))


def swept(problem: Problem) -> tuple[Plan, FinalSweep]:
    """The plan that the sweep alone makes of an empty day."""
    draft = Draft(SearchSpace(problem))
    sweep = FinalSweep(draft, lambda tries: False)
    sweep.run()
    return make_plan(problem, draft.routes, reasons(draft, sweep), 1, {}), sweep


def served(problem: Problem) -> set[str]:
    plan, _ = swept(problem)
    assert violations(problem, plan) == []
    return set(plan.served)


def start_of(plan: Plan, name: str) -> set[int]:
    return {stop.start for route in plan.routes for stop in route.stops if stop.job == name}


# By hand --------------------------------------------------------------------------------------------------------


def test_two_crews_meet_at_a_door_that_needs_two() -> None:
    problem = day([crew("v"), crew("w", start=5, end=5)], [job("a", 1, roles=TWO, prize=200.0)])
    plan, _ = swept(problem)
    assert violations(problem, plan) == []
    assert [route.vehicle for route in plan.routes] == ["v", "w"]


def test_three_roles_are_shared_by_a_pair_and_a_third() -> None:
    three = (*TWO, Role(service_seconds=5 * MINUTE))
    assert served(day([crew("p", member("ann"), member("bob")), crew("w")], [job("a", 1, roles=three)])) == {"a"}


def test_a_meeting_that_costs_more_than_it_is_worth_is_left_out_with_the_figure() -> None:
    problem = day([crew("v"), crew("w")], [job("a", 5, roles=TWO, prize=150.0)])
    plan, _ = swept(problem)
    assert plan.unassigned[0].reason == "CAPACITY"
    assert plan.unassigned[0].detail == "v and w have room, but it would cost 50.00 more than it is worth"


def test_the_common_start_is_the_cheapest_one() -> None:
    """The slot at noon is worth more than the hours that both crews save by coming at once."""
    noon = 12 * HOUR
    problem = day([crew("v"), crew("w")], [job("a", 1, roles=TWO, slot_values=(SlotValue(noon, noon + 60, 30.0),))])
    plan, _ = swept(problem)
    assert start_of(plan, "a") <= set(range(noon, noon + 61))
    assert plan.cost.parts["slot_values"] == -30.0


LINK = Link(("a", 0), ("b", 0), (HOUR, 2 * HOUR))


@pytest.mark.parametrize(("workers", "routes"), [("same", 1), ("different", 2), ("any", 1)])
def test_linked_visits_keep_their_gap_and_their_workers(workers: str, routes: int) -> None:
    links = (replace(LINK, workers=workers),)
    problem = day([crew("v"), crew("w")], [job("a", 1), job("b", 2)], links=links)
    plan, _ = swept(problem)
    assert violations(problem, plan) == []
    assert plan.served == {"a", "b"}
    assert len(plan.routes) == routes


def test_a_chain_of_links_through_a_meeting_is_served_whole() -> None:
    links = (LINK, Link(("b", 1), ("c", 0), (0, HOUR), "different"))
    jobs = [job("a", 1), job("b", 2, roles=TWO), job("c", 3)]
    assert served(day([crew("v"), crew("w"), crew("x")], jobs, links=links)) == {"a", "b", "c"}


def test_members_of_a_pair_share_the_roles_as_links_and_promises_want() -> None:
    pair = crew("p", member("ann", "s"), member("bob", "s"))
    skilled = (Role(frozenset({"s"}), 600), Role(frozenset({"s"}), 600))
    jobs = [job("a", 1, roles=skilled), job("b", 1, allowed=frozenset({"ann"}))]
    links = (Link(("a", 0), ("b", 0), (0, 4 * HOUR), "different"),)
    assert served(day([pair], jobs, links=links)) == {"a", "b"}
    locks = (Lock("a", "both", "bob", 12 * HOUR),)
    plan, _ = swept(day([pair], jobs, links=links, locks=locks))
    assert start_of(plan, "a") == {12 * HOUR}


def test_a_promised_meeting_keeps_its_worker_and_its_second() -> None:
    locks = (Lock("a", "both", "w", 12 * HOUR + 7),)
    problem = day([crew("u"), crew("v"), crew("w", start=5)], [job("a", 1, roles=TWO)], locks=locks)
    plan, _ = swept(problem)
    assert violations(problem, plan) == []
    assert start_of(plan, "a") == {12 * HOUR + 7}


def test_a_meeting_that_must_be_takes_the_place_of_lesser_visits() -> None:
    short = (8 * HOUR, 9 * HOUR)
    jobs = [job("s", 1, 30, prize=500.0), job("t", 1, 30, prize=500.0), job("must", 1, roles=TWO, mandatory=True)]
    assert served(day([crew("v", shift=short), crew("w", shift=short)], jobs)) == {"must"}


def test_no_more_moves_are_made_than_allowed() -> None:
    before = day([crew("v"), crew("w")], [job("a", 1, roles=TWO)])
    plan, _ = swept(before)
    late = replace(before.jobs[0], windows=((15 * HOUR, 16 * HOUR),))
    moved = replace(before, jobs=(late,), previous=Previous(plan, move_cost=9.0, max_moves=1))
    again, _ = swept(moved)
    assert violations(moved, again) == []
    assert again.served == {"a"}
    assert again.cost.parts["moves"] == 9.0


def test_roles_are_shared_in_every_way() -> None:
    assert list(partitions((0, 1, 2))) == [((0,), (1,), (2,)), ((0,), (1, 2)), ((0, 1), (2,)), ((0, 2), (1,))]


# Anything -------------------------------------------------------------------------------------------------------


@st.composite
def tied_days(draw: st.DrawFn) -> Problem:
    """A region-day on which meetings and chains of linked visits are among the wishes, some of them promised."""
    size = RegionDay(
        investigators=draw(st.sampled_from([2, 4, 6])),
        visits=draw(st.integers(8, 20)),
        seed=draw(st.integers(0, 50)),
        pairs=draw(st.sampled_from([False, False, True])),
        lunch=draw(st.booleans()),
        two_person_visits=draw(st.integers(0, 4)),
        overtime=draw(st.booleans()),
    )
    quiet = region_day(size)
    links = tuple(
        Link(
            (f"case-{number}", 0),
            (f"case-{number + 1}", 0),
            (low, low + draw(st.sampled_from([0, HOUR, 3 * HOUR]))),
            who,
        )
        for number in draw(st.sets(st.integers(0, 6), max_size=4))
        for low in [draw(st.integers(-1, 2)) * HOUR]
        for who in [draw(st.sampled_from(["any", "same", "different"]))]
    )
    must = draw(st.sets(st.integers(0, 7), max_size=3))
    jobs = tuple(replace(one, mandatory=number in must) for number, one in enumerate(quiet.jobs))
    promised = draw(st.none() | st.tuples(st.integers(0, 7), st.integers(9, 15), st.sampled_from(["time", "both"])))
    locks = () if promised is None else (Lock(f"case-{promised[0]}", promised[2], "inv-0", promised[1] * HOUR),)
    return replace(quiet, links=links, jobs=jobs, locks=locks)


ANYTHING = settings(derandomize=True, deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))


@ANYTHING
@given(tied_days())
def test_tied_visits_are_served_by_the_rules_or_have_a_reason(problem: Problem) -> None:
    plan = solve(problem, Budget(iterations=30))
    assert {violation.rule for violation in violations(problem, plan)} <= {"MANDATORY_UNSERVED"}
    assert plan.solver["origin"] == "search"
    assert "SEARCH" not in {one.reason for one in plan.unassigned}


@ANYTHING
@given(tied_days(), st.none() | st.integers(0, 2))
def test_tied_visits_of_a_plan_in_force_stay_within_the_moves(problem: Problem, most: int | None) -> None:
    before = solve(problem, Budget(iterations=20))
    urgent = tuple(replace(one, id=f"urgent {one.id}", prize=5000.0, mandatory=False) for one in problem.jobs[:3])
    previous = Previous(before, freeze_before=10 * HOUR, move_cost=5.0, max_moves=most)
    again = replace(problem, jobs=(*problem.jobs, *urgent), previous=previous)
    plan = solve(again, Budget(iterations=20))
    assert {violation.rule for violation in violations(again, plan)} <= {"MANDATORY_UNSERVED"}


# Against every possibility --------------------------------------------------------------------------------------

SHIFTS = st.sampled_from([(8 * HOUR, 10 * HOUR), (8 * HOUR, 11 * HOUR), (9 * HOUR, 12 * HOUR)])
TIMES = st.integers(32, 46).map(lambda quarter: quarter * QUARTER)
SPANS = st.tuples(TIMES, st.sampled_from([0, 2, 4, 8])).map(lambda pair: (pair[0], pair[0] + pair[1] * QUARTER))
SERVICE = st.sampled_from([QUARTER, 2 * QUARTER])


def grid_road() -> Any:
    """Places a quarter of an hour apart, so that every time that matters lies on the grid of quarters."""
    ways = [[QUARTER * abs(one - other) for other in range(4)] for one in range(4)]
    return type(road(2)).from_rows(ways)


@st.composite
def tiny_days(draw: st.DrawFn) -> Problem:
    """Two or three routes with little room, and one pair of tied parts."""
    names = iter(["ann", "bob", "cat", "dan", "eve"])
    vehicles = tuple(
        Vehicle(
            id=f"v{number}",
            members=tuple(member(next(names)) for _ in range(draw(st.sampled_from([1, 1, 2])) if number == 0 else 1)),
            start=0,
            end=draw(st.sampled_from([0, 0, None])),
            shift=draw(SHIFTS),
            breaks=draw(st.sampled_from([(), (), (Break((9 * HOUR, 10 * HOUR), QUARTER),)])),
            max_duty_seconds=draw(st.sampled_from([None, None, 2 * HOUR])),
            overtime=draw(st.sampled_from([None, Overtime(HOUR, 50.0)])),
        )
        for number in range(draw(st.integers(2, 3)))
    )
    singles = tuple(
        Job(
            id=f"s{number}",
            location=draw(st.integers(1, 3)),
            windows=draw(st.none() | SPANS.map(lambda span: (span,))),
            roles=(Role(service_seconds=draw(SERVICE)),),
            prize=1000.0,
            allowed=frozenset({vehicles[number % len(vehicles)].members[0].worker}),
            lateness_cost_per_hour=200.0,
            max_lateness_seconds=draw(st.sampled_from([0, HOUR])),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    tied, links = draw(meetings() | linked())
    return day(
        vehicles,
        (*singles, *tied),
        links=links,
        travel=grid_road(),
        objective=draw(
            st.builds(Objective, st.just(60.0), st.sampled_from([0.0, 20.0]), st.sampled_from([0.0, 5.0, 90.0]))
        ),
    )


def tied_job(draw: st.DrawFn, name: str, roles: int) -> Job:
    return Job(
        id=name,
        location=draw(st.integers(1, 3)),
        address=draw(st.sampled_from([None, "tower"])),
        approach_seconds=draw(st.sampled_from([0, QUARTER])),
        windows=draw(st.none() | st.lists(SPANS, min_size=1, max_size=2).map(tuple)),
        roles=tuple(Role(service_seconds=draw(SERVICE)) for _ in range(roles)),
        prize=draw(st.sampled_from([5.0, 40.0, 80.0, 300.0])),
        slot_values=draw(st.sampled_from([(), (SlotValue(9 * HOUR, 10 * HOUR, 30.0),)])),
        preferred=draw(st.sampled_from([{}, {"bob": 10.0}])),
        lateness_cost_per_hour=50.0,
        max_lateness_seconds=draw(st.sampled_from([0, HOUR])),
    )


@st.composite
def meetings(draw: st.DrawFn) -> tuple[tuple[Job, ...], tuple[Link, ...]]:
    return (tied_job(draw, "a", 2),), ()


@st.composite
def linked(draw: st.DrawFn) -> tuple[tuple[Job, ...], tuple[Link, ...]]:
    low = draw(st.integers(-6, 6)) * QUARTER
    gap = low, low + draw(st.sampled_from([0, 2, 4, 12])) * QUARTER
    workers = draw(st.sampled_from(["any", "same", "different"]))
    return (tied_job(draw, "a", 1), tied_job(draw, "b", 1)), (Link(("a", 0), ("b", 0), gap, workers),)


def insertions(routes: list[tuple[Visit, ...]], vehicle: int, visit: Visit) -> Iterator[list[tuple[Visit, ...]]]:
    own = routes[vehicle]
    for place in range(len(own) + 1):
        grown = list(routes)
        grown[vehicle] = (*own[:place], visit, *own[place:])
        yield grown


def ways(problem: Problem) -> list[list[tuple[int, tuple[int, ...]]]]:
    """Parts of the tied job or jobs, in every way that two tasks allow."""
    names = {one.id: index for index, one in enumerate(problem.jobs)}
    if "b" in names:
        return [[(names["a"], (0,)), (names["b"], (0,))]]
    return [[(names["a"], (0,)), (names["a"], (1,))]]


def every_insertion(problem: Problem, routes: list[DraftRoute]) -> Iterator[Plan]:
    """Every plan with the tied parts at any gaps and any quarter of an hour; the checker says whether it holds."""
    space = SearchSpace(problem)
    quarters = range(7 * HOUR, 14 * HOUR, QUARTER)
    present = [route.visits for route in routes]
    left = [one for one in problem.jobs if not one.id.startswith("s")]
    for parts in ways(problem):
        for vehicles in product(range(len(present)), repeat=2):
            starts = product(quarters, repeat=2) if len(left) == 2 else ((one, one) for one in quarters)
            for chosen in starts:
                gap = problem.links[0].gap if problem.links else (0, 0)
                if not gap[0] <= chosen[1] - chosen[0] <= gap[1]:
                    continue
                visits = [
                    space.pinned_visit(vehicle, index, roles, start)
                    for vehicle, (index, roles), start in zip(vehicles, parts, chosen, strict=True)
                ]
                if visits[0] is None or visits[1] is None:
                    continue
                for once in insertions(present, vehicles[0], visits[0]):
                    for twice in insertions(once, vehicles[1], visits[1]):
                        built = [build_route(space, number, own) for number, own in enumerate(twice)]
                        whole = [route for route in built if route is not None]
                        if len(whole) == len(built):
                            rest = [route.visits for route in whole]
                            done = {visit.job for own in rest for visit in own}
                            undone = [
                                Unassigned(one.id, "CAPACITY", "")
                                for number, one in enumerate(problem.jobs)
                                if number not in done
                            ]
                            yield make_plan(problem, whole, undone, 1, {})


@settings(derandomize=True, deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(tiny_days())
def test_where_no_insertion_is_found_none_exists(problem: Problem) -> None:
    draft = Draft(SearchSpace(problem))
    sweep = FinalSweep(draft, lambda tries: False)
    sweep.run()
    plan = make_plan(problem, draft.routes, reasons(draft, sweep), 1, {})
    assert violations(problem, plan) == []
    assert abs(plan.cost.total - draft.cost) < 1e-5
    assert "SEARCH" not in {one.reason for one in plan.unassigned}
    if "a" in plan.served:
        return
    better = [
        other
        for other in every_insertion(problem, draft.routes)
        if other.cost.total < plan.cost.total - 1e-6 and violations(problem, other) == []
    ]
    assert better == []


@settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(tiny_days())
def test_the_insertion_that_is_chosen_is_the_cheapest(problem: Problem) -> None:
    """Measured where the tied part comes last, on the routes of the single visits."""
    space = SearchSpace(problem)
    draft = Draft(space)
    singles = FinalSweep(draft, lambda tries: False).single
    singles.run()
    component = components(space, draft.unserved)
    if not component or "a" not in {problem.jobs[index].id for index in component[0].jobs}:
        return
    sweep = FinalSweep(draft, lambda tries: False)
    found = sweep.tied.best(component[0])
    costs = [plan.cost.total for plan in every_insertion(problem, draft.routes) if violations(problem, plan) == []]
    assert (found is None) == (costs == [])
    if found is not None:
        expected = draft.cost - sweep.tied.loss(component[0]) + found.added_cost
        assert expected <= min(costs) + 1e-5
