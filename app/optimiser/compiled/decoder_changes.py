"""The changes that moves are made of, each with its exact undoing and its exact price in travel, liking and fixed cost.

Invariants, before and after every function: routes are chains from a vehicle's start depot to its end depot; along each
of them labels grow (the halves of a unit on one vehicle are neighbours with the same label); the order holds exactly
the units on routes, by label; `stops` and `travelled` are true. Times (`end`) are true only after `retime`.
"""

from app.optimiser.compiled.decoder_state import (
    C_CHANGED,
    C_DOUBTFUL,
    C_FIRST,
    C_LEFT,
    C_MOVE,
    C_TAKEN,
    C_TOUCHED,
    LAST_LABEL,
    NOWHERE,
    UNTIMED,
    Ground,
    Scratch,
    Tour,
)
from app.optimiser.compiled.decoder_timing import doubt, set_end, touch, way
from app.optimiser.compiled.jit import inlined


@inlined
def begin(ground: Ground, scratch: Scratch) -> None:
    """A new move: nothing is touched yet."""
    count = scratch.counts
    count[C_MOVE] += 1
    count[C_DOUBTFUL], count[C_CHANGED], count[C_TOUCHED], count[C_TAKEN], count[C_LEFT] = 0, 0, 0, 0, 0
    count[C_FIRST] = len(ground.units.loss)


@inlined
def is_served(tour: Tour, unit: int) -> bool:
    """Whether the unit is on routes."""
    return bool(tour.vehicle[3 * unit] >= 0 or tour.vehicle[3 * unit + 1] >= 0)


@inlined
def put_in(ground: Ground, tour: Tour, scratch: Scratch, node: int, before: int) -> tuple[int, float]:
    """Serve the node right after another one; gives the change of travel seconds and of the cost of vehicles."""
    vehicle, after = tour.vehicle[before], tour.after[before]
    seconds = way(ground, before, node) + way(ground, node, after) - way(ground, before, after)
    money = -ground.units.liking[node, vehicle]
    if tour.stops[vehicle] == 0:
        money += ground.fleet.fixed_cost[vehicle]
    tour.after[before], tour.before[node] = node, before
    tour.after[node], tour.before[after] = after, node
    tour.vehicle[node] = vehicle
    tour.travelled[vehicle] += seconds
    tour.stops[vehicle] += 1
    touch(scratch, vehicle)
    return seconds, money


@inlined
def take_out(ground: Ground, tour: Tour, scratch: Scratch, node: int) -> tuple[int, float]:
    """The opposite of `put_in`."""
    vehicle, before, after = tour.vehicle[node], tour.before[node], tour.after[node]
    seconds = way(ground, before, after) - way(ground, before, node) - way(ground, node, after)
    money = ground.units.liking[node, vehicle]
    tour.after[before], tour.before[after] = after, before
    tour.vehicle[node] = NOWHERE
    tour.travelled[vehicle] += seconds
    tour.stops[vehicle] -= 1
    if tour.stops[vehicle] == 0:
        money -= ground.fleet.fixed_cost[vehicle]
    touch(scratch, vehicle)
    return seconds, money


@inlined
def enter_order(tour: Tour, unit: int, earlier: int) -> bool:
    """Put the unit into the order after another one; False when no label is left between the neighbours."""
    ring = len(tour.earlier) - 1
    later = tour.later[earlier]
    low = 0 if earlier == ring else tour.label[3 * earlier]
    high = LAST_LABEL if later == ring else tour.label[3 * later]
    label = low + (high - low) // 2
    chain(tour, unit, earlier, label)
    return bool(low < label)


@inlined
def chain(tour: Tour, unit: int, earlier: int, label: int) -> None:
    """Put the unit into the order after another one, with this label."""
    later = tour.later[earlier]
    tour.later[earlier], tour.earlier[unit] = unit, earlier
    tour.later[unit], tour.earlier[later] = later, unit
    for node in range(3 * unit, 3 * unit + 3):
        tour.label[node] = label


@inlined
def leave_order(tour: Tour, unit: int) -> None:
    """Take the unit out of the order."""
    earlier, later = tour.earlier[unit], tour.later[unit]
    tour.later[earlier], tour.earlier[later] = later, earlier


@inlined
def leave(ground: Ground, tour: Tour, scratch: Scratch, unit: int) -> tuple[int, float]:
    """Take a unit off its routes and out of the order, so that `undo` can put it back."""
    seconds, money = 0, 0.0
    count = scratch.counts
    for node in range(3 * unit + 2, 3 * unit - 1, -1):
        if tour.vehicle[node] >= 0:
            scratch.taken[count[C_TAKEN]] = node
            scratch.taken_before[count[C_TAKEN]] = tour.before[node]
            count[C_TAKEN] += 1
            more_seconds, more_money = take_out(ground, tour, scratch, node)
            seconds += more_seconds
            money += more_money
    scratch.left[count[C_LEFT]] = unit
    scratch.left_earlier[count[C_LEFT]] = tour.earlier[unit]
    scratch.left_label[count[C_LEFT]] = tour.label[3 * unit]
    count[C_LEFT] += 1
    leave_order(tour, unit)
    return seconds, money


