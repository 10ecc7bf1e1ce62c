"""A plan in the making: one route for each vehicle, each exactly scheduled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.optimiser.schedule import HOUR, Label, Timetable, at_depot, extend, go_home, settle
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Visit


@dataclass(frozen=True, slots=True)
class DraftRoute:
    """The visits of one vehicle in order; `labels[k]` times the first k of them; no timetable when unused."""

    vehicle: int
    visits: tuple[Visit, ...]
    labels: tuple[Sequence[Label], ...]
    timetable: Timetable | None
    cost: float

    @property
    def moves(self) -> int:
        """Visits that count as moves of the previous plan, but for those that depend on another route."""
        return 0 if self.timetable is None else self.timetable.moves

    @property
    def duty_seconds(self) -> int:
        """From setting out to coming back."""
        return 0 if self.timetable is None else self.timetable.back - self.timetable.leave

    @property
    def largest_lateness_seconds(self) -> int:
        """Of all its visits."""
        starts = () if self.timetable is None else self.timetable.starts
        timed = zip(self.visits, starts, strict=True)
        return max(0, max((start - v.late_after for v, start in timed if v.late_after is not None), default=0))


def empty_route(space: SearchSpace, vehicle: int) -> DraftRoute:
    """The route of a vehicle that stays unused."""
    return DraftRoute(vehicle, (), (at_depot(space.clocks[vehicle]),), None, 0.0)


def build_route(space: SearchSpace, vehicle: int, visits: Iterable[Visit]) -> DraftRoute | None:
    """The route with these visits, scheduled; None when no schedule keeps the rules."""
    return _continue(space, empty_route(space, vehicle), 0, tuple(visits))


def with_visit(space: SearchSpace, route: DraftRoute, position: int, visit: Visit) -> DraftRoute | None:
    """The route with one more visit before the given position; None when that breaks a rule."""
    limit = space.problem.vehicles[route.vehicle].max_jobs
    if limit is not None and len(route.visits) >= limit:
        return None
    return _continue(space, route, position, (visit, *route.visits[position:]))


def without(space: SearchSpace, route: DraftRoute, position: int) -> DraftRoute | None:
    """The route without one visit; None when that breaks a rule (the direct way may be the longer one)."""
    return _continue(space, route, position, route.visits[position + 1 :])


def _continue(space: SearchSpace, route: DraftRoute, position: int, rest: tuple[Visit, ...]) -> DraftRoute | None:
    """The route up to the position, followed by the rest."""
    visits = (*route.visits[:position], *rest)
    if not visits:
        return empty_route(space, route.vehicle)
    clock = space.clocks[route.vehicle]
    vehicle = clock.vehicle
    if vehicle.max_jobs is not None and len(visits) > vehicle.max_jobs:
        return None
    labels = list(route.labels[: position + 1])
    before = route.visits[position - 1] if position else None
    place, address = (vehicle.start, None) if before is None else (before.location, before.address)
    for visit in rest:
        here = extend(labels[-1], clock, space.travel(place, visit.location), visit, space.approach(visit, address))
        if not here:
            return None
        labels.append(here)
        place, address = visit.location, visit.address
    home = None if vehicle.end is None else space.travel(place, vehicle.end)
    timetable = settle(go_home(labels[-1], clock, home), clock, space.weights)
    if timetable is None or _too_much_travel(vehicle.max_travel_seconds, timetable):
        return None
    cost = vehicle.fixed_cost + _cost(space, visits, timetable)
    return DraftRoute(route.vehicle, visits, tuple(labels), timetable, cost)


def _too_much_travel(limit: int | None, timetable: Timetable) -> bool:
    return limit is not None and timetable.travel_seconds > limit


def _cost(space: SearchSpace, visits: Iterable[Visit], timetable: Timetable) -> float:
    liked = sum(visit.preference for visit in visits)
    return space.travel_cost_per_second * timetable.travel_seconds + timetable.cost - liked


class Draft:
    """Routes of all vehicles, by index; a job is served when all its roles are on routes."""

    def __init__(self, space: SearchSpace, routes: Iterable[DraftRoute] | None = None) -> None:
        self.space = space
        vehicles = range(len(space.problem.vehicles))
        self.routes = list(routes) if routes is not None else [empty_route(space, vehicle) for vehicle in vehicles]

    def copy(self) -> "Draft":
        """A draft of its own with the same routes."""
        return Draft(self.space, self.routes)

    def with_routes(self, routes: Iterable[DraftRoute]) -> "Draft":
        """A draft of its own in which these routes take the places of the present ones."""
        changed = self.copy()
        for route in routes:
            changed.routes[route.vehicle] = route
        return changed

    @property
    def served(self) -> set[int]:
        """Indices of the jobs on routes."""
        return {visit.job for route in self.routes for visit in route.visits}

    @property
    def unserved(self) -> list[int]:
        """Indices of the other jobs, in order."""
        served = self.served
        return [job for job in range(len(self.space.problem.jobs)) if job not in served]

    @property
    def pinned(self) -> set[tuple[int, int]]:
        """Vehicle and job of the visits that depend on other routes."""
        return {(route.vehicle, visit.job) for route in self.routes for visit in route.visits if visit.pinned}

    @property
    def moves(self) -> int:
        """Moves of the previous plan, dropped jobs included."""
        dropped = sum(self.space.drop_is_move(job) for job in self.unserved)
        return dropped + sum(route.moves for route in self.routes) + len(self.moved_together)

    @property
    def moved_together(self) -> set[int]:
        """Jobs that count as moves and whose visits depend on each other's routes: who comes shows in the whole."""
        promises, vehicles = self.space.promises, self.space.problem.vehicles
        standing: dict[int, tuple[int, frozenset[str]]] = {}
        for route in self.routes if promises else ():
            starts = () if route.timetable is None else route.timetable.starts
            for visit, start in zip(route.visits, starts, strict=True):
                if visit.pinned and visit.job in promises:
                    others = standing.get(visit.job, (start, frozenset[str]()))[1]
                    standing[visit.job] = start, others | vehicles[route.vehicle].workers
        return {job for job, (start, workers) in standing.items() if promises[job].is_moved(start, workers)}

    @property
    def cost(self) -> float:
        """Cost of the routes, of what they leave out, of meetings that moved, and of what only the whole shows."""
        apart = sum(route.cost for route in self.routes) + sum(self.space.loss(job) for job in self.unserved)
        return apart + self.space.move_weight.cost * len(self.moved_together) + self.shared_cost()

    def shared_cost(self, changed: Iterable[DraftRoute] = ()) -> float:
        """What unfairness and the largest lateness cost when these routes take the places of the present ones."""
        objective = self.space.problem.objective
        cost = 0.0
        if not self.is_shared:
            return cost
        routes = self.with_routes(changed).routes
        if objective.fairness_per_hour > 0:
            cost += objective.fairness_per_hour * self._unfairness_seconds(routes)
        if objective.lateness_max_per_hour > 0:
            largest = max((route.largest_lateness_seconds for route in routes), default=0)
            cost += objective.lateness_max_per_hour * largest
        return cost / HOUR

    @property
    def is_shared(self) -> bool:
        """Whether a part of the cost depends on all routes together."""
        objective = self.space.problem.objective
        return objective.fairness_per_hour > 0 or objective.lateness_max_per_hour > 0

    def _unfairness_seconds(self, routes: Iterable[DraftRoute]) -> float:
        """Everybody's distance from the mean duty of all workers, the idle ones too."""
        duty = dict.fromkeys(self.space.problem.workers, 0)
        for route in routes:
            for worker in self.space.problem.vehicles[route.vehicle].workers:
                duty[worker] += route.duty_seconds
        mean = sum(duty.values()) / max(1, len(duty))
        return sum(abs(own - mean) for own in duty.values())

    @property
    def rank(self) -> tuple[int, float]:
        """What drafts are compared by: first jobs that must be served and are not, then cost."""
        return len(self.space.musts - self.served), self.cost
