"""Routes as they are and without a few of their visits, and the gaps of all of them as one table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from app.optimiser.draft import DraftRoute, without
from app.optimiser.interval import Interval
from app.optimiser.pauses import EVER, Clock
from app.optimiser.schedule import Label
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Visit

Numbers = NDArray[np.int64]
Costs = NDArray[np.float64]
NOWHERE = -1
# Of so many visits, the cheapest to lose, any two may go together.
CHEAPEST = 5


@dataclass(frozen=True)
class Variant:
    """A route that lacks some visits of the present one; `added_cost` is what that changes, losses included."""

    route: DraftRoute
    dropped: tuple[int, ...]
    added_cost: float


def variants(
    space: SearchSpace, route: DraftRoute, may_go: Callable[[Visit], bool], loss: Callable[[int], float]
) -> Iterator[Variant]:
    """The route, it without each visit that may go, and without two of them: neighbours, or any of the cheapest few.

    A pinned visit goes alone.
    """
    yield Variant(route, (), 0.0)
    alone: dict[int, Variant] = {}
    for position, visit in enumerate(route.visits):
        shorter = without(space, route, position) if may_go(visit) else None
        if shorter is not None:
            alone[position] = Variant(shorter, (visit.job,), loss(visit.job) + shorter.cost - route.cost)
    yield from alone.values()
    unpinned = [position for position in alone if not route.visits[position].pinned]
    cheapest = sorted(sorted(unpinned, key=lambda position: alone[position].added_cost)[:CHEAPEST])
    for one, other in sorted({*pairwise(unpinned), *combinations(cheapest, 2)}):
        first = alone[one]
        least = without(space, first.route, other - 1)
        if least is not None:
            lost = loss(route.visits[one].job) + loss(route.visits[other].job)
            dropped = route.visits[one].job, route.visits[other].job
            yield Variant(least, dropped, lost + least.cost - route.cost)


@dataclass(frozen=True)
class Places:
    """Gaps (rows of a table) that could hold a visit, its first and last start there, and about what that costs."""

    rows: Numbers
    first: Numbers
    last: Numbers
    cost: Costs

    def of(self, chosen: NDArray[np.generic]) -> "Places":
        """Some of the places."""
        return Places(self.rows[chosen], self.first[chosen], self.last[chosen], self.cost[chosen])


@dataclass(frozen=True)
class RouteGaps:
    """The variants of one route, and their gaps: rows for a table, and the address before each."""

    variants: tuple[Variant, ...]
    rows: Numbers
    addresses: tuple[str | None, ...]

    @classmethod
    def of(cls, space: SearchSpace, routes: Iterable[Variant]) -> "RouteGaps":
        """The gaps of these variants."""
        own = tuple(routes)
        found = [row for number, variant in enumerate(own) for row in _gaps(space, number, variant)]
        before = [(None, *(visit.address for visit in variant.route.visits)) for variant in own]
        addresses = tuple(before[row[0]][row[2]] for row in found)
        return cls(own, np.array(found, dtype=np.int64).reshape(len(found), 10), addresses)


class GapTable:
    """Every gap of some routes' variants; `position` is the one in front of which a visit would be inserted.

    A gap has a row for each choice of breaks on the ways to and from the new visit. A row bounds the new visit by
    `ready` plus the way there, `floor`, `latest` less the way onward, and `closing` (of its end). Duty, waiting and
    travel limits are left aside, so what seems to fit must still be scheduled.
    """

    def __init__(self, space: SearchSpace, routes: Sequence[RouteGaps]) -> None:
        self.space = space
        self.variants = [variant for route in routes for variant in route.variants]
        table = np.concatenate([np.zeros((0, 10), dtype=np.int64), *(route.rows for route in routes)])
        self.variant, self.vehicle, self.position, self._before, self._after, self._direct = table.T[:6]
        self._ready, self._floor, self._latest, self._closing = table.T[6:]
        sizes = [len(route.variants) for route in routes]
        offsets = np.cumsum([0, *sizes])[:-1]
        self.variant = self.variant + np.repeat(offsets, [len(route.rows) for route in routes])
        self._base_cost = np.array([variant.added_cost + _first_use(space, variant) for variant in self.variants])
        self._addresses = [address for route in routes for address in route.addresses]

    def places(self, visit: Visit, span: Interval, able: NDArray[np.bool_]) -> Places:
        """The gaps of able vehicles in which the visit might start within the span."""
        durations = self.space.problem.travel.durations
        there = durations[self._before, visit.location].astype(np.int64)
        onward = np.where(self._after == NOWHERE, 0, durations[visit.location, self._after]).astype(np.int64)
        arrival = np.maximum(self._ready + there, self._floor)
        first = np.maximum(arrival + self._approach(visit), span[0])
        last = np.minimum(np.minimum(self._latest - onward, self._closing) - visit.service_seconds, span[1])
        rows = np.flatnonzero((first <= last) & (there >= 0) & (onward >= 0) & able[self.vehicle])
        way = (there + onward - self._direct)[rows] * self.space.travel_cost_per_second
        return Places(rows, first[rows], last[rows], way + self._base_cost[self.variant[rows]])

    def gap(self, row: int) -> tuple[int, int]:
        """The variant and the position of a row."""
        return int(self.variant[row]), int(self.position[row])

    def _approach(self, visit: Visit) -> Numbers:
        approach = np.full(len(self._addresses), visit.approach_seconds, dtype=np.int64)
        if visit.address is not None:
            approach[[address == visit.address for address in self._addresses]] = 0
        return approach


def _first_use(space: SearchSpace, variant: Variant) -> float:
    return 0.0 if variant.route.visits else space.problem.vehicles[variant.route.vehicle].fixed_cost


def _gaps(space: SearchSpace, number: int, variant: Variant) -> Iterator[tuple[int, ...]]:
    """The rows of a variant: number, vehicle, position, place before and after, direct way, and the four bounds."""
    route = variant.route
    vehicle = space.problem.vehicles[route.vehicle]
    end = NOWHERE if vehicle.end is None else vehicle.end
    places = [vehicle.start, *(visit.location for visit in route.visits), end]
    latest = _latest_arrivals(space, route)
    for position, labels in enumerate(route.labels):
        before, after = places[position], places[position + 1]
        direct = space.travel(before, after) if route.visits and after != NOWHERE else 0
        for bounds in _bounds(space.clocks[route.vehicle], labels, latest[position]):
            yield number, route.vehicle, position, before, after, direct, *bounds


def _bounds(clock: Clock, labels: Sequence[Label], latest: Sequence[int]) -> Iterator[tuple[int, int, int, int]]:
    """What is before the gap, with breaks on the way there and onward, against what must be reached after it."""
    earliest: dict[int, int] = {}
    for label in labels:
        earliest[label.taken] = min(label.earliest, earliest.get(label.taken, EVER))
    for taken, ready in sorted(earliest.items()):
        for there in clock.choices[taken]:
            if ready > there.latest:
                continue
            for onward in clock.choices[taken | there.taken]:
                arrival = latest[taken | there.taken | onward.taken]
                if ready <= arrival and onward.ready <= arrival:
                    yield ready + there.seconds, there.ready, arrival - onward.seconds, onward.latest


def _latest_arrivals(space: SearchSpace, route: DraftRoute) -> list[list[int]]:
    """For each gap and each set of breaks taken: when what follows the gap must be reached at the latest."""
    clock = space.clocks[route.vehicle]
    latest = [[-EVER] * clock.all_taken + [clock.vehicle.latest_return]]
    place = clock.vehicle.end
    for visit in reversed(route.visits):
        way = 0 if place is None else max(0, space.travel(visit.location, place))
        approach = visit.approach_seconds if visit.address is None else 0
        ends = [_latest_end(clock, taken, latest[-1], way) for taken in range(clock.all_taken + 1)]
        latest.append([min(end - visit.service_seconds, visit.pieces[-1].last) - approach for end in ends])
        place = visit.location
    return latest[::-1]


def _latest_end(clock: Clock, taken: int, arrivals: Sequence[int], way: int) -> int:
    """When a stop must end at the latest, with whatever breaks on the way that follows."""
    return max(
        min(pauses.latest, arrivals[taken | pauses.taken] - way - pauses.seconds)
        if pauses.ready <= arrivals[taken | pauses.taken]
        else -EVER
        for pauses in clock.choices[taken]
    )
