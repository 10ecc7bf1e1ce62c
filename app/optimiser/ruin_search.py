"""One compiled ruin-and-recreate search: its arrays, its temperature's scale, its way back to a draft."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.optimiser.carry_over import keep_most, without_torn
from app.optimiser.compiled.insertion import new_scratch, take
from app.optimiser.compiled.memory import new_memory
from app.optimiser.compiled.random import seeded
from app.optimiser.compiled.ruin_recreate import evaluate_all, ruin_and_recreate
from app.optimiser.compiled.shared_price import shared_price
from app.optimiser.compiled.terrain import (
    CLOCK_WIDTH,
    DROP,
    EXCESS_MOVE,
    MOST_MOVES,
    MOST_STOPS,
    MUST_LOSS,
    PLACE,
    ROUTE_MOVES,
    TOTALS_WIDTH,
    TRAVEL_RATE,
    TWIN,
    Best,
    Figures,
    Flags,
    Ground,
    Ints,
    Realm,
    Routes,
    Shorts,
)
from app.optimiser.compiled.timing import evaluate
from app.optimiser.draft import Draft, build_route
from app.optimiser.survey import Survey
from app.optimiser.tied_component import components

# Temperatures: a share of the mean prize, or so many ways to a near door, whichever is more; at the end, of such a way.
HOT_PRIZES = 0.3
HOT_WAYS = 10.0
COLD_WAYS = 0.25
NEAR_DOORS = 10


class RuinSearch:
    """A solution that batches of moves improve in place; several of them may share one survey."""

    def __init__(self, survey: Survey, draft: Draft, seed: int) -> None:
        self.survey = survey
        ground = survey.ground
        vehicles = len(ground.vehicles)
        stops = max(ground.vehicles[:, MOST_STOPS].tolist(), default=1) + 3
        stops = max([stops, *(len(route.visits) + 3 for route in draft.routes)])
        self.routes = _empty_routes(ground, vehicles, stops)
        self.best = Best(
            self.routes.stops.copy(), self.routes.length.copy(), self.routes.pin.copy(), np.zeros(vehicles, np.uint8)
        )
        self.figures = Figures(np.zeros(1), np.zeros(1), np.zeros(1), np.zeros(1, np.int64), np.zeros(1, np.int64))
        self.realm = whole_realm(survey)
        nodes, jobs = len(survey.parts), len(survey.space.problem.jobs)
        self._memory = new_memory(jobs, nodes, vehicles, stops, len(survey.space.problem.workers))
        self._scratch = new_scratch(ground.pauses.shape[1])
        self._random = seeded(seed)
        self.load(draft)

    @property
    def best_cost(self) -> float:
        """What the best solution costs, what must be served and is not included."""
        return float(self.figures.best_cost[0])

    def load(self, draft: Draft) -> None:
        """Go on from this draft."""
        self.routes.route_of[:] = -1
        self.routes.pin[:] = -1
        nodes, vehicles = len(self.survey.parts), len(self.routes.length)
        for vehicle, own in enumerate(self.survey.nodes(draft)):
            self.routes.length[vehicle] = len(own)
            self.routes.stops[vehicle, len(own) + 1] = nodes + vehicles + vehicle
            for place, (node, pin) in enumerate(own, start=1):
                self.routes.stops[vehicle, place] = node
                self.routes.route_of[node] = vehicle
                self.routes.pin[node] = pin
        self._recount()

    def take_over(self, state: "Snapshot") -> None:
        """Go on from this solution."""
        self.routes.stops[:] = state.stops
        self.routes.length[:] = state.length
        self._settle(state.pin)

    def present(self) -> "Snapshot":
        """A copy of where the search is."""
        return Snapshot(self.routes.stops.copy(), self.routes.length.copy(), self.routes.pin.copy())

    def champion(self) -> "Snapshot":
        """A copy of the best solution."""
        return Snapshot(self.best.stops.copy(), self.best.length.copy(), self.best.pin.copy())

    def _settle(self, pins: Ints) -> None:
        route_of, pin = self.routes.route_of, self.routes.pin
        route_of[:] = -1
        for vehicle, length in enumerate(self.routes.length.tolist()):
            route_of[self.routes.stops[vehicle, 1 : length + 1]] = vehicle
        pin[:] = -1
        pin[: len(route_of)] = np.where(route_of >= 0, pins[: len(route_of)], -1)
        self._recount()

    def _recount(self) -> None:
        """Compute everything that follows from the stops, and begin to look for better than this."""
        ground = self.survey.ground
        refused = np.zeros(len(self.routes.length), np.uint8)
        evaluate_all(ground, self.routes, refused)
        for vehicle in np.flatnonzero(refused).tolist():
            self._clear(vehicle)
        absent = ~self.served
        self.figures.cost[0] = self.routes.cost.sum() + ground.loss[absent].sum()
        self.figures.shared[0] = shared_price(ground, self.routes, self._memory.workload)
        self.figures.moves[0] = self.routes.totals[:, ROUTE_MOVES].sum() + ground.jobs[absent, DROP].sum()
        most = int(ground.options[MOST_MOVES])
        excess = max(0, int(self.figures.moves[0]) - most) if most >= 0 else 0
        self.figures.best_cost[0] = self.figures.cost[0] + self.figures.shared[0] + EXCESS_MOVE * excess
        self.best.stops[:] = self.routes.stops
        self.best.length[:] = self.routes.length
        self.best.pin[:] = self.routes.pin
        self.best.is_stale[:] = 0

    @property
    def served(self) -> NDArray[np.bool_]:
        """For each job whether its loss is avoided, or counted with the job that it is linked to."""
        on_route = self.routes.route_of >= 0
        jobs = len(self.survey.half)
        served = on_route[:jobs].copy()
        halved = np.flatnonzero(self.survey.half >= 0)
        served[halved] |= on_route[self.survey.half[halved]]
        for part, present in zip(self.survey.parts[jobs:], on_route[jobs:].tolist(), strict=True):
            served[part.job] |= present
        for _, second in self.survey.pairs:
            served[second] = True
        return served

    def _clear(self, vehicle: int) -> None:
        """Empty a route that the compiled clock refuses; what belongs to it leaves the other routes."""
        routes = self.routes
        gone = routes.stops[vehicle, 1 : int(routes.length[vehicle]) + 1].tolist()
        routes.stops[vehicle, 1] = routes.stops[vehicle, int(routes.length[vehicle]) + 1]
        routes.length[vehicle] = 0
        routes.route_of[gone] = -1
        routes.pin[gone] = -1
        evaluate(vehicle, self.survey.ground, routes)
        for node in gone:
            for other in self._tied_to(node):
                if routes.route_of[other] >= 0:
                    self._take(other)

    def _tied_to(self, node: int) -> list[int]:
        """The tasks that may not stay without this one: its twin, or all that is kept of jobs tied to its job."""
        parts, space = self.survey.parts, self.survey.space
        twin = int(self.survey.ground.nodes[node, TWIN])
        if parts[node].kept is None:
            return [twin] if twin >= 0 else []
        everything = components(space, range(len(space.problem.jobs)))
        tied = next((one.jobs for one in everything if parts[node].job in one.jobs), ())
        return [place for place, part in enumerate(parts) if part.kept is not None and part.job in tied]

    def _take(self, node: int) -> None:
        """Take a task out; its route is emptied when it is refused without it."""
        routes = self.routes
        vehicle = int(routes.route_of[node])
        take(vehicle, node, routes.stops, routes.length, routes.route_of)
        routes.pin[node] = -1
        if not evaluate(vehicle, self.survey.ground, routes):
            self._clear(vehicle)

    def run(self, iterations: int, hot: float, cold: float, is_build: bool = False) -> None:
        """A batch of moves; the lock of the interpreter is free meanwhile."""
        if len(self.realm.jobs) and len(self.routes.length):
            ruin_and_recreate(
                iterations,
                hot,
                cold,
                is_build,
                self.survey.ground,
                self.routes,
                self.best,
                self.figures,
                self.realm,
                self._memory,
                self._scratch,
                self._random,
            )

    def draft(self, state: "Snapshot") -> Draft:
        """A solution, exactly timed."""
        space = self.survey.space
        draft = Draft(space)
        for vehicle, length in enumerate(state.length.tolist()):
            nodes = state.stops[vehicle, 1 : length + 1].tolist()
            found = [self.survey.visit(vehicle, node, int(state.pin[node])) for node in nodes]
            visits = [visit for visit in found if visit is not None]
            if visits:
                draft.routes[vehicle] = build_route(space, vehicle, visits) or keep_most(space, vehicle, visits)
        without_torn(draft)
        return draft


@dataclass(frozen=True)
class Snapshot:
    """A solution as arrays: nodes by vehicle, depots included, and where tied tasks are pinned."""

    stops: Shorts
    length: Shorts
    pin: Ints

    def with_routes_of(self, other: "Snapshot", vehicles: Flags) -> "Snapshot":
        """These routes, but the other's for the given vehicles; no task may be on two of them."""
        theirs = vehicles > 0
        mixed = Snapshot(
            np.where(theirs[:, None], other.stops, self.stops),
            np.where(theirs, other.length, self.length),
            self.pin.copy(),
        )
        for vehicle in np.flatnonzero(theirs).tolist():
            own = other.stops[vehicle, 1 : int(other.length[vehicle]) + 1]
            mixed.pin[own] = other.pin[own]
        return mixed


