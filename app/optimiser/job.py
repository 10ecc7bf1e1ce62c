"""A wanted visit: where, when, by whom, and what it is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.optimiser.interval import Interval


@dataclass(frozen=True)
class Role:
    """What one person does at a job."""

    skills: frozenset[str] = frozenset()
    service_seconds: int = 0


@dataclass(frozen=True)
class SlotValue:
    """What a start within the interval is worth on top (negative: costs)."""

    first: int
    last: int
    value: float


@dataclass(frozen=True)
class Job:
    """A wanted visit.

    `windows` None means always, empty means never; `allowed` None means everybody, empty means nobody.
    """

    id: str
    location: int
    address: str | None = None
    approach_seconds: int = 0
    windows: tuple[Interval, ...] | None = None
    due: int | None = None
    lateness_cost_per_hour: float = 0.0
    max_lateness_seconds: int = 0
    roles: tuple[Role, ...] = (Role(),)
    prize: float = 0.0
    mandatory: bool = False
    allowed: frozenset[str] | None = None
    barred: frozenset[str] = frozenset()
    preferred: Mapping[str, float] = field(default_factory=dict)
    slot_values: tuple[SlotValue, ...] = ()

    @cached_property
    def last_window_end(self) -> int | None:
        """The end of the last window; None without windows."""
        return max((window[1] for window in self.windows), default=None) if self.windows else None

    @cached_property
    def late_after(self) -> int | None:
        """The second after which a start is late; None when it never is."""
        ends = [end for end in (self.due, self.last_window_end) if end is not None]
        return min(ends, default=None)

    def may_be_done_by(self, worker: str) -> bool:
        """Whether the worker is neither barred nor left out of `allowed`."""
        return worker not in self.barred and (self.allowed is None or worker in self.allowed)
