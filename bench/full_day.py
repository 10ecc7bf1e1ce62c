"""Real-size days on which every rule of the format matters at once, and which can be planned by construction.

A generated region-day gets every feature at random. A first short search plans it; what it serves is what is then made
mandatory, promised, or put in force, so a plan that keeps every rule is known to exist.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from app.optimiser.budget import Budget
from app.optimiser.plan import Plan
from app.optimiser.problem import (
    Break,
    Job,
    Link,
    Lock,
    Objective,
    Overtime,
    Previous,
    Problem,
    SlotValue,
    Travel,
    Vehicle,
)
from app.optimiser.solve import solve
from app.optimiser.travel import UNREACHABLE
from bench.region_day import DAY, HOUR, RegionDay, region_day

T = TypeVar("T")
Random = np.random.Generator
FIRST_PLAN = Budget(iterations=40)


def full_day(seed: int) -> Problem:
    """The day of this seed."""
    rng = np.random.default_rng(seed)
    problem = _decorate(region_day(_size(rng, seed)), rng)
    plan = solve(problem, FIRST_PLAN, seed, engine="ortools")
    served = sorted(plan.served)
    jobs = tuple(replace(job, mandatory=job.id in served and rng.random() < 0.15) for job in problem.jobs)
    if rng.random() < 0.4:
        return _in_force(replace(problem, jobs=jobs), plan, rng)
    return replace(problem, jobs=jobs, locks=tuple(_promises(problem, plan, rng)))


def _size(rng: Random, seed: int) -> RegionDay:
    return RegionDay(
        investigators=int(rng.integers(2, 9)) * 2,
        visits=int(rng.integers(8, 70)),
        seed=seed,
        pairs=bool(rng.random() < 0.3),
        lunch=bool(rng.random() < 0.4),
        windows=bool(rng.random() < 0.8),
        two_person_visits=int(rng.integers(0, 8)),
        days=int(rng.choice([1, 1, 1, 2])),
    )


def _decorate(plain: Problem, rng: Random) -> Problem:
    """Every feature, on some of the vehicles and jobs."""
    weights = [float(rng.choice([0.0, 5.0, 60.0])) for _ in range(4)]
    return replace(
        plain,
        travel=_with_closed_roads(plain.travel, rng),
        vehicles=tuple(_vehicle(vehicle, rng) for vehicle in plain.vehicles),
        jobs=tuple(_job(job, plain, rng) for job in plain.jobs),
        links=tuple(_links(plain.jobs, rng)),
        objective=Objective(60.0, *weights),
    )


def _with_closed_roads(travel: Travel, rng: Random) -> Travel:
    """Some ways that there are not, and some that differ by direction."""
    seconds = travel.durations.copy()
    closed = rng.random(seconds.shape) < 0.005
    slower = rng.random(seconds.shape) < 0.1
    seconds[slower] = seconds[slower] * 3 // 2
    seconds[closed] = UNREACHABLE
    np.fill_diagonal(seconds, 0)
    return Travel(seconds, travel.distances)


def _vehicle(vehicle: Vehicle, rng: Random) -> Vehicle:
    begins = vehicle.shift[0]
    tea = Break((begins + 5 * HOUR // 2, begins + 4 * HOUR), 900)
    return replace(
        vehicle,
        end=vehicle.end if rng.random() < 0.8 else None,
        breaks=(*vehicle.breaks, tea) if rng.random() < 0.3 else vehicle.breaks,
        max_jobs=_some(rng, 0.2, lambda: int(rng.integers(1, 10))),
        max_travel_seconds=_some(rng, 0.2, lambda: int(rng.integers(1, 5)) * HOUR),
        max_duty_seconds=_some(rng, 0.4, lambda: int(rng.integers(5, 10)) * HOUR),
        overtime=_some(rng, 0.3, lambda: Overtime(int(rng.integers(0, 3)) * 1800, 40.0)),
        fixed_cost=float(rng.choice([0.0, 0.0, 80.0])),
    )


def _job(job: Job, problem: Problem, rng: Random) -> Job:
    """One visit with some wishes; slot values and due times are taken on its first day."""
    people = problem.workers
    some = frozenset(str(one) for one in rng.choice(people, size=min(3, len(people)), replace=False))
    wishes: dict[str, object] = {
        "address": _some(rng, 0.3, lambda: f"building-{int(rng.integers(0, 6))}"),
        "due": _some(rng, 0.2, lambda: int(rng.integers(10, 18)) * HOUR),
        "lateness_cost_per_hour": float(rng.choice([0.0, 0.0, 30.0])),
        "max_lateness_seconds": int(rng.choice([0, 0, 1800])),
        "allowed": some if rng.random() < 0.1 else None,
        "barred": frozenset(sorted(some)[:1]) if rng.random() < 0.1 else frozenset(),
        "preferred": {sorted(some)[-1]: float(rng.integers(-20, 50))} if rng.random() < 0.2 else {},
        "slot_values": (SlotValue(9 * HOUR, 11 * HOUR, float(rng.integers(-30, 60))),) if rng.random() < 0.2 else (),
    }
    return replace(job, **wishes)  # type: ignore[arg-type]


def _links(jobs: Sequence[Job], rng: Random) -> list[Link]:
    """A few visits that follow another within the day."""
    order = rng.permutation(len(jobs))[:6].tolist()
    pairs = list(zip(order[::2], order[1::2], strict=True)) if len(order) == 6 else []
    wanted = [str(one) for one in rng.choice(["any", "same", "different"], size=len(pairs))]
    gap = (0, DAY // 6)
    return [
        Link((jobs[one].id, 0), (jobs[other].id, 0), gap, workers)
        for (one, other), workers in zip(pairs, wanted, strict=True)
        if rng.random() < 0.5
    ]


def _promises(problem: Problem, plan: Plan, rng: Random) -> list[Lock]:
    """Some of the plan's stops, promised as they are: who comes, when, or both."""
    kept: dict[str, Lock] = {}
    for route in plan.routes:
        members = problem.vehicles[problem.vehicle_index[route.vehicle]].members
        for stop in route.stops:
            if rng.random() < 0.1:
                keeps = str(rng.choice(["worker", "time", "both"]))
                kept.setdefault(stop.job, Lock(stop.job, keeps, members[0].worker, stop.start))
    return list(kept.values())


def _in_force(problem: Problem, plan: Plan, rng: Random) -> Problem:
    """The plan is in force and urgent visits come in."""
    urgent = tuple(
        replace(problem.jobs[int(at)], id=f"urgent-{number}", prize=2000.0, mandatory=False)
        for number, at in enumerate(rng.integers(0, len(problem.jobs), 3))
    )
    previous = Previous(
        plan,
        freeze_before=_some(rng, 0.5, lambda: int(rng.integers(8, 14)) * HOUR),
        move_cost=float(rng.choice([0.0, 30.0])),
        max_moves=_some(rng, 0.5, lambda: int(rng.integers(0, 6))),
    )
    return replace(problem, jobs=(*problem.jobs, *urgent), previous=previous)


def _some(rng: Random, share: float, make: Callable[[], T]) -> T | None:
    """What `make` gives, in this share of the cases; None in the others."""
    return make() if rng.random() < share else None
