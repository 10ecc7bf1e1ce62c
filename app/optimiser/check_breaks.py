"""The rules of breaks: each once, in its window, on the way or while waiting, never at a door."""

from collections.abc import Iterator
from itertools import pairwise

from app.optimiser.plan import TakenBreak
from app.optimiser.problem import Break
from app.optimiser.replay import ReplayedRoute
from app.optimiser.violation import Violation, at_break, at_vehicle


def break_violations(replayed: ReplayedRoute) -> Iterator[Violation]:
    """What is wrong with the breaks of a route."""
    yield from _placed(replayed)
    yield from _taken_once(replayed)


def _placed(replayed: ReplayedRoute) -> Iterator[Violation]:
    route = replayed.route
    number = {taken: index for index, taken in enumerate(route.breaks)}
    for taken in route.breaks:
        outside = max(route.leave - taken.start, taken.end - route.back, 0)
        if outside:
            yield Violation("BREAK_OUTSIDE_ROUTE", at_break(route.vehicle, number[taken]), outside)
        for leg, stop in zip(replayed.legs, route.stops, strict=True):
            if taken.start < stop.end and taken.end > leg.limit:
                overlap = min(taken.end, stop.end) - max(taken.start, leg.limit)
                yield Violation("BREAK_DURING_SERVICE", at_break(route.vehicle, number[taken]), overlap)
    for earlier, later in pairwise(sorted(route.breaks, key=lambda taken: (taken.start, taken.end))):
        if later.start < earlier.end:
            yield Violation("BREAKS_OVERLAP", at_break(route.vehicle, number[later]), earlier.end - later.start)


def _taken_once(replayed: ReplayedRoute) -> Iterator[Violation]:
    """Pair each wanted break with one that was taken; say what is wrong with those that stay alone."""
    vehicle, taken = replayed.vehicle, replayed.route.breaks
    pairs = _pairs(vehicle.breaks, taken)
    missing = [index for index in range(len(vehicle.breaks)) if index not in pairs]
    extra = [index for index in range(len(taken)) if index not in pairs.values()]
    for wanted, index in zip(missing, extra, strict=False):
        yield from _differences(vehicle.breaks[wanted], taken[index], at_break(vehicle.id, index))
    for wanted in missing[len(extra) :]:
        yield Violation("BREAK_MISSING", f"{at_vehicle(vehicle.id)}, break {wanted} of the shift")
    for index in extra[len(missing) :]:
        yield Violation("BREAK_EXTRA", at_break(vehicle.id, index))


def _differences(wanted: Break, taken: TakenBreak, where: str) -> Iterator[Violation]:
    outside = max(wanted.window[0] - taken.start, taken.start - wanted.window[1], 0)
    if outside:
        yield Violation("BREAK_OUTSIDE_WINDOW", where, outside)
    length = taken.end - taken.start
    if length != wanted.duration:
        yield Violation("BREAK_WRONG_LENGTH", where, length - wanted.duration)


def _pairs(wanted: tuple[Break, ...], taken: tuple[TakenBreak, ...]) -> dict[int, int]:
    """As many pairs of a wanted and a fitting taken break as possible (augmenting paths)."""
    partner: dict[int, int] = {}

    def find(index: int, tried: set[int]) -> bool:
        for other, one in enumerate(taken):
            if other not in tried and _fits(wanted[index], one):
                tried.add(other)
                if other not in partner or find(partner[other], tried):
                    partner[other] = index
                    return True
        return False

    for index in range(len(wanted)):
        find(index, set())
    return {index: other for other, index in partner.items()}


def _fits(wanted: Break, taken: TakenBreak) -> bool:
    return wanted.window[0] <= taken.start <= wanted.window[1] and taken.end - taken.start == wanted.duration
