"""A draft counts and costs what the plan made of it does."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.optimiser.budget import Budget
from app.optimiser.carry_over import carry_over
from app.optimiser.cost import cost
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, build_route
from app.optimiser.final_sweep import FinalSweep
from app.optimiser.plan import Plan, Route, Stop
from app.optimiser.problem import Link, Previous, Problem, Role
from app.optimiser.ruin_search import RuinSearch, temperatures
from app.optimiser.search_space import SearchSpace
from app.optimiser.solve import solve
from app.optimiser.survey import Survey
from app.optimiser.tied_sweep import TiedSweep
from bench.any_day import problems
from bench.full_day import full_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job

ANYTHING = settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
TWO = (Role(service_seconds=20 * MINUTE), Role(service_seconds=30 * MINUTE))
NINE = 9 * HOUR
FIRST_PLAN = Budget(iterations=40)


def told_in_parts(problem: Problem) -> Problem:
    """The problem without what is told for a job as one."""
    jobs = tuple(replace(one, slot_values=(), preferred={}) for one in problem.jobs)
    return replace(problem, jobs=jobs)


def drafts(problem: Problem) -> list[Draft]:
    """What is carried over, filled up by the sweep, searched, and searched and swept."""
    carried = carry_over(SearchSpace(problem))
    search = RuinSearch(Survey(carried.space, carried), carried, 1)
    hot, cold = temperatures(search.survey)
    search.run(1, cold, cold, is_build=True)
    search.run(100, hot, cold)
    searched = search.draft(search.champion())
    swept = [carried.copy(), searched.copy()]
    for draft in swept:
        FinalSweep(draft, lambda tries: tries > 500).run()
    return [carried, searched, *swept]


def assert_told_truly(draft: Draft) -> None:
    """The draft's moves and cost are those of its plan."""
    problem = draft.space.problem
    told = cost(problem, make_plan(problem, draft.routes, (), 1, {}))
    assert problem.previous is not None
    assert draft.moves * problem.previous.move_cost == pytest.approx(told.parts["moves"])
    assert draft.cost == pytest.approx(told.total, abs=1e-4)


def revision(seed: int) -> Problem:
    """A full day with a plan in force and three urgent visits more; some with a limit of moves, some partly frozen."""
    problem = told_in_parts(replace(full_day(seed), previous=None))
    plan = solve(problem, FIRST_PLAN, seed)
    urgent = tuple(replace(one, id=f"new {one.id}", prize=2000.0, mandatory=False) for one in problem.jobs[:3])
    previous = Previous(plan, (None, 10 * HOUR)[seed % 2], 7.0, (None, 1, 4)[seed % 3])
    return replace(problem, jobs=(*problem.jobs, *urgent), previous=previous)


@pytest.mark.parametrize("seed", range(12))
def test_a_revised_day_has_the_moves_and_the_cost_of_its_plan(seed: int) -> None:
    for draft in drafts(revision(seed)):
        assert_told_truly(draft)


@ANYTHING
@given(problems(), problems(), st.none() | st.integers(0, 3), st.booleans())
def test_any_revision_has_the_moves_and_the_cost_of_its_plan(
    problem: Problem, later: Problem, most: int | None, is_same_day: bool
) -> None:
    previous = Previous(solve(problem, Budget(iterations=15)), None, 10.0, most)
    for draft in drafts(replace(told_in_parts(problem if is_same_day else later), previous=previous)):
        assert_told_truly(draft)


# Meetings -------------------------------------------------------------------------------------------------------


def met(start: int, one: str, other: str) -> Plan:
    """Two who come to one door at this start, for one role each."""
    return Plan(
        routes=tuple(Route(name, 0, 0, (Stop("two", (n,), 0, start, 0),)) for n, name in enumerate((one, other)))
    )


