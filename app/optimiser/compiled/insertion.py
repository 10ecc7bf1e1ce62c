"""Where a task fits best: the compiled inner loop.

Every gap of the candidate routes is tried in constant time: first by its slack, then by its added travel against the
best so far, then exactly by the recursions of timing.py. Where more than travel has a price, the rest of the route is
rolled forward to price the insertion, but only when its travel alone could still win. One candidate in a hundred is
overlooked on purpose ("blinks", Christiaens and Vanden Berghe 2020).

Two tasks that belong together are inserted together: the intervals of starts that each gap allows are gathered for
both, cheapest gaps first, and the cheapest pair of gaps with a common start (or starts as far apart as a link demands)
wins. Both are pinned to it until a ruin takes them out.
"""

from typing import NamedTuple

import numpy as np

from app.optimiser.compiled.jit import compiled, uncounted
from app.optimiser.compiled.random import State, unit
from app.optimiser.compiled.terrain import (
    ADDRESS,
    APPROACH,
    BREAKS,
    CAPABLE,
    CLOSES,
    EARLIEST,
    ELSEWHERE,
    FIXED_COST,
    FREE_END,
    GAP_HIGH,
    GAP_LOW,
    IS_TIMED,
    LATEST,
    LEAVE,
    LOCK,
    MOST_MOVES,
    MOST_STOPS,
    MOST_TRAVEL,
    NEVER,
    NO_WAY,
    PAUSED,
    PLACE,
    PREVIOUS,
    READY,
    RELATION,
    SECONDS,
    SERVICE,
    TRAVEL_RATE,
    TWIN,
    UNTIL,
    WIDEST,
    WINDOW,
    WINDOWS,
    WORK,
    WORTH,
    Flags,
    Floats,
    Ground,
    Ints,
    Routes,
    Shorts,
)
from app.optimiser.compiled.timing import advance, approach_to, evaluate, start_at, time_price

BLINK = 0.01
SCARCE_MOVE = 0.5
MOST_GAPS = 2048
# Values of the column RELATION.
DIFFERENT, SAME, ANY = range(3)
# Columns of `gap`.
VEHICLE, POSITION, FIRST, LAST = range(4)


class Scratch(NamedTuple):
    """Room for intermediate results; never read before it is written."""

    reach: Ints  # (states,): earliest end of the tried task
    rolling: Ints  # (2, states, 5): two steps of the clock
    rolling_extra: Floats  # (2, states)
    gap: Ints  # (2, gaps, 4)
    gap_cost: Floats  # (2, gaps)
    choice: Ints  # (6,): vehicle, position and start of the first task, and of the second


