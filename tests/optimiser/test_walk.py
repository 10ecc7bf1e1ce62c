"""Two who go from door to door together, each from the own home."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, DraftRoute
from app.optimiser.problem import Break, Link, Lock, Problem, Role
from app.optimiser.search_space import SearchSpace
from app.optimiser.walk import Tandem, expand
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

HALF_HOUR = Role(service_seconds=30 * MINUTE)
TWO = (HALF_HOUR, HALF_HOUR)
BOTH = Tandem(0, 1)


def starts(route: DraftRoute) -> list[int]:
    return list(route.timetable.starts) if route.timetable is not None else []


def faults(problem: Problem, routes: tuple[DraftRoute, ...]) -> list[str]:
    """Broken rules, visits left out aside."""
    found = violations(problem, make_plan(problem, routes, (), 1, {}))
    return [violation.rule for violation in found if violation.rule != "JOB_MISSING"]


def walked(problem: Problem, *jobs: int) -> tuple[DraftRoute, DraftRoute]:
    found = expand(SearchSpace(problem), BOTH, jobs)
    assert found is not None
    assert faults(problem, found) == []
    return found


def test_the_first_visit_begins_when_both_are_there() -> None:
    homes = [crew("near"), crew("far", start=5, end=5)]
    near, far = walked(day(homes, [job("x", 1, roles=TWO), job("y", 2, roles=TWO)]), 0, 1)
    assert starts(near) == starts(far) == [8 * HOUR + 40 * MINUTE, 9 * HOUR + 20 * MINUTE]
    assert near.timetable is not None
    assert near.timetable.leave == 8 * HOUR + 30 * MINUTE


def test_the_later_shift_decides_when_the_day_begins() -> None:
    team = [crew("early"), crew("late", shift=(10 * HOUR, 17 * HOUR))]
    early, late = walked(day(team, [job("x", 1, roles=TWO)]), 0)
    assert starts(early) == starts(late) == [10 * HOUR + 10 * MINUTE]


def test_roles_go_to_who_is_trained() -> None:
    team = [crew("a", member("ann", "debt")), crew("b", member("bob", "law"))]
    roles = (Role(frozenset({"law"}), 600), Role(frozenset({"debt"}), 1200))
    one, other = walked(day(team, [job("x", 1, roles=roles), job("y", 1, roles=roles)]), 0, 1)
    assert [visit.roles for visit in (*one.visits, *other.visits)] == [(1,), (1,), (0,), (0,)]
    assert starts(one) == starts(other)


def test_one_of_them_does_a_job_for_one_on_the_way() -> None:
    team = [crew("a"), crew("b", member("bob", "law"))]
    alone = job("alone", 2, roles=(Role(frozenset({"law"}), 20 * MINUTE),))
    one, other = walked(day(team, [job("x", 1, roles=TWO), alone, job("y", 3, roles=TWO)]), 0, 1, 2)
    assert [visit.job for visit in one.visits] == [0, 2]
    assert [visit.job for visit in other.visits] == [0, 1, 2]
    assert starts(one)[-1] == starts(other)[-1]


def test_both_take_their_lunch() -> None:
    lunch = (Break((12 * HOUR, 12 * HOUR + 30 * MINUTE), 45 * MINUTE),)
    hour = Role(service_seconds=HOUR)
    jobs = [job(f"{number}", 1, roles=(hour, hour)) for number in range(6)]
    one, other = walked(day([crew("a", breaks=lunch), crew("b", start=2, breaks=lunch)], jobs), *range(6))
    assert starts(one) == starts(other)
    assert one.timetable is not None
    assert one.timetable.breaks == ((12 * HOUR + 10 * MINUTE, 12 * HOUR + 55 * MINUTE),)


def test_they_start_later_rather_than_wait() -> None:
    jobs = [job("x", 1, roles=TWO), job("y", 2, roles=TWO, windows=((13 * HOUR, 14 * HOUR),))]
    one, other = walked(day([crew("a"), crew("b")], jobs), 0, 1)
    assert starts(one) == starts(other) == [12 * HOUR + 20 * MINUTE, 13 * HOUR]
    assert one.timetable is not None
    assert one.timetable.waiting_seconds == 0


def test_a_promised_start_stays() -> None:
    jobs = [job("x", 1, roles=TWO), job("y", 2, roles=TWO, windows=((13 * HOUR, 14 * HOUR),))]
    one, _ = walked(day([crew("a"), crew("b")], jobs, locks=(Lock("x", "time", start=9 * HOUR),)), 0, 1)
    assert starts(one) == [9 * HOUR, 13 * HOUR]


def test_what_does_not_fit_is_refused() -> None:
    team = [crew("a"), crew("b", max_jobs=1)]
    law = Role(frozenset({"law"}), 600)
    jobs = [
        job("x", 1, roles=TWO),
        job("y", 2, roles=TWO),
        job("law", 1, roles=(law, HALF_HOUR)),
        job("early", 5, roles=TWO, windows=((8 * HOUR, 8 * HOUR + 40 * MINUTE),)),
        job("three", 1, roles=(HALF_HOUR, HALF_HOUR, HALF_HOUR)),
    ]
    space = SearchSpace(day(team, jobs))
    assert expand(space, BOTH, [0]) is not None
    assert [expand(space, BOTH, own) for own in ([0, 1], [2], [3], [4])] == [None] * 4


def test_linked_visits_are_not_for_tandems() -> None:
    link = Link(("x", 0), ("y", 0), (0, HOUR))
    problem = day([crew("a"), crew("b")], [job("x", 1, roles=TWO), job("y", 1)], links=(link,))
    assert expand(SearchSpace(problem), BOTH, [0]) is None
    assert expand(SearchSpace(problem), BOTH, [1]) is None


def test_nothing_to_do_leaves_both_at_home() -> None:
    one, other = walked(day([crew("a"), crew("b")], []))
    assert (one.timetable, other.timetable) == (None, None)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.integers(0, 50), st.booleans(), st.booleans(), st.integers(0, 12), st.permutations(range(12)), st.integers(1, 6)
)
def test_every_walk_keeps_the_rules(
    seed: int, lunch: bool, overtime: bool, pairs: int, order: list[int], many: int
) -> None:
    size = RegionDay(2, 12, seed=seed, lunch=lunch, overtime=overtime, two_person_visits=pairs, side_metres=9000.0)
    space = SearchSpace(region_day(size))
    jobs: list[int] = []
    best = expand(space, BOTH, jobs)
    for job_index in order:
        longer = expand(space, BOTH, [*jobs, job_index])
        if longer is not None and len(jobs) < many:
            jobs.append(job_index)
            best = longer
    assert best is not None
    assert Draft(space, best).served == set(jobs)
    assert faults(space.problem, best) == []
