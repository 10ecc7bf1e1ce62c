"""One run of one solver on one case, and what came of it; both as JSON lines, so that a suite can be taken up again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.judge import Verdict
from bench.solvers import PYVRP, VROOM

ROOT = Path(__file__).parents[1]
PACKAGES = {PYVRP: "pyvrp", VROOM: "pyvroom"}


@dataclass(frozen=True)
class Task:
    """What to run: `moments` are the seconds at which the plan is judged, the last is the budget."""

    suite: str
    case: str
    seed: int
    solver: str
    threads: int
    moments: tuple[float, ...]

    @property
    def key(self) -> str:
        """Names the task, the solver's version or sources included: a changed solver runs again."""
        when = ",".join(f"{moment:g}" for moment in self.moments)
        made_by = f"{self.solver}@{self.threads}:{fingerprint(self.solver)}"
        return f"{self.suite}|{self.case}|{self.seed}|{made_by}|{when}"

    @property
    def budget(self) -> float:
        """Seconds of the whole run."""
        return self.moments[-1]


@dataclass(frozen=True)
class Outcome:
    """What a task came to: a verdict for each moment (none: `failure` says why), and what it took.

    `seconds` is the search's own time, `first_seconds` when its first plan was there, `megabytes` the most memory that
    the process had, problem and interpreter included.
    """

    key: str
    task: Task
    verdicts: Mapping[float, Verdict] = field(default_factory=dict)
    trace: tuple[tuple[float, float], ...] = ()
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    first_seconds: float | None = None
    megabytes: float = 0.0
    note: str = ""
    failure: str | None = None


@lru_cache
def fingerprint(solver: str) -> str:
    """A peer's version, with how it is told; for our own engines a hash of the optimiser's sources."""
    if solver in PACKAGES:
        sources = [ROOT / "bench" / f"{solver}_peer.py"]
        return f"{version(PACKAGES[solver])}-{_hash(sources)}"
    return _hash(sorted((ROOT / "app" / "optimiser").rglob("*.py")))


def _hash(paths: list[Path]) -> str:
    return sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()[:10]


def write_task(task: Task) -> str:
    """The task as one line of JSON."""
    return json.dumps(asdict(task))


def read_task(line: str) -> Task:
    """A task from JSON."""
    return _task(json.loads(line))


def write_outcome(outcome: Outcome) -> str:
    """The outcome as one line of JSON."""
    return json.dumps(asdict(outcome))


def read_outcome(line: str) -> Outcome:
    """An outcome from JSON."""
    given: dict[str, Any] = json.loads(line)
    given["task"] = _task(given["task"])
    given["verdicts"] = {float(moment): Verdict(**one) for moment, one in given["verdicts"].items()}
    given["trace"] = tuple((seconds, cost) for seconds, cost in given["trace"])
    return Outcome(**given)


def _task(given: dict[str, Any]) -> Task:
    return Task(**{**given, "moments": tuple(given["moments"])})
