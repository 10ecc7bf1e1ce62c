"""The feed: everything once, in one order, whoever writes and whoever reads meanwhile."""

import contextlib
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM, Actor
from app.reports import feed
from app.reports.models import CaseReport, ReportEntry
from app.runtime.database import Database, new_id
from app.visits.models import Visit
from tests.factories_reports import assessed_case, assessed_visit, west_lake


def visit_in(database: Database) -> Visit:
    with database.transaction() as tx:
        return assessed_visit(tx, assessed_case(tx, west_lake(tx)))


def write(tx: Session, visit: Visit, version: int) -> UUID:
    report = CaseReport(
        id=new_id(),
        case_id=visit.case_id,
        also_case_ids=[],
        visit_id=visit.id,
        version=version,
        sha256="",
        body={"version": version, "visit_id": str(visit.id)},
    )
    tx.add(report)
    tx.flush()
    feed.enter(tx, report.id)
    tx.flush()
    return report.id


def read(database: Database, after: int = feed.START, limit: int = 200, actor: Actor = SYSTEM) -> feed.FeedPage:
    with database.transaction() as tx:
        feed.seal(tx)
        return feed.page(tx, actor, feed.Stretch(after), limit)


def versions(page: feed.FeedPage) -> list[int]:
    return [json.loads(body)["version"] for body in page.bodies]


def test_a_report_that_is_committed_late_comes_late_and_is_not_skipped(own_database: Database) -> None:
    visit = visit_in(own_database)
    with own_database.transaction() as slow:
        write(slow, visit, 1)
        with own_database.transaction() as quick:
            write(quick, visit, 2)
        seen = read(own_database)
        assert versions(seen) == [2]
    late = read(own_database, seen.last)
    assert versions(late) == [1]
    assert versions(read(own_database)) == [2, 1]


def test_where_nothing_is_new_the_cursor_stays(own_database: Database) -> None:
    assert read(own_database).last == feed.START
    with own_database.transaction() as tx:
        write(tx, assessed_visit(tx, assessed_case(tx, west_lake(tx))), 1)
    last = read(own_database).last
    assert read(own_database, last) == feed.FeedPage((), last)


def test_sealing_numbers_each_report_once_and_without_gaps(database: Database) -> None:
    visit = visit_in(database)
    for first in (1, 4):
        with database.transaction() as tx:
            for version in range(first, first + 3):
                write(tx, visit, version)
        with database.transaction() as tx:
            assert (feed.seal(tx), feed.seal(tx)) == (3, 0)
    with database.transaction() as tx:
        numbers = select(ReportEntry.number).order_by(ReportEntry.report_id)
        assert tx.scalars(numbers).all() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_any_size_make_the_same_whole(database: Database, limit: int) -> None:
    visit = visit_in(database)
    with database.transaction() as tx:
        for version in range(1, 8):
            write(tx, visit, version)
    collected, after = list[int](), feed.START
    while (page := read(database, after, limit)).bodies:
        assert len(page.bodies) <= limit
        collected += versions(page)
        after = page.last
    assert collected == [1, 2, 3, 4, 5, 6, 7]


def test_a_reader_of_one_region_sees_that_region_alone(database: Database) -> None:
    with database.transaction() as tx:
        visits = [assessed_visit(tx, assessed_case(tx, west_lake(tx, code))) for code in ("330106", "330108")]
        for visit in visits:
            write(tx, visit, 1)
    reader = Actor("risk", frozenset({"reports:read"}), regions=frozenset({"330108"}))
    assert [json.loads(body)["visit_id"] for body in read(database, actor=reader).bodies] == [str(visits[1].id)]


class CalledOff(Exception):
    """A writer changes its mind."""


@dataclass(frozen=True)
class Throng:
    """Some writers and readers at once; each writer's transactions tell for each report whether it is called off."""

    page_sizes: tuple[int, ...]
    transactions: tuple[tuple[tuple[bool, ...], ...], ...]
    seed: int


