"""The last step of a search: whatever is unserved is tried everywhere, single jobs and tied ones in turn."""

from app.optimiser.draft import Draft
from app.optimiser.sweep import IsOver, Sweep
from app.optimiser.tied_sweep import TiedSweep


class FinalSweep:
    """Fills the gaps of a draft in place until nothing unserved has a place that is worth what it adds.

    `is_over` is asked with the number of routes built so far; it alone can leave the sweep incomplete.
    """

    def __init__(self, draft: Draft, is_over: IsOver) -> None:
        self.single = Sweep(draft, lambda tries: is_over(tries + self.tied.tries))
        self.tied = TiedSweep(draft, lambda tries: is_over(tries + self.single.tries))

    @property
    def complete(self) -> bool:
        """Whether every place was tried."""
        return self.single.complete and self.tied.complete

    @property
    def tries(self) -> int:
        """Routes that were built."""
        return self.single.tries + self.tied.tries

    def run(self) -> None:
        """Insert whatever pays or must be served, until neither kind finds anything more."""
        self.single.run()
        while self.complete and self.tied.run():
            self.single.run()
