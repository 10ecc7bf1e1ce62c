"""The feed: everything once, in one order, whoever writes and whoever reads meanwhile."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
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
        body={"version": version},
    )
    tx.add(report)
    tx.flush()
    feed.enter(tx, report.id)
    tx.flush()
    return report.id


def read(database: Database, after: int = feed.START, limit: int = 200, actor: Actor = SYSTEM) -> feed.FeedPage:
    with database.transaction() as tx:
        feed.seal(tx)
        return feed.page(tx, actor, after, limit)


def versions(page: feed.FeedPage) -> list[int]:
    return [report.version for report in page.reports]


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
    while (page := read(database, after, limit)).reports:
        assert len(page.reports) <= limit
        collected += versions(page)
        after = page.last
    assert collected == [1, 2, 3, 4, 5, 6, 7]


def test_a_reader_of_one_region_sees_that_region_alone(database: Database) -> None:
    with database.transaction() as tx:
        visits = [assessed_visit(tx, assessed_case(tx, west_lake(tx, code))) for code in ("330106", "330108")]
        for visit in visits:
            write(tx, visit, 1)
    reader = Actor("risk", frozenset({"reports:read"}), regions=frozenset({"330108"}))
    assert [report.visit_id for report in read(database, actor=reader).reports] == [visits[1].id]


WRITERS, REPORTS_EACH, READERS = 4, 25, (1, 3, 10)


def test_concurrent_writers_and_readers_agree_on_one_gapless_order(own_database: Database) -> None:
    """Each transaction writes, dawdles and commits, so that commits come in another order than the writing."""
    visit = visit_in(own_database)
    wanted = set(range(1, WRITERS * REPORTS_EACH + 1))
    all_written = threading.Event()

    def writer(number: int) -> None:
        dice = random.Random(number)
        for step in range(REPORTS_EACH):
            with own_database.transaction() as tx:
                write(tx, visit, number * REPORTS_EACH + step + 1)
                time.sleep(dice.uniform(0, 0.02))

    def reader(limit: int) -> list[int]:
        seen, after = list[int](), feed.START
        while True:
            finished = all_written.is_set()
            page = read(own_database, after, limit)
            seen, after = seen + versions(page), page.last
            if finished and not page.reports:
                return seen

    with ThreadPoolExecutor(WRITERS + len(READERS)) as pool:
        reading = [pool.submit(reader, limit) for limit in READERS]
        _each(pool, writer, WRITERS)
        all_written.set()
        orders = [future.result() for future in reading]
    assert set(orders[0]) == wanted
    assert len(orders[0]) == len(wanted)
    assert orders == [orders[0]] * len(READERS)
    assert orders[0] != sorted(orders[0]), "the writers did not overlap: the test shows nothing"


def _each(pool: ThreadPoolExecutor, work: Callable[[int], None], count: int) -> None:
    for future in [pool.submit(work, number) for number in range(count)]:
        future.result()
