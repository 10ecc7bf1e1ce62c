"""The arrays say what the problem says."""

import numpy as np

from app.optimiser.compiled.decoder_state import NEVER, NO_WAY, NOWHERE
from app.optimiser.decoder_arrays import find_units, ground, must_loss
from app.optimiser.problem import Link, Objective, Overtime, Role, Travel
from app.optimiser.search_space import SearchSpace
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

TWO = (Role(frozenset({"certified"}), 20 * MINUTE), Role(service_seconds=30 * MINUTE))
CREWS = (crew("a", member("a", "certified")), crew("b", overtime=Overtime(HOUR, 36.0)), crew("c", end=None, max_jobs=3))
LINKED = Link(("first", 0), ("second", 0), (60, 120), "different")
DAY = day(
    CREWS,
    [
        job("single", 1, 10, address="tower", approach_seconds=60, preferred={"b": 4.0}),
        job("first", 2, windows=((9 * HOUR, 10 * HOUR), (12 * HOUR, 13 * HOUR)), due=11 * HOUR),
        job("meet", 3, roles=TWO, address="tower", lateness_cost_per_hour=72.0, mandatory=True, preferred={"c": 1.0}),
        job("second", 4, windows=((9 * HOUR, 10 * HOUR),), max_lateness_seconds=HOUR, barred=frozenset({"c"})),
    ],
    links=(LINKED,),
    objective=Objective(lateness_max_per_hour=36.0),
)


def test_linked_jobs_are_one_unit_and_so_are_the_ways_to_serve_two_roles() -> None:
    units = find_units(DAY)
    assert [unit.jobs for unit in units] == [(0,), (1, 3), (2,)]
    assert [[part and (part.job, part.roles) for part in unit.parts] for unit in units] == [
        [(0, (0,)), None, None],
        [None, (1, (0,)), (3, (0,))],
        [(2, (0, 1)), (2, (0,)), (2, (1,))],
    ]


def test_nodes_know_places_times_and_prices() -> None:
    units = ground(SearchSpace(DAY), find_units(DAY)).units
    assert units.place.tolist() == [1, 0, 0, 0, 2, 4, 3, 3, 3, 0, 0, 0, 0, 0, 6]
    assert units.address[[0, 6, 7]].tolist() == [0, 0, 0]
    assert units.address[[4, 9, 14]].tolist() == [NOWHERE] * 3
    assert units.approach[[0, 4]].tolist() == [60, 0]
    assert (units.service[[0, 6, 7, 8]] // MINUTE).tolist() == [10, 30, 20, 30]
    assert units.windows.tolist() == [0, 1, 1, 1, 1, 3, 4, 5, 6, 7]
    assert (units.opens[1:4] // HOUR).tolist() == [9, 12, 9]
    assert (units.closes[:4] // HOUR).tolist() == [18, 10, 13, 11]
    assert units.late_after[[0, 4, 5]].tolist() == [NEVER, 11 * HOUR, 10 * HOUR]
    assert units.late_price[[6, 7]].tolist() == [0.04, 0.02]
    assert (units.gap_low.tolist(), units.gap_high.tolist()) == ([0, 60, 0], [0, 120, 0])


def test_nodes_know_who_is_able_and_liked() -> None:
    units = ground(SearchSpace(DAY), find_units(DAY)).units
    assert units.able[[0, 4, 5, 6, 7, 8]].tolist() == [
        [True, True, True],
        [True, True, True],
        [True, True, False],
        [False, False, False],
        [True, False, False],
        [True, True, True],
    ]
    assert units.liking[0].tolist() == [0.0, 4.0, 0.0]
    assert units.liking[8].tolist() == [0.0, 0.0, 1.0]
    assert units.able_list[units.able_from[5] : units.able_from[6]].tolist() == [0, 1]


def test_links_decide_which_vehicles_go_together() -> None:
    crews = (
        crew("pair", member("a"), member("b")),
        crew("c"),
        crew("d", member("a"), day=1, shift=(32 * HOUR, 40 * HOUR)),
    )
    found = {}
    for workers in ("any", "same", "different"):
        link = Link(("first", 0), ("second", 0), (0, 60), workers)
        problem = day(crews, [job("first", 1), job("second", 1, barred=frozenset({"b"}))], links=(link,))
        units = ground(SearchSpace(problem), find_units(problem)).units
        found[workers] = units.together[units.kind[0]].astype(int).tolist()
    assert found == {
        "any": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
        "same": [[1, 0, 1], [0, 1, 0], [1, 0, 1]],
        "different": [[1, 1, 1], [1, 0, 1], [0, 1, 0]],
    }


def test_what_must_be_served_is_worth_more_than_all_else() -> None:
    space = SearchSpace(DAY)
    units = ground(space, find_units(DAY)).units
    assert units.loss.tolist() == [100.0, 200.0, 100.0 + must_loss(space)]
    assert must_loss(space) > sum(one.prize for one in DAY.jobs) + 60.0 * 24


def test_nothing_is_dropped_on_purpose_where_everything_must_be_served() -> None:
    everything = day(CREWS, [job("a", 1, mandatory=True)])
    assert ground(SearchSpace(everything), find_units(everything)).mix.drop == 0.0
    assert ground(SearchSpace(DAY), find_units(DAY)).mix.drop > 0.0


def test_the_nearest_units_come_first_and_none_is_its_own_neighbour() -> None:
    problem = day(CREWS, [job(f"j{place}", place) for place in (5, 1, 2, 4)])
    near = ground(SearchSpace(problem), find_units(problem)).units.near
    assert near.tolist() == [[3, 2, 1], [2, 3, 0], [1, 3, 0], [0, 2, 1]]


def test_vehicles_and_prices() -> None:
    found = ground(SearchSpace(DAY), find_units(DAY))
    assert (found.fleet.closes // HOUR).tolist() == [17, 18, 17]
    assert found.fleet.overtime_price.tolist() == [0.0, 0.01, 0.0]
    assert found.fleet.most_stops.tolist()[2] == 3
    assert (found.prices.late_max, found.prices.is_timed) == (0.01, True)


def test_a_place_without_a_way_is_far_and_the_end_of_an_open_route_is_near_everything() -> None:
    travel = Travel.from_rows([[0, -1], [60, 0]])
    found = ground(SearchSpace(day([crew("a")], [job("j", 1)], travel=travel)), [])
    assert found.travel.tolist() == [[0, NO_WAY, 0], [60, 0, 0], [0, 0, 0]]
    assert found.travel.dtype == np.int32
