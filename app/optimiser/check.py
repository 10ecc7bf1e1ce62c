"""Does a plan keep every rule? It is replayed from the problem alone; nothing of the search is used or believed."""

from collections import Counter
from collections.abc import Iterator

from app.optimiser.check_breaks import break_violations
from app.optimiser.check_jobs import job_violations
from app.optimiser.check_routes import route_violations
from app.optimiser.cost import cost
from app.optimiser.plan import Plan
from app.optimiser.problem import Problem
from app.optimiser.problem_json import problem_sha256
from app.optimiser.replay import replay_routes
from app.optimiser.violation import Violation, at_stop, at_vehicle

COST_TOLERANCE = 1e-6


def violations(problem: Problem, plan: Plan) -> list[Violation]:
    """Every broken rule; empty when the plan is valid."""
    found = [*_problem(problem, plan), *_names(problem, plan)]
    for replayed in replay_routes(problem, plan):
        found += route_violations(replayed)
        found += break_violations(replayed)
    found += job_violations(problem, plan)
    found += _cost(problem, plan)
    return found


def _problem(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if plan.problem_sha256 != problem_sha256(problem):
        yield Violation("WRONG_PROBLEM", "plan")


def _names(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Routes and stops that mean nothing, or the same thing twice."""
    for vehicle, count in Counter(route.vehicle for route in plan.routes).items():
        if vehicle not in problem.vehicle_index:
            yield Violation("UNKNOWN_VEHICLE", at_vehicle(vehicle))
        if count > 1:
            yield Violation("DUPLICATE_VEHICLE", at_vehicle(vehicle), count - 1)
    for route in plan.routes:
        if not route.stops:
            yield Violation("EMPTY_ROUTE", at_vehicle(route.vehicle))
        for index, stop in enumerate(route.stops):
            if stop.job not in problem.job_index:
                yield Violation("UNKNOWN_JOB", at_stop(route.vehicle, index, stop.job))


def _cost(problem: Problem, plan: Plan) -> Iterator[Violation]:
    found = cost(problem, plan)
    if abs(plan.cost.total - found.total) > COST_TOLERANCE:
        yield Violation("COST_WRONG", "cost total", round(plan.cost.total - found.total, 6))
    for name in sorted(set(found.parts) | set(plan.cost.parts)):
        stated, part = plan.cost.parts.get(name), found.parts.get(name)
        if stated is None or part is None or abs(stated - part) > COST_TOLERANCE:
            yield Violation("COST_WRONG", f"cost part {name}", round((stated or 0.0) - (part or 0.0), 6))
