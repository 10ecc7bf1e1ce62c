"""What a plan keeps of the one before: frozen stops, and moves."""

from dataclasses import dataclass

from app.optimiser.plan import Plan
from app.optimiser.problem import Problem

TOLERATED_SHIFT_SECONDS = 900


@dataclass(frozen=True)
class Promise:
    """How a job stood in the previous plan; `workers` None when one of its vehicles is gone."""

    job: str
    start: int
    workers: frozenset[str] | None
    frozen: bool

    def is_moved(self, start: int, workers: frozenset[str]) -> bool:
        """Whether the job counts as a move when these workers begin it at this moment."""
        if self.frozen:
            return False
        return workers != self.workers or abs(start - self.start) > TOLERATED_SHIFT_SECONDS


def promises(problem: Problem) -> dict[str, Promise]:
    """Every job of the previous plan that the problem still knows."""
    if problem.previous is None:
        return {}
    freeze_before = problem.previous.freeze_before
    standing = _standing(problem, problem.previous.plan)
    return {
        job: Promise(job, start, workers, freeze_before is not None and start < freeze_before)
        for job, (start, workers) in standing.items()
    }


def _standing(problem: Problem, plan: Plan) -> dict[str, tuple[int, frozenset[str] | None]]:
    """Start and workers of each job that the plan serves and the problem knows."""
    standing: dict[str, tuple[int, frozenset[str] | None]] = {}
    for route in plan.routes:
        index = problem.vehicle_index.get(route.vehicle)
        crew = None if index is None else problem.vehicles[index].workers
        for stop in route.stops:
            if stop.job not in problem.job_index:
                continue
            start, workers = standing.get(stop.job, (stop.start, frozenset()))
            standing[stop.job] = start, None if crew is None or workers is None else workers | crew
    return standing


def moved_jobs(problem: Problem, plan: Plan) -> list[str]:
    """Jobs of the previous plan, not frozen, that change a worker, start over 15 minutes off, or are dropped."""
    standing = _standing(problem, plan)
    return [promise.job for promise in promises(problem).values() if not promise.frozen and _moved(promise, standing)]


def _moved(promise: Promise, standing: dict[str, tuple[int, frozenset[str] | None]]) -> bool:
    if promise.job not in standing:
        return True
    start, workers = standing[promise.job]
    return workers is None or promise.is_moved(start, workers)


def thawed_jobs(problem: Problem, plan: Plan) -> list[str]:
    """Frozen jobs that lost their workers, their start, or their place in the order.

    A frozen stop whose vehicle is gone binds nobody.
    """
    standing = _standing(problem, plan)
    frozen = {p.job: p for p in promises(problem).values() if p.frozen and p.workers is not None}
    thawed = [job for job, promise in frozen.items() if standing.get(job) != (promise.start, promise.workers)]
    return thawed + [job for job in _out_of_order(problem, plan, set(frozen)) if job not in thawed]


def _out_of_order(problem: Problem, plan: Plan, frozen: set[str]) -> list[str]:
    """Frozen jobs that share a route as before, but in another order."""
    if problem.previous is None:
        return []
    out_of_order = []
    for earlier in problem.previous.plan.routes:
        before = [stop.job for stop in earlier.stops if stop.job in frozen]
        for route in plan.routes:
            now = [stop.job for stop in route.stops if stop.job in before]
            kept = [job for job in before if job in now]
            out_of_order += [job for job, expected in zip(now, kept, strict=False) if job != expected]
    return out_of_order
