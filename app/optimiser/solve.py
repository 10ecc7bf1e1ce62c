"""From a problem to a plan.

The engine for now is OR-Tools' routing search; a compiled ruin-and-recreate search will become the default.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from app import __version__
from app.kernel.errors import Invalid
from app.optimiser.budget import Budget, Effort, OnProgress, ShouldStop
from app.optimiser.carry_over import carry_over, without_tied
from app.optimiser.check import violations
from app.optimiser.describe import make_plan
from app.optimiser.draft import Draft
from app.optimiser.explain import reasons, with_repairs
from app.optimiser.ortools_routing import VERSION as ORTOOLS_VERSION
from app.optimiser.plan import Plan
from app.optimiser.problem import Problem
from app.optimiser.routing_engine import RoutingEngine
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import IsOver, Sweep

ENGINES = ("default", "ortools")
# What the problem itself may make unavoidable: the best plan is given all the same, and the check says so.
UNAVOIDABLE = frozenset({"MANDATORY_UNSERVED", "FREEZE_BROKEN", "TOO_MANY_MOVES"})
SWEEP_SHARE = 0.2
SWEEP_SECONDS = 1.0
MOST_TRIES = 200_000


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
) -> Plan:
    """The best plan found within the budget; it passes the check but for visits that must be and cannot be served.

    `engine` is "default" or "ortools", which are the same for now: OR-Tools' routing search. Visits for which several
    crews must meet, and linked visits, are left where the previous plan had them, or unserved with a reason. Raises
    Invalid for an engine that is not known.
    """
    if engine not in ENGINES:
        raise Invalid("ENGINE_UNKNOWN", f"there is no engine {engine!r}", action=f"use {' or '.join(ENGINES)}")
    effort = Effort(budget, on_progress, should_stop)
    carried = carry_over(SearchSpace(problem))
    searched = carried.copy()
    RoutingEngine(searched, effort, np.random.default_rng(seed)).run()
    best = _best(_candidates(searched, carried, effort, seed))
    plan = best.plan if effort.cancelled else with_repairs(best.draft, best.plan)
    effort.report(plan.cost.total, len(plan.served))
    return plan


def _candidates(searched: Draft, carried: Draft, effort: Effort, seed: int) -> Iterator[Candidate]:
    """The search's result first; then what it began with, ever less of it, should the check refuse that."""
    drafts: dict[str, Callable[[], Draft]] = {
        "search": lambda: searched,
        "previous plan": lambda: carried,
        "previous plan without tied visits": lambda: without_tied(carried),
        "nothing": lambda: Draft(searched.space),
    }
    for name, draft in drafts.items():
        yield _finish(name, draft(), effort, seed)


def _best(candidates: Iterator[Candidate]) -> Candidate:
    """The first candidate without an avoidable fault; the least faulty when there is none."""
    seen = []
    for candidate in candidates:
        seen.append(candidate)
        if candidate.faults == (0, 0):
            break
    return min(seen, key=lambda candidate: candidate.faults)


def _finish(name: str, draft: Draft, effort: Effort, seed: int) -> Candidate:
    """Sweep, explain, write down, check."""
    problem = draft.space.problem
    sweep = Sweep(draft, _patience(effort))
    sweep.run()
    plan = make_plan(problem, draft.routes, reasons(draft, sweep), seed, _solver(effort.budget, name))
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


def _solver(budget: Budget, origin: str) -> dict[str, object]:
    """Who made the plan with what budget; `origin` is not "search" when the check refused the search's own result."""
    return {
        "engine": "ortools",
        "origin": origin,
        "budget": {"seconds": budget.seconds, "iterations": budget.iterations},
        "versions": {"doorstep": __version__, "ortools": ORTOOLS_VERSION, "numpy": np.__version__},
    }
