"""Why each unserved job is unserved: one reason for the job, one for each worker, and a tested repair."""

from collections.abc import Iterable
from dataclasses import replace

from app.optimiser.draft import Draft, build_route
from app.optimiser.meeting import may_meet
from app.optimiser.plan import PerWorker, Plan, Repair, Unassigned
from app.optimiser.problem import Job, Link, Problem
from app.optimiser.repair import Proposal, Workshop
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import Insertion, Sweep, by_worth
from app.optimiser.verdict import STAGES, Verdict, clock_time, minutes, verdicts

# Explaining is bounded by counts, not by the clock, so that it gives the same answers everywhere.
MOST_REPAIRED = 100
REPAIR_EFFORT = 15_000
MOST_VERDICTS = 10_000
TRIES_TO_EXPLAIN = 20_000
TAKES_PART = STAGES.index("PARTNER_MISSING")
CUT_SHORT = "the search ended before every place was tried"


def reasons(draft: Draft, sweep: Sweep) -> list[Unassigned]:
    """The reason of every unserved job, before any repair; the sweep has been run on this very draft.

    Each worker's own answer is given for the most valuable jobs only, where jobs and workers are very many.
    """
    space = draft.space
    most = max(10, MOST_VERDICTS // max(1, len(space.problem.vehicles)))
    detailed = set(by_worth(space, draft.unserved)[:most])
    most_tries = sweep.tries + TRIES_TO_EXPLAIN
    return [Reason(space, sweep, job, most_tries).unassigned(job in detailed) for job in draft.unserved]


def with_repairs(draft: Draft, plan: Plan) -> Plan:
    """The plan with a repair for its most valuable unserved jobs, where one change is enough."""
    workshop = Workshop(draft, plan)
    space = draft.space
    most = min(MOST_REPAIRED, max(5, REPAIR_EFFORT // max(1, len(space.problem.jobs))))
    repairable = [job for job in draft.unserved if not space.is_promised(job) and job not in space.linked]
    chosen = by_worth(space, repairable)[:most]
    answers = {space.problem.jobs[job].id: _repaired(draft, workshop, job) for job in chosen}
    unassigned = tuple(_improved(one, *answers.get(one.job, ([], None))) for one in plan.unassigned)
    return replace(plan, unassigned=unassigned)


def _repaired(draft: Draft, workshop: Workshop, job: int) -> tuple[list[PerWorker], Repair | None]:
    proposals = workshop.proposals(job)
    proven = (workshop.prove(job, proposal) for proposal in proposals)
    return _shortages(draft, proposals), next((repair for repair in proven if repair is not None), None)


def _shortages(draft: Draft, proposals: Iterable[Proposal]) -> list[PerWorker]:
    """By how much each worker of the tried vehicles misses."""
    problem = draft.space.problem
    found: dict[str, PerWorker] = {}
    for proposal in sorted(proposals, key=lambda one: (one.kind != "overtime", one.seconds)):
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

    def __init__(self, space: SearchSpace, sweep: Sweep, job: int, most_tries: int) -> None:
        self._space = space
        self._sweep = sweep
        self._job = job
        self._most_tries = most_tries

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
        visits = (self._space.visit(vehicle, self._job) for vehicle in range(len(self._space.problem.vehicles)))
        return any(visit and build_route(self._space, number, [visit]) for number, visit in enumerate(visits))

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
        if furthest.reason == "PARTNER_MISSING":
            return self._meeting()
        if furthest.reason != "CAPACITY":
            return furthest.reason, f"{furthest.worker}, who comes nearest, {furthest.detail}"
        if self._job in self._space.linked:
            return self._link()
        return self._capacity(furthest)

    def _meeting(self) -> tuple[str, str]:
        if lacking := self._missing_skills():
            return "NO_WORKER_WITH_SKILL", f"nobody with a shift has all of {', '.join(lacking)}"
        if may_meet(self._space, self._job):
            return "SEARCH", "it needs crews that meet at the door, which this engine does not arrange"
        return "PARTNER_MISSING", "no crew covers all its roles, and no two could meet there"

    def _missing_skills(self) -> list[str]:
        """The skills of a role that nobody can take; empty when each role has somebody."""
        members = [member for vehicle in self._space.problem.vehicles for member in vehicle.members]
        roles = self._space.problem.jobs[self._job].roles
        return next((sorted(r.skills) for r in roles if not any(r.skills <= m.skills for m in members)), [])

    def _link(self) -> tuple[str, str]:
        problem = self._space.problem
        own = problem.jobs[self._job].id
        for link in problem.links:
            other = _other_end(link, own)
            furthest = max((one.stage for one in verdicts(self._space, problem.job_index[other])), default=0)
            if other != own and furthest < TAKES_PART:
                return "PARTNER_MISSING", f"it is tied to {other}, which nobody can do"
        return "SEARCH", "it is tied to another visit, which this engine does not arrange"

    def _capacity(self, nearest: Verdict) -> tuple[str, str]:
        if not self._sweep.complete or self._sweep.tries > self._most_tries:
            return self._without_places()
        place = self._sweep.best(self._job, self._sweep.places(self._job))
        if place is None:
            return "CAPACITY", f"{nearest.worker}, who comes nearest, {nearest.detail}; no route has room for it"
        if self._sweep.pays(place):
            return "SEARCH", CUT_SHORT
        return "CAPACITY", self._not_worth(place)

    def _not_worth(self, place: Insertion) -> str:
        vehicle = self._space.problem.vehicles[place.route.vehicle].id
        excess = place.added_cost - self._space.loss(self._job)
        return f"{vehicle} has room, but the visit would cost {excess:.2f} more than it is worth"


def _other_end(link: Link, own: str) -> str:
    return link.second[0] if link.first[0] == own else link.first[0] if link.second[0] == own else own
