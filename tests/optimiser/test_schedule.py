"""Schedules are exact: nothing that can be tried by hand is cheaper."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import build_route
from app.optimiser.plan import Route
from app.optimiser.problem import Break, Job, Objective, Overtime, Problem, Role, SlotValue, Travel, Vehicle
from app.optimiser.search_space import SearchSpace
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member


def scheduled(problem: Problem) -> Route | None:
    """The one route that serves all jobs in their order, checked."""
    space = SearchSpace(problem)
    visits = [space.visit(0, index) for index in range(len(problem.jobs))]
    if None in visits:
        return None
    route = build_route(space, 0, [visit for visit in visits if visit is not None])
    if route is None:
        return None
    plan = make_plan(problem, [route], [], 1, {})
    assert violations(problem, plan) == []
    return plan.routes[0]


def timed(problem: Problem) -> Route:
    route = scheduled(problem)
    assert route is not None
    return route


def at(hours: int, minutes: int = 0) -> int:
    return hours * HOUR + minutes * MINUTE


def test_it_leaves_as_late_as_it_can() -> None:
    route = timed(day([crew("v")], [job("a", 3, windows=((at(12), at(13)),))]))
    assert (route.leave, route.stops[0].start, route.back) == (at(11, 30), at(12), at(12, 50))
    assert route.waiting_seconds == 0


def test_it_waits_when_waiting_is_cheaper_than_coming_late() -> None:
    jobs = [
        job("a", 1, windows=((at(9), at(9)),), max_lateness_seconds=HOUR, lateness_cost_per_hour=60.0),
        job("b", 1, windows=((at(11), at(11)),)),
    ]
    assert timed(day([crew("v")], jobs)).stops[0].start == at(9)
    cheap = [replace(jobs[0], lateness_cost_per_hour=1.0), jobs[1]]
    assert timed(day([crew("v")], cheap)).stops[0].start == at(10)


def test_it_takes_the_later_window_when_the_duty_is_too_long_otherwise() -> None:
    jobs = [job("a", 1, windows=((at(9), at(9)), (at(14), at(14)))), job("b", 1, windows=((at(15), at(15)),))]
    assert timed(day([crew("v")], jobs)).stops[0].start == at(14)
    assert timed(day([crew("v", max_duty_seconds=2 * HOUR)], jobs)).stops[0].start == at(14)
    assert scheduled(day([crew("v", max_duty_seconds=HOUR)], jobs)) is None


def test_it_starts_in_the_better_slot() -> None:
    jobs = [job("a", 1, windows=((at(9), at(12)),), slot_values=(SlotValue(at(11), at(12), 30.0),))]
    assert timed(day([crew("v")], jobs)).stops[0].start == at(11)
    unloved = [replace(jobs[0], slot_values=(SlotValue(at(9), at(10), -30.0),))]
    assert timed(day([crew("v")], unloved)).stops[0].start == at(10) + 1


def test_a_break_is_taken_on_the_way_and_delays_the_arrival() -> None:
    vehicle = crew("v", breaks=(Break((at(9, 10), at(9, 10)), 30 * MINUTE),))
    route = timed(day([vehicle], [job("a", 0, 60, windows=((at(8), at(8)),)), job("b", 3)]))
    assert [(taken.start, taken.end) for taken in route.breaks] == [(at(9, 10), at(9, 40))]
    assert (route.stops[1].arrival, route.waiting_seconds) == (at(10), 0)


def test_a_break_fills_a_wait() -> None:
    vehicle = crew("v", breaks=(Break((at(9), at(12)), 30 * MINUTE),))
    jobs = [job("a", 1, windows=((at(9), at(9)),)), job("b", 1, windows=((at(10), at(10)),))]
    assert timed(day([vehicle], jobs)).waiting_seconds == 10 * MINUTE


def test_a_break_at_the_depot_belongs_to_the_route() -> None:
    vehicle = crew("v", breaks=(Break((at(12), at(12)), 30 * MINUTE),))
    evening = timed(day([vehicle], [job("a", 1, windows=((at(15), at(16)),))]))
    assert evening.leave == at(12)
    morning = timed(day([vehicle], [job("a", 1, windows=((at(9), at(9)),))]))
    assert (morning.back, morning.waiting_seconds) == (at(12, 30), at(12) - at(9, 30))


def test_without_a_way_home_a_break_must_come_before_the_last_visit() -> None:
    vehicle = crew("v", end=None, breaks=(Break((at(12), at(12)), 30 * MINUTE),))
    assert scheduled(day([vehicle], [job("a", 1, windows=((at(9), at(9)),))])) is None
    assert timed(day([vehicle], [job("a", 1, windows=((at(13), at(16)),))])).back == at(13, 20)


def test_neighbours_at_one_address_share_the_approach() -> None:
    door: dict[str, Any] = {"address": "tower", "approach_seconds": 5 * MINUTE}
    jobs = [job("a", 1, **door), job("b", 1, **door), job("c", 1, address="other", approach_seconds=5 * MINUTE)]
    assert timed(day([crew("v")], jobs)).duty_seconds == (10 + 5 + 20 + 20 + 5 + 20 + 10) * MINUTE


def test_limits_are_kept() -> None:
    jobs = [job("a", 2), job("b", 4)]
    assert timed(day([crew("v", max_travel_seconds=80 * MINUTE)], jobs)).travel_seconds == 80 * MINUTE
    assert scheduled(day([crew("v", max_travel_seconds=80 * MINUTE - 1)], jobs)) is None
    assert scheduled(day([crew("v", max_jobs=1)], jobs)) is None
    assert scheduled(day([crew("v", shift=(0, 2 * HOUR - 1))], jobs)) is None
    assert timed(day([crew("v", shift=(0, HOUR), overtime=Overtime(HOUR))], jobs)).back == 2 * HOUR


def test_an_unreachable_door_is_not_visited() -> None:
    travel = Travel.from_rows([[0, -1], [5, 0]])
    assert scheduled(day([crew("v")], [job("a", 1)], travel=travel)) is None


@pytest.mark.parametrize("breaks", [2, 3, 4, 5])
def test_many_breaks_are_all_taken(breaks: int) -> None:
    pauses = tuple(Break((at(9), at(16)), 10 * MINUTE) for _ in range(breaks))
    route = timed(day([crew("v", breaks=pauses)], [job("a", 1), job("b", 2)]))
    assert len(route.breaks) == breaks


# Brute force ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A half-timed route: where time stands, which breaks are left, what was paid."""

    now: int
    breaks: tuple[Break, ...]
    price: float


