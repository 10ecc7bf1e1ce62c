"""`make bench`: the planner beside PyVRP, VROOM and plain OR-Tools, as tables and charts in bench/out.

What was measured stays in bench/out: an interrupted suite goes on where it was, and a changed solver is measured anew.
The home-care instances are read from the folder that DOORSTEP_HHCRSP names, Solomon's and Homberger's files from
DOORSTEP_VRPTW; without them those suites are left out.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.report import write_report
from bench.runner import OUT, read_outcomes, run_all
from bench.solvers import HAS_THREADS, SOLVERS
from bench.suites import SHORT, SUITES, Wishes, tasks_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen suites and write the report; 1 when a run gave no plan, or one that breaks a rule."""
    chosen = _parser().parse_args(arguments)
    wishes = Wishes(
        seeds=tuple(chosen.seeds),
        moments=tuple(chosen.seconds) if chosen.seconds else None,
        threads=tuple(chosen.threads),
        solvers=tuple(chosen.solvers),
        short=chosen.short,
    )
    names = chosen.suites or (SHORT if chosen.short else SUITES)
    tasks = [task for name in names for task in tasks_of(name, wishes)]
    done = [] if chosen.report else run_all(tasks, chosen.output, _tell)
    target = write_report(read_outcomes(chosen.output), chosen.output)
    sys.stdout.write(f"written to {target}\n")
    return int(any(one.failure or any(own.broken for own in one.verdicts.values()) for one in done))


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _parser() -> argparse.ArgumentParser:
    cores = os.cpu_count() or 1
    own_threads = [1, cores] if HAS_THREADS and cores > 1 else [1]
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the planner beside its peers.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"default: all of {', '.join(SUITES)}")
    parser.add_argument("--short", action="store_true", help="a few runs of a few suites, under ten minutes")
    parser.add_argument("--seconds", type=float, nargs="+", help="budgets (default: each suite's own)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--threads", type=int, nargs="+", default=own_threads, help="for the planner and VROOM")
    parser.add_argument("--solvers", nargs="+", choices=sorted(SOLVERS), default=list(SOLVERS))
    parser.add_argument("--report", action="store_true", help="run nothing, write the report of all that is known")
    parser.add_argument("-o", "--output", type=Path, default=OUT, help="folder of results and report")
    return parser


if __name__ == "__main__":
    sys.exit(main())
