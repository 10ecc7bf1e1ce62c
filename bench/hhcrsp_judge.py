"""The home-care instances' own measure, computed from a plan's starts alone, in minutes.

Nothing of the planner is used but who comes when to whom: ways, windows, skills and synchronization are read from the
instance file. Cost = (travel + tardiness of each service + largest tardiness) / 3.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.optimiser.plan import Plan, Route, Stop
from bench.hhcrsp import Instance, Patient

SECONDS_PER_MINUTE = 60
TOLERANCE = 1e-6
BEST = "best.csv"
OFFICE = 0


@dataclass(frozen=True)
class Visit:
    """One service of a patient: which, by whom, and when, in minutes."""

    patient: int
    service: int
    carer: str
    start: float


@dataclass(frozen=True)
class HomeCare:
    """The measure of a plan, and how many of the instance's rules it breaks."""

    cost: float
    travel: float
    tardiness: float
    largest_tardiness: float
    faults: tuple[str, ...]


def measure(instance: Instance, plan: Plan) -> HomeCare:
    """What the plan costs by the instance's own formula."""
    routes = {route.vehicle: list(_visits(instance, route)) for route in plan.routes}
    travel = sum(_travel(instance, [visit.patient for visit in visits]) for visits in routes.values())
    visits = [visit for own in routes.values() for visit in own]
    late = [_tardiness(instance, visit) for visit in visits]
    faults = [*_route_faults(instance, routes), *_patient_faults(instance, visits)]
    cost = (travel + sum(late) + max(late, default=0.0)) / 3
    return HomeCare(cost, travel, sum(late), max(late, default=0.0), tuple(faults))


def best_known(folder: Path) -> dict[str, float]:
    """The best published cost of each instance file; empty without a table."""
    table = folder / BEST
    if not table.exists():
        return {}
    with table.open(encoding="utf-8", newline="") as lines:
        return {row["instance"]: float(row["total_cost"]) for row in csv.DictReader(lines)}


def _visits(instance: Instance, route: Route) -> Iterator[Visit]:
    number_of = {patient["id"]: number for number, patient in enumerate(instance["patients"])}
    for stop in route.stops:
        name, services = _services(stop)
        for service in services:
            yield Visit(number_of[name], service, route.vehicle, stop.start / SECONDS_PER_MINUTE)


def _services(stop: Stop) -> tuple[str, tuple[int, ...]]:
    """The patient and the services of a stop: "p3/2" is the second of p3, "p3" those of its roles."""
    name, _, number = stop.job.partition("/")
    return name, (int(number) - 1,) if number else stop.roles


def _travel(instance: Instance, patients: list[int]) -> float:
    places = [OFFICE, *(patient + 1 for patient in patients), OFFICE]
    return sum(instance["distances"][one][other] for one, other in pairwise(places))


def _tardiness(instance: Instance, visit: Visit) -> float:
    late = visit.start - instance["patients"][visit.patient]["time_window"][1]
    return late if late > TOLERANCE else 0.0


def _route_faults(instance: Instance, routes: dict[str, list[Visit]]) -> Iterator[str]:
    """Carers who arrive after they began, or lack the skill."""
    abilities = {carer["id"]: carer["abilities"] for carer in instance["caregivers"]}
    for carer, visits in routes.items():
        place, free = OFFICE, 0.0
        for visit in visits:
            patient = instance["patients"][visit.patient]
            wanted = patient["required_caregivers"][visit.service]
            if free + instance["distances"][place][visit.patient + 1] > visit.start + TOLERANCE:
                yield f"{carer} comes too late to {patient['id']}"
            if wanted["service"] not in abilities[carer]:
                yield f"{carer} lacks the skill for {patient['id']}"
            place, free = visit.patient + 1, visit.start + wanted["duration"]


def _patient_faults(instance: Instance, visits: list[Visit]) -> Iterator[str]:
    """Patients left out, visited too early, or by carers who do not come as they should."""
    for number, patient in enumerate(instance["patients"]):
        own = sorted((visit for visit in visits if visit.patient == number), key=lambda visit: visit.service)
        if [visit.service for visit in own] != list(range(len(patient["required_caregivers"]))):
            yield f"{patient['id']} is not visited as often as it should be"
            continue
        if any(visit.start < patient["time_window"][0] - TOLERANCE for visit in own):
            yield f"{patient['id']} is visited too early"
        if len(own) == 2:
            yield from _pair_faults(patient, *own)


def _pair_faults(patient: Patient, first: Visit, second: Visit) -> Iterator[str]:
    if first.carer == second.carer:
        yield f"{patient['id']} has one carer for both services"
    together = patient["synchronization"]["type"] == "simultaneous"
    shortest, longest = (0.0, 0.0) if together else patient["synchronization"]["distance"]
    if not shortest - TOLERANCE <= second.start - first.start <= longest + TOLERANCE:
        yield f"{patient['id']}: the second service starts {second.start - first.start:g} minutes after the first"
