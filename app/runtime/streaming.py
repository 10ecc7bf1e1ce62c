"""Answers that are sent while they are made: how many of them at once, and how long a reader may stand still.

Such an answer outlives its request's transaction: it reads in short transactions of its own, and holds none while it
waits for its reader.
"""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from app.kernel.errors import Unavailable
from app.runtime.telemetry import log

MAX_LONG_READS = 4
STALLED_SECONDS = 60.0


class LongReads:
    """How many answers that read a great deal a process makes at the same time."""

    def __init__(self, number: int = MAX_LONG_READS) -> None:
        self._free = threading.Semaphore(number)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One slot as long as the block lasts; raises Unavailable when there is none."""
        if not self._free.acquire(blocking=False):
            raise Unavailable(
                "TOO_MANY_LONG_READS", "too many long answers are being made", action="Ask again in a few minutes."
            )
        try:
            yield
        finally:
            self._free.release()


def long_reads_of(request: Request) -> LongReads:
    """The long reads of the app that answers."""
    reads: LongReads = request.app.state.long_reads
    return reads


class Stream(StreamingResponse):
    """Sends pieces as they are made; a reader that takes none for `stalled_seconds` is cut off.

    `ended` is called once at the end, whatever ended it, and told whether the answer was sent whole. A reader that was
    cut off sees that: the last chunk of the answer is missing.
    """

    def __init__(
        self,
        pieces: Generator[bytes],
        ended: Callable[[bool], None],
        *,
        headers: dict[str, str],
        media_type: str,
        stalled_seconds: float = STALLED_SECONDS,
    ) -> None:
        super().__init__(pieces, headers=headers, media_type=media_type)
        self._pieces, self._ended, self._stalled_seconds = pieces, ended, stalled_seconds

    async def stream_response(self, send: Send) -> None:
        """Send everything, or stop when the reader does not read on."""

        async def send_in_time(message: Message) -> None:
            with anyio.fail_after(self._stalled_seconds):
                await send(message)

        complete = False
        try:
            await super().stream_response(send_in_time)
            complete = True
        except TimeoutError:
            log.warning("a reader stood still and was cut off", seconds=self._stalled_seconds)
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._finish, complete)

    def _finish(self, complete: bool) -> None:
        self._pieces.close()
        self._ended(complete)
