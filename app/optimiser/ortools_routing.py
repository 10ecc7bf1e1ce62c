"""Imports ortools: searches a routing model by cheapest insertion and guided local search.

Guided local search never ends by itself, so a limit counts how often the search asks whether to go on. The count does
not depend on the clock: with iterations alone as budget a run can be repeated exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from app.optimiser.budget import Effort
from app.optimiser.ortools_model import RoutingModel
from app.optimiser.routing_task import RoutingTask

VERSION = version("ortools")
CHECKS_PER_ITERATION = 100
CHECKS_BETWEEN_LOOKS = 1024
GUARD_SECONDS = 5.0
GUARD_SECONDS_PER_ITERATION = 0.002
# A small model is searched out long before a long time is up: so many checks without improvement end it.
PATIENCE = 200_000
PATIENCE_PER_PAIR = 30_000
# Without any limit of its own OR-Tools warns on standard error that it may run forever.
MOST_SOLUTIONS = 10**9


@dataclass(frozen=True)
class Allowance:
    """What one model may use of the budget; with `base_cost`, the cost of the rest of the plan, it reports."""

    seconds: float | None = None
    iterations: int | None = None
    base_cost: float | None = None


class Watch:
    """Ends a search when its allowance is used, when it stagnates, or when somebody wants an end."""

    def __init__(self, routing: RoutingModel, effort: Effort, allowance: Allowance) -> None:
        self._routing = routing
        self._effort = effort
        self._allowance = allowance
        visits = len(routing.nodes)
        self._patience = PATIENCE + PATIENCE_PER_PAIR * visits * visits
        self._most_checks = None if allowance.iterations is None else allowance.iterations * CHECKS_PER_ITERATION
        self._best: int | None = None
        self._improved_at = 0
        self._halted = False
        self.checks = 0
        self.error: BaseException | None = None

    def is_over(self) -> bool:
        """Whether the search must end; called by the search about a million times a second."""
        self.checks += 1
        if self.checks % CHECKS_BETWEEN_LOOKS == 0:
            self._halted = self._halted or self._look()
        spent = self._most_checks is not None and self.checks >= self._most_checks
        return self._halted or spent or self.checks - self._improved_at > self._patience

    def _look(self) -> bool:
        """Ask those who may want an end; an error of theirs must not pass through the C++ code."""
        try:
            return self._effort.is_over()
        except BaseException as error:
            self.error = error
            return True

    def on_solution(self) -> None:
        """Note and report a better solution."""
        cost = self._routing.model.CostVar().Max()
        if self._best is not None and cost >= self._best:
            return
        self._best, self._improved_at = cost, self.checks
        if self._allowance.base_cost is None:
            return
        try:
            own_cost, served = self._routing.figures(cost)
            self._effort.report(round(self._allowance.base_cost + own_cost, 6), served)
        except BaseException as error:
            self.error, self._halted = error, True


def search(
    task: RoutingTask, effort: Effort, allowance: Allowance, start: Sequence[Sequence[int]] | None = None
) -> list[list[int]] | None:
    """Routes of the task's vehicles as places of its wishes; None when none was found in time.

    `start` gives the routes to begin from; without it they are built by cheapest insertion.
    """
    routing = RoutingModel(task)
    watch = Watch(routing, effort, allowance)
    routing.model.AddAtSolutionCallback(watch.on_solution)
    routing.model.AddSearchMonitor(routing.model.solver().CustomLimit(watch.is_over))
    parameters = _parameters(_seconds(allowance))
    routing.model.CloseModelWithParameters(parameters)
    assignment = None
    if start is not None:
        routes = [[routing.nodes[wish] for wish in route] for route in start]
        first = routing.model.ReadAssignmentFromRoutes(routes, True)
        if first is not None:
            assignment = routing.model.SolveFromAssignmentWithParameters(first, parameters)
    if assignment is None:
        assignment = routing.model.SolveWithParameters(parameters)
    effort.spend(watch.checks // CHECKS_PER_ITERATION + 1)
    if watch.error is not None:
        raise watch.error
    return None if assignment is None else routing.routes(assignment)


def _seconds(allowance: Allowance) -> float:
    """The time limit; where iterations are counted, far more than they ever take: some steps ask no other limit."""
    if allowance.seconds is not None:
        return allowance.seconds
    return GUARD_SECONDS + GUARD_SECONDS_PER_ITERATION * (allowance.iterations or 0)


def _parameters(seconds: float) -> object:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.solution_limit = MOST_SOLUTIONS
    parameters.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
    return parameters
