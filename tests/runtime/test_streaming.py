"""Answers that are sent while they are made."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any

import pytest

from app.kernel.errors import Unavailable
from app.runtime.streaming import LongReads, Stream

NEVER = 3600.0


def pieces(closed: list[str], number: int = 3) -> Generator[bytes]:
    try:
        for piece in range(number):
            yield str(piece).encode()
    finally:
        closed.append("closed")


def sent(stream: Stream, send: Callable[[Any], Any]) -> None:
    asyncio.run(stream.stream_response(send))


def stream_of(made: Generator[bytes], ends: list[bool], stalled_seconds: float = NEVER) -> Stream:
    return Stream(made, ends.append, headers={}, media_type="text/plain", stalled_seconds=stalled_seconds)


def test_a_whole_answer_ends_once_and_is_complete() -> None:
    closed, ends, bodies = list[str](), list[bool](), list[bytes]()

    async def send(message: Any) -> None:
        bodies.append(message.get("body"))

    sent(stream_of(pieces(closed), ends), send)
    assert (bodies, closed, ends) == ([None, b"0", b"1", b"2", b""], ["closed"], [True])


def test_a_reader_that_stands_still_is_cut_off_and_nothing_stays_open() -> None:
    closed, ends = list[str](), list[bool]()

    async def send(message: Any) -> None:
        if message.get("body") == b"1":
            await asyncio.sleep(NEVER)

    sent(stream_of(pieces(closed), ends, stalled_seconds=0.01), send)
    assert (closed, ends) == (["closed"], [False])


def test_an_answer_that_fails_in_the_making_is_not_complete() -> None:
    ends = list[bool]()

    def failing() -> Generator[bytes]:
        yield b"0"
        raise RuntimeError("the database is away")

    async def send(message: Any) -> None:
        pass

    with pytest.raises(RuntimeError, match="away"):
        sent(stream_of(failing(), ends), send)
    assert ends == [False]


def test_there_are_only_so_many_slots() -> None:
    slots = LongReads(1)
    with slots.taken(), pytest.raises(Unavailable), slots.taken():
        pass
    with slots.taken():
        pass