def new_scratch(states: int) -> Scratch:
    """Scratch arrays for vehicles with at most `states - 1` breaks."""
    return Scratch(
        reach=np.zeros(states, np.int64),
        rolling=np.zeros((2, states, 5), np.int64),
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
        base, pull = -liking[node, vehicle] - worth, 0.0
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
                        added = price_with(vehicle, p, node, ground, routes, scratch) - cost[vehicle] + pull
                    if fits and added < best and unit(random) >= BLINK:
                        best = added
                        choice[0], choice[1] = vehicle, p
            before, place_before = after, place_after
    return best


@uncounted
def gather(
    which: int, node: int, candidates: Shorts, candidate_count: int, ground: Ground, routes: Routes, scratch: Scratch
) -> int:
    """Every gap with the starts it allows a task: how many were written to `gap` and `gap_cost`."""
    travel, toll, nodes, fitness = ground.travel, ground.toll, ground.nodes, ground.fitness
    liking, vehicles, tariffs, pauses = ground.liking, ground.vehicles, ground.tariffs, ground.pauses
    stops, length_of, pin, clock = routes.stops, routes.length, routes.pin, routes.clock
    slack, totals = routes.slack, routes.totals
    gap, gap_cost = scratch.gap, scratch.gap_cost
    here, service = nodes[node, PLACE], nodes[node, SERVICE]
    count = 0
    for c in range(candidate_count):
        vehicle = candidates[c]
        length = length_of[vehicle]
        if fitness[node, vehicle] & CAPABLE == 0 or totals[vehicle, WIDEST] < service:
            continue
        if length >= vehicles[vehicle, MOST_STOPS]:
            continue
        breaks = vehicles[vehicle, BREAKS]
        base = -liking[node, vehicle] + (tariffs[vehicle, FIXED_COST] if length == 0 else 0.0)
        for p in range(length + 1):
            before, after = stops[vehicle, p], stops[vehicle, p + 1]
            there, onward = travel[nodes[before, PLACE], here], travel[here, nodes[after, PLACE]]
            if slack[vehicle, p] < service + there + onward or count + breaks >= MOST_GAPS:
                continue
            direct = travel[nodes[before, PLACE], nodes[after, PLACE]] if length > 0 else 0
            if totals[vehicle, SECONDS] + there + onward - direct > vehicles[vehicle, MOST_TRAVEL]:
                continue
            detour = toll[nodes[before, PLACE], here] + toll[here, nodes[after, PLACE]]
            if length > 0:
                detour -= toll[nodes[before, PLACE], nodes[after, PLACE]]
            approach, next_approach = approach_to(node, before, nodes), approach_to(after, node, nodes)
            to_depot = p == length and vehicles[vehicle, FREE_END] > 0
            for state in range(breaks + 1):
                ready = NEVER
                for earlier in range(state + 1):
                    left = clock[vehicle, p, earlier, EARLIEST]
                    if left < NEVER and left <= pauses[vehicle, earlier, state, UNTIL]:
                        reached = left + there + pauses[vehicle, earlier, state, PAUSED]
                        ready = min(ready, max(reached, pauses[vehicle, earlier, state, READY]))
                if ready >= NEVER:
                    continue
                last = -NEVER
                for later in range(state, breaks + 1):
                    bound = clock[vehicle, p + 1, later, LATEST] - next_approach
                    if pauses[vehicle, state, later, READY] > bound or (to_depot and later > state):
                        continue
                    bound -= onward + pauses[vehicle, state, later, PAUSED]
                    last = max(last, min(pauses[vehicle, state, later, UNTIL], bound))
                first = start_at(node, ready + approach, nodes, pin)
                if first <= last - service:
                    gap[which, count, VEHICLE], gap[which, count, POSITION] = vehicle, p
                    gap[which, count, FIRST], gap[which, count, LAST] = first, last - service
                    gap_cost[which, count] = base + tariffs[vehicle, TRAVEL_RATE] * detour
                    count += 1
    return count


@uncounted
def rise(vehicle: int, position: int, node: int, start: int, ground: Ground, routes: Routes, scratch: Scratch) -> float:
    """What a route's price rises by when a task is pinned to a start in a gap."""
    pinned = routes.pin[node]
    routes.pin[node] = start
    price = price_with(vehicle, position, node, ground, routes, scratch)
    routes.pin[node] = pinned
    return price - routes.cost[vehicle]


@uncounted
def may_go_together(first: int, one: int, other: int, nodes: Ints, clash: Flags, carries: Flags) -> bool:
    """Whether the first of two tied tasks may be on vehicle `one` and the second on `other`, two routes."""
    relation, lock = nodes[first, RELATION], nodes[first, LOCK]
    if one == other or (relation == DIFFERENT and clash[one, other] > 0):
        return False
    if relation == SAME and clash[one, other] == 0:
        return False
    return lock < 0 or carries[lock, one] > 0 or carries[nodes[nodes[first, TWIN], LOCK], other] > 0


@compiled
def best_meeting(
    first: int,
    second: int,
    candidates: Shorts,
    candidate_count: int,
    limit: float,
    ground: Ground,
    routes: Routes,
    scratch: Scratch,
    random: State,
) -> float:
    """The added cost of the cheapest pair of gaps on two routes below the limit, written to `choice`, with starts."""
    nodes, pin, clash, carries = ground.nodes, routes.pin, ground.clash, ground.carries
    gap, cost, choice = scratch.gap, scratch.gap_cost, scratch.choice
    is_timed = ground.options[IS_TIMED] > 0
    choice[0] = -1
    ones = gather(0, first, candidates, candidate_count, ground, routes, scratch)
    others = gather(1, second, candidates, candidate_count, ground, routes, scratch) if ones > 0 else 0
    if others == 0:
        return limit
    order_one = np.argsort(cost[0, :ones], kind="mergesort")
    order_other = np.argsort(cost[1, :others], kind="mergesort")
    low, high = nodes[first, GAP_LOW], nodes[first, GAP_HIGH]
    best = limit
    for i in order_one:
        if cost[0, i] + cost[1, order_other[0]] >= best:
            break
        for j in order_other:
            added = cost[0, i] + cost[1, j]
            if added >= best:
                break
            if not may_go_together(first, gap[0, i, VEHICLE], gap[1, j, VEHICLE], nodes, clash, carries):
                continue
            start = start_at(first, max(gap[0, i, FIRST], gap[1, j, FIRST] - high), nodes, pin)
            then = start_at(second, max(gap[1, j, FIRST], start + low), nodes, pin)
            while start <= gap[0, i, LAST] and start + high < then <= gap[1, j, LAST]:
                start = start_at(first, then - high, nodes, pin)
                then = start_at(second, start + low, nodes, pin)
            if start > gap[0, i, LAST] or then > gap[1, j, LAST]:
                continue
            if is_timed:
                added = rise(gap[0, i, VEHICLE], gap[0, i, POSITION], first, start, ground, routes, scratch)
                if added >= best:
                    continue
                added += rise(gap[1, j, VEHICLE], gap[1, j, POSITION], second, then, ground, routes, scratch)
            if added < best and unit(random) >= BLINK:
                best = added
                choice[0], choice[1], choice[2] = gap[0, i, VEHICLE], gap[0, i, POSITION], start
                choice[3], choice[4], choice[5] = gap[1, j, VEHICLE], gap[1, j, POSITION], then
                if not is_timed and unit(random) < 0.5:
                    slide(first, second, gap[0, i, LAST], gap[1, j, LAST], nodes, pin, choice, random)
    return best


@uncounted
def slide(
    first: int, second: int, last_first: int, last_second: int, nodes: Ints, pin: Ints, choice: Ints, random: State
) -> None:
    """Put the chosen starts a random while later, where both still may be: what follows may want it."""
    shift = int(unit(random) * (min(last_first - choice[2], last_second - choice[5]) + 1))
    one, other = choice[2] + shift, choice[5] + shift
    if start_at(first, one, nodes, pin) == one and start_at(second, other, nodes, pin) == other:
        choice[2], choice[5] = one, other


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


@compiled
def best_both(
    first: int,
    second: int,
    candidates: Shorts,
    candidate_count: int,
    limit: float,
    ground: Ground,
    routes: Routes,
    scratch: Scratch,
) -> float:
    """The same for two linked tasks on one route: the first is tried in each gap, then the second beside it.

    The first starts as early as it can, and then as early as the second's next start allows.
    """
    nodes, pin, gap = ground.nodes, routes.pin, scratch.gap
    low, high = nodes[first, GAP_LOW], nodes[first, GAP_HIGH]
    best = limit
    alone = np.empty(1, np.int32)
    found = np.full(6, -1, np.int64)
    free = np.full(pin.size, -1, np.int64)
    for c in range(candidate_count):
        vehicle = candidates[c]
        if ground.fitness[first, vehicle] & ground.fitness[second, vehicle] & CAPABLE == 0:
            continue
        alone[0] = vehicle
        before = routes.cost[vehicle]
        for i in range(gather(0, first, alone, 1, ground, routes, scratch)):
            position, start, last = gap[0, i, POSITION], gap[0, i, FIRST], gap[0, i, LAST]
            put(vehicle, position, first, routes.stops, routes.length, routes.route_of)
            while start <= last:
                pin[first] = start
                later = NEVER
                if not evaluate(vehicle, ground, routes):
                    break
                between = routes.cost[vehicle] - before
                for j in range(gather(1, second, alone, 1, ground, routes, scratch)):
                    then = start_at(second, max(gap[1, j, FIRST], start + low), nodes, pin)
                    if then > gap[1, j, LAST]:
                        continue
                    if then > start + high:
                        later = min(later, start_at(first, then - high, nodes, free))
                        continue
                    place = gap[1, j, POSITION]
                    added = between + rise(vehicle, place, second, then, ground, routes, scratch)
                    if added < best:
                        best = added
                        found[0], found[1], found[2] = vehicle, position, start
                        found[3], found[4], found[5] = vehicle, place, then
                start = later
            take(vehicle, first, routes.stops, routes.length, routes.route_of)
            pin[first] = -1
        evaluate(vehicle, ground, routes)
    scratch.choice[:] = found
    return best
