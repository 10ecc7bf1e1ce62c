"""Records are superseded, never overwritten; the database sees to it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.contact.models import Block, Consent, Notice, NoVisitEntry, Preferences, QuietWindow
from app.contact.versions import Record, known, supersede
from app.intake.models import Case
from app.kernel.actor import Actor
from app.runtime.clock import now
from app.runtime.database import new_id
from tests.factories import add_case, add_region

CLERK = Actor("clerk", frozenset())
ON = date(2026, 11, 2)


@pytest.fixture
def case(tx: Session) -> Case:
    return add_case(tx, add_region(tx))


def row_of(model: type[Record], case: Case) -> Any:
    """A row of each table of records."""
    of_borrower = {"case_id": case.id, "borrower_key": case.borrower_key}
    fields: dict[type[Record], dict[str, Any]] = {
        Block: of_borrower | {"kind": "dispute_open", "from_on": ON},
        Consent: of_borrower | {"kind": "workplace", "given_at": now(), "how": "written"},
        Notice: of_borrower | {"at": now(), "channel": "letter"},
        QuietWindow: of_borrower
        | {"weekday": 0, "opens_minute": 0, "closes_minute": 60, "channels": [], "place_kinds": [], "from_on": ON},
        Preferences: of_borrower | {"windows": []},
        NoVisitEntry: of_borrower | {"reason": "asked for it", "from_on": ON},
    }
    return model(**fields[model])


def stored(tx: Session, row: Any) -> Any:
    tx.add(row)
    tx.flush()
    return row


RECORDS = (Block, Consent, Notice, QuietWindow, Preferences, NoVisitEntry)


@pytest.mark.parametrize("model", RECORDS)
def test_a_change_makes_a_version_and_keeps_the_one_before(tx: Session, case: Case, model: type[Record]) -> None:
    first = stored(tx, row_of(model, case))
    second = supersede(tx, CLERK, first)
    assert (second.record_id, second.revision, second.actor) == (first.record_id, 2, "clerk")
    assert first.superseded_at == second.made_at
    assert second.superseded_at is None
    assert second.id != first.id


@pytest.mark.parametrize("model", RECORDS)
def test_a_version_is_never_deleted_nor_a_table_emptied(tx: Session, case: Case, model: type[Record]) -> None:
    stored(tx, row_of(model, case))
    for statement in (delete(model), text(f"TRUNCATE {model.__tablename__}")):
        with pytest.raises(IntegrityError, match="never changed or deleted"), tx.begin_nested():
            tx.execute(statement)


@pytest.mark.parametrize("model", [model for model in RECORDS if model is not Block])
def test_a_version_is_never_changed(tx: Session, case: Case, model: type[Record]) -> None:
    stored(tx, row_of(model, case))
    with pytest.raises(IntegrityError, match="never changed"), tx.begin_nested():
        tx.execute(update(model).values(actor="somebody else"))


@pytest.mark.parametrize("model", RECORDS)
def test_a_version_ends_only_once(tx: Session, case: Case, model: type[Record]) -> None:
    row = stored(tx, row_of(model, case))
    supersede(tx, CLERK, row)
    for at in (None, now()):
        with pytest.raises(IntegrityError, match="never changed"), tx.begin_nested():
            tx.execute(update(model).where(model.id == row.id).values(superseded_at=at))


@pytest.mark.parametrize("model", RECORDS)
def test_a_record_has_one_present_version(tx: Session, case: Case, model: type[Record]) -> None:
    row = stored(tx, row_of(model, case))
    other = row_of(model, case)
    other.record_id, other.revision = row.record_id, 2
    with pytest.raises(IntegrityError, match=r"_present|_of_borrower"), tx.begin_nested():
        stored(tx, other)


def test_a_process_of_the_version_before_that_ends_a_block_in_its_row_leaves_the_earlier_one_behind(
    tx: Session, case: Case
) -> None:
    """It knows neither records nor versions: it writes a block without them, and ends it where it stands."""
    block_id, opened_at = new_id(), now() - timedelta(days=1)
    tx.execute(
        text(
            "INSERT INTO blocks (id, made_at, case_id, borrower_key, kind, from_on)"
            " VALUES (:id, :at, :case_id, :key, 'dispute_open', :on)"
        ),
        {"id": block_id, "at": opened_at, "case_id": case.id, "key": case.borrower_key, "on": ON},
    )
    tx.execute(text("UPDATE blocks SET until_on = :on WHERE id = :id"), {"id": block_id, "on": ON})
    versions = tx.scalars(select(Block).order_by(Block.revision)).all()
    assert [(row.revision, row.until_on, row.actor) for row in versions] == [(1, None, "system"), (2, ON, "system")]
    assert versions[0].made_at == opened_at
    assert versions[0].superseded_at == versions[1].made_at
    assert len({row.record_id for row in versions}) == 1


@pytest.mark.parametrize(
    ("hours", "revisions"),
    [(-1, []), (0, [1]), (1, [1]), (2, [2]), (3, [2]), (None, [2])],
)
def test_what_was_known_at_an_instant(tx: Session, case: Case, hours: int | None, revisions: list[int]) -> None:
    """Told at noon, changed two hours later: a version is known from its making until it was superseded."""
    noon = datetime.fromisoformat("2026-11-02T12:00:00+08:00")
    first, second = row_of(Block, case), row_of(Block, case)
    first.made_at, first.superseded_at = noon, noon + timedelta(hours=2)
    second.record_id = first.record_id = new_id()
    second.made_at, second.revision = first.superseded_at, 2
    tx.add_all([first, second])
    tx.flush()
    at = noon + timedelta(hours=hours) if hours is not None else None
    assert list(tx.scalars(select(Block.revision).where(known(Block, at)))) == revisions
