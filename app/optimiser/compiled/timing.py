"""The compiled clock of a route.

For a route of stops 1..L between its depots, and for each state s (breaks taken so far):

- `EARLIEST[p, s]`: the earliest end of service at stop p. A way that takes breaks i..j on it turns a departure D into
  `max(D + travel + paused, ready)` and is possible while `D <= until` (see pauses.py), so the recursion is exact.
- `LATEST[p, s]`: the latest moment at which the approach to stop p may be over such that all later stops, breaks and
  the return are in time.
- `WORK` and `LEAVE`: along the earliest schedule, the seconds of everything but waiting, and the latest departure that
  changes no start's window.

A task u fits between stops p and p + 1 exactly when some pair of states leads from `EARLIEST[p]` over u to
`LATEST[p + 1]`: a constant number of steps. Pinned tasks have the one start that they are pinned to, which keeps
routes independent of each other although their tasks belong together.

The price of a route is that of its earliest schedule with the latest departure that keeps it; lateness and worth are
those of the earliest starts. `schedule.py` times the finished routes exactly.
"""

from app.optimiser.compiled.jit import uncounted
from app.optimiser.compiled.terrain import (
    ADDRESS,
    APPROACH,
    BREAKS,
    CLOSES,
    DUTY,
    DUTY_RATE,
    EARLIEST,
    ELSEWHERE,
    FIXED_COST,
    FREE_END,
    IS_TIMED,
    LARGEST_LATENESS,
    LATE_AFTER,
    LATE_RATE,
    LATENESS,
    LATEST,
    LEAVE,
    MOST_DUTY,
    MOST_STOPS,
    MOST_TRAVEL,
    MOVES,
    NEVER,
    NO_WAY,
    OPENS,
    OVERTIME_RATE,
    PAUSED,
    PLACE,
    PREVIOUS,
    READY,
    ROUTE_MOVES,
    SECONDS,
    SERVICE,
    SHIFT_END,
    TIME_IN_TWIN,
    TRAVEL_RATE,
    UNTIL,
    WAITING_RATE,
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
)

TOLERATED_SHIFT = 900


@uncounted
def start_at(node: int, ready: int, nodes: Ints, pin: Ints) -> int:
    """The first allowed start from this moment on; NEVER when there is none."""
    pinned = pin[node]
    if pinned >= 0:
        return pinned if ready <= pinned else NEVER
    for w in range(WINDOW, WINDOW + 2 * nodes[node, WINDOWS], 2):
        if ready <= nodes[node, w + 1]:
            return ready if ready > nodes[node, w] else nodes[node, w]
    return NEVER


@uncounted
def ready_at(node: int, last: int, nodes: Ints, pin: Ints) -> int:
    """The latest moment of readiness that leads to a start not after `last`; -NEVER when there is none."""
    pinned = pin[node]
    if pinned >= 0:
        return pinned if pinned <= last else -NEVER
    for w in range(WINDOW + 2 * nodes[node, WINDOWS] - 2, WINDOW - 1, -2):
        if nodes[node, w] <= last:
            return last if last < nodes[node, w + 1] else nodes[node, w + 1]
    return -NEVER


@uncounted
def approach_to(node: int, before: int, nodes: Ints) -> int:
    """Seconds from the arrival to the door; none at the address where the worker already is."""
    if nodes[node, ADDRESS] >= 0 and nodes[node, ADDRESS] == nodes[before, ADDRESS]:
        return 0
    return nodes[node, APPROACH]


@uncounted
def start_cost(node: int, start: int, nodes: Ints, prices: Floats) -> float:
    """What the lateness of a start costs, less what the start is worth."""
    cost = 0.0
    if start > nodes[node, LATE_AFTER]:
        cost = (start - nodes[node, LATE_AFTER]) * prices[node, LATE_RATE]
    for w in range(nodes[node, WINDOWS]):
        if nodes[node, WINDOW + 2 * w] <= start <= nodes[node, WINDOW + 2 * w + 1]:
            return cost - prices[node, WORTH + w]
    return cost


