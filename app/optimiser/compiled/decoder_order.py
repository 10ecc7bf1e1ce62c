"""Keeping the order of a tour near to its times, so that moves find gaps that go together."""

from app.optimiser.compiled.decoder_state import Scratch, Tour
from app.optimiser.compiled.jit import inlined, uncounted


@uncounted
def tidy(tour: Tour, scratch: Scratch) -> None:
    """Bring the order nearer to that of the starts, and space the labels anew.

    A unit only passes another one that shares no vehicle with it, so routes keep following the order.
    """
    ring = len(tour.earlier) - 1
    number = 0
    who = tour.later[ring]
    while who != ring:
        place_in_order = number
        while place_in_order > 0 and may_pass(tour, who, scratch.order[place_in_order - 1]):
            scratch.order[place_in_order] = scratch.order[place_in_order - 1]
            place_in_order -= 1
        scratch.order[place_in_order] = who
        number += 1
        who = tour.later[who]
    earlier = ring
    for index in range(number):
        who = scratch.order[index]
        tour.later[earlier], tour.earlier[who] = who, earlier
        for node in range(3 * who, 3 * who + 3):
            tour.label[node] = (index + 1) << 40
        earlier = who
    tour.later[earlier], tour.earlier[ring] = ring, earlier


@inlined
def may_pass(tour: Tour, who: int, other: int) -> bool:
    """Whether the unit ends before the other one and shares no vehicle with it."""
    last, other_last = 0, 0
    for part in range(3):
        last = max(last, tour.end[3 * who + part])
        other_last = max(other_last, tour.end[3 * other + part])
    if last >= other_last:
        return False
    for part in range(3):
        vehicle = tour.vehicle[3 * who + part]
        if vehicle >= 0:
            for other_part in range(3):
                if tour.vehicle[3 * other + other_part] == vehicle:
                    return False
    return True
