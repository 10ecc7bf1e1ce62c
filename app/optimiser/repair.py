"""The cheapest single change that makes an unserved job fit: tried, inserted, and checked."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, DraftRoute, with_visit, without
from app.optimiser.interval import Interval, union
from app.optimiser.meeting_repair import MeetingRepairs
from app.optimiser.plan import Plan, Repair, Unassigned
from app.optimiser.problem import Job, Problem, Vehicle
from app.optimiser.problem_rules import LATEST
from app.optimiser.proposal import Proposal, opened, seconds_outside, stretched
from app.optimiser.schedule import HOUR, Timetable
from app.optimiser.search_space import SearchSpace
from app.optimiser.travel import LONGEST
from app.optimiser.verdict import DAY, days_of, shares_a_day
from app.optimiser.visit import Piece, Visit
from app.optimiser.what_if import WhatIf

WIDENINGS = (900, 1800, 3600, 7200, 14400)
NEAREST_VEHICLES = 5


class Workshop:
    """Looks for repairs of one finished plan."""

    def __init__(self, draft: Draft, plan: Plan) -> None:
        self._draft = draft
        self._plan = plan
        self._space = draft.space
        self._problem = draft.space.problem
        self._what_if = WhatIf(draft)
        self._meetings = MeetingRepairs(draft, self._what_if)
        self._broken_before = {(broken.rule, broken.where) for broken in violations(self._problem, plan)}

    def proposals(self, job: int) -> list[Proposal]:
        """What could change for the nearest vehicles, and for crews that would meet: the cheapest first."""
        capable = self._space.capable[:, job]
        allowed = self._problem.jobs[job].allowed
        strangers = capable if allowed is None else self._what_if.everybody_allowed.space.capable[:, job]
        wanted = [
            (self._nearest(job, capable), (self._overtime, self._wider_window, self._swap)),
            (self._nearest(job, capable & ~self._on_its_days(job)), (self._another_day,)),
            (self._nearest(job, strangers & ~capable), (self._neighbour_worker,)),
        ]
        found = list(self._meetings.proposals(job))
        for vehicles, kinds in wanted:
            for vehicle in vehicles:
                for propose in kinds:
                    found += sorted(propose(vehicle, job), key=_order)[:1]
        return sorted(found, key=_order)

    def _on_its_days(self, job: int) -> NDArray[np.bool_]:
        """Whether each vehicle works on a day on which the job has a window."""
        wanted = self._problem.jobs[job]
        return np.array([shares_a_day(self._problem, wanted, crew) for crew in self._problem.vehicles], bool)

    def prove(self, job: int, proposal: Proposal) -> Repair | None:
        """The repair, when the plan with it breaks no rule that the present plan keeps."""
        problem = proposal.changed(self._problem)
        plan = self._changed_plan(problem, job, proposal)
        if any((broken.rule, broken.where) not in self._broken_before for broken in violations(problem, plan)):
            return None
        return Repair(
            kind=proposal.kind,
            detail=proposal.detail(self._problem),
            vehicle=self._problem.vehicles[proposal.route.vehicle].id,
            start=proposal.start,
            seconds=proposal.seconds,
            instead_of=proposal.instead_of,
            added_cost=round(plan.cost.total - self._plan.cost.total, 6),
        )

    def _changed_plan(self, problem: Problem, job: int, proposal: Proposal) -> Plan:
        routes = list(self._draft.routes)
        for route in proposal.routes:
            routes[route.vehicle] = route
        name = self._problem.jobs[job].id
        unassigned = [one for one in self._plan.unassigned if one.job != name]
        if proposal.instead_of is not None:
            unassigned.append(Unassigned(proposal.instead_of, "CAPACITY", f"gave way to {name}"))
        return make_plan(problem, routes, unassigned, self._plan.seed, {})

    def _nearest(self, job: int, able: NDArray[np.bool_]) -> list[int]:
        """The able vehicles, those first that pass nearest to the job."""
        location = self._problem.jobs[job].location
        durations = self._problem.travel.durations
        near = []
        for vehicle in np.flatnonzero(able).tolist():
            places = [self._problem.vehicles[vehicle].start]
            places += [visit.location for visit in self._draft.routes[vehicle].visits]
            ways = [way for way in durations[places, location].tolist() if way >= 0]
            near.append((min(ways, default=LONGEST), vehicle))
        return [vehicle for _, vehicle in sorted(near)[:NEAREST_VEHICLES]]

    def _overtime(self, vehicle: int, job: int) -> Iterator[Proposal]:
        present, world = self._draft.routes[vehicle], self._what_if.overtime
        visit = world.space.visit(vehicle, job)
        if visit is None:
            return
        crew = self._problem.vehicles[vehicle]
        for longer, timetable, place in _insertions(world.space, world.draft.routes[vehicle], visit):
            seconds, changed = stretched(crew, timetable)
            if seconds > 0:
                rate = crew.overtime.cost_per_hour if crew.overtime else 0.0
                added = rate / HOUR * seconds + self._added_travel(present, timetable) - self._space.loss(job)
                yield Proposal("overtime", longer, timetable, place, added, seconds, crews={vehicle: changed})

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
                changed = opened(job, start)
                yield Proposal(
                    "wider_window", longer, timetable, place, added, seconds_outside(job, start), job=changed
                )
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

    def _another_day(self, vehicle: int, index: int) -> Iterator[Proposal]:
        """At the same hours as its windows, on the day of a vehicle on which none of them lies."""
        job, anytime = self._problem.jobs[index], self._space.anytime_visit(vehicle, index)
        if not job.windows or anytime is None or self._space.is_promised(index):
            return
        present, crew = self._draft.routes[vehicle], self._problem.vehicles[vehicle]
        windows = _on_days_of(self._problem, crew, job.windows)
        spans = ((max(crew.shift[0], first), min(crew.latest_return, last)) for first, last in windows)
        pieces = tuple(Piece(*span, 0.0, 0.0, False) for span in union(span for span in spans if span[0] <= span[1]))
        for longer, timetable, place in _insertions(self._space, present, replace(anytime, pieces=pieces)):
            added = longer.cost - present.cost - self._space.loss(index)
            held = tuple(one for one in windows if one[0] <= timetable.starts[place] <= one[1])
            changed = replace(job, windows=(*job.windows, *held[:1]))
            yield Proposal("another_day", longer, timetable, place, added, job=changed)

    def _neighbour_worker(self, vehicle: int, index: int) -> Iterator[Proposal]:
        """By a crew that could do it, were its members among those allowed."""
        job, present = self._problem.jobs[index], self._draft.routes[vehicle]
        visit = self._what_if.everybody_allowed.space.visit(vehicle, index)
        if visit is None or self._space.is_promised(index):
            return
        strangers = self._problem.vehicles[vehicle].workers - (job.allowed or frozenset()) - job.barred
        changed = replace(job, allowed=(job.allowed or frozenset()) | strangers)
        for longer, timetable, place in _insertions(self._space, present, visit):
            added, names = longer.cost - present.cost - self._space.loss(index), tuple(sorted(strangers))
            yield Proposal("neighbour_worker", longer, timetable, place, added, job=changed, newcomers=names)

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


def _order(proposal: Proposal) -> tuple[float, int, int]:
    return proposal.order


def _on_days_of(problem: Problem, crew: Vehicle, windows: Iterable[Interval]) -> list[Interval]:
    """The windows at the same hours on each day that the shift touches."""
    days = days_of(problem, (crew.shift[0], crew.latest_return))
    moved = []
    for first, last in windows:
        of_window = days_of(problem, (first, first))[0]
        moved += [(first + (day - of_window) * DAY, last + (day - of_window) * DAY) for day in days]
    return [one for one in moved if max(map(abs, one)) <= LATEST]


def _insertions(space: SearchSpace, route: DraftRoute, visit: Visit) -> Iterator[tuple[DraftRoute, Timetable, int]]:
    """The route with the visit at every place where it keeps the rules."""
    for place in range(len(route.visits) + 1):
        longer = with_visit(space, route, place, visit)
        if longer is not None and longer.timetable is not None:
            yield longer, longer.timetable, place
