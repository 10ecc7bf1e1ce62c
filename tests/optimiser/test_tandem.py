"""Who goes with whom, before the first round and between rounds."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.draft import Draft
from app.optimiser.problem import Problem, Role
from app.optimiser.search_space import SearchSpace
from app.optimiser.tandem import Tandem, expand, form_tandems, matchings, rematch
from bench.pairings import matched
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

HALF_HOUR = Role(service_seconds=30 * MINUTE)
TWO = (HALF_HOUR, HALF_HOUR)
LAW, DEBT = Role(frozenset({"law"}), 30 * MINUTE), Role(frozenset({"debt"}), 30 * MINUTE)


def formed(problem: Problem) -> set[str]:
    """The pairs, each as the ids of its vehicles."""
    return {
        "+".join(problem.vehicles[vehicle].id for vehicle in tandem.vehicles)
        for tandem in form_tandems(SearchSpace(problem))
    }


def test_neighbours_go_together() -> None:
    team = [crew("a"), crew("b", start=5, end=5), crew("c"), crew("d", start=5, end=5)]
    jobs = [job(f"{number}", place, roles=TWO) for number, place in enumerate((1, 1, 1, 4, 4, 4))]
    assert formed(day(team, jobs)) == {"a+c", "b+d"}


def test_those_go_together_who_know_different_things() -> None:
    team = [crew("a", member("ann", "law")), crew("b", member("bob", "law"))]
    team += [crew("c", member("cid", "debt")), crew("d", member("dan", "debt"))]
    pairs = formed(day(team, [job(f"{place}", place, roles=(LAW, DEBT)) for place in range(1, 5)]))
    assert pairs in ({"a+c", "b+d"}, {"a+d", "b+c"})


def test_those_go_together_whose_shifts_meet() -> None:
    morning, evening = (7 * HOUR, 12 * HOUR), (11 * HOUR, 17 * HOUR)
    team = [crew(name, shift=shift) for name, shift in zip("abcd", (morning, evening, evening, morning), strict=True)]
    assert formed(day(team, [job(f"{number}", 1 + number % 5, roles=TWO) for number in range(30)])) == {"a+d", "b+c"}


def test_who_is_worth_more_alone_stays_alone() -> None:
    team = [crew("a"), crew("b"), crew("c")]
    both = job("both", 1, roles=TWO, prize=60.0, allowed=frozenset("ab"))
    alone = [job(f"{number}", 1, minutes=240) for number in range(20)]
    assert formed(day(team, [both, *alone])) == set()
    assert formed(day(team, [replace(both, prize=900.0), *alone])) == {"a+b"}


def test_few_visits_for_two_take_few_people() -> None:
    team = [crew(name) for name in "abcdef"]
    alone = [job(f"{number}", 1, minutes=100) for number in range(40)]
    assert len(formed(day(team, [job("both", 1, roles=TWO, prize=900.0), *alone]))) == 1


def test_without_partners_there_are_no_tandems() -> None:
    assert formed(day([crew("a")], [job("x", 1, roles=TWO)])) == set()
    assert formed(day([crew("a"), crew("b", day=1)], [job("x", 1, roles=TWO)])) == set()
    assert formed(day([crew("a"), crew("two", member("x"), member("y"))], [job("x", 1, roles=TWO)])) == set()
    assert formed(day([], [])) == set()


def test_there_are_several_ways_to_form_pairs() -> None:
    space = SearchSpace(team_day(3, 8, lunch=False))
    found = matchings(space, most=3)
    assert found[0] == form_tandems(space)
    assert found == matchings(space)[:3]
    assert len({tuple(pairs) for pairs in found}) == len(found) > 1
    assert len(found[0]) == 4


def test_the_crews_that_skills_and_homes_would_form_are_tried_too() -> None:
    space = SearchSpace(replace(region_day(RegionDay(8, 30, two_person_visits=30, seed=3)), links=()))
    formed = {tuple(sorted(pair)) for pair in matched(space.problem)}
    assert formed in [{pair.vehicles for pair in pairs} for pairs in matchings(space)]


def total(space: SearchSpace, tandems: list[Tandem], routes: list[list[int]]) -> float:
    """Cost of a plan in which every tandem does its whole route."""
    draft = Draft(space)
    for tandem, jobs in zip(tandems, routes, strict=True):
        found = expand(space, tandem, jobs)
        assert found is not None
        for route in found:
            draft.routes[route.vehicle] = route
    return draft.cost


def test_routes_go_to_those_who_live_there() -> None:
    team = [crew("a"), crew("b", start=5, end=5), crew("c", start=5, end=5), crew("d")]
    space = SearchSpace(day(team, [job("x", 1, roles=TWO), job("y", 4, roles=TWO)]))
    found = rematch(space, [Tandem(0, 1), Tandem(2, 3)], [[0], [1]])
    assert found == [Tandem(0, 3), Tandem(1, 2)]
    assert total(space, found, [[0], [1]]) == 80.0


def test_somebody_without_a_partner_may_step_in() -> None:
    team = [crew("a"), crew("far", start=5, end=5), crew("b")]
    space = SearchSpace(day(team, [job("x", 1, roles=TWO)]))
    assert rematch(space, [Tandem(0, 1)], [[0]]) == [Tandem(0, 2)]


def test_what_does_not_fit_any_more_counts_as_lost() -> None:
    """The nearer one could not do the second visit."""
    team = [crew("a"), crew("b", member("bob", "law"), start=2, end=2), crew("c")]
    space = SearchSpace(day(team, [job("x", 1, roles=TWO), job("y", 1, roles=(HALF_HOUR, LAW))]))
    assert rematch(space, [Tandem(0, 1)], [[0, 1]]) == [Tandem(0, 1)]


def test_a_good_matching_and_idle_tandems_stay() -> None:
    team = [crew("a"), crew("b"), crew("c", start=5, end=5), crew("d", start=5, end=5)]
    space = SearchSpace(day(team, [job("x", 1, roles=TWO)]))
    assert rematch(space, [Tandem(0, 1), Tandem(2, 3)], [[0], []]) == [Tandem(0, 1), Tandem(2, 3)]
    assert rematch(space, [], []) == []


def team_day(seed: int, investigators: int, lunch: bool) -> Problem:
    """A region-day of single investigators where every visit wants two."""
    problem = region_day(RegionDay(investigators, 5 * investigators, seed=seed, lunch=lunch))
    jobs = tuple(replace(job, roles=(job.roles[0], Role(frozenset({"certified"}), 1200))) for job in problem.jobs)
    return replace(problem, jobs=jobs)


def greedy_routes(space: SearchSpace, tandems: list[Tandem]) -> list[list[int]]:
    """Routes that take whatever still fits at the end, the nearest job to the start of the list first."""
    left = list(range(len(space.problem.jobs)))
    routes = []
    for tandem in tandems:
        jobs: list[int] = []
        for one in left:
            if len(jobs) < 6 and expand(space, tandem, [*jobs, one]) is not None:
                jobs.append(one)
        left = [one for one in left if one not in jobs]
        routes.append(jobs)
    return routes


@settings(derandomize=True, deadline=None, max_examples=12)
@given(st.integers(0, 50), st.sampled_from([2, 5, 8]), st.booleans())
def test_rematching_never_costs_more(seed: int, investigators: int, lunch: bool) -> None:
    space = SearchSpace(team_day(seed, investigators, lunch))
    tandems = form_tandems(space)
    vehicles = [vehicle for tandem in tandems for vehicle in tandem.vehicles]
    assert len(vehicles) == len(set(vehicles)) == 2 * (investigators // 2)
    crossed = [Tandem(*sorted(pair)) for pair in zip(vehicles[::2], [*vehicles[3::2], vehicles[1]], strict=True)]
    routes = greedy_routes(space, crossed)
    found = rematch(space, crossed, routes)
    assert rematch(space, crossed, routes) == found
    assert len({vehicle for tandem in found for vehicle in tandem.vehicles}) == 2 * len(found)
    kept = [expand(space, tandem, jobs) for tandem, jobs in zip(found, routes, strict=True)]
    if all(own is not None for own in kept):
        assert total(space, found, routes) <= total(space, crossed, routes) + 1e-6
