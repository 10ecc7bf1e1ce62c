"""What is new since the plan in force, placed before anything else is looked at.

On a large day with little time a random search hardly comes across the one case that was just brought. So each new
visit is tried on the routes that come nearest to its door, at every place, also instead of a visit or two that are
worth less; what had to leave finds another place afterwards, or is named with its reason.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from math import inf

from app.optimiser.draft import Draft, DraftRoute, build_route
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import by_worth
from app.optimiser.visit import Visit

MOST_NEWCOMERS = 10
NEAREST_ROUTES = 20
MOST_LEAVING = 2
# What all routes share may tell the cheapest places apart: so many are looked at as a whole.
MOST_LOOKED_AT = 5


@dataclass(frozen=True)
class Offer:
    """A route with the newcomer; `added` is what it costs more than now, lost visits included."""

    added: float
    route: DraftRoute


def place_newcomers(draft: Draft, is_over: Callable[[], bool] = lambda: False) -> None:
    """Give the most valuable jobs that the plan in force did not know a place, in this draft, until `is_over`.

    Jobs that are linked, or that no vehicle serves alone, are left to the search.
    """
    for job in by_worth(draft.space, _newcomers(draft))[:MOST_NEWCOMERS]:
        if is_over():
            return
        _place(draft, job)


def _newcomers(draft: Draft) -> Iterator[int]:
    """Unserved jobs of which the plan in force says nothing."""
    problem, linked = draft.space.problem, draft.space.linked
    if problem.previous is None:
        return
    plan = problem.previous.plan
    known = plan.served | {one.job for one in plan.unassigned}
    yield from (job for job in draft.unserved if problem.jobs[job].id not in known and job not in linked)


def _place(draft: Draft, job: int) -> None:
    for offer in nsmallest(MOST_LOOKED_AT, _offers(draft, job), key=lambda one: (one.added, one.route.vehicle)):
        found = draft.with_routes([offer.route])
        limit = draft.space.max_moves
        if found.rank < draft.rank and (limit is None or found.moves <= max(limit, draft.moves)):
            draft.routes[offer.route.vehicle] = offer.route
            return


def _offers(draft: Draft, job: int) -> Iterator[Offer]:
    for vehicle in _nearest(draft, job):
        visit = draft.space.visit(vehicle, job)
        if visit is not None:
            yield from _on_route(draft.space, draft.routes[vehicle], visit)


def _nearest(draft: Draft, job: int) -> list[int]:
    """The vehicles that could serve the job and come nearest to its door, at a stop or at their start."""
    space, door = draft.space, draft.space.problem.jobs[job].location
    ways = {}
    for vehicle in space.capable[:, job].nonzero()[0].tolist():
        places = [visit.location for visit in draft.routes[vehicle].visits]
        ways[vehicle] = min(space.travel(place, door) for place in (space.problem.vehicles[vehicle].start, *places))
    return nsmallest(NEAREST_ROUTES, ways, key=lambda vehicle: (ways[vehicle], vehicle))


def _on_route(space: SearchSpace, present: DraftRoute, visit: Visit) -> Iterator[Offer]:
    """The newcomer at every place of a route, instead of none, one or two neighbouring visits."""
    visits, worth = present.visits, space.loss(visit.job)
    most = inf if visit.job in space.musts else worth
    for begin in range(len(visits) + 1):
        for end in range(begin, min(len(visits), begin + MOST_LEAVING) + 1):
            leaving = visits[begin:end]
            lost = sum(space.loss(out.job) for out in leaving)
            if lost >= most or not all(_may_leave(space, out) for out in leaving):
                break
            route = build_route(space, present.vehicle, (*visits[:begin], visit, *visits[end:]))
            if route is not None:
                yield Offer(route.cost - present.cost + lost - worth, route)


def _may_leave(space: SearchSpace, visit: Visit) -> bool:
    return visit.job not in space.musts and visit.job not in space.linked and not visit.pinned
