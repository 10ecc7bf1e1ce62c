"""Runs tasks one after the other, each in a process of its own, and keeps what came of them line by line."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.judge import Verdict
from bench.tasks import ROOT, Outcome, Task, read_outcome, write_outcome, write_task

OUT = Path(__file__).parent / "out"
PATIENCE = 3.0
LEAST_PATIENCE_SECONDS = 900.0
LAST_WORDS = 300

Tell = Callable[[str], None]


def run_all(tasks: Iterable[Task], folder: Path, tell: Tell) -> list[Outcome]:
    """The outcomes of all tasks; those known from an earlier, interrupted run are not run again, unless they failed."""
    known = {outcome.key: outcome for outcome in read_outcomes(folder) if outcome.failure is None}
    found = []
    for task in tasks:
        outcome = known.get(task.key)
        if outcome is None:
            outcome = run(task)
            _keep(outcome, folder)
            tell(_line(outcome))
        found.append(outcome)
    return found


def run(task: Task) -> Outcome:
    """Run one task in a fresh process; what goes wrong there is an outcome too."""
    command = [sys.executable, "-m", "bench.run_one", write_task(task)]
    limit = max(LEAST_PATIENCE_SECONDS, PATIENCE * task.budget)
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return Outcome(task.key, task, failure=f"no answer within {limit:g} s")
    if done.returncode != 0 or not done.stdout.strip():
        return Outcome(task.key, task, failure=f"exit {done.returncode}: {done.stderr[-LAST_WORDS:]}")
    return read_outcome(done.stdout.strip().splitlines()[-1])


def read_outcomes(folder: Path) -> list[Outcome]:
    """Everything that is known, the newest for each key; outcomes of changed solvers are left out."""
    found: dict[str, Outcome] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            outcome = _read(line)
            if outcome is not None and outcome.key == outcome.task.key:
                found[outcome.key] = outcome
    return list(found.values())


def _read(line: str) -> Outcome | None:
    """An outcome; None for a line that was cut off, or is of an older form."""
    try:
        return read_outcome(line)
    except (ValueError, TypeError, KeyError):
        return None


def _keep(outcome: Outcome, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{outcome.task.suite}.jsonl"
    cut_off = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as lines:
        lines.write(f"{chr(10) if cut_off else ''}{write_outcome(outcome)}\n")


def _line(outcome: Outcome) -> str:
    """An outcome in a few words."""
    task = outcome.task
    name = f"{task.suite} {task.case} seed {task.seed}, {task.solver} on {task.threads}"
    if outcome.failure is not None:
        return f"{name}: {outcome.failure}"
    parts = [_words(moment, verdict) for moment, verdict in sorted(outcome.verdicts.items())]
    return f"{name}: {'; '.join(parts)} ({outcome.seconds:g} s, {outcome.megabytes:g} MB)"


def _words(moment: float, verdict: Verdict) -> str:
    broken = f", BROKEN {dict(verdict.broken)}" if verdict.broken else ""
    figures = ", ".join(f"{figure} {value:g}" for figure, value in verdict.figures.items())
    solved = f"{moment:g} s: cost {verdict.cost:.1f}, {verdict.served}/{verdict.jobs} served" if verdict.jobs else ""
    return ", ".join(part for part in (solved, figures) if part) + broken
