"""Which gaps of a route could hold which jobs: a quick test that may say yes wrongly, but never no wrongly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.optimiser.draft import DraftRoute
from app.optimiser.pauses import EVER
from app.optimiser.problem import Job
from app.optimiser.search_space import SearchSpace

Numbers = NDArray[np.int64]
Places = dict[int, list[int]]
NO_ADDRESS = -1


@dataclass(frozen=True)
class Gaps:
    """The gaps of one route, from the depot to the first stop on: what lies before and after each."""

    place_before: Numbers
    address_before: Numbers
    earliest_end: Numbers
    place_after: Numbers
    latest_start: Numbers


class GapTest:
    """The whole jobs of a problem as arrays, tested against the gaps of routes."""

    def __init__(self, space: SearchSpace) -> None:
        jobs = space.problem.jobs
        self._space = space
        self._location = _numbers([job.location for job in jobs])
        self._address = _numbers([self._address_number(job.address) for job in jobs])
        self._approach = _numbers([job.approach_seconds for job in jobs])
        self._service = _numbers([max(role.service_seconds for role in job.roles) for job in jobs])
        self._first = _numbers(
            [min((window[0] for window in job.windows or [(-EVER, 0)]), default=EVER) for job in jobs]
        )
        self._last = _numbers([_latest_start(job) for job in jobs])

    @cached_property
    def _numbers_of_addresses(self) -> dict[str, int]:
        addresses = {job.address for job in self._space.problem.jobs if job.address is not None}
        return {address: number for number, address in enumerate(sorted(addresses))}

    def _address_number(self, address: str | None) -> int:
        return NO_ADDRESS if address is None else self._numbers_of_addresses[address]

    def possible(self, route: DraftRoute, jobs: Numbers) -> NDArray[np.bool_]:
        """For each gap (row) and each job (column): whether the vehicle might serve the whole job there."""
        capable: NDArray[np.bool_] = self._space.capable[route.vehicle, jobs][None, :]
        return self.in_time(route, jobs, self._service[jobs]) & capable

    def in_time(self, route: DraftRoute, jobs: Numbers, service: Numbers) -> NDArray[np.bool_]:
        """For each gap (row) and each job (column) of that service: whether it might fit there, whoever may do it."""
        gaps, durations = self._gaps(route), self._space.problem.travel.durations
        there = durations[gaps.place_before[:, None], self._location[jobs][None, :]].astype(np.int64)
        onward = _onward(durations, self._location[jobs], gaps.place_after)
        address = self._address[jobs][None, :]
        at_same_address = (address == gaps.address_before[:, None]) & (address != NO_ADDRESS)
        approach = np.where(at_same_address, 0, self._approach[jobs][None, :])
        start = np.maximum(gaps.earliest_end[:, None] + there + approach, self._first[jobs][None, :])
        in_time = (start <= self._last[jobs][None, :]) & (
            start + service[None, :] + onward <= gaps.latest_start[:, None]
        )
        possible: NDArray[np.bool_] = in_time & (there >= 0) & (onward >= 0)
        return possible

    def _gaps(self, route: DraftRoute) -> Gaps:
        vehicle = self._space.problem.vehicles[route.vehicle]
        places = [visit.location for visit in route.visits]
        end = NO_ADDRESS if vehicle.end is None else vehicle.end
        return Gaps(
            place_before=_numbers([vehicle.start, *places]),
            address_before=_numbers([NO_ADDRESS, *(self._address_number(visit.address) for visit in route.visits)]),
            earliest_end=_numbers([min(label.earliest for label in labels) for labels in route.labels]),
            place_after=_numbers([*places, end]),
            latest_start=_numbers(self._latest_starts(route)),
        )

    def _latest_starts(self, route: DraftRoute) -> list[int]:
        """For each gap: when service after it must begin at the latest (last: when the vehicle must be back)."""
        vehicle, space = self._space.problem.vehicles[route.vehicle], self._space
        latest = [vehicle.latest_return]
        place = vehicle.end
        approach = 0
        for visit in reversed(route.visits):
            onward = 0 if place is None else max(0, space.travel(visit.location, place))
            start = latest[-1] - approach - onward - visit.service_seconds
            latest.append(min(start, visit.pieces[-1].last))
            place, approach = visit.location, 0 if visit.address is not None else visit.approach_seconds
        return latest[::-1]


class OpenGaps:
    """The gaps of some routes that the quick test leaves open for some jobs; `vehicles` is how many there are."""

    def __init__(self, test: GapTest, routes: Iterable[DraftRoute], jobs: Sequence[int], vehicles: int) -> None:
        self._test = test
        self._jobs = np.array(jobs, dtype=np.int64)
        self._column = {job: column for column, job in enumerate(jobs)}
        self._tables: dict[int, NDArray[np.bool_]] = {}
        self._has_room = np.zeros((vehicles, len(self._jobs)), np.bool_)
        for route in routes:
            self.look_at(route)

    def look_at(self, route: DraftRoute) -> None:
        """Take this route in, or in the place of what its vehicle did before."""
        table = self._test.possible(route, self._jobs)
        self._tables[route.vehicle] = table
        self._has_room[route.vehicle] = table.any(axis=0)

    def places(self, job: int) -> Places:
        """The gaps in which the job might fit, by vehicle."""
        column = self._column[job]
        vehicles = np.flatnonzero(self._has_room[:, column]).tolist()
        return {vehicle: np.flatnonzero(self._tables[vehicle][:, column]).tolist() for vehicle in vehicles}


def _onward(durations: NDArray[np.int32], locations: Numbers, places: Numbers) -> Numbers:
    """Travel from each job to what follows each gap; none where the route ends there."""
    onward = durations[locations[None, :], np.maximum(places, 0)[:, None]].astype(np.int64)
    onward[places == NO_ADDRESS] = 0
    return onward


def _latest_start(job: Job) -> int:
    if job.windows is None:
        return EVER
    return -EVER if job.last_window_end is None else job.last_window_end + job.max_lateness_seconds


def _numbers(values: list[int]) -> Numbers:
    return np.array(values, dtype=np.int64)
