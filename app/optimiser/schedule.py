"""The exact schedule of one route: the cheapest times for a given sequence of visits.

For any part of a route that begins at the depot, the end as a function of the departure L is max(L + work, earliest)
for L up to latest_leave. That triple is a Label; each window and each choice of breaks on the way gives a label of its
own, and dominated ones are dropped, so feasibility is exact also with several windows, breaks and a duty limit. Waiting
depends on the departure and the return alone, so the best departure is the latest that does not delay the return, or,
where lateness costs, one of the departures at which a start becomes late.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Optional

from app.optimiser.pauses import Clock
from app.optimiser.visit import Piece, Visit

HOUR = 3600
MOST_LABELS = 48


class Label(NamedTuple):
    """One way to time a route up to the end of a stop; `worth` is the pull of its starts less early lateness."""

    work: int
    earliest: int
    latest_leave: int
    worth: float
    taken: int
    before: Optional["Label"]
    order: tuple[int, ...]
    travel: int
    approach: int
    piece: Piece | None
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Weights:
    """Costs per second of what depends on time."""

    waiting: float
    duty: float
    largest_lateness: float = 0.0


@dataclass(frozen=True, slots=True)
class Timetable:
    """The times of a route; `cost` covers waiting, duty, overtime, lateness, slot values and moves."""

    leave: int
    back: int
    arrivals: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    breaks: tuple[tuple[int, int], ...]
    travel_seconds: int
    waiting_seconds: int
    moves: int
    cost: float


def at_depot(clock: Clock) -> list[Label]:
    """The labels of a route without stops."""
    first, last = clock.vehicle.shift[0], clock.vehicle.latest_return
    return [Label(0, first, last, 0.0, 0, None, (), 0, 0, None, None)]


def can_be_used(clock: Clock) -> bool:
    """Whether breaks, shift and duty limit leave room for any route at all."""
    return bool(go_home(at_depot(clock), clock, 0))


def extend(labels: Sequence[Label], clock: Clock, travel: int, visit: Visit, approach: int) -> list[Label]:
    """The labels after one more visit; empty when it cannot be reached in time. `travel` negative: no way there."""
    if travel < 0:
        return []
    found: list[Label] = []
    for label in labels:
        for pauses in clock.choices[label.taken]:
            if label.earliest > pauses.latest:
                continue
            work = label.work + travel + pauses.seconds + approach
            earliest = max(label.earliest + travel + pauses.seconds, pauses.ready) + approach
            latest_leave = min(label.latest_leave, pauses.latest - label.work)
            for piece in visit.pieces:
                leave = min(latest_leave, piece.last - work)
                if earliest > piece.last or leave < clock.vehicle.shift[0]:
                    continue
                start = max(earliest, piece.first)
                found.append(
                    Label(
                        work + visit.service_seconds,
                        start + visit.service_seconds,
                        leave,
                        label.worth + piece.pull - _late(visit, start),
                        label.taken | pauses.taken,
                        label,
                        pauses.order,
                        travel,
                        approach,
                        piece,
                        visit,
                    )
                )
    return found if len(found) == 1 else _undominated(found)


def _late(visit: Visit, start: int) -> float:
    if visit.late_after is None or start <= visit.late_after:
        return 0.0
    return (start - visit.late_after) * visit.lateness_per_second


def _undominated(labels: list[Label]) -> list[Label]:
    """The labels that nothing with the same breaks beats in every respect; of very many, those that end first."""
    labels.sort(key=lambda label: (label.earliest, label.work, -label.latest_leave, -label.worth))
    kept: dict[int, list[Label]] = {}
    for label in labels:
        alike = kept.setdefault(label.taken, [])
        if len(alike) < MOST_LABELS and not any(_dominates(other, label) for other in alike):
            alike.append(label)
    return [label for alike in kept.values() for label in alike]


def _dominates(one: Label, other: Label) -> bool:
    return (
        one.work <= other.work
        and one.earliest <= other.earliest
        and one.latest_leave >= other.latest_leave
        and one.worth >= other.worth
    )


def go_home(labels: Sequence[Label], clock: Clock, travel: int | None) -> list[Label]:
    """The labels of whole routes, all breaks taken and limits kept; `travel` None: done at the last stop."""
    vehicle = clock.vehicle
    found = []
    for label in _ways_home(labels, clock, travel):
        latest_leave = min(label.latest_leave, vehicle.latest_return - label.work)
        if label.earliest > vehicle.latest_return or latest_leave < vehicle.shift[0]:
            continue
        longest = vehicle.max_duty_seconds
        if longest is not None and (label.work > longest or latest_leave < label.earliest - longest):
            continue
        found.append(label._replace(latest_leave=latest_leave))
    return found


def _ways_home(labels: Sequence[Label], clock: Clock, travel: int | None) -> Iterator[Label]:
    for label in labels:
        left = clock.all_taken & ~label.taken
        if travel is None:
            if not left:
                yield label
            continue
        for pauses in clock.choices[label.taken]:
            if travel >= 0 and pauses.taken == left and label.earliest <= pauses.latest:
                yield Label(
                    label.work + travel + pauses.seconds,
                    max(label.earliest + travel + pauses.seconds, pauses.ready),
                    min(label.latest_leave, pauses.latest - label.work),
                    label.worth,
                    clock.all_taken,
                    label,
                    pauses.order,
                    travel,
                    0,
                    None,
                    None,
                )


def settle(labels: Iterable[Label], clock: Clock, weights: Weights) -> Timetable | None:
    """The cheapest timetable of whole-route labels; None when there are none."""
    options = [
        (_price(label, leave, clock, weights), -leave, label)
        for label in labels
        for leave in _departures(label, clock, weights)
    ]
    if not options:
        return None
    _, leave, label = min(options, key=lambda option: option[:2])
    return _timetable(label, -leave, clock, weights)


def _departures(label: Label, clock: Clock, weights: Weights) -> list[int]:
    """The latest departure that does not delay the return, and earlier ones at which a start begins to be late."""
    latest = min(label.latest_leave, label.earliest - label.work)
    longest = clock.vehicle.max_duty_seconds
    soonest = clock.vehicle.shift[0] if longest is None else max(clock.vehicle.shift[0], label.earliest - longest)
    departures = {latest}
    for step in _steps(label):
        visit = step.visit
        if visit is None or visit.late_after is None:
            continue
        if visit.lateness_per_second > 0 or weights.largest_lateness > 0:
            turns = (visit.late_after + visit.service_seconds - step.work, step.earliest - step.work)
            departures.update(leave for leave in (soonest, *turns) if soonest <= leave < latest)
    return sorted(departures)


def _steps(label: Label) -> list[Label]:
    """The labels from the first stop to this one."""
    steps: list[Label] = []
    step: Label | None = label
    while step is not None and step.before is not None:
        steps.append(step)
        step = step.before
    return steps[::-1]


def _price(label: Label, leave: int, clock: Clock, weights: Weights) -> float:
    """What a departure costs; the largest lateness is priced too, though only the whole plan pays for it."""
    largest = 0
    back = max(leave + label.work, label.earliest)
    price = weights.waiting * (back - leave - label.work) + weights.duty * (back - leave) + _overtime(back, clock)
    for step in _steps(label):
        if step.visit is not None and step.piece is not None:
            start = max(leave + step.work, step.earliest) - step.visit.service_seconds
            price += _late(step.visit, start) - step.piece.pull
            largest = max(largest, start - (start if step.visit.late_after is None else step.visit.late_after))
    return price + weights.largest_lateness * largest


def _overtime(back: int, clock: Clock) -> float:
    overtime = clock.vehicle.overtime
    return 0.0 if overtime is None else max(0, back - clock.vehicle.shift[1]) * overtime.cost_per_hour / HOUR


def _timetable(label: Label, leave: int, clock: Clock, weights: Weights) -> Timetable:
    """Drive the route that the label describes."""
    now, travel, waiting, moves, cost = leave, 0, 0, 0, 0.0
    arrivals, starts, ends, breaks = [], [], [], []
    for step in _steps(label):
        arrival, ready, taken = _drive(now, step, clock)
        breaks += taken
        travel += step.travel
        if step.visit is None or step.piece is None:
            waiting += ready - now - step.travel - sum(end - start for start, end in taken)
            now = ready
            continue
        start = max(ready + step.approach, step.piece.first)
        waiting += start - step.approach - now - step.travel - sum(end - begin for begin, end in taken)
        now = start + step.visit.service_seconds
        arrivals.append(arrival)
        starts.append(start)
        ends.append(now)
        moves += step.piece.moved
        cost += _late(step.visit, start) - step.piece.value
    cost += weights.waiting * waiting + weights.duty * (now - leave) + _overtime(now, clock)
    return Timetable(
        leave, now, tuple(arrivals), tuple(starts), tuple(ends), tuple(breaks), travel, waiting, moves, cost
    )


def _drive(now: int, step: Label, clock: Clock) -> tuple[int, int, list[tuple[int, int]]]:
    """Arrival, readiness after all breaks, and the breaks of one way, each taken as soon as it may be."""
    left = step.travel
    arrival = now + left
    taken = []
    for index in step.order:
        pause = clock.vehicle.breaks[index]
        begin = max(now, pause.window[0])
        if begin - now < left:
            left -= begin - now
            arrival = begin + pause.duration + left
        else:
            left = 0
        now = begin + pause.duration
        taken.append((begin, now))
    return arrival, max(arrival, now + left), taken
