"""VROOM as an opponent.

It serves by priority first (0 to 100, so prizes are scaled) and saves travel second, which on these days is nearly the
same as our cost. It divides its time among a number of searches that its exploration level sets, and too many of them
are cut off before they come to anything (40/600 in 10 s: 14,269 at level 0, 41,413 at level 5). So it is asked at level
0 first, at the next level whenever the time left is likely to do, then with vehicles and jobs in other orders until the
time is up; the best answer counts. The approach is part of the service, so windows open and close that much earlier.
Breaks, several windows and skills are its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from math import gcd
from time import perf_counter
from typing import Any

import numpy as np
import vroom  # type: ignore[import-untyped]

from app.optimiser.problem import Job, Problem, Vehicle
from bench.opponents import (
    Attempt,
    CannotSay,
    Routes,
    Skill,
    Trace,
    refuse_what_routing_engines_lack,
    servable,
    skills,
)

HOUR = 3600
MOST_THOROUGH = 5
HIGHEST_PRIORITY = 100
PROFILE = "car"
LEAST_SECONDS = 0.01
GROWTH = 4.0


@dataclass
class Teller:
    """Puts a problem into VROOM's words."""

    problem: Problem
    skills: list[Skill]
    jobs: list[int]
    priorities: list[int]

    def tell(self, vehicles: Sequence[int], jobs: Sequence[int]) -> Any:
        """The problem with vehicles and jobs in this order."""
        told = vroom.Input()
        told.set_durations_matrix(PROFILE, self.problem.travel.durations)
        told.add_vehicle([self._vehicle(number, self.problem.vehicles[number]) for number in vehicles])
        told.add_job([self._job(number, self.problem.jobs[number]) for number in jobs])
        return told

    def _vehicle(self, number: int, vehicle: Vehicle) -> Any:
        limits = {"max_tasks": vehicle.max_jobs, "max_travel_time": vehicle.max_travel_seconds}
        return vroom.Vehicle(
            number,
            start=vehicle.start,
            end=vehicle.end,
            profile=PROFILE,
            skills={skill for skill, own in enumerate(self.skills) if own.vehicles[number]},
            time_window=vehicle.shift,
            breaks=[
                vroom.Break(place, [vroom.TimeWindow(*pause.window)], pause.duration)
                for place, pause in enumerate(vehicle.breaks)
            ],
            costs=vroom.VehicleCosts(fixed=round(vehicle.fixed_cost * HOUR / self.problem.objective.travel_per_hour)),
            **{name: limit for name, limit in limits.items() if limit is not None},
        )

    def _job(self, number: int, job: Job) -> Any:
        approach = job.approach_seconds
        windows = [(max(0, opens - approach), closes - approach) for opens, closes in job.windows or ()]
        return vroom.Job(
            number,
            job.location,
            default_service=approach + max(role.service_seconds for role in job.roles),
            skills={skill for skill, own in enumerate(self.skills) if number in own.jobs},
            priority=self.priorities[number],
            time_windows=[vroom.TimeWindow(*window) for window in windows],
        )


def vroom_peer(problem: Problem, moments: Sequence[float], seed: int, threads: int) -> Attempt:
    """VROOM's best routes within the last moment; its search plans for its budget, so other moments are not known."""
    seconds = max(moments)
    teller = _teller(problem)
    rng = np.random.default_rng(seed)
    vehicles, jobs = list(range(len(problem.vehicles))), teller.jobs
    best: Routes = {}
    trace: Trace = []
    used, took = 0.0, dict[int, float]()
    while used < seconds:
        level = next_level(took, seconds - used)
        if level in took:
            vehicles, jobs = rng.permutation(vehicles).tolist(), rng.permutation(jobs).tolist()
        routes, took[level] = _ask(teller.tell(vehicles, jobs), level, threads, seconds - used)
        used += took[level]
        price = _cost(problem, routes)
        if not trace or price < trace[-1][1]:
            best = routes
            trace.append((round(used, 3), price))
    return Attempt({seconds: best}, trace, used, f"exploration up to {max(took)}")


def next_level(took: Mapping[int, float], left: float) -> int:
    """The exploration level to ask for, by the seconds that each one took before and those that are left.

    The next one when it is likely to end in time; otherwise the highest known one that is, or 0.
    """
    if not took:
        return 0
    highest = max(took)
    if highest < MOST_THOROUGH and left >= GROWTH * took[highest]:
        return highest + 1
    return max((level for level, seconds in took.items() if seconds <= left), default=0)


def _ask(told: Any, level: int, threads: int, seconds: float) -> tuple[Routes, float]:
    """One answer, and the seconds that it took."""
    started = perf_counter()
    found = told.solve(level, threads, timedelta(seconds=max(LEAST_SECONDS, seconds)))
    took = perf_counter() - started
    return _read(found), took


def _teller(problem: Problem) -> Teller:
    refuse_what_routing_engines_lack(problem)
    for vehicle in problem.vehicles:
        if vehicle.max_duty_seconds is not None and vehicle.max_duty_seconds < vehicle.shift[1] - vehicle.shift[0]:
            raise CannotSay("it has no limit of duty beside the shift")
    if any(job.windows == () for job in problem.jobs):
        raise CannotSay("it has no jobs that are never open")
    return Teller(problem, skills(problem), servable(problem), priorities(problem.jobs))


def priorities(jobs: Sequence[Job]) -> list[int]:
    """Prizes as whole numbers up to 100: exactly, where a common factor allows it."""
    prizes = [round(job.prize) for job in jobs]
    factor = reduce(gcd, prizes, 0) or 1
    highest = max(prizes, default=0)
    exact = highest // factor <= HIGHEST_PRIORITY and all(job.prize == round(job.prize) for job in jobs)
    scaled = [prize // factor if exact else round(HIGHEST_PRIORITY * prize / highest) for prize in prizes]
    return [HIGHEST_PRIORITY if job.mandatory else own for job, own in zip(jobs, scaled, strict=True)]


def _read(found: Any) -> Routes:
    routes: dict[int, list[int]] = {}
    steps = found.routes
    for vehicle, kind, job in zip(steps["vehicle_id"], steps["type"], steps.get("id", []), strict=False):
        if kind == "job":
            routes.setdefault(int(vehicle), []).append(int(job))
    return routes


def _cost(problem: Problem, routes: Routes) -> float:
    """Lost prizes and travel."""
    served = {job for jobs in routes.values() for job in jobs}
    lost = sum(job.prize for index, job in enumerate(problem.jobs) if index not in served)
    seconds = 0
    for number, jobs in routes.items():
        vehicle = problem.vehicles[number]
        assert vehicle.end is not None
        places = [vehicle.start, *(problem.jobs[job].location for job in jobs), vehicle.end]
        seconds += int(problem.travel.durations[places[:-1], places[1:]].sum())
    return round(lost + seconds * problem.objective.travel_per_hour / HOUR, 6)
