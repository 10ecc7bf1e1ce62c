"""The rules of jobs across routes: served once and whole, tied jobs, promises, and what was in force before."""

from collections import Counter
from collections.abc import Iterator

from app.optimiser.coverage import keeps_workers, role_workers
from app.optimiser.moves import moved_jobs, thawed_jobs
from app.optimiser.plan import Plan
from app.optimiser.problem import Link, Problem
from app.optimiser.replay import ServedStop, served_stops
from app.optimiser.violation import Violation, at_job

LOCK_CONFLICT = "LOCK_CONFLICT"


def job_violations(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """What is wrong with jobs, links, locks, and the share of the previous plan that is kept."""
    served = served_stops(problem, plan)
    yield from _listed_once(problem, plan)
    for steps in served.values():
        yield from _whole(steps)
    for job in problem.jobs:
        if job.mandatory and job.id not in served:
            yield Violation("MANDATORY_UNSERVED", at_job(job.id))
    for link in problem.links:
        yield from _link_times(link, served)
    yield from _workers(problem, plan)
    yield from _locks(problem, plan, served)
    yield from _previous(problem, plan)


def _listed_once(problem: Problem, plan: Plan) -> Iterator[Violation]:
    unassigned = Counter(one.job for one in plan.unassigned)
    served = plan.served
    for job, count in unassigned.items():
        if job not in problem.job_index:
            yield Violation("UNKNOWN_JOB", f"unassigned {at_job(job)}")
        if count > 1:
            yield Violation("DUPLICATE_JOB", f"unassigned {at_job(job)}", count - 1)
        if job in served:
            yield Violation("SERVED_AND_UNASSIGNED", at_job(job))
    for route in plan.routes:
        for job, count in Counter(stop.job for stop in route.stops).items():
            if count > 1:
                yield Violation("DUPLICATE_JOB", f"vehicle {route.vehicle}, {at_job(job)}", count - 1)
    for job in problem.job_index:
        if job not in served and job not in unassigned:
            yield Violation("JOB_MISSING", at_job(job))


def _whole(steps: list[ServedStop]) -> Iterator[Violation]:
    """Each role once, and every stop of the job in the same second."""
    job, where = steps[0].job, at_job(steps[0].job.id)
    covered = Counter(role for step in steps for role in set(step.stop.roles))
    for role in range(len(job.roles)):
        if covered[role] > 1:
            yield Violation("ROLE_TWICE", f"{where}, role {role}", covered[role] - 1)
        if not covered[role]:
            yield Violation("ROLE_MISSING", f"{where}, role {role}")
    starts = [step.stop.start for step in steps]
    if max(starts) > min(starts):
        yield Violation("STARTS_DIFFER", where, max(starts) - min(starts))


def _link_times(link: Link, served: dict[str, list[ServedStop]]) -> Iterator[Violation]:
    where = _at_link(link)
    first, second = (_start_of(role, served) for role in (link.first, link.second))
    if (first is None) != (second is None):
        yield Violation("LINK_HALF_SERVED", where)
    elif first is not None and second is not None:
        gap = second - first
        missed = max(link.gap[0] - gap, gap - link.gap[1], 0)
        if missed:
            yield Violation("LINK_GAP", where, missed)


def _start_of(role_of_job: tuple[str, int], served: dict[str, list[ServedStop]]) -> int | None:
    job, role = role_of_job
    steps = [step for step in served.get(job, ()) if role in step.stop.roles]
    return steps[0].stop.start if steps else None


def _at_link(link: Link) -> str:
    return f"link {link.first[0]} role {link.first[1]}, {link.second[0]} role {link.second[1]}"


def _workers(problem: Problem, plan: Plan) -> Iterator[Violation]:
    workers = role_workers(problem, plan)
    for link in problem.links:
        if not keeps_workers(link, workers):
            yield Violation("LINK_WORKERS", _at_link(link))
    for lock in problem.locks:
        own = [worker for (job, _), worker in workers.items() if job == lock.job]
        if lock.keeps_worker and own and lock.worker not in own:
            yield Violation("LOCK_WORKER", at_job(lock.job))


def _locks(problem: Problem, plan: Plan, served: dict[str, list[ServedStop]]) -> Iterator[Violation]:
    """A locked job may only stay undone when the plan says that its lock cannot be kept."""
    excused = {one.job for one in plan.unassigned if one.reason == LOCK_CONFLICT}
    for lock in problem.locks:
        if lock.job not in served:
            if lock.job not in excused:
                yield Violation("LOCK_UNSERVED", at_job(lock.job))
            continue
        start = served[lock.job][0].stop.start
        if lock.keeps_time and lock.start is not None and start != lock.start:
            yield Violation("LOCK_TIME", at_job(lock.job), start - lock.start)


def _previous(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for job in thawed_jobs(problem, plan):
        yield Violation("FREEZE_BROKEN", at_job(job))
    if problem.previous is not None and problem.previous.max_moves is not None:
        moves = len(moved_jobs(problem, plan))
        if moves > problem.previous.max_moves:
            yield Violation("TOO_MANY_MOVES", "plan", moves - problem.previous.max_moves)
