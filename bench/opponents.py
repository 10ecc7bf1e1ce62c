"""What every opponent is given and gives back.

An opponent takes a problem, seconds, a seed and a number of threads; it hands back sequences of jobs for vehicles,
never times: the judge schedules every solver's sequences alike. Only the search is on the clock; putting the problem
into the opponent's own words is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.optimiser.problem import Problem
from app.optimiser.search_space import SearchSpace

Routes = Mapping[int, Sequence[int]]
Trace = list[tuple[float, float]]


class CannotSay(Exception):
    """The opponent has no words for something in the problem."""


@dataclass(frozen=True)
class Attempt:
    """What an opponent found: `routes` (vehicle -> jobs, by index) by the seconds at which it would have stopped.

    `trace` holds seconds and the opponent's own view of the cost, whenever it became better; `seconds` is the time
    that its search took.
    """

    routes: Mapping[float, Routes]
    trace: Trace = field(default_factory=list)
    seconds: float = 0.0
    note: str = ""


class Opponent(Protocol):
    """Solves a problem; `moments` are the seconds at which it might have been stopped, the last is its budget."""

    def __call__(self, problem: Problem, moments: Sequence[float], seed: int, threads: int) -> Attempt:
        """The best routes found by each moment."""


@dataclass(frozen=True)
class Skill:
    """What some jobs ask for and some vehicles have: the reason why others must not serve them."""

    jobs: NDArray[np.int64]
    vehicles: NDArray[np.bool_]


def skills(problem: Problem) -> list[Skill]:
    """One skill for each set of vehicles that some jobs are reserved to; empty when everybody may do everything."""
    capable = SearchSpace(problem).capable
    columns, group = np.unique(capable, axis=1, return_inverse=True)
    return [
        Skill(np.flatnonzero(group.ravel() == number), column)
        for number, column in enumerate(columns.T)
        if column.any() and not column.all()
    ]


def servable(problem: Problem) -> list[int]:
    """Jobs that at least one vehicle may serve by itself."""
    found: list[int] = np.flatnonzero(SearchSpace(problem).capable.any(axis=0)).tolist()
    return found


def refuse_what_routing_engines_lack(problem: Problem) -> None:
    """Raises CannotSay for links, locks, revisions, lateness, slot values, shared addresses and the like."""
    jobs, vehicles = problem.jobs, problem.vehicles
    lacking = {
        "links": bool(problem.links),
        "locks": bool(problem.locks),
        "a plan in force": problem.previous is not None,
        "addresses": any(job.address is not None for job in jobs),
        "lateness": any(job.due is not None or job.max_lateness_seconds for job in jobs),
        "slot values": any(job.slot_values for job in jobs),
        "preferences": any(job.preferred for job in jobs),
        "open ends": any(vehicle.end is None for vehicle in vehicles),
        "overtime": any(vehicle.overtime is not None for vehicle in vehicles),
        "no way": bool((problem.travel.durations < 0).any()),
        "weights other than travel's": _weighs_more_than_travel(problem),
    }
    found = [name for name, here in lacking.items() if here]
    if found:
        raise CannotSay(f"it has no words for {', '.join(found)}")


def _weighs_more_than_travel(problem: Problem) -> bool:
    goal = problem.objective
    others = (goal.duty_per_hour, goal.waiting_per_hour, goal.lateness_max_per_hour, goal.fairness_per_hour)
    return any(others) or goal.travel_per_hour <= 0
