"""Annealed ruin and recreate on several strands.

A job of two people who come from two routes needs a gap in both at one time: a random search takes such a job out more
easily than it puts it in. So these jobs are worth more at first, falling to what they are worth, while the best
solution is always told apart by what it really costs.

A small problem is given to all strands whole, and the best of what they find is kept. A large one is cut between them
by a line that is drawn anew in each round, so that every border soon lies inside a part; what the strands have made of
their parts fits together by itself, because no task, vehicle or pair is in two of them.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.optimiser.compiled.terrain import MUST_LOSS, SECOND, TWIN, Realm
from app.optimiser.decompose import Points, points
from app.optimiser.draft import Draft
from app.optimiser.ruin_search import RuinSearch, Snapshot, temperatures, whole_realm
from app.optimiser.strands import Phase, Strands
from app.optimiser.survey import Survey

# From this many vehicles on a problem is cut between the strands.
FEWEST_TO_CUT = 30
# From this share on, all strands of a small problem go on from the best of them.
TOGETHER = 0.5

# Two-person jobs are worth so much more to the search at first; from this share of a phase on what they are worth.
FAVOUR = 0.4
FAVOUR_UNTIL = 0.8

Sides = NDArray[np.int64]


class RuinEngine:
    """Improves a draft phase by phase."""

    def __init__(self, survey: Survey, draft: Draft, strands: Strands, seed: int) -> None:
        self.survey = survey
        self._threads = strands
        self._searches = [RuinSearch(survey, draft, seed * 1000 + number) for number in range(strands.count)]
        self._rng = np.random.default_rng(seed)
        self._where = points(draft.space.problem)
        self._everything = whole_realm(survey)
        self._is_cut = strands.count > 1 and len(draft.routes) >= FEWEST_TO_CUT
        loss = survey.ground.loss
        self._shared = np.flatnonzero((survey.half >= 0) & (loss < MUST_LOSS))
        self._worth = loss[self._shared].copy()
        self.hot, self.cold = temperatures(survey)
        self.best = self._searches[0].champion()
        self.best_cost = self._searches[0].best_cost

    @property
    def served(self) -> int:
        """Number of jobs that the best solution serves."""
        parts = self.survey.parts
        rows = (self.best.stops[vehicle, 1 : n + 1].tolist() for vehicle, n in enumerate(self.best.length.tolist()))
        return len({parts[node].job for row in rows for node in row})

    def draft(self) -> Draft:
        """The best solution, exactly timed."""
        return self._searches[0].draft(self.best)

    def build(self) -> None:
        """A first solution: every job where it is cheapest, the most valuable first."""
        first = self._searches[0]
        first.realm = self._everything
        first.run(1, self.cold, self.cold, is_build=True)
        self._note(first.champion(), first.best_cost)
        self._spread(self.best)

    def go_on_from(self, draft: Draft) -> None:
        """Continue with another solution; it is the best when it is better."""
        first = self._searches[0]
        first.load(draft)
        self._note(first.champion(), first.best_cost)
        self._spread(first.present())

    def anneal(self, phase: Phase) -> Iterator[None]:
        """Round by round, until the phase is over; the caller may look at the best between them."""
        for one in self._threads.rounds(phase):
            self._favour(FAVOUR * max(0.0, 1 - one.begin / FAVOUR_UNTIL) if phase.hot >= self.hot else 0.0)
            realms = self._cut() if self._is_cut else [self._everything] * len(self._searches)
            for search, realm in zip(self._searches, realms, strict=True):
                search.realm = realm
            self._threads.work(phase, one, self._searches)
            if self._is_cut:
                self._join(realms)
            else:
                self._compare(one.begin, one.end)
            yield

    def _favour(self, more: float) -> None:
        """Let jobs that two routes share be worth so much more; every strand goes on from where it is."""
        worth = self._worth * (1 + more)
        if not np.array_equal(self.survey.ground.loss[self._shared], worth):
            self.survey.ground.loss[self._shared] = worth
            for search in self._searches:
                search.take_over(search.present())

    def _favour_in(self, state: Snapshot) -> float:
        """What a solution's price holds too much, for jobs that are worth less than the search is told."""
        more = self.survey.ground.loss[self._shared] - self._worth
        if not more.any():
            return 0.0
        is_present = np.zeros(len(self.survey.parts), np.bool_)
        for vehicle, length in enumerate(state.length.tolist()):
            is_present[state.stops[vehicle, 1 : length + 1]] = True
        is_absent = ~(is_present[self._shared] | is_present[self.survey.half[self._shared]])
        return float(more[is_absent].sum())

    def _note(self, state: Snapshot, cost: float) -> None:
        cost -= self._favour_in(state)
        if cost < self.best_cost:
            self.best, self.best_cost = state, cost

    def _spread(self, state: Snapshot) -> None:
        for search in self._searches:
            search.take_over(state)

    def _compare(self, begin: float, end: float) -> None:
        """Keep the best of all; half-way all go on from it."""
        for search in self._searches:
            self._note(search.champion(), search.best_cost)
        if len(self._searches) > 1 and begin < TOGETHER <= end:
            self._spread(self.best)

    def _join(self, realms: Sequence[Realm]) -> None:
        """Put the parts together: where the strands are, and the best that each has seen."""
        first = self._searches[0]
        present, best = first.present(), first.champion()
        for search, realm in zip(self._searches[1:], realms[1:], strict=True):
            present = present.with_routes_of(search.present(), realm.vehicles)
            best = best.with_routes_of(search.champion(), realm.vehicles)
        first.take_over(best)
        self._note(best, first.best_cost)
        self._spread(present)

    def _cut(self) -> list[Realm]:
        """Vehicles and jobs on either side of a line in a random direction."""
        state = self._searches[0].present()
        angle = float(self._rng.random()) * np.pi
        axis = self._where[:, :2] @ np.array([np.cos(angle), np.sin(angle)])[: self._where.shape[1]]
        middles = self._middles(state, axis)
        order = np.argsort(middles, kind="stable")
        half = len(order) // 2
        side = np.zeros(len(order), np.int64)
        side[order[half:]] = 1
        own = self._sides_of_jobs(state, side, axis, float(middles[order[half]]))
        return [self._realm(side == number, own == number) for number in range(len(self._searches))]

    def _middles(self, state: Snapshot, axis: Points) -> Points:
        """Where each vehicle's stops are, or its home when it has none."""
        problem = self.survey.space.problem
        found = np.zeros(len(state.length))
        for vehicle, length in enumerate(state.length.tolist()):
            nodes = state.stops[vehicle, 1 : length + 1].tolist()
            places = [problem.jobs[self.survey.parts[node].job].location for node in nodes]
            found[vehicle] = axis[places or [problem.vehicles[vehicle].start]].mean()
        return found

    def _sides_of_jobs(self, state: Snapshot, side: Sides, axis: Points, border: float) -> Sides:
        """Each job's side: that of its route, or of its door when it is on none; -1 when it is on both."""
        problem, parts = self.survey.space.problem, self.survey.parts
        own = (axis[[job.location for job in problem.jobs]] >= border).astype(np.int64)
        route_of = np.full(len(parts), -1, np.int64)
        for vehicle, length in enumerate(state.length.tolist()):
            route_of[state.stops[vehicle, 1 : length + 1]] = vehicle
        for node in np.flatnonzero(route_of >= 0).tolist():
            own[parts[node].job] = side[route_of[node]]
        twin = self.survey.ground.nodes[: len(parts), TWIN]
        for node in np.flatnonzero((twin >= 0) & (route_of >= 0)).tolist():
            if side[route_of[node]] != side[route_of[twin[node]]]:
                own[parts[node].job] = -1
        return own

    def _realm(self, vehicles: NDArray[np.bool_], own: NDArray[np.bool_]) -> Realm:
        mine = own & (self._everything.owns > 0) & (self.survey.ground.jobs[:, SECOND] == 0)
        return Realm(vehicles.astype(np.uint8), mine.astype(np.uint8), np.flatnonzero(mine).astype(np.int32))
