"""Which crews may do what, for all vehicles of a problem at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.optimiser.problem import Job, Vehicle

Bools = NDArray[np.bool_]
MOST_MEMBERS = 2


class CrewSkills:
    """The members of all vehicles as columns: the first ones, and the second ones where there are any."""

    def __init__(self, vehicles: Sequence[Vehicle]) -> None:
        self._members = [
            [vehicle.members[place] if place < len(vehicle.members) else None for vehicle in vehicles]
            for place in range(MOST_MEMBERS)
        ]
        self._skilled: dict[frozenset[str], list[Bools]] = {}
        self._named: dict[str, list[Bools]] = {}

    def covering(self, job: Job, roles: Sequence[int], worker: str | None) -> Bools:
        """Whether each crew covers these roles of the job, one member each, the worker among them when one is named."""
        able = [self._able(job, role) for role in roles]
        if len(roles) > MOST_MEMBERS:
            return np.zeros(len(self._members[0]), bool)
        if worker is not None:
            named = self._called(worker)
            if len(roles) == 1:
                return self._any([one & own for one, own in zip(able[0], named, strict=True)])
            return self._both(able) & self._any(named)
        return self._any(able[0]) if len(roles) == 1 else self._both(able)

    @staticmethod
    def _any(columns: Sequence[Bools]) -> Bools:
        return columns[0] | columns[1]

    @staticmethod
    def _both(able: Sequence[Sequence[Bools]]) -> Bools:
        return (able[0][0] & able[1][1]) | (able[0][1] & able[1][0])

    def _able(self, job: Job, role: int) -> list[Bools]:
        """Whether each first and each second member may take the role."""
        skills = job.roles[role].skills
        if skills not in self._skilled:
            self._skilled[skills] = [
                np.array([one is not None and skills <= one.skills for one in column], bool) for column in self._members
            ]
        able = [column.copy() for column in self._skilled[skills]]
        if job.allowed is not None:
            for column, allowed in zip(able, self._among(job.allowed), strict=True):
                column &= allowed
        if job.barred:
            for column, barred in zip(able, self._among(job.barred), strict=True):
                column &= ~barred
        return able

    def _among(self, workers: frozenset[str]) -> list[Bools]:
        among = [np.zeros(len(column), bool) for column in self._members]
        for worker in sorted(workers):
            for column, own in zip(among, self._called(worker), strict=True):
                column |= own
        return among

    def _called(self, worker: str) -> list[Bools]:
        """Whether each first and each second member is this worker."""
        if worker not in self._named:
            self._named[worker] = [
                np.array([one is not None and one.worker == worker for one in column], bool) for column in self._members
            ]
        return self._named[worker]
