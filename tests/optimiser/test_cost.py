"""Every cost part, computed by hand for the worked day."""

from dataclasses import replace
from typing import Any

import pytest

from app.optimiser.cost import PARTS, cost
from app.optimiser.plan import Plan, Route, Stop
from app.optimiser.problem import Objective, Previous, Problem
from tests.optimiser.days import HOUR, MINUTE
from tests.optimiser.worked_day import JOBS, PAIR, PLAN, PREVIOUS, PROBLEM, SOLO, VEHICLES, at

WEIGHTS = Objective(
    travel_per_hour=60, duty_per_hour=6, waiting_per_hour=5, lateness_max_per_hour=12, fairness_per_hour=1
)


def weighed(**changes: Any) -> Problem:
    return replace(PROBLEM, objective=WEIGHTS, **changes)


def job_with(name: str, **changes: Any) -> Problem:
    return weighed(jobs=tuple(replace(one, **changes) if one.id == name else one for one in JOBS))


def vehicle_with(index: int, **changes: Any) -> Problem:
    vehicles = list(VEHICLES)
    vehicles[index] = replace(vehicles[index], **changes)
    return weighed(vehicles=tuple(vehicles))


def previously(stop: Stop, vehicle: str = "pair", **changes: Any) -> Problem:
    plan = Plan(routes=(Route(vehicle, 0, 0, (stop,)),))
    return weighed(previous=Previous(plan, **{"move_cost": 3.0, **changes}))


MINUTES_BY_HAND: list[tuple[str, float, Problem]] = [
    ("prizes", 100.0, weighed()),
    ("travel", 60 + 80 + 60, weighed()),
    ("duty", (265 + 245 + 140) * 6 / 60, weighed()),
    ("waiting", 17.083333, weighed()),  # 60 + 25, 80, 10 + 30 minutes
    ("lateness", 30.0, weighed()),
    ("lateness_max", 6.0, weighed()),
    ("overtime", 0.0, weighed()),
    ("fixed", 7.0, weighed()),
    ("fairness", 7.533333, weighed()),  # mean of 265, 265, 245, 140 and 0 minutes: 183
    ("moves", 0.0, weighed()),
    ("preferences", -12.0, weighed()),
    ("slot_values", -5.0, weighed()),
    ("prizes", 250.0, job_with("spare", prize=250.0)),
    ("travel", 0.0, replace(PROBLEM, objective=replace(WEIGHTS, travel_per_hour=0.0))),
    ("lateness", 60.0, job_with("both", due=at(8), lateness_cost_per_hour=30.0)),  # half an hour, two roles
    ("lateness", 0.0, job_with("late", lateness_cost_per_hour=0.0)),
    ("lateness", 45.0, job_with("late", due=at(9, 45))),  # due counts before the end of the window
    ("lateness", 30.0, job_with("late", due=at(11))),
    ("lateness_max", 24.0, job_with("kept", due=at(12))),  # late without a price is late all the same
    ("overtime", 40.0, vehicle_with(PAIR, shift=(at(8), at(11, 40)))),
    ("overtime", 0.0, vehicle_with(SOLO, shift=(at(8), at(14)))),
    ("fixed", 9.5, vehicle_with(SOLO, fixed_cost=2.5)),
    ("moves", 3.0, previously(Stop("spare", (0,), at(9), at(9), at(9, 20)))),  # dropped
    ("moves", 0.0, previously(Stop("late", (0,), 0, at(10, 45), 0))),  # 15 minutes later is no move
    ("moves", 3.0, previously(Stop("late", (0,), 0, at(10, 45) + 1, 0))),
    ("moves", 3.0, previously(Stop("late", (0,), 0, at(10, 30), 0), vehicle="solo")),
    ("moves", 3.0, previously(Stop("late", (0,), 0, at(10, 30), 0), vehicle="gone")),
    ("moves", 0.0, previously(Stop("late", (0,), 0, at(9), 0), freeze_before=at(9, 1))),
    ("moves", 0.0, previously(Stop("gone", (0,), 0, at(9), 0))),
    ("preferences", 0.0, job_with("upstairs", preferred={"cat": 12.0})),
    ("preferences", -8.0, job_with("upstairs", preferred={"ann": 8.0, "bob": -2.0})),
    ("preferences", -5.0, job_with("upstairs", preferred={"ann": 8.0, "bob": 5.0}, barred=frozenset({"ann"}))),
    ("preferences", -25.0, job_with("both", preferred={"ann": 8.0, "bob": 5.0})),  # each of the two, and upstairs
]


@pytest.mark.parametrize(("part", "amount", "problem"), MINUTES_BY_HAND)
def test_a_part_is_what_the_hand_computes(part: str, amount: float, problem: Problem) -> None:
    assert cost(problem, PLAN).parts[part] == amount


def test_the_first_interval_that_holds_the_start_counts() -> None:
    first = replace(JOBS[4].slot_values[0], value=-4.0)
    problem = job_with("first", slot_values=(first, JOBS[4].slot_values[0]))
    assert cost(problem, PLAN).parts["slot_values"] == 4.0


def test_the_total_is_the_sum_of_the_parts() -> None:
    priced = cost(weighed(), PLAN)
    assert tuple(priced.parts) == PARTS
    assert priced.total == round(sum(priced.parts.values()), 6) == 415.616666


def test_an_empty_plan_costs_the_prizes() -> None:
    assert cost(weighed(previous=None), Plan()).total == 800.0


def test_unknown_vehicles_and_jobs_cost_nothing() -> None:
    ghost = Route("ghost", 0, 10 * HOUR, (Stop("kept", (0,), 0, 0, 0),))
    lost = Route("idle", 0, 10 * MINUTE, (Stop("ghost", (0,), 0, 0, 0),))
    plan = Plan(routes=(ghost, lost))
    parts = cost(weighed(previous=Previous(PREVIOUS)), plan).parts
    assert (parts["prizes"], parts["travel"], parts["duty"]) == (800.0, 0.0, 1.0)
