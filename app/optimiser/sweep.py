"""The final sweep: every unserved job is tried in every gap of every route."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.optimiser.draft import Draft, DraftRoute, with_visit, without
from app.optimiser.gaps import GapTest, OpenGaps, Places
from app.optimiser.search_space import SearchSpace

LEAST_GAIN = 1e-9
MOST_DISPLACED = 3

IsOver = Callable[[int], bool]


@dataclass(frozen=True)
class Insertion:
    """A route that takes one more job, what that adds to the cost, and the jobs that give way."""

    job: int
    route: DraftRoute
    added_cost: float
    displaced: tuple[int, ...] = ()


class Sweep:
    """Fills the gaps of a draft in place.

    `is_over` is asked with the number of exact insertions tried so far. When `complete` is still true after `run`,
    no unserved job has a place that is worth what it adds.
    """

    def __init__(self, draft: Draft, is_over: IsOver) -> None:
        self.draft = draft
        self.complete = True
        self.tries = 0
        self._is_over = is_over
        self._test = GapTest(draft.space)

    def run(self) -> None:
        """Insert whatever pays, the most valuable first; make room for what must be served.

        Where routes share a part of the cost, a change in one changes what an insertion into another adds.
        """
        everywhere = set(range(len(self.draft.routes)))
        changed = everywhere
        while changed and self.complete:
            changed = self._pass(changed) or self._make_room()
            if changed and self.draft.is_shared:
                changed = everywhere

    def open_gaps(self, jobs: Sequence[int], vehicles: Iterable[int] | None = None) -> OpenGaps:
        """Where the jobs might fit as the routes are now: in these vehicles, or in all."""
        routes = self.draft.routes
        chosen = routes if vehicles is None else [routes[vehicle] for vehicle in vehicles]
        return OpenGaps(self._test, chosen, jobs, len(routes))

    def best(self, job: int, places: Places) -> Insertion | None:
        """The cheapest of the places that keep all rules."""
        found = (self._cheapest(self.draft.routes[vehicle], job, gaps) for vehicle, gaps in places.items())
        return min((one for one in found if one is not None), key=lambda one: one.added_cost, default=None)

    def pays(self, insertion: Insertion) -> bool:
        """Whether the job must be served, or costs less than leaving it out."""
        space = self.draft.space
        return insertion.job in space.musts or insertion.added_cost < space.loss(insertion.job) - LEAST_GAIN

    def _pass(self, vehicles: Iterable[int]) -> set[int]:
        """Try every unserved job in these vehicles, as they change meanwhile; tell which changed."""
        jobs = self._waiting()
        changed: set[int] = set()
        open_gaps = self.open_gaps(jobs, sorted(vehicles))
        for job in jobs:
            if self._is_over(self.tries):
                self.complete = False
                return changed
            best = self.best(job, open_gaps.places(job))
            if best is not None and self.pays(best):
                self.draft.routes[best.route.vehicle] = best.route
                open_gaps.look_at(best.route)
                changed.add(best.route.vehicle)
        return changed

    def _waiting(self) -> list[int]:
        """Unserved jobs: those that must be served first, then by worth."""
        return by_worth(self.draft.space, self.draft.unserved)

    def _cheapest(self, route: DraftRoute, job: int, gaps: Iterable[int]) -> Insertion | None:
        """The cheapest of the gaps of one route."""
        visit = self.draft.space.visit(route.vehicle, job)
        if visit is None:
            return None
        best: Insertion | None = None
        present = route.cost + self.draft.shared_cost()
        for gap in gaps:
            self.tries += 1
            longer = with_visit(self.draft.space, route, gap, visit)
            if longer is None:
                continue
            added = self._priced(longer) - present
            if (best is None or added < best.added_cost) and self._keeps_moves(longer):
                best = Insertion(job, longer, added)
        return best

    def _keeps_moves(self, changed: DraftRoute) -> bool:
        """Whether the draft stays within its moves when this route takes the place of the present one."""
        return keeps_moves(self.draft, (changed,))

    def _make_room(self) -> set[int]:
        """Let optional visits give way to one job that must be served; all routes are worth another look then."""
        for job in sorted(self.draft.space.musts - self.draft.served):
            if self._is_over(self.tries):
                self.complete = False
                return set()
            best = self.displacement(job)
            if best is not None:
                self.draft.routes[best.route.vehicle] = best.route
                return set(range(len(self.draft.routes)))
        return set()

    def displacement(self, job: int, most: int = MOST_DISPLACED) -> Insertion | None:
        """The cheapest way to serve the job where up to `most` optional visits of one route give way."""
        capable = np.flatnonzero(self.draft.space.capable[:, job]).tolist()
        found = (self._displace(self.draft.routes[vehicle], job, most) for vehicle in capable)
        return min((one for one in found if one is not None), key=lambda one: one.added_cost, default=None)

    def _displace(self, route: DraftRoute, job: int, most: int) -> Insertion | None:
        """Take out the visit whose leaving helps most, or the least valuable one, until the job fits."""
        lost = 0.0
        present = route.cost + self.draft.shared_cost()
        displaced: tuple[int, ...] = ()
        shorter = route
        for _ in range(most):
            options = list(shorter_routes(self.draft.space, shorter))
            found = [
                Insertion(job, one.route, lost + loss + self._priced(one.route) - present, (*displaced, out))
                for out, loss, less in options
                if (one := self._cheapest(less, job, self._gaps(less, job))) is not None
            ]
            if found or not options:
                return min(found, key=lambda one: one.added_cost, default=None)
            out, loss, shorter = min(options, key=lambda option: option[1])
            lost, displaced = lost + loss, (*displaced, out)
        return None

    def _priced(self, route: DraftRoute) -> float:
        """The route's cost, and what all routes share when it takes the place of the present one."""
        return route.cost + self.draft.shared_cost((route,))

    def _gaps(self, route: DraftRoute, job: int) -> list[int]:
        gaps: list[int] = np.flatnonzero(self._test.possible(route, np.array([job]))[:, 0]).tolist()
        return gaps


def keeps_moves(draft: Draft, changed: Iterable[DraftRoute]) -> bool:
    """Whether the draft stays within its moves when these routes take the places of the present ones."""
    space = draft.space
    if space.max_moves is None:
        return True
    more = 0
    before, after = set[int](), set[int]()
    changed = tuple(changed)
    for route in changed:
        present = draft.routes[route.vehicle]
        before |= {visit.job for visit in present.visits}
        after |= {visit.job for visit in route.visits}
        more += route.moves - present.moves
    more += sum(map(space.drop_is_move, before - after)) - sum(map(space.drop_is_move, after - before))
    if any(visit.pinned and visit.job in space.promises for route in changed for visit in route.visits):
        more += len(draft.with_routes(changed).moved_together) - len(draft.moved_together)
    return more <= 0 or draft.moves + more <= space.max_moves


def shorter_routes(space: SearchSpace, route: DraftRoute) -> Iterator[tuple[int, float, DraftRoute]]:
    """The route without each of its optional visits: the job, its loss, and what remains."""
    for position, visit in enumerate(route.visits):
        if visit.job in space.musts or visit.pinned:
            continue
        shorter = without(space, route, position)
        if shorter is not None:
            yield visit.job, space.loss(visit.job), shorter


def by_worth(space: SearchSpace, jobs: Iterable[int]) -> list[int]:
    """The jobs in the order in which they matter: those that must be served, then by what their loss costs."""
    return sorted(jobs, key=lambda job: (job not in space.musts, -space.loss(job), job))