def by_trying(problem: Problem) -> float | None:
    """The least time-dependent cost, by trying every departure, every order of breaks, and every start."""
    vehicle, best = problem.vehicles[0], None
    for leave in range(vehicle.shift[0], vehicle.latest_return + 1):
        steps = [Step(leave, vehicle.breaks, 0.0)]
        place = vehicle.start
        for wanted in problem.jobs:
            travel = problem.travel.seconds(place, wanted.location)
            steps = list({step for before in steps for step in _visits(before, travel, wanted)})
            place = wanted.location
        if vehicle.end is not None:
            travel = problem.travel.seconds(place, vehicle.end)
            steps = [replace(step, now=now, breaks=left) for step in steps for now, left in _ways(step, travel)]
        for step in steps:
            price = _price(problem, leave, step)
            if not step.breaks and price is not None and (best is None or price < best):
                best = price
    return best


def _visits(step: Step, travel: int, wanted: Job) -> Iterator[Step]:
    service = wanted.roles[0].service_seconds
    for ready, left in _ways(step, travel):
        for first, last in wanted.windows or ():
            for start in range(max(first, ready + wanted.approach_seconds), last + wanted.max_lateness_seconds + 1):
                late = max(0, start - last) * wanted.lateness_cost_per_hour / HOUR
                value = next((slot.value for slot in wanted.slot_values if slot.first <= start <= slot.last), 0.0)
                yield Step(start + service, left, step.price + late - value)


def _ways(step: Step, travel: int) -> Iterator[tuple[int, tuple[Break, ...]]]:
    """Every moment at which the approach may begin, with the breaks that are left then."""
    waiting = {(step.now, travel, step.breaks)}
    seen = set(waiting)
    while waiting:
        now, way, left = waiting.pop()
        yield now + way, left
        for index, pause in enumerate(left):
            for begin in range(max(now, pause.window[0]), pause.window[1] + 1):
                state = begin + pause.duration, max(0, way - (begin - now)), left[:index] + left[index + 1 :]
                if state not in seen:
                    seen.add(state)
                    waiting.add(state)


