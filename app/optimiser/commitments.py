"""What ties jobs to each other, to a promise, or to the plan in force."""

from dataclasses import dataclass

from app.optimiser.interval import Interval
from app.optimiser.plan import Plan


@dataclass(frozen=True)
class Link:
    """Two roles of two jobs: both served or none, the second starting `gap` seconds after the first."""

    first: tuple[str, int]
    second: tuple[str, int]
    gap: Interval
    workers: str = "any"


@dataclass(frozen=True)
class Lock:
    """A promise about a job: who comes, when, or both."""

    job: str
    keeps: str
    worker: str | None = None
    start: int | None = None

    @property
    def keeps_worker(self) -> bool:
        """Whether the worker is promised."""
        return self.keeps in ("worker", "both")

    @property
    def keeps_time(self) -> bool:
        """Whether the start is promised."""
        return self.keeps in ("time", "both")


@dataclass(frozen=True)
class Previous:
    """The plan that is in force, and how much of it may change; `max_moves` None means no limit."""

    plan: Plan
    freeze_before: int | None = None
    move_cost: float = 0.0
    max_moves: int | None = None
