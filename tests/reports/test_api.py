"""What the risk department sees and says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text

from app.intake.models import Case
from app.reports.models import CaseReport
from app.reports.service import compile_report
from app.runtime.audit import AuditRecord
from app.runtime.auth import AUDIENCE, ISSUER, TokenKey
from app.runtime.clock import now
from app.runtime.database import Database
from app.runtime.web import encoded
from tests.client import Client
from tests.factories_reports import assessed_case, assessed_visit, west_lake

NOBODY = UUID("0190f7a0-0000-7000-8000-000000000000")
DAY = timedelta(days=1)


def reported(database: Database, code: str = "330106", **changes: Any) -> CaseReport:
    """A case that has come to its report."""
    with database.transaction() as tx:
        visit = assessed_visit(tx, assessed_case(tx, west_lake(tx, code), **changes))
    compile_report(database, visit.id)
    with database.transaction() as tx:
        return tx.scalars(select(CaseReport).where(CaseReport.visit_id == visit.id)).one()


@pytest.fixture
def report(database: Database) -> CaseReport:
    return reported(database)


# ---- the feed


def test_the_feed_brings_each_report_whole_and_says_where_to_go_on(risk: Client, report: CaseReport) -> None:
    first = risk.get("/v1/reports")
    assert first.status_code == 200, first.text
    assert first.json()["items"] == [report.body]
    rest = risk.get("/v1/reports", params={"after": first.json()["next_cursor"]})
    assert rest.json() == {"items": [], "next_cursor": first.json()["next_cursor"]}


def test_an_empty_feed_has_a_cursor_too(risk: Client, database: Database) -> None:
    start = risk.get("/v1/reports").json()
    assert start["items"] == []
    report = reported(database)
    later = risk.get("/v1/reports", params={"after": start["next_cursor"]}).json()
    assert [item["id"] for item in later["items"]] == [str(report.id)]


def test_the_feed_comes_in_pages(risk: Client, database: Database) -> None:
    made = [str(reported(database, code).id) for code in ("330106", "330108", "330110")]
    collected, after = list[str](), None
    for _ in range(4):
        page = risk.get("/v1/reports", params={"limit": 1} | ({"after": after} if after else {})).json()
        collected += [item["id"] for item in page["items"]]
        after = page["next_cursor"]
    assert collected == made


@pytest.mark.parametrize(
    "after", ["not ours", "x", "MQ=!", encoded("-1"), encoded("1_0"), encoded("1.5"), encoded("9" * 30)]
)
def test_a_cursor_we_never_gave_is_refused(risk: Client, after: str) -> None:
    answer = risk.get("/v1/reports", params={"after": after})
    assert (answer.status_code, answer.json()["reason"]) == (422, "BAD_CURSOR")


@pytest.mark.parametrize("limit", [0, 201, "many"])
def test_a_page_has_1_to_200_reports(risk: Client, limit: object) -> None:
    assert risk.get("/v1/reports", params={"limit": limit}).status_code == 422


@pytest.mark.parametrize("role", ["case-system", "dispatcher", "investigator", "auditor"])
def test_the_finances_of_a_household_are_for_the_risk_department_alone(
    client_of: Callable[..., Client], report: CaseReport, role: str
) -> None:
    client = client_of(role)
    for answer in (
        client.get("/v1/reports"),
        client.post(f"/v1/reports/{report.id}:acknowledge"),
        client.get(f"/v1/cases/{report.case_id}/decisions"),
        client.post(f"/v1/cases/{report.case_id}/decisions", {}),
        client.get(f"/v1/decisions/{NOBODY}"),
    ):
        assert (answer.status_code, answer.json()["reason"]) == (403, "SCOPE_MISSING")


# ---- one report, and what hangs on it


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/v1/reports/{NOBODY}"),
        ("POST", f"/v1/reports/{NOBODY}:acknowledge"),
        ("GET", f"/v1/cases/{NOBODY}/decisions"),
        ("POST", f"/v1/cases/{NOBODY}/decisions"),
        ("GET", f"/v1/decisions/{NOBODY}"),
    ],
)
def test_what_is_not_there_is_404_before_anything_else(risk: Client, method: str, path: str) -> None:
    assert risk.request(method, path, json={"malformed": True} if method == "POST" else None).status_code == 404


# ---- acknowledgement


def test_acknowledging_again_is_the_same_as_once(risk: Client, report: CaseReport, database: Database) -> None:
    first = risk.post(f"/v1/reports/{report.id}:acknowledge")
    again = risk.post(f"/v1/reports/{report.id}:acknowledge")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["report_id"] == str(report.id)
    assert first.json()["acknowledged_at"].endswith("+08:00")
    with database.transaction() as tx:
        lines = select(func.count()).where(AuditRecord.subject == f"report:{report.id}", AuditRecord.actor == "risk")
        assert tx.scalars(lines).one() == 1


# ---- decisions


def decision(report: CaseReport, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "approve_plan",
        "report_id": str(report.id),
        "option": "instalment",
        "reasons": ["STABLE_INCOME"],
        "alternatives_considered": ["pause"],
        "note": None,
    } | changes


def status_of(database: Database, case_id: UUID) -> str:
    with database.transaction() as tx:
        return tx.get_one(Case, case_id).status


def test_an_approved_plan_closes_the_case(risk: Client, report: CaseReport, database: Database) -> None:
    answer = risk.post(f"/v1/cases/{report.case_id}/decisions", decision(report))
    assert answer.status_code == 201, answer.text
    taken = answer.json()
    assert (taken["kind"], taken["option"], taken["case_status"]) == ("approve_plan", "instalment", "decided")
    assert (taken["reasons"], taken["alternatives_considered"], taken["actor"]) == (
        ["STABLE_INCOME"],
        ["pause"],
        "risk",
    )
    assert status_of(database, report.case_id) == "decided"
    shown = risk.get(answer.headers["location"])
    assert shown.status_code == 200
    assert shown.json() == {key: value for key, value in taken.items() if key != "case_status"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        *(
            (kind, "decided")
            for kind in ("approve_with_change", "soft_contact", "write_off", "mediation", "settlement")
        ),
        ("more_evidence", "assigned"),
        ("relief_first", "reported"),
        ("pause", "reported"),
    ],
)
def test_each_decision_sends_the_case_its_way(
    risk: Client, report: CaseReport, database: Database, kind: str, status: str
) -> None:
    answer = risk.post(f"/v1/cases/{report.case_id}/decisions", decision(report, kind=kind, option=None))
    assert (answer.status_code, answer.json()["case_status"]) == (201, status)
    assert status_of(database, report.case_id) == status


def test_the_decisions_of_a_case_are_listed_in_pages(risk: Client, report: CaseReport) -> None:
    path = f"/v1/cases/{report.case_id}/decisions"
    for kind in ("pause", "relief_first", "write_off"):
        assert risk.post(path, decision(report, kind=kind, option=None)).status_code == 201
    first = risk.get(path, params={"limit": 2}).json()
    rest = risk.get(path, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [row["kind"] for row in first["items"]] == ["pause", "relief_first"]
    assert [row["kind"] for row in rest["items"]] == ["write_off"]
    assert rest["next_cursor"] is None


def test_the_same_key_takes_one_decision(risk: Client, report: CaseReport) -> None:
    path, key = f"/v1/cases/{report.case_id}/decisions", {"Idempotency-Key": "decide-1"}
    first = risk.post(path, decision(report), headers=key)
    again = risk.post(path, decision(report), headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(risk.get(path).json()["items"]) == 1


def test_a_decided_case_is_not_decided_again(risk: Client, report: CaseReport) -> None:
    path = f"/v1/cases/{report.case_id}/decisions"
    risk.post(path, decision(report))
    answer = risk.post(path, decision(report, kind="write_off", option=None))
    assert (answer.status_code, answer.json()["reason"]) == (409, "CASE_NOT_REPORTED")


@pytest.mark.parametrize(
    ("changes", "reason", "pointer"),
    [
        ({"option": None}, "OPTION_MISSING", "/option"),
        ({"option": "lottery"}, "UNKNOWN_OPTION", "/option"),
        ({"kind": "settlement", "option": "lottery"}, "UNKNOWN_OPTION", "/option"),
        ({"report_id": str(NOBODY)}, "UNKNOWN_REPORT", "/report_id"),
        ({"report_id": "one"}, "MALFORMED", "/report_id"),
        ({"reasons": []}, "MALFORMED", "/reasons"),
        ({"reasons": [""]}, "MALFORMED", "/reasons/0"),
        ({"kind": "prison"}, "MALFORMED", "/kind"),
        ({"note": "a\x00b"}, "MALFORMED", "/"),
        ({"colour": "red"}, "MALFORMED", "/colour"),
    ],
)
def test_a_decision_that_cannot_be_says_where(
    risk: Client, report: CaseReport, changes: dict[str, Any], reason: str, pointer: str
) -> None:
    answer = risk.post(f"/v1/cases/{report.case_id}/decisions", decision(report, **changes))
    assert answer.status_code == 422, answer.text
    assert answer.json()["reason"] == reason
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_decision_rests_on_a_report_of_its_own_case(risk: Client, report: CaseReport, database: Database) -> None:
    other = reported(database, "330108")
    answer = risk.post(f"/v1/cases/{report.case_id}/decisions", decision(other))
    assert (answer.status_code, answer.json()["reason"]) == (422, "UNKNOWN_REPORT")


def test_more_evidence_has_the_case_assigned_again(risk: Client, report: CaseReport, database: Database) -> None:
    risk.post(f"/v1/cases/{report.case_id}/decisions", decision(report, kind="more_evidence", option=None))
    assert waiting_jobs(database) == [("case.evidence_wanted", str(report.case_id))]


def waiting_jobs(database: Database) -> list[tuple[str, str]]:
    with database.transaction() as tx:
        rows = tx.execute(text("SELECT task_name, args->>'subject' FROM procrastinate_jobs ORDER BY id"))
        return [(event, subject) for event, subject in rows]


# ---- tokens that see less


@pytest.fixture
def token_with(application: FastAPI, token_key: TokenKey) -> Callable[..., Client]:
    """Makes a client of the risk department whose token carries these claims instead of the usual ones."""

    def make(**claims: Any) -> Client:
        usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "risk:2", "scope": "reports:read", "iat": now()}
        return Client(application, jwt.encode(usual | {"exp": now() + DAY} | claims, token_key.private, "EdDSA"))

    return make


def test_who_may_only_read_cannot_decide(token_with: Callable[..., Client], report: CaseReport) -> None:
    reader = token_with()
    assert reader.get(f"/v1/cases/{report.case_id}/decisions").status_code == 200
    assert reader.post(f"/v1/cases/{report.case_id}/decisions", decision(report)).status_code == 403


def test_another_region_s_reports_are_not_there(
    token_with: Callable[..., Client], risk: Client, report: CaseReport
) -> None:
    taken = risk.post(f"/v1/cases/{report.case_id}/decisions", decision(report)).json()
    stranger = token_with(regions=["330108"], scope="reports:read decisions:write")
    assert stranger.get("/v1/reports").json()["items"] == []
    for answer in (
        stranger.get(f"/v1/reports/{report.id}"),
        stranger.post(f"/v1/reports/{report.id}:acknowledge"),
        stranger.get(f"/v1/cases/{report.case_id}/decisions"),
        stranger.post(f"/v1/cases/{report.case_id}/decisions", decision(report)),
        stranger.get(f"/v1/decisions/{taken['id']}"),
    ):
        assert answer.status_code == 404
    neighbour = token_with(regions=["330106"])
    assert neighbour.get("/v1/reports").json()["items"] == [report.body]
    assert neighbour.get(f"/v1/decisions/{taken['id']}").status_code == 200
