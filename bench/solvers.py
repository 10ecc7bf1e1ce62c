"""Everybody who takes part, by name: our engines, and the opponents as one of them."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any

from app.optimiser.budget import Budget, Progress
from app.optimiser.plan import Plan
from app.optimiser.problem import Problem
from app.optimiser.solve import solve
from bench.ablations import VARIANTS, changed
from bench.judge import as_plan
from bench.opponents import Opponent, Trace
from bench.pyvrp_peer import pyvrp_peer
from bench.region_day import RegionDay, region_day
from bench.vroom_peer import vroom_peer

OURS, ORTOOLS, PYVRP, VROOM = "doorstep", "ortools", "pyvrp", "vroom"
WARM_UP = RegionDay(3, 20)
HAS_THREADS = "threads" in inspect.signature(solve).parameters


@dataclass(frozen=True)
class Solved:
    """What a solver came to: by the seconds of its budget a plan, and what was wrong before it became one."""

    plans: Mapping[float, tuple[Plan, Sequence[str]]]
    trace: Trace = field(default_factory=list)
    seconds: float = 0.0
    note: str = ""


Solver = Callable[[Problem, Sequence[float], int, int], Solved]


def solve_with(solver: str, problem: Problem, moments: Sequence[float], seed: int, threads: int) -> Solved:
    """The plan of one solver at each of the moments that it can tell of; the last is its budget."""
    return SOLVERS[solver](problem, moments, seed, threads)


def tells_of_moments(solver: str) -> bool:
    """Whether one long run also shows what a shorter one would have found."""
    return solver == PYVRP


def warm_up(solver: str) -> None:
    """Load and compile what a living worker has loaded and compiled before."""
    if solver not in PEERS:
        solve_with(solver, region_day(WARM_UP), [0.2], 0, 1)


def _own(engine: str, problem: Problem, moments: Sequence[float], seed: int, threads: int) -> Solved:
    trace: Trace = []

    def note(progress: Progress) -> None:
        trace.append((round(progress.seconds, 3), progress.best_cost))

    budget = Budget(seconds=max(moments))
    more: dict[str, Any] = {"threads": threads} if HAS_THREADS else {}
    started = perf_counter()
    plan = solve(problem, budget, seed, note, engine=engine, **more)
    return Solved({max(moments): (plan, ())}, trace, perf_counter() - started)


def _changed(variant: str, problem: Problem, moments: Sequence[float], seed: int, threads: int) -> Solved:
    with changed(variant):
        return _own(ENGINES[OURS], problem, moments, seed, threads)


def _peer(opponent: Opponent, problem: Problem, moments: Sequence[float], seed: int, threads: int) -> Solved:
    found = opponent(problem, moments, seed, threads)
    plans = {moment: as_plan(problem, routes) for moment, routes in found.routes.items()}
    return Solved(plans, found.trace, found.seconds, found.note)


ENGINES = {OURS: "default", ORTOOLS: "ortools"}
PEERS: Mapping[str, Opponent] = {PYVRP: pyvrp_peer, VROOM: vroom_peer}
SOLVERS: Mapping[str, Solver] = {
    **{name: partial(_own, engine) for name, engine in ENGINES.items()},
    **{name: partial(_changed, name) for name in VARIANTS},
    **{name: partial(_peer, opponent) for name, opponent in PEERS.items()},
}
