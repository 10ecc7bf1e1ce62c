"""Whatever stays undone has a reason, for the job and for each worker, and a repair where one change is enough."""

from dataclasses import replace
from typing import Any

import pytest

from app.optimiser.budget import Budget
from app.optimiser.check import violations
from app.optimiser.plan import Repair, Unassigned
from app.optimiser.problem import Link, Lock, Overtime, Problem, Role, Travel, Vehicle
from app.optimiser.solve import solve
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member, road

CERTIFIED = frozenset({"certified"})
TWO = (Role(CERTIFIED, 1200), Role(CERTIFIED, 1200))


def unassigned(problem: Problem, name: str = "a") -> Unassigned:
    plan = solve(problem, Budget(iterations=40))
    assert {violation.rule for violation in violations(problem, plan)} <= {"MANDATORY_UNSERVED"}
    return next(left for left in plan.unassigned if left.job == name)


ANN = crew("ann", member("ann", "certified"))
BOB = crew("bob", member("bob", "certified"))
EVE = crew("eve", member("eve"))
EARLY, MORNING, TOMORROW = (0, HOUR), (9 * HOUR, 10 * HOUR), (32 * HOUR, 41 * HOUR)


def one(place: int, *crews: Vehicle, travel: Travel | None = None, lock: Lock | None = None, **job_is: Any) -> Problem:
    """A day with the one job "a"."""
    locks = () if lock is None else (lock,)
    return day(crews, [job("a", place, **job_is)], travel=travel or road(6), locks=locks)


def tied(first: str, second: str, *crews: Vehicle, **other_is: Any) -> Problem:
    """A day with the jobs "a" and "b", tied to each other."""
    links = (Link((first, 0), (second, 0), (0, HOUR)),)
    return day(crews, [job("a", 1), job("b", 1, **other_is)], links=links)


NEAREST = "ann, who comes nearest, "
ONE_WAY = Travel.from_rows([[0, 5], [-1, 0]])
BOB_AT_NOON, LATE_START = Lock("a", "both", "bob", 12 * HOUR), Lock("a", "time", start=20 * HOUR)

IN_DEBT = Role(frozenset({"debt"}))
AN_HOUR = (8 * HOUR, 9 * HOUR)
FAR = day([ANN], [job("a", 5, prize=40.0), job("b", 5, prize=40.0)], links=(Link(("a", 0), ("b", 0), (0, HOUR)),))
APART = replace(FAR, links=(replace(FAR.links[0], workers="different"),))
BUSY = day(
    [replace(ANN, shift=AN_HOUR), replace(BOB, shift=AN_HOUR)],
    [job("a", 1, roles=TWO, prize=50.0), *(job(name, 1, 40, prize=900.0) for name in ("b", "c"))],
)

