"""A job that is wanted once is queued once, and never runs before the deed that wants it is visible."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.runtime.clock import now
from app.runtime.database import POOL_SIZE, Database
from app.runtime.jobs import SLOTS, defer, standing

EVENT, REGION, OTHER = "workforce.changed", UUID(int=1), UUID(int=2)
FETCH = text("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['events'], NULL)")


def _waiting(tx: Session) -> int:
    count: int = tx.scalars(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")).one()
    return count


def _fetched(database: Database) -> int | None:
    with database.transaction() as tx:
        job_id: int | None = tx.scalars(FETCH).one()
    return job_id


def test_a_job_that_waits_will_do(own_database: Database) -> None:
    with own_database.transaction() as tx:
        for _ in range(3):
            defer(tx, EVENT, REGION, once=True)
        defer(tx, EVENT, OTHER, once=True)
        assert _waiting(tx) == 2
    with own_database.transaction() as tx:
        defer(tx, EVENT, REGION, once=True)
        assert _waiting(tx) == 2


def test_without_once_each_deed_has_its_job(own_database: Database) -> None:
    with own_database.transaction() as tx:
        defer(tx, EVENT, REGION)
        defer(tx, EVENT, REGION)
        assert _waiting(tx) == 2


def test_a_job_that_runs_already_may_have_missed_the_deed(own_database: Database) -> None:
    with own_database.transaction() as tx:
        defer(tx, EVENT, REGION, once=True)
    assert _fetched(own_database) is not None
    with own_database.transaction() as tx:
        defer(tx, EVENT, REGION, once=True)
        assert _waiting(tx) == 1


def test_a_job_is_not_taken_while_a_deed_that_counts_on_it_is_uncommitted(own_database: Database) -> None:
    with own_database.transaction() as tx:
        defer(tx, EVENT, REGION, once=True)
    with own_database.transaction() as deed:
        defer(deed, EVENT, REGION, once=True)
        assert _fetched(own_database) is None
    assert _fetched(own_database) is not None


def test_a_repetition_that_is_put_off_is_not_waited_for(own_database: Database) -> None:
    with own_database.transaction() as tx:
        defer(tx, EVENT, REGION, once=True)
        tx.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '5 minutes'"))
        defer(tx, EVENT, REGION, once=True)
        assert _waiting(tx) == 2


def test_two_deeds_at_once_leave_a_job_each_and_neither_waits_for_the_other(own_database: Database) -> None:
    with own_database.transaction() as first:
        defer(first, EVENT, REGION, once=True)
        with own_database.transaction() as second:
            defer(second, EVENT, REGION, once=True)
    with own_database.transaction() as tx:
        assert _waiting(tx) == 2


def test_a_job_may_wait_for_its_instant(own_database: Database) -> None:
    with own_database.transaction() as tx:
        defer(tx, EVENT, REGION, at=now() + timedelta(hours=1))
        defer(tx, EVENT, OTHER, at=now() - timedelta(hours=1))
        assert standing(tx, EVENT) == {REGION, OTHER}
    assert _fetched(own_database) is not None
    assert _fetched(own_database) is None
    with own_database.transaction() as tx:
        assert standing(tx, EVENT) == {REGION, OTHER}
        assert standing(tx, "plan.requested") == set()


def test_every_place_of_a_worker_has_a_connection() -> None:
    assert sum(SLOTS.values()) <= POOL_SIZE