@uncounted
def is_moved(node: int, vehicle: int, start: int, nodes: Ints, fitness: Flags, pin: Ints) -> bool:
    """Whether a visit whose earliest start is this one counts as a move of the previous plan.

    An early one does not unless its pin or all its windows are early: the route can set out later, or wait. Where that
    does not work out after all, the exact schedule counts it, and the limit of moves is checked again.

    Both halves of a job have one start, so the first alone counts another time. Each counts its own worker, but the
    second not at another time. So when both workers change and the time does not, the job counts twice; never too
    little, and not at all when nothing has changed.
    """
    before = nodes[node, PREVIOUS]
    if before < 0:
        return False
    last = pin[node] if pin[node] >= 0 else nodes[node, WINDOW + 2 * nodes[node, WINDOWS] - 1]
    shifted = start > before + TOLERATED_SHIFT or last < before - TOLERATED_SHIFT
    is_elsewhere = fitness[node, vehicle] & ELSEWHERE > 0
    if nodes[node, TIME_IN_TWIN] > 0:
        return is_elsewhere and not shifted
    return is_elsewhere or shifted


@uncounted
def closing(node: int, start: int, nodes: Ints, pin: Ints) -> int:
    """The latest start in the window that holds this one."""
    if pin[node] >= 0:
        return pin[node]
    for w in range(WINDOW, WINDOW + 2 * nodes[node, WINDOWS], 2):
        if start <= nodes[node, w + 1]:
            return nodes[node, w + 1]
    return start


@uncounted
def advance(
    vehicle: int,
    node: int,
    way: int,
    approach: int,
    is_last: bool,
    move_cost: float,
    nodes: Ints,
    prices: Floats,
    fitness: Flags,
    vehicles: Ints,
    pauses: Ints,
    pin: Ints,
    clock: Ints,
    extra: Floats,
    next_clock: Ints,
    next_extra: Floats,
) -> None:
    """One way of the earliest schedule, from a stop's states to the next one's; `is_last`: to the end depot."""
    for after in range(vehicles[vehicle, BREAKS] + 1):
        next_clock[after, EARLIEST] = NEVER
        for before in range(after + 1):
            left = clock[before, EARLIEST]
            until = pauses[vehicle, before, after, UNTIL]
            if left >= NEVER or left > until:
                continue
            if is_last and before < after and vehicles[vehicle, FREE_END] > 0:
                continue
            paused = pauses[vehicle, before, after, PAUSED]
            ready = max(left + way + paused, pauses[vehicle, before, after, READY]) + approach
            start = ready if is_last else start_at(node, ready, nodes, pin)
            if start + nodes[node, SERVICE] >= next_clock[after, EARLIEST]:
                continue
            done = clock[before, WORK] + way + paused + approach
            last = clock[before, LEAVE]
            if before < after:
                last = min(last, until - clock[before, WORK])
            next_extra[after] = extra[before]
            next_clock[after, MOVES] = clock[before, MOVES]
            next_clock[after, LATENESS] = clock[before, LATENESS]
            if not is_last:
                last = min(last, closing(node, start, nodes, pin) - done)
                next_extra[after] += start_cost(node, start, nodes, prices)
                next_clock[after, LATENESS] = max(clock[before, LATENESS], start - nodes[node, LATE_AFTER])
                if is_moved(node, vehicle, start, nodes, fitness, pin):
                    next_extra[after] += move_cost
                    next_clock[after, MOVES] += 1
            next_clock[after, EARLIEST] = start + nodes[node, SERVICE]
            next_clock[after, WORK] = done + nodes[node, SERVICE]
            next_clock[after, LEAVE] = last


@uncounted
def time_price(vehicle: int, back: int, work: int, leave: int, vehicles: Ints, tariffs: Floats) -> float:
    """What the times of a route cost; NO_WAY when it works too long."""
    departure = min(leave, back - work)
    if back - departure > vehicles[vehicle, MOST_DUTY]:
        return float(NO_WAY)
    price = tariffs[vehicle, WAITING_RATE] * (back - departure - work)
    price += tariffs[vehicle, DUTY_RATE] * (back - departure)
    if back > vehicles[vehicle, SHIFT_END]:
        price += (back - vehicles[vehicle, SHIFT_END]) * tariffs[vehicle, OVERTIME_RATE]
    return price


