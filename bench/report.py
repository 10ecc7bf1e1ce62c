"""The report: machine, versions and seeds, a table for each suite, and charts beside it."""

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from math import log10
from pathlib import Path
from statistics import fmean

from app.runtime.clock import now
from bench.cases import size_of
from bench.plot import line_chart
from bench.suites import SHORTEST
from bench.tables import TABLES, label
from bench.tasks import Outcome

REPORT = "report.md"
PACKAGES = ("ortools", "numba", "numpy", "pyvrp", "pyvroom")
CPU_INFO = Path("/proc/cpuinfo")
DRAWN_SUITES = ("region", "lunch")
GRID_PER_DECADE = 20
UNDISTURBED = 0.9
FIRST_DRAWN_SECONDS = 0.1
METHOD = """\
Every run has a process of its own, bound to as many cores as it has threads; on each case everybody runs in turn, one
at a time. Cost is lost prizes and travel; every plan, the opponents' too, is scheduled and checked by the same checker.
Seconds are the search's own: putting the problem into an opponent's words is not counted, the planner's preparation and
final sweep are. PyVRP's figures for less than its longest run come from that run. A ratio is the mean over the seeds of
the cost to that of the peer on the same seed, with as many threads where the peer can use them (PyVRP cannot).
Memory is the whole process's, about 110 MB of it libraries."""


def write_report(outcomes: Sequence[Outcome], folder: Path) -> Path:
    """Write the report and its charts."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [*_heading(), *_disturbed(outcomes), *_suites(outcomes, folder), *_failures(outcomes)]
    target = folder / REPORT
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def _heading() -> Iterator[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    yield "# What the planner reaches"
    yield ""
    yield f"{now():%Y-%m-%d}, {cpu_model()}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}."
    yield ""
    yield METHOD


def cpu_model() -> str:
    """The processor's name."""
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _suites(outcomes: Sequence[Outcome], folder: Path) -> Iterator[str]:
    for suite, (title, tabulate) in TABLES.items():
        own = [outcome for outcome in outcomes if outcome.task.suite == suite and outcome.failure is None]
        if not own:
            continue
        yield from ("", f"## {title}", "", *tabulate(own))
        charts = list(_charts(suite, own))
        for name, picture in charts:
            (folder / name).write_text(picture, encoding="utf-8")
            yield from ("", f"![{name}]({name})")


def _disturbed(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """How many runs shared their cores with something else, which makes a figure worse than it is."""
    searches = [outcome for outcome in outcomes if outcome.cpu_seconds > 0]
    poor = sum(outcome.cpu_seconds < UNDISTURBED * outcome.seconds for outcome in searches)
    if poor:
        yield ""
        yield f"{poor} of {len(searches)} runs got less than {UNDISTURBED:.0%} of one core: the machine was busy."


def _failures(outcomes: Iterable[Outcome]) -> Iterator[str]:
    failed = [outcome for outcome in outcomes if outcome.failure is not None]
    if failed:
        yield from ("", "## Runs without a plan", "")
    for outcome in failed:
        task = outcome.task
        reason = " ".join((outcome.failure or "").split())
        yield f"- {task.suite} {task.case}, seed {task.seed}, {label(outcome)}: {reason}"


def _charts(suite: str, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    if suite in DRAWN_SUITES:
        yield from _traces(suite, outcomes)
    if suite == "size":
        yield from _growth(outcomes)


def _traces(suite: str, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    """Best cost over time for each day, mean of the seeds, of the longest runs."""
    for case in dict.fromkeys(outcome.task.case for outcome in outcomes):
        runs = [outcome for outcome in outcomes if outcome.task.case == case and outcome.trace]
        longest = max((outcome.task.budget for outcome in runs), default=0.0)
        lines: dict[str, list[Outcome]] = {}
        for outcome in runs:
            if outcome.task.budget == longest:
                lines.setdefault(label(outcome), []).append(outcome)
        drawn = {who: mean_trace([one.trace for one in own], longest) for who, own in lines.items()}
        title = f"Region-day {case}{', lunch' if suite == 'lunch' else ''}: best cost over time"
        shown = {who: points for who, points in drawn.items() if points}
        picture = line_chart(title, "seconds", "cost", shown, logarithmic=True, steps=True)
        yield f"{suite}-{case.replace('/', '-')}.svg", picture


def mean_trace(
    traces: Sequence[Sequence[tuple[float, float]]], last: float, first: float = FIRST_DRAWN_SECONDS
) -> list[tuple[float, float]]:
    """The mean of the best costs at each moment from which all runs have a plan, overtime included.

    Moments lie evenly by logarithm.
    """
    end = max([last, *(seconds for trace in traces for seconds, _ in trace)])
    steps = int(GRID_PER_DECADE * log10(end / first)) if end > first else 0
    moments = [first * 10 ** (step / GRID_PER_DECADE) for step in range(steps + 1)]
    points = []
    for moment in [*(moment for moment in moments if moment < end), end]:
        costs = [min((cost for seconds, cost in trace if seconds <= moment), default=None) for trace in traces]
        known = [cost for cost in costs if cost is not None]
        if known and len(known) == len(costs):
            points.append((round(moment, 3), fmean(known)))
    return points


def _growth(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    """Seconds to the first answer, and memory, against the number of visits."""
    for name, title, upward in (
        ("size-seconds", "Seconds of an answer that may search no time", "seconds"),
        ("size-memory", "Most memory of the process", "MB"),
    ):
        lines: dict[str, list[tuple[float, float]]] = {}
        for outcome in outcomes:
            at_once = outcome.task.budget == SHORTEST
            if at_once == (name == "size-seconds"):
                value = outcome.seconds if at_once else outcome.megabytes
                lines.setdefault(label(outcome), []).append((float(size_of(outcome.task.case).visits), value))
        drawn = {who: sorted(points) for who, points in lines.items()}
        yield f"{name}.svg", line_chart(title, "visits", upward, drawn)
