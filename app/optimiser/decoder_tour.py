"""The tours of decoder annealing from and to drafts."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.optimiser.compiled.decoder_changes import begin, enter_order, put_in
from app.optimiser.compiled.decoder_cost import decode
from app.optimiser.compiled.decoder_order import tidy
from app.optimiser.compiled.decoder_state import COUNTS, LAST_LABEL, NOWHERE, UNTIMED, Ground, Ints, Scratch, Tour
from app.optimiser.decoder_arrays import PARTS, Part, Unit
from app.optimiser.draft import Draft, DraftRoute, build_route
from app.optimiser.problem import Problem
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Visit

MOST_LEFT = 3  # units that one move takes off their routes

Timed = tuple[int, int]  # a node and its start


def empty_tour(problem: Problem, units: int) -> Tour:
    """A tour that serves nothing."""
    vehicles = problem.vehicles
    nodes, fleet = PARTS * units, len(vehicles)
    size = nodes + 2 * fleet
    starts, ends = np.arange(nodes, nodes + fleet), np.arange(nodes + fleet, size)
    tour = Tour(
        before=np.full(size, NOWHERE, np.int64),
        after=np.full(size, NOWHERE, np.int64),
        vehicle=np.full(size, NOWHERE, np.int64),
        end=np.full(size, UNTIMED, np.int64),
        label=np.zeros(size, np.int64),
        earlier=np.full(units + 1, units, np.int64),
        later=np.full(units + 1, units, np.int64),
        stops=np.zeros(fleet, np.int64),
        travelled=np.zeros(fleet, np.int64),
        time_cost=np.zeros(fleet),
    )
    tour.after[starts], tour.before[ends] = ends, starts
    tour.vehicle[starts] = tour.vehicle[ends] = np.arange(fleet)
    tour.end[starts] = [vehicle.shift[0] for vehicle in vehicles]
    tour.label[ends] = LAST_LABEL
    return tour


def empty_scratch(units: int, vehicles: int) -> Scratch:
    """Room for judging moves."""

    def room(size: int) -> Ints:
        return np.zeros(size, np.int64)

    nodes = PARTS * units
    return Scratch(
        dirty=room(units + 1),
        changed=room(2 * nodes),
        old_end=room(2 * nodes),
        touched=room(vehicles),
        is_touched=room(vehicles),
        new_cost=np.zeros(vehicles),
        taken=room(PARTS * MOST_LEFT),
        taken_before=room(PARTS * MOST_LEFT),
        left=room(MOST_LEFT),
        left_earlier=room(MOST_LEFT),
        left_label=room(MOST_LEFT),
        order=room(units),
        counts=room(COUNTS),
    )


def tour_of(ground: Ground, scratch: Scratch, units: Sequence[Unit], draft: Draft) -> Tour | None:
    """The draft as a tour, as far as routes that share one order can express it.

    None when what remains of it breaks a rule: where a visit is left out, the direct way may be the longer one.
    """
    tour = empty_tour(draft.space.problem, len(units))
    begin(ground, scratch)
    for nodes in _in_order(_known_routes(units, draft)):
        unit = next(iter(nodes)) // PARTS
        latest = [int(tour.before[_end_depot(tour, draft, vehicle)]) for vehicle in nodes.values()]
        before = max(latest, key=lambda node: tour.label[node])
        for node, vehicle in sorted(nodes.items()):
            put_in(ground, tour, scratch, node, int(tour.before[_end_depot(tour, draft, vehicle)]))
        enter_order(tour, unit, before // PARTS if before < PARTS * len(units) else len(units))
        tidy(tour, scratch)
    return tour if decode(ground, tour, scratch) else None


def _end_depot(tour: Tour, draft: Draft, vehicle: int) -> int:
    return len(tour.after) - len(draft.routes) + vehicle


def _known_routes(units: Sequence[Unit], draft: Draft) -> list[list[Timed]]:
    """The nodes of each route with their starts; only those of units that are on routes as a whole."""
    node_of = {
        (part.job, part.roles): PARTS * unit + place
        for unit, one in enumerate(units)
        for place, part in enumerate(one.parts)
        if part is not None
    }
    routes: list[list[Timed]] = []
    for route in draft.routes:
        starts = route.timetable.starts if route.timetable is not None else ()
        known = [
            (node_of.get((visit.job, visit.roles)), start) for visit, start in zip(route.visits, starts, strict=True)
        ]
        routes.append([(node, start) for node, start in known if node is not None])
    present = {node for route in routes for node, _ in route}
    return [[(node, start) for node, start in route if other_nodes(node) <= present] for route in routes]


def other_nodes(node: int) -> frozenset[int]:
    """The other half of the unit, when the node is a half."""
    part = node % PARTS
    return frozenset() if part == 0 else frozenset({node + 1 if part == 1 else node - 1})


def _in_order(routes: list[list[Timed]]) -> Iterator[dict[int, int]]:
    """Units as nodes with their vehicles, each after all that comes before it on its routes, the earliest first.

    Where units wait for each other in a circle, the earliest of them is left out.
    """
    routes = [list(route) for route in routes]
    while any(routes):
        heads = {route[0][0]: vehicle for vehicle, route in enumerate(routes) if route}
        heads |= {
            route[1][0]: vehicle
            for vehicle, route in enumerate(routes)
            if len(route) > 1 and route[1][0] in other_nodes(route[0][0])
        }
        waiting = sorted((route[0][1], route[0][0]) for route in routes if route)
        ready = [node for _, node in waiting if other_nodes(node) <= heads.keys()]
        node = ready[0] if ready else waiting[0][1]
        nodes = {node, *other_nodes(node)}
        if ready:
            yield {one: heads[one] for one in sorted(nodes)}
        routes = [[timed for timed in route if timed[0] not in nodes] for route in routes]


def make_draft(space: SearchSpace, units: Sequence[Unit], ground: Ground, tour: Tour) -> Draft | None:
    """The tour as routes, tied visits pinned to their starts; None when a route cannot be scheduled so."""
    routes = [_route(space, units, ground, tour, vehicle) for vehicle in range(len(space.problem.vehicles))]
    known = [route for route in routes if route is not None]
    return Draft(space, known) if len(known) == len(routes) else None


def _route(space: SearchSpace, units: Sequence[Unit], ground: Ground, tour: Tour, vehicle: int) -> DraftRoute | None:
    visits: list[Visit] = []
    node = int(tour.after[PARTS * len(units) + vehicle])
    while node < PARTS * len(units):
        part = units[node // PARTS].parts[node % PARTS]
        visit = None if part is None else _visit(space, vehicle, part, int(tour.end[node] - ground.units.service[node]))
        if visit is None:
            return None
        visits.append(visit)
        node = int(tour.after[node])
    return build_route(space, vehicle, visits)


def _visit(space: SearchSpace, vehicle: int, part: Part, start: int) -> Visit | None:
    if part.is_tied:
        return space.pinned_visit(vehicle, part.job, part.roles, start)
    return space.visit(vehicle, part.job)
