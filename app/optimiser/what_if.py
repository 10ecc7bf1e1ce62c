"""The finished draft in worlds with a little more freedom, in which repairs are looked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from app.optimiser.draft import Draft, DraftRoute, build_route
from app.optimiser.interval import Interval
from app.optimiser.problem import Job, Problem
from app.optimiser.problem_rules import LATEST
from app.optimiser.proposal import with_more_hours
from app.optimiser.search_space import SearchSpace
from app.optimiser.tied_places import Places
from app.optimiser.visit import Visit


@dataclass(frozen=True)
class World:
    """A draft of a changed problem with the present routes, and the spots of tied jobs in it."""

    draft: Draft
    places: Places

    @property
    def space(self) -> SearchSpace:
        """The changed problem."""
        return self.draft.space


class WhatIf:
    """Makes each world once, when it is asked for."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._problem = draft.space.problem
        self._wider: dict[int, World] = {}

    @cached_property
    def everybody_allowed(self) -> World:
        """No job leaves anybody out but those whom it bars."""
        return self._world(self._with_jobs(lambda job: replace(job, allowed=None)), self._draft.routes)

    @cached_property
    def overtime(self) -> World:
        """Everybody may work four hours longer, at a price that keeps it as short as possible."""
        problem = replace(self._problem, vehicles=tuple(map(with_more_hours, self._problem.vehicles)))
        space = SearchSpace(problem)
        return self._world(problem, [_rebuilt(space, route) for route in self._draft.routes])

    def wider(self, seconds: int) -> World:
        """Every window begins so much earlier and ends so much later."""
        if seconds not in self._wider:
            self._wider[seconds] = self._world(self._with_jobs(lambda job: _widened(job, seconds)), self._draft.routes)
        return self._wider[seconds]

    def _with_jobs(self, change: Callable[[Job], Job]) -> Problem:
        return replace(self._problem, jobs=tuple(map(change, self._problem.jobs)))

    @staticmethod
    def _world(problem: Problem, routes: Iterable[DraftRoute]) -> World:
        draft = Draft(SearchSpace(problem), routes)
        return World(draft, Places(draft))


def _widened(job: Job, seconds: int) -> Job:
    if job.windows is None:
        return job

    def wider(window: Interval) -> Interval:
        return max(-LATEST, window[0] - seconds), min(LATEST, window[1] + seconds)

    return replace(job, windows=tuple(map(wider, job.windows)))


def _rebuilt(space: SearchSpace, route: DraftRoute) -> DraftRoute:
    """The route with its visits as they may be in the changed problem."""
    visits = list[Visit]()
    for visit in route.visits:
        free = None if visit.pinned else space.visit(route.vehicle, visit.job)
        visits.append(free or visit)
    return build_route(space, route.vehicle, visits) or route
