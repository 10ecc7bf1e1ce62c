"""Imports ortools: a routing task as an OR-Tools routing model (9.15, `pywrapcp`).

Approximations, all put right when `schedule` times the routes again: a break may fall into an approach, the cost of
waiting is not seen where there are breaks (it would slow the search down), nor are slot values and the plan-wide parts
of the cost.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from ortools.constraint_solver import pywrapcp

from app.optimiser.moves import TOLERATED_SHIFT_SECONDS
from app.optimiser.problem import Vehicle
from app.optimiser.routing_task import FREE_END, RoutingTask, Wish
from app.optimiser.schedule import HOUR

# OR-Tools counts in integers: a hundredth of the cost unit per hour is still seen, and no sum leaves 64 bits.
FINEST_SCALE = 100.0 * HOUR
LARGEST_LOSS = 1e13
MUST_LOSS = 10**15


class RoutingModel:
    """The model of one task; its routes speak of the task's vehicles and wishes by their places in it."""

    def __init__(self, task: RoutingTask) -> None:
        self.task = task
        depots = {location: node for node, location in enumerate(task.depots)}
        starts = [depots[vehicle.start] for vehicle in task.carriers]
        ends = [depots[FREE_END if vehicle.end is None else vehicle.end] for vehicle in task.carriers]
        self.manager = pywrapcp.RoutingIndexManager(len(depots) + len(task.wishes), len(starts), starts, ends)
        self.model = pywrapcp.RoutingModel(self.manager)
        self.nodes = [self.manager.NodeToIndex(len(depots) + place) for place in range(len(task.wishes))]
        self._liked = [max(visit.preference for visit in wish.visits.values()) for wish in task.wishes]
        losses = [task.space.loss(wish.job) + liked for wish, liked in zip(task.wishes, self._liked, strict=True)]
        self.scale = min(FINEST_SCALE, LARGEST_LOSS / max(1.0, *losses, 0.0))
        self._travel_costs()
        self._losses(losses)
        self._clock()
        self._limits()
        self._moves()

    def _scaled(self, cost: float) -> int:
        return max(0, round(cost * self.scale))

    def _travel_costs(self) -> None:
        """Travel, and for each vehicle how much less it is liked at a door than the best one, moves included."""
        cost = np.rint(self.task.travel * (self.task.space.travel_cost_per_second * self.scale)).astype(np.int64)
        evaluators: dict[tuple[int, ...], int] = {}
        for place, vehicle in enumerate(self.task.carriers):
            extra = self._dislikes(place)
            if extra not in evaluators:
                matrix = cost + np.array(extra, dtype=np.int64)[None, :]
                np.fill_diagonal(matrix, 0)
                evaluators[extra] = self.model.RegisterTransitMatrix(matrix.tolist())
            self.model.SetArcCostEvaluatorOfVehicle(evaluators[extra], place)
            self.model.SetFixedCostOfVehicle(self._scaled(vehicle.fixed_cost), place)

    def _dislikes(self, place: int) -> tuple[int, ...]:
        extra = [0] * len(self.task.depots)
        for wish, liked in zip(self.task.wishes, self._liked, strict=True):
            visit = wish.visits.get(place)
            dislike = 0.0
            if visit is not None:
                dislike = liked - visit.preference
                dislike += self.task.space.move_weight.cost * all(piece.moved for piece in visit.pieces)
            extra.append(self._scaled(dislike))
        return tuple(extra)

    def _losses(self, losses: Sequence[float]) -> None:
        """Every visit may be left out at its loss, by nobody but the vehicles that may serve it."""
        everybody = len(self.task.vehicles)
        for wish, node, loss in zip(self.task.wishes, self.nodes, losses, strict=True):
            must = wish.job in self.task.space.musts or wish.any_visit.pinned
            self.model.AddDisjunction([node], MUST_LOSS if must else self._scaled(loss))
            if len(wish.visits) < everybody:
                self.model.VehicleVar(node).SetValues([-1, *sorted(wish.visits)])

    def _clock(self) -> None:
        task, model = self.task, self.model
        transit = model.RegisterTransitMatrix(task.transit.tolist())
        model.AddDimension(transit, task.seconds, task.seconds, False, "time")
        self.time = model.GetDimensionOrDie("time")
        for wish, node in zip(task.wishes, self.nodes, strict=True):
            self._window(wish, node)
        for place, vehicle in enumerate(task.carriers):
            self._shift(place, vehicle)
            self._breaks(place, vehicle)

    def _window(self, wish: Wish, node: int) -> None:
        """The allowed starts; late ones cost."""
        origin, visit = self.task.first_second, wish.any_visit
        starts = [(first - origin, last - origin) for first, last in wish.starts]
        cumul = self.time.CumulVar(node)
        cumul.SetRange(max(0, starts[0][0]), min(self.task.seconds, starts[-1][1]))
        for (_, closed), (opens, _) in pairwise(starts):
            cumul.RemoveInterval(closed + 1, opens - 1)
        if visit.late_after is not None and visit.lateness_per_second > 0:
            late_after = max(0, visit.late_after - origin)
            self.time.SetCumulVarSoftUpperBound(node, late_after, self._scaled(visit.lateness_per_second))

    def _shift(self, place: int, vehicle: Vehicle) -> None:
        model, origin = self.model, self.task.first_second
        opens, closes = vehicle.shift[0] - origin, vehicle.latest_return - origin
        self.time.CumulVar(model.Start(place)).SetRange(opens, closes)
        self.time.CumulVar(model.End(place)).SetRange(opens, closes)
        if vehicle.overtime is not None:
            rate = self._scaled(vehicle.overtime.cost_per_hour / HOUR)
            self.time.SetCumulVarSoftUpperBound(model.End(place), vehicle.shift[1] - origin, rate)
        if vehicle.max_duty_seconds is not None:
            self.time.SetSpanUpperBoundForVehicle(vehicle.max_duty_seconds, place)
        weights = self.task.space.weights
        if weights.duty > 0:
            self.time.SetSpanCostCoefficientForVehicle(self._scaled(weights.duty), place)
        if weights.waiting > 0 and not vehicle.breaks:
            self.time.SetSlackCostCoefficientForVehicle(self._scaled(weights.waiting), place)

    def _breaks(self, place: int, vehicle: Vehicle) -> None:
        """Breaks between leaving and return, never during service (OR-Tools would take them outside the route too)."""
        if not vehicle.breaks:
            return
        solver, origin = self.model.solver(), self.task.first_second
        start, end = (self.time.CumulVar(at(place)) for at in (self.model.Start, self.model.End))
        intervals = []
        for number, pause in enumerate(vehicle.breaks):
            first, last = pause.window[0] - origin, pause.window[1] - origin
            name = f"break {place}/{number}"
            interval = solver.FixedDurationIntervalVar(max(0, first), last, pause.duration, False, name)
            solver.Add(interval.StartExpr() >= start)
            solver.Add(interval.EndExpr() <= end)
            intervals.append(interval)
        service = [0] * (self.model.Size() + len(self.task.vehicles))
        for node, wish in zip(self.nodes, self.task.wishes, strict=True):
            service[node] = wish.any_visit.service_seconds
        self.time.SetBreakIntervalsOfVehicle(intervals, place, service)

    def _limits(self) -> None:
        """Numbers of stops and seconds of travel, where a vehicle has such a limit."""
        carriers, model = self.task.carriers, self.model
        if any(vehicle.max_jobs is not None for vehicle in carriers):
            most = [len(self.nodes) if v.max_jobs is None else min(v.max_jobs, len(self.nodes)) for v in carriers]
            count = [0] * len(self.task.depots) + [1] * len(self.nodes)
            model.AddDimensionWithVehicleCapacity(model.RegisterUnaryTransitVector(count), 0, most, True, "jobs")
        if any(vehicle.max_travel_seconds is not None for vehicle in carriers):
            longest = self.task.seconds * (len(self.nodes) + 1)
            most = [longest if v.max_travel_seconds is None else v.max_travel_seconds for v in carriers]
            travel = model.RegisterTransitMatrix(self.task.travel.tolist())
            model.AddDimensionWithVehicleCapacity(travel, 0, most, True, "travel")

    def _moves(self) -> None:
        """At most so many jobs of the previous plan with another crew, another time, or none."""
        space, limit = self.task.space, self.task.max_moves
        solver, origin = self.model.solver(), self.task.first_second
        kept = []
        for wish, node in zip(self.task.wishes, self.nodes, strict=True):
            if limit is None or wish.any_visit.pinned or not space.drop_is_move(wish.job):
                continue
            promise = space.promises[wish.job]
            same = [place for place, vehicle in enumerate(self.task.carriers) if vehicle.workers == promise.workers]
            near = (promise.start - TOLERATED_SHIFT_SECONDS - origin, promise.start + TOLERATED_SHIFT_SECONDS - origin)
            by_them = solver.IsMemberVar(self.model.VehicleVar(node), same)
            kept.append(by_them * solver.IsBetweenVar(self.time.CumulVar(node), *near))
        if kept and limit is not None and limit < len(kept):
            solver.Add(solver.Sum(kept) >= len(kept) - limit)

    def figures(self, model_cost: int) -> tuple[float, int]:
        """Cost of the present solution in the problem's unit, and the jobs it serves; for a callback of the search."""
        cost, served, musts = float(model_cost), 0, self.task.space.musts
        constant = -sum(self._liked)
        for wish, node, liked in zip(self.task.wishes, self.nodes, self._liked, strict=True):
            if self.model.ActiveVar(node).Value():
                served += 1
            elif wish.job in musts:
                cost -= MUST_LOSS
                constant += self.task.space.loss(wish.job) + liked
        return cost / self.scale + constant, served

    def routes(self, assignment: pywrapcp.Assignment) -> list[list[int]]:
        """The wishes on each vehicle's route, in order."""
        wish_of = {node: place for place, node in enumerate(self.nodes)}
        routes = []
        for place in range(len(self.task.vehicles)):
            route, index = [], assignment.Value(self.model.NextVar(self.model.Start(place)))
            while not self.model.IsEnd(index):
                route.append(wish_of[index])
                index = assignment.Value(self.model.NextVar(index))
            routes.append(route)
        return routes
