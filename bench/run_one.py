"""One task in a process of its own: `python -m bench.run_one TASK`, a line of JSON in, a line of JSON out.

The process is bound to as many cores as the task has threads, always the same ones, so that nobody uses more.
"""

import os
import resource
import sys
from contextlib import nullcontext
from pathlib import Path

from bench.ablations import held
from bench.cases import make_case
from bench.generated import GENERATED, run_generated
from bench.judge import judge
from bench.opponents import CannotSay
from bench.solvers import solve_with, warm_up
from bench.tasks import Outcome, Task, read_task, write_outcome

KILOBYTES = 1024
STATUS = Path("/proc/self/status")


def run(task: Task) -> Outcome:
    """Do the task and judge what comes of it."""
    if task.suite == GENERATED:
        return run_generated(task)
    case = make_case(task.suite, task.case, task.seed)
    warm_up(task.solver)
    before = cpu_seconds()
    try:
        with nullcontext() if case.crews is None else held(case.crews):
            solved = solve_with(task.solver, case.problem, task.moments, task.seed, task.threads)
    except CannotSay as reason:
        return Outcome(task.key, task, failure=str(reason))
    spent, megabytes = cpu_seconds() - before, peak_megabytes()
    verdicts = {
        moment: judge(case.problem, plan, faults, case.figures) for moment, (plan, faults) in solved.plans.items()
    }
    first = solved.trace[0][0] if solved.trace else None
    return Outcome(
        key=task.key,
        task=task,
        verdicts=verdicts,
        trace=tuple(solved.trace),
        seconds=round(solved.seconds, 3),
        cpu_seconds=round(spent, 3),
        first_seconds=first,
        megabytes=megabytes,
        note=solved.note,
    )


def cpu_seconds() -> float:
    """What this process and its ended children have computed so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def peak_megabytes() -> float:
    """The most memory that this process and the largest of its children had, the children's at most.

    The high-water mark of Linux is the process's own; that of getrusage also covers who started it.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if STATUS.exists():
        own = next((int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith("VmHWM")), own)
    return round((own + children) / KILOBYTES, 1)


def keep_to_cores(count: int) -> None:
    """Stay on the first cores that there are."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:count]))


def main() -> int:
    """Run the task given as JSON."""
    task = read_task(sys.argv[1])
    keep_to_cores(task.threads)
    sys.stdout.write(f"{write_outcome(run(task))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
