"""One role of a two-person job as the visit of one of two vehicles that meet at the door."""

from app.optimiser.interval import Interval, union
from app.optimiser.problem import Job, Vehicle
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Visit

Split = tuple[int, int]


class Halves:
    """Who may take which role, with locks and the freeze kept; visits are made once and kept."""

    def __init__(self, space: SearchSpace) -> None:
        self.space = space
        self._halves: dict[tuple[int, int, int], Visit | None] = {}

    def may_be_split(self, job: int) -> bool:
        """Whether the job has two roles and no link ties it to another."""
        return len(self.space.problem.jobs[job].roles) == 2 and job not in self.space.linked

    def half(self, vehicle: int, job: int, role: int) -> Visit | None:
        """The role at any start that is allowed; None when the vehicle cannot take it, or takes the whole job."""
        key = vehicle, job, role
        if key not in self._halves:
            self._halves[key] = None if self.space.capable[vehicle, job] else self._half(vehicle, job, role)
        return self._halves[key]

    def _half(self, vehicle: int, job: int, role: int) -> Visit | None:
        pin = self.promised_start(job)
        if pin is None:
            return self.space.part_of_visit(vehicle, job, [role])
        return self.space.pinned_visit(vehicle, job, [role], pin)

    def promised_start(self, job: int) -> int | None:
        """The start that a lock or the freeze demands."""
        if self.space.is_frozen(job):
            return self.space.promises[job].start
        lock = self.space.problem.lock_of.get(self.space.problem.jobs[job].id)
        return lock.start if lock is not None and lock.keeps_time else None

    def starts(self, job: int) -> list[tuple[Interval, float]]:
        """Starts that at least one vehicle allows, with what they are worth."""
        by_value: dict[float, list[Interval]] = {}
        for vehicle in range(len(self.space.problem.vehicles)):
            for role in range(len(self.space.problem.jobs[job].roles)):
                visit = self.half(vehicle, job, role)
                for piece in () if visit is None else visit.pieces:
                    by_value.setdefault(piece.value, []).append((piece.first, piece.last))
        return [(span, value) for value in sorted(by_value) for span in union(by_value[value])]

    def splits(self, job: int, one: int, other: int) -> list[Split]:
        """The roles of one and of the other vehicle, the best liked split first; empty when they cannot do it."""
        if self.space.is_frozen(job) and self.space.promises[job].workers != self._workers(one, other):
            return []
        possible = [
            (-(first.preference + second.preference), roles)
            for roles in ((0, 1), (1, 0))
            if (first := self.half(one, job, roles[0])) is not None
            and (second := self.half(other, job, roles[1])) is not None
            and self._keeps_lock(job, (one, other), roles)
        ]
        return [roles for _, roles in sorted(possible)]

    def _workers(self, one: int, other: int) -> frozenset[str]:
        vehicles = self.space.problem.vehicles
        return vehicles[one].workers | vehicles[other].workers

    def _keeps_lock(self, job: int, vehicles: tuple[int, int], roles: Split) -> bool:
        """Whether the promised worker can be the one who takes one of the roles."""
        wanted = self.space.problem.jobs[job]
        lock = self.space.problem.lock_of.get(wanted.id)
        if lock is None or not lock.keeps_worker:
            return True
        carriers = (self.space.problem.vehicles[vehicle] for vehicle in vehicles)
        return any(_can(carrier, wanted, role, lock.worker) for carrier, role in zip(carriers, roles, strict=True))


def _can(vehicle: Vehicle, job: Job, role: int, worker: str | None) -> bool:
    return any(
        member.worker == worker and job.roles[role].skills <= member.skills and job.may_be_done_by(member.worker)
        for member in vehicle.members
    )
