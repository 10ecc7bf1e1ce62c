"""A problem that makes no sense cannot be built; every fault has its code and its place."""

from collections.abc import Callable
from dataclasses import replace
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from app.kernel.place import Place
from app.optimiser.faults import ProblemError
from app.optimiser.plan import Plan, Route
from app.optimiser.problem import (
    Break,
    Job,
    Link,
    Lock,
    Objective,
    Overtime,
    Previous,
    Problem,
    Role,
    SlotValue,
    Travel,
    Vehicle,
)
from tests.optimiser.days import HOUR, crew, day, job, member

JOB = job("a", 1)
CREW = crew("v", member("ann"))


def of_job(**changes: Any) -> Callable[[], Problem]:
    return lambda: day([CREW], [replace(JOB, **changes)])


def of_vehicle(**changes: Any) -> Callable[[], Problem]:
    return lambda: day([replace(CREW, **changes)], [JOB])


def of_problem(**changes: Any) -> Callable[[], Problem]:
    return lambda: day([CREW], [JOB, replace(JOB, id="b")], **changes)


def of_vehicles(*vehicles: Vehicle) -> Callable[[], Problem]:
    return lambda: day(vehicles, [JOB])


def of_jobs(*jobs: Job) -> Callable[[], Problem]:
    return lambda: day([CREW], jobs)


def with_link(
    *, second: tuple[str, int] = ("b", 0), gap: tuple[int, int] = (0, 1), workers: str = "any"
) -> Callable[[], Problem]:
    return of_problem(links=(Link(("a", 0), second, gap, workers),))


NONSENSE: list[tuple[str, str, Callable[[], Problem]]] = [
    ("BAD_ORIGIN", "/origin", lambda: Problem("2026-11-23T00:00:00", Travel.from_rows([]))),
    ("BAD_ORIGIN", "/origin", lambda: Problem("Monday", Travel.from_rows([]))),
    ("PLACES_COUNT", "/places", of_problem(places=(Place(0, 0),))),
    ("DUPLICATE_ID", "/vehicles/1/id", of_vehicles(CREW, crew("v", member("bob")))),
    ("EMPTY_ID", "/vehicles/0/id", of_vehicle(id="")),
    ("CREW_SIZE", "/vehicles/0/members", of_vehicle(members=())),
    ("CREW_SIZE", "/vehicles/0/members", of_vehicle(members=(member("a"), member("b"), member("c")))),
    ("WORKER_TWICE_A_DAY", "/vehicles/0/members/1/worker", of_vehicle(members=(member("a"), member("a")))),
    ("WORKER_TWICE_A_DAY", "/vehicles/1/members/0/worker", of_vehicles(CREW, crew("w", member("ann")))),
    ("SHIFTS_OVERLAP", "/vehicles/1/shift", of_vehicles(CREW, crew("w", member("ann"), day=1))),
    ("UNKNOWN_LOCATION", "/vehicles/0/start", of_vehicle(start=6)),
    ("UNKNOWN_LOCATION", "/vehicles/0/end", of_vehicle(end=-1)),
    ("REVERSED", "/vehicles/0/shift", of_vehicle(shift=(10, 9))),
    ("OUT_OF_RANGE", "/vehicles/0/shift", of_vehicle(shift=(0, 10**10))),
    ("REVERSED", "/vehicles/0/breaks/0/window", of_vehicle(breaks=(Break((10, 9), 60),))),
    ("TOO_SMALL", "/vehicles/0/breaks/0/duration", of_vehicle(breaks=(Break((9, 10), 0),))),
    ("TOO_MANY_BREAKS", "/vehicles/0/breaks", of_vehicle(breaks=(Break((9, 10), 1),) * 7)),
    ("NEGATIVE", "/vehicles/0/max_jobs", of_vehicle(max_jobs=-1)),
    ("NEGATIVE", "/vehicles/0/max_travel_seconds", of_vehicle(max_travel_seconds=-1)),
    ("NEGATIVE", "/vehicles/0/max_duty_seconds", of_vehicle(max_duty_seconds=-1)),
    ("NEGATIVE", "/vehicles/0/overtime/up_to_seconds", of_vehicle(overtime=Overtime(-1))),
    ("OUT_OF_RANGE", "/vehicles/0/overtime/cost_per_hour", of_vehicle(overtime=Overtime(1, inf))),
    ("NEGATIVE", "/vehicles/0/fixed_cost", of_vehicle(fixed_cost=-0.5)),
    ("DUPLICATE_ID", "/jobs/1/id", of_jobs(JOB, JOB)),
    ("EMPTY_ID", "/jobs/0/id", of_job(id="")),
    ("UNKNOWN_LOCATION", "/jobs/0/location", of_job(location=6)),
    ("NEGATIVE", "/jobs/0/approach_seconds", of_job(approach_seconds=-1)),
    ("REVERSED", "/jobs/0/windows/1", of_job(windows=((1, 2), (4, 3)))),
    ("OUT_OF_RANGE", "/jobs/0/due", of_job(due=10**10)),
    ("NEGATIVE", "/jobs/0/max_lateness_seconds", of_job(max_lateness_seconds=-1)),
    ("OUT_OF_RANGE", "/jobs/0/lateness_cost_per_hour", of_job(lateness_cost_per_hour=nan)),
    ("NO_ROLES", "/jobs/0/roles", of_job(roles=())),
    ("NEGATIVE", "/jobs/0/roles/0/service_seconds", of_job(roles=(Role(service_seconds=-1),))),
    ("OUT_OF_RANGE", "/jobs/0/prize", of_job(prize=nan)),
    ("OUT_OF_RANGE", "/jobs/0/prize", of_job(prize=1e13)),
    ("NEGATIVE", "/jobs/0/prize", of_job(prize=-1.0)),
    ("OUT_OF_RANGE", "/jobs/0/preferred/ann", of_job(preferred={"ann": inf})),
    ("REVERSED", "/jobs/0/slot_values/0", of_job(slot_values=(SlotValue(2, 1, 5.0),))),
    ("OUT_OF_RANGE", "/jobs/0/slot_values/0/2", of_job(slot_values=(SlotValue(1, 2, nan),))),
    ("UNKNOWN_JOB", "/links/0/second", with_link(second=("c", 0))),
    ("UNKNOWN_ROLE", "/links/0/second", with_link(second=("b", 1))),
    ("LINK_TO_SELF", "/links/0", with_link(second=("a", 0))),
    ("REVERSED", "/links/0/gap", with_link(gap=(2, 1))),
    ("UNKNOWN_VALUE", "/links/0/workers", with_link(workers="others")),
    ("UNKNOWN_JOB", "/locks/0/job", of_problem(locks=(Lock("c", "time", start=1),))),
    ("UNKNOWN_WORKER", "/locks/0/worker", of_problem(locks=(Lock("a", "worker", "bob"),))),
    ("LOCK_INCOMPLETE", "/locks/0", of_problem(locks=(Lock("a", "both", "ann"),))),
    ("LOCK_INCOMPLETE", "/locks/0", of_problem(locks=(Lock("a", "worker", start=1),))),
    ("UNKNOWN_VALUE", "/locks/0/keeps", of_problem(locks=(Lock("a", "place"),))),
    ("DUPLICATE_ID", "/locks/1/job", of_problem(locks=(Lock("a", "time", start=1),) * 2)),
    ("NEGATIVE", "/previous/max_moves", of_problem(previous=Previous(Plan(), max_moves=-1))),
    ("NEGATIVE", "/previous/move_cost", of_problem(previous=Previous(Plan(), move_cost=-1.0))),
    (
        "DUPLICATE_ID",
        "/previous/plan/routes/1/vehicle",
        of_problem(previous=Previous(Plan(routes=(Route("v", 0, 0, ()), Route("v", 0, 0, ()))))),
    ),
    ("NEGATIVE", "/objective/travel_per_hour", of_problem(objective=Objective(travel_per_hour=-1.0))),
    ("OUT_OF_RANGE", "/objective/fairness_per_hour", of_problem(objective=Objective(fairness_per_hour=nan))),
]


