"""Reads Solomon's and Homberger's files: one depot, customers with windows and demands, vehicles alike.

Distances are cut to one decimal, as in the DIMACS challenge, and all is kept in tenths; every customer must be served,
and distance alone counts. The planner knows no loads, so neither it nor any opponent is told of them here: routes above
the capacity are counted, and a plan with one is not comparable with the best known. (Where windows decide, as in the
files with wide trucks, plans keep the capacity by themselves.) `best.csv` in the folder may hold the best known:
columns `instance` (file name without ending) and `cost`, in units with one decimal.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.optimiser.plan import Plan
from app.optimiser.problem import Job, Member, Objective, Problem, Role, Travel, Vehicle

TENTHS = 10
HOUR = 3600
COLUMNS = 7
BEST = "best.csv"


@dataclass(frozen=True)
class Instance:
    """A file: the rows are number, x, y, demand, ready, due and service; the depot is the first."""

    name: str
    vehicles: int
    capacity: int
    rows: NDArray[np.float64]


def parse(text: str) -> Instance:
    """An instance from the text of its file; raises ValueError when it is none."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    titles = [words[0].upper() for words in lines]
    if "VEHICLE" not in titles or "CUSTOMER" not in titles:
        raise ValueError("it has no VEHICLE and CUSTOMER parts")
    fleet = lines[titles.index("VEHICLE") + 2]
    rows = [[float(word) for word in words] for words in lines[titles.index("CUSTOMER") + 1 :] if _is_row(words)]
    if not rows:
        raise ValueError("it has no customers")
    return Instance(lines[0][0], int(fleet[0]), int(fleet[1]), np.array(rows))


def _is_row(words: list[str]) -> bool:
    return len(words) == COLUMNS and words[0].isdigit()


def read_instance(path: Path) -> Instance:
    """One file."""
    return parse(path.read_text(encoding="utf-8"))


def convert(instance: Instance) -> Problem:
    """The instance in tenths; its cost is the distance in tenths."""
    spots, tenths = instance.rows[:, 1:3], np.rint(instance.rows[:, 4:] * TENTHS).astype(int)
    apart = np.hypot(*(spots[:, None, :] - spots[None, :, :]).transpose(2, 0, 1))
    travel = np.floor(apart * TENTHS + 1e-9).astype(np.int32)
    shift = int(tenths[0, 0]), int(tenths[0, 1])
    return Problem(
        origin="2026-01-05T00:00:00+00:00",
        travel=Travel(travel),
        vehicles=tuple(Vehicle(f"v{n}", (Member(f"w{n}"),), 0, 0, shift) for n in range(instance.vehicles)),
        jobs=tuple(_job(number, *row) for number, row in enumerate(tenths.tolist()) if number),
        objective=Objective(travel_per_hour=float(HOUR), waiting_per_hour=0.0),
    )


def _job(number: int, ready: int, due: int, service: int) -> Job:
    return Job(
        id=f"c{number}",
        location=number,
        windows=((ready, due),),
        roles=(Role(service_seconds=service),),
        mandatory=True,
    )


def overloaded(instance: Instance, plan: Plan) -> int:
    """Routes that carry more than the capacity."""
    demand = {f"c{number}": float(row[3]) for number, row in enumerate(instance.rows)}
    loads = [sum(demand[stop.job] for stop in route.stops) for route in plan.routes]
    return sum(load > instance.capacity for load in loads)


def figures(instance: Instance, best: Mapping[str, float], plan: Plan) -> dict[str, float]:
    """The distance as the literature states it, routes above the capacity, and the gap to the best known in %."""
    distance = round(plan.cost.parts["travel"] / TENTHS, 1)
    found = {"distance": distance, "routes": float(len(plan.routes)), "overloaded": float(overloaded(instance, plan))}
    known = best.get(instance.name.lower())
    if known is not None:
        found["gap"] = round(100 * (distance / known - 1), 3)
    return found


def best_known(folder: Path) -> dict[str, float]:
    """The best known distance by the instance's name in lower case; empty without a table."""
    table = folder / BEST
    if not table.exists():
        return {}
    with table.open(encoding="utf-8", newline="") as lines:
        return {row["instance"].lower(): float(row["cost"]) for row in csv.DictReader(lines)}
