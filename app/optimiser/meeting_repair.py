"""Repairs of jobs for which two crews must meet: a partner who is not allowed yet, overtime, a wider window."""

from collections.abc import Iterator
from dataclasses import replace

from app.optimiser.coverage import ways_to_cover
from app.optimiser.draft import Draft, DraftRoute
from app.optimiser.problem import Vehicle
from app.optimiser.proposal import Proposal, opened, seconds_outside, stretched
from app.optimiser.schedule import HOUR
from app.optimiser.tied_component import Component
from app.optimiser.tied_places import Extent
from app.optimiser.tied_sweep import ComponentSearch, TiedInsertion
from app.optimiser.what_if import WhatIf, World

WIDENINGS = (1800, 7200)
NEAREST_CREWS = 6
MOST_JOBS = 12


class MeetingRepairs:
    """Looks for such repairs, of a bounded number of jobs."""

    def __init__(self, draft: Draft, what_if: WhatIf) -> None:
        self._draft = draft
        self._space = draft.space
        self._problem = draft.space.problem
        self._what_if = what_if
        self._jobs_left = MOST_JOBS

    def proposals(self, job: int) -> Iterator[Proposal]:
        """One of each kind at most, for a job that no crew can do by itself."""
        needs_two = len(self._problem.jobs[job].roles) > 1 and not self._space.capable[:, job].any()
        if not needs_two or self._jobs_left <= 0:
            return
        self._jobs_left -= 1
        for propose in (self._newcomers, self._overtime, self._wider_window):
            proposal = propose(job)
            if proposal is not None:
                yield proposal

    def _newcomers(self, index: int) -> Proposal | None:
        """Crews of which somebody is not among those allowed."""
        job = self._problem.jobs[index]
        found = None if job.allowed is None else _meeting(self._what_if.everybody_allowed, index)
        if found is None:
            return None
        strangers = {worker for route in found.routes for worker in self._strangers(route, index)}
        allowed = frozenset(job.allowed or ()) | strangers
        if not strangers:
            return None
        proposal = self._proposal("neighbour_worker", index, found, found.added_cost)
        return replace(proposal, job=replace(job, allowed=allowed), newcomers=tuple(sorted(strangers)))

    def _strangers(self, route: DraftRoute, index: int) -> frozenset[str]:
        """The members whom the job does not allow, where the crew needs one of them."""
        job, crew = self._problem.jobs[index], self._problem.vehicles[route.vehicle]
        roles = next(visit.roles for visit in route.visits if visit.job == index)
        if ways_to_cover(crew, job, roles):
            return frozenset()
        return crew.workers - (job.allowed or frozenset()) - job.barred

    def _overtime(self, index: int) -> Proposal | None:
        found = _meeting(self._what_if.overtime, index)
        if found is None:
            return None
        crews = dict[int, Vehicle]()
        seconds, cost = 0, 0.0
        for route in found.routes:
            crew = self._problem.vehicles[route.vehicle]
            more, changed = (0, crew) if route.timetable is None else stretched(crew, route.timetable)
            crews[route.vehicle] = changed
            seconds += more
            cost += (crew.overtime.cost_per_hour if crew.overtime else 0.0) / HOUR * more + self._added_travel(route)
        proposal = self._proposal("overtime", index, found, cost)
        return replace(proposal, seconds=seconds, crews=crews) if seconds else None

    def _added_travel(self, route: DraftRoute) -> float:
        timetables = (route.timetable, self._draft.routes[route.vehicle].timetable)
        after, before = (timetable.travel_seconds if timetable else 0 for timetable in timetables)
        return self._space.travel_cost_per_second * (after - before)

    def _wider_window(self, index: int) -> Proposal | None:
        job = self._problem.jobs[index]
        for seconds in WIDENINGS if job.windows else ():
            found = _meeting(self._what_if.wider(seconds), index)
            if found is not None:
                proposal = self._proposal("wider_window", index, found, found.added_cost)
                outside = seconds_outside(job, proposal.start)
                return replace(proposal, seconds=outside, job=opened(job, proposal.start)) if outside else None
        return None

    def _proposal(self, kind: str, index: int, found: TiedInsertion, cost: float) -> Proposal:
        """The insertion as a proposal; a route that visits something has a timetable."""
        timed = [(route, route.timetable) for route in found.routes if route.timetable is not None]
        first, timetable = timed[0]
        place = next(place for place, visit in enumerate(first.visits) if visit.job == index)
        others = tuple(route for route, _ in timed[1:])
        return Proposal(kind, first, timetable, place, cost - self._space.loss(index), others=others)


def _meeting(world: World, index: int) -> TiedInsertion | None:
    """The cheapest meeting of crews that start near."""
    extent = Extent(nearest=NEAREST_CREWS)
    return ComponentSearch(world.draft, world.places, Component((index,)), extent).cheapest()
