"""How breaks can be taken on the way to a stop.

On a way that is left at E and takes t of travel, breaks taken one after the other delay the arrival to
max(E + t + seconds, ready), and that works out as long as E <= latest. So a way with breaks has the same form as a way
without, and schedules stay exact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations

from app.optimiser.problem import Break, Vehicle

EVER = 2 * 10**9
MOST_PERMUTED = 3


@dataclass(frozen=True, slots=True)
class Pauses:
    """Breaks taken on one way: which (as bits and in order), how long, and what they demand of the departure."""

    taken: int
    order: tuple[int, ...]
    seconds: int
    ready: int
    latest: int


NO_PAUSES = Pauses(0, (), 0, -EVER, EVER)


@dataclass(frozen=True)
class Clock:
    """The time rules of one vehicle."""

    vehicle: Vehicle

    @cached_property
    def all_taken(self) -> int:
        """Bits of all breaks."""
        return (1 << len(self.vehicle.breaks)) - 1

    @cached_property
    def choices(self) -> tuple[tuple[Pauses, ...], ...]:
        """For each set of breaks already taken: what can be taken on the next way, nothing included."""
        ways = (NO_PAUSES, *_all_ways(self.vehicle.breaks))
        return tuple(tuple(way for way in ways if not way.taken & taken) for taken in range(self.all_taken + 1))


def _all_ways(breaks: tuple[Break, ...]) -> Iterator[Pauses]:
    """Every set of breaks that can follow each other; large sets only in the order of their windows."""
    indices = sorted(range(len(breaks)), key=lambda index: (breaks[index].window, index))
    for size in range(1, len(breaks) + 1):
        for chosen in combinations(indices, size):
            for order in permutations(chosen) if size <= MOST_PERMUTED else (chosen,):
                way = _one_after_the_other(breaks, order)
                if way is not None:
                    yield way


def _one_after_the_other(breaks: tuple[Break, ...], order: tuple[int, ...]) -> Pauses | None:
    way = follow(breaks, order)
    return None if way is None else Pauses(sum(1 << index for index in order), order, *way)


def follow(breaks: Sequence[Break], order: Sequence[int]) -> tuple[int, int, int] | None:
    """How long breaks in this order take, when they are over at the earliest, and the latest departure for them."""
    seconds, ready, latest = 0, -EVER, EVER
    for index in order:
        opens, closes = breaks[index].window
        if ready > closes:
            return None
        latest = min(latest, closes - seconds)
        ready = max(ready, opens) + breaks[index].duration
        seconds += breaks[index].duration
    return seconds, ready, latest
