"""The final sweep for tied jobs: every way to fit them into the routes, the cheapest first.

State: a gap for some parts of a component, each part at any start. Move: a gap for the next part, in a route of its
own or in one that already takes a part. The cost of the routes with free starts bounds the true cost from below, and
the feasible starts of the gaps must have times in common, so few combinations are left for which times are sought. For
two parts this is exact; for more the number of combinations is bounded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf

from app.optimiser.draft import Draft, DraftRoute, with_visit
from app.optimiser.interval import Interval
from app.optimiser.sweep import LEAST_GAIN, IsOver, keeps_moves
from app.optimiser.tied_component import Block, Component, Part, components, partitions, staffing
from app.optimiser.tied_places import Base, Extent, Places, Spot, relaxed_part, shares_address
from app.optimiser.tied_times import Thread, Timing, common, free_part
from app.optimiser.visit import Piece

MOST_TRIES_FOR_ONE = 20_000
MOST_STATES = 50_000
NEAREST_FIRST = 6


@dataclass(frozen=True)
class TiedInsertion:
    """Routes that take all jobs of a component, what they add to the cost, and the jobs that give way."""

    jobs: tuple[int, ...]
    routes: tuple[DraftRoute, ...]
    added_cost: float
    displaced: tuple[int, ...] = ()


@dataclass(frozen=True)
class State:
    """Some parts of a component on routes, at any start; `added_cost` is the least that they add."""

    parts: tuple[Part, ...]
    bases: dict[int, Base]
    routes: dict[int, DraftRoute]
    spans: dict[int, tuple[Interval, ...]]
    added_cost: float


class ComponentSearch:
    """Looks for the cheapest insertion of one component; `exhausted` tells that not all combinations were seen."""

    def __init__(self, draft: Draft, places: Places, component: Component, extent: Extent) -> None:
        self._draft = draft
        self._space = draft.space
        self._places = places
        self._component = component
        self._extent = extent
        self._best: TiedInsertion | None = None
        self._bound = inf
        self._states = 0
        self._tries = 0
        self._tries_before = places.tries
        self._spots: dict[tuple[int, Block], list[Spot]] = {}
        self._any_will_do = False
        roles = [role for job in component.jobs for role in self._space.problem.jobs[job].roles]
        self._alike = not component.ties and all(role == roles[0] for role in roles)

    def cheapest(self, bound: float = inf, any_will_do: bool = False) -> TiedInsertion | None:
        """The cheapest insertion that adds less than the bound, or the first that is found."""
        self._bound, self._any_will_do = bound, any_will_do
        self._next_job(0, State((), {}, {}, {}, 0.0))
        return self._best

    @property
    def tries(self) -> int:
        """Routes that were built."""
        return self._tries + self._places.tries - self._tries_before

    @property
    def exhausted(self) -> bool:
        """Whether the bounds on the number of tries ended the search."""
        return self.tries > MOST_TRIES_FOR_ONE or self._states > MOST_STATES

    @property
    def _is_done(self) -> bool:
        return self.exhausted or (self._any_will_do and self._best is not None)

    def _next_job(self, depth: int, state: State) -> None:
        if depth == len(self._component.jobs):
            self._schedule(state)
            return
        job = self._component.jobs[depth]
        roles = tuple(range(len(self._space.problem.jobs[job].roles)))
        for blocks in partitions(roles):
            if len(blocks) > 1 or self._component.ties:
                self._place(depth, blocks, state)

    def _place(self, depth: int, blocks: tuple[Block, ...], state: State) -> None:
        """Give the first of the blocks a gap, then the others, then the next job."""
        if not blocks:
            self._next_job(depth + 1, state)
            return
        least = self._least_of(depth, blocks[1:])
        for grown in self._grown(self._component.jobs[depth], blocks[0], state, least):
            self._states += 1
            if self._is_done:
                return
            if grown.added_cost + least < self._bound and self._may_be_kept(grown):
                self._place(depth, blocks[1:], grown)

    def _least_of(self, depth: int, blocks: tuple[Block, ...]) -> float:
        """What the parts that are not placed yet add at least; no bound where they may share a way with others."""
        if self._component.ties:
            return 0.0 if not blocks and depth == len(self._component.jobs) - 1 else -inf
        job = self._component.jobs[depth]
        spots = (self._spots_of(job, block) for block in blocks)
        return sum(own[0].added_cost if own else inf for own in spots)

    def _spots_of(self, job: int, block: Block) -> list[Spot]:
        if (job, block) not in self._spots:
            self._spots[job, block] = self._places.spots(self._component, job, block, self._extent)
        return self._spots[job, block]

    def _grown(self, job: int, block: Block, state: State, least: float) -> Iterator[State]:
        """The state with one more part: in routes without parts, the cheapest first, then in those with some."""
        for spot in self._spots_of(job, block):
            if spot.part.vehicle not in state.routes:
                if state.added_cost + spot.added_cost + least >= self._bound:
                    break
                if self._is_mirrored(state, spot.part):
                    continue
                spans = common(state.spans[job], spot.spans) if job in state.spans else spot.spans
                if spans:
                    yield _with_spot(state, spot, spans)
        own = {part.vehicle for part in state.parts if part.job == job}
        for vehicle in state.routes:
            if vehicle not in own:
                yield from self._beside(Part(job, vehicle, block), state)

    def _is_mirrored(self, state: State, part: Part) -> bool:
        """Whether the same crews in the other order, which makes no difference, are tried too."""
        if not self._alike or not state.parts or len(part.roles) != len(state.parts[-1].roles):
            return False
        return part.vehicle < state.parts[-1].vehicle

    def _beside(self, part: Part, state: State) -> Iterator[State]:
        """The part in a route that already takes a part of another job; its starts are looked at later."""
        present = state.routes[part.vehicle]
        visit = relaxed_part(self._space, part, shares_address(self._space, self._component, part.job))
        if visit is None:
            return
        for gap in self._places.gaps(present, visit):
            self._tries += 1
            longer = with_visit(self._space, present, gap, visit)
            if longer is not None:
                routes = {**state.routes, part.vehicle: longer}
                spans = {**state.spans, part.job: state.spans.get(part.job, _all_starts(visit.pieces))}
                added = state.added_cost + longer.cost - present.cost
                yield State((*state.parts, part), state.bases, routes, spans, added)

    def _may_be_kept(self, state: State) -> bool:
        """Whether starts and workers could suit the links, as far as parts are placed."""
        for tie in self._component.ties:
            first, second = (state.spans.get(job) for job in tie.jobs)
            if first and second and not _gap_possible(first, second, tie.gap):
                return False
        return self._keeps_crews(state) and staffing(self._space, self._component, state.parts) is not None

    def _keeps_crews(self, state: State) -> bool:
        """Whether frozen jobs keep their workers."""
        vehicles = self._space.problem.vehicles
        for job in self._component.jobs:
            if not self._space.is_frozen(job):
                continue
            workers = self._space.promises[job].workers or frozenset()
            own = [part for part in state.parts if part.job == job]
            crew = frozenset[str]().union(*(vehicles[part.vehicle].workers for part in own))
            complete = sum(len(part.roles) for part in own) == len(self._space.problem.jobs[job].roles)
            if not crew <= workers or (complete and crew != workers):
                return False
        return True

    def _schedule(self, state: State) -> None:
        """Look for the cheapest times of a complete combination."""
        liked = staffing(self._space, self._component, state.parts)
        if liked is None:
            return
        threads = [self._thread(vehicle, state) for vehicle in state.routes]
        lost = sum(state.bases[vehicle].lost for vehicle in state.routes)
        timing = Timing(self._space, self._component, threads, liked, self._accepts, self._shared)
        found = timing.cheapest(self._bound - lost, MOST_TRIES_FOR_ONE - self.tries)
        self._tries += timing.tries
        if found is not None:
            displaced = tuple(job for vehicle in state.routes for job in state.bases[vehicle].displaced)
            self._bound = found.added_cost + lost
            self._best = TiedInsertion(self._component.jobs, found.routes, self._bound, displaced)

    def _accepts(self, routes: tuple[DraftRoute, ...]) -> bool:
        return keeps_moves(self._draft, routes)

    def _shared(self, routes: tuple[DraftRoute, ...]) -> float:
        return self._draft.shared_cost(routes) - self._draft.shared_cost()

    def _thread(self, vehicle: int, state: State) -> Thread:
        roles = {part.job: part.roles for part in state.parts if part.vehicle == vehicle}
        visits = []
        for visit in state.routes[vehicle].visits:
            free = free_part(self._space, Part(visit.job, vehicle, visit.roles)) if visit.job in roles else visit
            visits.append(visit if free is None else free)
        present = self._draft.routes[vehicle].cost
        return Thread(vehicle, tuple(visits), present, state.routes[vehicle].cost - present)


class TiedSweep:
    """Fits tied jobs into a draft in place; `complete` and `is_over` are those of Sweep."""

    def __init__(self, draft: Draft, is_over: IsOver) -> None:
        self.draft = draft
        self.complete = True
        self.tries = 0
        self._is_over = is_over
        self._places = Places(draft)
        self._seen: dict[tuple[int, ...], list[DraftRoute]] = {}
        self._empty = Draft(draft.space)
        self._fits: dict[tuple[int, ...], bool] = {}

    def run(self) -> bool:
        """Insert every component that pays or must be served, the most valuable first; tell whether any was."""
        inserted = False
        while self._pass():
            inserted = True
        return inserted

    def best(self, component: Component, bound: float = inf) -> TiedInsertion | None:
        """The cheapest insertion that adds less than the bound."""
        return self._search(component, bound, Extent())

    def fits_empty_days(self, component: Component) -> bool:
        """Whether the component could be served if nothing else were: by those who start nearest, or by anybody."""
        if component.jobs not in self._fits:
            searches = (
                ComponentSearch(self._empty, self._empty_places, component, Extent(nearest=nearest))
                for nearest in (NEAREST_FIRST, None)
            )
            self._fits[component.jobs] = any(search.cheapest(any_will_do=True) for search in searches)
        return self._fits[component.jobs]

    @cached_property
    def _empty_places(self) -> Places:
        return Places(self._empty)

    def component_of(self, job: int) -> Component:
        """The job with all that is tied to it."""
        return self._component_of[job]

    @cached_property
    def _component_of(self) -> dict[int, Component]:
        everything = components(self.draft.space, range(len(self.draft.space.problem.jobs)))
        return {job: component for component in everything for job in component.jobs}

    def loss(self, component: Component) -> float:
        """What it costs to leave the component out."""
        return sum(map(self.draft.space.loss, component.jobs))

    def must_be_served(self, component: Component) -> bool:
        """Whether any of its jobs must be served."""
        return not self.draft.space.musts.isdisjoint(component.jobs)

    def _pass(self) -> bool:
        inserted = False
        waiting = self._waiting()
        hopeless = self._places.without_gaps(job for component in waiting for job in component.jobs)
        for component in waiting:
            if self._is_over(self.tries):
                self.complete = False
                return False
            if self._was_seen(component):
                continue
            found = self._wanted(component, may_fit=hopeless.isdisjoint(component.jobs))
            if found is None:
                self._seen[component.jobs] = list(self.draft.routes)
                continue
            for route in found.routes:
                self.draft.routes[route.vehicle] = route
            inserted = True
        return inserted

    def _waiting(self) -> list[Component]:
        """Unserved components: those that must be served first, then by worth."""
        found = components(self.draft.space, self.draft.unserved)
        return sorted(found, key=lambda one: (not self.must_be_served(one), -self.loss(one), one.jobs))

    def _was_seen(self, component: Component) -> bool:
        """Whether no route has changed since nothing was found."""
        seen = self._seen.get(component.jobs)
        return seen is not None and all(a is b for a, b in zip(seen, self.draft.routes, strict=True))

    def _wanted(self, component: Component, may_fit: bool) -> TiedInsertion | None:
        if not self.must_be_served(component):
            return self.best(component, self.loss(component) - LEAST_GAIN) if may_fit else None
        found = self.best(component) if may_fit else None
        return found or self._search(component, inf, Extent(displacing=True))

    def _search(self, component: Component, bound: float, extent: Extent) -> TiedInsertion | None:
        search = ComponentSearch(self.draft, self._places, component, extent)
        found = search.cheapest(bound)
        self.tries += search.tries
        return found


def _with_spot(state: State, spot: Spot, spans: tuple[Interval, ...]) -> State:
    vehicle = spot.part.vehicle
    return State(
        (*state.parts, spot.part),
        {**state.bases, vehicle: spot.base},
        {**state.routes, vehicle: spot.route},
        {**state.spans, spot.part.job: spans},
        state.added_cost + spot.added_cost,
    )


def _all_starts(pieces: Iterable[Piece]) -> tuple[Interval, ...]:
    return tuple((piece.first, piece.last) for piece in pieces)


def _gap_possible(first: tuple[Interval, ...], second: tuple[Interval, ...], gap: Interval) -> bool:
    return any(b[1] - a[0] >= gap[0] and b[0] - a[1] <= gap[1] for a in first for b in second)
