"""The second half of a move: what waits is inserted where it is cheapest, unless leaving it out is cheaper still."""

import numpy as np

from app.optimiser.compiled.insertion import Scratch, best_gap, put
from app.optimiser.compiled.jit import compiled, uncounted
from app.optimiser.compiled.meetings import best_both, best_meeting
from app.optimiser.compiled.memory import RUINED, WAITING, Memory, save, set_pin
from app.optimiser.compiled.random import State, below, unit
from app.optimiser.compiled.ruin import ALL_OPENED
from app.optimiser.compiled.shared_price import lean
from app.optimiser.compiled.terrain import HALF, OPENS_DOORS, RELATION, TWIN, Flags, Ground, Ints, Realm, Routes, Shorts
from app.optimiser.compiled.timing import evaluate

# A meeting is the dearest thing to look for: jobs that were unserved before look for one now and then only.
MEETING_ODDS = 0.3
MOST_NEIGHBOUR_STOPS = 40
MOST_EMPTY = 3
MOST_WAITING = 1 << 20


@compiled
def sort_waiting(opened: int, ground: Ground, memory: Memory, random: State) -> Ints:
    """Places in `waiting` in the order of one of the keys, ties by chance."""
    odds, keys, waiting, own = ground.odds, ground.keys, memory.waiting, memory.keys
    draw = unit(random)
    order = 0
    while order < odds.size - 1 and draw > odds[order]:
        order += 1
    count = memory.counts[WAITING]
    for q in range(count):
        own[q] = keys[order, waiting[q]] + 1e-3 * unit(random)
        if waiting[q] == opened:
            own[q] = -1e300
    return np.argsort(own[:count], kind="mergesort")


@uncounted
def gather_candidates(
    job: int,
    stamp: int,
    mark: int,
    empty_count: int,
    jobs: Ints,
    near: Shorts,
    route_of: Shorts,
    mine: Flags,
    memory: Memory,
    random: State,
) -> int:
    """Routes to try for a job: the ruined ones, and for a removed job also its neighbours' and some empty ones."""
    candidates, is_candidate, ruined, empty = memory.candidates, memory.is_candidate, memory.ruined, memory.empty
    count = memory.counts[RUINED]
    for c in range(count):
        candidates[c] = ruined[c]
        is_candidate[ruined[c]] = mark
    if memory.was_removed[job] != stamp:
        return count
    met = 0
    for n in range(near.shape[1]):
        if met >= MOST_NEIGHBOUR_STOPS:
            break
        other = near[job, n]
        half = jobs[other, HALF]
        for part in range(3 if half >= 0 else 1):
            vehicle = route_of[other if part == 0 else half + part - 1]
            if vehicle < 0 or mine[vehicle] == 0:
                continue
            met += 1
            if is_candidate[vehicle] != mark:
                is_candidate[vehicle] = mark
                candidates[count] = vehicle
                count += 1
    offset = below(random, empty_count) if empty_count > 0 else 0
    for n in range(min(empty_count, MOST_EMPTY)):
        vehicle = empty[(offset + n) % empty_count]
        if is_candidate[vehicle] != mark:
            is_candidate[vehicle] = mark
            candidates[count] = vehicle
            count += 1
    return count


@uncounted
def insert_two(
    first: int, second: int, stamp: int, ground: Ground, routes: Routes, memory: Memory, choice: Ints
) -> bool:
    """Put two tasks where `choice` says and pin them; whether their routes still keep the rules."""
    one, other = choice[0], choice[3]
    save(one, stamp, routes, memory)
    save(other, stamp, routes, memory)
    put(one, choice[1], first, routes.stops, routes.length, routes.route_of)
    set_pin(first, choice[2], routes.pin, memory)
    put(other, choice[4], second, routes.stops, routes.length, routes.route_of)
    set_pin(second, choice[5], routes.pin, memory)
    keeps = evaluate(one, ground, routes)
    return evaluate(other, ground, routes) and keeps


@compiled
def insert_linked(
    job: int, count: int, stamp: int, ground: Ground, routes: Routes, memory: Memory, scratch: Scratch, random: State
) -> bool:
    """Put two linked jobs where they are cheapest, or leave them out; whether all routes still keep the rules."""
    choice, twin, candidates = scratch.choice, ground.nodes[job, TWIN], memory.candidates
    best = best_meeting(job, twin, candidates, count, ground.loss[job], ground, routes, scratch, random)
    if ground.nodes[job, RELATION] > 0:
        apart = choice.copy()
        together = best_both(job, twin, candidates, count, best, ground, routes, scratch)
        if together >= best:
            choice[:] = apart
    return choice[0] < 0 or insert_two(job, twin, stamp, ground, routes, memory, choice)


@uncounted
def looks_for_meeting(job: int, stamp: int, opened: int, ground: Ground, memory: Memory, random: State) -> bool:
    """Whether two routes are tried for a two-person job: always when it has just left its own, else sometimes."""
    if opened == ALL_OPENED or ground.options[OPENS_DOORS] == 0:
        return True
    if memory.was_removed[job] == stamp or job == opened:
        return True
    return unit(random) < MEETING_ODDS


@compiled
def recreate(
    stamp: int,
    opened: int,
    ground: Ground,
    routes: Routes,
    realm: Realm,
    memory: Memory,
    scratch: Scratch,
    random: State,
) -> bool:
    """Insert what waits, in a random order; whether every touched route keeps the rules."""
    nodes, jobs, near, mine = ground.nodes, ground.jobs, ground.near, realm.vehicles
    stops, length_of, route_of = routes.stops, routes.length, routes.route_of
    waiting, candidates, empty, choice = memory.waiting, memory.candidates, memory.empty, scratch.choice
    for c in range(memory.counts[RUINED]):
        if not evaluate(memory.ruined[c], ground, routes):
            return False
    empty_count = 0
    for vehicle in range(length_of.size):
        if mine[vehicle] > 0 and length_of[vehicle] == 0:
            empty[empty_count] = vehicle
            empty_count += 1
    order = sort_waiting(opened, ground, memory, random)
    for n in range(order.size):
        job = waiting[order[n]]
        lean(ground, routes, memory.workload)
        mark = stamp * MOST_WAITING + n
        count = gather_candidates(job, stamp, mark, empty_count, jobs, near, route_of, mine, memory, random)
        if nodes[job, TWIN] >= 0:
            if not insert_linked(job, count, stamp, ground, routes, memory, scratch, random):
                return False
            continue
        best = best_gap(job, candidates, count, ground.loss[job], ground, routes, scratch, random)
        vehicle, position, half = choice[0], choice[1], jobs[job, HALF]
        if half >= 0 and looks_for_meeting(job, stamp, opened, ground, memory, random):
            together = best_meeting(half, half + 1, candidates, count, best, ground, routes, scratch, random)
            if together < best:
                if not insert_two(half, half + 1, stamp, ground, routes, memory, choice):
                    return False
                continue
        if vehicle >= 0:
            save(vehicle, stamp, routes, memory)
            put(vehicle, position, job, stops, length_of, route_of)
            if not evaluate(vehicle, ground, routes):
                return False
    return True
