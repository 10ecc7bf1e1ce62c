"""How quick the feed is, and how much memory an export takes, when there are a hundred thousand reports.

`python -m bench.feed --reports 100000`; it runs a database of its own in a folder that goes with it, and asks the real
application over ASGI. Prints tables in Markdown. Memory is what the process grows by, at its peak, while it reads its
own stream; the database server is another process.
"""

import argparse
import asyncio
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, BinaryIO

import pandas as pd
import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from app.main import create_app
from app.reports import feed
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.garbage import collect_seldom
from app.runtime.settings import Settings
from app.runtime.telemetry import configure_logs
from app.runtime.web import encoded
from bench.publication import fresh_database
from bench.report import cpu_model
from bench.reports_filled import FIRST_AT, Filled, fill

PAGES = 400
PACKAGES = ("sqlalchemy", "psycopg", "pyarrow", "polars", "pandas", "fastapi")
_SAMPLE_SECONDS = 0.02
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
Taken = Callable[[bytes], object]


def asked(application: FastAPI, token: str, path: str, query: str, taken: Taken) -> float:
    """Ask the application, hand each piece of the answer on, and tell the seconds it took; raises when it is no 200."""
    statuses = list[int]()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        else:
            taken(message.get("body", b""))

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"authorization", f"Bearer {token}".encode()), (b"host", b"doorstep.bench")],
        "client": None,
        "server": ("doorstep.bench", 80),
    }

    async def timed() -> float:
        began = time.perf_counter()
        await application(scope, receive, send)
        return time.perf_counter() - began

    seconds = _LOOP.run_until_complete(timed())
    if statuses != [200]:
        raise RuntimeError(f"{path}?{query} was answered with {statuses}")
    return seconds


_LOOP = asyncio.new_event_loop()


def pages(application: FastAPI, token: str, path: str, reports: int, limit: int) -> list[float]:
    """Seconds for pages from random cursors, shortest first; a few are asked before, unmeasured."""
    dice = random.Random(limit)

    def one() -> float:
        after = encoded(str(dice.randrange(0, max(1, reports - limit))))
        return asked(application, token, path, f"after={after}&limit={limit}", _drop)

    for _ in range(10):
        one()
    return sorted(one() for _ in range(PAGES))


def _drop(piece: bytes) -> None:
    """Nobody keeps it."""


def resident_megabytes() -> float:
    """The memory of the process that is in use now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES / 1e6


@contextmanager
def peak_growth() -> Iterator[list[float]]:
    """Megabytes that the process grew by at its peak within the block; told at its end."""
    before, over, told = resident_megabytes(), Event(), list[float]()
    peaks = [before]

    def watch() -> None:
        while not over.wait(_SAMPLE_SECONDS):
            peaks.append(resident_megabytes())

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield told
    finally:
        over.set()
        watcher.join()
        told.append(max(peaks) - before)


def exported(application: FastAPI, token: str, form: str, query: str, target: Path) -> tuple[float, float, int]:
    """Export into a file: seconds, megabytes of growth, size."""
    with target.open("wb") as file, peak_growth() as told:
        seconds = asked(application, token, "/v1/reports/export", f"format={form}{query}", _into(file))
    return seconds, told[0], target.stat().st_size


def _into(file: BinaryIO) -> Taken:
    return lambda piece: file.write(piece)


def opened(target: Path, reports: int) -> list[str]:
    """Open the Parquet file with polars and pandas; one line for each."""
    frame, table = pl.read_parquet(target), pd.read_parquet(target)
    for rows, kind in ((frame.height, "polars"), (len(table), "pandas")):
        if rows != reports:
            raise RuntimeError(f"{kind} found {rows} rows")
    return [
        f"polars: {frame.height:,} rows, `surplus_monthly` {frame.schema['surplus_monthly']}",
        f"pandas: {len(table):,} rows, `made_at` {table['made_at'].dtype}, `flags` lists",
    ]


def measure(database: Database, application: FastAPI, token: str, filled: Filled, folder: Path) -> Iterator[str]:
    """All lines of the report."""
    with database.transaction() as tx:
        began = time.perf_counter()
        feed.seal(tx)
    seconds = time.perf_counter() - began
    yield f"{filled.reports:,} reports of {filled.body_bytes:,} bytes each, numbered in {seconds:.1f} s\n"
    yield "| a page of | from random cursors | p50 | p99 | longest |\n|---|---|---|---|---|"
    for path, limit in (("/v1/reports", 20), ("/v1/reports", 50), ("/v1/reports", 200), ("/v1/risk-signals", 50)):
        took = [1000 * seconds for seconds in pages(application, token, path, filled.reports, limit)]
        p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
        yield f"| {limit} | `{path}` | {p50:.1f} ms | {p99:.1f} ms | {took[-1]:.1f} ms |"
    yield f"\n(load average of the machine meanwhile: {os.getloadavg()[0]:.1f})"
    yield "\n| export | reports | seconds | size | memory grew by |\n|---|---|---|---|---|"
    a_tenth = f"&to={(FIRST_AT + filled.apart * (filled.reports // 10)):%Y-%m-%dT%H:%M:%SZ}"
    for form in ("ndjson", "csv", "parquet"):
        for number, query in ((filled.reports // 10, a_tenth), (filled.reports, "")):
            seconds, grown, size = exported(application, token, form, query, folder / f"all.{form}")
            yield f"| {form} | {number:,} | {seconds:.1f} | {size / 1e6:,.1f} MB | {grown:.0f} MB |"
        if form != "parquet":
            (folder / f"all.{form}").unlink()
    yield ""
    yield from (f"- {line}" for line in opened(folder / "all.parquet", filled.reports))
    query = "from=2026-01-01&to=2027-01-01&by=segment,overdue_reason"
    seconds = asked(application, token, "/v1/risk-signals/cohorts", query, _drop)
    yield f"- cohorts of a year by segment and overdue reason: {seconds:.1f} s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.feed", description="Measure the feed and the exports.")
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--rulings", type=int, default=3, choices=range(4), help="rulings in each report")
    chosen = parser.parse_args(arguments)
    configure_logs("ERROR")
    collect_seldom()  # as the server does
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"{cpu_model()}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}\n")
    with fresh_database() as database, TemporaryDirectory(prefix="doorstep-bench-") as folder:
        key = TokenKey(Ed25519PrivateKey.generate())
        application = create_app(Settings.from_env({}), database, key)
        filled = fill(database, chosen.reports, chosen.rulings)
        for line in measure(database, application, key.issue("risk"), filled, Path(folder)):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
