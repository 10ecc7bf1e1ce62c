"""The cheapest single change that makes an unserved job fit: tried, inserted, and checked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, DraftRoute, build_route, with_visit, without
from app.optimiser.interval import union
from app.optimiser.plan import Plan, Repair, Unassigned
from app.optimiser.problem import Job, Overtime, Problem, Vehicle
from app.optimiser.schedule import HOUR, Timetable
from app.optimiser.search_space import SearchSpace
from app.optimiser.travel import LONGEST
from app.optimiser.verdict import clock_time, minutes
from app.optimiser.visit import Piece, Visit

MOST_OVERTIME = 4 * HOUR
WIDENINGS = (900, 1800, 3600, 7200, 14400)
DEAR = 1e6
NEAREST_VEHICLES = 5


@dataclass(frozen=True)
class Proposal:
    """A change and the route that serves the job with it; `added_cost` is what it seems to cost.

    `crew` and `job` are what the vehicle and the job change into, None where they stay as they are.
    """

    kind: str
    route: DraftRoute
    timetable: Timetable
    place: int
    added_cost: float
    seconds: int = 0
    crew: Vehicle | None = None
    job: Job | None = None
    instead_of: str | None = None

    @property
    def start(self) -> int:
        """When the job would begin."""
        return self.timetable.starts[self.place]

    def changed(self, problem: Problem) -> Problem:
        """The problem in which the route keeps all rules."""
        vehicles, jobs = list(problem.vehicles), list(problem.jobs)
        if self.crew is not None:
            vehicles[self.route.vehicle] = self.crew
        if self.job is not None:
            jobs[self.route.visits[self.place].job] = self.job
        return replace(problem, vehicles=tuple(vehicles), jobs=tuple(jobs))


class Workshop:
    """Looks for repairs of one finished plan."""

    def __init__(self, draft: Draft, plan: Plan) -> None:
        self._draft = draft
        self._plan = plan
        self._space = draft.space
        self._problem = draft.space.problem
        self._broken_before = {(broken.rule, broken.where) for broken in violations(self._problem, plan)}

    def proposals(self, job: int) -> list[Proposal]:
        """For the nearest vehicles that may do the job: overtime, a wider window, a lesser job's place."""
        found: list[Proposal] = []
        for vehicle in self._nearest(job):
            for propose in (self._overtime, self._wider_window, self._swap):
                options = propose(vehicle, job)
                found += sorted(options, key=lambda one: (one.added_cost, one.seconds))[:1]
        return sorted(found, key=lambda one: (one.added_cost, one.seconds))

    def prove(self, job: int, proposal: Proposal) -> Repair | None:
        """The repair, when the plan with it breaks no rule that the present plan keeps."""
        problem = proposal.changed(self._problem)
        plan = self._changed_plan(problem, job, proposal)
        if any((broken.rule, broken.where) not in self._broken_before for broken in violations(problem, plan)):
            return None
        return Repair(
            kind=proposal.kind,
            detail=_detail(self._problem, proposal),
            vehicle=self._problem.vehicles[proposal.route.vehicle].id,
            start=proposal.start,
            seconds=proposal.seconds,
            instead_of=proposal.instead_of,
            added_cost=round(plan.cost.total - self._plan.cost.total, 6),
        )

    def _changed_plan(self, problem: Problem, job: int, proposal: Proposal) -> Plan:
        routes = list(self._draft.routes)
        routes[proposal.route.vehicle] = proposal.route
        name = self._problem.jobs[job].id
        unassigned = [one for one in self._plan.unassigned if one.job != name]
        if proposal.instead_of is not None:
            unassigned.append(Unassigned(proposal.instead_of, "CAPACITY", f"gave way to {name}"))
        return make_plan(problem, routes, unassigned, self._plan.seed, {})

    def _nearest(self, job: int) -> list[int]:
        """Vehicles that may do the job, those first that pass nearest to it."""
        location = self._problem.jobs[job].location
        durations = self._problem.travel.durations
        near = []
        for vehicle in np.flatnonzero(self._space.capable[:, job]).tolist():
            places = [self._problem.vehicles[vehicle].start]
            places += [visit.location for visit in self._draft.routes[vehicle].visits]
            ways = [way for way in durations[places, location].tolist() if way >= 0]
            near.append((min(ways, default=LONGEST), vehicle))
        return [vehicle for _, vehicle in sorted(near)[:NEAREST_VEHICLES]]

    @cached_property
    def _with_overtime(self) -> SearchSpace:
        """Everybody may work four hours longer, at a price that keeps it as short as possible."""
        return SearchSpace(replace(self._problem, vehicles=tuple(map(_longer, self._problem.vehicles))))

    def _overtime(self, vehicle: int, job: int) -> Iterator[Proposal]:
        space = self._with_overtime
        present = self._draft.routes[vehicle]
        visits = [space.visit(vehicle, visit.job) for visit in present.visits]
        visit = space.visit(vehicle, job)
        known = [one for one in visits if one is not None]
        route = build_route(space, vehicle, known) if len(known) == len(visits) else None
        if visit is None or route is None:
            return
        crew = self._problem.vehicles[vehicle]
        for longer, timetable, place in _insertions(space, route, visit):
            seconds, changed = _stretched(crew, timetable)
            if seconds > 0:
                rate = crew.overtime.cost_per_hour if crew.overtime else 0.0
                added = rate / HOUR * seconds + self._added_travel(present, timetable) - self._space.loss(job)
                yield Proposal("overtime", longer, timetable, place, added, seconds, crew=changed)

    def _added_travel(self, present: DraftRoute, timetable: Timetable) -> float:
        before = present.timetable.travel_seconds if present.timetable else 0
        return self._space.travel_cost_per_second * (timetable.travel_seconds - before)

    def _wider_window(self, vehicle: int, index: int) -> Iterator[Proposal]:
        """The smallest of a few widenings that is enough."""
        job, anytime = self._problem.jobs[index], self._space.anytime_visit(vehicle, index)
        if not job.windows or anytime is None or self._space.is_promised(index):
            return
        present = self._draft.routes[vehicle]
        tried: tuple[Piece, ...] = ()
        for widening in WIDENINGS:
            pieces = self._widened(vehicle, job, widening)
            if pieces == tried:
                continue
            tried = pieces
            found = list(_insertions(self._space, present, replace(anytime, pieces=pieces)))
            for longer, timetable, place in found:
                start = timetable.starts[place]
                added = longer.cost - present.cost - self._space.loss(index)
                seconds, opened = _seconds_outside(job, start), _opened(job, start)
                yield Proposal("wider_window", longer, timetable, place, added, seconds, job=opened)
            if found:
                return

    def _widened(self, vehicle: int, job: Job, widening: int) -> tuple[Piece, ...]:
        """Starts at most so far outside the windows, within the shift."""
        crew = self._problem.vehicles[vehicle]
        spans = (
            (max(crew.shift[0], first - widening), min(crew.latest_return, last + widening))
            for first, last in job.windows or ()
        )
        return tuple(Piece(*span, 0.0, 0.0, False) for span in union(span for span in spans if span[0] <= span[1]))

    def _swap(self, vehicle: int, job: int) -> Iterator[Proposal]:
        present, visit = self._draft.routes[vehicle], self._space.visit(vehicle, job)
        if visit is None:
            return
        for position, out in enumerate(present.visits):
            lost = self._space.loss(out.job)
            if out.job in self._space.musts or out.pinned or lost >= self._space.loss(job):
                continue
            shorter = without(self._space, present, position)
            longer = with_visit(self._space, shorter, position, visit) if shorter else None
            if longer is not None and longer.timetable is not None:
                added = longer.cost - present.cost + lost - self._space.loss(job)
                instead = self._problem.jobs[out.job].id
                yield Proposal("swap", longer, longer.timetable, position, added, instead_of=instead)


