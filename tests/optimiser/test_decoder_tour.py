"""Drafts become tours and tours drafts."""

from collections.abc import Sequence

from app.optimiser.compiled.decoder_cost import total_cost
from app.optimiser.decoder_arrays import find_units, ground
from app.optimiser.decoder_engine import DecoderSearch
from app.optimiser.decoder_tour import empty_scratch, make_draft, tour_of
from app.optimiser.draft import Draft, build_route, empty_route
from app.optimiser.problem import Link, Problem, Role, Travel
from app.optimiser.search_space import SearchSpace
from tests.optimiser.days import HOUR, MINUTE, crew, day, job

TWO = (Role(service_seconds=20 * MINUTE), Role(service_seconds=30 * MINUTE))
LINK = Link(("first", 0), ("second", 0), (0, HOUR), "any")
DAY = day(
    [crew("a"), crew("b")],
    [job("meet", 3, roles=TWO), job("first", 1), job("second", 2), job("alone", 4), job("again", 3, roles=TWO)],
    links=(LINK,),
)
Stops = Sequence[tuple[int, tuple[int, ...], int]]

MEET, FIRST, SECOND, ALONE, AGAIN = range(5)


def draft_of(space: SearchSpace, *routes: Stops) -> Draft:
    """Routes of jobs with roles and starts in minutes."""
    built = []
    for vehicle, stops in enumerate(routes):
        visits = [
            space.visit(vehicle, one) if one == ALONE else space.pinned_visit(vehicle, one, roles, start * MINUTE)
            for one, roles, start in stops
        ]
        route = build_route(space, vehicle, [visit for visit in visits if visit is not None])
        assert route is not None
        built.append(route)
    return Draft(space, built)


def there_and_back(problem: Problem, *routes: Stops) -> list[list[int]]:
    """The jobs of each route after the draft was taken over and written as a draft again."""
    space, units = SearchSpace(problem), find_units(problem)
    fixed, scratch = ground(space, units), empty_scratch(len(units), len(problem.vehicles))
    tour = tour_of(fixed, scratch, units, draft_of(space, *routes))
    assert tour is not None
    draft = make_draft(space, units, fixed, tour)
    assert draft is not None
    assert total_cost(fixed, tour) >= draft.cost - 1e-6
    return [[visit.job for visit in route.visits] for route in draft.routes]


def test_meetings_links_and_lone_visits_keep_their_order() -> None:
    one = [(FIRST, (0,), 8 * 60 + 30), (MEET, (0,), 11 * 60), (ALONE, (0,), 0)]
    other = [(SECOND, (0,), 9 * 60), (MEET, (1,), 11 * 60)]
    assert there_and_back(DAY, one, other) == [[FIRST, MEET, ALONE], [SECOND, MEET]]


def test_linked_visits_of_one_vehicle_stay_together() -> None:
    one = [(FIRST, (0,), 8 * 60 + 30), (SECOND, (0,), 9 * 60), (ALONE, (0,), 0)]
    assert there_and_back(DAY, one, []) == [[FIRST, SECOND, ALONE], []]


def test_a_visit_between_linked_ones_of_one_vehicle_takes_them_apart() -> None:
    one = [(FIRST, (0,), 8 * 60 + 10), (ALONE, (0,), 0), (SECOND, (0,), 9 * 60 + 45)]
    assert there_and_back(DAY, one, []) == [[ALONE], []]


def test_half_a_meeting_is_left_out() -> None:
    assert there_and_back(DAY, [(MEET, (0,), 11 * 60), (ALONE, (0,), 0)], []) == [[ALONE], []]


def test_of_meetings_that_wait_for_each_other_the_earlier_gives_way() -> None:
    one = [(MEET, (0,), 9 * 60), (AGAIN, (0,), 11 * 60)]
    other = [(AGAIN, (1,), 10 * 60), (MEET, (1,), 12 * 60)]
    assert there_and_back(DAY, one, other) == [[AGAIN], [AGAIN]]


def test_where_the_direct_way_is_closed_nothing_is_taken_over() -> None:
    closed = Travel.from_rows([[0, 600, -1], [600, 0, 600], [600, 600, 0]])
    problem = day([crew("a"), crew("b")], [job("meet", 1, roles=TWO), job("behind", 2)], travel=closed)
    space, units = SearchSpace(problem), find_units(problem)
    meet, behind = space.pinned_visit(0, 0, (0,), 9 * HOUR), space.visit(0, 1)
    assert meet is not None
    assert behind is not None
    route = build_route(space, 0, [meet, behind])
    assert route is not None
    draft = Draft(space, [route, empty_route(space, 1)])
    assert tour_of(ground(space, units), empty_scratch(len(units), 2), units, draft) is None
    assert DecoderSearch(space, 1, draft).best_served == 0
