"""Compiled ruin and recreate over all rules of the problem.

After Christiaens and Vanden Berghe, Slack Induction by String Removals for Vehicle Routing Problems, Transportation
Science 54(2), 2020, extended to optional visits, breaks, several windows, pairs and links.

**State.** Routes as arrays of nodes between depots (terrain.py), the recursions of timing.py for each, a pin for each
task that depends on another route. Unserved jobs are simply on no route.

**Move.** *Ruin*: around a random job, strings of adjacent stops leave a few neighbouring routes, about ten stops in
all; what belongs to a removed task leaves with it. *Recreate*: the removed jobs, and the unserved ones near the seed,
are put in one of several orders and each inserted where it is cheapest, unless leaving it out is cheaper still.

**Cost of a move.** Routes carry their price, so the difference is that of the touched routes plus the losses of the
jobs that came and went; what only the whole shows is priced anew (shared_price.py). A move is accepted when that is
below `-T ln(u)`, u uniform in (0, 1]; T falls geometrically.

**Invariants**, between any two moves: every route keeps all rules of its vehicle; either all tasks of a job (and of
the job linked to it) are on routes, at starts that match, or none; tasks that are `fixed` stay where they are; nothing
outside the realm changes. A move that would break one is undone as a whole.
"""

from math import log
from typing import NamedTuple

import numpy as np

from app.optimiser.compiled.insertion import Scratch, best_gap, put, take
from app.optimiser.compiled.jit import compiled, uncounted
from app.optimiser.compiled.meetings import best_both, best_meeting
from app.optimiser.compiled.random import State, below, unit
from app.optimiser.compiled.shared_price import lean, shared_price
from app.optimiser.compiled.terrain import (
    BREAKS,
    CAPABLE,
    DROP,
    EARLIEST,
    EXCESS_MOVE,
    FIXED,
    HALF,
    JOB,
    MOST_MOVES,
    NEVER,
    OPENS_DOORS,
    RELATION,
    ROUTE_MOVES,
    SERVICE,
    TWIN,
    WINDOW,
    WINDOWS,
    Best,
    Figures,
    Flags,
    Floats,
    Ground,
    Ints,
    Realm,
    Routes,
    Shorts,
)
from app.optimiser.compiled.timing import evaluate

AVERAGE_REMOVED = 10.0
LONGEST_STRING = 10.0
KEEP_ODDS = 0.5
OPEN_ODDS = 0.5
# A meeting is the dearest thing to look for: jobs that were unserved before look for one now and then only.
MEETING_ODDS = 0.3
# Values of `opened`: no job's doors were opened; every job looks for whatever place there is.
NONE_OPENED, ALL_OPENED = -1, -2
SPLIT_DEPTH = 0.01
MOST_ABSENT = 100
MOST_NEIGHBOUR_STOPS = 40
MOST_EMPTY = 3
LEAST_GAIN = 1e-7
MOST_WAITING = 1 << 20
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
def drop(node: int, stamp: int, nodes: Ints, route_of: Shorts, pin: Ints, memory: Memory) -> None:
    """Note that a task has left its route; its job waits for a new place."""
    route_of[node] = -1
    if pin[node] >= 0 and nodes[node, TWIN] >= 0:
        set_pin(node, -1, pin, memory)
    job = nodes[node, JOB]
    if memory.was_removed[job] != stamp:
        memory.was_removed[job] = stamp
        memory.waiting[memory.counts[WAITING]] = job
        memory.counts[WAITING] += 1


@uncounted
def ruin_string(
    vehicle: int,
    node: int,
    longest: float,
    stamp: int,
    nodes: Ints,
    stops: Shorts,
    length_of: Shorts,
    route_of: Shorts,
    pin: Ints,
    realm: Realm,
    memory: Memory,
    random: State,
) -> None:
    """Remove a string of stops that holds the node; sometimes a part in its middle stays."""
    length = length_of[vehicle]
    removed = min(length, int(1.0 + unit(random) * min(float(length), longest)))
    position = 1
    while stops[vehicle, position] != node:
        position += 1
    kept = 0
    if 1 < removed < length and unit(random) < KEEP_ODDS:
        kept = 1
        while removed + kept < length and unit(random) > SPLIT_DEPTH:
            kept += 1
    span = removed + kept
    first = max(1, position - span + 1)
    begin = first + below(random, min(position, length - span + 1) - first + 1)
    keep_from = begin + (below(random, removed + 1) if kept > 0 else 0)
    write = begin
    for p in range(begin, length + 2):
        here = stops[vehicle, p]
        goes = p < begin + span and not (kept > 0 and keep_from <= p < keep_from + kept)
        if goes:
            twin = nodes[here, TWIN]
            out_of_reach = twin >= 0 and route_of[twin] >= 0 and realm.vehicles[route_of[twin]] == 0
            goes = nodes[here, FIXED] == 0 and not out_of_reach
        if goes:
            drop(here, stamp, nodes, route_of, pin, memory)
        else:
            stops[vehicle, write] = here
            write += 1
    length_of[vehicle] = write - 2


