"""The moves of decoder annealing: where a unit could go, and what two routes could exchange."""

from app.optimiser.compiled.decoder_changes import enter_order, is_served, leave, put_in
from app.optimiser.compiled.decoder_state import NEVER, NOWHERE, Ground, Scratch, Tour
from app.optimiser.compiled.jit import inlined
from app.optimiser.compiled.random import State, below, unit

LONGEST_PART = 3


@inlined
def any_node(tour: Tour, random: State, who: int) -> int:
    """One of the nodes of a unit that are on routes; NOWHERE when it is not served."""
    if tour.vehicle[3 * who] >= 0:
        return 3 * who
    if tour.vehicle[3 * who + 1] >= 0:
        return 3 * who + 1 + below(random, 2)
    return NOWHERE


@inlined
def near_unit(ground: Ground, random: State, who: int) -> int:
    """A near unit, the nearer the likelier."""
    width = ground.units.near.shape[1]
    return int(ground.units.near[who, int(width * unit(random) * unit(random))])


@inlined
def part_for(ground: Ground, random: State, who: int, vehicle: int) -> int:
    """What the vehicle could do of the unit: 0 all, 1 or 2 a half; NOWHERE nothing."""
    able = ground.units.able
    start = below(random, 3)
    for turn in range(3):
        part = (start + turn) % 3
        if able[3 * who + part, vehicle]:
            return part
    return NOWHERE


@inlined
def random_vehicle(ground: Ground, random: State, node: int) -> int:
    """A vehicle that is able to serve the node; NOWHERE when none is."""
    first, last = ground.units.able_from[node], ground.units.able_from[node + 1]
    return NOWHERE if first == last else int(ground.units.able_list[first + below(random, last - first)])


@inlined
def partner(ground: Ground, tour: Tour, random: State, node: int, vehicle: int) -> int:
    """A vehicle for the other half of a unit whose half `node` goes to `vehicle`; NOWHERE when the draw fails."""
    who, mate = node // 3, other_half(node)
    draw = unit(random)
    found = NOWHERE
    if draw < ground.mix.keep:
        found = tour.vehicle[mate] if tour.vehicle[mate] != vehicle else tour.vehicle[node]
    elif draw < ground.mix.keep + ground.mix.near_mate:
        other = any_node(tour, random, near_unit(ground, random, who))
        found = tour.vehicle[other] if other >= 0 else NOWHERE
    if found < 0:
        found = random_vehicle(ground, random, mate)
    if found < 0 or not ground.units.able[mate, found] or not may_share(ground, node, vehicle, found):
        return NOWHERE
    return int(found)


@inlined
def other_half(node: int) -> int:
    """The other half of the same unit."""
    return node + 1 if node % 3 == 1 else node - 1


