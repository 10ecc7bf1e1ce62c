"""The risk department takes all reports of a time away."""

import asyncio
import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect

from app.kernel.actor import Actor
from app.reports import export, feed
from app.reports.export_columns import COLUMNS
from app.reports.models import CaseReport
from app.reports.terms import REPORTS_EXPORT_BEGUN, REPORTS_EXPORTED, ExportFormat
from app.runtime.audit import AuditRecord
from app.runtime.auth import TokenKey
from app.runtime.database import Database, new_id
from app.visits.models import Visit
from tests.client import Client
from tests.factories_reports import assessed_case, assessed_visit, west_lake
from tests.reports.drawn import REPORT

FIRST_AT = datetime(2026, 11, 1, tzinfo=UTC)
FORMATS = ["csv", "ndjson", "parquet"]


def visit_of(tx: Session, code: str = "330106") -> Visit:
    return assessed_visit(tx, assessed_case(tx, west_lake(tx, code)))


def report_on(tx: Session, visit: Visit, number: int) -> dict[str, Any]:
    """The report that was made at midnight of the given day of November, its body as it is stored."""
    made_at = FIRST_AT + timedelta(days=number - 1)
    body = REPORT | {"id": str(new_id()), "visit_id": str(visit.id), "version": number, "made_at": made_at.isoformat()}
    report = CaseReport(
        id=new_id(),
        made_at=made_at,
        case_id=visit.case_id,
        also_case_ids=[],
        visit_id=visit.id,
        version=number,
        sha256="",
        body=body,
    )
    tx.add(report)
    tx.flush()
    feed.enter(tx, report.id)
    tx.flush()
    return body


@pytest.fixture
def bodies(database: Database) -> list[dict[str, Any]]:
    """Five reports, made on the first days of November."""
    with database.transaction() as tx:
        visit = visit_of(tx)
        return [report_on(tx, visit, number) for number in range(1, 6)]


def exported(client: Client, form: str, **bounds: str) -> list[dict[str, Any]]:
    answer = client.get("/v1/reports/export", params={"format": form, **bounds})
    assert answer.status_code == 200, answer.text
    return rows_of(form, answer.content)


def rows_of(form: str, content: bytes) -> list[dict[str, Any]]:
    if form == "ndjson":
        return [json.loads(line) for line in content.decode().splitlines()]
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return rows


def versions(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["version"]) for row in rows]


# ---- what is in it


@pytest.mark.parametrize("form", FORMATS)
def test_all_reports_come_in_the_order_of_the_feed(risk: Client, bodies: list[dict[str, Any]], form: str) -> None:
    assert versions(exported(risk, form)) == [1, 2, 3, 4, 5]


def test_ndjson_has_each_report_letter_by_letter_as_it_was_stored(risk: Client, bodies: list[dict[str, Any]]) -> None:
    assert risk.get("/v1/reports/export", params={"format": "ndjson"}).text == "".join(
        json.dumps(body) + "\n" for body in bodies
    )


def test_the_flat_forms_have_the_columns_of_the_dictionary(risk: Client, bodies: list[dict[str, Any]]) -> None:
    columns = risk.get("/v1/reports/export/dictionary").json()["columns"]
    names = [column["name"] for column in columns]
    assert names == [column.name for column in COLUMNS]
    assert [list(exported(risk, form)[0]) for form in ("csv", "parquet")] == [names, names]
    assert {"name": "made_at", "kind": "instant", "parquet_type": "timestamp[us, tz=UTC]"}.items() <= columns[6].items()


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_of_nothing_is_an_empty_file(risk: Client, form: str) -> None:
    assert exported(risk, form) == []


@pytest.mark.parametrize(
    ("bounds", "wanted"),
    [
        ({"from": "2026-11-02", "to": "2026-11-04"}, [2, 3]),
        ({"from": "2026-11-02T00:00:00Z"}, [2, 3, 4, 5]),
        ({"to": "2026-11-02T08:00:00+08:00"}, [1]),
        ({"to": "2026-11-02T08:00:01+08:00"}, [1, 2]),
        ({"from": "2026-11-03", "to": "2026-11-03"}, []),
        ({"from": "2027-01-01"}, []),
    ],
)
def test_the_time_is_half_open_in_instants_or_days(
    risk: Client, bodies: list[dict[str, Any]], bounds: dict[str, str], wanted: list[int]
) -> None:
    assert versions(exported(risk, "ndjson", **bounds)) == wanted


def test_a_reader_of_one_region_takes_that_region_away(
    application: FastAPI, database: Database, token_key: TokenKey
) -> None:
    with database.transaction() as tx:
        for number, code in enumerate(("330106", "330108"), start=1):
            report_on(tx, visit_of(tx, code), number)
    actor = Actor("risk", frozenset({"reports:read"}), regions=frozenset({"330108"}))
    with database.transaction() as tx:
        begun = export.begin_export(tx, actor, ExportFormat.NDJSON, None, None)
    assert versions(rows_of("ndjson", b"".join(export.pieces(database, begun)))) == [2]


