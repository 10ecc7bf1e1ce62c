"""`make bench`: what the planner reaches on generated region-days and on the home-care instances, as a table.

The home-care instances are read from the folder that DOORSTEP_HHCRSP names; without it they are left out, and the
table says so.
"""

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from app.optimiser.budget import Budget
from app.optimiser.check import violations
from app.optimiser.problem import Problem
from app.optimiser.solve import solve
from app.runtime.clock import now
from bench.hhcrsp import read_instance
from bench.region_day import RegionDay, region_day

OUTPUT = Path(__file__).parent / "out" / "report.md"
SIZES = (RegionDay(12, 150), RegionDay(24, 150, pairs=True, lunch=True), RegionDay(40, 600))


@dataclass(frozen=True)
class Row:
    """What one solve came to."""

    name: str
    seconds: float
    served: int
    jobs: int
    lost_prize: float
    travel_hours: float
    cost: float
    rules_broken: int

    def __str__(self) -> str:
        return (
            f"| {self.name} | {self.seconds:g} | {self.served}/{self.jobs} | {self.lost_prize:.0f} |"
            f" {self.travel_hours:.1f} | {self.cost:.1f} | {self.rules_broken} |"
        )


def main() -> int:
    """Solve everything with one budget and write the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Solve the benchmark problems.")
    parser.add_argument("--seconds", type=float, default=10.0, help="search for each problem (default: 10)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    lines = [*_heading(chosen.seconds, chosen.seed)]
    for name, problem in _problems():
        row = measure(name, problem, chosen.seconds, chosen.seed)
        sys.stderr.write(f"{row}\n")
        lines.append(str(row))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"written to {OUTPUT.relative_to(Path.cwd())}\n")
    return 0


def measure(name: str, problem: Problem, seconds: float, seed: int) -> Row:
    """Solve one problem; the checker judges the plan."""
    plan = solve(problem, Budget(seconds), seed)
    lost = sum(job.prize for job in problem.jobs if job.id not in plan.served)
    return Row(
        name=name,
        seconds=seconds,
        served=len(plan.served),
        jobs=len(problem.jobs),
        lost_prize=lost,
        travel_hours=plan.travel_seconds / 3600,
        cost=plan.cost.total,
        rules_broken=len(violations(problem, plan)),
    )


def _heading(seconds: float, seed: int) -> Iterator[str]:
    yield f"{now():%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
    yield f"OR-Tools {version('ortools')}, {seconds:g} s each, seed {seed}, one process."
    if _homecare() is None:
        yield "\nThe home-care instances were left out: DOORSTEP_HHCRSP names no folder."
    yield "\n| problem | seconds | served | lost prize | travel hours | cost | rules broken |"
    yield "|---|---|---|---|---|---|---|"


def _problems() -> Iterator[tuple[str, Problem]]:
    for size in SIZES:
        pairs = ", pairs and lunch" if size.pairs else ""
        yield f"region-day {size.investigators}/{size.visits}{pairs}", region_day(size)
    folder = _homecare()
    for path in sorted(folder.glob("instance_*.json")) if folder else ():
        yield path.stem.split("-r")[0], read_instance(path)


def _homecare() -> Path | None:
    folder = os.environ.get("DOORSTEP_HHCRSP")
    return Path(folder) if folder else None


if __name__ == "__main__":
    sys.exit(main())
