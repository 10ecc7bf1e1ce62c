"""Why each unserved job is unserved: one reason for the job, one for each worker, and a tested repair."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from itertools import takewhile

from app.optimiser.draft import Draft, build_route
from app.optimiser.final_sweep import FinalSweep
from app.optimiser.gaps import OpenGaps
from app.optimiser.plan import PerWorker, Plan, Repair, Unassigned
from app.optimiser.problem import Job, Problem
from app.optimiser.proposal import Proposal
from app.optimiser.repair import Workshop
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import LEAST_GAIN, Insertion, by_worth
from app.optimiser.tied_component import Component
from app.optimiser.tied_sweep import TiedInsertion
from app.optimiser.verdict import STAGES, Verdict, clock_time, minutes, verdicts

# Explaining is bounded by counts, so that it gives the same answers everywhere; repairs of a plan that was made by the
# clock by the clock too.
MOST_REPAIRED = 100
REPAIR_EFFORT = 15_000
MOST_VERDICTS = 5_000
TRIES_TO_EXPLAIN = 20_000
TAKES_PART = STAGES.index("PARTNER_MISSING")
# What each worker misses is told by the changes that touch their own hours and this visit alone.
SHORTAGES = ("overtime", "wider_window", "swap")
CUT_SHORT = "the search ended before every place was tried"


def reasons(draft: Draft, sweep: FinalSweep) -> list[Unassigned]:
    """The reason of every unserved job, before any repair; the sweep has been run on this very draft.

    Each worker's own answer is given for the most valuable jobs only, where jobs and workers are very many.
    """
    space = draft.space
    most = max(10, MOST_VERDICTS // max(1, len(space.problem.vehicles)))
    detailed = set(by_worth(space, draft.unserved)[:most])
    most_tries = sweep.tries + TRIES_TO_EXPLAIN

    @cache
    def open_gaps() -> OpenGaps:
        return sweep.single.open_gaps(draft.unserved)

    return [Reason(space, sweep, job, most_tries, open_gaps).unassigned(job in detailed) for job in draft.unserved]


def with_repairs(draft: Draft, plan: Plan, is_over: Callable[[], bool] = lambda: False) -> Plan:
    """The plan with a repair for its most valuable unserved jobs, where one change is enough, until `is_over`."""
    if is_over():
        return plan
    workshop, space = Workshop(draft, plan), draft.space
    most = min(MOST_REPAIRED, max(5, REPAIR_EFFORT // max(1, len(space.problem.jobs))))
    repairable = [job for job in draft.unserved if not space.is_promised(job) and job not in space.linked]
    chosen = by_worth(space, repairable)[:most]
    in_time = takewhile(lambda job: not is_over(), chosen)
    answers = {space.problem.jobs[job].id: _repaired(draft, workshop, job, is_over) for job in in_time}
    unassigned = tuple(_improved(one, *answers.get(one.job, ([], None))) for one in plan.unassigned)
    return replace(plan, unassigned=unassigned)


def _repaired(
    draft: Draft, workshop: Workshop, job: int, is_over: Callable[[], bool]
) -> tuple[list[PerWorker], Repair | None]:
    proposals = workshop.proposals(job)
    proven = (workshop.prove(job, proposal) for proposal in takewhile(lambda _: not is_over(), proposals))
    return _shortages(draft, proposals), next((repair for repair in proven if repair is not None), None)


def _shortages(draft: Draft, proposals: Iterable[Proposal]) -> list[PerWorker]:
    """By how much each worker of the tried vehicles misses."""
    problem = draft.space.problem
    found: dict[str, PerWorker] = {}
    own = [one for one in proposals if one.kind in SHORTAGES and not one.others]
    for proposal in sorted(own, key=lambda one: (one.kind != "overtime", one.seconds)):
        for member in problem.vehicles[proposal.route.vehicle].members:
            found.setdefault(member.worker, PerWorker(member.worker, "CAPACITY", _shortage(problem, proposal)))
    return list(found.values())


def _shortage(problem: Problem, proposal: Proposal) -> str:
    if proposal.kind == "swap":
        return f"fits only instead of {proposal.instead_of}"
    time = minutes(proposal.seconds)
    if proposal.kind == "overtime":
        return f"needs {time} more before {clock_time(problem, problem.vehicles[proposal.route.vehicle].latest_return)}"
    return f"could start at {clock_time(problem, proposal.start)}, {time} outside the windows"


def _improved(unassigned: Unassigned, shortages: list[PerWorker], repair: Repair | None) -> Unassigned:
    """The reason with the shortages in the place of the plainer answers of the same workers."""
    better = {one.worker: one for one in shortages}
    per_worker = tuple(
        better.get(one.worker, one) if one.reason == "CAPACITY" else one for one in unassigned.per_worker
    )
    return replace(unassigned, per_worker=per_worker, repair=repair)


class Reason:
    """The reason of one unserved job."""

    def __init__(
        self, space: SearchSpace, sweep: FinalSweep, job: int, most_tries: int, open_gaps: Callable[[], OpenGaps]
    ) -> None:
        self._space = space
        self._sweep = sweep
        self._job = job
        self._most_tries = most_tries
        self._open_gaps = open_gaps

    def unassigned(self, detailed: bool) -> Unassigned:
        """The answer, with each worker's own when it is wanted in detail."""
        job = self._space.problem.jobs[self._job]
        if not detailed and not self._space.is_promised(self._job) and self._fits_an_empty_day():
            return Unassigned(job.id, *self._without_places())
        found = verdicts(self._space, self._job)
        reason, detail = self._reason(found)
        if self._space.is_promised(self._job):
            reason, detail = "LOCK_CONFLICT", f"{self._promise(job)} cannot be kept: {detail}"
        answers = [PerWorker(one.worker, one.reason, one.detail) for one in found] if detailed else []
        return Unassigned(job.id, reason, detail, tuple(answers))

    def _fits_an_empty_day(self) -> bool:
        if self._job in self._space.linked:
            return self._sweep.tied.fits_empty_days(self._sweep.tied.component_of(self._job))
        visits = (self._space.visit(vehicle, self._job) for vehicle in range(len(self._space.problem.vehicles)))
        if any(visit and build_route(self._space, number, [visit]) for number, visit in enumerate(visits)):
            return True
        may_meet = len(self._space.problem.jobs[self._job].roles) > 1
        return may_meet and self._sweep.tied.fits_empty_days(self._sweep.tied.component_of(self._job))

    def _without_places(self) -> tuple[str, str]:
        if not self._sweep.complete:
            return "SEARCH", CUT_SHORT
        return "CAPACITY", "it would fit on an empty day, but no route has room for it at a cost that it is worth"

    def _promise(self, job: Job) -> str:
        lock = self._space.problem.lock_of.get(job.id)
        if lock is None:
            return "its place in the frozen part of the previous plan"
        at = f" at {clock_time(self._space.problem, lock.start)}" if lock.keeps_time and lock.start is not None else ""
        return f"the promise of {lock.worker if lock.keeps_worker else 'a start'}{at}"

    def _reason(self, found: list[Verdict]) -> tuple[str, str]:
        if not found:
            return "NO_SHIFT_ON_DAY", "nobody has a shift"
        furthest = max(found, key=lambda one: one.stage)
        if furthest.stage < TAKES_PART:
            return furthest.reason, f"{furthest.worker}, who comes nearest, {furthest.detail}"
        if furthest.reason == "PARTNER_MISSING" or self._job in self._space.linked:
            return self._tied(found)
        return self._capacity(furthest)

    def _tied(self, found: list[Verdict]) -> tuple[str, str]:
        if lacking := self._missing_skills():
            return "NO_WORKER_WITH_SKILL", f"nobody with a shift has all of {', '.join(lacking)}"
        component = self._sweep.tied.component_of(self._job)
        others = [job for job in component.jobs if job != self._job]
        for other in others:
            furthest = max((one.stage for one in verdicts(self._space, other)), default=0)
            if furthest < TAKES_PART:
                return "PARTNER_MISSING", f"it is tied to {self._name(other)}, which nobody can do"
        if self._may_fit_beside_neighbours(component, found) or self._sweep.tied.fits_empty_days(component):
            return self._together(component)
        if others:
            names = ", ".join(map(self._name, others))
            return "PARTNER_MISSING", f"it is tied to {names}, and no crews could do both as the links want"
        return "PARTNER_MISSING", "no crew covers all its roles, and no two could meet there"

    def _may_fit_beside_neighbours(self, component: Component, found: list[Verdict]) -> bool:
        """Whether a day that saves approaches may have room; never when fewer could come than it takes."""
        able = sum(one.stage >= TAKES_PART for one in found)
        enough = able >= len(self._space.problem.jobs[self._job].roles)
        return enough and not self._space.neighbours.isdisjoint(component.jobs)

    def _name(self, job: int) -> str:
        return self._space.problem.jobs[job].id

    def _together(self, component: Component) -> tuple[str, str]:
        """Why jobs that could be served together on empty days are not."""
        if not self._sweep.complete or self._sweep.tries > self._most_tries:
            return self._without_places()
        place = self._sweep.tied.best(component)
        if place is None:
            return "CAPACITY", "crews could do it on otherwise empty days; no routes have room for it at a common time"
        excess = place.added_cost - self._sweep.tied.loss(component)
        if excess < -LEAST_GAIN:
            return "SEARCH", CUT_SHORT
        return "CAPACITY", f"{self._crews(place)} room, but it would cost {excess:.2f} more than it is worth"

    def _crews(self, place: TiedInsertion) -> str:
        names = [self._space.problem.vehicles[route.vehicle].id for route in place.routes]
        return f"{' and '.join(names)} {'have' if len(names) > 1 else 'has'}"

    def _missing_skills(self) -> list[str]:
        """The skills of a role that nobody can take; empty when each role has somebody."""
        members = [member for vehicle in self._space.problem.vehicles for member in vehicle.members]
        roles = self._space.problem.jobs[self._job].roles
        return next((sorted(r.skills) for r in roles if not any(r.skills <= m.skills for m in members)), [])

    def _capacity(self, nearest: Verdict) -> tuple[str, str]:
        if not self._sweep.complete or self._sweep.tries > self._most_tries:
            return self._without_places()
        place = self._sweep.single.best(self._job, self._open_gaps().places(self._job))
        if place is None:
            return "CAPACITY", f"{nearest.worker}, who comes nearest, {nearest.detail}; no route has room for it"
        if self._sweep.single.pays(place):
            return "SEARCH", CUT_SHORT
        return "CAPACITY", self._not_worth(place)

    def _not_worth(self, place: Insertion) -> str:
        vehicle = self._space.problem.vehicles[place.route.vehicle].id
        excess = place.added_cost - self._space.loss(self._job)
        return f"{vehicle} has room, but the visit would cost {excess:.2f} more than it is worth"
