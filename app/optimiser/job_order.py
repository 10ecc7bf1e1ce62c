"""Which jobs are near each other, and the orders in which a search inserts them."""

import numpy as np

from app.optimiser.compiled.terrain import NEVER, NO_WAY, Floats, Shorts
from app.optimiser.interval import Interval
from app.optimiser.search_space import SearchSpace

NEIGHBOURS = 250
ROWS_AT_ONCE = 500


def near_jobs(space: SearchSpace) -> Shorts:
    """For each job the others by travel there and back, the nearest first."""
    locations = np.array([job.location for job in space.problem.jobs], np.int64)
    jobs = len(locations)
    most = max(0, min(jobs - 1, NEIGHBOURS))
    near = np.zeros((jobs, most), np.int32)
    durations = space.problem.travel.durations
    for first in range(0, jobs, ROWS_AT_ONCE):
        rows = slice(first, min(jobs, first + ROWS_AT_ONCE))
        away = durations[np.ix_(locations[rows], locations)].astype(np.int64)
        back = durations[np.ix_(locations, locations[rows])].T
        far = np.where((away < 0) | (back < 0), NO_WAY, away + back)
        far[np.arange(len(far)), np.arange(rows.start, rows.stop)] = NEVER
        # The nearest by value and then by number, so that equal distances are in the same order everywhere.
        keys = far * jobs + np.arange(jobs)
        near[rows] = np.sort(np.partition(keys, most - 1, axis=1)[:, :most], axis=1) % jobs
    return near


def insertion_orders(space: SearchSpace, loss: Floats) -> tuple[Floats, Floats]:
    """Eight keys by which jobs are sorted before they are inserted (chance, worth, ways, windows), and their odds."""
    problem = space.problem
    jobs = problem.jobs
    service = np.array([max(role.service_seconds for role in job.roles) for job in jobs], float)
    windows: list[Interval] = [_hull(job.windows) for job in jobs]
    width = np.array(
        [sum(last - first for first, last in job.windows) if job.windows else NO_WAY for job in jobs], float
    )
    homes = sorted({vehicle.start for vehicle in problem.vehicles}) or [0]
    locations = [job.location for job in jobs]
    away = problem.travel.durations[np.ix_(homes, locations)].astype(float).min(axis=0) if jobs else np.zeros(0)
    keys = np.stack(
        [
            np.zeros(len(jobs)),
            -loss,
            -loss / (service + 600.0),
            -away,
            away,
            width,
            np.array([first for first, _ in windows], float),
            np.array([last for _, last in windows], float),
        ]
    )
    odds = np.cumsum([4.0, 6.0, 5.0, 1.0, 1.0, 2.0, 1.0, 1.0])
    return keys, odds / odds[-1]


def _hull(windows: tuple[Interval, ...] | None) -> Interval:
    if not windows:
        return -NO_WAY, NO_WAY
    return min(first for first, _ in windows), max(last for _, last in windows)
