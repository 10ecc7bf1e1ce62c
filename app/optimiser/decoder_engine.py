"""Decoder annealing as an engine: which problems it suits, batches of moves, and its best solution as a draft."""

from collections import Counter

import numpy as np

from app.optimiser.compiled.decoder import anneal
from app.optimiser.compiled.decoder_cost import recount, total_cost
from app.optimiser.compiled.decoder_state import Best, Figures, Tour
from app.optimiser.compiled.random import seeded
from app.optimiser.decoder_arrays import PARTS, Unit, find_units, ground, must_loss
from app.optimiser.decoder_tour import empty_scratch, empty_tour, make_draft, tour_of
from app.optimiser.draft import Draft
from app.optimiser.problem import Problem, Vehicle
from app.optimiser.schedule import HOUR
from app.optimiser.search_space import SearchSpace

LEAST_SHARE = 0.05
WANTED_WAYS = 20.0
HOT_WAYS = 1.5
COLD_WAYS = 0.03
# The generator steps along one sequence; this keeps the stretches that different seeds use far from each other.
FAR_APART = 0xD1342543DE82EF95


def suits(space: SearchSpace) -> bool:
    """Whether the problem can be expressed, everything is wanted, and enough of it is tied to be worth it."""
    problem = space.problem
    if not problem.jobs or not problem.vehicles or not _is_expressible(problem) or not _all_wanted(problem):
        return False
    whole = space.capable.any(axis=0).tolist()
    meetings = sum(len(job.roles) > 1 and not able for job, able in zip(problem.jobs, whole, strict=True))
    return meetings + len(space.linked) >= LEAST_SHARE * len(problem.jobs)


def _is_expressible(problem: Problem) -> bool:
    return _rules_are_known(problem) and _units_are_known(problem)


def _rules_are_known(problem: Problem) -> bool:
    if problem.locks or problem.previous is not None or problem.objective.fairness_per_hour:
        return False
    return not any(vehicle.breaks or _duty_is_limited(vehicle) for vehicle in problem.vehicles)


def _duty_is_limited(vehicle: Vehicle) -> bool:
    """Whether the duty limit says more than the shift does."""
    longest = vehicle.latest_return - vehicle.shift[0]
    return vehicle.max_duty_seconds is not None and vehicle.max_duty_seconds < longest


def _units_are_known(problem: Problem) -> bool:
    """Whether no unit has more than two tasks, and all starts of a job are worth the same."""
    linked = Counter(job for link in problem.links for job in (link.first[0], link.second[0]))
    return all(
        linked[job.id] <= 1 and len(job.roles) <= (1 if linked[job.id] else 2) and not job.slot_values
        for job in problem.jobs
    )


def _all_wanted(problem: Problem) -> bool:
    """Whether every visit is worth many ways; where visits are chosen from, ruin and recreate is the better search."""
    longest = float(np.max(problem.travel.durations)) * problem.objective.travel_per_hour / HOUR
    return all(job.mandatory or job.prize > WANTED_WAYS * longest for job in problem.jobs)


def temperatures(space: SearchSpace) -> tuple[float, float]:
    """Recommended start and end temperature: shares of what a usual way costs, lateness where travel is free."""
    problem = space.problem
    way = _usual_way(problem)
    price = problem.objective.travel_per_hour or max((job.lateness_cost_per_hour for job in problem.jobs), default=0.0)
    scale = way * (price or 1.0) / HOUR
    return HOT_WAYS * scale, COLD_WAYS * scale


def _usual_way(problem: Problem) -> float:
    """The middle of all ways between jobs in seconds, at least a second."""
    places = [job.location for job in problem.jobs]
    ways = problem.travel.durations[np.ix_(places, places)]
    ways = ways[ways > 0]
    return max(1.0, float(np.median(ways))) if ways.size else 1.0


class DecoderSearch:
    """One search; the same seed and the same runs give the same result.

    The cost is the problem's own, with the earliest times. Waiting, duty and overtime are those of a route that leaves
    as late as it can without moving tied or late starts, so the plan may be a little cheaper than `best_cost`. Where a
    crew of two serves one of two linked jobs, it is taken to be the better liked of the two who comes.
    """

    def __init__(self, space: SearchSpace, seed: int, start: Draft | None = None) -> None:
        self.space = space
        self.units = find_units(space.problem)
        self._ground = ground(space, self.units)
        self._scratch = empty_scratch(len(self.units), len(space.problem.vehicles))
        self._random = seeded(seed * FAR_APART)
        tour = tour_of(self._ground, self._scratch, self.units, start) if start is not None else None
        self._tour = tour or empty_tour(space.problem, len(self.units))
        self._best = Best(self._tour.after.copy(), self._tour.vehicle.copy(), self._tour.end.copy())
        self._figures = Figures(np.full(1, total_cost(self._ground, self._tour)), np.zeros(1, np.int64))

    def run(self, iterations: int, hot: float, cold: float) -> None:
        """Try so many moves while the temperature, in units of cost, falls geometrically from hot to cold."""
        if self.units and iterations > 0:
            fixed = self._ground, self._tour, self._best, self._scratch, self._figures, self._random
            anneal(*fixed, iterations, float(hot), float(cold))

    @property
    def iterations(self) -> int:
        """Moves tried so far."""
        return int(self._figures.moves[0])

    @property
    def best_served(self) -> int:
        """Number of jobs that the best solution serves."""
        return sum(len(unit.jobs) for unit in self._served())

    @property
    def best_cost(self) -> float:
        """Cost of the best solution, as the problem counts it."""
        return float(total_cost(self._ground, self._best_tour())) - self._missing * must_loss(self.space)

    @property
    def best_rank(self) -> tuple[int, float]:
        """What solutions are compared by: first jobs that must be served and are not, then cost."""
        return self._missing, self.best_cost

    @property
    def _missing(self) -> int:
        return len(self.space.musts.difference(job for unit in self._served() for job in unit.jobs))

    def draft(self) -> Draft | None:
        """The best solution, tied visits pinned to their starts; None when a route of it cannot be scheduled."""
        return make_draft(self.space, self.units, self._ground, self._best_tour())

    def _served(self) -> list[Unit]:
        vehicle = self._best.vehicle.reshape(-1)[: PARTS * len(self.units)].reshape(-1, PARTS)
        return [unit for unit, row in zip(self.units, vehicle, strict=True) if (row >= 0).any()]

    def _best_tour(self) -> Tour:
        tour = empty_tour(self.space.problem, len(self.units))
        best = tour._replace(after=self._best.after, vehicle=self._best.vehicle, end=self._best.end)
        recount(self._ground, best)
        return best
