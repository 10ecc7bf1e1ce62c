"""Who drives: a crew of one or two people on one day."""

from dataclasses import dataclass
from functools import cached_property

from app.optimiser.interval import Interval


@dataclass(frozen=True)
class Member:
    """A person in a vehicle."""

    worker: str
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Break:
    """A pause that a used vehicle takes once; the window bounds its start."""

    window: Interval
    duration: int


@dataclass(frozen=True)
class Overtime:
    """How long after the shift a vehicle may return, and what an hour of it costs."""

    up_to_seconds: int
    cost_per_hour: float = 0.0


@dataclass(frozen=True)
class Vehicle:
    """A crew of one or two on one day; `end` None means that the route ends at its last stop."""

    id: str
    members: tuple[Member, ...]
    start: int
    end: int | None
    shift: Interval
    day: int = 0
    breaks: tuple[Break, ...] = ()
    max_jobs: int | None = None
    max_travel_seconds: int | None = None
    max_duty_seconds: int | None = None
    overtime: Overtime | None = None
    fixed_cost: float = 0.0

    @cached_property
    def workers(self) -> frozenset[str]:
        """Ids of the members."""
        return frozenset(member.worker for member in self.members)

    @cached_property
    def latest_return(self) -> int:
        """End of the shift with all its overtime."""
        return self.shift[1] + (self.overtime.up_to_seconds if self.overtime else 0)
