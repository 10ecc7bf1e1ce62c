"""A problem as the arrays of the compiled search: surveyed once, before the first move."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.optimiser.compiled.meetings import ANY, DIFFERENT, SAME
from app.optimiser.compiled.terrain import (
    CAPABLE,
    DROP,
    ELSEWHERE,
    GAP_HIGH,
    GAP_LOW,
    HALF,
    JOB,
    MUST_LOSS,
    RELATION,
    SECOND,
    TWIN,
    Flags,
    Floats,
    Ground,
    Ints,
    Shorts,
)
from app.optimiser.crew_skills import MOST_MEMBERS
from app.optimiser.draft import Draft
from app.optimiser.fleet_tables import (
    clash_table,
    crew_table,
    has_timed_price,
    pause_table,
    tariff_table,
    vehicle_table,
)
from app.optimiser.job_order import insertion_orders, near_jobs
from app.optimiser.node_table import NodeTable, Part
from app.optimiser.problem import Link
from app.optimiser.schedule import HOUR, can_be_used
from app.optimiser.search_space import SearchSpace
from app.optimiser.spots import spots_of, travel_between
from app.optimiser.visit import Visit

# 0 would leave two-person visits to chance: what opening doors for them is worth can be measured.
DOORS = 1
RELATIONS = {"different": DIFFERENT, "same": SAME, "any": ANY}
Bools = NDArray[np.bool_]
# Waiting that costs less than this share of travel is priced when a route is done, not for each gap.
CHEAP_WAITING = 0.25


class Survey:
    """The nodes, and the ground they lie on; `draft` is what the search will begin with."""

    def __init__(self, space: SearchSpace, draft: Draft) -> None:
        self.space = space
        self.pairs = _pairs(space)
        tied = {job for pair in self.pairs for job in pair}
        self._complex = space.linked - tied
        self._kept = self._kept_jobs(draft)
        self._moved = draft.moved_together
        self.parts: list[Part] = []
        self.half = np.full(len(space.problem.jobs), -1, np.int32)
        self._name_parts(draft)
        self.ground = self._ground()

    @property
    def requests(self) -> Shorts:
        """Jobs that the search may place: whole or in halves, of two linked ones the first."""
        able = (self.ground.fitness & CAPABLE).any(axis=1)
        placeable = able[: len(self.space.problem.jobs)].copy()
        halved = np.flatnonzero(self.half >= 0)
        placeable[halved] |= able[self.half[halved]] & able[self.half[halved] + 1]
        for first, second in self.pairs:
            placeable[first] &= placeable[second]
        placeable &= self.ground.jobs[:, SECOND] == 0
        return np.flatnonzero(placeable).astype(np.int32)

    def nodes(self, draft: Draft) -> list[list[tuple[int, int]]]:
        """Each route of the draft as nodes with their pins, -1 where there is none."""
        kept = {id(part.kept): node for node, part in enumerate(self.parts) if part.kept is not None}
        found = []
        for route in draft.routes:
            own = []
            for visit in route.visits:
                node = kept.get(id(visit))
                if node is None:
                    node = visit.job if self._is_whole(visit) else int(self.half[visit.job]) + visit.roles[0]
                own.append((node, visit.pieces[0].first if visit.pinned else -1))
            found.append(own)
        return found

    def visit(self, vehicle: int, node: int, start: int) -> Visit | None:
        """The visit that a node on a route stands for; `start` negative: not pinned."""
        part = self.parts[node]
        if part.kept is not None:
            return part.kept
        if start < 0:
            return self.space.visit(vehicle, part.job)
        return self.space.pinned_visit(vehicle, part.job, part.roles, start)

    def _is_whole(self, visit: Visit) -> bool:
        return len(visit.roles) == len(self.space.problem.jobs[visit.job].roles)

    def _kept_jobs(self, draft: Draft) -> set[int]:
        """Jobs on routes in a way that the search cannot express: they stay exactly where they are."""
        kept = set()
        partner = {one: other for pair in self.pairs for one, other in (pair, pair[::-1])}
        for route in draft.routes:
            for visit in route.visits:
                plain = self._is_whole(visit) and (not visit.pinned or visit.job in partner)
                halved = len(visit.roles) == 1 and len(self.space.problem.jobs[visit.job].roles) == 2
                if visit.job in self._complex or not (plain or (halved and visit.job not in self.space.linked)):
                    kept |= {visit.job, partner.get(visit.job, visit.job)}
        return kept

    def _name_parts(self, draft: Draft) -> None:
        jobs = self.space.problem.jobs
        everybody = [tuple(range(len(job.roles))) for job in jobs]
        self.parts = [Part(job, roles, True) for job, roles in enumerate(everybody)]
        halved = {visit.job for route in draft.routes for visit in route.visits if not self._is_whole(visit)}
        for index, job in enumerate(jobs):
            is_free = index not in self.space.linked and index not in self._kept
            if len(job.roles) == 2 and is_free and (index in halved or self._may_be_split(index)):
                self.half[index] = len(self.parts)
                self.parts += [Part(index, (role,), False) for role in range(2)]
        for route in draft.routes:
            for visit in route.visits:
                if visit.job in self._kept:
                    self.parts.append(Part(visit.job, visit.roles, False, visit))

    def _may_be_split(self, job: int) -> bool:
        """Whether two vehicles might share the job: each covers a role, none of them both."""
        if self.space.is_frozen(job):
            return False
        one, other = (self._half_capable(job, role) for role in range(2))
        return bool(one.any() and other.any() and (one | other).sum() > 1)

    def _half_capable(self, job: int, role: int) -> Bools:
        return self.space.capable_of_role(job, role) & ~self.space.capable[:, job] & self._usable

    @cached_property
    def _usable(self) -> Bools:
        return np.array([can_be_used(clock) and clock.vehicle.max_jobs != 0 for clock in self.space.clocks], bool)

    def _ground(self) -> Ground:
        space, problem = self.space, self.space.problem
        objective = problem.objective
        self.spots = spots_of(problem)
        travel = travel_between(problem.travel.durations, self.spots)
        nodes, prices = self._nodes()
        jobs, loss = self._jobs()
        keys, odds = insertion_orders(space, loss)
        return Ground(
            travel=travel,
            toll=travel,
            nodes=nodes,
            prices=prices,
            fitness=self._fitness(),
            liking=self._liking(),
            vehicles=vehicle_table(problem.vehicles, self._most_stops()),
            tariffs=tariff_table(problem),
            pauses=pause_table(problem.vehicles),
            clash=clash_table(problem.vehicles),
            crews=crew_table(problem),
            carries=self._carries(),
            jobs=jobs,
            loss=loss,
            near=near_jobs(space),
            keys=keys,
            odds=odds,
            options=np.array([-1 if space.max_moves is None else space.max_moves, self._is_timed(), DOORS], np.int64),
            shared_rates=np.array([objective.fairness_per_hour, objective.lateness_max_per_hour]) / HOUR,
            move_cost=space.move_weight.cost,
        )

    def _is_timed(self) -> bool:
        problem = self.space.problem
        objective = problem.objective
        return (
            problem.previous is not None
            or objective.duty_per_hour > 0
            or objective.lateness_max_per_hour > 0
            or objective.waiting_per_hour > CHEAP_WAITING * objective.travel_per_hour
            or any(job.slot_values for job in problem.jobs)
            or any(job.late_after is not None and job.lateness_cost_per_hour > 0 for job in problem.jobs)
            or any(has_timed_price(vehicle) for vehicle in problem.vehicles)
        )

    def _most_stops(self) -> int:
        """How many stops a route can have at most, as far as that can be told beforehand."""
        jobs, vehicles = self.space.problem.jobs, self.space.problem.vehicles
        shortest = min((role.service_seconds for job in jobs for role in job.roles), default=0)
        longest = max((vehicle.latest_return - vehicle.shift[0] for vehicle in vehicles), default=0)
        return max(1, min(2 * len(jobs), longest // shortest + 1 if shortest > 0 else 2 * len(jobs)))

    def _carries(self) -> Flags:
        """For each role of each locked job whether its promised worker is in each vehicle, and may take the role."""
        space, problem = self.space, self.space.problem
        rows = [
            space.capable_of_role(problem.job_index[lock.job], role, lock.worker)
            if lock.keeps_worker and role < len(problem.jobs[problem.job_index[lock.job]].roles)
            else np.zeros(len(problem.vehicles), bool)
            for lock in problem.locks
            for role in range(MOST_MEMBERS)
        ]
        return np.array(rows, np.uint8).reshape(MOST_MEMBERS * len(problem.locks), len(problem.vehicles))

    def _nodes(self) -> tuple[Ints, Floats]:
        """The tables `nodes` and `prices`."""
        table = NodeTable(self.space, self.parts, self.spots)
        self._tie(table.nodes)
        return table.nodes, table.prices

    def _tie(self, nodes: Ints) -> None:
        """Halves to each other, and linked jobs."""
        for first in self.half[self.half >= 0].tolist():
            nodes[first, TWIN], nodes[first + 1, TWIN] = first + 1, first
        for (first, second), link in self.pairs.items():
            nodes[second, JOB] = first
            if {first, second} & self._kept:
                continue
            nodes[first, TWIN], nodes[second, TWIN] = second, first
            nodes[first, GAP_LOW], nodes[first, GAP_HIGH] = link.gap
            nodes[first, RELATION] = nodes[second, RELATION] = RELATIONS[link.workers]

    def _fitness(self) -> Flags:
        """Who may do what, and where it would be a move."""
        usable = self._usable
        capable = np.zeros((len(self.parts), len(usable)), bool)
        capable[: len(self.half)] = (self.space.capable & usable[:, None]).T
        for node, part in enumerate(self.parts):
            if part.job in self._kept or part.job in self._complex:
                capable[node] = False
            elif not part.is_whole:
                capable[node] = self._half_capable(part.job, part.roles[0])
        for pair, link in self.pairs.items():
            if not self._kept & set(pair):
                for job in pair:
                    capable[job] = self.space.capable_though_linked(job) & usable & self._may_link(link)
        elsewhere = np.array([self._elsewhere(part) for part in self.parts], bool).reshape(capable.shape)
        fitness: Flags = (capable * CAPABLE + elsewhere * ELSEWHERE).astype(np.uint8)
        return fitness

    def _elsewhere(self, part: Part) -> Bools:
        """At which vehicles the part would have another crew; half of a job wants half of the promised one."""
        crews = [vehicle.workers for vehicle in self.space.problem.vehicles]
        promise = self.space.promises.get(part.job)
        if promise is None or part.kept is not None:
            return np.full(len(crews), part.job in self._moved)
        kept = {promise.workers}
        if not part.is_whole and promise.workers is not None:
            kept = {crew for crew in crews if crew < promise.workers and promise.workers - crew in crews}
        return np.array([crew not in kept for crew in crews], bool)

    def _may_link(self, link: Link) -> Bools:
        """Which vehicles may take an end of the link: where the same worker must come to both, single ones."""
        vehicles = self.space.problem.vehicles
        return np.array([link.workers != "same" or len(vehicle.members) == 1 for vehicle in vehicles], bool)

    def _liking(self) -> Floats:
        """How much each vehicle's best way to cover a part is preferred."""
        vehicles = range(len(self.space.problem.vehicles))
        liking = np.zeros((len(self.parts), len(vehicles)))
        for node, part in enumerate(self.parts):
            if self.space.problem.jobs[part.job].preferred:
                liking[node] = [self._liked(vehicle, part) for vehicle in vehicles]
        return liking

    def _liked(self, vehicle: int, part: Part) -> float:
        plain = part.is_whole and part.job not in self.space.linked
        visit = self.space.visit(vehicle, part.job) if plain else None
        visit = visit or self.space.part_of_visit(vehicle, part.job, part.roles)
        return visit.preference if visit is not None else 0.0

    def _jobs(self) -> tuple[Ints, Floats]:
        """The table `jobs`, and what each of them costs when it is not served."""
        space = self.space
        count = len(space.problem.jobs)
        jobs = np.zeros((count, 3), np.int64)
        jobs[:, HALF] = self.half
        jobs[:, DROP] = [space.drop_is_move(job) for job in range(count)]
        loss = np.array([space.loss(job) + (MUST_LOSS if job in space.musts else 0.0) for job in range(count)])
        for first, other in self.pairs:
            loss[first] += loss[other]
            jobs[first, DROP] += jobs[other, DROP]
            jobs[other, SECOND] = 1
        jobs[sorted(self._complex | self._kept), SECOND] = 1
        return jobs, loss


def _pairs(space: SearchSpace) -> dict[tuple[int, int], Link]:
    """Links of two jobs that nothing else ties to anything."""
    index = space.problem.job_index
    links = [(index[link.first[0]], index[link.second[0]], link) for link in space.problem.links]
    times = np.zeros(len(space.problem.jobs), np.int64)
    for first, second, _ in links:
        times[first] += 1
        times[second] += 1
    return {(a, b): link for a, b, link in links if a != b and times[a] == times[b] == 1 and _is_simple(space, a, b)}


def _is_simple(space: SearchSpace, first: int, second: int) -> bool:
    """One role each, no promise about either: two tasks say everything."""
    jobs = space.problem.jobs
    return all(len(jobs[job].roles) == 1 and not space.is_promised(job) for job in (first, second))
