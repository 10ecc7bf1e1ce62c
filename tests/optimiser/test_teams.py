"""Two who come from different routes meet at one door when that is worth it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.carry_over import carry_over
from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, build_route
from app.optimiser.problem import Lock, Previous, Problem, Role
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import Sweep
from app.optimiser.teams import better_teams
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

TEN = ((10 * HOUR, 10 * HOUR),)
TWO = (Role(service_seconds=30 * MINUTE), Role(service_seconds=30 * MINUTE))


def swept(problem: Problem) -> Draft:
    """Everything that one vehicle can do alone."""
    draft = Draft(SearchSpace(problem))
    Sweep(draft, lambda _: False).run()
    return draft


def meet(draft: Draft, start: int) -> None:
    """The first two vehicles do nothing but the first job, together."""
    for vehicle in (0, 1):
        visit = draft.space.pinned_visit(vehicle, 0, [vehicle], start)
        route = None if visit is None else build_route(draft.space, vehicle, [visit])
        assert route is not None
        draft.routes[vehicle] = route


def meetings(draft: Draft) -> dict[str, dict[str, int]]:
    """For each visit for two its vehicles with the start of each."""
    problem = draft.space.problem
    found: dict[str, dict[str, int]] = {}
    for route in draft.routes:
        starts = route.timetable.starts if route.timetable is not None else ()
        for visit, start in zip(route.visits, starts, strict=True):
            if visit.pinned:
                found.setdefault(problem.jobs[visit.job].id, {})[problem.vehicles[route.vehicle].id] = start
    return found


def faults(draft: Draft) -> list[str]:
    """Broken rules, visits left out aside."""
    problem = draft.space.problem
    found = violations(problem, make_plan(problem, draft.routes, (), 1, {}))
    return [violation.rule for violation in found if violation.rule != "JOB_MISSING"]


def improved(draft: Draft) -> Draft:
    found = better_teams(draft, 1)
    assert found is not None
    assert found.rank < draft.rank
    assert faults(found) == []
    return found


def test_two_meet_at_a_door_that_wants_two() -> None:
    vehicles = [crew("a"), crew("b", start=5, end=5), crew("far", start=5, end=5, shift=(8 * HOUR, 9 * HOUR))]
    found = improved(swept(day(vehicles, [job("both", 2, roles=TWO, prize=200.0)])))
    assert meetings(found) == {"both": {"a": 8 * HOUR + 30 * MINUTE, "b": 8 * HOUR + 30 * MINUTE}}


def test_each_does_what_he_is_trained_for() -> None:
    law, debt = Role(frozenset({"law"}), 600), Role(frozenset({"debt"}), 600)
    vehicles = [crew("a", member("ann", "debt")), crew("b", member("bob", "law")), crew("c", member("cid"))]
    found = improved(swept(day(vehicles, [job("both", 1, roles=(law, debt))])))
    assert [[visit.roles for visit in route.visits] for route in found.routes] == [[(1,)], [(0,)], []]


def test_lesser_visits_give_way() -> None:
    small = [job("small", 1, prize=30.0, windows=TEN), job("tiny", 1, prize=30.0, windows=TEN)]
    vehicles = [crew("a", shift=(9 * HOUR, 11 * HOUR)), crew("b", shift=(9 * HOUR, 11 * HOUR))]
    draft = swept(day(vehicles, [*small, job("both", 1, roles=TWO, windows=TEN)]))
    assert len(draft.served) == 2
    assert improved(draft).served == {2}


def test_what_is_worth_more_stays() -> None:
    vehicles = [crew("a", shift=(9 * HOUR, 11 * HOUR)), crew("b", shift=(9 * HOUR, 11 * HOUR))]
    jobs = [job("one", 1, windows=TEN), job("other", 1, windows=TEN), job("both", 1, roles=TWO, windows=TEN)]
    assert better_teams(swept(day(vehicles, jobs)), 1) is None


def test_what_is_pushed_out_goes_elsewhere() -> None:
    vehicles = [crew("a"), crew("b", member("bob", "law")), crew("c")]
    jobs = [
        job("single", 1, windows=((10 * HOUR, 11 * HOUR),), allowed=frozenset({"bob", "c"})),
        job(
            "both",
            1,
            roles=(Role(frozenset({"law"}), 3600), Role(service_seconds=3600)),
            allowed=frozenset({"bob", "a"}),
            windows=TEN,
        ),
    ]
    space = SearchSpace(day(vehicles, jobs))
    draft = Draft(space)
    visit = space.visit(1, 0)
    route = None if visit is None else build_route(space, 1, [visit])
    assert route is not None
    draft.routes[1] = route
    assert improved(draft).served == {0, 1}


def test_a_meeting_moves_to_those_who_are_nearer() -> None:
    vehicles = [crew("a"), crew("b"), crew("c", start=5, end=5), crew("d", start=5, end=5)]
    space = SearchSpace(day(vehicles, [job("both", 5, roles=TWO)]))
    draft = Draft(space)
    meet(draft, 10 * HOUR)
    assert set(meetings(improved(draft))["both"]) == {"c", "d"}


def test_a_greater_meeting_takes_the_place_of_a_lesser_one() -> None:
    problem = day(
        [crew("a"), crew("b")],
        [job("less", 1, roles=TWO, windows=TEN), job("more", 2, roles=TWO, prize=400.0, windows=TEN)],
    )
    space = SearchSpace(problem)
    draft = Draft(space)
    meet(draft, 10 * HOUR)
    assert improved(draft).served == {1}


def test_promises_are_kept() -> None:
    vehicles = [crew("a"), crew("b"), crew("c", start=5, end=5)]
    locks = (Lock("both", "both", worker="c", start=11 * HOUR),)
    found = improved(swept(day(vehicles, [job("both", 1, roles=TWO, prize=0.0)], locks=locks)))
    assert meetings(found)["both"]["c"] == 11 * HOUR


def test_a_meeting_that_is_in_force_stays() -> None:
    vehicles = [crew("a"), crew("b"), crew("c", start=5, end=5), crew("d", start=5, end=5)]
    problem = day(vehicles, [job("both", 5, roles=TWO)])
    space = SearchSpace(problem)
    draft = Draft(space)
    meet(draft, 10 * HOUR)
    told = Previous(make_plan(problem, draft.routes, (), 1, {}), max_moves=0)
    kept = carry_over(SearchSpace(day(vehicles, problem.jobs, previous=told)))
    assert kept.served == {0}
    assert better_teams(kept, 1) is None


def test_with_a_polish_also_changes_are_tried_that_do_not_pay_by_themselves() -> None:
    """Two hours of travel for a prize of 100; what lies on the way pays for it."""
    problem = day([crew("a"), crew("b")], [job("both", 3, roles=TWO), job("on the way", 1)])
    draft = Draft(SearchSpace(problem))
    assert better_teams(draft, 1) is None
    found = better_teams(draft, 1, polish=lambda changed: changed)
    assert found is not None
    assert found.served == {0, 1}


DAYS = st.builds(
    RegionDay,
    investigators=st.sampled_from([2, 4]),
    visits=st.integers(6, 30),
    seed=st.integers(0, 50),
    lunch=st.booleans(),
    overtime=st.booleans(),
    two_person_visits=st.integers(1, 6),
)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(DAYS)
def test_what_is_found_is_better_valid_and_always_the_same(size: RegionDay) -> None:
    draft = swept(region_day(size))
    found, again = better_teams(draft, 3), better_teams(draft, 3)
    if found is None:
        assert again is None
        return
    assert improved(draft).rank < draft.rank
    assert again is not None
    assert [route.visits for route in found.routes] == [route.visits for route in again.routes]
    assert faults(found) == []