@uncounted
def note_ruined(vehicle: int, stamp: int, routes: Routes, memory: Memory) -> None:
    """Count a route among those that jobs may return to."""
    save(vehicle, stamp, routes, memory)
    if memory.is_ruined[vehicle] != stamp:
        memory.is_ruined[vehicle] = stamp
        memory.ruined[memory.counts[RUINED]] = vehicle
        memory.counts[RUINED] += 1


@uncounted
def drop_the_rest(job: int, stamp: int, ground: Ground, routes: Routes, memory: Memory) -> None:
    """Take out what still is on a route of a job of which a part has left."""
    nodes, half = ground.nodes, ground.jobs[job, HALF]
    for step in range(4):
        node = job
        if step == 1:
            node = nodes[job, TWIN]
        elif step > 1:
            node = half + step - 2 if half >= 0 else -1
        if node >= 0 and routes.route_of[node] >= 0:
            vehicle = routes.route_of[node]
            note_ruined(vehicle, stamp, routes, memory)
            take(vehicle, node, routes.stops, routes.length, routes.route_of)
            drop(node, stamp, nodes, routes.route_of, routes.pin, memory)


@uncounted
def open_up(
    vehicle: int, begin: int, end: int, stamp: int, ground: Ground, routes: Routes, realm: Realm, memory: Memory
) -> None:
    """Remove the stops of a route that are served between two moments."""
    note_ruined(vehicle, stamp, routes, memory)
    nodes, stops, route_of = ground.nodes, routes.stops, routes.route_of
    state = ground.vehicles[vehicle, BREAKS]
    write = 1
    for p in range(1, routes.length[vehicle] + 2):
        here = stops[vehicle, p]
        goes = p <= routes.length[vehicle]
        if goes:
            done = NEVER
            for s in range(state + 1):
                done = min(done, routes.clock[vehicle, p, s, EARLIEST])
            goes = done > begin and done - nodes[here, SERVICE] < end
        if goes:
            twin = nodes[here, TWIN]
            out_of_reach = twin >= 0 and route_of[twin] >= 0 and realm.vehicles[route_of[twin]] == 0
            goes = nodes[here, FIXED] == 0 and not out_of_reach
        if goes:
            drop(here, stamp, nodes, route_of, routes.pin, memory)
        else:
            stops[vehicle, write] = here
            write += 1
    routes.length[vehicle] = write - 2


@uncounted
def open_doors(
    job: int, stamp: int, ground: Ground, routes: Routes, realm: Realm, memory: Memory, random: State
) -> None:
    """Make room for both halves of a job: around one moment, on two routes nearby."""
    nodes, near, fitness = ground.nodes, ground.near, ground.fitness
    half = ground.jobs[job, HALF]
    windows = nodes[half, WINDOWS]
    if windows == 0:
        return
    w = WINDOW + 2 * below(random, windows)
    start = nodes[half, w] + below(random, max(1, nodes[half, w + 1] - nodes[half, w] + 1))
    margin = int(3600 * unit(random))
    found = 0
    for n in range(below(random, 8), near.shape[1]):
        if found == 2:
            break
        vehicle = routes.route_of[near[job, n]]
        if vehicle < 0 or realm.vehicles[vehicle] == 0 or memory.is_ruined[vehicle] == stamp:
            continue
        if fitness[half + found, vehicle] & CAPABLE == 0:
            continue
        open_up(
            vehicle, start - margin, start + nodes[half + found, SERVICE] + margin, stamp, ground, routes, realm, memory
        )
        found += 1


@uncounted
def ruin(stamp: int, ground: Ground, routes: Routes, realm: Realm, memory: Memory, random: State) -> int:
    """Remove strings around a random job, and gather the unserved jobs near it."""
    jobs, near, nodes = ground.jobs, ground.near, ground.nodes
    stops, length_of, route_of, pin = routes.stops, routes.length, routes.route_of, routes.pin
    mine, owns, counts = realm.vehicles, realm.owns, memory.counts
    is_ruined, was_removed, waiting = memory.is_ruined, memory.was_removed, memory.waiting
    seed = realm.jobs[below(random, realm.jobs.size)]
    total, used = 0, 0
    for vehicle in range(length_of.size):
        if mine[vehicle] > 0 and length_of[vehicle] > 0:
            total += length_of[vehicle]
            used += 1
    longest = min(LONGEST_STRING, total / max(1, used))
    most = int(1.0 + unit(random) * (4.0 * AVERAGE_REMOVED / (1.0 + longest) - 1.0))
    neighbours = near.shape[1]
    opened = NONE_OPENED
    may_open = ground.options[OPENS_DOORS] > 0 and jobs[seed, HALF] >= 0 and not is_served(seed, jobs, route_of)
    if may_open and unit(random) < OPEN_ODDS:
        opened = seed
        open_doors(seed, stamp, ground, routes, realm, memory, random)
        most = 0
    for n in range(-1, neighbours):
        if counts[RUINED] >= most:
            break
        job = seed if n < 0 else near[seed, n]
        half = jobs[job, HALF]
        for part in range(3 if half >= 0 else 1):
            node = job if part == 0 else half + part - 1
            vehicle = route_of[node]
            if vehicle < 0 or mine[vehicle] == 0 or is_ruined[vehicle] == stamp:
                continue
            note_ruined(vehicle, stamp, routes, memory)
            ruin_string(vehicle, node, longest, stamp, nodes, stops, length_of, route_of, pin, realm, memory, random)
    q = 0
    while q < counts[WAITING]:
        job = waiting[q]
        if nodes[job, TWIN] >= 0 or jobs[job, HALF] >= 0:
            drop_the_rest(job, stamp, ground, routes, memory)
        q += 1
    for n in range(-1, min(neighbours, MOST_ABSENT)):
        job = seed if n < 0 else near[seed, n]
        if owns[job] > 0 and was_removed[job] != stamp and not is_served(job, jobs, route_of):
            waiting[counts[WAITING]] = job
            counts[WAITING] += 1
    return opened