@uncounted
def roll_plain(vehicle: int, ground: Ground, routes: Routes) -> None:
    """The forward recursion of a vehicle without breaks."""
    move_cost, travel, nodes, prices = ground.move_cost, ground.travel, ground.nodes, ground.prices
    fitness, vehicles = ground.fitness, ground.vehicles
    stops, pin, clock, extra = routes.stops, routes.pin, routes.clock, routes.extra
    length = routes.length[vehicle]
    is_timed = ground.options[IS_TIMED] > 0
    end, done, last = vehicles[vehicle, OPENS], 0, vehicles[vehicle, CLOSES]
    priced, moves, lateness = 0.0, 0, 0
    node = stops[vehicle, 0]
    for p in range(1, length + 1):
        after = stops[vehicle, p]
        way = travel[nodes[node, PLACE], nodes[after, PLACE]] + approach_to(after, node, nodes)
        start = start_at(after, end + way, nodes, pin)
        done += way
        last = min(last, closing(after, start, nodes, pin) - done)
        if is_timed:
            priced += start_cost(after, start, nodes, prices)
            lateness = max(lateness, start - nodes[after, LATE_AFTER])
            if is_moved(after, vehicle, start, nodes, fitness, pin):
                priced += move_cost
                moves += 1
        done += nodes[after, SERVICE]
        end = min(NEVER, start + nodes[after, SERVICE])
        clock[vehicle, p, 0, EARLIEST] = end
        clock[vehicle, p, 0, WORK] = done
        clock[vehicle, p, 0, LEAVE] = last
        clock[vehicle, p, 0, MOVES] = moves
        extra[vehicle, p, 0] = priced
        node = after
    way = travel[nodes[node, PLACE], nodes[stops[vehicle, length + 1], PLACE]]
    clock[vehicle, length + 1, 0, EARLIEST] = min(NEVER, end + way)
    clock[vehicle, length + 1, 0, WORK] = done + way
    clock[vehicle, length + 1, 0, LEAVE] = last
    clock[vehicle, length + 1, 0, MOVES] = moves
    clock[vehicle, length + 1, 0, LATENESS] = lateness
    extra[vehicle, length + 1, 0] = priced


@uncounted
def fill_latest_plain(vehicle: int, ground: Ground, routes: Routes) -> int:
    """The backward recursion of a vehicle without breaks and the slack of each gap; the widest gap."""
    travel, nodes, vehicles = ground.travel, ground.nodes, ground.vehicles
    stops, pin, clock, slack = routes.stops, routes.pin, routes.clock, routes.slack
    length = routes.length[vehicle]
    latest = vehicles[vehicle, CLOSES]
    clock[vehicle, length + 1, 0, LATEST] = latest
    after = stops[vehicle, length + 1]
    widest = -NEVER
    for p in range(length, -1, -1):
        room = latest - clock[vehicle, p, 0, EARLIEST]
        slack[vehicle, p] = room
        widest = max(widest, room)
        if p == 0:
            break
        node = stops[vehicle, p]
        way = travel[nodes[node, PLACE], nodes[after, PLACE]] + approach_to(after, node, nodes)
        latest = ready_at(node, latest - way - nodes[node, SERVICE], nodes, pin)
        clock[vehicle, p, 0, LATEST] = latest
        after = node
    return widest


@uncounted
def fill_latest(vehicle: int, ground: Ground, routes: Routes) -> int:
    """The same for a vehicle with breaks."""
    travel, nodes, vehicles, pauses = ground.travel, ground.nodes, ground.vehicles, ground.pauses
    stops, pin, clock, slack = routes.stops, routes.pin, routes.clock, routes.slack
    length = routes.length[vehicle]
    most = vehicles[vehicle, BREAKS]
    for state in range(most + 1):
        clock[vehicle, length + 1, state, LATEST] = -NEVER
    clock[vehicle, length + 1, most, LATEST] = vehicles[vehicle, CLOSES]
    widest = -NEVER
    for p in range(length, -1, -1):
        node, after = stops[vehicle, p], stops[vehicle, p + 1]
        room = -NEVER
        for before in range(most + 1):
            left = clock[vehicle, p, before, EARLIEST]
            for state in range(before, most + 1):
                if left < NEVER:
                    fits = clock[vehicle, p + 1, state, LATEST] - left - pauses[vehicle, before, state, PAUSED]
                    room = max(room, fits)
        slack[vehicle, p] = room
        widest = max(widest, room)
        if p == 0:
            break
        way = travel[nodes[node, PLACE], nodes[after, PLACE]]
        approach = approach_to(after, node, nodes)
        for before in range(most + 1):
            done = clock[vehicle, p + 1, before, LATEST] - way - approach
            if not (p == length and vehicles[vehicle, FREE_END] > 0):
                for state in range(before + 1, most + 1):
                    limit = clock[vehicle, p + 1, state, LATEST] - approach
                    if pauses[vehicle, before, state, READY] <= limit:
                        bound = limit - way - pauses[vehicle, before, state, PAUSED]
                        done = max(done, min(pauses[vehicle, before, state, UNTIL], bound))
            clock[vehicle, p, before, LATEST] = ready_at(node, done - nodes[node, SERVICE], nodes, pin)
    return widest


