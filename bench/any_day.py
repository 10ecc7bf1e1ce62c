"""Small days with any of the format's features, drawn at random; most of them are over-constrained on purpose."""

import numpy as np
from hypothesis import strategies as st

from app.optimiser.problem import (
    Break,
    Job,
    Link,
    Lock,
    Member,
    Objective,
    Overtime,
    Problem,
    Role,
    SlotValue,
    Travel,
    Vehicle,
)

MINUTE = 60
HOUR = 3600
ORIGIN = "2026-11-23T00:00:00+08:00"
PLACES = 6

SKILLS = st.frozensets(st.sampled_from(["certified", "debt"]), max_size=2)
TRAINED = st.sampled_from([frozenset({"certified", "debt"})] * 3 + [frozenset({"certified"}), frozenset()])
WORKERS = ["ann", "bob", "cat", "dan"]
NAMES = st.frozensets(st.sampled_from(WORKERS), max_size=3)
TIMES = st.integers(8 * 4, 18 * 4).map(lambda quarter: quarter * 15 * MINUTE)
SPANS = st.tuples(TIMES, st.integers(0, 16)).map(lambda pair: (pair[0], pair[0] + pair[1] * 15 * MINUTE))
PAUSES = st.builds(Break, SPANS, st.sampled_from([600, 1800, 2700]))


@st.composite
def crews_of(draw: st.DrawFn) -> tuple[Vehicle, ...]:
    """Up to three crews of one or two, with any limits."""
    sizes = draw(st.lists(st.integers(1, 2), max_size=3) | st.just([1, 2, 1]))
    names = iter(WORKERS * 2)
    vehicles: list[Vehicle] = []
    for number, size in enumerate(sizes):
        members = tuple(Member(f"{next(names)}{'' if number < 2 else '+'}", draw(TRAINED)) for _ in range(size))
        begin = draw(st.integers(7, 10)) * HOUR
        vehicles.append(
            Vehicle(
                id=f"v{number}",
                members=members,
                start=draw(st.integers(0, 5)),
                end=draw(st.none() | st.integers(0, 5)),
                shift=(begin, begin + draw(st.sampled_from([1, 4, 9, 9])) * HOUR),
                breaks=tuple(draw(st.lists(PAUSES, max_size=2))),
                max_jobs=draw(st.sampled_from([None, None, 0, 1, 3])),
                max_travel_seconds=draw(st.sampled_from([None, None, HOUR, 3 * HOUR])),
                max_duty_seconds=draw(st.sampled_from([None, None, 2 * HOUR, 6 * HOUR])),
                overtime=draw(st.none() | st.builds(Overtime, st.integers(0, 2 * HOUR), st.floats(0, 100))),
                fixed_cost=draw(st.floats(0, 50)),
            )
        )
    return tuple(vehicles)


@st.composite
def wishes(draw: st.DrawFn, number: int) -> Job:
    """A visit with any wishes."""
    return Job(
        id=f"j{number}",
        location=draw(st.integers(0, 5)),
        address=draw(st.sampled_from([None, "tower", "mill"])),
        approach_seconds=draw(st.sampled_from([0, 300])),
        windows=draw(st.none() | st.lists(SPANS, max_size=2).map(tuple) | st.just(((9 * HOUR, 15 * HOUR),))),
        due=draw(st.none() | TIMES),
        lateness_cost_per_hour=draw(st.sampled_from([0.0, 30.0, 300.0])),
        max_lateness_seconds=draw(st.sampled_from([0, 1800, 7200])),
        roles=tuple(draw(st.lists(st.builds(Role, SKILLS, st.integers(0, 1800)), min_size=1, max_size=2))),
        prize=draw(st.floats(0, 500)),
        mandatory=draw(st.booleans()),
        allowed=draw(st.none() | st.none() | NAMES),
        barred=draw(st.sampled_from([frozenset()] * 3 + [frozenset({"ann"}), frozenset({"bob", "cat"})])),
        preferred=draw(st.dictionaries(st.sampled_from(WORKERS), st.floats(-20, 50), max_size=2)),
        slot_values=tuple(
            SlotValue(*span, value) for span, value in draw(st.lists(st.tuples(SPANS, st.floats(-30, 60)), max_size=2))
        ),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """A small day with any of the format's features."""
    vehicles = draw(crews_of())
    jobs = tuple(draw(wishes(number)) for number in range(draw(st.integers(0, 6))))
    way = np.abs(np.subtract.outer(np.arange(PLACES), np.arange(PLACES)))
    travel = 10 * MINUTE * way
    for _ in range(draw(st.integers(0, 3))):
        travel[draw(st.integers(0, 5)), draw(st.integers(0, 5))] = draw(st.sampled_from([-1, 60, 9000]))
    np.fill_diagonal(travel, 0)
    ids = [one.id for one in jobs]
    people = sorted({one.worker for vehicle in vehicles for one in vehicle.members})
    links: list[Link] = []
    locks: list[Lock] = []
    if draw(st.booleans()) and len(ids) > 1:
        links.append(Link((ids[0], 0), (ids[1], 0), (0, 3600), draw(st.sampled_from(["any", "same", "different"]))))
    if draw(st.booleans()) and ids and people:
        keeps = draw(st.sampled_from(["worker", "time", "both"]))
        locks.append(Lock(ids[-1], keeps, draw(st.sampled_from(people)), draw(TIMES)))
    weights = st.sampled_from([0.0, 5.0, 60.0])
    return Problem(
        origin=ORIGIN,
        travel=Travel.from_rows(travel, 5000 * way),
        vehicles=vehicles,
        jobs=jobs,
        links=tuple(links),
        locks=tuple(locks),
        objective=draw(st.builds(Objective, weights, weights, weights, weights, weights)),
    )
