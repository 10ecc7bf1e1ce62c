"""What the contact rules are told of a borrower."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.compliance.situation import Block as KnownBlock
from app.compliance.situation import BlockKind
from app.contact.facts import facts_of
from app.contact.models import Block, Contact
from app.intake.models import Case
from app.runtime.database import new_id
from tests.factories import add_case, add_region, escalation

EVENING_IN_NEW_YORK = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def blocks(tx: Session, case: Case) -> tuple[KnownBlock, ...]:
    return facts_of(tx, [case])[case.id].blocks


def add_block(tx: Session, case: Case, from_on: date, until_on: date | None, made_at: datetime | None = None) -> Block:
    row = Block(
        case_id=case.id, borrower_key=case.borrower_key, kind="dispute_open", from_on=from_on, until_on=until_on
    )
    if made_at is not None:
        row.made_at = made_at
    tx.add(row)
    tx.flush()
    return row


def test_a_flag_blocks_from_the_day_of_the_region_on_which_it_was_told(tx: Session) -> None:
    case = add_case(tx, add_region(tx, time_zone="America/New_York"), flags=["dispute_open"])
    case.received_at = EVENING_IN_NEW_YORK
    assert blocks(tx, case) == (KnownBlock(BlockKind.DISPUTE_OPEN, date(2026, 11, 23)),)


def test_each_flag_is_dated_in_the_region_of_its_own_loan(tx: Session) -> None:
    west = add_case(tx, add_region(tx, time_zone="America/New_York"), flags=["dispute_open"])
    elsewhere = add_region(tx, code="330105", polygon=None, time_zone="Asia/Shanghai")
    place = escalation()["places"][0] | {"region": "330105"}
    east = add_case(tx, elsewhere, source_reference="ESC-2", places=[place], flags=["insolvency"])
    west.received_at = east.received_at = EVENING_IN_NEW_YORK
    assert {block.kind: block.from_on.day for block in blocks(tx, west)} == {"dispute_open": 23, "insolvency": 24}


def test_a_record_takes_the_place_of_an_earlier_flag_but_not_of_a_later_one(tx: Session) -> None:
    case = add_case(tx, add_region(tx), flags=["dispute_open"])
    on, before = date(2026, 11, 1), case.received_at - timedelta(days=1)
    add_block(tx, case, on, on, made_at=before)
    assert [block.until_on for block in blocks(tx, case)] == [on, None]
    add_block(tx, case, on, on)
    assert [block.until_on for block in blocks(tx, case)] == [on, on]


def test_what_lies_at_the_edge_of_the_calendar_does_not_stop_the_rules(tx: Session) -> None:
    first, last = "1970-01-01T00:30:00+14:00", "2199-12-31T23:30:00-12:00"
    contacts = [{"channel": "call", "at": at, "outcome": "no_answer"} for at in (first, last)]
    case = add_case(tx, add_region(tx), contacts=contacts)
    add_block(tx, case, date(1969, 12, 31), date(1969, 12, 31))
    tx.add(
        Contact(
            case_id=case.id,
            borrower_key=case.borrower_key,
            client_id=new_id(),
            channel="call",
            at=datetime.fromisoformat(first),
            outcome="no_answer",
            contacted=False,
            by=None,
            claim_reference=None,
        )
    )
    tx.flush()
    facts = facts_of(tx, [case])[case.id]
    assert [contact.at.year for contact in facts.contacts] == [1970, 2199, 1970]
    assert [block.from_on.year for block in facts.blocks] == [1970]


def test_the_database_refuses_a_block_that_ends_before_it_begins(tx: Session) -> None:
    case = add_case(tx, add_region(tx))
    with pytest.raises(IntegrityError, match="ends_after_it_begins"), tx.begin_nested():
        add_block(tx, case, date(2026, 11, 10), date(2026, 11, 9))