def _insertions(space: SearchSpace, route: DraftRoute, visit: Visit) -> Iterator[tuple[DraftRoute, Timetable, int]]:
    """The route with the visit at every place where it keeps the rules."""
    for place in range(len(route.visits) + 1):
        longer = with_visit(space, route, place, visit)
        if longer is not None and longer.timetable is not None:
            yield longer, longer.timetable, place


def _longer(vehicle: Vehicle) -> Vehicle:
    """The vehicle with four hours more, so dear that no more of them are used than needed."""
    duty = vehicle.max_duty_seconds
    return replace(
        vehicle,
        overtime=Overtime(vehicle.latest_return - vehicle.shift[1] + MOST_OVERTIME, DEAR),
        max_duty_seconds=None if duty is None else duty + MOST_OVERTIME,
    )


def _stretched(vehicle: Vehicle, timetable: Timetable) -> tuple[int, Vehicle]:
    """Seconds of work beyond what the vehicle may do now, and the vehicle that may do just them."""
    late = max(0, timetable.back - vehicle.latest_return)
    duty, longest = timetable.back - timetable.leave, vehicle.max_duty_seconds
    rate = vehicle.overtime.cost_per_hour if vehicle.overtime else 0.0
    changed = vehicle
    if late:
        changed = replace(changed, overtime=Overtime(timetable.back - vehicle.shift[1], rate))
    if longest is not None and duty > longest:
        changed = replace(changed, max_duty_seconds=duty)
    return max(late, 0 if longest is None else duty - longest), changed


def _seconds_outside(job: Job, start: int) -> int:
    return min((max(first - start, start - last, 0) for first, last in job.windows or ()), default=0)


def _opened(job: Job, start: int) -> Job:
    """The job with its nearest window widened just so far that it holds the start."""
    windows = list(job.windows or ())
    nearest = min(range(len(windows)), key=lambda place: max(windows[place][0] - start, start - windows[place][1], 0))
    first, last = windows[nearest]
    windows[nearest] = min(first, start), max(last, start)
    return replace(job, windows=tuple(windows))


def _detail(problem: Problem, proposal: Proposal) -> str:
    vehicle, at = problem.vehicles[proposal.route.vehicle].id, clock_time(problem, proposal.start)
    if proposal.kind == "overtime":
        return f"{vehicle} could start it at {at} with {minutes(proposal.seconds)} more overtime"
    if proposal.kind == "wider_window":
        return f"{vehicle} could start it at {at}, {minutes(proposal.seconds)} outside its windows"
    return f"{vehicle} could start it at {at} instead of visiting {proposal.instead_of}"
