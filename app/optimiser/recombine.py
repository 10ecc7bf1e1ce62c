"""The best plan that can be put together from routes of many good ones, chosen by CP-SAT (see `packing`)."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from app.optimiser.cost import cost
from app.optimiser.coverage import keeps_workers, role_workers
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft, build_route
from app.optimiser.moves import moved_jobs
from app.optimiser.packing import Column, Key, Packing
from app.optimiser.plan import Plan
from app.optimiser.problem import Link
from app.optimiser.search_space import SearchSpace

MOST_COLUMNS = 5_000
KEPT_SHARE = 0.8
LEAST_GAIN = 1e-6

Rank = tuple[int, float]


class RoutePool:
    """Routes of good drafts of one problem; of too many the worst are forgotten, and the oldest of equally bad ones."""

    def __init__(self, most_columns: int = MOST_COLUMNS) -> None:
        self._most = most_columns
        self._columns: dict[Key, Column] = {}
        self._standing: dict[Key, tuple[Rank, int]] = {}
        self._added = 0

    def __len__(self) -> int:
        return len(self._columns)

    def add(self, draft: Draft) -> None:
        """Remember the routes of a draft; a route counts as good as the best draft that had it."""
        self._added += 1
        rank = draft.rank
        for column in _columns(draft):
            key = column.key
            before = self._standing.get(key, (rank, 0))[0]
            self._columns[key] = column
            self._standing[key] = min(rank, before), -self._added
        if len(self._columns) > self._most:
            kept = sorted(self._standing, key=lambda key: self._standing[key])[: round(KEPT_SHARE * self._most)]
            self._columns = {key: self._columns[key] for key in kept}
            self._standing = {key: self._standing[key] for key in kept}

    def recombine(self, best: Draft, deterministic_seconds: float) -> Draft | None:
        """A draft better than the best one, from its routes and the pool's; None when there is none in that time."""
        columns = [*self._columns.values(), *_columns(best)]
        identity = _same_route if _is_plan_wide(best.space) else _same_visits
        known = _cheapest(columns, identity)
        own = {identity(column) for column in _columns(best)}
        present = frozenset(place for place, name in enumerate(known) if name in own)
        limit = best.space.max_moves
        most_moves = None if limit is None else max(limit, best.moves)
        chosen = Packing(best.space, list(known.values()), present, most_moves).best(deterministic_seconds)
        found = None if chosen is None else _draft(best, chosen)
        return found if found is not None and _is_better(found, best) else None


def _columns(draft: Draft) -> Iterator[Column]:
    for route in draft.routes:
        if route.timetable is not None:
            duty, lateness = route.duty_seconds, route.largest_lateness_seconds
            yield Column(route.vehicle, route.visits, route.cost, route.moves, duty, lateness)


def _same_route(column: Column) -> Hashable:
    return column.key


def _same_visits(column: Column) -> Hashable:
    """Where a route is worth what it costs, only the cheapest order of the same visits is of interest."""
    return column.vehicle, frozenset(column.key[1])


def _cheapest(columns: Iterable[Column], identity: Callable[[Column], Hashable]) -> dict[Hashable, Column]:
    """Of each route the cheapest."""
    best: dict[Hashable, Column] = {}
    for column in columns:
        name = identity(column)
        if name not in best or column.cost < best[name].cost:
            best[name] = column
    return best


def _draft(best: Draft, chosen: Iterable[Column]) -> Draft | None:
    """The chosen routes, scheduled anew where the best draft has others."""
    found = Draft(best.space)
    for column in chosen:
        present = best.routes[column.vehicle]
        is_present = present.visits == column.visits
        route = present if is_present else build_route(best.space, column.vehicle, column.visits)
        if route is None:
            return None
        found.routes[column.vehicle] = route
    return found


def _is_plan_wide(space: SearchSpace) -> bool:
    """Whether only the whole plan shows what it costs and whether it keeps the rules."""
    objective = space.problem.objective
    weights = objective.fairness_per_hour, objective.lateness_max_per_hour
    return max(weights) > 0 or space.max_moves is not None or bool(_watched_links(space))


def _watched_links(space: SearchSpace) -> list[Link]:
    return [link for link in space.problem.links if link.workers != "any"]


def _is_better(found: Draft, best: Draft) -> bool:
    space = best.space
    if not _is_plan_wide(space):
        return found.rank < (best.rank[0], best.cost - LEAST_GAIN)
    plan, before = (make_plan(space.problem, draft.routes, (), 0, {}) for draft in (found, best))
    if not _keeps_links(space, plan, _watched_links(space)) or not _keeps_moves(space, plan, before):
        return False
    total, total_before = cost(space.problem, plan).total, cost(space.problem, before).total
    return (found.rank[0], total) < (best.rank[0], total_before - LEAST_GAIN)


def _keeps_links(space: SearchSpace, plan: Plan, links: Sequence[Link]) -> bool:
    workers = role_workers(space.problem, plan)
    return all(keeps_workers(link, workers) for link in links)


def _keeps_moves(space: SearchSpace, plan: Plan, before: Plan) -> bool:
    if space.max_moves is None:
        return True
    return len(moved_jobs(space.problem, plan)) <= max(space.max_moves, len(moved_jobs(space.problem, before)))
