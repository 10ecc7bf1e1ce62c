"""From a problem to a plan: search, sweep, explain, write down, check."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from app import __version__
from app.kernel.errors import Invalid
from app.optimiser.budget import Budget, Effort, OnProgress, ShouldStop
from app.optimiser.carry_over import carry_over, without_tied
from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft
from app.optimiser.explain import reasons, with_repairs
from app.optimiser.final_sweep import FinalSweep
from app.optimiser.newcomers import place_newcomers
from app.optimiser.ortools_routing import VERSION as ORTOOLS_VERSION
from app.optimiser.plan import Plan
from app.optimiser.problem import Problem
from app.optimiser.routing_engine import RoutingEngine
from app.optimiser.search import Search
from app.optimiser.search_space import SearchSpace
from app.optimiser.strands import Strands
from app.optimiser.sweep import IsOver
from app.optimiser.warming import warm

ENGINES = ("default", "ortools")
# What the problem itself may make unavoidable: the best plan is given all the same, and the check says so.
UNAVOIDABLE = frozenset({"MANDATORY_UNSERVED", "FREEZE_BROKEN", "TOO_MANY_MOVES"})
SWEEP_SHARE = 0.2
SWEEP_SECONDS = 1.0
MOST_TRIES = 200_000
LEAST_SHARE = 0.5
NEWCOMERS_SHARE = 0.25
REPAIR_SHARE = 0.03
LEAST_REPAIR_SECONDS = 0.2
# Of the time limit: later than this no repairs are looked for.
LATE = 1.2
LEAST_FINISHING_SECONDS = 0.05
FINISHING_SECONDS_PER_JOB = 6e-4


@dataclass(frozen=True)
class Candidate:
    """A finished draft with its plan; `faults` counts broken rules, those that nothing could have avoided last."""

    name: str
    draft: Draft
    plan: Plan
    faults: tuple[int, int]


def solve(
    problem: Problem,
    budget: Budget,
    seed: int = 1,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    engine: str = "default",
    threads: int | None = None,
) -> Plan:
    """The best plan found within the budget; it passes the check but for visits that must be and cannot be served.

    `engine` is "default", the compiled search, or "ortools", OR-Tools' routing search alone. `threads` is how many
    cores to use, None for all there are; under an iteration budget the plan does not depend on it. The first call in a
    process loads the compiled search, the first on a machine compiles it; neither counts. Raises Invalid for an engine
    that is not known, or no threads.
    """
    if threads is not None and threads < 1:
        raise Invalid("THREADS_INVALID", f"{threads} threads", action="give at least 1, or none for all cores")
    if engine not in ENGINES:
        raise Invalid("ENGINE_UNKNOWN", f"there is no engine {engine!r}", action=f"use {' or '.join(ENGINES)}")
    if engine == "default":
        warm()
    effort = Effort(budget, on_progress, should_stop)
    carried = carry_over(SearchSpace(problem))
    begun = carried.copy()
    place_newcomers(begun, lambda: effort.is_over(NEWCOMERS_SHARE))
    searched, used = run_engine(begun, effort, seed, engine, threads)
    best = _best(_candidates(searched, carried, effort, seed, used))
    plan = best.plan if effort.cancelled else with_repairs(best.draft, best.plan, _repair_end(effort))
    effort.report(plan.cost.total, len(plan.served))
    return plan


def run_engine(draft: Draft, effort: Effort, seed: int, engine: str, threads: int | None) -> tuple[Draft, str]:
    """The best draft, and the name of the engine that found it."""
    if engine == "ortools":
        RoutingEngine(draft, effort, np.random.default_rng(seed)).run()
        return draft, engine
    search = Search(draft, Strands(effort, threads or cores()), seed, _share(draft.space, effort))
    used = search.run()
    return search.draft, used


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _share(space: SearchSpace, effort: Effort) -> float:
    """The share of the time that the search may take: writing down and explaining a large plan takes a while."""
    seconds = effort.budget.seconds
    if seconds is None:
        return 1.0
    finishing = LEAST_FINISHING_SECONDS + FINISHING_SECONDS_PER_JOB * len(space.problem.jobs)
    return max(LEAST_SHARE, 1.0 - finishing / seconds)


def _candidates(searched: Draft, carried: Draft, effort: Effort, seed: int, used: str) -> Iterator[Candidate]:
    """The search's result first; then what it began with, ever less of it, should the check refuse that."""
    drafts: dict[str, Callable[[], Draft]] = {
        "search": lambda: searched,
        "previous plan": lambda: carried,
        "previous plan without tied visits": lambda: without_tied(carried),
        "nothing": lambda: Draft(searched.space),
    }
    for name, draft in drafts.items():
        yield _finish(name, draft(), effort, seed, used)


def _best(candidates: Iterator[Candidate]) -> Candidate:
    """The first candidate without an avoidable fault; the least faulty when there is none."""
    seen = []
    for candidate in candidates:
        seen.append(candidate)
        if candidate.faults == (0, 0):
            break
    return min(seen, key=lambda candidate: candidate.faults)


def _finish(name: str, draft: Draft, effort: Effort, seed: int, used: str) -> Candidate:
    """Sweep, explain, write down, check."""
    problem = draft.space.problem
    sweep = FinalSweep(draft, _patience(effort))
    sweep.run()
    plan = make_plan(problem, draft.routes, reasons(draft, sweep), seed, _solver(effort.budget, name, used))
    rules = [violation.rule for violation in violations(problem, plan)]
    faults = sum(rule not in UNAVOIDABLE for rule in rules), sum(rule != "MANDATORY_UNSERVED" for rule in rules)
    return Candidate(name, draft, plan, faults)


def _patience(effort: Effort) -> IsOver:
    """The sweep may overrun a time limit a little, and a wish to stop for a second; otherwise its tries are counted."""
    seconds = effort.budget.seconds
    if seconds is None and not effort.cancelled:
        return lambda tries: tries > MOST_TRIES
    overrun = 0.0 if seconds is None or effort.cancelled else SWEEP_SHARE * seconds
    end = effort.seconds + max(SWEEP_SECONDS, overrun)
    return lambda tries: effort.seconds > end


def _repair_end(effort: Effort) -> Callable[[], bool]:
    """Where the clock decides, repairs end a little after the time limit; long after it there are none."""
    seconds = effort.budget.seconds
    if seconds is None:
        return lambda: False
    more = LEAST_REPAIR_SECONDS if effort.seconds < LATE * seconds else 0.0
    end = max(effort.seconds + more, (1 + REPAIR_SHARE) * seconds)
    return lambda: effort.seconds > end


def _solver(budget: Budget, origin: str, engine: str) -> dict[str, object]:
    """Who made the plan with what budget; `origin` is not "search" when the check refused the search's own result."""
    return {
        "engine": engine,
        "origin": origin,
        "budget": {"seconds": budget.seconds, "iterations": budget.iterations},
        "versions": {
            "doorstep": __version__,
            "numba": version("numba"),
            "numpy": np.__version__,
            "ortools": ORTOOLS_VERSION,
        },
    }