# Each row: the reason of the job, the beginning of the detail, and the day.
REASONS: list[tuple[str, str, Problem]] = [
    ("NO_SHIFT_ON_DAY", "nobody has a shift", one(1)),
    ("NO_WORKER_WITH_SKILL", "eve, who comes nearest, lacks certified", one(1, EVE, roles=TWO[:1])),
    ("NOT_ALLOWED", NEAREST + "is not among", one(1, ANN, allowed=frozenset())),
    ("NOT_ALLOWED", NEAREST + "is barred", one(1, ANN, EVE, roles=TWO[:1], barred=frozenset({"ann"}))),
    ("NO_SHIFT_ON_DAY", NEAREST + "has no shift on a day", one(1, ANN, windows=(TOMORROW,))),
    ("OUTSIDE_WINDOWS", NEAREST + "has no shift at any", one(1, ANN, windows=((20 * HOUR, 21 * HOUR),))),
    ("OUTSIDE_WINDOWS", NEAREST + "cannot reach", one(5, ANN, windows=((8 * HOUR, 8 * HOUR + 600),))),
    ("OUTSIDE_WINDOWS", NEAREST + "has no shift at any", one(5, ANN, windows=())),
    ("TOO_FAR", NEAREST + "has a shift that is 60 min too short", one(5, replace(ANN, shift=EARLY))),
    ("TOO_FAR", NEAREST + "has a travel limit that is 10 min", one(5, replace(ANN, max_travel_seconds=90 * MINUTE))),
    ("TOO_FAR", NEAREST + "has no way", one(1, ANN, travel=ONE_WAY)),
    ("PARTNER_MISSING", "no crew covers all its roles", one(1, ANN, EVE, roles=TWO)),
    ("PARTNER_MISSING", "no crew", one(1, ANN, replace(BOB, shift=EARLY), roles=TWO, windows=(MORNING,))),
    ("PARTNER_MISSING", "it is tied to b, which nobody can do", tied("a", "b", ANN, allowed=frozenset())),
    (
        "NO_WORKER_WITH_SKILL",
        "nobody with a shift has all of debt",
        one(1, ANN, roles=(TWO[0], Role(frozenset({"debt"})))),
    ),
    ("PARTNER_MISSING", "it is tied to b, and no crews could do both", APART),
    ("CAPACITY", "ann and bob have room, but it would cost 20.00 more", one(5, ANN, BOB, roles=TWO, prize=180.0)),
    ("CAPACITY", "ann has room, but it would cost 20.00 more", FAR),
    ("CAPACITY", "crews could do it on otherwise empty days", BUSY),
    ("LOCK_CONFLICT", "the promise of bob at 12:00", one(1, ANN, replace(BOB, shift=EARLY), lock=BOB_AT_NOON)),
    ("LOCK_CONFLICT", "the promise of a start at 20:00", one(1, ANN, lock=LATE_START)),
    ("CAPACITY", "ann has room, but the visit would cost 70.00 more", one(5, ANN, prize=30.0)),
    ("CAPACITY", NEAREST + "may make no visits at all", one(1, replace(ANN, max_jobs=0))),
]


def test_a_job_for_which_no_room_is_left_says_so() -> None:
    problem = day([replace(ANN, shift=(0, 2 * HOUR))], [job("a", 5), job("b", 5, prize=900.0)])
    detail = NEAREST + "could do it on an otherwise empty day; no route has room for it"
    assert (unassigned(problem).reason, unassigned(problem).detail) == ("CAPACITY", detail)


@pytest.mark.parametrize(("reason", "detail", "problem"), REASONS, ids=[f"{row[0]} {row[1]}" for row in REASONS])
def test_a_job_that_stays_undone_has_its_reason(reason: str, detail: str, problem: Problem) -> None:
    found = unassigned(problem)
    assert (found.reason, found.detail[: len(detail)]) == (reason, detail)
    assert {one.worker for one in found.per_worker} == set(problem.workers)


def test_each_worker_has_a_reason_of_their_own() -> None:
    crews = [
        EVE,
        crew("cat", member("cat", "certified"), shift=(0, HOUR)),
        crew("dan", member("dan", "certified")),
        crew("fay", member("fay", "certified"), day=1, shift=TOMORROW),
        crew("gus", member("gus", "certified"), shift=(8 * HOUR, 8 * HOUR + 30 * MINUTE)),
    ]
    today = job("a", 2, roles=TWO[:1], windows=((8 * HOUR, 17 * HOUR),), barred=frozenset({"dan"}))
    found = unassigned(day(crews, [today]))
    assert {one.worker: one.reason for one in found.per_worker} == {
        "cat": "OUTSIDE_WINDOWS",
        "dan": "NOT_ALLOWED",
        "eve": "NO_WORKER_WITH_SKILL",
        "fay": "NO_SHIFT_ON_DAY",
        "gus": "TOO_FAR",
    }
    assert found.reason == "OUTSIDE_WINDOWS"


def test_a_worker_with_two_shifts_counts_by_the_better_one() -> None:
    problem = day([ANN, crew("later", member("ann", "certified"), day=1, shift=TOMORROW)], [job("a", 5, prize=1.0)])
    assert [(one.worker, one.reason) for one in unassigned(problem).per_worker] == [("ann", "CAPACITY")]


