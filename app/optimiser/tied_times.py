"""The cheapest common times for the parts of tied jobs, once it is settled which gap of which route takes each.

On one route the cost is linear between turns, and links bound differences of starts. So some cheapest choice has each
start at a turn of its own, or exactly a link's gap away from a turn of a job that it is tied to: these are tried.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.optimiser.draft import DraftRoute, build_route
from app.optimiser.interval import Interval
from app.optimiser.moves import TOLERATED_SHIFT_SECONDS
from app.optimiser.search_space import SearchSpace
from app.optimiser.tied_component import Component, Part, Tie, pinned_start
from app.optimiser.tied_starts import feasible_starts
from app.optimiser.visit import Piece, Visit

MOST_CANDIDATES = 120

Times = dict[int, int]


@dataclass(frozen=True)
class Thread:
    """A route with parts of tied jobs at any start, what the route without them costs, and at least with them."""

    vehicle: int
    visits: tuple[Visit, ...]
    base_cost: float
    least_added: float


@dataclass(frozen=True)
class Timed:
    """Routes with all parts at fixed starts, and what they cost more than the present ones."""

    routes: tuple[DraftRoute, ...]
    added_cost: float


class Timing:
    """Finds the cheapest times of one combination of places; `tries` counts the routes that were built.

    `shared` is what all routes together cost more with these; what is bounded before is the routes' own cost alone.
    """

    def __init__(
        self,
        space: SearchSpace,
        component: Component,
        threads: Sequence[Thread],
        liked: Mapping[Part, float],
        accepts: Callable[[tuple[DraftRoute, ...]], bool],
        shared: Callable[[tuple[DraftRoute, ...]], float],
    ) -> None:
        self._space = space
        self._component = component
        self._threads = threads
        self._liked = liked
        self._accepts = accepts
        self._shared = shared
        self._routes: dict[tuple[int, tuple[int, ...]], DraftRoute | None] = {}
        self._jobs = {thread.vehicle: self._tied_jobs(thread) for thread in threads}
        self._crews = {job: self._crew(job) for job in component.jobs}
        self._best: Timed | None = None
        self._bound = 0.0
        self._most_tries = 0
        self.tries = 0

    def cheapest(self, bound: float, most_tries: int) -> Timed | None:
        """The cheapest times that add less than the bound; None when there are none."""
        self._bound, self._most_tries = bound, most_tries
        candidates = self._candidates()
        if candidates is not None:
            self._choose(candidates, {}, {}, 0)
        return self._best

    def _tied_jobs(self, thread: Thread) -> tuple[int, ...]:
        return tuple(visit.job for visit in thread.visits if visit.job in self._component.jobs)

    def _candidates(self) -> dict[int, list[int]] | None:
        """For each job the starts worth trying; None when some job has none."""
        spans: dict[int, tuple[Interval, ...]] = {}
        turns: dict[int, set[int]] = {job: self._turns_of_moves(job) for job in self._component.jobs}
        for thread in self._threads:
            for position, visit in enumerate(thread.visits):
                if visit.job in turns:
                    found = feasible_starts(self._space, thread.vehicle, thread.visits, position)
                    job = visit.job
                    spans[job] = found.spans if job not in spans else common(spans[job], found.spans)
                    turns[job] |= found.turns
        if not all(spans.values()):
            return None
        for job, own in spans.items():
            turns[job].update(edge for span in own for edge in span)
            turns[job] = {turn for turn in turns[job] if _holds(own, turn)}
        for _ in self._component.jobs[1:]:
            for tie in self._component.ties:
                _exchange(tie, turns, spans)
        return {job: _thinned(sorted(own)) for job, own in turns.items()}

    def _turns_of_moves(self, job: int) -> set[int]:
        promise = self._space.promises.get(job)
        if promise is None:
            return set()
        return {promise.start + shift for shift in (-TOLERATED_SHIFT_SECONDS, 0, TOLERATED_SHIFT_SECONDS)}

    def _choose(self, candidates: Mapping[int, list[int]], times: Times, added: dict[int, float], depth: int) -> None:
        """Give one more job its start, and so on; routes whose jobs all have theirs are scheduled."""
        if depth == len(self._component.jobs):
            self._note(times, self._total(added, times))
            return
        job = self._component.jobs[depth]
        for start in candidates[job]:
            grown = {**times, job: start}
            if not all(gap_kept(tie, grown) for tie in self._component.ties if job in tie.jobs):
                continue
            priced = self._priced(job, grown, added)
            if priced is not None:
                self._choose(candidates, grown, priced, depth + 1)
            if self.tries > self._most_tries:
                return

    def _priced(self, job: int, times: Times, added: dict[int, float]) -> dict[int, float] | None:
        """What each route costs more, as far as it is settled; None when that is too much already."""
        priced = dict(added)
        for thread in self._threads:
            own = self._jobs[thread.vehicle]
            if job in own and times.keys() >= set(own):
                if self._total(priced, times) >= self._bound:
                    return None
                route = self._route(thread, tuple(times[one] for one in own))
                if route is None:
                    return None
                priced[thread.vehicle] = route.cost - thread.base_cost
        return priced if self._total(priced, times) < self._bound else None

    def _total(self, added: Mapping[int, float], times: Times) -> float:
        routes = sum(added.get(thread.vehicle, thread.least_added) for thread in self._threads)
        return routes + self._space.move_weight.cost * sum(self._is_moved(job, start) for job, start in times.items())

    def _note(self, times: Times, added: float) -> None:
        found = [
            self._route(thread, tuple(times[job] for job in self._jobs[thread.vehicle])) for thread in self._threads
        ]
        routes = tuple(route for route in found if route is not None)
        added += self._shared(routes)
        if added < self._bound and self._accepts(routes):
            self._best, self._bound = Timed(routes, added), added

    def _route(self, thread: Thread, starts: tuple[int, ...]) -> DraftRoute | None:
        key = thread.vehicle, starts
        if key not in self._routes:
            self.tries += 1
            self._routes[key] = self._build(thread, iter(starts))
        return self._routes[key]

    def _build(self, thread: Thread, starts: Iterator[int]) -> DraftRoute | None:
        visits = []
        for visit in thread.visits:
            part = Part(visit.job, thread.vehicle, visit.roles)
            fixed = self._pinned(part, next(starts)) if visit.job in self._component.jobs else visit
            if fixed is None:
                return None
            visits.append(fixed)
        return build_route(self._space, thread.vehicle, visits)

    def _pinned(self, part: Part, start: int) -> Visit | None:
        """The part at exactly this start; what a job is worth once, its first part carries."""
        visit = self._space.pinned_visit(part.vehicle, part.job, part.roles, start)
        if visit is None:
            return None
        value = visit.pieces[0].value if part.roles[0] == 0 else 0.0
        return replace(visit, pieces=(Piece(start, start, value, value, False),), preference=self._liked[part])

    def _is_moved(self, job: int, start: int) -> bool:
        """Whether the job would count as a move of the previous plan."""
        promise = self._space.promises.get(job)
        return promise is not None and promise.is_moved(start, self._crews[job])

    def _crew(self, job: int) -> frozenset[str]:
        vehicles = self._space.problem.vehicles
        crews = (vehicles[vehicle].workers for vehicle, jobs in self._jobs.items() if job in jobs)
        return frozenset[str]().union(*crews)


def free_part(space: SearchSpace, part: Part) -> Visit | None:
    """The part at any start that windows, a lock or the freeze allow; None when the vehicle cannot take it."""
    pin = pinned_start(space, part.job)
    if pin is None:
        visit = space.part_of_visit(part.vehicle, part.job, part.roles)
    else:
        visit = space.pinned_visit(part.vehicle, part.job, part.roles, pin)
    if visit is None or part.roles[0] == 0:
        return visit
    return replace(visit, pieces=tuple(replace(piece, value=0.0, pull=0.0) for piece in visit.pieces))


def gap_kept(tie: Tie, times: Times) -> bool:
    """Whether the starts, as far as they are given, are as far apart as the link wants."""
    first, second = (times.get(job) for job in tie.jobs)
    return first is None or second is None or tie.gap[0] <= second - first <= tie.gap[1]


def common(one: Sequence[Interval], other: Sequence[Interval]) -> tuple[Interval, ...]:
    """What both of two lists of intervals hold."""
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other)
    return tuple(pair for pair in pairs if pair[0] <= pair[1])


def _holds(spans: Sequence[Interval], start: int) -> bool:
    return any(first <= start <= last for first, last in spans)


def _exchange(tie: Tie, turns: dict[int, set[int]], spans: Mapping[int, Sequence[Interval]]) -> None:
    """Give each end of a link the starts that lie just at the link's bounds from the other's."""
    first, second = tie.jobs
    later = {turn + shift for turn in turns[first] for shift in tie.gap}
    earlier = {turn - shift for turn in turns[second] for shift in tie.gap}
    turns[second] |= {turn for turn in later if _holds(spans[second], turn)}
    turns[first] |= {turn for turn in earlier if _holds(spans[first], turn)}


def _thinned(starts: list[int]) -> list[int]:
    """The starts, or evenly chosen ones of very many."""
    if len(starts) <= MOST_CANDIDATES:
        return starts
    last = len(starts) - 1
    return [starts[place * last // (MOST_CANDIDATES - 1)] for place in range(MOST_CANDIDATES)]
