"""Several strands on one problem: whole or cut in two, what they make fits together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.optimiser.budget import Budget, Effort
from app.optimiser.carry_over import carry_over
from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft
from app.optimiser.plan import Unassigned
from app.optimiser.problem import Link, Problem
from app.optimiser.ruin_engine import FAVOUR, FEWEST_TO_CUT, RuinEngine
from app.optimiser.ruin_search import RuinSearch, Snapshot
from app.optimiser.search_space import SearchSpace
from app.optimiser.strands import Annealed, Phase, Round, Strands
from app.optimiser.survey import Survey
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, crew, day, job

if TYPE_CHECKING:
    from app.optimiser.compiled.terrain import Realm

SMALL = region_day(RegionDay(6, 60, two_person_visits=6, lunch=True))
LARGE = region_day(RegionDay(FEWEST_TO_CUT, 260, seed=2, two_person_visits=40))


def engine(problem: Problem, iterations: int = 3000, threads: int = 1, seed: int = 1) -> RuinEngine:
    draft = carry_over(SearchSpace(problem))
    strands = Strands(Effort(Budget(iterations=iterations)), threads)
    return RuinEngine(Survey(draft.space, draft), draft, strands, seed)


def annealed(one: RuinEngine, begin: float = 0.0, end: float = 1.0) -> list[float]:
    """The best cost after each round."""
    return [one.best_cost for _ in one.anneal(Phase(begin, end, one.hot, one.cold))]


def assert_valid(draft: Draft) -> None:
    problem = draft.space.problem
    left = [Unassigned(problem.jobs[index].id, "CAPACITY", "") for index in draft.unserved]
    assert violations(problem, make_plan(problem, draft.routes, left, 1, {})) == []


@pytest.mark.parametrize("problem", [SMALL, LARGE], ids=["whole", "cut"])
def test_it_gets_better_round_by_round_and_the_plan_is_valid(problem: Problem) -> None:
    one = engine(problem, iterations=12_000)
    nothing = one.best_cost
    one.build()
    first = one.best_cost
    costs = annealed(one)
    assert nothing > first > costs[-1]
    assert costs == sorted(costs, reverse=True)
    assert len(costs) > 2
    draft = one.draft()
    assert_valid(draft)
    assert len(draft.served) == one.served
    assert draft.cost == pytest.approx(one.best_cost, rel=0.01)


@pytest.mark.parametrize("problem", [SMALL, LARGE], ids=["whole", "cut"])
def test_the_plan_does_not_depend_on_the_threads(problem: Problem) -> None:
    found = []
    for threads, seed in ((1, 5), (2, 5), (1, 6)):
        one = engine(problem, iterations=6000, threads=threads, seed=seed)
        one.build()
        found.append((annealed(one), one.best.stops.tolist(), one.best.pin.tolist()))
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize("problem", [SMALL, LARGE], ids=["whole", "cut"])
def test_the_best_is_told_by_what_it_costs_while_pairs_are_worth_more_than_they_are(problem: Problem) -> None:
    one = engine(problem, iterations=40_000)
    one.build()
    two_person = [index for index, wanted in enumerate(problem.jobs) if len(wanted.roles) == 2]
    prizes = np.array([problem.jobs[index].prize for index in two_person])
    favours = []
    for _ in one.anneal(Phase(0.0, 1.0, one.hot, one.cold)):
        favours.append(float((one.survey.ground.loss[two_person] / prizes).min()))
        assert one.draft().cost == pytest.approx(one.best_cost, rel=0.01)
    assert favours == sorted(favours, reverse=True)
    assert favours[0] == pytest.approx(1 + FAVOUR)
    assert favours[-1] == 1.0


class Watched(Strands):
    """Strands that note each search's realm and where it was before the round."""

    def __init__(self, effort: Effort) -> None:
        super().__init__(effort, threads=1)
        self.seen: list[list[tuple[Realm, Snapshot, Snapshot]]] = []

    def work(self, phase: Phase, one: Round, searches: Sequence[Annealed]) -> None:
        known = [search for search in searches if isinstance(search, RuinSearch)]
        before = [search.present() for search in known]
        super().work(phase, one, searches)
        self.seen.append([(search.realm, was, search.present()) for search, was in zip(known, before, strict=True)])


