"""Where two tasks that belong together fit best, and when they start: the compiled inner loop of pairs and links.

Two tied tasks are inserted together: the intervals of starts that each gap allows are gathered for both, cheapest gaps
first, and the cheapest pair of gaps with a common start (or starts as far apart as a link demands) wins. Both are
pinned to it until a ruin takes them out.
"""

import numpy as np

from app.optimiser.compiled.insertion import BLINK, MOST_GAPS, Scratch, price_with, put, take
from app.optimiser.compiled.jit import compiled, uncounted
from app.optimiser.compiled.random import State, unit
from app.optimiser.compiled.terrain import (
    BREAKS,
    CAPABLE,
    EARLIEST,
    FIXED_COST,
    FREE_END,
    GAP_HIGH,
    GAP_LOW,
    IS_TIMED,
    LATEST,
    LOCK,
    MOST_STOPS,
    MOST_TRAVEL,
    NEVER,
    OPENS_DOORS,
    PAUSED,
    PLACE,
    READY,
    RELATION,
    SECONDS,
    SERVICE,
    TRAVEL_RATE,
    TWIN,
    UNTIL,
    WIDEST,
    Flags,
    Ground,
    Ints,
    Routes,
    Shorts,
)
from app.optimiser.compiled.timing import approach_to, evaluate, start_at

SLIDE_ODDS = 0.5
# Values of the column RELATION.
DIFFERENT, SAME, ANY = range(3)
# Columns of `gap`.
VEHICLE, POSITION, FIRST, LAST = range(4)


@uncounted
def note_starts(
    which: int,
    count: int,
    vehicle: int,
    node: int,
    position: int,
    cost: float,
    ground: Ground,
    routes: Routes,
    scratch: Scratch,
) -> int:
    """Write the intervals of starts that one gap allows a task, from place `count` on; where they end."""
    travel, nodes, vehicles, pauses = ground.travel, ground.nodes, ground.vehicles, ground.pauses
    stops, pin, clock = routes.stops, routes.pin, routes.clock
    gap, gap_cost = scratch.gap, scratch.gap_cost
    here, service = nodes[node, PLACE], nodes[node, SERVICE]
    before, after = stops[vehicle, position], stops[vehicle, position + 1]
    there, onward = travel[nodes[before, PLACE], here], travel[here, nodes[after, PLACE]]
    approach, next_approach = approach_to(node, before, nodes), approach_to(after, node, nodes)
    breaks = vehicles[vehicle, BREAKS]
    to_depot = position == routes.length[vehicle] and vehicles[vehicle, FREE_END] > 0
    for state in range(breaks + 1):
        ready = NEVER
        for earlier in range(state + 1):
            left = clock[vehicle, position, earlier, EARLIEST]
            if left < NEVER and left <= pauses[vehicle, earlier, state, UNTIL]:
                reached = left + there + pauses[vehicle, earlier, state, PAUSED]
                ready = min(ready, max(reached, pauses[vehicle, earlier, state, READY]))
        if ready >= NEVER:
            continue
        last = -NEVER
        for later in range(state, breaks + 1):
            bound = clock[vehicle, position + 1, later, LATEST] - next_approach
            if pauses[vehicle, state, later, READY] > bound or (to_depot and later > state):
                continue
            bound -= onward + pauses[vehicle, state, later, PAUSED]
            last = max(last, min(pauses[vehicle, state, later, UNTIL], bound))
        first = start_at(node, ready + approach, nodes, pin)
        if first <= last - service:
            gap[which, count, VEHICLE], gap[which, count, POSITION] = vehicle, position
            gap[which, count, FIRST], gap[which, count, LAST] = first, last - service
            gap_cost[which, count] = cost
            count += 1
    return count


