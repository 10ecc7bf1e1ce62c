"""A part of the problem that one routing model takes on: some vehicles and the visits they may share out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.optimiser.interval import Interval, union
from app.optimiser.problem import Vehicle
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Visit

FREE_END = -1


@dataclass(frozen=True)
class Wish:
    """A job, or one half of a pinned one, with its visit for each vehicle (by place in the task) that may serve it."""

    job: int
    visits: dict[int, Visit]

    @property
    def any_visit(self) -> Visit:
        """One of the visits: place, address, service and lateness are the same in all of them."""
        return next(iter(self.visits.values()))

    @property
    def starts(self) -> list[Interval]:
        """Starts that at least one vehicle allows, in order, apart."""
        return union((piece.first, piece.last) for visit in self.visits.values() for piece in visit.pieces)


@dataclass(frozen=True)
class RoutingTask:
    """Vehicles and wishes in the order in which the model meets them; `max_moves` is what this part may use."""

    space: SearchSpace
    vehicles: Sequence[int]
    wishes: Sequence[Wish]
    max_moves: int | None = None

    @property
    def carriers(self) -> list[Vehicle]:
        """The vehicles themselves."""
        return [self.space.problem.vehicles[vehicle] for vehicle in self.vehicles]

    @cached_property
    def depots(self) -> list[int]:
        """Locations where routes start or end, FREE_END among them for routes that end at the last stop."""
        ends = {FREE_END if vehicle.end is None else vehicle.end for vehicle in self.carriers}
        return sorted(ends | {vehicle.start for vehicle in self.carriers})

    @property
    def first_second(self) -> int:
        """The earliest start of a shift."""
        return min(vehicle.shift[0] for vehicle in self.carriers)

    @property
    def seconds(self) -> int:
        """From the first start to the last possible return."""
        return max(vehicle.latest_return for vehicle in self.carriers) - self.first_second

    @cached_property
    def travel(self) -> NDArray[np.int64]:
        """Travel seconds between nodes (depots, then wishes); longer than the day where there is no way."""
        places = np.array([*self.depots, *(wish.any_visit.location for wish in self.wishes)], dtype=np.int64)
        travel = self.space.problem.travel.durations[np.ix_(places, places)].astype(np.int64)
        travel[(travel < 0) | (travel > self.seconds)] = self.seconds + 1
        travel[: len(self.depots), : len(self.depots)] = 0
        travel[:, places == FREE_END] = 0
        return travel

    @cached_property
    def transit(self) -> NDArray[np.int64]:
        """Seconds from the start of service at a node to the earliest at the next: service, travel, approach."""
        visits = [wish.any_visit for wish in self.wishes]
        depots = len(self.depots)
        transit = self.travel.copy()
        transit[depots:] += np.array([visit.service_seconds for visit in visits], dtype=np.int64)[:, None]
        approach = np.array([visit.approach_seconds for visit in visits], dtype=np.int64)
        transit[:, depots:] += approach[None, :]
        addresses = [visit.address for visit in visits]
        for row, column in self._at_same_address(addresses):
            transit[depots + row, depots + column] -= approach[column]
        np.fill_diagonal(transit, 0)
        return transit

    @staticmethod
    def _at_same_address(addresses: Sequence[str | None]) -> list[tuple[int, int]]:
        neighbours: dict[str, list[int]] = {}
        for index, address in enumerate(addresses):
            if address is not None:
                neighbours.setdefault(address, []).append(index)
        return [(one, other) for own in neighbours.values() for one in own for other in own if one != other]
