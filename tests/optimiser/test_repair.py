"""Each kind of repair: the change that is offered, and the day that it makes possible."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft
from app.optimiser.explain import reasons, with_repairs
from app.optimiser.final_sweep import FinalSweep
from app.optimiser.plan import Plan, Unassigned
from app.optimiser.problem import Job, Overtime, Problem, Role, Vehicle
from app.optimiser.search_space import SearchSpace
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

TODAY, TOMORROW = (8 * HOUR, 17 * HOUR), (32 * HOUR, 41 * HOUR)
SKILLED = frozenset({"s"})
TWO = (Role(SKILLED, 20 * MINUTE), Role(SKILLED, 20 * MINUTE))
ANN, BOB, CAT = (crew(name, member(name, "s")) for name in ("ann", "bob", "cat"))


def planned(problem: Problem, is_over: Callable[[], bool] = lambda: False) -> Plan:
    draft = Draft(SearchSpace(problem))
    sweep = FinalSweep(draft, lambda tries: False)
    sweep.run()
    plan = make_plan(problem, draft.routes, reasons(draft, sweep), 1, {})
    assert violations(problem, plan) == []
    return with_repairs(draft, plan, is_over)


def left(problem: Problem) -> Unassigned:
    return next(one for one in planned(problem).unassigned if one.job == "a")


def with_job(problem: Problem, **changes: Any) -> Problem:
    return replace(problem, jobs=(replace(problem.jobs[0], **changes), *problem.jobs[1:]))


def two_days() -> Problem:
    """A full today and an empty tomorrow of the same person."""
    crews = [crew("today", member("ann"), max_jobs=1), crew("tomorrow", member("ann"), day=1, shift=TOMORROW)]
    return day(crews, [job("a", 1, windows=((10 * HOUR, 12 * HOUR),)), job("b", 1, windows=(TODAY,), prize=900.0)])


def test_another_day_is_offered_at_the_same_hours() -> None:
    problem = two_days()
    repair = left(problem).repair
    assert repair is not None
    assert (repair.kind, repair.vehicle, repair.start) == ("another_day", "tomorrow", 34 * HOUR)
    assert repair.detail == "tomorrow could start it at 10:00 on 2026-11-24"
    assert repair.added_cost == 20.0 - 100.0
    assert planned(with_job(problem, windows=((10 * HOUR, 12 * HOUR), (34 * HOUR, 36 * HOUR)))).served == {"a", "b"}


@pytest.mark.parametrize("looks", [1, 2, 3])
def test_no_repair_is_tried_when_the_time_is_over_not_even_the_next_one_of_a_job(looks: int) -> None:
    """The clock is looked at before all of them, before each job, and before each proof."""
    answers = iter([False] * (looks - 1))
    plan = planned(two_days(), lambda: next(answers, True))
    assert [one.repair for one in plan.unassigned] == [None]


def test_another_day_is_not_offered_where_the_job_has_a_window_on_it() -> None:
    problem = two_days()
    never = with_job(problem, windows=((10 * HOUR, 12 * HOUR), (25 * HOUR, 26 * HOUR)))
    repair = left(never).repair
    assert repair is None or repair.kind != "another_day"


def test_a_worker_who_is_not_among_those_allowed_is_offered() -> None:
    problem = day([ANN, BOB], [job("a", 1, roles=TWO[:1], allowed=frozenset({"eve"}))])
    repair = left(problem).repair
    assert repair is not None
    assert (repair.kind, repair.vehicle) == ("neighbour_worker", "ann")
    assert repair.detail == "ann could start it at 08:10 if it allowed ann"
    assert planned(with_job(problem, allowed=frozenset({"eve", "ann"}))).served == {"a"}


def test_a_worker_who_is_barred_is_never_offered() -> None:
    problem = day([ANN, BOB], [job("a", 1, roles=TWO[:1], allowed=frozenset(), barred=frozenset({"ann", "bob"}))])
    assert left(problem).repair is None


def test_of_a_pair_only_those_who_are_not_barred_are_allowed() -> None:
    pair = crew("pair", member("ann", "s"), member("bob", "s"))
    problem = day([pair], [job("a", 1, roles=TWO[:1], allowed=frozenset(), barred=frozenset({"ann"}))])
    repair = left(problem).repair
    assert repair is not None
    assert repair.detail.endswith("if it allowed bob")


SHORT = (8 * HOUR, 8 * HOUR + 30 * MINUTE)
AT_NINE = (9 * HOUR, 9 * HOUR)


def meeting(**more: Any) -> Job:
    return job("a", 1, roles=TWO, **more)


def stretched(vehicle: Vehicle) -> Vehicle:
    return replace(vehicle, overtime=Overtime(10 * MINUTE))


MEETINGS: list[tuple[str, str, Problem, Callable[[Problem], Problem]]] = [
    (
        "neighbour_worker",
        "ann and bob could start it at 08:10 if it allowed bob",
        day([ANN, BOB], [meeting(allowed=frozenset({"ann"}))]),
        lambda problem: with_job(problem, allowed=frozenset({"ann", "bob"})),
    ),
    (
        "overtime",
        "ann and bob could start it at 08:10 with 20 min more overtime",
        day([replace(ANN, shift=SHORT), replace(BOB, shift=SHORT)], [meeting()]),
        lambda problem: replace(problem, vehicles=tuple(map(stretched, problem.vehicles))),
    ),
    (
        "wider_window",
        "ann and bob could start it at 08:40, 20 min outside its windows",
        day(
            [ANN, BOB],
            [meeting(windows=(AT_NINE,)), job("b", 1, prize=900.0, windows=(AT_NINE,), allowed=frozenset({"bob"}))],
        ),
        lambda problem: with_job(problem, windows=((9 * HOUR - 20 * MINUTE, 9 * HOUR),)),
    ),
]


@pytest.mark.parametrize(("kind", "detail", "problem", "change"), MEETINGS, ids=[row[0] for row in MEETINGS])
def test_a_meeting_is_repaired_too(
    kind: str, detail: str, problem: Problem, change: Callable[[Problem], Problem]
) -> None:
    repair = left(problem).repair
    assert repair is not None
    assert (repair.kind, repair.detail) == (kind, detail)
    assert repair.added_cost < 0
    assert "a" in planned(change(problem)).served


def test_a_meeting_with_somebody_barred_is_not_repaired_by_them() -> None:
    barred = meeting(allowed=frozenset({"ann"}), barred=frozenset({"bob"}))
    repair = left(day([ANN, BOB, CAT], [barred])).repair
    assert repair is not None
    assert repair.detail == "ann and cat could start it at 08:10 if it allowed cat"


def test_windows_at_the_edge_of_time_do_no_harm() -> None:
    edge = 10**9
    problem = day([crew("v", overtime=Overtime(edge), max_jobs=0)], [job("a", 1, windows=((edge, edge),))])
    assert left(problem).repair is None
