"""What no route shows alone is priced by the search as the cost of the plan is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.compiled.shared_price import shared_price
from app.optimiser.cost import cost
from app.optimiser.describe import make_plan
from app.optimiser.problem import Objective, Problem
from app.optimiser.ruin_search import RuinSearch, temperatures
from app.optimiser.survey import Survey
from bench.region_day import RegionDay, region_day
from tests.optimiser.compiled.board import Board, days
from tests.optimiser.days import HOUR, crew, day, job, member

RANDOM = settings(derandomize=True, deadline=None, max_examples=80)
FAIR = Objective(fairness_per_hour=7.0)
PUNCTUAL = Objective(lateness_max_per_hour=11.0)


def price(board: Board) -> float:
    return float(shared_price(board.ground, board.routes, np.zeros(len(board.space.problem.workers))))


def test_everybody_is_compared_with_the_mean_the_idle_too() -> None:
    board = Board(day([crew("a"), crew("b"), crew("c")], [job("x", 3, 60)], objective=FAIR))
    assert price(board) == 0.0
    assert board.lay(0, [0], {})
    assert price(board) == pytest.approx(7.0 * (2 - 2 / 3 + 2 / 3 + 2 / 3))


def test_a_worker_of_two_days_or_of_a_crew_counts_each_hour() -> None:
    team = [
        crew("van", member("ann"), member("bob")),
        crew("ann/2", member("ann"), day=1, shift=(32 * HOUR, 41 * HOUR)),
    ]
    board = Board(day(team, [job("x", 3, 60), job("y", 3, 60)], objective=FAIR))
    assert board.lay(0, [0], {})
    assert price(board) == 0.0
    assert board.lay(1, [1], {})
    assert price(board) == pytest.approx(7.0 * 2)


def test_the_largest_lateness_of_all_is_priced_once() -> None:
    visits = [
        job(name, 3, due=8 * HOUR + late * 60, windows=((0, 24 * HOUR),)) for name, late in (("x", 10), ("y", 25))
    ]
    board = Board(day([crew("a"), crew("b")], visits, objective=PUNCTUAL))
    assert board.lay(1, [1], {})
    assert price(board) == pytest.approx(11.0 * 5 / 60)
    assert board.lay(0, [0], {})
    assert price(board) == pytest.approx(11.0 * 20 / 60)


@RANDOM
@given(days(("ann", "bob")), st.permutations(range(4)), st.integers(0, 4))
def test_any_two_routes_cost_what_their_plan_does(problem: Problem, order: list[int], cut: int) -> None:
    problem = replace(problem, objective=Objective(60.0, 5.0, 5.0, 40.0, 30.0))
    board = Board(problem)
    for vehicle, jobs in enumerate((order[:cut], order[cut:])):
        exact = board.exact(vehicle, jobs, {})
        if exact is None or not board.lay(vehicle, jobs, {}):
            return
        board.draft.routes[vehicle] = exact
    told = cost(problem, make_plan(problem, board.draft.routes, (), 1, {}))
    assert board.draft.cost == pytest.approx(told.total, abs=1e-4)
    if told.parts["lateness"] == 0:
        assert price(board) == pytest.approx(told.parts["fairness"] + told.parts["lateness_max"], abs=1e-4)


def test_the_search_shares_the_work_where_that_is_asked_for() -> None:
    """Twice the hands that are needed: without a price for it some would stay idle."""
    plain = replace(region_day(RegionDay(10, 30, seed=1)), objective=Objective(60.0, waiting_per_hour=0.0))
    fair = replace(plain, objective=replace(plain.objective, fairness_per_hour=60.0))
    found = []
    for problem in (plain, fair):
        draft = Board(problem).draft
        search = RuinSearch(Survey(draft.space, draft), draft, 1)
        hot, cold = temperatures(search.survey)
        search.run(1, cold, cold, is_build=True)
        search.run(3000, hot, cold)
        draft = search.draft(search.champion())
        assert draft.cost == pytest.approx(search.best_cost, rel=0.02)
        found.append(cost(fair, make_plan(fair, draft.routes, (), 1, {})))
    apart, shared = found
    assert shared.parts["fairness"] < 0.75 * apart.parts["fairness"]
    assert shared.total < 0.9 * apart.total
