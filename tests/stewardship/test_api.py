"""What the auditor sees."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM, Actor
from app.runtime import audit
from app.runtime.clock import now
from app.runtime.database import Database
from app.runtime.web import encoded
from tests.client import Client
from tests.factories import escalation

DISPATCHER = Actor("dispatcher:7", frozenset({"cases:manage"}))


@pytest.fixture
def auditor(client_of: Callable[..., Client]) -> Client:
    return client_of("auditor")


def write(database: Database, *lines: tuple[Actor, str, str]) -> None:
    for actor, verb, subject in lines:
        with database.transaction() as tx:
            audit.record(tx, actor, verb, subject, {"why": "测试"})


@pytest.fixture
def trail(database: Database) -> None:
    write(
        database,
        (DISPATCHER, "plan.published", "plan:1"),
        (SYSTEM, "visit.opened", "visit:1"),
        (DISPATCHER, "plan.cancelled", "plan:2"),
        (SYSTEM, "plan.superseded", "plan:1"),
    )


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("question", "verbs"),
    [
        ({}, ["plan.published", "visit.opened", "plan.cancelled", "plan.superseded"]),
        ({"subject": "plan:1"}, ["plan.published", "plan.superseded"]),
        ({"actor": "dispatcher:7"}, ["plan.published", "plan.cancelled"]),
        ({"actor": "system", "subject": "plan:1"}, ["plan.superseded"]),
        ({"subject": "plan:3"}, []),
    ],
)
def test_the_trail_answers_who_did_what_to_what(auditor: Client, question: dict[str, str], verbs: list[str]) -> None:
    answer = auditor.get("/v1/audit", params=question)
    assert answer.status_code == 200, answer.text
    assert [line["verb"] for line in answer.json()["items"]] == verbs


@pytest.mark.usefixtures("trail")
def test_a_line_has_its_place_in_the_chain(auditor: Client) -> None:
    first, second, *_ = auditor.get("/v1/audit").json()["items"]
    assert (first["number"], second["number"]) == (1, 2)
    assert first["detail"] == {"why": "测试"}
    assert first["sha256"] != second["sha256"]


def test_a_request_s_lines_carry_its_id(auditor: Client, case_system: Client) -> None:
    posted = case_system.post("/v1/escalations", escalation(), headers={"X-Request-ID": "walk-1"})
    lines = auditor.get("/v1/audit", params={"subject": f"case:{posted.json()['id']}"}).json()["items"]
    assert {line["request_id"] for line in lines} == {"walk-1"}
    assert {line["actor"] for line in lines} == {"case-system"}


@pytest.mark.usefixtures("trail")
def test_the_trail_from_an_instant_on(auditor: Client) -> None:
    hour = timedelta(hours=1)
    assert len(auditor.get("/v1/audit", params={"from": (now() - hour).isoformat()}).json()["items"]) == 4
    assert auditor.get("/v1/audit", params={"from": (now() + hour).isoformat()}).json()["items"] == []


@pytest.mark.usefixtures("trail")
def test_the_trail_comes_in_pages(auditor: Client) -> None:
    first = auditor.get("/v1/audit", params={"limit": 3}).json()
    rest = auditor.get("/v1/audit", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [line["number"] for line in first["items"] + rest["items"]] == [1, 2, 3, 4]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    "question", [{"from": "2026-11-23T09:30:00"}, {"from": "yesterday"}, {"limit": "0"}, {"subject": "x" * 201}]
)
def test_a_question_that_cannot_be_is_refused(auditor: Client, question: dict[str, str]) -> None:
    answer = auditor.get("/v1/audit", params=question)
    assert (answer.status_code, answer.json()["reason"]) == (422, "MALFORMED")


@pytest.mark.parametrize("cursor", ["???", encoded("x"), encoded("-1"), encoded("9" * 30), encoded("²")])
def test_a_cursor_we_never_gave_is_refused(auditor: Client, cursor: str) -> None:
    answer = auditor.get("/v1/audit", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["reason"]) == (422, "BAD_CURSOR")


@pytest.mark.parametrize("role", ["case-system", "dispatcher", "investigator", "risk"])
def test_the_trail_is_for_auditors_alone(client_of: Callable[..., Client], role: str) -> None:
    client = client_of(role)
    assert client.get("/v1/audit").status_code == 403
    assert client.post("/v1/audit:verify").status_code == 403


def test_nobody_without_a_token_gets_in(client_of: Callable[..., Client], auditor: Client) -> None:
    stranger = Client(auditor._application, None)
    assert stranger.get("/v1/audit").status_code == 401
    assert stranger.post("/v1/audit:verify").status_code == 401


@pytest.mark.usefixtures("trail")
def test_an_untouched_trail_is_intact(auditor: Client) -> None:
    verdict = auditor.post("/v1/audit:verify")
    assert verdict.status_code == 200, verdict.text
    last = auditor.get("/v1/audit").json()["items"][-1]
    assert verdict.json() == {"intact": True, "records": 4, "first_break": None, "head": last["sha256"]}


def test_an_empty_trail_is_intact(auditor: Client) -> None:
    assert auditor.post("/v1/audit:verify").json() == {
        "intact": True,
        "records": 0,
        "first_break": None,
        "head": "0" * 64,
    }


@pytest.mark.usefixtures("trail")
def test_a_trail_that_somebody_touched_says_where(auditor: Client, database: Database) -> None:
    assert auditor.post("/v1/audit:verify").json()["intact"] is True
    with database.transaction() as tx:
        tx.execute(text("ALTER TABLE audit_records DISABLE TRIGGER append_only"))
        tx.execute(text("UPDATE audit_records SET actor = 'somebody' WHERE subject = 'plan:2'"))
    verdict = auditor.post("/v1/audit:verify").json()
    assert (verdict["intact"], verdict["first_break"], verdict["records"]) == (False, 3, 4)
