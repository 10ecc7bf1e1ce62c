"""Converts home-care instances (Ceschia, Di Gaspero, Rosati, Schaerf 2024) to the planner's problem format.

Theirs: minutes; a carer starts and ends at the office; every visit is made; late starts cost; a patient may need two
carers, at the same moment or one after the other. Cost = (travel + tardiness + largest tardiness) / 3 in minutes, so
a plan's cost here is three times theirs. A visit that is left out costs `MISSED` minutes, more than any day could; with
`--mandatory` it breaks a rule instead, as in the instances. Run it as `python -m bench.hhcrsp INSTANCE.json -o
PROBLEM.json`, or without an instance to convert all of the folder DOORSTEP_HHCRSP into the folder given by -o.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TypedDict

from app.kernel.place import Place
from app.optimiser.problem import Job, Link, Member, Objective, Problem, Role, Travel, Vehicle
from app.optimiser.problem_json import write_problem

MINUTE = 60
END_OF_DAY = 24 * 60 * MINUTE
PER_HOUR = 60.0
MISSED = 10_000.0


class Service(TypedDict):
    """One carer's work at a patient, in minutes."""

    service: str
    duration: float


class Synchronization(TypedDict, total=False):
    """How the two services of a patient depend on each other."""

    type: str
    distance: list[float]


class Patient(TypedDict, total=False):
    """A patient of an instance."""

    id: str
    location: list[float]
    time_window: list[float]
    required_caregivers: list[Service]
    synchronization: Synchronization


class Caregiver(TypedDict):
    """A carer of an instance."""

    id: str
    abilities: list[str]


class Office(TypedDict):
    """Where carers start and end."""

    id: str
    location: list[float]


class Instance(TypedDict):
    """An instance file; `distances` are minutes, the office first."""

    distances: list[list[float]]
    central_offices: list[Office]
    patients: list[Patient]
    caregivers: list[Caregiver]


def seconds(minutes: float) -> int:
    """Minutes as seconds; the files hold float noise such as 62.999999999999986, so it is rounded, not cut."""
    return round(round(minutes, 6) * MINUTE)


def convert(instance: Instance, *, mandatory: bool = False) -> Problem:
    """The instance as a problem."""
    locations = [instance["central_offices"][0]["location"], *(one["location"] for one in instance["patients"])]
    jobs: list[Job] = []
    links: list[Link] = []
    for location, patient in enumerate(instance["patients"], start=1):
        own = _jobs(patient, location, mandatory)
        jobs += own
        if len(own) == 2:
            shortest, longest = patient["synchronization"]["distance"]
            gap = seconds(shortest), seconds(longest)
            links.append(Link((own[0].id, 0), (own[1].id, 0), gap, "different"))
    return Problem(
        origin="2026-01-05T00:00:00+01:00",
        travel=Travel.from_rows([[seconds(minutes) for minutes in row] for row in instance["distances"]]),
        vehicles=tuple(_vehicle(carer) for carer in instance["caregivers"]),
        jobs=tuple(jobs),
        links=tuple(links),
        objective=Objective(travel_per_hour=PER_HOUR, waiting_per_hour=0.0, lateness_max_per_hour=PER_HOUR),
        places=tuple(Place(lat, lon) for lon, lat in locations),
    )


def _vehicle(carer: Caregiver) -> Vehicle:
    member = Member(carer["id"], frozenset(carer["abilities"]))
    return Vehicle(id=carer["id"], members=(member,), start=0, end=0, shift=(0, END_OF_DAY))


def _jobs(patient: Patient, location: int, mandatory: bool) -> list[Job]:
    """One job, with two roles when two carers come at once; two jobs when they come one after the other."""
    roles = [Role(frozenset({one["service"]}), seconds(one["duration"])) for one in patient["required_caregivers"]]
    if patient.get("synchronization", {}).get("type") == "sequential":
        names = [f"{patient['id']}/{number}" for number in (1, 2)]
        return [_job(patient, name, location, (role,), mandatory) for name, role in zip(names, roles, strict=True)]
    return [_job(patient, patient["id"], location, tuple(roles), mandatory)]


def _job(patient: Patient, name: str, location: int, roles: tuple[Role, ...], mandatory: bool) -> Job:
    opens, closes = (seconds(minutes) for minutes in patient["time_window"])
    return Job(
        id=name,
        location=location,
        windows=((opens, closes),),
        lateness_cost_per_hour=PER_HOUR,
        max_lateness_seconds=END_OF_DAY - closes,
        roles=roles,
        prize=0.0 if mandatory else MISSED,
        mandatory=mandatory,
    )


def read_instance(source: Path, *, mandatory: bool = False) -> Problem:
    """One instance file as a problem."""
    return convert(json.loads(source.read_bytes()), mandatory=mandatory)


def convert_file(source: Path, target: Path, *, mandatory: bool = False) -> None:
    """Convert one instance file."""
    target.write_bytes(write_problem(read_instance(source, mandatory=mandatory)))


def main(arguments: list[str] | None = None) -> int:
    """Convert one instance, or all of the folder DOORSTEP_HHCRSP."""
    parser = argparse.ArgumentParser(description="Convert home-care instances to problems.")
    parser.add_argument("instance", type=Path, nargs="?", help="default: all of the folder DOORSTEP_HHCRSP")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a problem file, or a folder for all of them")
    parser.add_argument("--mandatory", action="store_true", help="every visit must be made")
    chosen = parser.parse_args(arguments)
    if chosen.instance is not None:
        convert_file(chosen.instance, chosen.output, mandatory=chosen.mandatory)
        return 0
    folder = os.environ.get("DOORSTEP_HHCRSP")
    if folder is None:
        parser.error("name an instance, or set DOORSTEP_HHCRSP to the folder of instances")
    chosen.output.mkdir(parents=True, exist_ok=True)
    for source in sorted(Path(folder).glob("instance_*.json")):
        convert_file(source, chosen.output / source.name, mandatory=chosen.mandatory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
