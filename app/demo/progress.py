"""Says how far a load has come: a bar for people who wait, log lines for everybody else."""

import logging
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

log = logging.getLogger("doorstep.demo")

PATIENT_SECONDS = 1.0


class Stages:
    """The stages of a load, one after the other; a context manager.

    On a terminal a bar appears on stderr after `after_seconds`, and nothing before; elsewhere each stage leaves one
    log line when it is over.
    """

    def __init__(self, console: Console | None = None, after_seconds: float = PATIENT_SECONDS) -> None:
        self._console = console or Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._shown_from = time.monotonic() + after_seconds
        self._task: TaskID | None = None
        self._title = ""
        self._shown = False

    def __enter__(self) -> "Stages":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._over()
        if self._shown:
            self._bar.stop()

    def begin(self, title: str, total: int) -> None:
        """Go on to the next stage, of `total` steps."""
        self._over()
        self._title = title
        self._task = self._bar.add_task(title, total=total)
        self.advance(0)

    def advance(self, steps: int = 1) -> None:
        """So many steps more are done; also called with 0 while waiting."""
        if self._task is None:
            return
        self._bar.advance(self._task, steps)
        if not self._shown and self._console.is_terminal and time.monotonic() >= self._shown_from:
            self._bar.start()
            self._shown = True

    def _over(self) -> None:
        if self._title and not self._console.is_terminal:
            log.info("demo: %s", self._title)
        self._title = ""