def watched(problem: Problem, iterations: int) -> tuple[RuinEngine, Watched]:
    draft = carry_over(SearchSpace(problem))
    strands = Watched(Effort(Budget(iterations=iterations)))
    one = RuinEngine(Survey(draft.space, draft), draft, strands, 1)
    one.build()
    annealed(one)
    return one, strands


def rows(state: Snapshot) -> list[list[int]]:
    return [state.stops[vehicle, 1 : length + 1].tolist() for vehicle, length in enumerate(state.length.tolist())]


def test_a_large_problem_is_cut_into_parts_that_share_nothing() -> None:
    """In every round each vehicle is on one side, each job on one at most, and only its own side changes it."""
    one, strands = watched(LARGE, 40_000)
    parts, lines = one.survey.parts, set()
    assert len(strands.seen) > 5
    for round_of in strands.seen:
        (left, start, _), (right, same, _) = round_of
        assert rows(start) == rows(same)
        assert (left.vehicles + right.vehicles).tolist() == [1] * FEWEST_TO_CUT
        assert abs(int(left.vehicles.sum()) - FEWEST_TO_CUT // 2) <= 1
        assert not (left.owns & right.owns).any()
        assert [np.flatnonzero(side.owns).tolist() for side in (left, right)] == [
            left.jobs.tolist(),
            right.jobs.tolist(),
        ]
        for realm, before, after in round_of:
            for vehicle, (old, new) in enumerate(zip(rows(before), rows(after), strict=True)):
                assert realm.vehicles[vehicle] or old == new
                gone = {parts[node].job for node in set(old) ^ set(new)}
                assert all(realm.owns[job] for job in gone)
        lines.add(tuple(left.vehicles.tolist()))
    assert len(lines) > 5


def test_few_vehicles_are_never_cut() -> None:
    one, strands = watched(SMALL, 9000)
    assert {tuple(realm.vehicles.tolist()) for seen in strands.seen for realm, *_ in seen} == {(1,) * 6}
    assert {len(realm.jobs) for seen in strands.seen for realm, *_ in seen} == {len(one.survey.requests)}


def test_links_across_the_cut_stay_together() -> None:
    jobs = LARGE.jobs
    links = tuple(
        Link((jobs[number].id, 0), (jobs[number + 1].id, 0), (0, 3 * HOUR), ("any", "different")[number % 4 // 2])
        for number in range(60, 100, 2)
    )
    one = engine(replace(LARGE, links=links), iterations=8000)
    one.build()
    annealed(one)
    draft = one.draft()
    assert_valid(draft)
    assert draft.served & set(range(60, 100))


def test_it_goes_on_from_another_draft_and_keeps_the_better_one() -> None:
    one = engine(SMALL)
    one.build()
    annealed(one, end=0.5)
    good, cost = one.draft(), one.best_cost
    one.go_on_from(Draft(one.survey.space))
    assert one.best_cost == cost
    annealed(one, begin=0.5)
    assert one.best_cost <= cost
    other = engine(SMALL)
    other.build()
    worse = other.best_cost
    other.go_on_from(good)
    assert other.best_cost < worse
    assert [[v.job for v in route.visits] for route in other.draft().routes] == [
        [v.job for v in route.visits] for route in good.routes
    ]


def test_a_first_solution_serves_all_that_has_room() -> None:
    one = engine(day([crew("v"), crew("w")], [job(f"j{place}", place) for place in range(6)]))
    one.build()
    assert one.served == 6


@pytest.mark.parametrize("problem", [day([crew("v")], [job("a", 1, allowed=frozenset())]), day([crew("v")], [])])
def test_nothing_to_do_ends_by_itself(problem: Problem) -> None:
    one = engine(problem)
    one.build()
    costs = annealed(one)
    assert set(costs) == {one.best_cost}
    assert one.served == 0