def test_what_comes_into_the_feed_meanwhile_waits_for_the_next_export(
    database: Database, bodies: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "REPORTS_AT_ONCE", 2)
    with database.transaction() as tx:
        begun = export.begin_export(tx, Actor("risk", frozenset()), ExportFormat.NDJSON, None, None)
    pieces = export.pieces(database, begun)
    first = next(pieces)
    with database.transaction() as tx:
        report_on(tx, visit_of(tx, "330108"), 1)
        feed.seal(tx)
    assert versions(rows_of("ndjson", first + b"".join(pieces))) == [1, 2, 3, 4, 5]


def test_the_file_has_a_name_that_tells_the_time_it_is_for(risk: Client, bodies: list[dict[str, Any]]) -> None:
    answer = risk.get("/v1/reports/export", params={"format": "parquet", "from": "2026-11-02", "to": "2026-12-01"})
    assert answer.headers["content-disposition"] == (
        'attachment; filename="doorstep-reports-from-20261102T000000Z-to-20261201T000000Z.parquet"'
    )
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert answer.headers["cache-control"] == "no-store"
    assert pl.read_parquet(io.BytesIO(answer.content))["version"].to_list() == [2, 3, 4, 5]


# ---- who may, and who did


@pytest.mark.parametrize("role", ["case-system", "dispatcher", "investigator", "auditor"])
def test_exports_are_for_the_risk_department_alone(client_of: Callable[..., Client], role: str) -> None:
    for path in ("/v1/reports/export?format=csv", "/v1/reports/export/dictionary"):
        answer = client_of(role).get(path)
        assert (answer.status_code, answer.json()["reason"]) == (403, "SCOPE_MISSING")


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"format": "xlsx"},
        {"format": "csv", "from": "2026-11-02T00:00:00"},
        {"format": "csv", "from": "2026-11-31"},
        {"format": "csv", "from": "2026-11-03", "to": "2026-11-02"},
        {"format": "csv", "to": "9999-12-31"},
        {"format": "csv", "to": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_a_range_that_cannot_be_is_refused(risk: Client, parameters: dict[str, str]) -> None:
    answer = risk.get("/v1/reports/export", params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_the_audit_trail_tells_who_took_what_away(
    risk: Client, database: Database, bodies: list[dict[str, Any]]
) -> None:
    exported(risk, "csv", **{"from": "2026-11-02", "to": "2026-11-04"})
    with database.transaction() as tx:
        begun, done = tx.scalars(
            select(AuditRecord).where(AuditRecord.subject.startswith("export:")).order_by(AuditRecord.id)
        ).all()
    wanted = {
        "format": "csv",
        "from": "2026-11-02T00:00:00+00:00",
        "to": "2026-11-04T00:00:00+00:00",
        "regions": [],
    }
    assert (begun.verb, begun.actor, begun.detail) == (REPORTS_EXPORT_BEGUN, "risk", wanted)
    assert (done.verb, done.actor, done.detail) == (REPORTS_EXPORTED, "risk", wanted | {"reports": 2, "complete": True})
    assert begun.subject == done.subject


# ---- how many at once


def test_a_reader_that_goes_away_leaves_its_slot_and_a_line_of_how_far_it_came(
    application: FastAPI, database: Database, token_key: TokenKey, risk: Client, bodies: list[dict[str, Any]]
) -> None:
    for _ in range(10):
        asyncio.run(_take_one_piece(application, token_key.issue("risk")))
    assert versions(exported(risk, "ndjson")) == [1, 2, 3, 4, 5]
    with database.transaction() as tx:
        ends = tx.scalars(select(AuditRecord.detail).where(AuditRecord.verb == REPORTS_EXPORTED)).all()
    assert [end["complete"] for end in ends] == [False] * 10 + [True]


async def _take_one_piece(application: FastAPI, token: str) -> None:
    """A client that asks for an export and is gone when the first piece comes."""

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            raise OSError("the client is gone")

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/v1/reports/export",
        "raw_path": b"/v1/reports/export",
        "root_path": "",
        "query_string": b"format=ndjson",
        "headers": [(b"authorization", f"Bearer {token}".encode()), (b"host", b"doorstep.test")],
        "client": None,
        "server": ("doorstep.test", 80),
    }
    with pytest.raises(ClientDisconnect):
        await application(scope, receive, send)


def test_when_all_slots_are_taken_the_next_one_is_told_to_come_again(application: FastAPI, risk: Client) -> None:
    slots = application.state.long_reads
    with slots.taken(), slots.taken(), slots.taken(), slots.taken():
        answer = risk.get("/v1/reports/export", params={"format": "csv"})
    assert (answer.status_code, answer.json()["reason"]) == (503, "TOO_MANY_LONG_READS")
    assert answer.headers["retry-after"] == "2"
    assert exported(risk, "csv") == []
