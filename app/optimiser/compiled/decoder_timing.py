"""Forward decoding: the earliest times of a tour, recomputed only where a move changed them.

Every unit starts as early as the stops before it on its vehicles, its windows and the gap between its halves allow.
That is the least solution of a system of monotone equations, so when any times keep the rules, these do. Units are
timed in the order, in which everything that a unit waits for comes before it; a unit is *doubtful* when the end of a
stop before it, or the way from there, changed. Timing walks the order from the first doubtful unit until none is left.
"""

from app.optimiser.compiled.decoder_state import (
    C_CHANGED,
    C_DOUBTFUL,
    C_FIRST,
    C_MOVE,
    C_TOUCHED,
    NEVER,
    UNTIMED,
    Ground,
    Scratch,
    Tour,
    Units,
)
from app.optimiser.compiled.jit import inlined


@inlined
def way(ground: Ground, origin: int, destination: int) -> int:
    """Travel seconds from node to node; nothing for a vehicle that stays at home."""
    nodes = len(ground.units.late_after)
    if origin >= nodes and destination >= nodes:
        return 0
    return int(ground.travel[ground.units.place[origin], ground.units.place[destination]])


@inlined
def leg(ground: Ground, origin: int, destination: int) -> int:
    """Seconds from the end of a stop to the start of the next: the way and, at a new address, the approach."""
    units = ground.units
    seconds = int(ground.travel[units.place[origin], units.place[destination]])
    if units.address[destination] < 0 or units.address[origin] != units.address[destination]:
        seconds += int(units.approach[destination])
    return seconds


@inlined
def next_start(units: Units, node: int, ready: int) -> int:
    """The first allowed start from `ready` on; NEVER when all windows are over."""
    for window in range(units.windows[node], units.windows[node + 1]):
        if ready <= units.closes[window]:
            return int(max(ready, units.opens[window]))
    return NEVER


@inlined
def late_seconds(units: Units, node: int, end: int) -> int:
    """How late the stop is that ends then; nothing when it is on no route."""
    return 0 if end == UNTIMED else max(0, end - units.service[node] - units.late_after[node])


@inlined
def touch(scratch: Scratch, vehicle: int) -> None:
    """Note that the vehicle's route changed."""
    if scratch.is_touched[vehicle] != scratch.counts[C_MOVE]:
        scratch.is_touched[vehicle] = scratch.counts[C_MOVE]
        scratch.touched[scratch.counts[C_TOUCHED]] = vehicle
        scratch.counts[C_TOUCHED] += 1


@inlined
def doubt(ground: Ground, tour: Tour, scratch: Scratch, node: int) -> None:
    """Note that what comes before the node changed; for the end of a route there is nothing to time but the return."""
    if node >= len(ground.units.late_after) or tour.vehicle[node] < 0:
        return
    unit = node // 3
    if scratch.dirty[unit] != scratch.counts[C_MOVE]:
        scratch.dirty[unit] = scratch.counts[C_MOVE]
        scratch.counts[C_DOUBTFUL] += 1
        first = scratch.counts[C_FIRST]
        if first == len(ground.units.loss) or tour.label[3 * unit] < tour.label[3 * first]:
            scratch.counts[C_FIRST] = unit


@inlined
def set_end(ground: Ground, tour: Tour, scratch: Scratch, node: int, end: int) -> None:
    """Give a stop its new end; what follows it becomes doubtful."""
    if end == tour.end[node]:
        return
    count = scratch.counts
    scratch.changed[count[C_CHANGED]] = node
    scratch.old_end[count[C_CHANGED]] = tour.end[node]
    count[C_CHANGED] += 1
    tour.end[node] = end
    if end == UNTIMED:
        return
    touch(scratch, tour.vehicle[node])
    following = tour.after[node]
    if following < len(ground.units.late_after):
        unit = following // 3
        if scratch.dirty[unit] != count[C_MOVE]:
            scratch.dirty[unit] = count[C_MOVE]
            count[C_DOUBTFUL] += 1


@inlined
def halves(ground: Ground, tour: Tour, unit: int) -> tuple[int, int]:
    """The earliest starts of the two halves; NEVER, NEVER when there are none.

    Each turn of the loop moves one start later because of the other, to another window at least, so it ends. When one
    vehicle does both, the second follows the first at once.
    """
    units = ground.units
    first, second = 3 * unit + 1, 3 * unit + 2
    low, high = units.gap_low[unit], units.gap_high[unit]
    alone = tour.before[second] == first
    between = units.service[first] + leg(ground, first, second) if alone else 0
    if alone and between > high:
        return NEVER, NEVER
    one = next_start(units, first, tour.end[tour.before[first]] + leg(ground, tour.before[first], first))
    two = 0 if alone else tour.end[tour.before[second]] + leg(ground, tour.before[second], second)
    while one < NEVER:
        two = next_start(units, second, max(two, one + (max(low, between) if alone else low)))
        if two >= NEVER:
            return NEVER, NEVER
        if one >= two - high:
            return one, two
        one = next_start(units, first, two - high)
    return NEVER, NEVER


