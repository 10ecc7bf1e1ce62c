"""`python -m app solve`, `check`, `draw` and `schema`: the planner without a database."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.kernel.errors import Invalid
from app.optimiser.budget import Budget
from app.optimiser.check import violations
from app.optimiser.cost import cost
from app.optimiser.drawing import draw
from app.optimiser.faults import InputError
from app.optimiser.live import live_line
from app.optimiser.plan import Cost, Plan
from app.optimiser.plan_json import read_plan, write_plan
from app.optimiser.problem import Problem
from app.optimiser.problem_json import read_problem
from app.optimiser.schema import SCHEMAS, schema_text
from app.optimiser.solve import ENGINES, solve
from app.optimiser.violation import Violation

DEFAULT_SECONDS = 30.0
DONE, UNREADABLE, BROKEN_PLAN, MUST_UNSERVED = 0, 1, 2, 3


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands; each sets `run`, which takes the parsed arguments and returns the exit code."""
    solving = subparsers.add_parser("solve", help="plan a problem file")
    solving.add_argument("problem", type=Path, metavar="PROBLEM.json")
    solving.add_argument("-o", "--output", type=Path, metavar="PLAN.json", help="default: standard output")
    solving.add_argument("--time-limit", type=float, metavar="SECONDS", help="seconds of search (default: 30)")
    solving.add_argument("--iterations", type=int, metavar="N", help="end after N iterations: repeatable exactly")
    solving.add_argument("--seed", type=int, default=1)
    solving.add_argument("--engine", choices=ENGINES, default="default")
    solving.add_argument("--threads", type=int, metavar="N", help="cores to use (default: all)")
    solving.set_defaults(run=_run_solve)
    checking = subparsers.add_parser("check", help="check a plan against its problem")
    checking.add_argument("problem", type=Path, metavar="PROBLEM.json")
    checking.add_argument("plan", type=Path, metavar="PLAN.json")
    checking.add_argument("--json", action="store_true", help="print the answer as JSON")
    checking.set_defaults(run=_run_check)
    drawing = subparsers.add_parser("draw", help="draw a plan as a map and a timeline")
    drawing.add_argument("problem", type=Path, metavar="PROBLEM.json")
    drawing.add_argument("plan", type=Path, metavar="PLAN.json")
    drawing.add_argument("-o", "--output", type=Path, metavar="DAY.svg", required=True)
    drawing.set_defaults(run=_run_draw)
    describing = subparsers.add_parser("schema", help="print the JSON Schema of problems or of plans")
    describing.add_argument("document", choices=sorted(SCHEMAS))
    describing.set_defaults(run=_run_schema)


def _run_solve(arguments: argparse.Namespace) -> int:
    return solve_file(
        arguments.problem,
        output=arguments.output,
        time_limit=arguments.time_limit,
        iterations=arguments.iterations,
        seed=arguments.seed,
        engine=arguments.engine,
        threads=arguments.threads,
    )


def _run_check(arguments: argparse.Namespace) -> int:
    return check_file(arguments.problem, arguments.plan, as_json=arguments.json)


def _run_draw(arguments: argparse.Namespace) -> int:
    return draw_file(arguments.problem, arguments.plan, arguments.output)


def _run_schema(arguments: argparse.Namespace) -> int:
    sys.stdout.write(schema_text(arguments.document))
    return DONE


def solve_file(
    problem_file: Path,
    output: Path | None = None,
    time_limit: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    engine: str = "default",
    threads: int | None = None,
) -> int:
    """Solve the problem and write its plan; 0 done, 3 when something that must be served is not, 1 when unreadable.

    Without a time limit the search ends after the iterations, or after 30 seconds when there are none either.
    """
    try:
        problem = _read_problem(problem_file)
        budget = Budget(DEFAULT_SECONDS if time_limit is iterations is None else time_limit, iterations)
        with live_line(len(problem.jobs)) as show:
            plan = solve(problem, budget, seed, on_progress=show, engine=engine, threads=threads)
        _write(plan, output)
    except (InputError, Invalid, OSError) as error:
        return _complain(error)
    broken = violations(problem, plan)
    for violation in broken:
        sys.stderr.write(f"{violation.rule}: {violation.where}\n")
    return MUST_UNSERVED if broken else DONE


def check_file(problem_file: Path, plan_file: Path, as_json: bool = False) -> int:
    """Check the plan and print what is wrong with it; 0 valid, 2 invalid, 1 unreadable."""
    try:
        problem = _read_problem(problem_file)
        plan = read_plan(plan_file.read_bytes())
    except (InputError, OSError) as error:
        return _complain(error)
    found, priced = violations(problem, plan), cost(problem, plan)
    if as_json:
        _print_json(found, priced)
    else:
        _print_table(found, priced)
    return BROKEN_PLAN if found else DONE


def draw_file(problem_file: Path, plan_file: Path, output: Path) -> int:
    """Draw the plan as SVG; 0 done, 1 when unreadable or when the plan speaks of things that the problem has not."""
    try:
        problem = _read_problem(problem_file)
        plan = read_plan(plan_file.read_bytes())
        output.write_text(draw(problem, plan), encoding="utf-8")
    except (InputError, OSError) as error:
        return _complain(error)
    except KeyError as error:
        sys.stderr.write(f"{plan_file}: the plan is of another problem: {error} is not in {problem_file}\n")
        return UNREADABLE
    return DONE


def _read_problem(path: Path) -> Problem:
    return read_problem(path.read_bytes(), path.parent)


def _write(plan: Plan, output: Path | None) -> None:
    data = write_plan(plan)
    if output is None:
        sys.stdout.write(data.decode())
    else:
        output.write_bytes(data)


def _complain(error: InputError | Invalid | OSError) -> int:
    """Say what is wrong, every fault with what to do about it."""
    if isinstance(error, InputError):
        lines = [str(fault) for fault in error.input_faults]
    elif isinstance(error, Invalid):
        lines = [f"{error.reason}: {error.detail}; {error.action}"]
    else:
        lines = [f"{error.filename}: {error.strerror}" if error.filename else str(error)]
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return UNREADABLE


def _print_json(found: list[Violation], priced: Cost) -> None:
    answer = {
        "valid": not found,
        "violations": [asdict(violation) for violation in found],
        "cost": {"total": priced.total, "parts": dict(priced.parts)},
    }
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def _print_table(found: list[Violation], priced: Cost) -> None:
    console = Console()
    if found:
        table = Table("rule", "where", "by", title="Broken rules")
        for violation in found:
            by = "" if violation.by is None else f"{violation.by:g}"
            table.add_row(violation.rule, Text(violation.where), by)
        console.print(table)
    else:
        console.print("The plan breaks no rule.")
    table = Table("part", "cost", title="Cost")
    for name, amount in priced.parts.items():
        table.add_row(name, f"{amount:.6f}")
    table.add_row("total", f"{priced.total:.6f}")
    console.print(table)
