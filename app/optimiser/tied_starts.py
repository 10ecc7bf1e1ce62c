"""When a visit on a route may start, all other visits kept in their order: exactly, and where its cost may bend.

A route up to a visit is a label with start >= max(leave + work, earliest), leave <= latest_leave; what follows is one
too, with back = max(end + work, earliest), end <= latest. For each pair of them with the right breaks the starts that
shift, limits and windows allow are one interval, and the cost of the route is linear between the turns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.optimiser.interval import Interval, union
from app.optimiser.pauses import EVER, Clock
from app.optimiser.schedule import Label, at_depot, extend
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Piece, Visit

ANY_TIME = (Piece(-EVER, EVER, 0.0, 0.0, False),)


@dataclass(frozen=True)
class Starts:
    """Feasible starts, in order and apart, and the starts among them at which the cost may bend or jump."""

    spans: tuple[Interval, ...]
    turns: frozenset[int]


NO_STARTS = Starts((), frozenset())


def feasible_starts(space: SearchSpace, vehicle: int, visits: Sequence[Visit], position: int) -> Starts:
    """The starts of the visit at the position for which the whole route keeps its rules."""
    clock, visit = space.clocks[vehicle], visits[position]
    arrive = _arrivals(space, clock, visits[: position + 1])
    spans: list[Interval] = []
    turns: set[int] = set()
    onward: dict[int, list[Label]] = {}
    for before in arrive:
        if before.taken not in onward:
            onward[before.taken] = _departures(space, clock, visits[position:], before.taken)
        for after in onward[before.taken]:
            first, last = _bounds(clock, before, after, visit.service_seconds)
            for piece in visit.pieces:
                span = max(first, piece.first), min(last, piece.last)
                if span[0] <= span[1]:
                    spans.append(span)
                    turns.update(span)
                    own = _turns(clock, before, after, visit)
                    turns.update(turn for turn in own if span[0] < turn < span[1])
    return Starts(tuple(union(spans)), frozenset(turns)) if spans else NO_STARTS


def _arrivals(space: SearchSpace, clock: Clock, visits: Sequence[Visit]) -> list[Label]:
    """The ways to stand at the door of the last of the visits, ready for service."""
    door = replace(visits[-1], pieces=ANY_TIME, service_seconds=0, late_after=None)
    place, address = clock.vehicle.start, None
    labels = at_depot(clock)
    for visit in (*visits[:-1], door):
        labels = extend(labels, clock, space.travel(place, visit.location), visit, space.approach(visit, address))
        place, address = visit.location, visit.address
    return labels


def _departures(space: SearchSpace, clock: Clock, visits: Sequence[Visit], taken: int) -> list[Label]:
    """The ways home from the first of the visits, as functions of the end of its service."""
    place, address = visits[0].location, visits[0].address
    labels = [Label(0, -EVER, EVER, 0.0, taken, None, (), 0, 0, None, None)]
    for visit in visits[1:]:
        labels = extend(labels, clock, space.travel(place, visit.location), visit, space.approach(visit, address))
        place, address = visit.location, visit.address
    end = clock.vehicle.end
    if end is not None:
        home = replace(visits[0], location=end, pieces=ANY_TIME, service_seconds=0, late_after=None)
        labels = extend(labels, clock, space.travel(place, end), home, 0)
    return [
        label for label in labels if label.taken == clock.all_taken and label.earliest <= clock.vehicle.latest_return
    ]


def _bounds(clock: Clock, before: Label, after: Label, service: int) -> Interval:
    """The first and the last start with these two halves of the route; reversed when there is none."""
    vehicle = clock.vehicle
    first = max(before.earliest, vehicle.shift[0] + before.work)
    last = min(after.latest_leave, vehicle.latest_return - after.work) - service
    longest = vehicle.max_duty_seconds
    if longest is not None:
        if service + after.work + before.work > longest or after.earliest - before.latest_leave > longest:
            return 0, -1
        first = max(first, after.earliest + before.work - longest)
        last = min(last, longest + before.latest_leave - service - after.work)
    return first, last


def _turns(clock: Clock, before: Label, after: Label, visit: Visit) -> Iterator[int]:
    """Starts at which waiting, lateness or overtime begins or ends to grow."""
    yield before.latest_leave + before.work
    for step, turn in _chain(before):
        yield turn + before.work
        if step.visit is not None and step.visit.late_after is not None:
            yield step.visit.late_after + step.visit.service_seconds - step.work + before.work
    if visit.late_after is not None:
        yield visit.late_after
    yield clock.vehicle.shift[1] - after.work - visit.service_seconds
    for step, turn in _chain(after):
        yield turn - visit.service_seconds
        if step.visit is not None and step.visit.late_after is not None:
            yield step.visit.late_after + step.visit.service_seconds - step.work - visit.service_seconds


def _chain(label: Label) -> Iterator[tuple[Label, int]]:
    """The steps of half a route, each with the departure at which its waiting ends."""
    step: Label | None = label
    while step is not None:
        yield step, step.earliest - step.work
        step = step.before
