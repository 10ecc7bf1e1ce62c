"""The one objective, recomputed from scratch; the parts by name."""

from collections.abc import Iterable
from fractions import Fraction

from app.optimiser.coverage import preference, role_workers
from app.optimiser.moves import moved_jobs
from app.optimiser.plan import Cost, Plan
from app.optimiser.problem import Job, Problem
from app.optimiser.replay import ReplayedRoute, ServedStop, replay_routes, served_stops

HOUR = 3600
PLACES = 6
PARTS = (
    "prizes",
    "travel",
    "duty",
    "waiting",
    "lateness",
    "lateness_max",
    "overtime",
    "fixed",
    "fairness",
    "moves",
    "preferences",
    "slot_values",
)


def cost(problem: Problem, plan: Plan) -> Cost:
    """What the plan costs; each part is computed exactly and rounded once, and the total is their sum."""
    routes = replay_routes(problem, plan)
    served = served_stops(problem, plan)
    weights = problem.objective
    exact = {
        "prizes": _sum(job.prize for job in problem.jobs if job.id not in served),
        "travel": _hours(sum(route.travel_seconds for route in routes), weights.travel_per_hour),
        "duty": _hours(sum(route.duty_seconds for route in routes), weights.duty_per_hour),
        "waiting": _hours(sum(route.waiting_seconds for route in routes), weights.waiting_per_hour),
        "lateness": _lateness(served),
        "lateness_max": _hours(_largest_lateness(served), weights.lateness_max_per_hour),
        "overtime": _overtime(routes),
        "fixed": _sum(route.vehicle.fixed_cost for route in routes),
        "fairness": _fairness(problem, routes),
        "moves": _moves(problem, plan),
        "preferences": -Fraction(preference(problem, role_workers(problem, plan))),
        "slot_values": -_sum(slot_value(steps[0].job, steps[0].stop.start) for steps in served.values()),
    }
    parts = {name: _rounded(exact[name]) for name in PARTS}
    return Cost(_rounded(_sum(parts.values())), parts)


def lateness_seconds(job: Job, start: int) -> int:
    """How late a start is: after `due` or the end of the last window, whichever comes first."""
    return 0 if job.late_after is None else max(0, start - job.late_after)


def slot_value(job: Job, start: int) -> float:
    """The value of the first interval that holds the start; 0 when none does."""
    return next((slot.value for slot in job.slot_values if slot.first <= start <= slot.last), 0.0)


def _lateness(served: dict[str, list[ServedStop]]) -> Fraction:
    """Paid for each role: a late visit of two people costs twice."""
    return sum(
        (
            _hours(lateness_seconds(step.job, step.stop.start) * len(step.stop.roles), step.job.lateness_cost_per_hour)
            for steps in served.values()
            for step in steps
        ),
        Fraction(),
    )


def _largest_lateness(served: dict[str, list[ServedStop]]) -> int:
    return max((lateness_seconds(s.job, s.stop.start) for steps in served.values() for s in steps), default=0)


def _overtime(routes: list[ReplayedRoute]) -> Fraction:
    total = Fraction()
    for replayed in routes:
        vehicle = replayed.vehicle
        if vehicle.overtime is not None:
            total += _hours(max(0, replayed.route.back - vehicle.shift[1]), vehicle.overtime.cost_per_hour)
    return total


def _fairness(problem: Problem, routes: list[ReplayedRoute]) -> Fraction:
    """Distance of everybody's duty from the mean over all workers with a shift, the idle ones too."""
    duty = dict.fromkeys(problem.workers, Fraction())
    for replayed in routes:
        for worker in replayed.vehicle.workers:
            duty[worker] += Fraction(replayed.duty_seconds, HOUR)
    mean = sum(duty.values(), Fraction()) / max(1, len(duty))
    return Fraction(problem.objective.fairness_per_hour) * sum((abs(own - mean) for own in duty.values()), Fraction())


def _moves(problem: Problem, plan: Plan) -> Fraction:
    return Fraction(problem.previous.move_cost) * len(moved_jobs(problem, plan)) if problem.previous else Fraction()


def _hours(seconds: int, per_hour: float) -> Fraction:
    return Fraction(seconds, HOUR) * Fraction(per_hour)


def _sum(values: Iterable[float]) -> Fraction:
    return sum((Fraction(value) for value in values), Fraction())


def _rounded(value: Fraction) -> float:
    return float(round(value, PLACES)) + 0.0
