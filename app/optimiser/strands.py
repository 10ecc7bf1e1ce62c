"""Searches side by side: rounds of work for several strands, by the clock or by iterations.

A *strand* is a search of its own with its own random numbers. Under an iteration budget there are always the same
strands with the same moves, whether they run side by side or one after the other, so that a plan does not depend on
the number of cores; between two rounds their owner may compare them, or put their parts together.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Protocol

from app.optimiser.budget import Effort

MOST_STRANDS = 2
ROUND_SHARE = 0.025
LONGEST_ROUND_SECONDS = 2.0
SHORTEST_ROUND_SECONDS = 0.1
BATCH_SECONDS = 0.04
FIRST_BATCH = 20
MOST_A_BATCH = 10**6
ITERATIONS_A_ROUND = 4000
ITERATIONS_A_BATCH = 1000
MOST_ROUNDS = 60
LOOK_SECONDS = 0.02


class Annealed(Protocol):
    """A search that is given batches of moves while its temperature falls from `hot` to `cold`."""

    def run(self, iterations: int, hot: float, cold: float) -> None:
        """Make so many moves."""


@dataclass(frozen=True)
class Phase:
    """A stretch of the whole search, in shares of the budget, in which the temperature falls from `hot` to `cold`.

    An iteration of the budget is worth `moves` moves of the search.
    """

    begin: float
    end: float
    hot: float
    cold: float
    moves: int = 1

    def temperature(self, share: float) -> float:
        """The temperature when this share of the phase is over."""
        return float(self.hot * (self.cold / self.hot) ** min(1.0, max(0.0, share)))


@dataclass(frozen=True)
class Round:
    """A stretch of a phase, in shares of the phase, and how long it lasts."""

    begin: float
    end: float
    seconds: float | None
    iterations: int | None


class Strands:
    """The threads and the budget of a search."""

    def __init__(self, effort: Effort, threads: int) -> None:
        self.effort = effort
        self._threads = max(1, threads)
        self._halt = Event()

    @property
    def count(self) -> int:
        """How many strands there should be."""
        return MOST_STRANDS if self.effort.budget.iterations is not None else min(self._threads, MOST_STRANDS)

    def rounds(self, phase: Phase) -> Iterator[Round]:
        """One round after the other until the phase's share of the budget is spent."""
        while not self.effort.is_over(phase.end):
            counted = self._counted(phase) if self.effort.budget.iterations is not None else self._timed(phase)
            if counted is None:
                return
            yield counted

    def _counted(self, phase: Phase) -> Round | None:
        total, left = self.effort.budget.iterations or 0, self.effort.iterations_left or 0
        first, last = round(phase.begin * total), round(phase.end * total)
        done = total - left
        if done >= last:
            return None
        size = max(1, -(-(last - first) // max(1, min(MOST_ROUNDS, (last - first) // ITERATIONS_A_ROUND))))
        most = min(size, last - done)
        whole = max(1, last - first)
        return Round(max(0, done - first) / whole, (done + most - first) / whole, None, most)

    def _timed(self, phase: Phase) -> Round | None:
        total = self.effort.budget.seconds or 0.0
        first, last, now = phase.begin * total, phase.end * total, self.effort.seconds
        if now >= last:
            return None
        wanted = max(SHORTEST_ROUND_SECONDS, min(LONGEST_ROUND_SECONDS, ROUND_SHARE * total))
        seconds = min(wanted, last - now)
        # What came before may have overrun: the temperature falls over the time that is really left.
        whole = max(1e-9, last - first)
        return Round(max(0.0, now - first) / whole, min(1.0, (now + seconds - first) / whole), seconds, None)

    def work(self, phase: Phase, one: Round, searches: Sequence[Annealed]) -> None:
        """Give every search its share of a round, and wait for all of them."""
        self._halt.clear()
        tasks = [self._task(phase, one, search, len(searches)) for search in searches]
        with ThreadPoolExecutor(max_workers=self._threads) as pool:
            self._watch({pool.submit(task) for task in tasks})
        if one.iterations is not None:
            self.effort.spend(one.iterations)

    def _watch(self, running: set[Future[None]]) -> None:
        """Look now and then whether somebody wants an end; whatever happens, no thread goes on."""
        try:
            while running:
                done, running = wait(running, timeout=LOOK_SECONDS)
                for future in done:
                    future.result()
                if running and self.effort.is_cancelled():
                    self._halt.set()
        finally:
            self._halt.set()

    def _task(self, phase: Phase, one: Round, search: Annealed, searches: int) -> Callable[[], None]:
        hot, cold = phase.temperature(one.begin), phase.temperature(one.end)
        if one.iterations is not None:
            moves = max(1, one.iterations * phase.moves // searches)
            return lambda: self._count_down(search, moves, ITERATIONS_A_BATCH * phase.moves, hot, cold)
        return lambda: self._race(search, one.seconds or 0.0, FIRST_BATCH * phase.moves, hot, cold)

    def _count_down(self, search: Annealed, moves: int, most: int, hot: float, cold: float) -> None:
        """So many moves, in batches between which somebody may want an end."""
        done = 0
        while done < moves and not self._halt.is_set():
            batch = min(most, moves - done)
            fall = cold / hot
            search.run(batch, hot * fall ** (done / moves), hot * fall ** ((done + batch) / moves))
            done += batch

    def _race(self, search: Annealed, seconds: float, batch: int, hot: float, cold: float) -> None:
        """As many moves as the time allows, in batches as long as the last one showed to be right."""
        began = now = monotonic()
        fall = cold / hot
        while now - began < seconds and not self._halt.is_set():
            share = (now - began) / seconds
            search.run(batch, hot * fall**share, hot * fall ** min(1.0, share + BATCH_SECONDS / seconds))
            then = monotonic()
            batch = max(10, min(MOST_A_BATCH, int(batch * min(3.0, BATCH_SECONDS / max(1e-4, then - now)))))
            now = then
