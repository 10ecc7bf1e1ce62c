"""The gaps of routes that could take a part of a tied job, each with the least that it adds to the cost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.optimiser.draft import Draft, DraftRoute, with_visit
from app.optimiser.gaps import GapTest
from app.optimiser.interval import Interval
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import MOST_DISPLACED, shorter_routes
from app.optimiser.tied_component import Block, Component, Part
from app.optimiser.tied_starts import feasible_starts
from app.optimiser.tied_times import free_part
from app.optimiser.visit import Visit


@dataclass(frozen=True)
class Base:
    """A present route, or what is left of it when optional visits give way; `lost` is what their loss costs."""

    route: DraftRoute
    displaced: tuple[int, ...] = ()
    lost: float = 0.0


@dataclass(frozen=True)
class Spot:
    """A route with one part of a tied job at any start; it adds at least `added_cost`."""

    space: SearchSpace
    part: Part
    base: Base
    route: DraftRoute
    position: int
    added_cost: float

    @cached_property
    def spans(self) -> tuple[Interval, ...]:
        """The feasible starts."""
        return feasible_starts(self.space, self.part.vehicle, self.route.visits, self.position).spans


@dataclass(frozen=True)
class Extent:
    """Where to look: whether optional visits may give way, and at how many vehicles (None: at all)."""

    displacing: bool = False
    nearest: int | None = None


class Places:
    """Finds and keeps the spots of parts in the routes of a draft; `tries` counts the routes that were built."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._space = draft.space
        self._test = GapTest(draft.space)
        self._kept: dict[tuple[Part, bool], tuple[DraftRoute, list[Spot]]] = {}
        self.tries = 0

    def spots(self, component: Component, job: int, roles: Block, extent: Extent) -> list[Spot]:
        """Every spot of these roles within the extent, the cheapest first."""
        parts = (Part(job, vehicle, roles) for vehicle in self._able(job, roles, extent.nearest))
        relaxed, displacing = shares_address(self._space, component, job), extent.displacing
        found = [spot for part in parts for spot in self._spots(part, relaxed, displacing)]
        return sorted(found, key=lambda spot: spot.added_cost)

    def _able(self, job: int, roles: Block, nearest: int | None) -> list[int]:
        """The vehicles that may take each of the roles, or those of them that start nearest."""
        able = np.all([self._space.capable_of_role(job, role) for role in roles], axis=0)
        found: list[int] = np.flatnonzero(able).tolist()
        if nearest is None or len(found) <= nearest:
            return found
        location = self._space.problem.jobs[job].location
        starts = [self._space.problem.vehicles[vehicle].start for vehicle in found]
        ways = self._space.problem.travel.durations[starts, location]
        return [found[place] for place in np.argsort(ways, kind="stable")[:nearest].tolist()]

    def without_gaps(self, jobs: Iterable[int]) -> set[int]:
        """The jobs for which no route has a gap, as the quick test sees it, whoever drives."""
        wanted = [job for job in jobs if job not in self._space.neighbours]
        everything = np.array(wanted, dtype=np.int64)
        problem = self._space.problem
        shortest = np.array([min(role.service_seconds for role in problem.jobs[job].roles) for job in wanted], np.int64)
        open_somewhere = np.zeros(len(wanted), bool)
        for route in self._draft.routes:
            open_somewhere |= self._test.in_time(route, everything, shortest).any(axis=0)
        return set(everything[~open_somewhere].tolist())

    def _spots(self, part: Part, relaxed: bool, displacing: bool) -> list[Spot]:
        present = self._draft.routes[part.vehicle]
        kept = self._kept.get((part, displacing))
        if kept is None or kept[0] is not present:
            visit = relaxed_part(self._space, part, relaxed)
            bases = [] if visit is None else [Base(present)] if not displacing else list(self._bases(present))
            found = [spot for base in bases if visit for spot in self._in_gaps(part, base, visit)]
            self._kept[part, displacing] = kept = present, found
        return kept[1]

    def _bases(self, present: DraftRoute) -> Iterator[Base]:
        """The route as it is; without each optional visit; then without the least valuable one and each other."""
        thin = Base(present)
        yield thin
        for _ in range(MOST_DISPLACED):
            thinner = [
                Base(route, (*thin.displaced, job), thin.lost + loss)
                for job, loss, route in shorter_routes(self._space, thin.route)
            ]
            if not thinner:
                return
            yield from thinner
            thin = min(thinner, key=lambda base: base.lost)

    def _in_gaps(self, part: Part, base: Base, visit: Visit) -> Iterator[Spot]:
        present = self._draft.routes[part.vehicle]
        for gap in self.gaps(base.route, visit):
            self.tries += 1
            longer = with_visit(self._space, base.route, gap, visit)
            if longer is not None:
                yield Spot(self._space, part, base, longer, gap, base.lost + longer.cost - present.cost)

    def gaps(self, route: DraftRoute, visit: Visit) -> list[int]:
        """The gaps that the quick test leaves open; all of them where an approach might be saved."""
        if visit.approach_seconds < self._space.problem.jobs[visit.job].approach_seconds:
            return list(range(len(route.visits) + 1))
        service = np.array([visit.service_seconds])
        open_gaps: list[int] = np.flatnonzero(self._test.in_time(route, np.array([visit.job]), service)[:, 0]).tolist()
        return open_gaps


def shares_address(space: SearchSpace, component: Component, job: int) -> bool:
    """Whether another job of the component may save this one its approach."""
    jobs = space.problem.jobs
    own = jobs[job].address
    return own is not None and any(jobs[other].address == own for other in component.jobs if other != job)


def relaxed_part(space: SearchSpace, part: Part, relaxed: bool) -> Visit | None:
    """The part at any start; `relaxed`: without approach, for it may be saved by what is not placed yet."""
    visit = free_part(space, part)
    return replace(visit, approach_seconds=0) if visit is not None and relaxed else visit
