"""A problem as the arrays on which decoder annealing works."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from app.optimiser.compiled.decoder_state import (
    NEVER,
    NO_WAY,
    NOWHERE,
    Flags,
    Fleet,
    Floats,
    Ground,
    Ints,
    Mix,
    Prices,
    Shorts,
    Units,
)
from app.optimiser.interval import Interval, union
from app.optimiser.job import Job
from app.optimiser.problem import Link, Problem
from app.optimiser.schedule import HOUR
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Visit

MOST_NEAR = 40
TIME_IN_DISTANCE = 0.3
NO_LIMIT = 1 << 40
PARTS = 3
DEFAULT_MIX = Mix(swap=0.1, drop=0.03, tail=0.5, near=0.85, push=0.3, keep=0.5, near_mate=0.3, best_gap=0.6)


@dataclass(frozen=True, slots=True)
class Part:
    """Some roles of a job, done by one vehicle."""

    job: int
    roles: tuple[int, ...]
    is_tied: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """What is served together or not at all: the parts of its three nodes, of which some may not exist."""

    jobs: tuple[int, ...]
    parts: tuple[Part | None, Part | None, Part | None]
    link: Link | None = None


def find_units(problem: Problem) -> list[Unit]:
    """The jobs as units: linked ones together, in the order of the problem."""
    link_of = {problem.job_index[link.first[0]]: link for link in problem.links}
    seconds = {problem.job_index[link.second[0]] for link in problem.links}
    units = []
    for index, job in enumerate(problem.jobs):
        if index in link_of:
            units.append(_linked(problem, link_of[index]))
        elif index not in seconds:
            units.append(_single(index, job))
    return units


def _linked(problem: Problem, link: Link) -> Unit:
    first, second = (problem.job_index[job] for job, _ in (link.first, link.second))
    halves = Part(first, (link.first[1],), True), Part(second, (link.second[1],), True)
    return Unit((first, second), (None, *halves), link)


def _single(index: int, job: Job) -> Unit:
    roles = tuple(range(len(job.roles)))
    whole = Part(index, roles, False)
    if len(roles) < 2:
        return Unit((index,), (whole, None, None))
    return Unit((index,), (whole, Part(index, (0,), True), Part(index, (1,), True)))


def ground(space: SearchSpace, units: Sequence[Unit], mix: Mix = DEFAULT_MIX) -> Ground:
    """Everything that never changes during a search."""
    problem = space.problem
    travel = _travel(problem)
    fleet = _fleet(problem)
    losses = _losses(space, units)
    if all(unit_is_must(space, unit) for unit in units):
        mix = mix._replace(drop=0.0)
    return Ground(travel, _units(space, units, losses, travel), fleet, _prices(problem), mix)


def unit_is_must(space: SearchSpace, unit: Unit) -> bool:
    """Whether a job of the unit must be served."""
    return any(job in space.musts for job in unit.jobs)


def _losses(space: SearchSpace, units: Sequence[Unit]) -> Floats:
    extra = must_loss(space)
    return np.array([sum(space.loss(job) + extra * (job in space.musts) for job in unit.jobs) for unit in units])


def must_loss(space: SearchSpace) -> float:
    """What not serving a job that must be served costs on top: more than all that can differ between two plans."""
    problem = space.problem
    objective, jobs, vehicles = problem.objective, problem.jobs, problem.vehicles
    horizon = max((one.latest_return for one in vehicles), default=0) / HOUR
    stops = sum(len(job.roles) for job in jobs) + len(vehicles)
    per_hour = objective.waiting_per_hour + objective.duty_per_hour + objective.travel_per_hour
    overtime = max((one.overtime.cost_per_hour for one in vehicles if one.overtime), default=0.0)
    late = objective.lateness_max_per_hour + sum(job.lateness_cost_per_hour * len(job.roles) for job in jobs)
    worth = sum(job.prize + sum(map(abs, job.preferred.values())) for job in jobs)
    return 1.0 + horizon * ((per_hour + overtime) * stops + late) + 2 * worth + sum(one.fixed_cost for one in vehicles)


def _travel(problem: Problem) -> Shorts:
    """Travel with one more place, to which it takes no time: there end routes that end anywhere."""
    size = len(problem.travel)
    travel = np.zeros((size + 1, size + 1), np.int32)
    travel[:size, :size] = np.where(problem.travel.durations < 0, NO_WAY, problem.travel.durations)
    return travel


def _fleet(problem: Problem) -> Fleet:
    vehicles = problem.vehicles
    return Fleet(
        closes=_ints(one.latest_return for one in vehicles),
        shift_end=_ints(one.shift[1] for one in vehicles),
        overtime_price=np.array([one.overtime.cost_per_hour / HOUR if one.overtime else 0.0 for one in vehicles]),
        fixed_cost=np.array([one.fixed_cost for one in vehicles]),
        most_stops=_ints(NO_LIMIT if one.max_jobs is None else one.max_jobs for one in vehicles),
        most_travel=_ints(NO_LIMIT if one.max_travel_seconds is None else one.max_travel_seconds for one in vehicles),
    )


def _prices(problem: Problem) -> Prices:
    objective = problem.objective
    overtime = any(one.overtime is not None and one.overtime.cost_per_hour > 0 for one in problem.vehicles)
    return Prices(
        travel=objective.travel_per_hour / HOUR,
        waiting=objective.waiting_per_hour / HOUR,
        duty=objective.duty_per_hour / HOUR,
        late_max=objective.lateness_max_per_hour / HOUR,
        is_timed=objective.waiting_per_hour > 0 or objective.duty_per_hour > 0 or overtime,
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)


def _units(space: SearchSpace, units: Sequence[Unit], losses: Floats, travel: Shorts) -> Units:
    problem = space.problem
    parts = [part for unit in units for part in unit.parts]
    able, liking = _who_can(space, parts)
    able_from = np.concatenate(([0], np.cumsum(able.sum(axis=1)))).astype(np.int64)
    end_of_time = max((one.latest_return for one in problem.vehicles), default=0)
    kinds, together = _together(space.problem, units)
    depots = _depots(problem)
    zeros, strangers = [0] * len(depots), [NOWHERE] * len(depots)
    addresses = _addresses(problem)
    jobs = [problem.jobs[part.job] if part else None for part in parts]
    windows = [_windows(job, end_of_time) if job else [] for job in jobs]
    late_after = [job.late_after if job else None for job in jobs]
    return Units(
        place=_ints([*(job.location if job else 0 for job in jobs), *depots]),
        address=_ints([*(addresses[part.job] if part else NOWHERE for part in parts), *strangers]),
        approach=_ints([*(problem.jobs[part.job].approach_seconds if part else 0 for part in parts), *zeros]),
        service=_ints([*(_service(problem, part) for part in parts), *zeros]),
        windows=np.concatenate(([0], np.cumsum([len(own) for own in windows]))).astype(np.int64),
        opens=_ints(first for first, _ in chain.from_iterable(windows)),
        closes=_ints(last for _, last in chain.from_iterable(windows)),
        late_after=_ints(NEVER if one is None else one for one in late_after),
        late_price=np.array([_late_price(problem, part) for part in parts], np.float64),
        able=able,
        able_from=able_from,
        able_list=np.nonzero(able)[1].astype(np.int64),
        liking=liking,
        gap_low=_ints(0 if unit.link is None else unit.link.gap[0] for unit in units),
        gap_high=_ints(0 if unit.link is None else unit.link.gap[1] for unit in units),
        kind=kinds,
        together=together,
        loss=losses,
        near=_near(problem, units, travel),
    )


def _depots(problem: Problem) -> list[int]:
    anywhere = len(problem.travel)
    ends = (anywhere if one.end is None else one.end for one in problem.vehicles)
    return [*(one.start for one in problem.vehicles), *ends]


def _addresses(problem: Problem) -> list[int]:
    numbers: dict[str, int] = {}
    return [NOWHERE if job.address is None else numbers.setdefault(job.address, len(numbers)) for job in problem.jobs]


def _service(problem: Problem, part: Part | None) -> int:
    return max(problem.jobs[part.job].roles[role].service_seconds for role in part.roles) if part else 0


def _late_price(problem: Problem, part: Part | None) -> float:
    return problem.jobs[part.job].lateness_cost_per_hour * len(part.roles) / HOUR if part else 0.0


def _windows(job: Job, end_of_time: int) -> list[Interval]:
    """When the job may start, tolerated lateness included."""
    windows = [(0, end_of_time)] if job.windows is None else list(job.windows)
    if job.last_window_end is not None and job.max_lateness_seconds > 0:
        windows.append((job.last_window_end, job.last_window_end + job.max_lateness_seconds))
    return union((first, min(last, end_of_time)) for first, last in windows if first <= end_of_time)


def _who_can(space: SearchSpace, parts: Sequence[Part | None]) -> tuple[Flags, Floats]:
    """Which vehicles may serve each node, and how much it is liked there."""
    vehicles = range(len(space.problem.vehicles))
    able = np.zeros((len(parts), len(vehicles)), bool)
    liking = np.zeros((len(parts), len(vehicles)))
    for node, part in enumerate(parts):
        if part is None:
            continue
        if not space.problem.jobs[part.job].preferred:
            able[node] = space.capable_of_role(part.job, part.roles[0]) if part.is_tied else space.capable[:, part.job]
            continue
        for vehicle in vehicles:
            visit = (
                space.part_of_visit(vehicle, part.job, part.roles) if part.is_tied else space.visit(vehicle, part.job)
            )
            if visit is not None:
                able[node, vehicle], liking[node, vehicle] = True, visit.preference
    return able, liking


def _visit(space: SearchSpace, vehicle: int, part: Part) -> Visit | None:
    return space.part_of_visit(vehicle, part.job, part.roles) if part.is_tied else space.visit(vehicle, part.job)


def _together(problem: Problem, units: Sequence[Unit]) -> tuple[Ints, Flags]:
    """Which two vehicles may serve the halves of each unit; units of a kind share one table."""
    apart = ~np.eye(len(problem.vehicles), dtype=bool)
    tables: dict[bytes, int] = {apart.tobytes(): 0}
    kinds, found = [], [apart]
    for unit in units:
        table = apart if unit.link is None else _linked_table(problem, unit.link)
        kind = tables.setdefault(table.tobytes(), len(found))
        if kind == len(found):
            found.append(table)
        kinds.append(kind)
    return _ints(kinds), np.array(found)


def _linked_table(problem: Problem, link: Link) -> Flags:
    """Whether the first vehicle (row) and the second one have workers for both roles as the link wants them."""
    first, second = _workers_able(problem, link.first), _workers_able(problem, link.second)
    same = first @ second.T
    both = first.sum(axis=1)[:, None] * second.sum(axis=1)[None, :]
    return {"any": both > 0, "same": same > 0, "different": both - same > 0}[link.workers]


def _workers_able(problem: Problem, role_of_job: tuple[str, int]) -> NDArray[np.int64]:
    """Who (column) of each vehicle (row) can take the role."""
    job = problem.jobs[problem.job_index[role_of_job[0]]]
    column = {worker: index for index, worker in enumerate(problem.workers)}
    able = np.zeros((len(problem.vehicles), len(column)), np.int64)
    for row, vehicle in enumerate(problem.vehicles):
        for member in vehicle.members:
            if job.roles[role_of_job[1]].skills <= member.skills and job.may_be_done_by(member.worker):
                able[row, column[member.worker]] = 1
    return able


def _near(problem: Problem, units: Sequence[Unit], travel: Shorts) -> Ints:
    """For each unit the other ones, those near in place and time first."""
    if len(units) < 2:
        return np.zeros((len(units), 1), np.int64)
    places = [_ints(problem.jobs[unit.jobs[end]].location for unit in units) for end in (0, -1)]
    there = [travel[np.ix_(one, other)] for one in places for other in places]
    far = np.min([way + way.T for way in there], axis=0).astype(np.float64)
    middle = np.array([_middle(problem, unit) for unit in units])
    far += TIME_IN_DISTANCE * np.abs(middle[:, None] - middle[None, :])
    np.fill_diagonal(far, np.inf)
    width = min(len(units) - 1, MOST_NEAR)
    return np.argsort(far, axis=1, kind="stable")[:, :width].astype(np.int64)


def _middle(problem: Problem, unit: Unit) -> float:
    """The middle of the time in which the unit's first job may start in time."""
    job = problem.jobs[unit.jobs[0]]
    first = min((one.shift[0] for one in problem.vehicles), default=0)
    last = max((one.latest_return for one in problem.vehicles), default=0)
    if job.windows:
        first = max(first, min(opens for opens, _ in job.windows))
    if job.late_after is not None:
        last = min(last, job.late_after)
    return (first + last) / 2
