"""The OR-Tools engine: whole problems in one routing model, large ones part by part."""

from collections.abc import Sequence

import numpy as np

from app.optimiser.budget import Effort
from app.optimiser.carry_over import keep_most
from app.optimiser.decompose import Group, groups, neighbourhood, points
from app.optimiser.draft import Draft, empty_route
from app.optimiser.gaps import GapTest
from app.optimiser.ortools_routing import Allowance, search
from app.optimiser.routing_task import RoutingTask, Wish
from app.optimiser.schedule import can_be_used
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import Sweep

MOST_VISITS_AT_ONCE = 300
# Shares of the time: where the search ends, where a sweep interrupts it, and what the start by groups may take.
SEARCH_SHARE = 0.92
SHARES = (0.5, SEARCH_SHARE)
START_SHARE = 0.25
ROUND_SECONDS = 0.5
ROUND_ITERATIONS = 3000
SWEEP_TRIES = 50_000


class RoutingEngine:
    """Improves a draft in place until the budget ends."""

    def __init__(self, draft: Draft, effort: Effort, rng: np.random.Generator) -> None:
        self.draft = draft
        self.effort = effort
        self._rng = rng
        clocks = enumerate(draft.space.clocks)
        self._vehicles = [place for place, clock in clocks if clock.vehicle.max_jobs != 0 and can_be_used(clock)]
        self._fit_alone = _jobs_with_a_place(draft.space, self._vehicles)

    @property
    def _jobs(self) -> list[int]:
        """What may be served: also what a sweep has put where only the stops beside it make it reachable."""
        return sorted(self.draft.served | self._fit_alone)

    def run(self) -> None:
        """One model where it is small enough; otherwise a start by groups, then neighbourhood after neighbourhood.

        A sweep on the way fills gaps that the models are slow to find; the search then goes on from there.
        """
        if not self._jobs:
            return
        if len(self._jobs) <= MOST_VISITS_AT_ONCE:
            for share in SHARES:
                if not self.effort.is_over(SEARCH_SHARE):
                    whole = Group(tuple(self._vehicles), tuple(self._jobs))
                    self._improve(whole, self._everything(share))
                    self._sweep()
            return
        where = points(self.draft.space.problem)
        if not self.draft.served:
            self._start(groups(self.draft.space, where, self._vehicles, self._jobs))
        self._sweep()
        while not self.effort.is_over(SEARCH_SHARE):
            near = neighbourhood(self.draft, where, self._vehicles, self._jobs, self._rng)
            self._improve(near, self._round())
            self._report()

    def _sweep(self) -> None:
        Sweep(self.draft, self._sweeps_enough).run()
        self._report()

    def _sweeps_enough(self, tries: int) -> bool:
        """A sweep on the way ends with the search; where iterations are counted, its insertions are too."""
        if self.effort.budget.seconds is not None:
            return self.effort.is_over(SEARCH_SHARE)
        return tries > SWEEP_TRIES or self.effort.is_cancelled()

    def _report(self) -> None:
        self.effort.report(round(self.draft.cost, 6), len(self.draft.served))

    def _everything(self, share: float) -> Allowance:
        """All up to this share of the budget; this one model reports for the whole plan."""
        jobs = set(self._jobs)
        space = self.draft.space
        elsewhere = sum(space.loss(job) for job in range(len(space.problem.jobs)) if job not in jobs)
        return Allowance(self._seconds(share), self._iterations(share), base_cost=elsewhere)

    def _start(self, parts: Sequence[Group]) -> None:
        for place, part in enumerate(parts):
            if self.effort.is_over(SEARCH_SHARE):
                return
            seconds, left = self._seconds(START_SHARE), self.effort.iterations_left
            share = len(parts) - place
            self._improve(
                part,
                Allowance(
                    None if seconds is None else min(ROUND_SECONDS, max(0.05, seconds / share)),
                    None if left is None else max(1, int(left * START_SHARE / share)),
                ),
            )
            self._report()

    def _round(self) -> Allowance:
        seconds, left = self._seconds(SEARCH_SHARE), self.effort.iterations_left
        return Allowance(
            None if seconds is None else max(0.05, min(ROUND_SECONDS, seconds)),
            ROUND_ITERATIONS if left is None else min(ROUND_ITERATIONS, left),
        )

    def _seconds(self, share: float) -> float | None:
        """Seconds until this share of the time is spent."""
        total = self.effort.budget.seconds
        return None if total is None else max(0.0, share * total - self.effort.seconds)

    def _iterations(self, share: float) -> int | None:
        """Iterations until this share of the search is spent; nothing of them is kept back for the final sweep."""
        total, left = self.effort.budget.iterations, self.effort.iterations_left
        if total is None or left is None:
            return None
        return max(1, left - round(total * (1 - share / SEARCH_SHARE)))

    def _improve(self, group: Group, allowance: Allowance) -> None:
        """Plan the group anew from its present routes; keep the result when it ranks better."""
        task = self._task(group)
        if not task.wishes:
            self.effort.spend(1)
        else:
            found = search(task, self.effort, allowance, self._present_as_start(task))
            if found is not None:
                self._take(task, found)

    def _task(self, group: Group) -> RoutingTask:
        """The group's model in random order: the seed decides between what costs the same."""
        space = self.draft.space
        vehicles = [group.vehicles[place] for place in self._rng.permutation(len(group.vehicles))]
        pinned = {visit.job for route in self.draft.routes for visit in route.visits if visit.pinned}
        wishes = [
            Wish(job, {place: visit for place, one in enumerate(vehicles) if (visit := space.visit(one, job))})
            for job in (group.jobs[place] for place in self._rng.permutation(len(group.jobs)))
            if job not in pinned
        ]
        wishes += [
            Wish(visit.job, {place: visit})
            for place, vehicle in enumerate(vehicles)
            for visit in self.draft.routes[vehicle].visits
            if visit.pinned
        ]
        return RoutingTask(
            space, vehicles, [wish for wish in wishes if wish.visits], self._moves_left(vehicles, wishes)
        )

    def _moves_left(self, vehicles: Sequence[int], wishes: Sequence[Wish]) -> int | None:
        """Moves that these vehicles and jobs may make while the rest of the plan stays as it is."""
        space = self.draft.space
        if space.max_moves is None:
            return None
        here = sum(self.draft.routes[vehicle].moves for vehicle in vehicles)
        here += sum(space.drop_is_move(job) for job in {wish.job for wish in wishes} - self.draft.served)
        return max(0, space.max_moves - self.draft.moves + here)

    def _present_as_start(self, task: RoutingTask) -> list[list[int]] | None:
        """The present routes in the task's own numbers; None when they are all empty."""
        whole = {wish.job: number for number, wish in enumerate(task.wishes) if not wish.any_visit.pinned}
        tied = {
            (place, wish.job): number
            for number, wish in enumerate(task.wishes)
            if wish.any_visit.pinned
            for place in wish.visits
        }
        start = [
            [
                tied[place, visit.job] if visit.pinned else whole[visit.job]
                for visit in self.draft.routes[vehicle].visits
            ]
            for place, vehicle in enumerate(task.vehicles)
        ]
        return start if any(start) else None

    def _take(self, task: RoutingTask, found: Sequence[Sequence[int]]) -> None:
        """Schedule the routes that were found; keep them when they rank better than the present ones."""
        draft = self.draft
        proposal = draft.copy()
        for place, (vehicle, route) in enumerate(zip(task.vehicles, found, strict=True)):
            visits = [task.wishes[wish].visits[place] for wish in route]
            proposal.routes[vehicle] = keep_most(draft.space, vehicle, visits)
        limit = draft.space.max_moves
        keeps_moves = limit is None or proposal.moves <= max(limit, draft.moves)
        if keeps_moves and proposal.pinned == draft.pinned and proposal.rank < draft.rank:
            draft.routes = proposal.routes


def _jobs_with_a_place(space: SearchSpace, vehicles: Sequence[int]) -> set[int]:
    """The jobs that seem to fit an empty day, or a neighbour's; all others are impossible for all."""
    test = GapTest(space)
    everything = np.arange(len(space.problem.jobs))
    fits = np.zeros(len(everything), bool)
    fits[list(space.neighbours)] = True
    for vehicle in vehicles:
        fits |= test.possible(empty_route(space, vehicle), everything)[0]
    return set(np.flatnonzero(fits).tolist())
