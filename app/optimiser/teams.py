"""Imports ortools (CP-SAT): which two-person jobs to serve, by which two vehicles that meet, and when.

A change serves one such job at a start that two routes have in common; it may push visits out of these routes, or take
the place of another pair. All changes that seem worth it are scheduled exactly; CP-SAT then chooses some of them, at
most one for each route.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from ortools.sat.python import cp_model

from app.optimiser.cp_sat import solved
from app.optimiser.draft import Draft, DraftRoute, build_route, with_visit
from app.optimiser.gaps import GapTest
from app.optimiser.halves import Halves
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import Sweep
from app.optimiser.variants import Costs, GapTable, Numbers, Places, RouteGaps, variants
from app.optimiser.visit import Visit

DETERMINISTIC_SECONDS = 0.5
ROUNDS = 3
# Pairs of gaps that are scheduled exactly, for each job; and the cheapest gaps of each half from which they come.
MOST_SCHEDULED = 150
MOST_SCHEDULED_PER_PAIR = 6
MOST_PLACES = 400
SWEEP_TRIES = 4_000
SCALE = 100
MUST_WORTH = 1e7
LEAST_GAIN = 1e-6
# How far the hope that a visit pushed out finds another place is believed: by the choices, and by the first look.
TRUSTS = (1.0, 0.5, 0.0)
MIDDLE_TRUST = 0.5
FIRST_TRUST = 0.3
# Changes that are tried one by one; and the share of the job's worth that one may lose when it is polished after.
MOST_SINGLE = 6
DARING = 0.5

Polish = Callable[[Draft], Draft]


@dataclass(frozen=True)
class Change:
    """Routes that take the place of present ones, so that one two-person job is served.

    `gain` counts every visit pushed out as lost, `hope` is what finding them other places would save.
    """

    job: int
    routes: tuple[DraftRoute, ...]
    gain: float
    hope: float


def better_teams(draft: Draft, rng_seed: int, effort: float = 1.0, polish: Polish | None = None) -> Draft | None:
    """A draft that ranks better through other pairs of vehicles at two-person jobs; None when none is found.

    `polish` improves a draft for a moment (a short search, say). With it changes are tried too that only pay once the
    routes have adapted to them; without it everything pushed out is put wherever it fits.
    """
    best = draft
    for number in range(ROUNDS):
        found = _round(best, rng_seed + number, effort, polish)
        if found is None:
            break
        best = found
    return None if best is draft else best


def _round(draft: Draft, rng_seed: int, effort: float, polish: Polish | None) -> Draft | None:
    """The best of what comes of choosing with much, some and no hope, and of single promising changes."""
    changes = list(_Meetings(draft, effort, -DARING if polish is not None else 0.0).changes())
    mood = np.random.default_rng(rng_seed).uniform(0.5, 1.0, len(changes))
    choices = _choices(changes, mood, rng_seed)
    choices += [[change] for change in _most_promising(changes, max(1, round(effort * MOST_SINGLE)))]
    best = draft
    for chosen in choices:
        found = _applied(draft, chosen)
        if polish is not None:
            found = polish(found)
        if found.rank < (best.rank[0], best.rank[1] - LEAST_GAIN) and _keeps_moves(found, draft):
            best = found
    return None if best is draft else best


def _most_promising(changes: Sequence[Change], most: int) -> list[Change]:
    """The best changes, one for each job and its vehicles."""
    best: dict[tuple[int, frozenset[int]], Change] = {}
    for change in sorted(changes, key=lambda change: -change.gain - MIDDLE_TRUST * change.hope):
        best.setdefault((change.job, frozenset(route.vehicle for route in change.routes)), change)
    return list(best.values())[:most]


def _choices(changes: Sequence[Change], mood: Costs, rng_seed: int) -> list[list[Change]]:
    """A choice for each trust, none of them twice."""
    chosen: list[list[int]] = []
    for trust in TRUSTS:
        worth = [change.gain + trust * own * change.hope for change, own in zip(changes, mood.tolist(), strict=True)]
        places = _choose(changes, worth, rng_seed)
        if places and places not in chosen:
            chosen.append(places)
    return [[changes[place] for place in places] for places in chosen]


def _choose(changes: Sequence[Change], worth: Sequence[float], rng_seed: int) -> list[int]:
    """The changes of most worth that touch no route and no job twice."""
    good = [place for place, own in enumerate(worth) if own > LEAST_GAIN]
    if not good:
        return []
    model = cp_model.CpModel()
    taken = {place: model.new_bool_var(f"change {place}") for place in good}
    touched: dict[tuple[str, int], list[cp_model.IntVar]] = {}
    for place in good:
        touched.setdefault(("job", changes[place].job), []).append(taken[place])
        for route in changes[place].routes:
            touched.setdefault(("route", route.vehicle), []).append(taken[place])
    for together in touched.values():
        model.add_at_most_one(together)
    model.maximize(sum(round(SCALE * worth[place]) * chosen for place, chosen in taken.items()))
    solver = solved(model, DETERMINISTIC_SECONDS, rng_seed)
    if solver is None:
        return [max(good, key=lambda place: worth[place])]
    return [place for place, chosen in taken.items() if solver.boolean_value(chosen)]


def _applied(draft: Draft, changes: Sequence[Change]) -> Draft:
    """The draft with the changes; what was pushed out goes wherever it fits."""
    changed = draft.copy()
    for change in changes:
        for route in change.routes:
            changed.routes[route.vehicle] = route
    Sweep(changed, lambda tries: tries > SWEEP_TRIES).run()
    return changed


def _keeps_moves(found: Draft, draft: Draft) -> bool:
    limit = draft.space.max_moves
    return limit is None or found.moves <= max(limit, draft.moves)


class _Meetings:
    """Every way, worth a look, to serve a two-person job by two vehicles of a draft."""

    def __init__(self, draft: Draft, effort: float, least_share: float) -> None:
        self.draft = draft
        self.space: SearchSpace = draft.space
        self.halves = Halves(draft.space)
        self._most = max(1, round(MOST_SCHEDULED * effort))
        self._least_share = least_share

    @cached_property
    def met(self) -> dict[int, tuple[int, ...]]:
        """The vehicles that meet at each served job which may change its pair: nobody was told of it before."""
        vehicles: dict[int, list[int]] = {}
        for route in self.draft.routes:
            for visit in route.visits:
                if visit.pinned and self._may_change(visit.job):
                    vehicles.setdefault(visit.job, []).append(route.vehicle)
        return {job: tuple(own) for job, own in vehicles.items() if len(own) == 2}

    def _may_change(self, job: int) -> bool:
        is_told = job in self.space.promises or self.space.is_promised(job)
        return self.halves.may_be_split(job) and not is_told

    @cached_property
    def hopes(self) -> dict[int, float]:
        """For each visit that may be pushed out: its loss less about what it costs on another route."""
        own = {visit.job: route.vehicle for route in self.draft.routes for visit in route.visits if not visit.pinned}
        jobs = np.array(sorted(own), dtype=np.int64)
        cheapest = np.full(len(jobs), np.inf)
        home = np.array([own[job] for job in jobs.tolist()], dtype=np.int64)
        test = GapTest(self.space)
        for route in self.draft.routes:
            fits = test.possible(route, jobs) & (home != route.vehicle)[None, :]
            cost = np.where(fits, _detours(self.space, route, jobs), np.inf)
            cheapest = np.minimum(cheapest, cost.min(axis=0))
        losses = np.array([self.space.loss(job) for job in jobs.tolist()])
        return dict(zip(jobs.tolist(), np.maximum(0.0, losses - cheapest).tolist(), strict=True))

    @cached_property
    def _gaps(self) -> list[RouteGaps]:
        return [self._gaps_of(route) for route in self.draft.routes]

    def _gaps_of(self, route: DraftRoute) -> RouteGaps:
        loss, hopes = self.space.loss, self.hopes
        lost = variants(self.space, route, self._may_go, lambda job: loss(job) - FIRST_TRUST * hopes.get(job, 0.0))
        return RouteGaps.of(self.space, lost)

    def _may_go(self, visit: Visit) -> bool:
        return visit.job not in self.space.musts and (not visit.pinned or visit.job in self.met)

    def changes(self) -> Iterator[Change]:
        """For each two-person job the most promising changes that keep all rules."""
        whole = GapTable(self.space, self._gaps)
        for job in self.draft.unserved:
            if self.halves.may_be_split(job):
                yield from self._changes(job, whole, {})
        for job, vehicles in sorted(self.met.items()):
            routes = {vehicle: _less(self.space, self.draft.routes[vehicle], {job}) for vehicle in vehicles}
            without_it = {vehicle: route for vehicle, route in routes.items() if route is not None}
            if len(without_it) == len(vehicles):
                gaps = self._gaps.copy()
                for vehicle, route in without_it.items():
                    gaps[vehicle] = self._gaps_of(route)
                yield from self._changes(job, GapTable(self.space, gaps), without_it)

    def _changes(self, job: int, table: GapTable, present: dict[int, DraftRoute]) -> Iterator[Change]:
        least = self._least_share * self.space.loss(job) + LEAST_GAIN
        worth = MUST_WORTH if job in self.space.musts else self.space.loss(job)
        options = _options(self.halves, job, table, worth - least)
        for one, other, start in islice(_pairs(self.halves, job, table, options), self._most):
            change = self._scheduled(job, table, (one, other), start, present)
            if change is not None and change.gain + change.hope > least:
                yield change

    def _scheduled(
        self, job: int, table: GapTable, rows: tuple[int, int], start: int, present: dict[int, DraftRoute]
    ) -> Change | None:
        """The change in which these gaps take the first and the second role; None when that breaks a rule."""
        routes: dict[int, DraftRoute | None] = dict(present)
        dropped: set[int] = set()
        for role, row in enumerate(rows):
            variant, position = table.variants[table.variant[row]], int(table.position[row])
            visit = self.space.pinned_visit(variant.route.vehicle, job, [role], start)
            longer = None if visit is None else with_visit(self.space, variant.route, position, visit)
            if longer is None:
                return None
            routes[longer.vehicle] = longer
            dropped.update(variant.dropped)
        self._complete(routes, dropped)
        changed = [route for route in routes.values() if route is not None]
        return None if len(changed) < len(routes) else self._change(job, changed, dropped)

    def _complete(self, routes: dict[int, DraftRoute | None], dropped: set[int]) -> None:
        """Take the jobs that lost one of their two vehicles from the other one too."""
        for job in sorted(dropped & self.met.keys()):
            for vehicle in self.met[job]:
                route = routes.get(vehicle, self.draft.routes[vehicle])
                routes[vehicle] = None if route is None else _less(self.space, route, {job})

    def _change(self, job: int, routes: Sequence[DraftRoute], dropped: set[int]) -> Change:
        space = self.space
        gain = sum(self.draft.routes[route.vehicle].cost - route.cost for route in routes)
        gain -= sum(space.loss(lost) for lost in dropped)
        if job not in self.met:
            gain += space.loss(job) + (MUST_WORTH if job in space.musts else 0.0)
        return Change(job, tuple(routes), gain, sum(self.hopes.get(lost, 0.0) for lost in dropped))


def _pairs(halves: Halves, job: int, table: GapTable, options: Costs) -> Iterator[tuple[int, int, int]]:
    """Gaps of two vehicles for the two roles and their common start, the cheapest first.

    No two vehicles come often, so that a few good gaps of theirs do not hide what others could do.
    """
    roles = halves.space.problem.jobs[job].roles
    seen: Counter[tuple[int, int]] = Counter()
    known: set[tuple[object, ...]] = set()
    for row in options[np.lexsort(options.T[::-1])].tolist():
        _, one, other, start = (int(number) for number in row)
        gaps = table.gap(one), table.gap(other)
        meeting = (*(sorted(gaps) if roles[0] == roles[1] else gaps), start)
        if meeting in known:
            continue
        known.add(meeting)
        crews = int(table.vehicle[one]), int(table.vehicle[other])
        seen[crews] += 1
        if seen[crews] <= MOST_SCHEDULED_PER_PAIR and (0, 1) in halves.splits(job, *crews):
            yield one, other, start


def _options(halves: Halves, job: int, table: GapTable, most: float) -> Costs:
    """Cost, the two gaps and the earliest common start, one row each, for every span of starts; below that cost."""
    found = [np.zeros((0, 4))]
    vehicles = range(len(halves.space.problem.vehicles))
    carriers = [[halves.half(vehicle, job, role) for vehicle in vehicles] for role in (0, 1)]
    able = [np.array([visit is not None for visit in own], dtype=bool) for own in carriers]
    visits = [next((visit for visit in own if visit is not None), None) for own in carriers]
    for span, value in halves.starts(job):
        places = [
            _cheapest(table.places(visit, span, own))
            for visit, own in zip(visits, able, strict=True)
            if visit is not None
        ]
        if len(places) == 2:
            found.append(_common(table, places[0], places[1], most + 2 * value))
    return np.concatenate(found)


def _cheapest(places: Places) -> Places:
    return places.of(np.argsort(places.cost, kind="stable")[:MOST_PLACES])


def _common(table: GapTable, first: Places, second: Places, most: float) -> Costs:
    """The pairs of gaps of different vehicles that have a start in common and cost less than `most`."""
    start = np.maximum(first.first[:, None], second.first[None, :])
    last = np.minimum(first.last[:, None], second.last[None, :])
    cost = first.cost[:, None] + second.cost[None, :] - most
    apart = table.vehicle[first.rows][:, None] != table.vehicle[second.rows][None, :]
    one, other = np.nonzero((start <= last) & apart & (cost < 0))
    return np.column_stack([cost[one, other], first.rows[one], second.rows[other], start[one, other]])


def _less(space: SearchSpace, route: DraftRoute, jobs: Set[int]) -> DraftRoute | None:
    """The route without the jobs; None when that breaks a rule."""
    return build_route(space, route.vehicle, [visit for visit in route.visits if visit.job not in jobs])


def _detours(space: SearchSpace, route: DraftRoute, jobs: Numbers) -> Costs:
    """What going to each job (column) in each gap (row) costs on the way."""
    durations = space.problem.travel.durations
    vehicle = space.problem.vehicles[route.vehicle]
    doors = np.array([space.problem.jobs[job].location for job in jobs.tolist()], dtype=np.int64)
    places = [vehicle.start, *(visit.location for visit in route.visits)]
    there = durations[np.ix_(places, doors)].astype(np.float64)
    after = places[1:] if vehicle.end is None else [*places[1:], vehicle.end]
    onward = np.zeros_like(there)
    onward[: len(after)] = durations[np.ix_(doors, after)].T
    direct = np.zeros(len(places))
    if route.visits:
        direct[: len(after)] = durations[places[: len(after)], after]
    detours: Costs = (there + onward - direct[:, None]) * space.travel_cost_per_second
    return detours
