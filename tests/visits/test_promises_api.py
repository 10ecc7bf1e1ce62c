"""The life of promises to pay, as the risk department and the case system see it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.intake.models import Case, CaseEvent
from app.runtime.audit import AuditRecord
from app.runtime.auth import TokenKey
from app.runtime.clock import now
from app.runtime.database import Database
from app.visits.models import PromiseEvent, PromiseToPay
from app.visits.promise_keeping import judge_promises
from tests.client import Client
from tests.factories import add_case, add_region, escalation
from tests.factories_visits import Scene, money, opened
from tests.phone import carry_out

Json = dict[str, Any]
ClientOf = Callable[..., Client]
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def case(database: Database) -> Case:
    with database.transaction() as tx:
        return add_case(tx, add_region(tx))


def promise(**changes: Any) -> Json:
    at = now() - timedelta(minutes=1)
    body = {"client_id": str(uuid4()), "at": at.isoformat(), "amount": money("800.00"), "channel": "bank_transfer"}
    return body | {"due_on": str(day(7))} | changes


def day(ahead: int) -> date:
    """So many days from today in Hangzhou, roughly: the tests keep away from the border."""
    return (now() + timedelta(hours=8, days=ahead)).date()


def made(client: Client, case: Case, **changes: Any) -> Json:
    answer = client.post(f"/v1/cases/{case.id}/promises", promise(**changes))
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    return body


def pay(client: Client, case: Case, amount: str, at: datetime | None = None) -> None:
    body = {"client_id": str(uuid4()), "at": (at or now()).isoformat(), "kind": "payment", "amount": money(amount)}
    assert client.post(f"/v1/cases/{case.id}/account-updates", body).status_code == 201


def read(client: Client, shown: Json) -> Json:
    body: Json = client.get(f"/v1/promises/{shown['id']}").json()
    return body


def age(database: Database, days: int) -> None:
    """Let all promises have been made, and be due, so many days earlier."""
    with database.transaction() as tx:
        for row in tx.scalars(select(PromiseToPay)):
            row.due_on -= timedelta(days=days)
            row.promised_at -= timedelta(days=days)


def events(database: Database, case: Case) -> list[str]:
    with database.transaction() as tx:
        query = select(CaseEvent.name).where(CaseEvent.case_id == case.id, CaseEvent.name.like("promise.%"))
        return list(tx.scalars(query.order_by(CaseEvent.id)))


def test_a_promise_is_kept_by_payments_that_add_up(
    risk: Client, case_system: Client, case: Case, database: Database, carry_on: Callable[[], int]
) -> None:
    shown = made(risk, case)
    assert (shown["state"], shown["paid"], shown["enough"]) == ("open", money("0.00"), money("760.00"))
    pay(case_system, case, "300.00")
    carry_on()
    assert (read(risk, shown)["state"], read(risk, shown)["paid"]) == ("open", money("300.00"))
    pay(case_system, case, "460.00")
    carry_on()
    kept = read(risk, shown)
    assert (kept["state"], kept["paid"]) == ("kept", money("760.00"))
    assert [(step["state"], step["paid"]["amount"]) for step in kept["events"]] == [
        ("open", "0.00"),
        ("open", "300.00"),
        ("kept", "760.00"),
    ]
    assert kept["events"][2]["account_update_id"] is not None
    assert events(database, case) == ["promise.kept"]


@pytest.mark.parametrize(("paid", "state"), [(None, "broken"), ("100.00", "part"), ("800.00", "kept")])
def test_the_calendar_judges_what_is_over(
    risk: Client,
    case_system: Client,
    case: Case,
    database: Database,
    carry_on: Callable[[], int],
    paid: str | None,
    state: str,
) -> None:
    shown = made(risk, case)
    if paid:
        pay(case_system, case, paid)
        carry_on()
    judge_promises(database)
    assert read(risk, shown)["state"] == ("kept" if state == "kept" else "open")
    age(database, 11)  # due four days ago
    judge_promises(database)
    judge_promises(database)
    assert read(risk, shown)["state"] == state
    assert events(database, case) == [f"promise.{state}"]


def test_a_payment_that_is_dated_ahead_does_not_count_yet(
    risk: Client, case_system: Client, case: Case, carry_on: Callable[[], int]
) -> None:
    shown = made(risk, case)
    pay(case_system, case, "800.00", now() + timedelta(days=5))
    carry_on()
    assert (read(risk, shown)["state"], read(risk, shown)["paid"]) == ("open", money("0.00"))
    pay(case_system, case, "760.00")
    carry_on()
    assert (read(risk, shown)["state"], read(risk, shown)["paid"]) == ("kept", money("760.00"))


def test_within_the_days_of_tolerance_nothing_is_broken(risk: Client, case: Case, database: Database) -> None:
    shown = made(risk, case)
    age(database, 9)
    judge_promises(database)
    assert read(risk, shown)["state"] == "open"


def test_a_payment_that_is_told_late_mends_a_broken_promise(
    risk: Client, case_system: Client, case: Case, database: Database, carry_on: Callable[[], int]
) -> None:
    shown = made(risk, case)
    age(database, 12)
    judge_promises(database)
    pay(case_system, case, "50.00")  # today is too late
    pay(case_system, case, "800.00", now() - timedelta(days=5))
    carry_on()
    assert (read(risk, shown)["state"], read(risk, shown)["paid"]) == ("kept", money("800.00"))
    assert events(database, case) == ["promise.broken", "promise.kept"]


def test_a_later_promise_supersedes_an_open_one_and_a_payment_counts_once(
    risk: Client, case_system: Client, case: Case, database: Database, carry_on: Callable[[], int]
) -> None:
    pay(case_system, case, "20.00")  # known before anything was promised
    first = made(risk, case, at=now().isoformat())
    pay(case_system, case, "100.00")
    carry_on()
    second = made(risk, case, amount=money("500.00"), at=now().isoformat())
    assert (read(risk, first)["state"], read(risk, first)["paid"]) == ("superseded", money("100.00"))
    assert (second["state"], second["paid"]) == ("open", money("0.00"))
    pay(case_system, case, "500.00")
    carry_on()
    assert (read(risk, second)["state"], read(risk, second)["paid"]) == ("kept", money("500.00"))
    assert read(risk, first)["paid"] == money("100.00")
    assert "promise.superseded" in events(database, case)


def test_an_older_promise_that_is_told_later_does_not_take_the_place_of_a_newer_one(risk: Client, case: Case) -> None:
    newer = made(risk, case)
    older = made(risk, case, at=(now() - timedelta(days=2)).isoformat())
    assert (older["state"], read(risk, newer)["state"]) == ("superseded", "open")


def test_the_same_client_id_is_the_same_promise(risk: Client, case: Case) -> None:
    body, path = promise(), f"/v1/cases/{case.id}/promises"
    first, again = risk.post(path, body), risk.post(path, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = risk.post(path, body | {"amount": money("900.00")})
    assert (other.status_code, other.json()["reason"]) == (409, "CLIENT_ID_REUSED")


def test_who_told_a_promise_is_audited(risk: Client, case: Case, database: Database) -> None:
    shown = made(risk, case)
    with database.transaction() as tx:
        line = tx.scalars(select(AuditRecord).where(AuditRecord.subject == f"promise:{shown['id']}")).one()
    assert (line.verb, line.actor, line.detail) == ("promise.made", "risk", {"case_id": str(case.id)})


def test_an_idempotency_key_gives_the_same_answer(risk: Client, case: Case) -> None:
    body, path = promise(), f"/v1/cases/{case.id}/promises"
    first, again = (risk.post(path, body, headers={"Idempotency-Key": "p-1"}) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())


def test_an_open_promise_can_be_cancelled_once_and_for_all(
    risk: Client, case_system: Client, case: Case, carry_on: Callable[[], int]
) -> None:
    shown = made(risk, case)
    path = f"/v1/promises/{shown['id']}:cancel"
    assert risk.post(path, headers={"If-Match": '"old"'}).status_code == 412
    done = risk.post(path, {"note": "misheard"}, headers={"If-Match": shown["etag"]})
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")
    assert done.json()["events"][-1]["note"] == "misheard"
    assert risk.post(path).json()["events"] == done.json()["events"]
    pay(case_system, case, "800.00")
    carry_on()
    assert read(risk, shown)["state"] == "cancelled"


def test_a_kept_promise_is_not_cancelled(
    risk: Client, case_system: Client, case: Case, carry_on: Callable[[], int]
) -> None:
    shown = made(risk, case)
    pay(case_system, case, "800.00")
    carry_on()
    answer = risk.post(f"/v1/promises/{shown['id']}:cancel")
    assert (answer.status_code, answer.json()["reason"]) == (409, "PROMISE_STATE")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"amount": money("0.00")}, "/amount"),
        ({"amount": money("-1.00")}, "/amount"),
        ({"amount": money("1.001")}, "/amount"),
        ({"amount": money("1.00", "USD")}, "/amount"),
        ({"due_on": str(day(-3))}, "/due_on"),
        ({"due_on": "2026-02-30"}, "/due_on"),
        ({"at": "2199-01-01T00:00:00Z"}, "/at"),
        ({"at": "2026-11-01T00:00:00"}, "/at"),
        ({"client_id": "x"}, "/client_id"),
        ({"tolerance": 1}, "/tolerance"),
    ],
)
def test_what_cannot_be_promised(risk: Client, case: Case, changes: Json, pointer: str) -> None:
    answer = risk.post(f"/v1/cases/{case.id}/promises", promise(**changes))
    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_nothing_is_promised_on_a_withdrawn_case(risk: Client, case_system: Client, case: Case) -> None:
    case_system.post(f"/v1/cases/{case.id}:withdraw")
    answer = risk.post(f"/v1/cases/{case.id}/promises", promise())
    assert (answer.status_code, answer.json()["reason"]) == (409, "CASE_STATE")


def test_promises_are_listed_by_state_and_by_case(risk: Client, case: Case, database: Database) -> None:
    with database.transaction() as tx:
        other = add_case(tx, add_region(tx, code="330107"), **{"source_reference": "ESC-2"})
    first, second, third = made(risk, case), made(risk, other), made(risk, case, at=now().isoformat())
    ids = [item["id"] for item in risk.get("/v1/promises").json()["items"]]
    assert ids == [first["id"], second["id"], third["id"]]
    open_ones = risk.get("/v1/promises?state=open").json()["items"]
    assert [item["id"] for item in open_ones] == [second["id"], third["id"]]
    assert [item["id"] for item in risk.get(f"/v1/promises?case_id={other.id}").json()["items"]] == [second["id"]]
    page = risk.get(f"/v1/cases/{case.id}/promises?limit=1").json()
    rest = risk.get(f"/v1/cases/{case.id}/promises?limit=1&cursor={page['next_cursor']}").json()
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [first["id"], third["id"]]
    assert rest["next_cursor"] is None
    assert risk.get("/v1/promises?state=forgotten").status_code == 422


@pytest.mark.parametrize("role", ["risk", "case-system", "admin"])
def test_who_may_tell_and_read(client_of: ClientOf, case: Case, role: str) -> None:
    shown = made(client_of(role), case)
    assert read(client_of(role), shown) == shown


def test_who_may_not(client_of: ClientOf, application: FastAPI, case: Case, risk: Client) -> None:
    shown = made(risk, case)
    for role in ("investigator", "dispatcher", "auditor"):
        client = client_of(role)
        assert client.get("/v1/promises").status_code == 403
        assert client.get(f"/v1/promises/{shown['id']}").status_code == 403
        assert client.post(f"/v1/cases/{case.id}/promises", promise()).status_code == 403
    assert Client(application, None).get("/v1/promises").status_code == 401


def test_a_token_of_other_regions_sees_none(
    risk: Client, case: Case, application: FastAPI, token_key: TokenKey
) -> None:
    shown = made(risk, case)
    elsewhere = Client(application, regional(token_key, "330199"))
    assert elsewhere.get("/v1/promises").json()["items"] == []
    assert elsewhere.get(f"/v1/promises/{shown['id']}").status_code == 404
    assert elsewhere.post(f"/v1/promises/{shown['id']}:cancel").status_code == 404
    assert elsewhere.post(f"/v1/cases/{case.id}/promises", promise()).status_code == 404
    here = Client(application, regional(token_key, "330106"))
    assert here.get("/v1/promises").json()["items"] == [shown]


def regional(key: TokenKey, region: str) -> str:
    claims = jwt.decode(key.issue("risk"), options={"verify_signature": False})
    return jwt.encode(claims | {"regions": [region]}, key.private, algorithm="EdDSA")


def test_what_is_unknown(risk: Client) -> None:
    assert risk.get(f"/v1/promises/{NOBODY}").status_code == 404
    assert risk.get(f"/v1/cases/{NOBODY}/promises").status_code == 404
    assert risk.post(f"/v1/promises/{NOBODY}:cancel", {"note": 1}).status_code == 404


def test_the_history_is_never_changed(risk: Client, case: Case, database: Database) -> None:
    made(risk, case)
    for change in (update(PromiseEvent).values(state="kept"), delete(PromiseEvent)):
        with pytest.raises(IntegrityError), database.transaction() as tx:
            tx.execute(change)


def test_a_promise_made_at_the_door_has_the_same_life(
    client_of: ClientOf, risk: Client, case_system: Client, database: Database, carry_on: Callable[[], int]
) -> None:
    scene: Scene = opened(database)
    told = {"amount": money("500.00"), "due_on": str(scene.day + timedelta(days=5)), "channel": None}
    carry_out(client_of("investigator", scene.crew[0].id), scene, outcome="MET_PROMISE", promise=told)
    [shown] = risk.get(f"/v1/cases/{scene.case.id}/promises").json()["items"]
    assert (shown["visit_id"], shown["client_id"], shown["state"]) == (str(scene.visit_id), None, "open")
    pay(case_system, scene.case, "500.00")
    carry_on()
    assert read(risk, shown)["state"] == "kept"
    assert events(database, scene.case) == ["promise.kept"]


def test_a_payment_that_settles_the_case_keeps_the_promise_too(
    risk: Client, case_system: Client, case: Case, carry_on: Callable[[], int]
) -> None:
    shown = made(risk, case)
    overdue = escalation()["loan"]["overdue"]["amount"]
    pay(case_system, case, overdue)
    carry_on()
    assert case_system.get(f"/v1/cases/{case.id}").json()["status"] == "withdrawn"
    assert read(risk, shown)["state"] == "kept"
