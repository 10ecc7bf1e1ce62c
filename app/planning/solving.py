"""Every solve runs in a child process: the routing search holds the interpreter's lock for as long as it runs.

A few spawned children are kept alive, warm with their imports. A child that is told to stop keeps its best plan; one
that dies is replaced and the job engine tries again. Children end when their parent's end of the pipe closes.

A process of its own compiles the default search as the worker starts, where that has not been done on this machine.
Until it is done, plans are made by the OR-Tools engine, and say so.
"""

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import Any

from app.kernel.errors import Unavailable
from app.optimiser.budget import Budget, Progress
from app.optimiser.plan import Plan
from app.optimiser.problem import Problem
from app.optimiser.solve import cores, solve
from app.optimiser.warming import warm

POLL_SECONDS = 0.25
GRACE_SECONDS = 30.0
# How long a solve waits for the compiled search: it loads in about a second, and compiles in about a minute.
WARMING_SECONDS = 5.0
LOW_PRIORITY = 10
NOT_READY = "the compiled search is not ready yet"


@dataclass(frozen=True)
class Order:
    """What a child is to solve."""

    problem: Problem
    budget: Budget
    seed: int
    engine: str
    threads: int | None = None
    fallback: str | None = None


@dataclass(frozen=True)
class Failure:
    """What a search raised in its child."""

    kind: str
    text: str


class SearchFailed(Exception):
    """The search raised an error; trying again would not help."""


@dataclass
class _Child:
    process: Any
    pipe: Connection
    stop: Event

    def end(self) -> None:
        self.pipe.close()
        self.process.terminate()
        self.process.join(5)


@dataclass
class SolverPool:
    """Children that solve, each made when it is first needed."""

    size: int
    _stopping: threading.Event = field(default_factory=threading.Event)
    _idle: "queue.LifoQueue[_Child | None]" = field(default_factory=queue.LifoQueue)
    _warming: Any = None

    def __post_init__(self) -> None:
        for _ in range(self.size):
            self._idle.put(None)

    def solve(self, order: Order, on_progress: Callable[[Progress], None], should_stop: Callable[[], bool]) -> Plan:
        """Solve in a child, waiting for a free one; `should_stop` and `on_progress` are called in this process.

        Raises Unavailable when the child dies or does not end in time, SearchFailed when the search raised something.
        """
        child = self._idle.get() or _spawn()
        answered = False
        try:
            answer = self._wait(child, self._as_possible(order), on_progress, should_stop)
            answered = True
        finally:
            if not answered:
                child.end()
            self._idle.put(child if answered else None)
        if isinstance(answer, Failure):
            raise SearchFailed(f"{answer.kind}: {answer.text}")
        return answer

    def grow(self, size: int) -> None:
        """Let so many solves run at the same time, at least as many as before."""
        for _ in range(self.size, size):
            self._idle.put(None)
        self.size = max(self.size, size)

    def warm(self) -> None:
        """Begin to compile the default search, in a process of its own; solves do not wait for long."""
        self._warming = multiprocessing.get_context("spawn").Process(target=_warm, daemon=True, name="doorstep-warming")
        self._warming.start()

    def _as_possible(self, order: Order) -> Order:
        """The order for this child's share of the cores, with the OR-Tools engine while the default is not ready."""
        order = replace(order, threads=max(1, cores() // self.size))
        if order.engine == "default" and self._warming is not None:
            self._warming.join(WARMING_SECONDS)
            if self._warming.exitcode != 0:
                return replace(order, engine="ortools", fallback=NOT_READY)
        return order

    def stop(self) -> None:
        """Break off every solve at once, as the worker ends: its job goes back to the queue."""
        self._stopping.set()

    def _wait(
        self, child: _Child, order: Order, on_progress: Callable[[Progress], None], should_stop: Callable[[], bool]
    ) -> Plan | Failure:
        child.stop.clear()
        deadline = _deadline(order.budget)
        try:
            child.pipe.send(order)
            while True:
                if child.pipe.poll(POLL_SECONDS):
                    message = child.pipe.recv()
                    if not isinstance(message, Progress):
                        assert isinstance(message, Plan | Failure)
                        return message
                    on_progress(message)
                elif should_stop():
                    child.stop.set()
                if self._stopping.is_set():
                    raise Unavailable("WORKER_STOPPING", "the worker ends; another one will begin anew")
                if deadline is not None and time.monotonic() > deadline:
                    raise Unavailable("SOLVER_STUCK", "the solver did not end in time; it will be tried again")
        except (EOFError, OSError) as error:
            raise Unavailable("SOLVER_DIED", "the solver's process died; it will be tried again") from error

    def close(self) -> None:
        """End all children; solves that still run are broken off."""
        self.stop()
        if self._warming is not None:
            self._warming.terminate()
        for _ in range(self.size):
            child = self._idle.get(timeout=GRACE_SECONDS)
            if child is not None:
                child.end()


def _spawn() -> _Child:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    stop = context.Event()
    process = context.Process(target=_serve, args=(theirs, stop), daemon=True, name="doorstep-solver")
    process.start()
    theirs.close()
    return _Child(process, ours, stop)


def _warm() -> None:
    """The process that compiles: others come first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(LOW_PRIORITY)
    warm()


def _deadline(budget: Budget) -> float | None:
    return None if budget.seconds is None else time.monotonic() + 2 * budget.seconds + GRACE_SECONDS


def _serve(pipe: Connection, stop: Event) -> None:
    """The child: solves what comes until the pipe closes; Ctrl-C in a terminal is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    while True:
        try:
            order = pipe.recv()
            pipe.send(_solved(order, pipe, lambda: stop.is_set() or os.getppid() != parent))
        except (EOFError, OSError, KeyboardInterrupt):
            return


def _solved(order: Order, pipe: Connection, should_stop: Callable[[], bool]) -> Plan | Failure:
    try:
        plan = solve(
            order.problem,
            order.budget,
            order.seed,
            on_progress=pipe.send,
            should_stop=should_stop,
            engine=order.engine,
            threads=order.threads,
        )
        return plan if order.fallback is None else replace(plan, solver={**plan.solver, "fallback": order.fallback})
    except (EOFError, OSError):
        raise  # the parent is gone
    except Exception as error:  # whatever it is, the parent must hear of it
        return Failure(type(error).__name__, str(error))


@lru_cache(maxsize=1)
def shared_pool() -> SolverPool:
    """The one pool of this process, with a single child until it is grown."""
    return SolverPool(1)
