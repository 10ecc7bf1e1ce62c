"""What a problem must fulfil before anybody tries to plan it; each check is named after the code it gives."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from math import isfinite

from app.kernel.place import Place
from app.optimiser.commitments import Link, Lock, Previous
from app.optimiser.faults import InputFault
from app.optimiser.interval import Interval
from app.optimiser.job import Job
from app.optimiser.objective import Objective
from app.optimiser.strict_json import below
from app.optimiser.vehicle import Vehicle

LATEST = 10**9
MOST_BREAKS = 6
LARGEST_COST = 1e12
LARGEST_CREW = 2
LINK_WORKERS = ("any", "different", "same")
LOCK_KEEPS = ("worker", "time", "both")

Faults = list[InputFault]


def problem_faults(
    *,
    origin: str,
    locations: int,
    vehicles: Sequence[Vehicle],
    jobs: Sequence[Job],
    links: Sequence[Link],
    locks: Sequence[Lock],
    previous: Previous | None,
    objective: Objective,
    places: Sequence[Place] | None,
) -> Faults:
    """Everything that is wrong with the parts of a problem, in the order of the document."""
    faults: Faults = []
    _origin_without_offset(origin, faults)
    if places is not None and len(places) != locations:
        detail = f"{len(places)} places for {locations} locations"
        faults.append(InputFault("/places", detail, "PLACES_COUNT", "give one place for each location, or none"))
    _vehicles(vehicles, locations, faults)
    _jobs(jobs, locations, faults)
    roles = {job.id: len(job.roles) for job in jobs}
    for index, link in enumerate(links):
        _link(link, below("/links", index), roles, faults)
    workers = {member.worker for vehicle in vehicles for member in vehicle.members}
    for index, lock in enumerate(locks):
        _lock(lock, below("/locks", index), roles, workers, faults)
    _duplicate_id("/locks", "job", [lock.job for lock in locks], faults)
    if previous is not None:
        _previous(previous, faults)
    for name, weight in vars(objective).items():
        _cost("/objective", name, weight, faults)
    return faults


def _origin_without_offset(origin: str, faults: Faults) -> None:
    try:
        offset = datetime.fromisoformat(origin).utcoffset()
    except ValueError:
        offset = None
    if offset is None:
        detail = f"{origin[:40]!r} is no RFC 3339 time with an offset"
        faults.append(InputFault("/origin", detail, "BAD_ORIGIN", "give a time such as 2026-11-23T00:00:00+08:00"))


def _vehicles(vehicles: Sequence[Vehicle], locations: int, faults: Faults) -> None:
    _duplicate_id("/vehicles", "id", [vehicle.id for vehicle in vehicles], faults)
    for index, vehicle in enumerate(vehicles):
        _vehicle(vehicle, below("/vehicles", index), locations, faults)
    _worker_twice_a_day(vehicles, faults)
    _shifts_overlap(vehicles, faults)


def _vehicle(vehicle: Vehicle, pointer: str, locations: int, faults: Faults) -> None:
    _crew_size(vehicle, pointer, faults)
    _unknown_location(pointer, "start", vehicle.start, locations, faults)
    if vehicle.end is not None:
        _unknown_location(pointer, "end", vehicle.end, locations, faults)
    _interval(pointer, "shift", vehicle.shift, faults)
    if len(vehicle.breaks) > MOST_BREAKS:
        detail, remedy = f"{len(vehicle.breaks)} breaks in one shift", f"give at most {MOST_BREAKS}"
        faults.append(InputFault(below(pointer, "breaks"), detail, "TOO_MANY_BREAKS", remedy))
    for index, pause in enumerate(vehicle.breaks):
        place = below(below(pointer, "breaks"), index)
        _interval(place, "window", pause.window, faults)
        _seconds(place, "duration", pause.duration, faults, least=1)
    _seconds(pointer, "max_jobs", vehicle.max_jobs, faults)
    _seconds(pointer, "max_travel_seconds", vehicle.max_travel_seconds, faults)
    _seconds(pointer, "max_duty_seconds", vehicle.max_duty_seconds, faults)
    if vehicle.overtime is not None:
        _seconds(below(pointer, "overtime"), "up_to_seconds", vehicle.overtime.up_to_seconds, faults)
        _cost(below(pointer, "overtime"), "cost_per_hour", vehicle.overtime.cost_per_hour, faults)
    _cost(pointer, "fixed_cost", vehicle.fixed_cost, faults)


def _crew_size(vehicle: Vehicle, pointer: str, faults: Faults) -> None:
    if not 1 <= len(vehicle.members) <= LARGEST_CREW:
        detail, remedy = f"a crew of {len(vehicle.members)}", "give one or two members"
        faults.append(InputFault(below(pointer, "members"), detail, "CREW_SIZE", remedy))


def _worker_twice_a_day(vehicles: Sequence[Vehicle], faults: Faults) -> None:
    seen: set[tuple[str, int]] = set()
    for index, vehicle in enumerate(vehicles):
        for place, member in enumerate(vehicle.members):
            if (member.worker, vehicle.day) in seen:
                detail = f"{member.worker!r} is in two vehicles, or twice in one, on day {vehicle.day}"
                pointer = f"/vehicles/{index}/members/{place}/worker"
                remedy = "give each worker one vehicle a day"
                faults.append(InputFault(pointer, detail, "WORKER_TWICE_A_DAY", remedy))
            seen.add((member.worker, vehicle.day))


def _shifts_overlap(vehicles: Sequence[Vehicle], faults: Faults) -> None:
    """A worker's shifts on different days may touch, not overlap: nobody is in two places at once."""
    shifts: dict[str, list[tuple[Interval, int]]] = {}
    for index, vehicle in enumerate(vehicles):
        for worker in sorted(vehicle.workers):
            shifts.setdefault(worker, []).append((vehicle.shift, index))
    for worker, own in shifts.items():
        own.sort()
        for (earlier, first), (later, second) in pairwise(own):
            if later[0] < earlier[1] and vehicles[first].day != vehicles[second].day:
                detail = f"the shifts of {worker!r} in vehicles {first} and {second} overlap"
                remedy = "give times after the one origin, the second day's too"
                faults.append(InputFault(f"/vehicles/{second}/shift", detail, "SHIFTS_OVERLAP", remedy))


