"""The plan in force as the start of the next one: whatever of it still keeps the rules."""

from collections.abc import Sequence

from app.optimiser.draft import Draft, DraftRoute, build_route, empty_route
from app.optimiser.plan import Stop
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Visit


def carry_over(space: SearchSpace) -> Draft:
    """The previous plan without what has become impossible; empty routes where there is none.

    Visits that depend on other routes (meetings, links) stay at the very second where they were.
    """
    draft = Draft(space)
    if space.problem.previous is None:
        return draft
    for route in space.problem.previous.plan.routes:
        vehicle = space.problem.vehicle_index.get(route.vehicle)
        if vehicle is not None:
            visits = [_visit(space, vehicle, stop) for stop in route.stops]
            draft.routes[vehicle] = keep_most(space, vehicle, [visit for visit in visits if visit is not None])
    without_torn(draft)
    return draft


def _visit(space: SearchSpace, vehicle: int, stop: Stop) -> Visit | None:
    job = space.problem.job_index.get(stop.job)
    if job is None:
        return None
    roles = len(space.problem.jobs[job].roles)
    if job not in space.linked and len(stop.roles) == roles:
        return space.visit(vehicle, job)
    if not stop.roles or not all(0 <= role < roles for role in stop.roles):
        return None
    return space.pinned_visit(vehicle, job, stop.roles, stop.start)


def keep_most(space: SearchSpace, vehicle: int, visits: Sequence[Visit]) -> DraftRoute:
    """The route of these visits in this order, less as many as it takes to keep the rules."""
    left = list(visits)
    route = build_route(space, vehicle, left)
    while route is None:
        route, left = _less_one(space, vehicle, left)
    return route


def _less_one(space: SearchSpace, vehicle: int, visits: list[Visit]) -> tuple[DraftRoute | None, list[Visit]]:
    """Leave out the least valuable visit whose leaving helps, or the least valuable one."""
    order = sorted(range(len(visits)), key=lambda place: (_worth(space, visits[place]), place))
    for place in order:
        left = visits[:place] + visits[place + 1 :]
        route = build_route(space, vehicle, left)
        if route is not None:
            return route, left
    return None, visits[: order[0]] + visits[order[0] + 1 :]


def _worth(space: SearchSpace, visit: Visit) -> tuple[bool, bool, float]:
    return visit.job in space.musts, visit.pinned, space.loss(visit.job)


def without_torn(draft: Draft) -> None:
    """Take out jobs of which only some roles are left, and links of which only one end is."""
    while torn := _torn(draft):
        for vehicle, route in enumerate(draft.routes):
            left = [visit for visit in route.visits if visit.job not in torn]
            if len(left) < len(route.visits):
                draft.routes[vehicle] = keep_most(draft.space, vehicle, left)


def _torn(draft: Draft) -> set[int]:
    problem = draft.space.problem
    covered: dict[int, set[int]] = {}
    for route in draft.routes:
        for visit in route.visits:
            covered.setdefault(visit.job, set()).update(visit.roles)
    torn = {job for job, roles in covered.items() if len(roles) < len(problem.jobs[job].roles)}
    for link in problem.links:
        ends = {problem.job_index[link.first[0]], problem.job_index[link.second[0]]}
        if not ends <= covered.keys():
            torn |= ends & covered.keys()
    return torn


def without_tied(draft: Draft) -> Draft:
    """The draft without any visit that depends on another route."""
    space = draft.space
    routes = [keep_most(space, route.vehicle, [v for v in route.visits if not v.pinned]) for route in draft.routes]
    return Draft(space, [route if route.visits else empty_route(space, route.vehicle) for route in routes])
