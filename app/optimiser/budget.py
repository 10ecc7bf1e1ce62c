"""How long a search may go on, and what it reports meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from time import monotonic

from app.kernel.errors import Invalid


@dataclass(frozen=True)
class Budget:
    """Seconds of search, or iterations, or both (what ends first ends it).

    With iterations alone the same problem and seed always give the same plan. An iteration is a fixed number of
    steps of the engine's search, about a ten-thousandth of a second.
    """

    seconds: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and self.iterations is None:
            raise Invalid("BUDGET_MISSING", "a search needs an end", action="give seconds or iterations")
        if self.seconds is not None and not (isfinite(self.seconds) and self.seconds > 0):
            raise Invalid("BUDGET_INVALID", f"{self.seconds} is no time to search", action="give seconds above 0")
        if self.iterations is not None and self.iterations < 1:
            raise Invalid("BUDGET_INVALID", f"{self.iterations} iterations", action="give at least 1 iteration")


@dataclass(frozen=True)
class Progress:
    """Where a search stands: seconds since its start, cost of the best plan so far, number of jobs it serves."""

    seconds: float
    best_cost: float
    served: int


OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]


class Effort:
    """A budget being spent."""

    def __init__(
        self, budget: Budget, on_progress: OnProgress | None = None, should_stop: ShouldStop | None = None
    ) -> None:
        self.budget = budget
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._started = monotonic()
        self._best: tuple[float, int] | None = None
        self.iterations_left = budget.iterations
        self.cancelled = False

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return monotonic() - self._started

    def is_over(self, share: float = 1.0) -> bool:
        """Whether the share of the time, or every iteration, is spent, or somebody wants an end."""
        spent = self.iterations_left is not None and self.iterations_left <= 0
        late = self.budget.seconds is not None and self.seconds >= share * self.budget.seconds
        return self.is_cancelled() or spent or late

    def is_cancelled(self) -> bool:
        """Whether somebody wants an end; asked until the answer is yes."""
        if self._should_stop is not None and not self.cancelled:
            self.cancelled = self._should_stop()
        return self.cancelled

    def spend(self, iterations: int) -> None:
        """Count iterations that were used."""
        if self.iterations_left is not None:
            self.iterations_left -= iterations

    def report(self, best_cost: float, served: int) -> None:
        """Tell whoever listens about a better plan."""
        if self._on_progress is not None and self._best != (best_cost, served):
            self._best = best_cost, served
            self._on_progress(Progress(self.seconds, best_cost, served))
