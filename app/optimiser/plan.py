"""A plan: who drives where and when, what stays undone and why, and what it costs.

Times are seconds after the problem's origin, distances metres; `vehicle`, `job` and `worker` are the problem's ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stop:
    """A job's visit on a route: `start` and `end` bound the service, `roles` are those covered here."""

    job: str
    roles: tuple[int, ...]
    arrival: int
    start: int
    end: int
    lateness: int = 0


@dataclass(frozen=True)
class TakenBreak:
    """A break as it is taken."""

    start: int
    end: int


@dataclass(frozen=True)
class Route:
    """The day of one used vehicle; `back` is its return (a keyword in JSON's reader's language)."""

    vehicle: str
    leave: int
    back: int
    stops: tuple[Stop, ...]
    breaks: tuple[TakenBreak, ...] = ()
    travel_seconds: int = 0
    travel_metres: int = 0
    waiting_seconds: int = 0
    duty_seconds: int = 0


@dataclass(frozen=True)
class PerWorker:
    """Why one worker cannot take an unassigned job, and by how much."""

    worker: str
    reason: str
    detail: str


@dataclass(frozen=True)
class Repair:
    """One change that makes an unassigned job fit; it was tried and the changed plan passed the check.

    `seconds` is the overtime or the widening, `instead_of` the job that gives way, `added_cost` what the plan's
    cost rises by (negative: it falls).
    """

    kind: str
    detail: str
    vehicle: str
    start: int
    seconds: int = 0
    instead_of: str | None = None
    added_cost: float = 0.0


@dataclass(frozen=True)
class Unassigned:
    """A job that found no place."""

    job: str
    reason: str
    detail: str
    per_worker: tuple[PerWorker, ...] = ()
    repair: Repair | None = None


@dataclass(frozen=True)
class Cost:
    """What a plan costs; `total` is the sum of the parts, all rounded to 6 places."""

    total: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The answer to one problem, which `problem_sha256` names; `solver` says who made it with what budget."""

    problem_sha256: str = ""
    seed: int = 0
    solver: Mapping[str, object] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    unassigned: tuple[Unassigned, ...] = ()
    cost: Cost = field(default_factory=Cost)

    @property
    def served(self) -> frozenset[str]:
        """Ids of the jobs that have a stop."""
        return frozenset(stop.job for route in self.routes for stop in route.stops)

    @property
    def travel_seconds(self) -> int:
        """Travel of all routes."""
        return sum(route.travel_seconds for route in self.routes)

    @property
    def travel_metres(self) -> int:
        """Way of all routes."""
        return sum(route.travel_metres for route in self.routes)

    @property
    def waiting_seconds(self) -> int:
        """Waiting on all routes."""
        return sum(route.waiting_seconds for route in self.routes)
