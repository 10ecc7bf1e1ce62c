"""After a sweep nothing undone has a place that pays, and the quick test of gaps never says no wrongly."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, with_visit
from app.optimiser.explain import reasons
from app.optimiser.final_sweep import FinalSweep
from app.optimiser.gaps import GapTest
from app.optimiser.search_space import SearchSpace
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job

DAYS = st.builds(
    RegionDay,
    investigators=st.sampled_from([2, 4]),
    visits=st.integers(5, 25),
    seed=st.integers(0, 50),
    pairs=st.booleans(),
    lunch=st.booleans(),
    overtime=st.booleans(),
)


def swept(draft: Draft, tries: int = 10**9) -> FinalSweep:
    sweep = FinalSweep(draft, lambda spent: spent > tries)
    sweep.run()
    return sweep


@settings(derandomize=True, deadline=None, max_examples=25)
@given(DAYS)
def test_after_a_sweep_no_place_that_pays_is_left(size: RegionDay) -> None:
    problem = region_day(size)
    space = SearchSpace(problem)
    draft = Draft(space)
    sweep = swept(draft)
    assert sweep.complete
    for index in draft.unserved:
        for route in draft.routes:
            visit = space.visit(route.vehicle, index)
            longer = [with_visit(space, route, gap, visit) for gap in range(len(route.visits) + 1)] if visit else []
            assert all(one.cost - route.cost >= space.loss(index) - 1e-6 for one in longer if one is not None)
    plan = make_plan(problem, draft.routes, reasons(draft, sweep), 1, {})
    assert violations(problem, plan) == []
    assert abs(plan.cost.total - draft.cost) < 1e-5


@settings(derandomize=True, deadline=None, max_examples=25)
@given(DAYS)
def test_the_quick_test_never_refuses_a_gap_that_fits(size: RegionDay) -> None:
    space = SearchSpace(region_day(size))
    draft = Draft(space)
    swept(draft, tries=60)
    test = GapTest(space)
    everything = np.arange(len(space.problem.jobs))
    for route in draft.routes:
        possible = test.possible(route, everything)
        for index in draft.unserved:
            visit = space.visit(route.vehicle, index)
            for gap in range(len(route.visits) + 1):
                if visit is not None and with_visit(space, route, gap, visit) is not None:
                    assert possible[gap, index]


@settings(derandomize=True, deadline=None, max_examples=15)
@given(DAYS)
def test_the_open_gaps_are_those_of_the_routes_as_they_are_now(size: RegionDay) -> None:
    space = SearchSpace(region_day(size))
    draft = Draft(space)
    sweep = FinalSweep(draft, lambda spent: False).single
    jobs = draft.unserved
    open_gaps = sweep.open_gaps(jobs)
    sweep.run()
    for route in draft.routes:
        open_gaps.look_at(route)
    for index in jobs:
        places = open_gaps.places(index)
        for route in draft.routes:
            possible = GapTest(space).possible(route, np.array([index]))[:, 0]
            assert places.get(route.vehicle, []) == np.flatnonzero(possible).tolist()


def test_neighbours_at_one_address_fit_where_strangers_do_not() -> None:
    shared: dict[str, Any] = {"address": "tower", "approach_seconds": 30 * MINUTE}
    problem = day([crew("v", shift=(8 * HOUR, 8 * HOUR + 90 * MINUTE))], [job("a", 1, **shared), job("b", 1, **shared)])
    draft = Draft(SearchSpace(problem))
    swept(draft)
    assert draft.served == {0, 1}


def test_what_must_be_served_pushes_out_as_many_as_it_takes() -> None:
    small = [job(f"s{number}", 1, 20) for number in range(3)]
    problem = day([crew("v", shift=(8 * HOUR, 8 * HOUR + 80 * MINUTE))], [*small, job("must", 1, 60, mandatory=True)])
    draft = Draft(SearchSpace(problem))
    swept(draft)
    assert draft.served == {3}


def test_a_sweep_that_is_cut_short_says_so() -> None:
    problem = region_day(RegionDay(4, 40))
    draft = Draft(SearchSpace(problem))
    sweep = swept(draft, tries=5)
    assert not sweep.complete
    assert "SEARCH" in {one.reason for one in reasons(draft, sweep)}
