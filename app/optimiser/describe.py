"""A draft written down as a plan."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from app.optimiser.cost import cost, lateness_seconds
from app.optimiser.draft import DraftRoute
from app.optimiser.plan import Plan, Route, Stop, TakenBreak, Unassigned
from app.optimiser.problem import Problem
from app.optimiser.problem_json import problem_sha256
from app.optimiser.schedule import Timetable


def make_plan(
    problem: Problem,
    routes: Iterable[DraftRoute],
    unassigned: Sequence[Unassigned],
    seed: int,
    solver: dict[str, object],
) -> Plan:
    """The plan of these routes with its cost; unused vehicles have no route."""
    written = tuple(_route(problem, route, route.timetable) for route in routes if route.timetable is not None)
    plan = Plan(problem_sha256(problem), seed, solver, written, tuple(unassigned))
    return Plan(plan.problem_sha256, seed, solver, written, plan.unassigned, cost(problem, plan))


def _route(problem: Problem, route: DraftRoute, timetable: Timetable) -> Route:
    vehicle = problem.vehicles[route.vehicle]
    places = [vehicle.start, *(visit.location for visit in route.visits)]
    if vehicle.end is not None:
        places.append(vehicle.end)
    return Route(
        vehicle=vehicle.id,
        leave=timetable.leave,
        back=timetable.back,
        stops=tuple(_stop(problem, route, timetable, place) for place in range(len(route.visits))),
        breaks=tuple(TakenBreak(start, end) for start, end in timetable.breaks),
        travel_seconds=timetable.travel_seconds,
        travel_metres=sum(problem.travel.metres(*way) for way in pairwise(places)),
        waiting_seconds=timetable.waiting_seconds,
        duty_seconds=timetable.back - timetable.leave,
    )


def _stop(problem: Problem, route: DraftRoute, timetable: Timetable, place: int) -> Stop:
    visit = route.visits[place]
    job = problem.jobs[visit.job]
    start = timetable.starts[place]
    return Stop(
        job=job.id,
        roles=visit.roles,
        arrival=timetable.arrivals[place],
        start=start,
        end=timetable.ends[place],
        lateness=lateness_seconds(job, start),
    )