@uncounted
def evaluate(vehicle: int, ground: Ground, routes: Routes) -> bool:
    """Compute everything that follows from a route's stops; whether it keeps the rules."""
    move_cost, travel, toll, nodes = ground.move_cost, ground.travel, ground.toll, ground.nodes
    prices, fitness, liking, vehicles = ground.prices, ground.fitness, ground.liking, ground.vehicles
    tariffs, pauses = ground.tariffs, ground.pauses
    stops, length_of, pin, clock = routes.stops, routes.length, routes.pin, routes.clock
    extra, totals, cost = routes.extra, routes.totals, routes.cost
    length = length_of[vehicle]
    most = vehicles[vehicle, BREAKS]
    for state in range(1, most + 1):
        clock[vehicle, 0, state, EARLIEST] = NEVER
    clock[vehicle, 0, 0, EARLIEST] = vehicles[vehicle, OPENS]
    clock[vehicle, 0, 0, WORK] = 0
    clock[vehicle, 0, 0, LEAVE] = vehicles[vehicle, CLOSES]
    clock[vehicle, 0, 0, MOVES] = 0
    clock[vehicle, 0, 0, LATENESS] = 0
    extra[vehicle, 0, 0] = 0.0
    if most == 0:
        roll_plain(vehicle, ground, routes)
        widest = fill_latest_plain(vehicle, ground, routes)
    else:
        for p in range(length + 1):
            node, after = stops[vehicle, p], stops[vehicle, p + 1]
            way = travel[nodes[node, PLACE], nodes[after, PLACE]]
            approach = 0 if p == length else approach_to(after, node, nodes)
            here, there = clock[vehicle, p], clock[vehicle, p + 1]
            own, other = extra[vehicle, p], extra[vehicle, p + 1]
            advance(
                vehicle, after, way, approach, p == length, move_cost, nodes, prices, fitness, vehicles, pauses, pin,
                here, own, there, other,
            )  # fmt: skip
        widest = fill_latest(vehicle, ground, routes)
    totals[vehicle, WIDEST] = widest
    totals[vehicle, SECONDS] = 0
    totals[vehicle, ROUTE_MOVES] = 0
    totals[vehicle, DUTY] = 0
    totals[vehicle, LARGEST_LATENESS] = 0
    cost[vehicle] = 0.0
    if length == 0:
        return True
    seconds, charged, liked = 0, 0, 0.0
    before = nodes[stops[vehicle, 0], PLACE]
    for p in range(1, length + 2):
        node = stops[vehicle, p]
        here_place = nodes[node, PLACE]
        seconds += travel[before, here_place]
        charged += toll[before, here_place]
        if p <= length:
            liked += liking[node, vehicle]
        before = here_place
    totals[vehicle, SECONDS] = seconds
    back = clock[vehicle, length + 1, most, EARLIEST]
    if back > vehicles[vehicle, CLOSES] or seconds > vehicles[vehicle, MOST_TRAVEL]:
        return False
    if length > vehicles[vehicle, MOST_STOPS]:
        return False
    work, leave = clock[vehicle, length + 1, most, WORK], clock[vehicle, length + 1, most, LEAVE]
    times = time_price(vehicle, back, work, leave, vehicles, tariffs)
    if times >= NO_WAY:
        return False
    times += extra[vehicle, length + 1, most]
    cost[vehicle] = tariffs[vehicle, FIXED_COST] + tariffs[vehicle, TRAVEL_RATE] * charged + times - liked
    totals[vehicle, ROUTE_MOVES] = clock[vehicle, length + 1, most, MOVES]
    totals[vehicle, DUTY] = back - min(leave, back - work)
    totals[vehicle, LARGEST_LATENESS] = clock[vehicle, length + 1, most, LATENESS]
    return True
