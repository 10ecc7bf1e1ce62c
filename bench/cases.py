"""What is solved: each suite's cases by name and seed, as problems with the suite's own figures.

A case is made anew in each process from its suite, name and seed alone. Where peers take part, waiting costs nothing,
because they cannot price it; all else is as generated.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from app.optimiser.budget import Budget
from app.optimiser.plan import Plan
from app.optimiser.problem import Job, Objective, Previous, Problem
from app.optimiser.solve import solve
from bench import hhcrsp, hhcrsp_judge, vrptw
from bench.judge import Figures
from bench.pairings import Pairs, pair_up, pairing
from bench.region_day import RegionDay, region_day

HOMECARE_FOLDER = "DOORSTEP_HHCRSP"
VRPTW_FOLDER = "DOORSTEP_VRPTW"
RELAXED = "relaxed"
SINGLES = "singles"
OWN_HOMES = "own-homes"
NEW_CASE, ABSENT = "new-case", "absent"
NOON = 12 * 3600
PUBLISHED = Budget(iterations=3000)
URGENT_PRIZE = 2000.0
MOVE_COST = 30.0
MOST_MOVES = 6
CREW_DAY = RegionDay(24, 150, two_person_visits=150)
FREE_WAITING = Objective(travel_per_hour=60.0, waiting_per_hour=0.0)
SIZE = re.compile(r"(?:(?P<days>\d+)x)?(?P<people>\d+)/(?P<visits>\d+)(?:\+(?P<pairs>\d+))?")


@dataclass(frozen=True)
class Case:
    """A problem, and what its suite wants to know of a plan beside cost and validity.

    `crews` says who goes with whom, by vehicle, where that is not left to the planner.
    """

    problem: Problem
    figures: Figures | None = None
    crews: Pairs | None = None


def make_case(suite: str, name: str, seed: int) -> Case:
    """The case of this name; raises KeyError for a suite that is not known."""
    return MAKERS[suite](name, seed)


def homecare_files() -> list[Path]:
    """The home-care instances, if their folder is named."""
    return _files(HOMECARE_FOLDER, "instance_*.json")


def vrptw_files() -> list[Path]:
    """The instances with time windows, if their folder is named."""
    return _files(VRPTW_FOLDER, "*.txt") + _files(VRPTW_FOLDER, "*.TXT")


def _files(variable: str, pattern: str) -> list[Path]:
    folder = os.environ.get(variable)
    return sorted(Path(folder).glob(pattern)) if folder else []


def size_of(name: str) -> RegionDay:
    """What a name such as "12/150", "40/600+40" or "5x40/3000" stands for; pairs come on top of the visits."""
    found = SIZE.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is no size of a region-day")
    days, people, visits, pairs = (int(found[part] or 0) for part in ("days", "people", "visits", "pairs"))
    return RegionDay(people, visits + pairs, two_person_visits=pairs, days=max(1, days))


def _region(name: str, seed: int, lunch: bool = False) -> Case:
    return Case(_day(replace(size_of(name), seed=seed, lunch=lunch)))


def _day(size: RegionDay) -> Problem:
    return replace(region_day(size), objective=FREE_WAITING)


def _together(name: str, seed: int) -> Case:
    """Two-person visits among others; relaxed: each as two visits of one person, worth half, at any time apart."""
    size, _, kind = name.partition(" ")
    problem = _day(replace(size_of(size), seed=seed))
    if kind != RELAXED:
        return Case(problem)
    jobs = tuple(half for job in problem.jobs for half in _halves(job))
    return Case(replace(problem, jobs=jobs))


def _halves(job: Job) -> list[Job]:
    share = job.prize / len(job.roles)
    return [replace(job, id=f"{job.id}/{number}", roles=(role,), prize=share) for number, role in enumerate(job.roles)]


def _crews(name: str, seed: int) -> Case:
    """Two at every door: single investigators, or a pairing of them, from their own homes or from one of the two."""
    singles = _day(replace(CREW_DAY, seed=seed))
    if name == SINGLES:
        return Case(singles)
    kind, _, homes = name.partition(" ")
    pairs = pairing(singles, kind)
    return Case(singles, crews=pairs) if homes == OWN_HOMES else Case(pair_up(singles, pairs))


def _change(name: str, seed: int) -> Case:
    """A published day on which a case comes in at noon, or somebody stays away from the morning on."""
    size, _, what = name.partition(" ")
    before = _day(replace(size_of(size), seed=seed))
    plan = solve(before, PUBLISHED, seed)
    if what == ABSENT:
        after = replace(before, vehicles=before.vehicles[1:], previous=Previous(plan, move_cost=MOVE_COST))
    else:
        urgent = replace(before.jobs[0], id="urgent", prize=URGENT_PRIZE, windows=((NOON, 2 * NOON),))
        previous = Previous(plan, NOON, MOVE_COST, MOST_MOVES)
        after = replace(before, jobs=(*before.jobs, urgent), previous=previous)
    return Case(after, _change_figures)


def _change_figures(plan: Plan) -> dict[str, float]:
    return {"moves": plan.cost.parts["moves"] / MOVE_COST, "urgent_served": float("urgent" in plan.served)}


def _homecare(name: str, seed: int) -> Case:
    """An instance file by its name, every visit mandatory; the seed is the search's alone."""
    del seed
    path = next(path for path in homecare_files() if path.name == name)
    instance: hhcrsp.Instance = json.loads(path.read_bytes())
    best = hhcrsp_judge.best_known(path.parent).get(name)
    return Case(hhcrsp.convert(instance, mandatory=True), partial(_homecare_figures, instance, best))


def _homecare_figures(instance: hhcrsp.Instance, best: float | None, plan: Plan) -> dict[str, float]:
    found = hhcrsp_judge.measure(instance, plan)
    figures = {
        "home_care_cost": round(found.cost, 3),
        "travel": found.travel,
        "tardiness": found.tardiness,
        "largest_tardiness": found.largest_tardiness,
        "faults": float(len(found.faults)),
    }
    return figures if best is None else {**figures, "best": best, "gap": round(100 * (found.cost / best - 1), 3)}


def _vrptw(name: str, seed: int) -> Case:
    """A file by its name; the seed is the search's alone."""
    del seed
    path = next(path for path in vrptw_files() if path.name == name)
    instance = vrptw.read_instance(path)
    return Case(vrptw.convert(instance), partial(vrptw.figures, instance, vrptw.best_known(path.parent)))


MAKERS: Mapping[str, Callable[[str, int], Case]] = {
    "region": _region,
    "lunch": partial(_region, lunch=True),
    "together": _together,
    "crews": _crews,
    "change": _change,
    "homecare": _homecare,
    "vrptw": _vrptw,
    "size": _region,
    "ablation": _region,
}