THRONGS = st.builds(
    Throng,
    page_sizes=st.lists(st.integers(1, 12) | st.just(200), min_size=1, max_size=3).map(tuple),
    transactions=st.lists(
        st.lists(st.lists(st.booleans(), min_size=1, max_size=3).map(tuple), max_size=6).map(tuple),
        min_size=1,
        max_size=5,
    ).map(tuple),
    seed=st.integers(0, 2**16),
)


@given(THRONGS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_writes_meanwhile_every_reader_gets_every_committed_report_once_and_in_the_same_order(
    own_database: Database, throng: Throng
) -> None:
    """Transactions of several reports dawdle before and after they write, and those that are called off roll back."""
    visit, begin = visit_in_own_region(own_database), read_all(own_database)
    writing = [
        partial(write_and_dawdle, own_database, visit, 1 + number * 1000, transactions, throng.seed + number)
        for number, transactions in enumerate(throng.transactions)
    ]
    committed, orders = together(writing, [partial(page_through, own_database, begin, n) for n in throng.page_sizes])
    assert sorted(orders[0]) == committed
    assert orders == [orders[0]] * len(orders)
    assert versions(read(own_database, begin)) == orders[0], "a reader that comes later sees the same order"


def test_commits_come_in_another_order_than_the_writing_and_the_readers_still_agree(own_database: Database) -> None:
    """Four writers, a hundred reports, each in a transaction that dawdles."""
    visit = visit_in(own_database)
    writing = [
        partial(write_and_dawdle, own_database, visit, 1 + number * 25, ((False,),) * 25, number) for number in range(4)
    ]
    committed, orders = together(writing, [partial(page_through, own_database, feed.START, n) for n in (1, 3, 10)])
    assert committed == list(range(1, 101))
    assert sorted(orders[0]) == committed
    assert orders == [orders[0]] * 3
    assert orders[0] != committed, "the writers did not overlap: the test shows nothing"


def write_and_dawdle(
    database: Database, visit: Visit, version: int, transactions: Sequence[Sequence[bool]], seed: int
) -> list[int]:
    """Write the reports of each transaction; returns the versions that were committed."""
    dice, committed = random.Random(seed), list[int]()
    for transaction in transactions:
        written = list(range(version, version + len(transaction)))
        version += len(transaction)
        with contextlib.suppress(CalledOff):
            with database.transaction() as tx:
                for number, called_off in zip(written, transaction, strict=True):
                    write(tx, visit, number)
                    time.sleep(dice.uniform(0, 0.01))
                    if called_off:
                        raise CalledOff
                time.sleep(dice.uniform(0, 0.01))
            committed += written
    return committed


def page_through(database: Database, after: int, limit: int, all_written: threading.Event) -> list[int]:
    """Read page by page until everything is written and nothing more comes; the cursor is always there to go on."""
    seen = list[int]()
    while True:
        finished = all_written.is_set()
        page = read(database, after, limit)
        assert len(page.bodies) <= limit
        assert page.last >= after
        seen, after = seen + versions(page), page.last
        if finished and not page.bodies:
            return seen


def together(
    writing: Sequence[Callable[[], list[int]]], reading: Sequence[Callable[[threading.Event], list[int]]]
) -> tuple[list[int], list[list[int]]]:
    """All of them at once; returns what was committed, sorted, and what each reader saw."""
    all_written = threading.Event()
    with ThreadPoolExecutor(len(writing) + len(reading)) as pool:
        readers = [pool.submit(read, all_written) for read in reading]
        try:
            committed = [future.result() for future in [pool.submit(write) for write in writing]]
        finally:
            all_written.set()
        return sorted(itertools.chain.from_iterable(committed)), [future.result() for future in readers]


def read_all(database: Database) -> int:
    """The cursor behind everything that is there by now."""
    after = feed.START
    while (page := read(database, after)).bodies:
        after = page.last
    return after


def visit_in_own_region(database: Database) -> Visit:
    with database.transaction() as tx:
        return assessed_visit(tx, assessed_case(tx, west_lake(tx, f"R-{new_id()}")))
