"""The audit trail: a chain that shows every link somebody has touched."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM
from app.runtime import audit
from app.runtime.audit import GENESIS, AuditRecord, AuditSeal
from app.runtime.database import Database

LINES = 5


def write(database: Database, *verbs: str) -> None:
    for verb in verbs:
        with database.transaction() as tx:
            audit.record(tx, SYSTEM, verb, "case:1", {"amount": "12.50", "who": "王"})


def sealed(database: Database) -> int:
    with database.transaction() as tx:
        return audit.seal(tx)


def first_break(database: Database) -> int | None:
    with database.transaction() as tx:
        return audit.first_break(tx)


@pytest.fixture
def chain(database: Database) -> Database:
    """Five sealed records."""
    write(database, *(f"case.step_{number}" for number in range(1, LINES + 1)))
    assert sealed(database) == LINES
    return database


def behind_the_trigger_s_back(tx: Session, statement: str) -> None:
    for table, trigger in (("audit_records", "append_only"), ("audit_seals", "sealed_once")):
        tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"))
    tx.execute(text(statement))
    for table, trigger in (("audit_records", "append_only"), ("audit_seals", "sealed_once")):
        tx.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}"))


def test_an_untouched_chain_is_whole(chain: Database) -> None:
    assert first_break(chain) is None


def test_each_link_covers_the_one_before(chain: Database) -> None:
    with chain.transaction() as tx:
        rows = tx.execute(
            select(AuditSeal, AuditRecord)
            .join(AuditRecord, AuditRecord.id == AuditSeal.record_id)
            .order_by(AuditSeal.number)
        ).all()
    previous = GENESIS
    for number, (link, line) in enumerate(rows, start=1):
        previous = audit.digest(previous, line)
        assert (link.number, link.sha256) == (number, previous)


def test_sealing_goes_on_where_it_stopped(chain: Database) -> None:
    assert sealed(chain) == 0
    write(chain, "case.step_6")
    assert sealed(chain) == 1
    with chain.transaction() as tx:
        assert tx.scalars(select(AuditSeal.number).order_by(AuditSeal.number)).all() == [1, 2, 3, 4, 5, 6]
    assert first_break(chain) is None


@pytest.mark.parametrize("number", range(1, LINES + 1))
@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody'",
        "verb = 'case.nothing'",
        "subject = 'case:2'",
        "at = at + interval '1 microsecond'",
        'detail = detail || \'{"amount": "12.51"}\'',
        "request_id = 'another'",
    ],
)
def test_a_changed_record_breaks_the_chain_where_it_stands(chain: Database, number: int, change: str) -> None:
    with chain.transaction() as tx:
        behind_the_trigger_s_back(tx, f"UPDATE audit_records SET {change} WHERE verb = 'case.step_{number}'")
    assert first_break(chain) == number


@pytest.mark.parametrize("number", range(1, LINES))
def test_a_record_that_was_taken_out_breaks_the_chain(chain: Database, number: int) -> None:
    seal = f"DELETE FROM audit_seals WHERE number = {number}"
    record = f"DELETE FROM audit_records WHERE verb = 'case.step_{number}'"
    with chain.transaction() as tx:
        behind_the_trigger_s_back(tx, seal)
        behind_the_trigger_s_back(tx, record)
    assert first_break(chain) == number


def test_a_hash_that_was_written_anew_breaks_the_next_link(chain: Database) -> None:
    """Whoever changes a record and its own hash would have to change all later ones, and every copy of the head."""
    with chain.transaction() as tx:
        behind_the_trigger_s_back(tx, "UPDATE audit_records SET actor = 'somebody' WHERE verb = 'case.step_2'")
    with chain.transaction() as tx:
        link, line = tx.execute(
            select(AuditSeal, AuditRecord)
            .join(AuditRecord, AuditRecord.id == AuditSeal.record_id)
            .where(AuditSeal.number == 2)
        ).one()
        before = tx.scalars(select(AuditSeal.sha256).where(AuditSeal.number == 1)).one()
        forged = audit.digest(before or "", line)
        tx.expunge(link)
        behind_the_trigger_s_back(tx, f"UPDATE audit_seals SET sha256 = '{forged}' WHERE number = 2")
    assert first_break(chain) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_records SET actor = 'somebody'",
        "DELETE FROM audit_records",
        "UPDATE audit_seals SET sha256 = ''",
        "UPDATE audit_seals SET number = number + 10",
        "DELETE FROM audit_seals",
    ],
)
def test_the_database_refuses_to_touch_the_trail(chain: Database, statement: str) -> None:
    with pytest.raises(IntegrityError, match=r"are facts|for good"), chain.transaction() as tx:
        tx.execute(text(statement))
    assert first_break(chain) is None


def test_a_deed_that_fails_leaves_no_line(database: Database) -> None:
    def fail_after_noting() -> None:
        with database.transaction() as tx:
            audit.record(tx, SYSTEM, "case.done", "case:1")
            raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError, match="the deed failed"):
        fail_after_noting()
    assert sealed(database) == 0


WRITERS, LINES_EACH, SEALERS = 4, 20, 3


def test_sealers_and_writers_at_the_same_time_make_one_whole_chain(own_database: Database) -> None:
    """Writers dawdle before they commit, so that records become visible in another order than they were made."""

    def writer(number: int) -> None:
        dice = random.Random(number)
        for line in range(LINES_EACH):
            with own_database.transaction() as tx:
                audit.record(tx, SYSTEM, f"case.step_{line}", f"case:{number}")
                time.sleep(dice.uniform(0, 0.01))

    def sealer(_number: int) -> int:
        return sum(sealed(own_database) for _ in range(40))

    with ThreadPoolExecutor(WRITERS + SEALERS) as pool:
        writing = [pool.submit(writer, number) for number in range(WRITERS)]
        sealing = [pool.submit(sealer, number) for number in range(SEALERS)]
        for future in writing:
            future.result()
        count = sum(future.result() for future in sealing)
    count += sealed(own_database)
    assert count == WRITERS * LINES_EACH
    assert first_break(own_database) is None
    with own_database.transaction() as tx:
        numbers = tx.scalars(select(AuditSeal.number).order_by(AuditSeal.number)).all()
    assert numbers == list(range(1, count + 1))


def test_a_record_that_is_committed_late_is_sealed_late(own_database: Database) -> None:
    with own_database.transaction() as slow:
        audit.record(slow, SYSTEM, "case.slow", "case:1")
        write(own_database, "case.quick")
        assert sealed(own_database) == 1
    assert sealed(own_database) == 1
    with own_database.transaction() as tx:
        verbs = tx.scalars(
            select(AuditRecord.verb).join(AuditSeal, AuditSeal.record_id == AuditRecord.id).order_by(AuditSeal.number)
        ).all()
    assert verbs == ["case.quick", "case.slow"]
    assert first_break(own_database) is None
