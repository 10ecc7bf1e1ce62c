"""Where a task fits best: the compiled inner loop.

Every gap of the candidate routes is tried in constant time: first by its slack, then by its added travel against the
best so far, then exactly by the recursions of timing.py. Where more than travel has a price, the rest of the route is
rolled forward to price the insertion, but only when its travel alone could still win. One candidate in a hundred is
overlooked on purpose ("blinks", Christiaens and Vanden Berghe 2020).
"""

from typing import NamedTuple

import numpy as np

from app.optimiser.compiled.jit import uncounted
from app.optimiser.compiled.random import State, unit
from app.optimiser.compiled.terrain import (
    ADDRESS,
    APPROACH,
    BREAKS,
    CAPABLE,
    CLOCK_WIDTH,
    CLOSES,
    EARLIEST,
    ELSEWHERE,
    FIXED_COST,
    FREE_END,
    IS_TIMED,
    LATEST,
    LEAVE,
    MOST_MOVES,
    MOST_STOPS,
    MOST_TRAVEL,
    NEVER,
    NO_WAY,
    PAUSED,
    PLACE,
    PREVIOUS,
    READY,
    SECONDS,
    SERVICE,
    TRAVEL_RATE,
    UNTIL,
    WIDEST,
    WINDOW,
    WINDOWS,
    WORK,
    WORTH,
    Floats,
    Ground,
    Ints,
    Routes,
    Shorts,
)
from app.optimiser.compiled.timing import advance, approach_to, start_at, time_price

BLINK = 0.01
SCARCE_MOVE = 0.5
MOST_GAPS = 2048


class Scratch(NamedTuple):
    """Room for intermediate results; never read before it is written."""

    reach: Ints  # (states,): earliest end of the tried task
    rolling: Ints  # (2, states, CLOCK_WIDTH): two steps of the clock
    rolling_extra: Floats  # (2, states)
    gap: Ints  # (2, gaps, 4)
    gap_cost: Floats  # (2, gaps)
    choice: Ints  # (6,): vehicle, position and start of the first task, and of the second


def new_scratch(states: int) -> Scratch:
    """Scratch arrays for vehicles with at most `states - 1` breaks."""
    return Scratch(
        reach=np.zeros(states, np.int64),
        rolling=np.zeros((2, states, CLOCK_WIDTH), np.int64),
        rolling_extra=np.zeros((2, states)),
        gap=np.zeros((2, MOST_GAPS, 4), np.int64),
        gap_cost=np.zeros((2, MOST_GAPS)),
        choice=np.full(6, -1, np.int64),
    )


@uncounted
def price_with(vehicle: int, position: int, node: int, ground: Ground, routes: Routes, scratch: Scratch) -> float:
    """The price of a route with a task after a position; NO_WAY when a rule forbids it."""
    move_cost, travel, toll, nodes = ground.move_cost, ground.travel, ground.toll, ground.nodes
    prices, fitness, liking, vehicles = ground.prices, ground.fitness, ground.liking, ground.vehicles
    tariffs, pauses = ground.tariffs, ground.pauses
    stops, pin, clock, extra = routes.stops, routes.pin, routes.clock, routes.extra
    rolling, rolling_extra = scratch.rolling, scratch.rolling_extra
    length = routes.length[vehicle]
    most = vehicles[vehicle, BREAKS]
    for state in range(most + 1):
        for column in range(rolling.shape[2]):
            rolling[0, state, column] = clock[vehicle, position, state, column]
        rolling_extra[0, state] = extra[vehicle, position, state]
    now, before = 0, stops[vehicle, position]
    for p in range(position, length + 2):
        after = node if p == position else stops[vehicle, p]
        is_last = p == length + 1
        way = travel[nodes[before, PLACE], nodes[after, PLACE]]
        approach = 0 if is_last else approach_to(after, before, nodes)
        here, there, own, other = rolling[now], rolling[1 - now], rolling_extra[now], rolling_extra[1 - now]
        advance(
            vehicle, after, way, approach, is_last, move_cost, nodes, prices, fitness, vehicles, pauses, pin,
            here, own, there, other,
        )  # fmt: skip
        now, before = 1 - now, after
    back = rolling[now, most, EARLIEST]
    if back > vehicles[vehicle, CLOSES]:
        return float(NO_WAY)
    times = time_price(vehicle, back, rolling[now, most, WORK], rolling[now, most, LEAVE], vehicles, tariffs)
    if times >= NO_WAY:
        return float(NO_WAY)
    charged, liked = 0, 0.0
    before = stops[vehicle, 0]
    for p in range(1, length + 3):
        after = stops[vehicle, p] if p <= position else (node if p == position + 1 else stops[vehicle, p - 1])
        charged += toll[nodes[before, PLACE], nodes[after, PLACE]]
        if p < length + 2:
            liked += liking[after, vehicle]
        before = after
    charge = tariffs[vehicle, FIXED_COST] + tariffs[vehicle, TRAVEL_RATE] * charged
    return charge + times + rolling_extra[now, most] - liked


