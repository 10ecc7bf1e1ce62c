"""Who may take which half of a visit for two."""

from typing import Any

import pytest

from app.optimiser.halves import Halves
from app.optimiser.problem import Lock, Problem, Role, SlotValue
from app.optimiser.search_space import SearchSpace
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

LAW = Role(frozenset({"law"}), 30 * MINUTE)
ANYBODY = Role(service_seconds=30 * MINUTE)
TEAM = (crew("a", member("ann", "law")), crew("b", member("bob")), crew("c", member("cid", "law")))


def seminar(**more: Any) -> Problem:
    locks = more.pop("locks", ())
    return day(TEAM, [job("both", 1, roles=(LAW, ANYBODY), **more)], locks=locks)


@pytest.mark.parametrize(
    ("problem", "vehicles", "splits"),
    [
        (seminar(), (0, 1), [(0, 1)]),
        (seminar(), (1, 2), [(1, 0)]),
        (seminar(), (0, 2), [(0, 1), (1, 0)]),
        (seminar(barred=frozenset({"bob"})), (0, 1), []),
        (seminar(allowed=frozenset({"ann", "bob"})), (0, 2), []),
        (seminar(locks=(Lock("both", "worker", worker="cid"),)), (0, 1), []),
        (seminar(locks=(Lock("both", "worker", worker="cid"),)), (1, 2), [(1, 0)]),
    ],
)
def test_roles_go_to_who_may_take_them(
    problem: Problem, vehicles: tuple[int, int], splits: list[tuple[int, int]]
) -> None:
    assert Halves(SearchSpace(problem)).splits(0, *vehicles) == splits


def test_the_better_liked_split_comes_first() -> None:
    problem = day(TEAM, [job("both", 1, roles=(ANYBODY, LAW), preferred={"cid": 5.0})])
    assert Halves(SearchSpace(problem)).splits(0, 0, 2) == [(0, 1), (1, 0)]
    assert Halves(SearchSpace(problem)).splits(0, 1, 2) == [(0, 1)]


def test_a_promised_start_is_the_only_one() -> None:
    locked = Halves(SearchSpace(seminar(locks=(Lock("both", "time", start=10 * HOUR),))))
    assert locked.starts(0) == [((10 * HOUR, 10 * HOUR), 0.0)]
    free = Halves(SearchSpace(seminar(windows=((9 * HOUR, 12 * HOUR),), slot_values=(SlotValue(0, 10 * HOUR, 7.0),))))
    assert free.starts(0) == [((10 * HOUR + 1, 12 * HOUR), 0.0), ((9 * HOUR, 10 * HOUR), 7.0)]


def test_a_crew_of_two_does_the_job_whole() -> None:
    two = crew("two", member("dan", "law"), member("eve"))
    halves = Halves(SearchSpace(day([*TEAM, two], [job("both", 1, roles=(LAW, ANYBODY))])))
    assert halves.half(3, 0, 1) is None
    assert halves.half(0, 0, 1) is not None
    assert halves.splits(0, 1, 3) == []
