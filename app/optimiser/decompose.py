"""Cutting a large problem into parts by geography: groups to begin with, neighbourhoods to improve."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from app.optimiser.draft import Draft
from app.optimiser.problem import Problem
from app.optimiser.search_space import SearchSpace

MOST_VEHICLES = 8
MOST_VISITS = 100
MOST_ROUTED_VISITS = 70

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """Vehicles and jobs, by index, that are planned together."""

    vehicles: tuple[int, ...]
    jobs: tuple[int, ...]


def points(problem: Problem) -> Points:
    """A point for each location such that near locations have near points.

    From the places; without them from the travel times to three far-off locations.
    """
    if problem.places:
        scale = cos(radians(sum(place.lat for place in problem.places) / len(problem.places)))
        return np.array([[place.lat, place.lon * scale] for place in problem.places])
    durations = problem.travel.durations
    if len(durations) == 0:
        return np.zeros((0, 1))
    landmarks = [0]
    for _ in range(3):
        landmarks.append(int(np.argmax(durations[landmarks].min(axis=0))))
    return durations[landmarks[1:]].T.astype(np.float64)


def groups(space: SearchSpace, where: Points, vehicles: Sequence[int], jobs: Sequence[int]) -> list[Group]:
    """Vehicles and jobs shared out among groups of few vehicles, neighbours together."""
    found: list[Group] = []
    waiting = [(np.array(vehicles, dtype=np.int64), np.array(jobs, dtype=np.int64))]
    while waiting:
        crews, own = waiting.pop()
        if len(crews) <= 1 or (len(crews) <= MOST_VEHICLES and len(own) <= MOST_VISITS):
            found.append(Group(tuple(crews.tolist()), tuple(_most_promising(space, where, crews, own))))
        else:
            waiting += _halves(space.problem, where, crews, own)
    return found


def _halves(
    problem: Problem, where: Points, vehicles: NDArray[np.int64], jobs: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Vehicles and jobs, both cut along the axis on which the jobs lie widest, in the same proportion."""
    doors = where[[problem.jobs[job].location for job in jobs]]
    axis = int(np.argmax(np.ptp(doors, axis=0))) if len(jobs) else 0
    homes = where[[problem.vehicles[vehicle].start for vehicle in vehicles]][:, axis]
    vehicles = vehicles[np.argsort(homes, kind="stable")]
    jobs = jobs[np.argsort(doors[:, axis], kind="stable")]
    middle = len(vehicles) // 2
    cut = len(jobs) * middle // len(vehicles)
    return [(vehicles[:middle], jobs[:cut]), (vehicles[middle:], jobs[cut:])]


def _most_promising(
    space: SearchSpace, where: Points, vehicles: NDArray[np.int64], jobs: NDArray[np.int64]
) -> list[int]:
    """At most as many jobs as one model takes: those that must be served, then the most valuable, near ones first."""
    centre = where[[space.problem.vehicles[vehicle].start for vehicle in vehicles]].mean(axis=0) if len(vehicles) else 0
    far = np.square(where[[space.problem.jobs[job].location for job in jobs]] - centre).sum(axis=1)
    ranked = sorted(
        zip(jobs.tolist(), far.tolist(), strict=True),
        key=lambda one: (one[0] not in space.musts, -space.loss(one[0]), one[1], one[0]),
    )
    return [job for job, _ in ranked[:MOST_VISITS]]


def neighbourhood(
    draft: Draft, where: Points, vehicles: Sequence[int], jobs: Sequence[int], rng: np.random.Generator
) -> Group:
    """A few routes near a random one with their jobs, and the unserved jobs nearest to them."""
    problem = draft.space.problem
    centres = np.array([_centre(draft, where, vehicle) for vehicle in vehicles])
    seed = centres[int(rng.integers(len(centres)))]
    chosen: list[int] = []
    routed: list[int] = []
    for place in np.argsort(np.square(centres - seed).sum(axis=1), kind="stable").tolist()[:MOST_VEHICLES]:
        own = [visit.job for visit in draft.routes[vehicles[place]].visits]
        if chosen and len(routed) + len(own) > MOST_ROUTED_VISITS:
            break
        chosen.append(place)
        routed += own
    served = draft.served
    waiting = np.array([job for job in jobs if job not in served], dtype=np.int64)
    doors = where[[problem.jobs[job].location for job in waiting]]
    far = np.square(doors[:, None, :] - centres[chosen][None, :, :]).sum(axis=2).min(axis=1)
    nearest = waiting[np.argsort(far, kind="stable")][: max(0, MOST_VISITS - len(routed))]
    return Group(tuple(vehicles[place] for place in chosen), (*routed, *nearest.tolist()))


def _centre(draft: Draft, where: Points, vehicle: int) -> Points:
    """The middle of a route; home when it is empty."""
    places = [visit.location for visit in draft.routes[vehicle].visits]
    centre: Points = where[places or [draft.space.problem.vehicles[vehicle].start]].mean(axis=0)
    return centre