def _jobs(jobs: Sequence[Job], locations: int, faults: Faults) -> None:
    _duplicate_id("/jobs", "id", [job.id for job in jobs], faults)
    for index, job in enumerate(jobs):
        _job(job, below("/jobs", index), locations, faults)


def _job(job: Job, pointer: str, locations: int, faults: Faults) -> None:
    _unknown_location(pointer, "location", job.location, locations, faults)
    _seconds(pointer, "approach_seconds", job.approach_seconds, faults)
    _seconds(pointer, "max_lateness_seconds", job.max_lateness_seconds, faults)
    _seconds(pointer, "due", job.due, faults, least=-LATEST)
    for index, window in enumerate(job.windows or ()):
        _interval(below(pointer, "windows"), index, window, faults)
    if not job.roles:
        faults.append(InputFault(below(pointer, "roles"), "nobody is wanted", "NO_ROLES", "give at least one role"))
    for index, role in enumerate(job.roles):
        _seconds(below(below(pointer, "roles"), index), "service_seconds", role.service_seconds, faults)
    _cost(pointer, "lateness_cost_per_hour", job.lateness_cost_per_hour, faults)
    _cost(pointer, "prize", job.prize, faults)
    for worker, value in job.preferred.items():
        _cost(below(pointer, "preferred"), worker, value, faults, signed=True)
    for index, slot in enumerate(job.slot_values):
        _interval(below(pointer, "slot_values"), index, (slot.first, slot.last), faults)
        _cost(below(below(pointer, "slot_values"), index), 2, slot.value, faults, signed=True)


def _link(link: Link, pointer: str, roles: dict[str, int], faults: Faults) -> None:
    for name, (job, role) in (("first", link.first), ("second", link.second)):
        if job not in roles:
            _unknown_job(below(pointer, name), job, faults)
        elif not 0 <= role < roles[job]:
            detail, remedy = f"job {job!r} has no role {role}", f"give 0 to {roles[job] - 1}"
            faults.append(InputFault(below(pointer, name), detail, "UNKNOWN_ROLE", remedy))
    if link.first == link.second:
        faults.append(InputFault(pointer, "a role is tied to itself", "LINK_TO_SELF", "tie two different roles"))
    _interval(pointer, "gap", link.gap, faults)
    if link.workers not in LINK_WORKERS:
        remedy = f"use one of {', '.join(LINK_WORKERS)}"
        faults.append(InputFault(below(pointer, "workers"), f"{link.workers!r} is not known", "UNKNOWN_VALUE", remedy))


