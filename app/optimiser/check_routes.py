"""The rules that one route can break by itself."""

from collections.abc import Iterator

from app.optimiser.cost import lateness_seconds
from app.optimiser.coverage import ways_to_cover
from app.optimiser.plan import Stop
from app.optimiser.problem import Job, Vehicle
from app.optimiser.replay import Leg, ReplayedRoute
from app.optimiser.violation import Violation, at_stop, at_vehicle


def route_violations(replayed: ReplayedRoute) -> Iterator[Violation]:
    """Everything but breaks: bounds, limits, each stop, and the stated figures."""
    yield from _bounds(replayed)
    yield from _limits(replayed)
    for index, (leg, job, stop) in enumerate(zip(replayed.legs, replayed.jobs, replayed.route.stops, strict=True)):
        where = at_stop(replayed.vehicle.id, index, stop.job)
        yield from _arrival(leg, stop, where)
        if job is not None:
            yield from _service(job, stop, where)
            yield from _roles(replayed.vehicle, job, stop, where)
    yield from _figures(replayed)


def _bounds(replayed: ReplayedRoute) -> Iterator[Violation]:
    vehicle, route = replayed.vehicle, replayed.route
    where = at_vehicle(vehicle.id)
    if route.leave < vehicle.shift[0]:
        yield Violation("LEAVES_BEFORE_SHIFT", where, vehicle.shift[0] - route.leave)
    if route.back > vehicle.latest_return:
        yield Violation("RETURNS_AFTER_SHIFT", where, route.back - vehicle.latest_return)
    if route.back != replayed.back:
        yield Violation("RETURN_WRONG", where, route.back - replayed.back)
    if replayed.home is not None and not replayed.home.reachable:
        yield Violation("UNREACHABLE", f"{where}, way home")


def _limits(replayed: ReplayedRoute) -> Iterator[Violation]:
    vehicle, where = replayed.vehicle, at_vehicle(replayed.vehicle.id)
    for rule, limit, value in (
        ("TOO_MANY_JOBS", vehicle.max_jobs, len(replayed.route.stops)),
        ("TOO_MUCH_TRAVEL", vehicle.max_travel_seconds, replayed.travel_seconds),
        ("TOO_MUCH_DUTY", vehicle.max_duty_seconds, replayed.duty_seconds),
    ):
        if limit is not None and value > limit:
            yield Violation(rule, where, value - limit)


def _arrival(leg: Leg, stop: Stop, where: str) -> Iterator[Violation]:
    if not leg.reachable:
        yield Violation("UNREACHABLE", where)
    if stop.arrival not in leg.arrivals:
        yield Violation("ARRIVAL_WRONG", where, min((stop.arrival - known for known in leg.arrivals), key=abs))
    if leg.waiting_seconds < 0:
        yield Violation("STARTS_TOO_EARLY", where, -leg.waiting_seconds)


def _service(job: Job, stop: Stop, where: str) -> Iterator[Violation]:
    roles = [job.roles[role] for role in stop.roles if 0 <= role < len(job.roles)]
    end = stop.start + max((role.service_seconds for role in roles), default=0)
    if stop.end != end:
        yield Violation("END_WRONG", where, stop.end - end)
    if job.windows == ():
        yield Violation("OUTSIDE_WINDOWS", where)
    elif outside := _seconds_outside_windows(job, stop.start):
        yield Violation("OUTSIDE_WINDOWS", where, outside)
    if stop.lateness != lateness_seconds(job, stop.start):
        yield Violation("LATENESS_WRONG", where, stop.lateness - lateness_seconds(job, stop.start))


def _seconds_outside_windows(job: Job, start: int) -> int:
    """Seconds to the nearest allowed start, tolerated lateness included."""
    if not job.windows:
        return 0
    last = max(end for _, end in job.windows)
    late = [(last, last + job.max_lateness_seconds)]
    return min(max(first - start, start - end, 0) for first, end in (*job.windows, *late))


def _roles(vehicle: Vehicle, job: Job, stop: Stop, where: str) -> Iterator[Violation]:
    known = [role for role in stop.roles if 0 <= role < len(job.roles)]
    if len(known) < len(stop.roles):
        yield Violation("UNKNOWN_ROLE", where, len(stop.roles) - len(known))
    if not stop.roles:
        yield Violation("NO_ROLE", where)
    if len(set(known)) < len(known):
        yield Violation("ROLE_TWICE", where, len(known) - len(set(known)))
    known = sorted(set(known))
    if not ways_to_cover(vehicle, job, known):
        rules = {rule for rule in (_role_rule(vehicle, job, role) for role in known) if rule is not None}
        for rule in sorted(rules or {"ONE_ROLE_EACH"}):
            yield Violation(rule, where)


def _role_rule(vehicle: Vehicle, job: Job, role: int) -> str | None:
    """Which rule keeps every member from this role; None when somebody could do it."""
    skilled = [member.worker for member in vehicle.members if job.roles[role].skills <= member.skills]
    if not skilled:
        return "SKILL_MISSING"
    if any(job.may_be_done_by(worker) for worker in skilled):
        return None
    return "BARRED" if any(worker in job.barred for worker in skilled) else "NOT_ALLOWED"


def _figures(replayed: ReplayedRoute) -> Iterator[Violation]:
    route = replayed.route
    for name, stated, found in (
        ("travel_seconds", route.travel_seconds, replayed.travel_seconds),
        ("travel_metres", route.travel_metres, replayed.travel_metres),
        ("waiting_seconds", route.waiting_seconds, replayed.waiting_seconds),
        ("duty_seconds", route.duty_seconds, replayed.duty_seconds),
    ):
        if stated != found:
            yield Violation("FIGURE_WRONG", f"{at_vehicle(route.vehicle)}, {name}", stated - found)