@inlined
def may_share(ground: Ground, node: int, vehicle: int, other: int) -> bool:
    """Whether a unit's half may be served by this vehicle when its other half is served by the other one."""
    kind = ground.units.kind[node // 3]
    if node % 3 == 1:
        return bool(ground.units.together[kind, vehicle, other])
    return bool(ground.units.together[kind, other, vehicle])


@inlined
def whole_couple(ground: Ground, tour: Tour, before: int) -> int:
    """The place after `before`, or one further where that would part the halves of a unit on one vehicle."""
    after = tour.after[before]
    parts = before < len(ground.units.late_after) and after // 3 == before // 3
    return int(after) if parts else before


@inlined
def choose_gap(ground: Ground, tour: Tour, random: State, who: int) -> tuple[int, int]:
    """What to put the unit behind, and the near unit that is beside that gap; NOWHERE where there is none."""
    if unit(random) < ground.mix.near:
        other = near_unit(ground, random, who)
        node = any_node(tour, random, other)
        if node < 0:
            return NOWHERE, NOWHERE
        return behind(tour, node if unit(random) < 0.5 else tour.before[node], who), other
    vehicle = random_vehicle(ground, random, 3 * who + below(random, 3))
    if vehicle < 0:
        return NOWHERE, NOWHERE
    before = len(ground.units.late_after) + vehicle
    for _ in range(below(random, tour.stops[vehicle] + 1)):
        before = tour.after[before]
    return behind(tour, before, who), NOWHERE


@inlined
def behind(tour: Tour, before: int, who: int) -> int:
    """The node itself, or what stands before the unit when the node is the unit's."""
    while before // 3 == who:
        before = tour.before[before]
    return before


@inlined
def any_unit(ground: Ground, tour: Tour, random: State, vehicle: int) -> int:
    """A unit on the vehicle's route; NOWHERE when it has none, and in one case of as many as it has stops."""
    node = len(ground.units.late_after) + vehicle
    for _ in range(below(random, tour.stops[vehicle] + 1)):
        node = tour.after[node]
    return int(node // 3) if node < len(ground.units.late_after) else NOWHERE


@inlined
def push_out(ground: Ground, tour: Tour, scratch: Scratch, who: int) -> tuple[int, float]:
    """Leave a unit unserved; gives the change of travel seconds and money."""
    seconds, money = leave(ground, tour, scratch, who)
    return seconds, money + ground.units.loss[who]


@inlined
def place(ground: Ground, tour: Tour, scratch: Scratch, random: State, who: int) -> tuple[bool, int, float]:
    """Put the unit somewhere else; gives whether that worked, and the change of travel seconds and money."""
    before, other = choose_gap(ground, tour, random, who)
    if before < 0:
        return False, 0, 0.0
    vehicle = tour.vehicle[before]
    part = part_for(ground, random, who, vehicle)
    if part < 0 or (part == 0 and tour.vehicle[3 * who] == vehicle and tour.before[3 * who] == before):
        return False, 0, 0.0
    mate_vehicle = partner(ground, tour, random, 3 * who + part, vehicle) if part > 0 else NOWHERE
    if part > 0 and mate_vehicle < 0:
        return False, 0, 0.0
    seconds, money = 0, 0.0
    if is_served(tour, who):
        seconds, money = leave(ground, tour, scratch, who)
    else:
        money -= ground.units.loss[who]
        if other >= 0 and unit(random) < ground.mix.push:
            before = behind(tour, before, other)
            seconds, more_money = push_out(ground, tour, scratch, other)
            money += more_money
            other = any_unit(ground, tour, random, mate_vehicle) if mate_vehicle >= 0 else NOWHERE
            if other >= 0:
                before = behind(tour, before, other)
                more_seconds, more_money = push_out(ground, tour, scratch, other)
                seconds, money = seconds + more_seconds, money + more_money
    before = whole_couple(ground, tour, before)
    more_seconds, more_money, is_placed = put_unit(ground, tour, scratch, random, 3 * who + part, before, mate_vehicle)
    return is_placed, seconds + more_seconds, money + more_money


@inlined
def put_unit(
    ground: Ground, tour: Tour, scratch: Scratch, random: State, node: int, before: int, mate_vehicle: int
) -> tuple[int, float, bool]:
    """Serve the node after `before`, and its other half, if any, by `mate_vehicle` where the order allows it."""
    vehicle = tour.vehicle[before]
    if mate_vehicle == vehicle:
        first, second = min(node, other_half(node)), max(node, other_half(node))
        seconds, money = put_in(ground, tour, scratch, first, before)
        more_seconds, more_money = put_in(ground, tour, scratch, second, first)
        latest = before
    elif mate_vehicle >= 0:
        mate_before = gap_between(ground, tour, random, other_half(node), before, mate_vehicle)
        seconds, money = put_in(ground, tour, scratch, node, before)
        more_seconds, more_money = put_in(ground, tour, scratch, other_half(node), mate_before)
        latest = before if tour.label[before] >= tour.label[mate_before] else mate_before
    else:
        seconds, money = put_in(ground, tour, scratch, node, before)
        more_seconds, more_money = 0, 0.0
        latest = before
    earlier = latest // 3 if latest < len(ground.units.late_after) else len(ground.units.loss)
    return seconds + more_seconds, money + more_money, enter_order(tour, node // 3, earlier)


@inlined
def gap_between(ground: Ground, tour: Tour, random: State, node: int, before: int, vehicle: int) -> int:
    """A gap for the node on the vehicle that is neither wholly before nor wholly after the gap behind `before`.

    There always is one: the last gap that does not begin later than that one ends. The shortest detour, or any.
    """
    gap = len(ground.units.late_after) + vehicle
    from_label, to_label = tour.label[before], tour.label[tour.after[before]]
    while tour.label[tour.after[gap]] <= from_label:
        gap = tour.after[gap]
    is_picky = unit(random) < ground.mix.best_gap
    travel, place_of = ground.travel, ground.units.place
    found, shortest, number = gap, NEVER, 0
    while True:
        after = tour.after[gap]
        number += 1
        if gap // 3 == after // 3 and after < len(ground.units.late_after):
            gap = after
            continue
        if is_picky:
            here, there, then = place_of[gap], place_of[node], place_of[after]
            detour = travel[here, there] + travel[there, then] - travel[here, then]
            if detour < shortest:
                found, shortest = gap, detour
        elif below(random, number) == 0:
            found = gap
        if tour.label[after] >= to_label:
            return int(found)
        gap = after


@inlined
def may_change(ground: Ground, tour: Tour, node: int, vehicle: int) -> bool:
    """Whether the stop may go to the other vehicle while the other half of its unit, if any, stays where it is."""
    if not ground.units.able[node, vehicle]:
        return False
    if node % 3 == 0:
        return True
    mate_vehicle = tour.vehicle[other_half(node)]
    if mate_vehicle == vehicle or mate_vehicle == tour.vehicle[node]:
        return False
    return may_share(ground, node, vehicle, mate_vehicle)


@inlined
def end_of_part(ground: Ground, tour: Tour, left: int, vehicle: int, most: int) -> int:
    """The last of up to `most` stops after `left` that may all go to the vehicle; NOWHERE when one of them may not."""
    nodes = len(ground.units.late_after)
    last = left
    for _ in range(most):
        following = tour.after[last]
        if following >= nodes:
            break
        if not may_change(ground, tour, following, vehicle):
            return NOWHERE
        last = following
    return int(last)


@inlined
def choose_parts(ground: Ground, tour: Tour, random: State, who: int) -> tuple[int, int, int, int]:
    """Two stretches of two routes that may be swapped, so that a near unit comes right after `who`; or NOWHERE."""
    nothing = (NOWHERE, NOWHERE, NOWHERE, NOWHERE)
    left, first = any_node(tour, random, who), any_node(tour, random, near_unit(ground, random, who))
    if left < 0 or first < 0 or tour.vehicle[left] == tour.vehicle[first] or tour.label[left] >= tour.label[first]:
        return nothing
    most, other_most = ground.units.late_after.size, ground.units.late_after.size
    if unit(random) >= ground.mix.tail:
        most, other_most = below(random, LONGEST_PART + 1), 1 + below(random, LONGEST_PART)
    other_left = tour.before[first]
    if most > 0 and tour.label[other_left] >= tour.label[tour.after[left]]:
        return nothing
    last = end_of_part(ground, tour, left, tour.vehicle[first], most)
    other_last = end_of_part(ground, tour, other_left, tour.vehicle[left], other_most)
    if last < 0 or other_last < 0 or tour.label[other_last] >= tour.label[tour.after[last]]:
        return nothing
    if last != left and tour.label[last] >= tour.label[tour.after[other_last]]:
        return nothing
    return left, last, other_left, other_last