def _lock(lock: Lock, pointer: str, jobs: dict[str, int], workers: set[str], faults: Faults) -> None:
    if lock.job not in jobs:
        _unknown_job(below(pointer, "job"), lock.job, faults)
    if lock.keeps not in LOCK_KEEPS:
        remedy = f"use one of {', '.join(LOCK_KEEPS)}"
        faults.append(InputFault(below(pointer, "keeps"), f"{lock.keeps!r} is not known", "UNKNOWN_VALUE", remedy))
    if (lock.keeps_worker and lock.worker is None) or (lock.keeps_time and lock.start is None):
        detail, remedy = f"it keeps {lock.keeps}, but does not say which", "give the worker or the start it keeps"
        faults.append(InputFault(pointer, detail, "LOCK_INCOMPLETE", remedy))
    if lock.worker is not None and lock.worker not in workers:
        detail, remedy = f"nobody called {lock.worker!r} has a shift", "give a member of a vehicle, or drop the lock"
        faults.append(InputFault(below(pointer, "worker"), detail, "UNKNOWN_WORKER", remedy))
    _seconds(pointer, "start", lock.start, faults, least=-LATEST)


def _previous(previous: Previous, faults: Faults) -> None:
    _seconds("/previous", "freeze_before", previous.freeze_before, faults, least=-LATEST)
    _seconds("/previous", "max_moves", previous.max_moves, faults)
    _cost("/previous", "move_cost", previous.move_cost, faults)
    vehicles = [route.vehicle for route in previous.plan.routes]
    _duplicate_id("/previous/plan/routes", "vehicle", vehicles, faults)


def _duplicate_id(pointer: str, name: str, ids: Iterable[str], faults: Faults) -> None:
    ids = list(ids)
    twice = {one for one, count in Counter(ids).items() if count > 1}
    first: set[str] = set()
    for index, one in enumerate(ids):
        if one in twice and one in first:
            place = below(below(pointer, index), name)
            faults.append(InputFault(place, f"{one!r} was given before", "DUPLICATE_ID", "give each one once"))
        if not one:
            place = below(below(pointer, index), name)
            faults.append(InputFault(place, "it is empty", "EMPTY_ID", "give a name"))
        first.add(one)


def _unknown_job(pointer: str, job: str, faults: Faults) -> None:
    faults.append(InputFault(pointer, f"there is no job {job!r}", "UNKNOWN_JOB", "give the id of a job"))


def _unknown_location(pointer: str, name: str, location: int, locations: int, faults: Faults) -> None:
    if not 0 <= location < locations:
        remedy = f"give 0 to {locations - 1}" if locations else "give travel matrices"
        detail = f"there is no location {location}"
        faults.append(InputFault(below(pointer, name), detail, "UNKNOWN_LOCATION", remedy))


def _interval(pointer: str, name: str | int, interval: Interval, faults: Faults) -> None:
    place = below(pointer, name)
    if interval[0] > interval[1]:
        detail = f"{interval[0]} is after {interval[1]}"
        faults.append(InputFault(place, detail, "REVERSED", "give the earlier second first"))
    if max(abs(interval[0]), abs(interval[1])) > LATEST:
        faults.append(InputFault(place, "it is too far from the origin", "OUT_OF_RANGE", f"stay within {LATEST}"))


def _seconds(pointer: str, name: str, value: int | None, faults: Faults, least: int = 0) -> None:
    if value is not None and not least <= value <= LATEST:
        code = "OUT_OF_RANGE" if abs(value) > LATEST else "NEGATIVE" if value < 0 else "TOO_SMALL"
        faults.append(InputFault(below(pointer, name), f"it is {value}", code, f"give {least} to {LATEST}"))


def _cost(pointer: str, name: str | int, value: float, faults: Faults, signed: bool = False) -> None:
    place = below(pointer, name)
    if not isfinite(value) or abs(value) > LARGEST_COST:
        remedy = f"give a finite number of at most {LARGEST_COST:.0f}"
        faults.append(InputFault(place, f"it is {value}", "OUT_OF_RANGE", remedy))
    elif value < 0 and not signed:
        faults.append(InputFault(place, f"it is {value}", "NEGATIVE", "give 0 or more"))
