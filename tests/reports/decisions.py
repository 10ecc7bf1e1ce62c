"""Reported cases and what is decided on them."""

from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import select

from app.intake.models import Case
from app.reports.models import CaseReport
from app.reports.service import compile_report
from app.runtime.clock import now
from app.runtime.database import Database
from tests.client import Client
from tests.factories_reports import assessed_case, assessed_visit, west_lake

Json = dict[str, Any]


def reported(database: Database, code: str = "330106", **changes: Any) -> CaseReport:
    """The report of a case that has come to it."""
    with database.transaction() as tx:
        visit = assessed_visit(tx, assessed_case(tx, west_lake(tx, code), **changes))
    compile_report(database, visit.id)
    with database.transaction() as tx:
        return tx.scalars(select(CaseReport).where(CaseReport.visit_id == visit.id)).one()


def decide(client: Client, report: CaseReport, kind: str = "lawsuit", **changes: Any) -> httpx.Response:
    body = {
        "kind": kind,
        "report_id": str(report.id),
        "option": "instalment" if kind == "approve_plan" else None,
        "reasons": ["WILL_NOT_PAY", "he laughed at us"],
        "alternatives_considered": ["pause"],
    }
    return client.post(f"/v1/cases/{report.case_id}/decisions", body | changes)


def update(client: Client, report: CaseReport, kind: str, **changes: Any) -> None:
    body = {"client_id": str(uuid4()), "at": now().isoformat(), "kind": kind, **changes}
    answer = client.post(f"/v1/cases/{report.case_id}/account-updates", body)
    assert answer.status_code == 201, answer.text


def offer_relief(client: Client, report: CaseReport) -> None:
    """Relief that was put to the borrower."""
    update(client, report, "relief_offered", detail="three months at half the instalment")


def made(answer: httpx.Response, status: int = 200) -> Json:
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    return body


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["reason"]


def closed_gates(answer: httpx.Response) -> list[str]:
    assert refusal(answer) == (409, "GATE_CLOSED"), answer.text
    return [error["detail"].split(":")[0] for error in answer.json()["errors"]]


def status_of(database: Database, report: CaseReport) -> str:
    with database.transaction() as tx:
        return tx.get_one(Case, report.case_id).status
