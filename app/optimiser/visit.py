"""A job as one vehicle would serve it: when it may start and what each start is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from app.optimiser.interval import Interval, union
from app.optimiser.moves import TOLERATED_SHIFT_SECONDS, Promise
from app.optimiser.problem import Job, Vehicle


@dataclass(frozen=True, slots=True)
class Piece:
    """Starts that are all worth the same.

    `value` is what the objective says; `pull` is what the choice of a start goes by, which also avoids moves where
    their number is limited. `moved` counts as a move of the previous plan; whether a visit that depends on another
    route is one, and what that costs, the draft tells.
    """

    first: int
    last: int
    value: float
    pull: float
    moved: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """A job on the route of one vehicle; `pieces` are in order and do not overlap."""

    job: int
    roles: tuple[int, ...]
    location: int
    address: str | None
    approach_seconds: int
    service_seconds: int
    pieces: tuple[Piece, ...]
    late_after: int | None
    lateness_per_second: float
    preference: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class MoveWeight:
    """What a move costs, and how much harder than that the choice of starts avoids it."""

    cost: float
    pull: float


def allowed_starts(job: Job, vehicle: Vehicle, pin: int | None) -> list[Interval]:
    """Starts that windows, tolerated lateness, the shift and a pin allow: in order, apart."""
    first, last = vehicle.shift[0], vehicle.latest_return
    windows = [(first, last)] if job.windows is None else list(job.windows)
    if job.last_window_end is not None and job.max_lateness_seconds > 0:
        windows.append((job.last_window_end, job.last_window_end + job.max_lateness_seconds))
    if pin is not None:
        first, last = max(first, pin), min(last, pin)
    clipped = ((max(first, opens), min(last, closes)) for opens, closes in windows)
    return union(window for window in clipped if window[0] <= window[1])


def pieces(
    job: Job, starts: Iterable[Interval], promise: Promise | None, vehicle: Vehicle, weight: MoveWeight
) -> tuple[Piece, ...]:
    """The allowed starts, cut wherever their worth changes."""
    cuts = {edge for slot in job.slot_values for edge in (slot.first, slot.last + 1)}
    if promise is not None:
        cuts |= {promise.start - TOLERATED_SHIFT_SECONDS, promise.start + TOLERATED_SHIFT_SECONDS + 1}
    found = []
    for first, last in starts:
        edges = [first, *sorted(cut for cut in cuts if first < cut <= last), last + 1]
        for begin, end in pairwise(edges):
            found.append(_piece(job, (begin, end - 1), promise, vehicle, weight))
    return tuple(found)


def _piece(job: Job, span: Interval, promise: Promise | None, vehicle: Vehicle, weight: MoveWeight) -> Piece:
    value = next((slot.value for slot in job.slot_values if slot.first <= span[0] <= slot.last), 0.0)
    moved = promise is not None and promise.is_moved(span[0], vehicle.workers)
    return Piece(*span, value - weight.cost * moved, value - weight.pull * moved, moved)
