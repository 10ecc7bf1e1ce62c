"""A planning problem: integers and indices only.

All times are seconds after `origin`, all distances metres, locations are indices into the travel matrices. Intervals
are closed at both ends; a window bounds the start of service. Costs are numbers in one free unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.kernel.place import Place
from app.optimiser.commitments import Link, Lock, Previous
from app.optimiser.faults import ProblemError
from app.optimiser.interval import Interval
from app.optimiser.job import Job, Role, SlotValue
from app.optimiser.objective import Objective
from app.optimiser.problem_rules import problem_faults
from app.optimiser.travel import Travel
from app.optimiser.vehicle import Break, Member, Overtime, Vehicle

__all__ = [
    "Break",
    "Interval",
    "Job",
    "Link",
    "Lock",
    "Member",
    "Objective",
    "Overtime",
    "Previous",
    "Problem",
    "Role",
    "SlotValue",
    "Travel",
    "Vehicle",
]


@dataclass(frozen=True)
class Problem:
    """Everything the planner knows; raises ProblemError with all faults when it makes no sense."""

    origin: str
    travel: Travel
    vehicles: tuple[Vehicle, ...] = ()
    jobs: tuple[Job, ...] = ()
    links: tuple[Link, ...] = ()
    locks: tuple[Lock, ...] = ()
    previous: Previous | None = None
    objective: Objective = field(default_factory=Objective)
    places: tuple[Place, ...] | None = None

    def __post_init__(self) -> None:
        faults = problem_faults(
            origin=self.origin,
            locations=len(self.travel),
            vehicles=self.vehicles,
            jobs=self.jobs,
            links=self.links,
            locks=self.locks,
            previous=self.previous,
            objective=self.objective,
            places=self.places,
        )
        if faults:
            raise ProblemError(faults)

    @cached_property
    def vehicle_index(self) -> Mapping[str, int]:
        """Index of each vehicle by its id."""
        return {vehicle.id: index for index, vehicle in enumerate(self.vehicles)}

    @cached_property
    def job_index(self) -> Mapping[str, int]:
        """Index of each job by its id."""
        return {job.id: index for index, job in enumerate(self.jobs)}

    @cached_property
    def lock_of(self) -> Mapping[str, Lock]:
        """The lock of each locked job."""
        return {lock.job: lock for lock in self.locks}

    @cached_property
    def workers(self) -> tuple[str, ...]:
        """Everybody with a shift, sorted."""
        return tuple(sorted({member.worker for vehicle in self.vehicles for member in vehicle.members}))
