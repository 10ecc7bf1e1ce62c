"""Once warm, a search of any kind finds its machine code ready."""

from types import ModuleType

import pytest

from app.optimiser.budget import Budget
from app.optimiser.compiled import decoder, decoder_moves, insertion, ruin_recreate, timing
from app.optimiser.problem import Problem
from app.optimiser.solve import solve
from app.optimiser.warming import warm
from bench.full_day import full_day
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import crew, day, job

KERNELS = (timing, insertion, ruin_recreate, decoder, decoder_moves)


def versions(module: ModuleType) -> dict[str, int]:
    """How many kinds of arguments each function of a module is compiled for."""
    found = {name: getattr(one, "signatures", None) for name, one in vars(module).items()}
    return {name: len(signatures) for name, signatures in found.items() if signatures is not None}


@pytest.mark.parametrize(
    "problem",
    [
        region_day(RegionDay(4, 20, lunch=True, two_person_visits=4)),
        region_day(RegionDay(6, 20, two_person_visits=20)),
        full_day(3),
        day([crew("v")], [job("a", 1)]),
    ],
    ids=["plain", "for two", "everything", "one door"],
)
def test_a_search_compiles_nothing_more(problem: Problem) -> None:
    warm()
    ready = [versions(module) for module in KERNELS]
    assert ready[2]["ruin_and_recreate"] == 1
    plan = solve(problem, Budget(iterations=100))
    assert plan.served
    assert [versions(module) for module in KERNELS] == ready


def test_it_is_done_once() -> None:
    warm()
    before = warm.cache_info()
    warm()
    assert warm.cache_info().misses == before.misses == 1
