"""A problem as JSON, both ways, and the hash that names it."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from app.kernel.place import Place
from app.optimiser.commitments import Link, Lock, Previous
from app.optimiser.faults import InputFault, ProblemError
from app.optimiser.job import Job, Role, SlotValue
from app.optimiser.objective import Objective
from app.optimiser.plan import Plan
from app.optimiser.plan_json import plan_json, read_plan_value
from app.optimiser.problem import Problem
from app.optimiser.problem_rules import LINK_WORKERS, LOCK_KEEPS
from app.optimiser.strict_json import (
    Faults,
    Fields,
    below,
    parse,
    read_integer,
    read_interval,
    read_intervals,
    read_list,
    read_number,
    read_row,
    read_text,
    read_texts,
)
from app.optimiser.travel_json import NO_TRAVEL, read_travel, travel_json
from app.optimiser.vehicle import Break, Member, Overtime, Vehicle

VERSION = 1


def read_problem(data: bytes, folder: Path | None = None) -> Problem:
    """The problem in the bytes; raises ProblemError with every fault.

    `folder` is where travel files lie; without it a problem that names one is refused.
    """
    try:
        value = parse(data)
    except ValueError as error:
        raise ProblemError([InputFault("", str(error), "NOT_JSON", "give one JSON document in UTF-8")]) from None
    return problem_from_json(value, folder)


def problem_from_json(value: object, folder: Path | None = None) -> Problem:
    """The problem in the parsed JSON; raises ProblemError with every fault, of its form and of its sense."""
    faults: Faults = []
    try:
        problem = _read_problem(value, folder, faults)
    except ProblemError as error:
        broken = [fault.pointer for fault in faults]
        faults += [fault for fault in error.input_faults if not _follows(fault, broken)]
        raise ProblemError(faults) from None
    if faults:
        raise ProblemError(faults)
    return problem


def _follows(fault: InputFault, broken: list[str]) -> bool:
    """Whether a fault of sense only comes from the stand-in for something that could not be read."""
    if fault.code in ("UNKNOWN_LOCATION", "PLACES_COUNT") and any(
        f"{other}/".startswith("/travel/") for other in broken
    ):
        return True
    if fault.code in ("UNKNOWN_JOB", "UNKNOWN_ROLE") and any(_names_missing(other, "/jobs", "id") for other in broken):
        return True
    if fault.code == "UNKNOWN_WORKER" and any(_names_missing(other, "/vehicles", "worker") for other in broken):
        return True
    return any(
        f"{fault.pointer}/".startswith(f"{other}/") or f"{other}/".startswith(f"{fault.pointer}/") for other in broken
    )


def _names_missing(pointer: str, container: str, name: str) -> bool:
    inside = f"{pointer}/".startswith(f"{container}/")
    return inside and (pointer.count("/") <= 2 or pointer.endswith((f"/{name}", "/members", "/roles")))


def _read_problem(value: object, folder: Path | None, faults: Faults) -> Problem:
    fields = Fields(value, "", faults)
    fields.version(VERSION)
    origin = fields.text("origin")
    travel = fields.need("travel", lambda v, p, f: read_travel(v, p, f, folder), NO_TRAVEL)
    places = fields.take("places", _read_places, None)
    vehicles = fields.items("vehicles", _read_vehicle)
    jobs = fields.items("jobs", _read_job)
    links = fields.items("links", _read_link, needed=False)
    locks = fields.items("locks", _read_lock, needed=False)
    previous = fields.take("previous", _read_previous, None)
    objective = fields.take("objective", _read_objective, Objective())
    fields.close()
    return Problem(origin, travel, vehicles, jobs, links, locks, previous, objective, places)


def _read_places(value: object, pointer: str, faults: Faults) -> tuple[Place, ...]:
    return read_list(value, pointer, faults, _read_place)


def _read_place(value: object, pointer: str, faults: Faults) -> Place:
    lat, lon = read_row(value, pointer, faults, 2)
    try:
        return Place(read_number(lat, below(pointer, 0), faults), read_number(lon, below(pointer, 1), faults))
    except ValueError as error:
        faults.append(InputFault(pointer, str(error), "NO_PLACE", "give latitude and longitude in degrees"))
        return Place(0.0, 0.0)


def _read_set(value: object, pointer: str, faults: Faults) -> frozenset[str]:
    return frozenset(read_texts(value, pointer, faults))


def _read_vehicle(value: object, pointer: str, faults: Faults) -> Vehicle:
    fields = Fields(value, pointer, faults)
    vehicle = Vehicle(
        id=fields.text("id"),
        members=fields.items("members", _read_member),
        start=fields.integer("start"),
        end=fields.need("end", _read_end, None),
        shift=fields.need("shift", read_interval, (0, 0)),
        day=fields.integer("day", 0),
        breaks=fields.items("breaks", _read_break, needed=False),
        max_jobs=fields.take("max_jobs", read_integer, None),
        max_travel_seconds=fields.take("max_travel_seconds", read_integer, None),
        max_duty_seconds=fields.take("max_duty_seconds", read_integer, None),
        overtime=fields.take("overtime", _read_overtime, None),
        fixed_cost=fields.number("fixed_cost", 0.0),
    )
    fields.close()
    return vehicle


def _read_end(value: object, pointer: str, faults: Faults) -> int | None:
    return None if value is None else read_integer(value, pointer, faults)


def _read_member(value: object, pointer: str, faults: Faults) -> Member:
    fields = Fields(value, pointer, faults)
    member = Member(worker=fields.text("worker"), skills=fields.take("skills", _read_set, frozenset()))
    fields.close()
    return member


def _read_break(value: object, pointer: str, faults: Faults) -> Break:
    fields = Fields(value, pointer, faults)
    pause = Break(
        window=fields.need("window", read_interval, (0, 0)), duration=fields.need("duration", read_integer, 1)
    )
    fields.close()
    return pause


def _read_overtime(value: object, pointer: str, faults: Faults) -> Overtime:
    fields = Fields(value, pointer, faults)
    overtime = Overtime(fields.integer("up_to_seconds"), fields.number("cost_per_hour", 0.0))
    fields.close()
    return overtime


def _read_job(value: object, pointer: str, faults: Faults) -> Job:
    fields = Fields(value, pointer, faults)
    job = Job(
        id=fields.text("id"),
        location=fields.integer("location"),
        address=fields.take("address", read_text, None),
        approach_seconds=fields.integer("approach_seconds", 0),
        windows=fields.take("windows", read_intervals, None),
        due=fields.take("due", read_integer, None),
        lateness_cost_per_hour=fields.number("lateness_cost_per_hour", 0.0),
        max_lateness_seconds=fields.integer("max_lateness_seconds", 0),
        roles=fields.take("roles", _read_roles, (Role(),)),
        prize=fields.number("prize", 0.0),
        mandatory=fields.flag("mandatory", False),
        allowed=fields.take("allowed", _read_set, None),
        barred=fields.take("barred", _read_set, frozenset()),
        preferred=fields.take("preferred", _read_preferred, {}),
        slot_values=fields.items("slot_values", _read_slot_value, needed=False),
    )
    fields.close()
    return job


def _read_roles(value: object, pointer: str, faults: Faults) -> tuple[Role, ...]:
    return read_list(value, pointer, faults, _read_role)


def _read_role(value: object, pointer: str, faults: Faults) -> Role:
    fields = Fields(value, pointer, faults)
    role = Role(fields.take("skills", _read_set, frozenset()), fields.integer("service_seconds", 0))
    fields.close()
    return role


def _read_preferred(value: object, pointer: str, faults: Faults) -> Mapping[str, float]:
    if not isinstance(value, dict):
        faults.append(InputFault(pointer, "it is not an object", "NOT_AN_OBJECT", "give an object of worker: value"))
        return {}
    return {worker: read_number(worth, below(pointer, worker), faults) for worker, worth in value.items()}


def _read_slot_value(value: object, pointer: str, faults: Faults) -> SlotValue:
    first, last, worth = read_row(value, pointer, faults, 3)
    return SlotValue(
        read_integer(first, below(pointer, 0), faults),
        read_integer(last, below(pointer, 1), faults),
        read_number(worth, below(pointer, 2), faults),
    )


def _read_link(value: object, pointer: str, faults: Faults) -> Link:
    fields = Fields(value, pointer, faults)
    link = Link(
        first=fields.need("first", _read_role_of_job, ("", 0)),
        second=fields.need("second", _read_role_of_job, ("", 0)),
        gap=fields.need("gap", read_interval, (0, 0)),
        workers=fields.choice("workers", LINK_WORKERS, "any"),
    )
    fields.close()
    return link


def _read_role_of_job(value: object, pointer: str, faults: Faults) -> tuple[str, int]:
    job, role = read_row(value, pointer, faults, 2)
    return read_text(job, below(pointer, 0), faults), read_integer(role, below(pointer, 1), faults)


def _read_lock(value: object, pointer: str, faults: Faults) -> Lock:
    fields = Fields(value, pointer, faults)
    lock = Lock(
        job=fields.text("job"),
        keeps=fields.choice("keeps", LOCK_KEEPS),
        worker=fields.take("worker", read_text, None),
        start=fields.take("start", read_integer, None),
    )
    fields.close()
    return lock


def _read_previous(value: object, pointer: str, faults: Faults) -> Previous:
    fields = Fields(value, pointer, faults)
    previous = Previous(
        plan=fields.take("plan", _read_previous_plan, Plan()),
        freeze_before=fields.take("freeze_before", read_integer, None),
        move_cost=fields.number("move_cost", 0.0),
        max_moves=fields.take("max_moves", read_integer, None),
    )
    fields.close()
    return previous


def _read_previous_plan(value: object, pointer: str, faults: Faults) -> Plan:
    return Plan() if value == {} else read_plan_value(value, pointer, faults)


def _read_objective(value: object, pointer: str, faults: Faults) -> Objective:
    fields = Fields(value, pointer, faults)
    standard = Objective()
    objective = Objective(**{name: fields.number(name, weight) for name, weight in vars(standard).items()})
    fields.close()
    return objective


def write_problem(problem: Problem, travel_file: str | None = None) -> bytes:
    """The problem as UTF-8 JSON; with `travel_file` it names that file instead of holding the matrices."""
    travel: Mapping[str, object] = travel_json(problem.travel) if travel_file is None else {"file": travel_file}
    return json.dumps(problem_json(problem, travel), ensure_ascii=False, allow_nan=False).encode()


def problem_sha256(problem: Problem) -> str:
    """Hash of the canonical JSON: every field, keys sorted, no spaces, matrices by their bytes."""
    durations, distances = problem.travel.sha256
    value = problem_json(problem, {"durations": durations, "distances": distances})
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def problem_json(problem: Problem, travel: Mapping[str, object]) -> dict[str, object]:
    """Every field of the problem as JSON values, defaults too, around the given form of its matrices."""
    places = problem.places
    return {
        "version": VERSION,
        "origin": problem.origin,
        "travel": dict(travel),
        "places": None if places is None else [[place.lat, place.lon] for place in places],
        "vehicles": [_vehicle_json(vehicle) for vehicle in problem.vehicles],
        "jobs": [_job_json(job) for job in problem.jobs],
        "links": [
            {"first": list(link.first), "second": list(link.second), "gap": list(link.gap), "workers": link.workers}
            for link in problem.links
        ],
        "locks": [dict(vars(lock)) for lock in problem.locks],
        "previous": None if problem.previous is None else _previous_json(problem.previous),
        "objective": {name: float(weight) for name, weight in vars(problem.objective).items()},
    }


def _vehicle_json(vehicle: Vehicle) -> dict[str, object]:
    overtime = vehicle.overtime
    return {
        "id": vehicle.id,
        "day": vehicle.day,
        "members": [{"worker": member.worker, "skills": sorted(member.skills)} for member in vehicle.members],
        "start": vehicle.start,
        "end": vehicle.end,
        "shift": list(vehicle.shift),
        "breaks": [{"window": list(pause.window), "duration": pause.duration} for pause in vehicle.breaks],
        "max_jobs": vehicle.max_jobs,
        "max_travel_seconds": vehicle.max_travel_seconds,
        "max_duty_seconds": vehicle.max_duty_seconds,
        "overtime": overtime
        and {"up_to_seconds": overtime.up_to_seconds, "cost_per_hour": float(overtime.cost_per_hour)},
        "fixed_cost": float(vehicle.fixed_cost),
    }


def _job_json(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "location": job.location,
        "address": job.address,
        "approach_seconds": job.approach_seconds,
        "windows": None if job.windows is None else [list(window) for window in job.windows],
        "due": job.due,
        "lateness_cost_per_hour": float(job.lateness_cost_per_hour),
        "max_lateness_seconds": job.max_lateness_seconds,
        "roles": [{"skills": sorted(role.skills), "service_seconds": role.service_seconds} for role in job.roles],
        "prize": float(job.prize),
        "mandatory": job.mandatory,
        "allowed": None if job.allowed is None else sorted(job.allowed),
        "barred": sorted(job.barred),
        "preferred": {worker: float(worth) for worker, worth in sorted(job.preferred.items())},
        "slot_values": [[slot.first, slot.last, float(slot.value)] for slot in job.slot_values],
    }


def _previous_json(previous: Previous) -> dict[str, object]:
    return {
        "plan": plan_json(previous.plan),
        "freeze_before": previous.freeze_before,
        "move_cost": float(previous.move_cost),
        "max_moves": previous.max_moves,
    }