@inlined
def retime(ground: Ground, tour: Tour, scratch: Scratch, room: float) -> tuple[float, int, int]:
    """Time the doubtful units; gives the change of the lateness cost and the largest old and new lateness among them.

    Gives up, with a new lateness of NEVER, when a rule breaks or the lateness already seen costs more than `room`.
    """
    units, prices = ground.units, ground.prices
    count = scratch.counts
    cost, change = 0.0, 0.0
    was, now, seen = 0, 0, 0
    unit = count[C_FIRST]
    while count[C_DOUBTFUL] > 0 or seen < count[C_CHANGED]:
        if count[C_DOUBTFUL] > 0 and scratch.dirty[unit] == count[C_MOVE]:
            count[C_DOUBTFUL] -= 1
            whole = 3 * unit
            if tour.vehicle[whole] >= 0:
                start = next_start(units, whole, tour.end[tour.before[whole]] + leg(ground, tour.before[whole], whole))
                if start >= NEVER:
                    return 0.0, 0, NEVER
                set_end(ground, tour, scratch, whole, start + units.service[whole])
            elif tour.vehicle[whole + 1] >= 0:
                one, two = halves(ground, tour, unit)
                if one >= NEVER:
                    return 0.0, 0, NEVER
                set_end(ground, tour, scratch, whole + 1, one + units.service[whole + 1])
                set_end(ground, tour, scratch, whole + 2, two + units.service[whole + 2])
        while seen < count[C_CHANGED]:
            node = scratch.changed[seen]
            old, late = late_seconds(units, node, scratch.old_end[seen]), late_seconds(units, node, tour.end[node])
            change += (late - old) * units.late_price[node]
            cost += late * units.late_price[node]
            was, now = max(was, old), max(now, late)
            seen += 1
        if cost + now * prices.late_max > room:
            return 0.0, 0, NEVER
        unit = tour.later[unit]
    return change, was, now


@inlined
def largest_lateness(ground: Ground, tour: Tour) -> int:
    """The largest lateness of all stops."""
    worst = 0
    for node in range(len(ground.units.late_after)):
        worst = max(worst, late_seconds(ground.units, node, tour.end[node]))
    return worst


@inlined
def back(ground: Ground, tour: Tour, vehicle: int) -> int:
    """When the vehicle returns."""
    last = len(ground.units.late_after) + len(ground.fleet.closes) + vehicle
    return int(tour.end[tour.before[last]]) + way(ground, tour.before[last], last)


@inlined
def time_cost(ground: Ground, tour: Tour, vehicle: int) -> float:
    """Waiting, duty and overtime of a route when it leaves as late as it can without moving a tied or late start."""
    units, fleet, prices = ground.units, ground.fleet, ground.prices
    nodes = len(units.late_after)
    if tour.stops[vehicle] == 0:
        return 0.0
    returns = back(ground, tour, vehicle)
    leave = returns
    work = 0
    before, node = nodes + vehicle, tour.after[nodes + vehicle]
    while node < nodes:
        work += leg(ground, before, node)
        start = tour.end[node] - units.service[node]
        leave = min(leave, latest_start(units, node, start) - work)
        work += units.service[node]
        before, node = node, tour.after[node]
    work += way(ground, before, node)
    leave = max(min(leave, returns - work), tour.end[nodes + vehicle])
    duty = returns - leave
    overtime = max(0, returns - fleet.shift_end[vehicle])
    return float(duty * prices.duty + (duty - work) * prices.waiting + overtime * fleet.overtime_price[vehicle])


@inlined
def latest_start(units: Units, node: int, start: int) -> int:
    """How far the start may move without leaving its window or costing more; not at all where others depend on it."""
    if node % 3 != 0:
        return start
    window = units.windows[node]
    while start > units.closes[window]:
        window += 1
    free = units.closes[window]
    if units.late_price[node] > 0.0:
        free = max(start, units.late_after[node])
    return int(min(units.closes[window], free))


@inlined
def routes_fit(ground: Ground, tour: Tour, scratch: Scratch) -> bool:
    """Whether the touched vehicles keep their limits and are back in time; notes what their times cost."""
    fleet = ground.fleet
    for index in range(scratch.counts[C_TOUCHED]):
        vehicle = scratch.touched[index]
        if tour.stops[vehicle] > 0 and back(ground, tour, vehicle) > fleet.closes[vehicle]:
            return False
        scratch.new_cost[index] = time_cost(ground, tour, vehicle) if ground.prices.is_timed else 0.0
    return True
