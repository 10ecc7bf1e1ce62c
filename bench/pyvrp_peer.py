"""PyVRP as an opponent.

Its cost is ours in travel seconds, so that its integers lose nothing: the distance matrix is the duration matrix, a
prize is what it is worth in seconds of travel. A skill is a load that only some vehicles can carry, which came out
better than forbidden ways in routing profiles, and needs one matrix for all. Several windows are clients of one group.
The approach is part of the service, so windows open and close that much earlier. It has no breaks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
import pyvrp
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks, IteratedLocalSearchParams
from pyvrp.solve import SolveParams

from app.optimiser.interval import Interval
from app.optimiser.problem import Job, Problem
from bench.opponents import (
    Attempt,
    CannotSay,
    Routes,
    Trace,
    refuse_what_routing_engines_lack,
    servable,
    skills,
)

HOUR = 3600
ANY_LOAD = 1_000_000
ALWAYS = 10**9


@dataclass
class Model:
    """The problem in PyVRP's words; `job_of` leads back from its clients."""

    problem: Problem
    clients: list[pyvrp.Client] = field(default_factory=list)
    groups: list[pyvrp.ClientGroup] = field(default_factory=list)
    job_of: list[int] = field(default_factory=list)

    @property
    def seconds_per_cost(self) -> float:
        """Travel seconds that cost one unit."""
        return HOUR / self.problem.objective.travel_per_hour


def pyvrp_peer(problem: Problem, moments: Sequence[float], seed: int, threads: int) -> Attempt:
    """PyVRP's best routes at each moment; its search does not depend on its budget, and uses one thread."""
    del threads
    model, told = tell(problem)
    watch = Watch(model, sorted(moments), perf_counter())
    parameters = SolveParams(ils=IteratedLocalSearchParams(callbacks=watch))
    pyvrp.solve(told, watch.is_over, seed=seed, collect_stats=False, params=parameters)
    seconds = perf_counter() - watch.started
    return Attempt(watch.routes(), watch.trace, seconds)


class Watch(IteratedLocalSearchCallbacks):
    """Remembers the best solution at each moment; time runs from the call, preparation included."""

    def __init__(self, model: Model, moments: Sequence[float], started: float) -> None:
        self.started = started
        self.trace: Trace = []
        self._model = model
        self._moments = moments
        self._best: pyvrp.Solution | None = None
        self._kept: dict[float, pyvrp.Solution | None] = {}

    def is_over(self, best_cost: float) -> bool:
        """Whether the last moment has come; asked after each iteration, as a run ending earlier would have been."""
        now = self._now()
        for moment in self._moments:
            if moment < now:
                self._kept.setdefault(moment, self._best)
        return now > self._moments[-1]

    def on_start(self, ils: object) -> None:
        """The search begins: its first solution counts when it is feasible."""
        self.on_best(ils.initial_solution)  # type: ignore[attr-defined]

    def on_best(self, best: pyvrp.Solution) -> None:
        """A better solution."""
        if best.is_feasible():
            self._best = best
            self.trace.append((round(self._now(), 3), self._cost(best)))

    def routes(self) -> dict[float, Routes]:
        """The routes at each moment; none where nothing feasible was known."""
        found = {moment: self._kept.get(moment, self._best) for moment in self._moments}
        return {moment: {} if best is None else self._read(best) for moment, best in found.items()}

    def _now(self) -> float:
        return perf_counter() - self.started

    def _cost(self, best: pyvrp.Solution) -> float:
        served = {self._model.job_of[step.idx] for route in best.routes() for step in route if step.is_client()}
        lost = sum(job.prize for index, job in enumerate(self._model.problem.jobs) if index not in served)
        return round(lost + best.distance() / self._model.seconds_per_cost, 6)

    def _read(self, best: pyvrp.Solution) -> Routes:
        job_of = self._model.job_of
        return {
            route.vehicle_type(): [job_of[step.idx] for step in route.schedule() if step.is_client()]
            for route in best.routes()
        }


