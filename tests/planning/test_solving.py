"""Solves run in a child; while the compiled search is not ready, OR-Tools plans, and the plan says so."""

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.optimiser.budget import Budget, Progress
from app.optimiser.check import violations
from app.planning import solving
from app.planning.solving import NOT_READY, Order, SolverPool
from bench.region_day import RegionDay, region_day

DAY = region_day(RegionDay(3, 20))


@pytest.fixture
def pool() -> Iterator[SolverPool]:
    pool = SolverPool(1)
    yield pool
    pool.close()


def order(engine: str = "default", seconds: float | None = None) -> Order:
    return Order(DAY, Budget(seconds, 200 if seconds is None else None), 1, engine)


def test_a_child_solves_with_the_compiled_search(pool: SolverPool) -> None:
    seen: list[Progress] = []
    pool.warm()
    assert pool._warming is not None
    pool._warming.join()
    plan = pool.solve(order(), seen.append, lambda: False)
    assert violations(DAY, plan) == []
    assert plan.solver["engine"] == "ruin and recreate"
    assert "fallback" not in plan.solver
    assert seen[-1].best_cost == plan.cost.total


def test_until_the_compiled_search_is_ready_plans_are_made_by_ortools_and_say_so(
    pool: SolverPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "WARMING_SECONDS", 0.01)
    pool._warming = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,), daemon=True)
    pool._warming.start()
    plan = pool.solve(order(), lambda _: None, lambda: False)
    assert violations(DAY, plan) == []
    assert (plan.solver["engine"], plan.solver["fallback"]) == ("ortools", NOT_READY)


def test_a_search_that_cannot_be_compiled_here_leaves_ortools_to_plan(
    pool: SolverPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "WARMING_SECONDS", 60.0)
    pool._warming = multiprocessing.get_context("spawn").Process(target=int, args=("no number",), daemon=True)
    pool._warming.start()
    plan = pool.solve(order(), lambda _: None, lambda: False)
    assert plan.solver["fallback"] == NOT_READY


def test_the_worker_and_the_plans_share_one_pool() -> None:
    assert solving.shared_pool() is solving.shared_pool()


def test_a_grown_pool_solves_side_by_side(pool: SolverPool) -> None:
    pool.grow(2)
    assert pool.size == 2
    with ThreadPoolExecutor(2) as threads:
        plans = list(threads.map(lambda _: pool.solve(order(), lambda _: None, lambda: False), range(2)))
    assert plans[0] == plans[1]


def test_a_solve_that_is_told_to_stop_keeps_its_best(pool: SolverPool) -> None:
    plan = pool.solve(order(seconds=36000), lambda _: None, lambda: True)
    assert violations(DAY, plan) == []
