"""Thousands of generated problems: whatever is asked, the plan must keep the rules.

Small days have any mixture of features, most of them over-constrained: there a mandatory visit may be left out. Full
days are of real size and planned by construction. Both are solved in lots, each lot a task: its case is the kind, its
seed the lot's number. A problem whose plan breaks a rule is kept beside the results.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from warnings import catch_warnings, simplefilter

from hypothesis import HealthCheck, Phase, given, seed, settings

from app.optimiser.budget import Budget
from app.optimiser.check import violations
from app.optimiser.problem import Problem
from app.optimiser.problem_json import write_problem
from app.optimiser.solve import solve
from bench.any_day import problems
from bench.full_day import full_day
from bench.judge import Verdict
from bench.solvers import ENGINES
from bench.tasks import Outcome, Task

GENERATED = "generated"
SMALL, FULL = "small", "full"
LOTS = {SMALL: 100, FULL: 20}
BUDGETS = {SMALL: Budget(iterations=15), FULL: Budget(seconds=30.0, iterations=400)}
FAILED = Path(__file__).parent / "out" / "failed"
MAY_BREAK = "MANDATORY_UNSERVED"
FROM_SEARCH = "search"


def run_generated(task: Task) -> Outcome:
    """Solve one lot and count the rules that its plans break."""
    started = perf_counter()
    broken: Counter[str] = Counter()
    figures = Counter(problems=0, faulty=0, left_mandatory=0, not_from_search=0, search_missed=0)
    for problem in generate(task.case, task.seed):
        _try(task, problem, broken, figures)
    verdict = Verdict(
        cost=0.0,
        worth=0.0,
        lost_prize=0.0,
        travel_hours=0.0,
        served=0,
        jobs=0,
        pairs_served=0,
        broken=dict(sorted(broken.items())),
        figures={name: float(count) for name, count in figures.items()},
    )
    return Outcome(task.key, task, {task.budget: verdict}, seconds=round(perf_counter() - started, 3))


def generate(kind: str, lot: int) -> Iterator[Problem]:
    """The problems of one lot, always the same."""
    if kind == FULL:
        return (full_day(lot * LOTS[FULL] + number) for number in range(LOTS[FULL]))
    found: list[Problem] = []
    _draw(lot, found.append)
    return iter(found)


def _draw(lot: int, take: Callable[[Problem], None]) -> None:
    """Let hypothesis draw a lot of small days."""

    @seed(lot)
    @settings(
        max_examples=LOTS[SMALL],
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(problems())
    def each(problem: Problem) -> None:
        take(problem)

    each()


def _try(task: Task, problem: Problem, broken: Counter[str], figures: Counter[str]) -> None:
    """Solve and check one problem; a crash counts as a broken rule too, and so does arithmetic that warns."""
    figures["problems"] += 1
    try:
        with catch_warnings():
            simplefilter("error", RuntimeWarning)
            plan = solve(problem, BUDGETS[task.case], task.seed, engine=ENGINES[task.solver])
    except Exception as error:
        found = [f"CRASH {type(error).__name__}"]
    else:
        found = [violation.rule for violation in violations(problem, plan)]
        figures["not_from_search"] += plan.solver["origin"] != FROM_SEARCH
        figures["search_missed"] += any(one.reason == "SEARCH" for one in plan.unassigned)
    figures["left_mandatory"] += MAY_BREAK in found
    faults = [rule for rule in found if rule != MAY_BREAK]
    broken.update(faults)
    if faults:
        figures["faulty"] += 1
        FAILED.mkdir(parents=True, exist_ok=True)
        name = f"{task.case}-{task.seed}-{figures['problems']}.json"
        (FAILED / name).write_bytes(write_problem(problem))
