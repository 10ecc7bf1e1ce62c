"""Routes with less on them, and gaps that hide nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.draft import Draft, build_route, with_visit
from app.optimiser.halves import Halves
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import Sweep
from app.optimiser.variants import GapTable, RouteGaps, variants
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import crew, day, job

DAYS = st.builds(
    RegionDay,
    investigators=st.just(3),
    visits=st.integers(8, 18),
    seed=st.integers(0, 50),
    lunch=st.booleans(),
    overtime=st.booleans(),
    two_person_visits=st.just(3),
)


def test_a_route_loses_one_visit_or_two_neighbours() -> None:
    space = SearchSpace(day([crew("a")], [job("x", 1), job("y", 2, prize=10.0), job("z", 3, mandatory=True)]))
    visits = [visit for place in range(3) if (visit := space.visit(0, place)) is not None]
    route = build_route(space, 0, visits)
    assert route is not None
    found = list(variants(space, route, lambda visit: visit.job not in space.musts, space.loss))
    assert [variant.dropped for variant in found] == [(), (0,), (1,), (0, 1)]
    assert [variant.added_cost for variant in found] == [0.0, 100.0, 10.0, 110.0]


@settings(derandomize=True, deadline=None, max_examples=25)
@given(DAYS)
def test_no_gap_that_fits_is_missed(size: RegionDay) -> None:
    space = SearchSpace(region_day(size))
    draft = Draft(space)
    Sweep(draft, lambda _: False).run()
    halves = Halves(space)
    whole = [variants(space, route, lambda _: True, space.loss) for route in draft.routes]
    table = GapTable(space, [RouteGaps.of(space, own) for own in whole])
    for index in range(3):
        for vehicle in range(3):
            half = halves.half(vehicle, index, 1)
            assert half is not None
            able = space.capable_of_role(index, 1)
            spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
            for (first, last), _ in halves.starts(index):
                places = table.places(half, (first, last), able)
                rows = zip(places.rows.tolist(), places.first.tolist(), places.last.tolist(), strict=True)
                for row, soonest, latest in rows:
                    spans.setdefault(table.gap(row), []).append((soonest, latest))
            for number, variant in enumerate(table.variants):
                if variant.route.vehicle != vehicle:
                    continue
                for gap in range(len(variant.route.visits) + 1):
                    for start in range(half.pieces[0].first, half.pieces[-1].last + 1, 1800):
                        visit = space.pinned_visit(vehicle, index, [1], start)
                        if visit is not None and with_visit(space, variant.route, gap, visit) is not None:
                            assert any(soonest <= start <= latest for soonest, latest in spans[number, gap])