@inlined
def undo_placing(ground: Ground, tour: Tour, scratch: Scratch, unit: int) -> None:
    """Take the placed unit out again, and put everything that left back to where it was."""
    if is_served(tour, unit):
        for node in range(3 * unit + 2, 3 * unit - 1, -1):
            if tour.vehicle[node] >= 0:
                take_out(ground, tour, scratch, node)
        leave_order(tour, unit)
    for index in range(scratch.counts[C_TAKEN] - 1, -1, -1):
        put_in(ground, tour, scratch, scratch.taken[index], scratch.taken_before[index])
    for index in range(scratch.counts[C_LEFT] - 1, -1, -1):
        chain(tour, scratch.left[index], scratch.left_earlier[index], scratch.left_label[index])


@inlined
def restore_times(tour: Tour, scratch: Scratch) -> None:
    """Give every stop the end that it had before the move."""
    for index in range(scratch.counts[C_CHANGED] - 1, -1, -1):
        tour.end[scratch.changed[index]] = scratch.old_end[index]


@inlined
def doubt_placing(ground: Ground, tour: Tour, scratch: Scratch, unit: int) -> None:
    """Note what must be timed again after units left and `unit` was placed; nodes on no route lose their times."""
    for index in range(scratch.counts[C_TAKEN]):
        doubt(ground, tour, scratch, tour.after[scratch.taken_before[index]])
        if tour.vehicle[scratch.taken[index]] < 0:
            set_end(ground, tour, scratch, scratch.taken[index], UNTIMED)
    for node in range(3 * unit, 3 * unit + 3):
        if tour.vehicle[node] >= 0:
            doubt(ground, tour, scratch, node)
            doubt(ground, tour, scratch, tour.after[node])


@inlined
def move_part(ground: Ground, tour: Tour, left: int, last: int, vehicle: int) -> tuple[int, int, float]:
    """Say that the stops after `left` up to `last` belong to this vehicle; gives their number, travel and liking."""
    number, seconds, money = 0, 0, 0.0
    node = left
    while node != last:
        following = tour.after[node]
        if node != left:
            seconds += way(ground, node, following)
        node = following
        number += 1
        money += ground.units.liking[node, tour.vehicle[node]] - ground.units.liking[node, vehicle]
        tour.vehicle[node] = vehicle
    return number, seconds, money


@inlined
def swap_parts(
    ground: Ground, tour: Tour, scratch: Scratch, left: int, last: int, other_left: int, other_last: int
) -> tuple[int, float]:
    """Exchange the stops after `left` up to `last` with those after `other_left` up to `other_last` of another route.

    `last` may be `left`: nothing moves from there. To undo it, swap the lasts. Labels decide who may call it.
    """
    vehicle, other = tour.vehicle[left], tour.vehicle[other_left]
    first, other_first = tour.after[left], tour.after[other_left]
    right, other_right = tour.after[last], tour.after[other_last]
    was, other_was = tour.travelled[vehicle], tour.travelled[other]
    gone = way(ground, left, first) + (way(ground, last, right) if last != left else 0)
    other_gone = way(ground, other_left, other_first)
    other_gone += way(ground, other_last, other_right) if other_last != other_left else 0
    number, inner, money = move_part(ground, tour, left, last, other)
    other_number, other_inner, more = move_part(ground, tour, other_left, other_last, vehicle)
    come = join(ground, tour, left, other_first, other_last, right, other_number > 0)
    other_come = join(ground, tour, other_left, first, last, other_right, number > 0)
    tour.travelled[vehicle] = was + come - gone + other_inner - inner
    tour.travelled[other] = other_was + other_come - other_gone + inner - other_inner
    money += more + shift_stops(ground, tour, vehicle, other_number - number)
    money += shift_stops(ground, tour, other, number - other_number)
    touch(scratch, vehicle)
    touch(scratch, other)
    return come + other_come - gone - other_gone, money


@inlined
def join(ground: Ground, tour: Tour, left: int, first: int, last: int, right: int, is_any: bool) -> int:
    """Chain first … last between left and right, or left to right; gives the travel of the new links."""
    if not is_any:
        tour.after[left], tour.before[right] = right, left
        return way(ground, left, right)
    tour.after[left], tour.before[first] = first, left
    tour.after[last], tour.before[right] = right, last
    return way(ground, left, first) + way(ground, last, right)


@inlined
def shift_stops(ground: Ground, tour: Tour, vehicle: int, more: int) -> float:
    """Count more stops of the vehicle; gives what its use costs now more than before."""
    before = tour.stops[vehicle]
    tour.stops[vehicle] += more
    if before == 0 and more > 0:
        return float(ground.fleet.fixed_cost[vehicle])
    if before > 0 and before + more == 0:
        return -float(ground.fleet.fixed_cost[vehicle])
    return 0.0


@inlined
def keeps_limits(ground: Ground, tour: Tour, scratch: Scratch) -> bool:
    """Whether no touched vehicle has too many stops or too much travel."""
    for index in range(scratch.counts[C_TOUCHED]):
        vehicle = scratch.touched[index]
        if tour.stops[vehicle] > ground.fleet.most_stops[vehicle]:
            return False
        if tour.stops[vehicle] > 0 and tour.travelled[vehicle] > ground.fleet.most_travel[vehicle]:
            return False
    return True
