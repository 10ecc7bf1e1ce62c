"""The feasible starts of a visit are exactly those at which the route can be built."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.draft import Draft, build_route
from app.optimiser.final_sweep import FinalSweep
from app.optimiser.problem import Problem
from app.optimiser.search_space import SearchSpace
from app.optimiser.tied_starts import feasible_starts
from app.optimiser.visit import Piece
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR

DAYS = st.builds(
    RegionDay,
    investigators=st.just(2),
    visits=st.integers(4, 16),
    seed=st.integers(0, 60),
    lunch=st.booleans(),
    overtime=st.booleans(),
)


def with_a_short_duty(problem: Problem, hours: int, open_end: bool) -> Problem:
    crews = tuple(
        replace(one, max_duty_seconds=hours * HOUR, end=None if open_end and not one.breaks else one.end)
        for one in problem.vehicles
    )
    return replace(problem, vehicles=crews)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(DAYS, st.integers(3, 9), st.booleans(), st.lists(st.integers(6 * HOUR, 21 * HOUR), max_size=10))
def test_a_start_is_feasible_exactly_when_the_route_can_be_built(
    size: RegionDay, hours: int, open_end: bool, others: list[int]
) -> None:
    space = SearchSpace(with_a_short_duty(region_day(size), hours, open_end))
    draft = Draft(space)
    FinalSweep(draft, lambda tries: tries > 60).run()
    for route in draft.routes:
        for position, visit in enumerate(route.visits):
            found = feasible_starts(space, route.vehicle, route.visits, position).spans
            edges = {edge + step for span in found for edge in span for step in (-1, 0, 1)}
            for start in sorted(edges | set(others)):
                allowed = any(piece.first <= start <= piece.last for piece in visit.pieces)
                pinned = replace(visit, pieces=(Piece(start, start, 0.0, 0.0, False),))
                visits = (*route.visits[:position], pinned, *route.visits[position + 1 :])
                possible = allowed and build_route(space, route.vehicle, visits) is not None
                assert possible == any(first <= start <= last for first, last in found)
