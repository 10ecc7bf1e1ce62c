"""What the logs say of an error, and what they keep to themselves."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.runtime.database import Database
from app.runtime.telemetry import configure_logs, log, without_rows

# Named here, because a traceback shows the line that was run.
INSERTION = text("INSERT INTO borrowers VALUES (:name, NULL)")
NAMES = {"name": "王小明\nsecond line of the name"}


@pytest.fixture
def logged() -> Iterator[StringIO]:
    stream = StringIO()
    configure_logs("INFO", stream)
    yield stream
    configure_logs("INFO")


def break_a_constraint(tx: Session) -> None:
    """A NOT NULL, so that PostgreSQL quotes the row, with a name of two lines."""
    tx.execute(text("CREATE TEMPORARY TABLE borrowers (name text, phone text NOT NULL) ON COMMIT DROP"))
    tx.execute(INSERTION, NAMES)


def written(stream: StringIO) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return entry


def assert_tells_the_error_alone(entry: dict[str, Any]) -> None:
    assert 'null value in column "phone"' in entry["exception"]
    assert "IntegrityError" in entry["exception"]
    for kept_back in ("王小明", "second line", "Failing row", "INSERT INTO borrowers VALUES"):
        assert kept_back not in json.dumps(entry, ensure_ascii=False)


def test_the_row_that_an_error_quotes_stays_out_of_our_logs(database: Database, logged: StringIO) -> None:
    try:
        with database.transaction() as tx:
            break_a_constraint(tx)
    except IntegrityError:
        log.exception("job failed")
    assert_tells_the_error_alone(written(logged))


def test_and_out_of_the_logs_of_the_libraries(database: Database, logged: StringIO) -> None:
    try:
        with database.transaction() as tx:
            break_a_constraint(tx)
    except IntegrityError as error:
        logging.getLogger("procrastinate").error("Job failed with exception: %s", error, exc_info=error)
    assert_tells_the_error_alone(written(logged))


def test_what_an_error_led_to_is_still_told(database: Database, logged: StringIO) -> None:
    try:
        try:
            with database.transaction() as tx:
                break_a_constraint(tx)
        except IntegrityError as error:
            raise RuntimeError("the case was not stored") from error
    except RuntimeError:
        log.exception("job failed")
    assert_tells_the_error_alone(written(logged))
    assert written(logged)["exception"].endswith("RuntimeError: the case was not stored")


def test_in_a_group_of_errors_too(database: Database, logged: StringIO) -> None:
    try:
        with database.transaction() as tx:
            break_a_constraint(tx)
    except IntegrityError as error:
        log.error("several failed", exc_info=ExceptionGroup("both", [error, ValueError("a later one")]))
    assert_tells_the_error_alone(written(logged))
    assert "a later one" in written(logged)["exception"]


def test_an_error_that_quotes_nothing_is_told_whole() -> None:
    told = 'Traceback (most recent call last):\n  File "x", line 1\n\nValueError: first line\nsecond line\n'
    assert without_rows(told) == told
