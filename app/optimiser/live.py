"""One line on the terminal that says how a search is doing."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner

from app.optimiser.budget import OnProgress, Progress


@contextmanager
def live_line(jobs: int) -> Iterator[OnProgress]:
    """Shows each progress on standard error while the block runs; silent where that is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _nothing
        return
    spinner = Spinner("dots", "planning")
    with Live(spinner, console=console, transient=True):

        def show(progress: Progress) -> None:
            text = f"{progress.seconds:.1f} s, cost {progress.best_cost:.2f}, {progress.served} of {jobs} visits"
            spinner.update(text=text)

        yield show


def _nothing(progress: Progress) -> None:
    """Nobody is looking."""