def meeting(start: int, one: int, other: int) -> Draft:
    """What was promised for nine by v and w takes place at this start by two of v, w, x and y."""
    crews = [crew(name) for name in "vwxy"]
    previous = Previous(met(NINE, "v", "w"), move_cost=7.0)
    draft = Draft(SearchSpace(day(crews, [job("two", 1, roles=TWO, windows=None)], previous=previous)))
    for role, vehicle in enumerate((one, other)):
        visit = draft.space.pinned_visit(vehicle, 0, (role,), start)
        route = None if visit is None else build_route(draft.space, vehicle, [visit])
        assert route is not None
        draft.routes[vehicle] = route
    return draft


@pytest.mark.parametrize(
    ("start", "who", "moves", "searched"),
    [
        (NINE, (0, 1), 0, 0),
        (NINE, (1, 0), 0, 0),
        (NINE - 900, (0, 1), 0, 0),
        (NINE + 900, (0, 1), 0, 0),
        (NINE - 901, (0, 1), 1, 1),
        (NINE + 901, (0, 1), 1, 1),
        (NINE, (0, 2), 1, 1),
        (NINE, (2, 1), 1, 1),
        (NINE + 901, (0, 2), 1, 1),
        (NINE + 901, (2, 1), 1, 1),
        (NINE + 901, (2, 3), 1, 1),
        (NINE, (2, 3), 1, 2),
    ],
    ids=str,
)
def test_a_meeting_is_one_move_whatever_changes(start: int, who: tuple[int, int], moves: int, searched: int) -> None:
    """The compiled search, which prices one route at a time, may count two people who change as two moves."""
    draft = meeting(start, *who)
    assert draft.moves == moves
    assert_told_truly(draft)
    search = RuinSearch(Survey(draft.space, draft), draft, 1)
    assert search.figures.moves.tolist() == [searched]


def test_a_meeting_of_those_of_whom_one_is_gone_is_a_move() -> None:
    draft = meeting(NINE, 0, 1)
    problem = draft.space.problem
    gone = Previous(met(NINE, "v", "gone"), move_cost=7.0)
    carried = carry_over(SearchSpace(replace(problem, previous=gone)))
    assert carried.moves == 1
    for route in draft.routes[:2]:
        carried.routes[route.vehicle] = route
    assert carried.moves == 1
    assert_told_truly(carried)


@pytest.mark.parametrize(("start", "moves"), [(NINE, 0), (NINE + 901, 1)], ids=str)
def test_a_meeting_that_the_search_only_keeps_is_one_move_at_most(start: int, moves: int) -> None:
    """A link to it makes it more than the search can express."""
    problem = meeting(NINE, 0, 1).space.problem
    links = (Link(("two", 0), ("after", 0), (0, 4 * HOUR), "any"), Link(("two", 1), ("last", 0), (0, 4 * HOUR), "any"))
    jobs = (*problem.jobs, job("after", 2), job("last", 2))
    space = SearchSpace(replace(problem, jobs=jobs, links=links))
    draft = Draft(space)
    for vehicle, visits in enumerate([[(0, 0, start)], [(0, 1, start)], [(1, 0, start), (2, 0, start + HOUR)]]):
        found = [space.pinned_visit(vehicle, number, (role,), when) for number, role, when in visits]
        route = build_route(space, vehicle, [visit for visit in found if visit is not None])
        assert route is not None
        draft.routes[vehicle] = route
    assert draft.moves == moves
    assert_told_truly(draft)
    assert RuinSearch(Survey(space, draft), draft, 1).figures.moves.tolist() == [moves]


def test_the_price_of_a_meeting_that_the_sweep_inserts_holds_its_move_once() -> None:
    problem = meeting(NINE, 0, 1).space.problem
    late = replace(problem.jobs[0], windows=((15 * HOUR, 16 * HOUR),))
    draft = Draft(SearchSpace(replace(problem, jobs=(late,))))
    before = draft.cost
    sweep = TiedSweep(draft, lambda tries: False)
    found = sweep.best(sweep.component_of(0))
    assert found is not None
    sweep.run()
    assert draft.served == {0}
    assert draft.moves == 1
    assert draft.cost == pytest.approx(before - draft.space.loss(0) + found.added_cost)
    assert_told_truly(draft)
