"""A route replayed from its stated times: what travel, waiting and return they amount to.

Nothing is searched here and nothing is believed but the sequence, the starts and the breaks; the check compares the
rest with what the plan states, and the cost is computed from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.optimiser.plan import Plan, Route, Stop, TakenBreak
from app.optimiser.problem import Job, Problem, Vehicle
from app.optimiser.travel import UNREACHABLE


@dataclass(frozen=True)
class Leg:
    """The way to a stop, or home.

    `limit` is when the approach begins (home: the recomputed return), `arrivals` the seconds at which the journey
    may be said to end (two when a break begins in that very second), `waiting_seconds` negative when the start is
    that much too early.
    """

    departs: int
    limit: int
    reachable: bool
    travel_seconds: int
    travel_metres: int
    arrivals: frozenset[int]
    waiting_seconds: int
    breaks: tuple[TakenBreak, ...]


@dataclass(frozen=True)
class ReplayedRoute:
    """A route of a known vehicle: one leg for each stop, then the way home, if it has one."""

    vehicle: Vehicle
    route: Route
    jobs: tuple[Job | None, ...]
    legs: tuple[Leg, ...]
    home: Leg | None

    @property
    def all_legs(self) -> tuple[Leg, ...]:
        """The legs to the stops and the way home."""
        return self.legs if self.home is None else (*self.legs, self.home)

    @property
    def back(self) -> int:
        """When the vehicle is back: the end of the last stop when it does not drive home."""
        if self.home is not None:
            return self.home.limit
        return self.route.stops[-1].end if self.route.stops else self.route.leave

    @property
    def travel_seconds(self) -> int:
        """Travel, approaches not counted."""
        return sum(leg.travel_seconds for leg in self.all_legs)

    @property
    def travel_metres(self) -> int:
        """Length of the way."""
        return sum(leg.travel_metres for leg in self.all_legs)

    @property
    def waiting_seconds(self) -> int:
        """Waiting without the breaks taken meanwhile."""
        return sum(max(0, leg.waiting_seconds) for leg in self.all_legs)

    @property
    def duty_seconds(self) -> int:
        """From leaving to return, as stated."""
        return self.route.back - self.route.leave


@dataclass(frozen=True)
class ServedStop:
    """A stop of a known job by a known vehicle."""

    vehicle: Vehicle
    job: Job
    stop: Stop


def replay_routes(problem: Problem, plan: Plan) -> list[ReplayedRoute]:
    """Every route with stops whose vehicle the problem knows."""
    known = [route for route in plan.routes if route.vehicle in problem.vehicle_index and route.stops]
    return [replay(problem, route) for route in known]


def served_stops(problem: Problem, plan: Plan) -> dict[str, list[ServedStop]]:
    """The stops of each known job by known vehicles, in the plan's order."""
    served: dict[str, list[ServedStop]] = {}
    for route in plan.routes:
        vehicle = problem.vehicle_index.get(route.vehicle)
        for stop in route.stops:
            job = problem.job_index.get(stop.job)
            if vehicle is not None and job is not None:
                step = ServedStop(problem.vehicles[vehicle], problem.jobs[job], stop)
                served.setdefault(stop.job, []).append(step)
    return served


def replay(problem: Problem, route: Route) -> ReplayedRoute:
    """Replay the route of a known vehicle; unknown jobs are taken to lie where the vehicle is."""
    vehicle = problem.vehicles[problem.vehicle_index[route.vehicle]]
    indices = [problem.job_index.get(stop.job) for stop in route.stops]
    jobs = tuple(None if index is None else problem.jobs[index] for index in indices)
    breaks = _breaks_by_leg(route)
    legs = []
    place, departs, address = vehicle.start, route.leave, None
    for job, stop, taken in zip(jobs, route.stops, breaks, strict=False):
        destination = place if job is None else job.location
        approach = 0 if job is None else approach_seconds(job, address)
        legs.append(_leg(problem, (place, destination), departs, stop.start - approach, taken))
        place, departs, address = destination, stop.end, None if job is None else job.address
    home = None if vehicle.end is None else _way_home(problem, (place, vehicle.end), departs, breaks[-1])
    return ReplayedRoute(vehicle, route, jobs, tuple(legs), home)


def approach_seconds(job: Job, address_before: str | None) -> int:
    """The approach to a job, which consecutive jobs at one address pay once."""
    return 0 if job.address is not None and job.address == address_before else job.approach_seconds


def _breaks_by_leg(route: Route) -> list[list[TakenBreak]]:
    """The breaks between each stop and the next: before the first, ..., after the last."""
    legs: list[list[TakenBreak]] = [[] for _ in range(len(route.stops) + 1)]
    for taken in sorted(route.breaks, key=lambda one: (one.start, one.end)):
        leg = next((i for i, stop in enumerate(route.stops) if taken.start < stop.start), len(route.stops))
        legs[leg].append(taken)
    return legs


def _leg(problem: Problem, way: tuple[int, int], departs: int, limit: int, breaks: Sequence[TakenBreak]) -> Leg:
    seconds = problem.travel.seconds(*way)
    travel = max(0, seconds)
    paused = sum(taken.end - taken.start for taken in breaks)
    return Leg(
        departs=departs,
        limit=limit,
        reachable=seconds != UNREACHABLE,
        travel_seconds=travel,
        travel_metres=problem.travel.metres(*way),
        arrivals=frozenset(_arrivals(departs, travel, breaks)),
        waiting_seconds=limit - departs - travel - paused,
        breaks=tuple(breaks),
    )


def _way_home(problem: Problem, way: tuple[int, int], departs: int, breaks: Sequence[TakenBreak]) -> Leg:
    """The way home ends on arrival, or with the last break taken at the depot."""
    left, now = max(0, problem.travel.seconds(*way)), departs
    for taken in breaks:
        left -= max(0, min(left, taken.start - now))
        now = taken.end
    return _leg(problem, way, departs, now + left, breaks)


def _arrivals(departs: int, travel: int, breaks: Sequence[TakenBreak]) -> list[int]:
    """When the journey ends: a break that begins in that very second may count as taken on the way or after it."""
    arrivals: list[int] = []
    left, now = travel, departs
    for taken in breaks:
        step = taken.start - now
        if step > left:
            return [*arrivals, now + left]
        if step == left:
            arrivals.append(now + left)
        left -= max(0, step)
        now = taken.end
    return [*arrivals, now + left]
