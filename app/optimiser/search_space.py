"""What the search asks of a problem again and again, prepared once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from app.optimiser.crew_skills import CrewSkills
from app.optimiser.moves import Promise, promises
from app.optimiser.pauses import Clock
from app.optimiser.problem import Job, Member, Problem
from app.optimiser.schedule import HOUR, Weights
from app.optimiser.visit import MoveWeight, Visit, allowed_starts, pieces

PULL_OF_SCARCE_MOVES = 1e6


class SearchSpace:
    """A problem seen by the search: jobs and vehicles by index, visits made on demand and kept."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.clocks = [Clock(vehicle) for vehicle in problem.vehicles]
        objective = problem.objective
        self.weights = Weights(
            objective.waiting_per_hour / HOUR, objective.duty_per_hour / HOUR, objective.lateness_max_per_hour / HOUR
        )
        self.travel_cost_per_second = objective.travel_per_hour / HOUR
        self.promises: dict[int, Promise] = {
            problem.job_index[job]: promise for job, promise in promises(problem).items()
        }
        self._durations = problem.travel.durations.data
        self._visits: dict[tuple[int, int], Visit | None] = {}

    def travel(self, origin: int, destination: int) -> int:
        """Travel seconds between locations, negative where there is no way."""
        seconds: int = self._durations[origin, destination]
        return seconds

    @cached_property
    def linked(self) -> frozenset[int]:
        """Jobs that a link ties to another."""
        index = self.problem.job_index
        return frozenset(index[job] for link in self.problem.links for job, _ in (link.first, link.second))

    @cached_property
    def neighbours(self) -> frozenset[int]:
        """Jobs at an address where another job is too, so that their approach may be saved."""
        jobs = self.problem.jobs
        crowd = Counter(job.address for job in jobs if job.address is not None)
        return frozenset(index for index, job in enumerate(jobs) if job.address is not None and crowd[job.address] > 1)

    @cached_property
    def musts(self) -> frozenset[int]:
        """Jobs that are served whatever it costs: mandatory, locked or frozen ones."""
        jobs = enumerate(self.problem.jobs)
        return frozenset(
            index for index, job in jobs if job.mandatory or job.id in self.problem.lock_of or self.is_frozen(index)
        )

    @cached_property
    def move_weight(self) -> MoveWeight:
        """What a move costs."""
        previous = self.problem.previous
        if previous is None:
            return MoveWeight(0.0, 0.0)
        scarce = previous.max_moves is not None
        return MoveWeight(previous.move_cost, previous.move_cost + (PULL_OF_SCARCE_MOVES if scarce else 0.0))

    @property
    def max_moves(self) -> int | None:
        """How many moves the plan may make; None without a limit."""
        return self.problem.previous.max_moves if self.problem.previous is not None else None

    def is_frozen(self, job: int) -> bool:
        """Whether the job must stay exactly as it was."""
        promise = self.promises.get(job)
        return promise is not None and promise.frozen and promise.workers is not None

    def is_promised(self, job: int) -> bool:
        """Whether a lock or the freeze binds the job."""
        return self.is_frozen(job) or self.problem.jobs[job].id in self.problem.lock_of

    def drop_is_move(self, job: int) -> bool:
        """Whether leaving the job out counts as a move."""
        promise = self.promises.get(job)
        return promise is not None and not promise.frozen

    def loss(self, job: int) -> float:
        """What it costs to leave the job out."""
        return self.problem.jobs[job].prize + (self.move_weight.cost if self.drop_is_move(job) else 0.0)

    @cached_property
    def _crews(self) -> CrewSkills:
        return CrewSkills(self.problem.vehicles)

    @cached_property
    def capable(self) -> NDArray[np.bool_]:
        """Whether each vehicle (row) may serve each whole job (column) by itself, times left aside."""
        capable = np.zeros((len(self.problem.vehicles), len(self.problem.jobs)), bool)
        for index in range(len(self.problem.jobs)):
            if index not in self.linked:
                capable[:, index] = self.capable_though_linked(index)
        return capable

    def capable_though_linked(self, index: int) -> NDArray[np.bool_]:
        """Whether each vehicle may serve the whole job, links left aside."""
        job = self.problem.jobs[index]
        capable = self._crews.covering(job, range(len(job.roles)), self._locked_worker(job))
        if self.is_frozen(index):
            capable &= [self.promises[index].workers == vehicle.workers for vehicle in self.problem.vehicles]
        return capable

    def capable_of_role(self, index: int, role: int, worker: str | None = None) -> NDArray[np.bool_]:
        """Whether each vehicle may take one role of a job, by this worker when one is named."""
        return self._crews.covering(self.problem.jobs[index], (role,), worker)

    def visit(self, vehicle: int, job: int) -> Visit | None:
        """The whole job as this vehicle alone would serve it; None when it may not, or when a link ties the job."""
        key = vehicle, job
        if key not in self._visits:
            self._visits[key] = self._whole_visit(vehicle, job) if self.capable[key] else None
        return self._visits[key]

    def _whole_visit(self, vehicle: int, index: int) -> Visit | None:
        job = self.problem.jobs[index]
        lock = self.problem.lock_of.get(job.id)
        pin = lock.start if lock is not None and lock.keeps_time else None
        if self.is_frozen(index):
            pin = self.promises[index].start
        return self._build(vehicle, index, tuple(range(len(job.roles))), pin)

    def _locked_worker(self, job: Job) -> str | None:
        lock = self.problem.lock_of.get(job.id)
        return lock.worker if lock is not None and lock.keeps_worker else None

    def anytime_visit(self, vehicle: int, index: int) -> Visit | None:
        """The whole job as if its windows were open all day."""
        if not self.capable[vehicle, index]:
            return None
        job = replace(self.problem.jobs[index], windows=None)
        return self._build(vehicle, index, tuple(range(len(job.roles))), None, job=job)

    def part_of_visit(self, vehicle: int, job: int, roles: Sequence[int]) -> Visit | None:
        """Some roles of a job without regard to links and locks; None when the vehicle cannot take them."""
        return self._build(vehicle, job, tuple(roles), None, pinned=True)

    def pinned_visit(self, vehicle: int, job: int, roles: Sequence[int], start: int) -> Visit | None:
        """Some roles of a job at exactly this start, as the previous plan had them; None when that cannot be."""
        return self._build(vehicle, job, tuple(roles), start, pinned=True)

    def _build(
        self,
        vehicle: int,
        index: int,
        roles: tuple[int, ...],
        pin: int | None,
        pinned: bool = False,
        job: Job | None = None,
    ) -> Visit | None:
        job, carrier = job or self.problem.jobs[index], self.problem.vehicles[vehicle]
        liked = self._cover(carrier.members, job, roles, None if pinned else self._locked_worker(job))
        starts = allowed_starts(job, carrier, pin)
        if liked is None or not starts:
            return None
        return Visit(
            job=index,
            roles=roles,
            location=job.location,
            address=job.address,
            approach_seconds=job.approach_seconds,
            service_seconds=max(job.roles[role].service_seconds for role in roles),
            pieces=pieces(job, starts, None if pinned else self.promises.get(index), carrier, self.move_weight),
            late_after=job.late_after,
            lateness_per_second=job.lateness_cost_per_hour * len(roles) / HOUR,
            preference=liked,
            pinned=pinned,
        )

    @staticmethod
    def _cover(members: tuple[Member, ...], job: Job, roles: Sequence[int], worker: str | None) -> float | None:
        """The best preference with which members cover the roles, the worker among them; None when they cannot."""
        best = None
        for crew in permutations(members, len(roles)):
            able = all(
                job.roles[role].skills <= one.skills and job.may_be_done_by(one.worker)
                for role, one in zip(roles, crew, strict=True)
            )
            if able and (worker is None or any(one.worker == worker for one in crew)):
                liked = sum(job.preferred.get(one.worker, 0.0) for one in crew)
                best = liked if best is None else max(best, liked)
        return best

    def approach(self, visit: Visit, address_before: str | None) -> int:
        """The approach to a visit, paid once for consecutive ones at one address."""
        return 0 if visit.address is not None and visit.address == address_before else visit.approach_seconds