def _price(problem: Problem, leave: int, step: Step) -> float | None:
    vehicle, weights = problem.vehicles[0], problem.objective
    duty = step.now - leave
    if step.now > vehicle.latest_return or (vehicle.max_duty_seconds is not None and duty > vehicle.max_duty_seconds):
        return None
    overtime = vehicle.overtime.cost_per_hour * max(0, step.now - vehicle.shift[1]) if vehicle.overtime else 0.0
    work = sum(wanted.roles[0].service_seconds + wanted.approach_seconds for wanted in problem.jobs)
    work += _travel(problem) + sum(pause.duration for pause in vehicle.breaks)
    waiting = weights.waiting_per_hour * (duty - work) + weights.duty_per_hour * duty
    return step.price + (waiting + overtime) / HOUR


def _travel(problem: Problem) -> int:
    vehicle = problem.vehicles[0]
    places = [vehicle.start, *(wanted.location for wanted in problem.jobs)]
    places += [] if vehicle.end is None else [vehicle.end]
    return sum(problem.travel.seconds(*way) for way in pairwise(places))


SMALL = st.integers(0, 4)


@st.composite
def tiny_days(draw: st.DrawFn) -> Problem:
    """One vehicle and up to three jobs within half a minute, so that everything can be tried."""
    travel = [[0 if one == other else draw(SMALL) for other in range(3)] for one in range(3)]
    pauses = st.builds(
        lambda first, more, long: Break((first, first + more), long), st.integers(0, 16), SMALL, st.integers(1, 4)
    )
    vehicle = Vehicle(
        id="v",
        members=(member("w"),),
        start=0,
        end=draw(st.sampled_from([0, 1, None])),
        shift=(0, draw(st.integers(12, 20))),
        breaks=tuple(draw(st.lists(pauses, max_size=2))),
        max_duty_seconds=draw(st.none() | st.integers(6, 16)),
        overtime=draw(st.none() | st.just(Overtime(4, 1800.0))),
    )
    jobs = tuple(draw(_tiny_job(index)) for index in range(draw(st.integers(1, 3))))
    objective = Objective(
        waiting_per_hour=draw(st.sampled_from([0.0, 3600.0])), duty_per_hour=draw(st.sampled_from([0.0, 1800.0]))
    )
    return day([vehicle], jobs, travel=Travel.from_rows(travel), objective=objective)


def _pause(first: int, more: int, duration: int) -> Break:
    return Break((first, first + more), duration)


@st.composite
def _tiny_job(draw: st.DrawFn, index: int) -> Job:
    first = draw(st.integers(0, 12))
    windows = [(first, first + draw(SMALL))]
    late = draw(st.booleans())
    if not late and draw(st.booleans()):
        second = windows[0][1] + draw(st.integers(2, 5))
        windows.append((second, second + draw(SMALL)))
    slots = [SlotValue(first + 1, first + 2, draw(st.sampled_from([-2.0, 3.0])))] if draw(st.booleans()) else []
    return Job(
        id=f"j{index}",
        location=draw(st.integers(0, 2)),
        approach_seconds=draw(st.integers(0, 1)),
        windows=tuple(windows),
        roles=(Role(service_seconds=draw(st.integers(0, 3))),),
        max_lateness_seconds=draw(st.integers(1, 4)) if late else 0,
        lateness_cost_per_hour=draw(st.sampled_from([0.0, 1800.0, 7200.0])) if late else 0.0,
        slot_values=tuple(slots),
        prize=1.0,
    )


@settings(derandomize=True, deadline=None, max_examples=300)
@given(tiny_days())
def test_no_schedule_that_can_be_tried_is_cheaper(problem: Problem) -> None:
    space = SearchSpace(problem)
    visits = [space.visit(0, index) for index in range(len(problem.jobs))]
    known = [visit for visit in visits if visit is not None]
    route = build_route(space, 0, known) if len(known) == len(visits) else None
    best = by_trying(problem)
    if route is None or route.timetable is None:
        assert best is None
    else:
        assert best is not None
        assert route.timetable.cost == pytest.approx(best)
        assert violations(problem, make_plan(problem, [route], [], 1, {})) == []