@pytest.mark.parametrize(("code", "pointer", "build"), NONSENSE, ids=[f"{row[0]} {row[1]}" for row in NONSENSE])
def test_nonsense_is_refused(code: str, pointer: str, build: Callable[[], Problem]) -> None:
    with pytest.raises(ProblemError) as refusal:
        build()
    assert [(fault.code, fault.pointer) for fault in refusal.value.input_faults] == [(code, pointer)]
    assert refusal.value.input_faults[0].remedy


MATRICES = [
    ("RAGGED_MATRIX", [[0, 1], [1]]),
    ("RAGGED_MATRIX", np.array([[0, None], [1, 0]], dtype=object)),
    ("NOT_SQUARE", [[0, 1, 2], [1, 0, 2]]),
    ("NOT_SQUARE", [0, 1]),
    ("NOT_AN_INTEGER", [[0.0, 62.99999], [1.0, 0.0]]),
    ("NOT_AN_INTEGER", np.array([[0, nan], [1, 0]])),
    ("NEGATIVE_TRAVEL", [[0, -2], [1, 0]]),
    ("OUT_OF_RANGE", [[0, 2 * 10**9], [1, 0]]),
    ("NONZERO_DIAGONAL", [[0, 1], [1, 3]]),
]


@pytest.mark.parametrize(("code", "rows"), MATRICES, ids=[row[0] for row in MATRICES])
@pytest.mark.parametrize("name", ["durations", "distances"])
def test_a_matrix_that_is_none_is_refused(code: str, rows: list[list[int]], name: str) -> None:
    matrices = {"durations": [[0, 1], [1, 0]], name: rows}
    with pytest.raises(ProblemError) as refusal:
        Travel.from_rows(matrices["durations"], matrices.get("distances"))
    assert [fault.code for fault in refusal.value.input_faults] == [code]
    assert refusal.value.input_faults[0].pointer.startswith(f"/travel/{name}")


def test_matrices_of_different_size_are_refused() -> None:
    with pytest.raises(ProblemError, match="MATRIX_SIZES_DIFFER"):
        Travel.from_rows([[0]], [[0, 1], [1, 0]])


def test_all_faults_are_listed() -> None:
    with pytest.raises(ProblemError) as refusal:
        day([replace(CREW, start=9, shift=(2, 1))], [replace(JOB, prize=nan), JOB])
    assert [fault.code for fault in refusal.value.input_faults] == [
        "UNKNOWN_LOCATION",
        "REVERSED",
        "DUPLICATE_ID",
        "OUT_OF_RANGE",
    ]


@pytest.mark.parametrize(
    "build",
    [
        lambda: Problem("2026-11-23T00:00:00Z", Travel.from_rows([])),
        lambda: day([], [JOB]),
        lambda: day([CREW], []),
        lambda: day([CREW], [replace(JOB, windows=(), allowed=frozenset())]),
        lambda: day([CREW, crew("w", member("ann"), day=1, shift=(32 * HOUR, 41 * HOUR))], [JOB]),
        lambda: day([replace(CREW, shift=(5, 5))], [replace(JOB, windows=((7, 7),))]),
    ],
    ids=["nothing", "no vehicles", "no jobs", "nobody never", "two days", "one second"],
)
def test_odd_but_possible_problems_are_accepted(build: Callable[[], Problem]) -> None:
    assert build() == build()
