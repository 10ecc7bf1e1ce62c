"""The case that was just brought finds its place first, also instead of what is worth less."""

from dataclasses import replace

import pytest

from app.optimiser.budget import Budget
from app.optimiser.carry_over import carry_over
from app.optimiser.check import violations
from app.optimiser.draft import Draft
from app.optimiser.newcomers import place_newcomers
from app.optimiser.plan import Plan
from app.optimiser.problem import Job, Lock, Previous, Problem, Vehicle
from app.optimiser.search_space import SearchSpace
from app.optimiser.solve import solve
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, crew, day, job

SHORT = crew("v", shift=(8 * HOUR, 9 * HOUR))  # 20 minutes there and back, and time for two visits of 20 minutes
CHEAP, DEAR = job("cheap", 1, prize=40.0), job("dear", 1, prize=60.0)
NEW = job("new", 1, prize=100.0)


def served(draft: Draft) -> set[str]:
    return {draft.space.problem.jobs[index].id for index in draft.served}


def published(*jobs: Job, vehicles: tuple[Vehicle, ...] = (SHORT,)) -> tuple[Problem, Plan]:
    before = day(vehicles, jobs)
    return before, solve(before, Budget(iterations=200))


def with_new(*jobs: Job, max_moves: int | None = None, freeze_before: int | None = None) -> Draft:
    """The day on which these come after the plan for the cheap and the dear one was published."""
    before, plan = published(CHEAP, DEAR)
    previous = Previous(plan, freeze_before, 1.0, max_moves)
    draft = carry_over(SearchSpace(replace(before, jobs=(*before.jobs, *jobs), previous=previous)))
    place_newcomers(draft)
    return draft


def test_it_takes_the_place_of_the_visit_that_is_worth_least() -> None:
    assert served(with_new(NEW)) == {"new", "dear"}


def test_one_that_is_worth_less_than_all_others_waits() -> None:
    assert served(with_new(replace(NEW, prize=30.0))) == {"cheap", "dear"}


def test_one_that_must_be_served_comes_in_whatever_it_is_worth() -> None:
    assert "new" in served(with_new(replace(NEW, prize=0.0, mandatory=True)))


def test_two_leave_for_a_long_visit_that_is_worth_more_than_both() -> None:
    long = job("new", 1, minutes=40)
    assert served(with_new(replace(long, prize=110.0))) == {"new"}
    assert served(with_new(replace(long, prize=90.0))) == {"cheap", "dear"}


@pytest.mark.parametrize("limit", [0, 1])
def test_whoever_leaves_counts_as_a_move(limit: int) -> None:
    assert ("new" in served(with_new(NEW, max_moves=limit))) is (limit > 0)


def test_what_is_frozen_or_locked_or_must_be_stays() -> None:
    assert served(with_new(NEW, freeze_before=9 * HOUR)) == {"cheap", "dear"}
    before, plan = published(replace(CHEAP, mandatory=True), DEAR)
    locks = (Lock("dear", "worker", "v"),)
    problem = replace(before, jobs=(*before.jobs, NEW), locks=locks, previous=Previous(plan))
    draft = carry_over(SearchSpace(problem))
    place_newcomers(draft)
    assert served(draft) == {"cheap", "dear"}


def test_what_was_left_out_before_is_not_new() -> None:
    before, plan = published(CHEAP, DEAR, job("third", 1, prize=10.0))
    problem = replace(before, jobs=tuple(replace(one, prize=200.0) for one in before.jobs), previous=Previous(plan))
    draft = carry_over(SearchSpace(problem))
    place_newcomers(draft)
    assert served(draft) == {"cheap", "dear"}


def test_without_a_plan_in_force_or_without_time_nothing_happens() -> None:
    before, plan = published(CHEAP, DEAR)
    for problem in (before, replace(before, jobs=(*before.jobs, NEW), previous=Previous(plan))):
        draft = carry_over(SearchSpace(problem))
        found = served(draft)
        place_newcomers(draft, lambda: True)
        assert served(draft) == found


@pytest.mark.parametrize("seed", range(6))
def test_on_a_full_day_the_draft_gets_better_and_keeps_every_rule(seed: int) -> None:
    before = region_day(RegionDay(6, 90, seed=seed, lunch=seed % 2 == 0, two_person_visits=4))
    plan = solve(before, Budget(iterations=1500), seed)
    new = tuple(replace(before.jobs[n], id=f"new-{n}", prize=1500.0) for n in range(4, 9))
    problem = replace(before, jobs=(*before.jobs, *new), previous=Previous(plan, 11 * HOUR, 30.0, 6))
    draft = carry_over(SearchSpace(problem))
    rank = draft.rank
    place_newcomers(draft)
    assert draft.rank < rank
    assert draft.moves <= 6
    found = solve(problem, Budget(iterations=300), seed)
    assert violations(problem, found) == []
    assert any(one.id in found.served for one in new)