@uncounted
def gather(
    which: int, node: int, candidates: Shorts, candidate_count: int, ground: Ground, routes: Routes, scratch: Scratch
) -> int:
    """Every gap with the starts it allows a task: how many were written to `gap` and `gap_cost`."""
    travel, toll, nodes, fitness = ground.travel, ground.toll, ground.nodes, ground.fitness
    liking, vehicles, tariffs = ground.liking, ground.vehicles, ground.tariffs
    stops, length_of, slack, totals = routes.stops, routes.length, routes.slack, routes.totals
    here, service = nodes[node, PLACE], nodes[node, SERVICE]
    count = 0
    for c in range(candidate_count):
        vehicle = candidates[c]
        length = length_of[vehicle]
        if fitness[node, vehicle] & CAPABLE == 0 or totals[vehicle, WIDEST] < service:
            continue
        if length >= vehicles[vehicle, MOST_STOPS]:
            continue
        base = (
            routes.leaning[vehicle] * service
            - liking[node, vehicle]
            + (tariffs[vehicle, FIXED_COST] if length == 0 else 0.0)
        )
        for p in range(length + 1):
            before, after = nodes[stops[vehicle, p], PLACE], nodes[stops[vehicle, p + 1], PLACE]
            there, onward = travel[before, here], travel[here, after]
            if slack[vehicle, p] < service + there + onward or count + vehicles[vehicle, BREAKS] >= MOST_GAPS:
                continue
            direct = travel[before, after] if length > 0 else 0
            if totals[vehicle, SECONDS] + there + onward - direct > vehicles[vehicle, MOST_TRAVEL]:
                continue
            detour = toll[before, here] + toll[here, after]
            if length > 0:
                detour -= toll[before, after]
            cost = base + tariffs[vehicle, TRAVEL_RATE] * detour
            count = note_starts(which, count, vehicle, node, p, cost, ground, routes, scratch)
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


@uncounted
def meet(first: int, second: int, i: int, j: int, ground: Ground, routes: Routes, scratch: Scratch) -> tuple[int, int]:
    """The earliest starts of two tied tasks in two intervals; -1 when there are none."""
    nodes, pin, gap = ground.nodes, routes.pin, scratch.gap
    low, high = nodes[first, GAP_LOW], nodes[first, GAP_HIGH]
    start = start_at(first, max(gap[0, i, FIRST], gap[1, j, FIRST] - high), nodes, pin)
    then = start_at(second, max(gap[1, j, FIRST], start + low), nodes, pin)
    while start <= gap[0, i, LAST] and start + high < then <= gap[1, j, LAST]:
        start = start_at(first, then - high, nodes, pin)
        then = start_at(second, start + low, nodes, pin)
    if start > gap[0, i, LAST] or then > gap[1, j, LAST]:
        return -1, -1
    return start, then


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
    slides = not is_timed and ground.options[OPENS_DOORS] > 0
    choice[0] = -1
    ones = gather(0, first, candidates, candidate_count, ground, routes, scratch)
    others = gather(1, second, candidates, candidate_count, ground, routes, scratch) if ones > 0 else 0
    if others == 0:
        return limit
    order_one = np.argsort(cost[0, :ones], kind="mergesort")
    order_other = np.argsort(cost[1, :others], kind="mergesort")
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
            start, then = meet(first, second, i, j, ground, routes, scratch)
            if start < 0:
                continue
            if is_timed:
                added = rise(gap[0, i, VEHICLE], gap[0, i, POSITION], first, start, ground, routes, scratch)
                added += routes.leaning[gap[0, i, VEHICLE]] * nodes[first, SERVICE]
                added += routes.leaning[gap[1, j, VEHICLE]] * nodes[second, SERVICE]
                if added >= best:
                    continue
                added += rise(gap[1, j, VEHICLE], gap[1, j, POSITION], second, then, ground, routes, scratch)
            if added < best and unit(random) >= BLINK:
                best = added
                choice[0], choice[1], choice[2] = gap[0, i, VEHICLE], gap[0, i, POSITION], start
                choice[3], choice[4], choice[5] = gap[1, j, VEHICLE], gap[1, j, POSITION], then
                if slides and unit(random) < SLIDE_ODDS:
                    slide(first, second, gap[0, i, LAST], gap[1, j, LAST], unit(random), nodes, pin, choice)
    return best


@uncounted
def slide(
    first: int, second: int, last_first: int, last_second: int, share: float, nodes: Ints, pin: Ints, choice: Ints
) -> None:
    """Put the chosen starts later by a share of what both allow, if that is in windows of both."""
    shift = int(share * (min(last_first - choice[2], last_second - choice[5]) + 0.999))
    one, other = choice[2] + shift, choice[5] + shift
    if start_at(first, one, nodes, pin) == one and start_at(second, other, nodes, pin) == other:
        choice[2], choice[5] = one, other


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