@uncounted
def ruin_nothing(stamp: int, ground: Ground, routes: Routes, realm: Realm, memory: Memory) -> None:
    """Leave every route as it is, and let every unserved job try every one."""
    for vehicle in range(routes.length.size):
        if realm.vehicles[vehicle] > 0:
            note_ruined(vehicle, stamp, routes, memory)
    for n in range(realm.jobs.size):
        job = realm.jobs[n]
        if not is_served(job, ground.jobs, routes.route_of):
            memory.waiting[memory.counts[WAITING]] = job
            memory.counts[WAITING] += 1


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


@uncounted
def evaluate_all(ground: Ground, routes: Routes, refused: Flags) -> None:
    """Evaluate every route; mark those that break a rule."""
    for vehicle in range(routes.length.size):
        refused[vehicle] = 0 if evaluate(vehicle, ground, routes) else 1


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


@uncounted
def keep_best(routes: Routes, best: Best) -> None:
    """Copy what changed since the last best solution."""
    stops, pin, best_stops, best_pin, is_stale = routes.stops, routes.pin, best.stops, best.pin, best.is_stale
    for vehicle in range(routes.length.size):
        if is_stale[vehicle] == 0:
            continue
        is_stale[vehicle] = 0
        best.length[vehicle] = routes.length[vehicle]
        for p in range(routes.length[vehicle] + 2):
            node = stops[vehicle, p]
            best_stops[vehicle, p] = node
            best_pin[node] = pin[node]


@uncounted
def with_moves(cost: float, moves: int, most_moves: int) -> float:
    """The cost with what moves beyond their number weigh."""
    if most_moves < 0 or moves <= most_moves:
        return cost
    return cost + EXCESS_MOVE * (moves - most_moves)


@compiled
def ruin_and_recreate(
    iterations: int,
    hot: float,
    cold: float,
    is_build: bool,
    ground: Ground,
    routes: Routes,
    best: Best,
    figures: Figures,
    realm: Realm,
    memory: Memory,
    scratch: Scratch,
    random: State,
) -> None:
    """A batch of moves while the temperature falls from `hot` to `cold`; `is_build`: the first inserts all it can."""
    counts, most_moves = memory.counts, ground.options[MOST_MOVES]
    factor = (cold / hot) ** (1.0 / max(1, iterations))
    temperature = hot
    for n in range(iterations):
        temperature *= factor
        stamp = figures.iterations[0]
        figures.iterations[0] = stamp + 1
        counts[:] = 0
        if is_build and n == 0:
            ruin_nothing(stamp, ground, routes, realm, memory)
            opened = ALL_OPENED
        else:
            opened = ruin(stamp, ground, routes, realm, memory, random)
        keeps = recreate(stamp, opened, ground, routes, realm, memory, scratch, random)
        cost, shared, moves = figures.cost[0], figures.shared[0], figures.moves[0]
        if keeps:
            for c in range(counts[TOUCHED]):
                vehicle = memory.touched[c]
                cost += routes.cost[vehicle] - memory.saved_cost[vehicle]
                moves += routes.totals[vehicle, ROUTE_MOVES] - memory.saved_moves[vehicle]
            for q in range(counts[WAITING]):
                job = memory.waiting[q]
                change = 1 if memory.was_removed[job] == stamp else 0
                if is_served(job, ground.jobs, routes.route_of):
                    change -= 1
                cost += change * ground.loss[job]
                moves += change * ground.jobs[job, DROP]
            shared = shared_price(ground, routes, memory.workload)
        price = with_moves(cost + shared, moves, most_moves)
        present = with_moves(figures.cost[0] + figures.shared[0], figures.moves[0], most_moves)
        if keeps and price < present - temperature * log(1.0 - unit(random)):
            figures.cost[0], figures.shared[0], figures.moves[0] = cost, shared, moves
            for c in range(counts[TOUCHED]):
                best.is_stale[memory.touched[c]] = 1
            if price < figures.best_cost[0] - LEAST_GAIN:
                figures.best_cost[0] = price
                keep_best(routes, best)
        else:
            undo(ground, routes, memory)
