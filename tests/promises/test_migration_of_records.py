"""What was on record before records had versions is their first version afterwards, and the ledger is counted."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.migrate import _config, migrate
from app.runtime.database import Database, new_id

BEFORE = "0001"
AT = "2026-11-20T23:30:00+00:00"  # the next morning in Hangzhou
REGION = """
    INSERT INTO regions (id, made_at, revision, code, name, time_zone, profiles, office_address, office_lat, office_lon,
        neighbours)
    VALUES (:id, now(), 1, '330106', 'West Lake', 'Asia/Shanghai', '[]', '1 Wensan Road', 30, 120, '[]')
"""
CASE = """
    INSERT INTO cases (id, made_at, revision, source, source_reference, body_sha256, escalation, status, ruling,
        eligible, flags, region, region_mismatch, borrower_key, borrower_name, product, currency, outstanding_minor,
        overdue_minor, days_past_due, priority, required_skills, staff_needed, place_kind, address, received_at)
    VALUES (:id, now(), 1, 's', 'r', '', '{}', 'accepted', '{}', '[]', '[]', '330106', false, 'B', 'W', 'cash_loan',
        'CNY', 1, 1, 1, 1, '[]', 1, 'home', '1 Wensan Road', now())
"""
CONTACT = """
    INSERT INTO contacts (id, made_at, case_id, borrower_key, client_id, channel, at, outcome, contacted)
    VALUES (:id, now(), :case_id, 'B', :id, 'visit', :at, 'no_answer', false)
"""
BLOCK = """
    INSERT INTO blocks (id, made_at, case_id, borrower_key, kind, from_on)
    VALUES (:id, now(), :case_id, 'B', 'dispute_open', '2026-11-20')
"""


@pytest.fixture
def empty_database(server: str) -> Iterator[Database]:
    name = f"doorstep_test_{new_id().hex}"
    own = make_url(server).set(drivername="postgresql+psycopg")
    administrator = create_engine(own, isolation_level="AUTOCOMMIT")
    with administrator.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        database = Database(own.set(database=name).render_as_string(hide_password=False))
        yield database
        database.dispose()
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    administrator.dispose()


def test_what_is_there_becomes_first_versions_and_is_counted(empty_database: Database) -> None:
    case_id, block_id = new_id(), new_id()
    with empty_database.engine.begin() as connection:
        command.upgrade(_config(connection), BEFORE)
        connection.execute(text(REGION), {"id": new_id()})
        connection.execute(text(CASE), {"id": case_id})
        for _ in range(2):
            connection.execute(text(CONTACT), {"id": new_id(), "case_id": case_id, "at": AT})
        connection.execute(text(BLOCK), {"id": block_id, "case_id": case_id})
    migrate(empty_database)
    with empty_database.engine.connect() as connection:
        assert rows(connection, "SELECT record_id, revision, superseded_at, actor, renewals FROM blocks") == [
            (block_id, 1, None, "system", 0)
        ]
        on = date(2026, 11, 21)
        assert rows(connection, "SELECT DISTINCT counted_on, corrects, retracted FROM contacts") == [(on, None, False)]
        tallies = rows(connection, "SELECT borrower_key, day, channel, contacted, number FROM contact_tallies")
        assert tallies == [("B", on, "visit", False, 2)]


def rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(query))]
