"""The first half of a move: strings of stops around a random job leave their routes, or doors are opened for one."""

from app.optimiser.compiled.insertion import take
from app.optimiser.compiled.jit import uncounted
from app.optimiser.compiled.memory import RUINED, WAITING, Memory, is_served, save, set_pin
from app.optimiser.compiled.random import State, below, unit
from app.optimiser.compiled.terrain import (
    BREAKS,
    CAPABLE,
    EARLIEST,
    FIXED,
    HALF,
    JOB,
    NEVER,
    OPENS_DOORS,
    SERVICE,
    TWIN,
    WINDOW,
    WINDOWS,
    Ground,
    Ints,
    Realm,
    Routes,
    Shorts,
)

AVERAGE_REMOVED = 10.0
LONGEST_STRING = 10.0
KEEP_ODDS = 0.5
OPEN_ODDS = 0.5
SPLIT_DEPTH = 0.01
MOST_ABSENT = 100
# Values of `opened`: no job's doors were opened; every job looks for whatever place there is.
NONE_OPENED, ALL_OPENED = -1, -2


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