@uncounted
def fits_with_breaks(
    vehicle: int,
    position: int,
    node: int,
    there: int,
    onward: int,
    approach: int,
    next_approach: int,
    to_depot: bool,
    ground: Ground,
    routes: Routes,
    scratch: Scratch,
) -> bool:
    """Whether a task fits into a gap of a vehicle with breaks."""
    nodes, vehicles, pauses = ground.nodes, ground.vehicles, ground.pauses
    pin, clock = routes.pin, routes.clock
    reach = scratch.reach
    for state in range(vehicles[vehicle, BREAKS] + 1):
        reach[state] = NEVER
        for before in range(state + 1):
            left = clock[vehicle, position, before, EARLIEST]
            if left > pauses[vehicle, before, state, UNTIL]:
                continue
            ready = max(left + there + pauses[vehicle, before, state, PAUSED], pauses[vehicle, before, state, READY])
            start = start_at(node, ready + approach, nodes, pin)
            reach[state] = min(reach[state], start + nodes[node, SERVICE])
        for before in range(state + 1):
            left = reach[before]
            if left > pauses[vehicle, before, state, UNTIL] or (to_depot and before < state):
                continue
            ready = max(left + onward + pauses[vehicle, before, state, PAUSED], pauses[vehicle, before, state, READY])
            if ready + next_approach <= clock[vehicle, position + 1, state, LATEST]:
                return True
    return False


@uncounted
def best_gap(
    node: int,
    candidates: Shorts,
    candidate_count: int,
    limit: float,
    ground: Ground,
    routes: Routes,
    scratch: Scratch,
    random: State,
) -> float:
    """The added cost of the cheapest gap below the limit, written to `choice`; the limit when there is none."""
    move_cost, travel, toll, nodes = ground.move_cost, ground.travel, ground.toll, ground.nodes
    prices, fitness, liking, vehicles = ground.prices, ground.fitness, ground.liking, ground.vehicles
    tariffs, options = ground.tariffs, ground.options
    stops, length_of, pin, clock = routes.stops, routes.length, routes.pin, routes.clock
    slack, totals, cost = routes.slack, routes.totals, routes.cost
    choice = scratch.choice
    choice[0] = -1
    here, service, own_address = nodes[node, PLACE], nodes[node, SERVICE], nodes[node, ADDRESS]
    windows = nodes[node, WINDOWS]
    last_start = nodes[node, WINDOW + 2 * windows - 1] if windows > 0 else -NEVER
    is_timed = options[IS_TIMED] > 0
    worth = 0.0
    for w in range(windows):
        worth = max(worth, prices[node, WORTH + w])
    best = limit
    for c in range(candidate_count):
        vehicle = candidates[c]
        length = length_of[vehicle]
        fit = fitness[node, vehicle]
        if fit & CAPABLE == 0 or totals[vehicle, WIDEST] < service or length >= vehicles[vehicle, MOST_STOPS]:
            continue
        rate = tariffs[vehicle, TRAVEL_RATE]
        leaned = routes.leaning[vehicle] * service
        base, pull = leaned - liking[node, vehicle] - worth, 0.0
        if length == 0:
            base += tariffs[vehicle, FIXED_COST]
        if fit & ELSEWHERE > 0 and nodes[node, PREVIOUS] >= 0:
            # Where moves are few, a job that left its crew goes elsewhere only when that saves much of its worth.
            base += move_cost
            if options[MOST_MOVES] >= 0:
                pull = SCARCE_MOVE * limit
        breaks = vehicles[vehicle, BREAKS]
        spare = vehicles[vehicle, MOST_TRAVEL] - totals[vehicle, SECONDS]
        before = stops[vehicle, 0]
        place_before = nodes[before, PLACE]
        for p in range(length + 1):
            after = stops[vehicle, p + 1]
            place_after = nodes[after, PLACE]
            there, onward = travel[place_before, here], travel[here, place_after]
            if slack[vehicle, p] >= service + there + onward:
                detour = toll[place_before, here] + toll[here, place_after]
                direct = 0
                if length > 0:
                    detour -= toll[place_before, place_after]
                    direct = travel[place_before, place_after]
                added = base + pull + rate * detour
                if added < best and there + onward - direct <= spare:
                    approach, next_approach = nodes[node, APPROACH], nodes[after, APPROACH]
                    if own_address >= 0:
                        if own_address == nodes[before, ADDRESS]:
                            approach = 0
                        if own_address == nodes[after, ADDRESS]:
                            next_approach = 0
                    if breaks == 0:
                        ready = clock[vehicle, p, 0, EARLIEST] + there + approach
                        if ready > last_start and own_address < 0:
                            break
                        start = start_at(node, ready, nodes, pin)
                        fits = start + service + onward + next_approach <= clock[vehicle, p + 1, 0, LATEST]
                    else:
                        to_depot = p == length and vehicles[vehicle, FREE_END] > 0
                        fits = fits_with_breaks(
                            vehicle, p, node, there, onward, approach, next_approach, to_depot, ground, routes, scratch
                        )
                    if fits and is_timed:
                        added = price_with(vehicle, p, node, ground, routes, scratch) - cost[vehicle] + pull + leaned
                    if fits and added < best and unit(random) >= BLINK:
                        best = added
                        choice[0], choice[1] = vehicle, p
            before, place_before = after, place_after
    return best


@uncounted
def put(vehicle: int, position: int, node: int, stops: Shorts, length_of: Shorts, route_of: Shorts) -> None:
    """Insert a task after a position; the caller evaluates the route."""
    for p in range(length_of[vehicle] + 1, position, -1):
        stops[vehicle, p + 1] = stops[vehicle, p]
    stops[vehicle, position + 1] = node
    length_of[vehicle] += 1
    route_of[node] = vehicle


@uncounted
def take(vehicle: int, node: int, stops: Shorts, length_of: Shorts, route_of: Shorts) -> None:
    """Remove a task; the caller evaluates the route."""
    p = 1
    while stops[vehicle, p] != node:
        p += 1
    for q in range(p, length_of[vehicle] + 1):
        stops[vehicle, q] = stops[vehicle, q + 1]
    length_of[vehicle] -= 1
    route_of[node] = -1
