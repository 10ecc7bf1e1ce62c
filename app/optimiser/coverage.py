"""Who does what at a stop: one member one role, as links, locks and preferences have it."""

from collections.abc import Iterable
from itertools import permutations, product
from math import prod

from app.optimiser.plan import Plan
from app.optimiser.problem import Job, Link, Problem, Vehicle
from app.optimiser.replay import ServedStop, served_stops

MOST_COMBINATIONS = 4096

RoleOfJob = tuple[str, int]
Workers = dict[RoleOfJob, str]


def ways_to_cover(vehicle: Vehicle, job: Job, roles: Iterable[int]) -> list[tuple[str, ...]]:
    """Every way in which members can cover the roles (by index, all known), one worker for each role."""
    wanted = [job.roles[role] for role in roles]
    able = [
        {
            member.worker
            for member in vehicle.members
            if role.skills <= member.skills and job.may_be_done_by(member.worker)
        }
        for role in wanted
    ]
    names = [member.worker for member in vehicle.members]
    return [way for way in permutations(names, len(wanted)) if all(w in a for w, a in zip(way, able, strict=True))]


def role_workers(problem: Problem, plan: Plan) -> Workers:
    """The worker of each covered role.

    Members of a crew may share the roles of a stop in several ways; the plan leaves it open, so the way that keeps
    most links and locks is meant, then the most preferred one, then the first in the order of the members.
    """
    steps = {job: stops for job, stops in served_stops(problem, plan).items() if _roles_known(stops)}
    workers: Workers = {}
    for group in _linked_groups(problem, list(steps)):
        workers |= _best_way(problem, [step for job in group for step in steps[job]])
    return workers


def _roles_known(stops: list[ServedStop]) -> bool:
    return all(0 <= role < len(step.job.roles) for step in stops for role in step.stop.roles)


def _linked_groups(problem: Problem, jobs: list[str]) -> list[list[str]]:
    """Jobs that links tie together, directly or through others."""
    group = {job: [job] for job in jobs}
    for link in problem.links:
        first, second = group.get(link.first[0]), group.get(link.second[0])
        if first is not None and second is not None and first is not second:
            first += second
            group.update(dict.fromkeys(second, first))
    return list({id(members): members for members in group.values()}.values())


def _best_way(problem: Problem, steps: list[ServedStop]) -> Workers:
    """The best way for stops that depend on each other; one after the other where there are too many ways."""
    ways = [_workers_of(step) for step in steps]
    links = [link for link in problem.links if link.workers != "any"]
    if prod(len(own) for own in ways) <= MOST_COMBINATIONS:
        combined = [_merged(combination) for combination in product(*ways)]
        return max(combined, key=lambda workers: _worth(problem, links, workers))
    chosen: Workers = {}
    for own in ways:
        chosen = max((chosen | way for way in own), key=lambda workers: _worth(problem, links, workers))
    return chosen


def _workers_of(step: ServedStop) -> list[Workers]:
    roles = [(step.job.id, role) for role in step.stop.roles]
    ways = ways_to_cover(step.vehicle, step.job, step.stop.roles)
    return [dict(zip(roles, way, strict=True)) for way in ways] or [{}]


def _merged(combination: Iterable[Workers]) -> Workers:
    workers: Workers = {}
    for own in combination:
        workers |= own
    return workers


def _worth(problem: Problem, links: list[Link], workers: Workers) -> tuple[int, float]:
    kept = sum(keeps_workers(link, workers) for link in links)
    for job in {job for job, _ in workers}:
        lock = problem.lock_of.get(job)
        if lock is not None and lock.keeps_worker:
            kept += any(worker == lock.worker for (own, _), worker in workers.items() if own == job)
    return kept, preference(problem, workers)


def keeps_workers(link: Link, workers: Workers) -> bool:
    """Whether the two roles have different, the same, or any workers, as the link wants."""
    first, second = workers.get(link.first), workers.get(link.second)
    if first is None or second is None or link.workers == "any":
        return True
    return (first == second) == (link.workers == "same")


def preference(problem: Problem, workers: Workers) -> float:
    """What the jobs' preferences say of their workers."""
    jobs = problem.jobs
    return sum(jobs[problem.job_index[job]].preferred.get(worker, 0.0) for (job, _), worker in workers.items())