def temperatures(survey: Survey) -> tuple[float, float]:
    """Where the annealing begins and where it ends."""
    ground = survey.ground
    losses = ground.loss[survey.requests]
    optional = losses[losses < MUST_LOSS]
    prize = float(optional.mean()) if optional.size else 0.0
    near = ground.near[:, :NEAR_DOORS]
    places = ground.nodes[: len(near), PLACE]
    ways = ground.travel[places[:, None], places[near]] if near.size else np.zeros(1)
    rate = float(ground.tariffs[:, TRAVEL_RATE].sum()) / max(1, len(ground.tariffs))
    way = float(np.minimum(ways, 7200).mean()) * rate
    hot = max(HOT_PRIZES * prize, HOT_WAYS * way, 1e-3)
    return hot, min(hot, max(COLD_WAYS * way, 1e-4 * hot))


def whole_realm(survey: Survey) -> Realm:
    """Everything."""
    requests = survey.requests
    owns = np.zeros(len(survey.half), np.uint8)
    owns[requests] = 1
    return Realm(np.ones(len(survey.ground.vehicles), np.uint8), owns, requests)


def _empty_routes(ground: Ground, vehicles: int, stops: int) -> Routes:
    states = ground.pauses.shape[1]
    nodes = len(ground.nodes) - 2 * vehicles
    rows = np.zeros((vehicles, stops), np.int32)
    rows[:, 0] = nodes + np.arange(vehicles)
    rows[:, 1] = nodes + vehicles + np.arange(vehicles)
    return Routes(
        stops=rows,
        length=np.zeros(vehicles, np.int32),
        route_of=np.full(nodes, -1, np.int32),
        pin=np.full(len(ground.nodes), -1, np.int64),
        clock=np.zeros((vehicles, stops, states, CLOCK_WIDTH), np.int64),
        extra=np.zeros((vehicles, stops, states)),
        slack=np.zeros((vehicles, stops), np.int64),
        totals=np.zeros((vehicles, TOTALS_WIDTH), np.int64),
        cost=np.zeros(vehicles),
        leaning=np.zeros(vehicles),
    )
