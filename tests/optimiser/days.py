"""Small days on a straight road: place k lies k times ten minutes and five kilometres from the office at 0."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.optimiser.cost import cost
from app.optimiser.plan import Plan, Route
from app.optimiser.problem import Job, Member, Problem, Role, Travel, Vehicle
from app.optimiser.problem_json import problem_sha256
from app.optimiser.replay import replay

MINUTE = 60
HOUR = 3600
ORIGIN = "2026-11-23T00:00:00+08:00"


def road(places: int) -> Travel:
    ways = [[abs(one - other) for other in range(places)] for one in range(places)]
    return Travel.from_rows([[10 * MINUTE * way for way in row] for row in ways], [[5000 * w for w in r] for r in ways])


def member(worker: str, *skills: str) -> Member:
    return Member(worker, frozenset(skills))


def crew(name: str, *members: Member, **more: Any) -> Vehicle:
    """A vehicle at the office from 8 to 17; without members it carries one person of its own name."""
    given = {"start": 0, "end": 0, "shift": (8 * HOUR, 17 * HOUR), **more}
    return Vehicle(id=name, members=members or (member(name),), **given)


def job(name: str, place: int, minutes: int = 20, **more: Any) -> Job:
    """A visit of one person, worth 100."""
    given = {"roles": (Role(service_seconds=minutes * MINUTE),), "prize": 100.0, **more}
    return Job(id=name, location=place, **given)


def day(vehicles: Iterable[Vehicle], jobs: Iterable[Job], **more: Any) -> Problem:
    given = {"travel": road(6), **more}
    return Problem(origin=ORIGIN, vehicles=tuple(vehicles), jobs=tuple(jobs), **given)


def restated(problem: Problem, plan: Plan) -> Plan:
    """The plan with every stated figure made true again, so that only what was changed on purpose is wrong."""
    routes = tuple(_restated(problem, route) for route in plan.routes)
    plan = replace(plan, problem_sha256=problem_sha256(problem), routes=routes)
    return replace(plan, cost=cost(problem, plan))


def _restated(problem: Problem, route: Route) -> Route:
    if route.vehicle not in problem.vehicle_index:
        return route
    found = replay(problem, route)
    return replace(
        route,
        travel_seconds=found.travel_seconds,
        travel_metres=found.travel_metres,
        waiting_seconds=found.waiting_seconds,
        duty_seconds=found.duty_seconds,
    )