SHORT = (8 * HOUR, 10 * HOUR)


def repaired(problem: Problem) -> tuple[Unassigned, Repair]:
    found = unassigned(problem)
    assert found.reason == "CAPACITY"
    assert found.repair is not None
    return found, found.repair


def with_crew(problem: Problem, vehicle: Vehicle) -> Problem:
    return replace(problem, vehicles=(vehicle,))


def test_overtime_is_offered_with_the_minutes_that_are_missing() -> None:
    problem = day([crew("ann", shift=SHORT)], [job("a", 5), job("b", 5, prize=900.0)])
    found, repair = repaired(problem)
    assert (repair.kind, repair.vehicle, repair.seconds, repair.added_cost) == ("overtime", "ann", 20 * MINUTE, -100.0)
    assert found.per_worker[0].detail == "needs 20 min more before 10:00"


def test_overtime_lifts_a_duty_limit_too() -> None:
    vehicle = crew("ann", max_duty_seconds=100 * MINUTE)
    problem = day([vehicle], [job("a", 4), job("b", 4, prize=900.0)])
    _, repair = repaired(problem)
    assert (repair.kind, repair.seconds) == ("overtime", 20 * MINUTE)
    longer = with_crew(problem, replace(vehicle, max_duty_seconds=120 * MINUTE))
    assert solve(longer, Budget(iterations=40)).served == {"a", "b"}


def test_overtime_that_has_its_price_says_so() -> None:
    vehicle = crew("ann", shift=SHORT, overtime=Overtime(0, 30.0))
    problem = day([vehicle], [job("a", 5), job("b", 5, prize=900.0)])
    _, repair = repaired(problem)
    assert (repair.seconds, repair.added_cost) == (20 * MINUTE, 10.0 - 100.0)


def test_a_wider_window_is_offered_with_the_start() -> None:
    nine = 9 * HOUR
    first = job("b", 1, prize=900.0, windows=((nine, nine),))
    problem = day([crew("ann")], [job("a", 1, prize=10.0, windows=((nine, nine + 10 * MINUTE),)), first])
    _, repair = repaired(problem)
    assert (repair.kind, repair.start, repair.seconds) == ("wider_window", nine + 20 * MINUTE, 10 * MINUTE)
    wider = replace(problem, jobs=(replace(problem.jobs[0], windows=((nine, repair.start),)), first))
    assert solve(wider, Budget(iterations=40)).served == {"a", "b"}


def test_a_lesser_job_may_give_way() -> None:
    """Only one of them fits, and the better one lies so far off that it is not worth it."""
    problem = day([crew("ann", max_jobs=1)], [job("a", 5, prize=130.0), job("b", 1, prize=100.0)])
    _, repair = repaired(problem)
    assert (repair.kind, repair.instead_of, repair.added_cost) == ("swap", "b", 50.0)


def test_no_repair_where_no_single_change_is_enough() -> None:
    problem = day([crew("ann", max_jobs=1)], [job("a", 5, prize=50.0), job("b", 1, prize=100.0)])
    assert unassigned(problem).repair is None


def test_on_a_real_day_everything_undone_is_explained_and_most_is_repaired() -> None:
    problem = region_day(RegionDay(investigators=6, visits=90, seed=2, overtime=True))
    plan = solve(problem, Budget(iterations=1500))
    assert {one.reason for one in plan.unassigned} == {"CAPACITY"}
    assert all(len(one.per_worker) == 6 for one in plan.unassigned)
    assert sum(one.repair is not None for one in plan.unassigned) > len(plan.unassigned) / 2


def test_a_neighbour_at_the_address_is_no_partner() -> None:
    shared: dict[str, Any] = {"address": "tower", "approach_seconds": 300}
    wanted = job("a", 1, roles=TWO, prize=500.0, **shared)
    left = unassigned(day([ANN, EVE], [wanted, job("b", 1, **shared)]))
    assert (left.reason, left.detail) == (
        "PARTNER_MISSING",
        "no crew covers all its roles, and no two could meet there",
    )
