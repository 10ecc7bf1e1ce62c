"""What a move of ruin and recreate needs to be undone, and marks that say what it has touched."""

from typing import NamedTuple

import numpy as np

from app.optimiser.compiled.jit import uncounted
from app.optimiser.compiled.terrain import HALF, ROUTE_MOVES, Floats, Ground, Ints, Routes, Shorts
from app.optimiser.compiled.timing import evaluate

# Entries of `counts`.
TOUCHED, RUINED, WAITING, PINNED = range(4)


class Memory(NamedTuple):
    """What a move needs to be undone, and marks that say what it has touched."""

    saved: Shorts  # (vehicles, stops)
    saved_length: Shorts
    saved_cost: Floats
    saved_moves: Shorts
    is_saved: Ints  # (vehicles,): the iteration that saved it last
    is_ruined: Ints
    is_candidate: Ints
    was_removed: Ints  # (jobs,)
    touched: Shorts  # (vehicles,)
    ruined: Shorts
    candidates: Shorts
    empty: Shorts
    waiting: Shorts  # (jobs,): jobs to insert
    keys: Floats
    pinned: Shorts  # (nodes,): tasks whose pin changed
    pins_before: Ints
    workload: Floats  # (workers,)
    counts: Ints


def new_memory(jobs: int, nodes: int, vehicles: int, stops: int, workers: int) -> Memory:
    """Memory for a search of this size."""
    return Memory(
        saved=np.zeros((vehicles, stops), np.int32),
        saved_length=np.zeros(vehicles, np.int32),
        saved_cost=np.zeros(vehicles),
        saved_moves=np.zeros(vehicles, np.int32),
        is_saved=np.full(vehicles, -1, np.int64),
        is_ruined=np.full(vehicles, -1, np.int64),
        is_candidate=np.full(vehicles, -1, np.int64),
        was_removed=np.full(max(1, jobs), -1, np.int64),
        touched=np.zeros(vehicles, np.int32),
        ruined=np.zeros(vehicles, np.int32),
        candidates=np.zeros(vehicles, np.int32),
        empty=np.zeros(vehicles, np.int32),
        waiting=np.zeros(max(1, jobs), np.int32),
        keys=np.zeros(max(1, jobs)),
        pinned=np.zeros(4 * nodes + 4, np.int32),
        pins_before=np.zeros(4 * nodes + 4, np.int64),
        workload=np.zeros(workers),
        counts=np.zeros(4, np.int64),
    )


@uncounted
def save(vehicle: int, stamp: int, routes: Routes, memory: Memory) -> None:
    """Remember a route as it was before this move."""
    if memory.is_saved[vehicle] == stamp:
        return
    memory.is_saved[vehicle] = stamp
    memory.touched[memory.counts[TOUCHED]] = vehicle
    memory.counts[TOUCHED] += 1
    length = routes.length[vehicle]
    memory.saved_length[vehicle] = length
    memory.saved_cost[vehicle] = routes.cost[vehicle]
    memory.saved_moves[vehicle] = routes.totals[vehicle, ROUTE_MOVES]
    stops, saved = routes.stops, memory.saved
    for p in range(length + 2):
        saved[vehicle, p] = stops[vehicle, p]


@uncounted
def set_pin(node: int, start: int, pin: Ints, memory: Memory) -> None:
    """Pin a task, or free it with -1, and remember how it was."""
    count = memory.counts[PINNED]
    memory.pinned[count] = node
    memory.pins_before[count] = pin[node]
    memory.counts[PINNED] = count + 1
    pin[node] = start


@uncounted
def is_served(job: int, jobs: Ints, route_of: Shorts) -> bool:
    """Whether the job is on a route, whole or in halves."""
    return route_of[job] >= 0 or (jobs[job, HALF] >= 0 and route_of[jobs[job, HALF]] >= 0)


@uncounted
def undo(ground: Ground, routes: Routes, memory: Memory) -> None:
    """Put every touched route back."""
    stops, length_of, route_of, pin = routes.stops, routes.length, routes.route_of, routes.pin
    touched, saved, saved_length = memory.touched, memory.saved, memory.saved_length
    for c in range(memory.counts[TOUCHED]):
        vehicle = touched[c]
        for p in range(1, length_of[vehicle] + 1):
            route_of[stops[vehicle, p]] = -1
    for q in range(memory.counts[PINNED] - 1, -1, -1):
        pin[memory.pinned[q]] = memory.pins_before[q]
    for c in range(memory.counts[TOUCHED]):
        vehicle = touched[c]
        length_of[vehicle] = saved_length[vehicle]
        for p in range(saved_length[vehicle] + 2):
            stops[vehicle, p] = saved[vehicle, p]
        for p in range(1, saved_length[vehicle] + 1):
            route_of[stops[vehicle, p]] = vehicle
        evaluate(vehicle, ground, routes)