def tell(problem: Problem) -> tuple[Model, pyvrp.ProblemData]:
    """The problem as PyVRP takes it; raises CannotSay for what it lacks."""
    refuse_what_routing_engines_lack(problem)
    if any(vehicle.breaks or vehicle.max_travel_seconds is not None for vehicle in problem.vehicles):
        raise CannotSay("it has no breaks and no limit of travel beside one of distance")
    model = Model(problem)
    loads = _loads(problem)
    for index in servable(problem):
        _add_job(model, index, loads[:, index].tolist())
    depots = sorted({place for vehicle in problem.vehicles for place in (vehicle.start, vehicle.end or 0)})
    travel: Any = problem.travel.durations.astype(np.int64)
    told = pyvrp.ProblemData(
        locations=[pyvrp.Location(*place) for place in _places(problem)],
        clients=model.clients,
        depots=[pyvrp.Depot(location=place) for place in depots],
        vehicle_types=list(_vehicles(problem, {place: number for number, place in enumerate(depots)})),
        distance_matrices=[travel],
        duration_matrices=[travel],
        groups=model.groups,
    )
    return model, told


def _loads(problem: Problem) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """What each job (column) weighs in the dimension of each skill (row); the last dimension counts jobs."""
    own = skills(problem)
    loads = np.zeros((len(own) + 1, len(problem.jobs)), np.int64)
    for number, skill in enumerate(own):
        loads[number, skill.jobs] = 1
    loads[-1] = 1
    return loads if any(one.max_jobs is not None for one in problem.vehicles) else loads[:-1]


def _add_job(model: Model, index: int, load: list[int]) -> None:
    """One client for each window, of which one is served at most."""
    job = model.problem.jobs[index]
    windows: Sequence[Interval | None] = [None] if job.windows is None else sorted(job.windows)
    group = len(model.groups) if len(windows) > 1 else None
    if group is not None:
        clients = list(range(len(model.clients), len(model.clients) + len(windows)))
        model.groups.append(pyvrp.ClientGroup(clients, required=job.mandatory))
    for window in windows:
        model.clients.append(_client(model, job, window, load, group))
        model.job_of.append(index)


def _client(model: Model, job: Job, window: Interval | None, load: list[int], group: int | None) -> pyvrp.Client:
    opens, closes = (0, ALWAYS) if window is None else window
    return pyvrp.Client(
        location=job.location,
        delivery=load,
        service_duration=job.approach_seconds + max(role.service_seconds for role in job.roles),
        tw_early=max(0, opens - job.approach_seconds),
        tw_late=max(0, closes - job.approach_seconds),
        prize=round(job.prize * model.seconds_per_cost),
        required=job.mandatory and group is None,
        group=group,
    )


def _vehicles(problem: Problem, depot_at: dict[int, int]) -> Iterator[pyvrp.VehicleType]:
    own = skills(problem)
    counted = any(one.max_jobs is not None for one in problem.vehicles)
    for number, vehicle in enumerate(problem.vehicles):
        carries = [ANY_LOAD if skill.vehicles[number] else 0 for skill in own]
        if counted:
            carries.append(len(problem.jobs) if vehicle.max_jobs is None else vehicle.max_jobs)
        assert vehicle.end is not None
        limit = vehicle.max_duty_seconds
        plain = pyvrp.VehicleType(
            capacity=carries,
            start_depot=depot_at[vehicle.start],
            end_depot=depot_at[vehicle.end],
            fixed_cost=round(vehicle.fixed_cost * HOUR / problem.objective.travel_per_hour),
            tw_early=vehicle.shift[0],
            tw_late=vehicle.shift[1],
        )
        yield plain if limit is None else plain.replace(shift_duration=limit)


def _places(problem: Problem) -> list[tuple[float, float]]:
    if problem.places is None:
        return [(0.0, 0.0)] * len(problem.travel)
    return [(place.lon, place.lat) for place in problem.places]
