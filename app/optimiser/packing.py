"""Imports ortools (CP-SAT): routes to choose from, and the model that chooses a plan of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from app.optimiser.cp_sat import solved
from app.optimiser.problem import Link
from app.optimiser.schedule import HOUR
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Visit

# The model counts in integers: parts of the cost unit.
SCALE = 10_000

Key = tuple[int, tuple[tuple[int, tuple[int, ...], int | None], ...]]
Literals = list[cp_model.IntVar]


@dataclass(frozen=True, slots=True)
class Column:
    """A used route that was part of a plan, with what a choice between routes must know of it."""

    vehicle: int
    visits: tuple[Visit, ...]
    cost: float
    moves: int
    duty_seconds: int
    lateness_seconds: int

    @property
    def key(self) -> Key:
        """What makes two routes the same: the vehicle, the sequence, and the starts that are pinned."""
        return self.vehicle, tuple((visit.job, visit.roles, pinned_start(visit)) for visit in self.visits)


def pinned_start(visit: Visit) -> int | None:
    """The start of a visit that depends on other routes."""
    return visit.pieces[0].first if visit.pinned else None


class Packing:
    """The set packing over some columns: one variable each, chosen or not.

    `present` are the places of the columns of a known plan, `most_moves` is how many moves the plan may make.
    """

    def __init__(
        self, space: SearchSpace, columns: Sequence[Column], present: frozenset[int], most_moves: int | None
    ) -> None:
        self._space = space
        self._columns = columns
        self._present = present
        self._model = cp_model.CpModel()
        self._chosen = [self._model.new_bool_var(f"column {place}") for place in range(len(columns))]
        self._whole: dict[int, Literals] = {}
        self._parts: dict[tuple[int, int], dict[int, list[int]]] = {}
        self._sort_visits()
        self._once()
        for job in sorted({job for job, _ in self._parts}):
            self._meet(job)
        for link in space.problem.links:
            self._tie(link)
        for job in sorted(self._jobs):
            self._promise(job)
        if most_moves is not None:
            self._limit_moves(most_moves)
        self._model.minimize(self._cost())
        for place, chosen in enumerate(self._chosen):
            self._model.add_hint(chosen, place in present)

    def best(self, deterministic_seconds: float) -> list[Column] | None:
        """The columns of the best plan found; None when none was found in time."""
        solver = solved(self._model, deterministic_seconds)
        if solver is None:
            return None
        return [one for one, own in zip(self._columns, self._chosen, strict=True) if solver.boolean_value(own)]

    def _sort_visits(self) -> None:
        """Which columns hold a whole job, and which hold one of its roles at which start."""
        for place, column in enumerate(self._columns):
            for visit in column.visits:
                start = pinned_start(visit)
                if start is None:
                    self._whole.setdefault(visit.job, []).append(self._chosen[place])
                    continue
                for role in visit.roles:
                    self._parts.setdefault((visit.job, role), {}).setdefault(start, []).append(place)
        self._jobs = {*self._whole, *(job for job, _ in self._parts)}

    def _literals(self, places: Iterable[int]) -> Literals:
        return [self._chosen[place] for place in places]

    def _covering(self, job: int, role: int = 0) -> Literals:
        """Columns that cover the role."""
        starts = self._parts.get((job, role), {})
        return [*self._whole.get(job, []), *(self._chosen[place] for own in starts.values() for place in own)]

    def _served(self, job: int) -> cp_model.LinearExprT:
        """1 when the job is served, 0 when not."""
        return cp_model.LinearExpr.sum(self._covering(job))

    def _once(self) -> None:
        """Each vehicle has one route, each role one crew."""
        by_vehicle: dict[int, Literals] = {}
        for column, chosen in zip(self._columns, self._chosen, strict=True):
            by_vehicle.setdefault(column.vehicle, []).append(chosen)
        for own in by_vehicle.values():
            self._model.add_at_most_one(own)
        for job in sorted(self._jobs):
            for role in range(len(self._space.problem.jobs[job].roles)):
                self._model.add_at_most_one(self._covering(job, role))

    def _meet(self, job: int) -> None:
        """At each start either all roles of the job are covered or none."""
        roles = [self._parts.get((job, role), {}) for role in range(len(self._space.problem.jobs[job].roles))]
        for start in sorted({start for own in roles for start in own}):
            counts = [cp_model.LinearExpr.sum(self._literals(own.get(start, []))) for own in roles]
            for count in counts[1:]:
                self._model.add(count == counts[0])

    def _tie(self, link: Link) -> None:
        """Both ends are served or none, the second so much after the first, by workers as the link wants them."""
        index = self._space.problem.job_index
        first, second = ((index[job], role) for job, role in (link.first, link.second))
        if not {first[0], second[0]} & self._jobs:
            return
        self._model.add(self._served(first[0]) == self._served(second[0]))
        later = self._parts.get(second, {})
        for start, places in sorted(self._parts.get(first, {}).items()):
            near = [place for own in sorted(later) if link.gap[0] <= own - start <= link.gap[1] for place in later[own]]
            self._follows(self._literals(places), self._literals(near))
        self._tie_workers(link, *(self._holding(*end) for end in (first, second)))

    def _follows(self, some: Literals, others: Literals) -> None:
        """When one of some is chosen, one of the others is."""
        self._model.add(cp_model.LinearExpr.sum(some) <= cp_model.LinearExpr.sum(others))

    def _holding(self, job: int, role: int) -> list[int]:
        return sorted(place for own in self._parts.get((job, role), {}).values() for place in own)

    def _tie_workers(self, link: Link, first: list[int], second: list[int]) -> None:
        """Two crews are the same when all members are, and different when nobody is in both."""
        if link.workers == "same":
            for crew, own in self._by_crew(first).items():
                self._follows(self._literals(own), self._literals(self._by_crew(second).get(crew, [])))
        if link.workers == "different":
            for place in sorted(set(first) & set(second)):
                if len(self._workers(place)) == 1:
                    self._model.add(self._chosen[place] == 0)
            for worker in self._space.problem.workers:
                ends = sorted({place for place in (*first, *second) if worker in self._workers(place)})
                self._model.add_at_most_one(self._literals(ends))

    def _by_crew(self, places: Iterable[int]) -> dict[frozenset[str], list[int]]:
        crews: dict[frozenset[str], list[int]] = {}
        for place in places:
            crews.setdefault(self._workers(place), []).append(place)
        return crews

    def _workers(self, place: int) -> frozenset[str]:
        return self._space.problem.vehicles[self._columns[place].vehicle].workers

    def _promise(self, job: int) -> None:
        """A promised worker is among those who serve the job."""
        lock = self._space.problem.lock_of.get(self._space.problem.jobs[job].id)
        if lock is None or not lock.keeps_worker or lock.worker is None:
            return
        roles = range(len(self._space.problem.jobs[job].roles))
        holding = sorted({place for role in roles for place in self._holding(job, role)})
        theirs = [place for place in holding if lock.worker in self._workers(place)]
        self._follows([*self._literals(self._holding(job, 0))], self._literals(theirs))

    def _limit_moves(self, most: int) -> None:
        counts = [column.moves for column in self._columns]
        moves = cp_model.LinearExpr.weighted_sum(self._chosen, counts)
        dropped = [job for job in range(len(self._space.problem.jobs)) if self._space.drop_is_move(job)]
        kept = cp_model.LinearExpr.sum([self._served(job) for job in dropped])
        self._model.add(moves + len(dropped) - kept <= most)

    def _cost(self) -> cp_model.LinearExprT:
        """Costs of the routes less what their visits are worth; the plan-wide parts."""
        losses = self._losses()
        weights = [round(SCALE * (column.cost - self._worth(column, losses))) for column in self._columns]
        parts: list[cp_model.LinearExprT] = [cp_model.LinearExpr.weighted_sum(self._chosen, weights)]
        objective = self._space.problem.objective
        if objective.fairness_per_hour > 0:
            parts.append(self._unfairness(objective.fairness_per_hour / HOUR))
        if objective.lateness_max_per_hour > 0:
            parts.append(self._largest_lateness(objective.lateness_max_per_hour / HOUR))
        return cp_model.LinearExpr.sum(parts)

    def _worth(self, column: Column, losses: Sequence[float]) -> float:
        """Losses that the column saves; a role saves its share of the job's."""
        jobs = self._space.problem.jobs
        return sum(losses[visit.job] * len(visit.roles) / len(jobs[visit.job].roles) for visit in column.visits)

    def _losses(self) -> list[float]:
        """What each job's loss costs; that of a job that must be served is more than everything else together."""
        losses = [self._space.loss(job) for job in range(len(self._space.problem.jobs))]
        dearest: dict[int, float] = {}
        for column in self._columns:
            dearest[column.vehicle] = max(abs(column.cost), dearest.get(column.vehicle, 0.0))
        everything = 1.0 + sum(losses) + sum(dearest.values())
        return [loss + everything * (job in self._space.musts) for job, loss in enumerate(losses)]

    def _largest_lateness(self, per_second: float) -> cp_model.IntVar:
        """The price of the largest lateness on the chosen columns."""
        prices = [round(SCALE * per_second * column.lateness_seconds) for column in self._columns]
        largest = self._model.new_int_var(0, max([0, *prices]), "largest")
        for own, chosen in zip(prices, self._chosen, strict=True):
            if own > 0:
                self._model.add(largest >= own).only_enforce_if(chosen)
        return largest

    def _unfairness(self, per_second: float) -> cp_model.LinearExprT:
        """The price of everybody's distance from the mean duty."""
        workers = self._space.problem.workers
        crews = [self._workers(place) for place in range(len(self._columns))]
        most = round(SCALE * per_second * sum(self._longest().values())) + len(self._columns)
        mean = self._model.new_int_var(0, most, "mean")
        seconds = [SCALE * per_second * column.duty_seconds for column in self._columns]
        shares = [round(own * len(crew) / len(workers)) for own, crew in zip(seconds, crews, strict=True)]
        self._model.add(mean == cp_model.LinearExpr.weighted_sum(self._chosen, shares))
        distances = []
        for worker in workers:
            own = [(place, round(seconds[place])) for place, crew in enumerate(crews) if worker in crew]
            duty = cp_model.LinearExpr.weighted_sum(self._literals(p for p, _ in own), [price for _, price in own])
            distance = self._model.new_int_var(0, most, f"distance of {worker}")
            self._model.add(distance >= duty - mean)
            self._model.add(distance >= mean - duty)
            distances.append(distance)
        return cp_model.LinearExpr.sum(distances)

    def _longest(self) -> Mapping[int, int]:
        """The longest duty of each vehicle, its members counted."""
        longest: dict[int, int] = {}
        for place, column in enumerate(self._columns):
            duty = column.duty_seconds * len(self._workers(place))
            longest[column.vehicle] = max(duty, longest.get(column.vehicle, 0))
        return longest
