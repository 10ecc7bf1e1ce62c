"""What a search may place, as the tables `nodes` and `prices` of the compiled search (terrain.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.optimiser.compiled.terrain import (
    ADDRESS,
    APPROACH,
    FIXED,
    JOB,
    LATE_AFTER,
    LATE_RATE,
    LOCK,
    NEVER,
    PLACE,
    PREVIOUS,
    SERVICE,
    TIME_IN_TWIN,
    TWIN,
    WINDOW,
    WINDOWS,
    WORTH,
    Ints,
)
from app.optimiser.crew_skills import MOST_MEMBERS
from app.optimiser.moves import TOLERATED_SHIFT_SECONDS
from app.optimiser.problem import Vehicle
from app.optimiser.schedule import HOUR
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import MoveWeight, Visit, allowed_starts, pieces

Starts = list[tuple[int, int, float]]
NO_MOVE = MoveWeight(0.0, 0.0)


@dataclass(frozen=True)
class Part:
    """Roles of a job that one vehicle covers: what a node stands for."""

    job: int
    roles: tuple[int, ...]
    is_whole: bool
    kept: Visit | None = None


class NodeTable:
    """A row for each part, then one for where each vehicle starts, then one for where each ends.

    Nothing is tied to anything yet; `spots` are the places by location.
    """

    def __init__(self, space: SearchSpace, parts: Sequence[Part], spots: Ints) -> None:
        self._space = space
        self._spots = spots
        self._locks = {lock.job: row for row, lock in enumerate(space.problem.locks) if lock.keeps_worker}
        starts = [self._starts(part) for part in parts]
        most = max((len(own) for own in starts), default=0)
        rows = len(parts) + 2 * len(space.problem.vehicles)
        self.nodes = np.zeros((rows, WINDOW + 2 * most), np.int64)
        self.prices = np.zeros((rows, WORTH + most))
        self.nodes[:, (ADDRESS, TWIN, LOCK, PREVIOUS)] = -1
        self.nodes[:, LATE_AFTER] = NEVER
        for node, (part, own) in enumerate(zip(parts, starts, strict=True)):
            self._describe(node, part)
            self._open(node, own)
        self._place_depots(len(parts))

    def _describe(self, node: int, part: Part) -> None:
        """Where and how long, when it is late, and what was promised of it."""
        job, row = self._space.problem.jobs[part.job], self.nodes[node]
        row[PLACE], row[APPROACH], row[JOB] = self._spots[job.location], job.approach_seconds, part.job
        row[ADDRESS] = -1 if job.address is None else self._addresses[job.address]
        row[SERVICE] = max(job.roles[role].service_seconds for role in part.roles)
        row[FIXED] = part.kept is not None or self._space.is_frozen(part.job)
        if job.late_after is not None:
            row[LATE_AFTER] = job.late_after
            self.prices[node, LATE_RATE] = job.lateness_cost_per_hour * len(part.roles) / HOUR
        promise = self._space.promises.get(part.job)
        if promise is not None and not promise.frozen and (part.kept is None or 0 in part.roles):
            row[PREVIOUS] = promise.start
        row[TIME_IN_TWIN] = 0 not in part.roles
        if not part.is_whole and job.id in self._locks:
            row[LOCK] = MOST_MEMBERS * self._locks[job.id] + part.roles[0]

    def _open(self, node: int, starts: Starts) -> None:
        """The intervals in which it may start, and what a start in each of them is worth."""
        self.nodes[node, WINDOWS] = len(starts)
        for place, (first, last, worth) in enumerate(starts):
            self.nodes[node, WINDOW + 2 * place : WINDOW + 2 * place + 2] = first, last
            self.prices[node, WORTH + place] = worth

    def _place_depots(self, first: int) -> None:
        """Where vehicles start and end; the place after the last one is anywhere."""
        vehicles, anywhere = self._space.problem.vehicles, len(self._space.problem.travel)
        starts = [self._spots[vehicle.start] for vehicle in vehicles]
        ends = [anywhere if vehicle.end is None else self._spots[vehicle.end] for vehicle in vehicles]
        self.nodes[first:, PLACE] = [*starts, *ends]

    @cached_property
    def _addresses(self) -> dict[str, int]:
        known = {job.address for job in self._space.problem.jobs if job.address is not None}
        return {address: number for number, address in enumerate(sorted(known))}

    def _starts(self, part: Part) -> Starts:
        """The starts that windows, tolerated lateness and promises allow, with what each is worth."""
        problem = self._space.problem
        if part.kept is not None:
            return [(piece.first, piece.last, piece.value) for piece in part.kept.pieces]
        job = problem.jobs[part.job]
        lock = problem.lock_of.get(job.id)
        pin = lock.start if lock is not None and lock.keeps_time else None
        if self._space.is_frozen(part.job):
            pin = self._space.promises[part.job].start
        if not problem.vehicles:
            return []
        found = pieces(job, allowed_starts(job, self._whole_day, pin), None, self._whole_day, NO_MOVE)
        return self._unmoved(part.job, [(piece.first, piece.last, piece.value) for piece in found])

    @cached_property
    def _whole_day(self) -> Vehicle:
        """A vehicle that is there whenever any of them is."""
        vehicles = self._space.problem.vehicles
        first, last = min(v.shift[0] for v in vehicles), max(v.latest_return for v in vehicles)
        return Vehicle("", (), 0, 0, (first, last))

    def _unmoved(self, job: int, starts: Starts) -> Starts:
        """Where the number of moves is limited: the starts that are none, if there are any."""
        promise = self._space.promises.get(job)
        if promise is None or self._space.max_moves is None:
            return starts
        first, last = promise.start - TOLERATED_SHIFT_SECONDS, promise.start + TOLERATED_SHIFT_SECONDS
        clipped = [(max(first, opens), min(last, closes), worth) for opens, closes, worth in starts]
        return [one for one in clipped if one[0] <= one[1]] or starts
