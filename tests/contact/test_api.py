"""The ledger, account updates and rulings, as the case system and dispatchers use them."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import escape
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from app.runtime.clock import today
from app.runtime.database import Database
from tests.client import Client
from tests.factories import add_case, add_region, escalation
from tests.factories_workforce import certified, investigator, posted

Json = dict[str, Any]

IE_SUNDAY: dict[str, Any] = {
    "case_id": None,
    "profiles": ["IE-CCA1995-s46"],
    "time_zone": "Europe/Dublin",
    "holidays": "IE",
    "start_at": "2026-11-29T10:00:00+00:00",
    "duration_seconds": 1800,
    "place_kind": "home",
    "investigator_ids": [],
    "staff": 2,
    "facts": {"contacts": [], "blocks": [], "consents": [], "notices": [], "days_past_due": 75},
}


@pytest.fixture
def case(case_system: Client, database: Database) -> dict[str, Any]:
    with database.transaction() as tx:
        add_region(tx)
    body: dict[str, Any] = case_system.post("/v1/escalations", escalation()).json()
    return body


def update(kind: str, **fields: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "at": "2026-11-22T10:00:00+08:00", "kind": kind, **fields}


def contact(**fields: Any) -> dict[str, Any]:
    made = {"client_id": str(uuid4()), "channel": "call", "at": "2026-11-20T10:00:00+08:00", "outcome": "no_answer"}
    return made | {"contacted": False, "by": "phone team", "claim_reference": None} | fields


def test_a_contact_is_written_once_for_each_client_id(case_system: Client, case: dict[str, Any]) -> None:
    path, body = f"/v1/cases/{case['id']}/contacts", contact()
    first, again = case_system.post(path, body), case_system.post(path, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = case_system.post(path, body | {"outcome": "reached"})
    assert (other.status_code, other.json()["reason"]) == (409, "CLIENT_ID_REUSED")
    assert [entry["id"] for entry in case_system.get(path).json()["items"]] == [first.json()["id"]]


def test_a_contact_in_the_future_is_refused(case_system: Client, case: dict[str, Any]) -> None:
    answer = case_system.post(f"/v1/cases/{case['id']}/contacts", contact(at="2199-01-01T00:00:00Z"))
    assert answer.status_code == 422
    assert "future" in answer.json()["detail"]


def test_a_visit_of_another_agency_counts_in_the_ledger_of_all_loans_of_the_borrower(
    case_system: Client, case: dict[str, Any]
) -> None:
    """House profile: three days between visits."""
    visit = contact(channel="visit", at="2026-11-20T10:00:00+08:00")
    case_system.post(f"/v1/cases/{case['id']}/contacts", visit)
    sibling = case_system.post("/v1/escalations", escalation(source_reference="ESC-other-loan")).json()
    question = {"case_id": sibling["id"], "start_at": "2026-11-21T10:00:00+08:00", "staff": 2}
    answer = case_system.post("/v1/contact-rules:check", question).json()
    denied = {entry["rule"]: entry["until"] for entry in answer["answers"] if not entry["allowed"]}
    assert denied["min_days_between_visits"] == "2026-11-23T00:00:00+08:00"
    assert not answer["allowed"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("dispute_opened", "dispute_open"), ("vulnerability", "vulnerable"), ("insolvency", "insolvency")],
)
def test_a_block_holds_the_case(case_system: Client, case: dict[str, Any], kind: str, reason: str) -> None:
    answer = case_system.post(f"/v1/cases/{case['id']}/account-updates", update(kind))
    assert (answer.status_code, answer.json()["case_status"]) == (201, "held")
    question = {"case_id": case["id"], "start_at": "2026-11-24T10:00:00+08:00", "staff": 2}
    ruling = case_system.post("/v1/contact-rules:check", question).json()
    assert any(reason in entry["reason"] for entry in ruling["answers"] if not entry["allowed"])


def test_a_dispute_that_is_closed_lets_the_case_go_on(case_system: Client, case: dict[str, Any]) -> None:
    path = f"/v1/cases/{case['id']}/account-updates"
    case_system.post(path, update("dispute_opened"))
    closed = case_system.post(path, update("dispute_closed"))
    assert closed.json()["case_status"] == "accepted"


def test_a_flag_of_the_escalation_is_closed_by_a_later_update(case_system: Client, database: Database) -> None:
    with database.transaction() as tx:
        add_region(tx)
    case = case_system.post("/v1/escalations", escalation(flags=["dispute_open"])).json()
    assert case["status"] == "held"
    closed = case_system.post(f"/v1/cases/{case['id']}/account-updates", update("dispute_closed"))
    assert closed.json()["case_status"] == "accepted"


def test_a_payment_lowers_what_is_owed_and_a_paid_case_is_withdrawn(case_system: Client, case: dict[str, Any]) -> None:
    path = f"/v1/cases/{case['id']}/account-updates"
    part = case_system.post(path, update("payment", amount={"amount": "200.50", "currency": "CNY"})).json()
    assert (part["overdue"]["amount"], part["case_status"]) == ("3000.00", "accepted")
    rest = case_system.post(path, update("payment", amount={"amount": "3000.00", "currency": "CNY"})).json()
    assert (rest["overdue"]["amount"], rest["case_status"]) == ("0.00", "withdrawn")


def test_who_plans_visits_tells_of_an_account_and_is_not_told_what_is_owed(
    dispatcher: Client, case: dict[str, Any]
) -> None:
    answer = dispatcher.post(f"/v1/cases/{case['id']}/account-updates", update("note", detail="moved out"))
    assert (answer.status_code, answer.json()["outstanding"], answer.json()["overdue"]) == (201, None, None)


@pytest.mark.parametrize(
    ("kind", "changes", "pointer"),
    [
        ("payment", {"at": "2199-01-01T00:00:00Z", "amount": {"amount": "1.00", "currency": "CNY"}}, "/at"),
        ("deceased", {"until_on": "2199-01-01"}, "/until_on"),
        ("note", {"at": "1700000000"}, "/at"),
        ("note", {"at": 1700000000}, "/at"),
        ("dispute_opened", {"until_on": "20261101"}, "/until_on"),
    ],
)
def test_an_update_that_cannot_be_is_refused(
    case_system: Client, case: dict[str, Any], kind: str, changes: dict[str, Any], pointer: str
) -> None:
    answer = case_system.post(f"/v1/cases/{case['id']}/account-updates", update(kind) | changes)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_payment_in_another_currency_is_refused(case_system: Client, case: dict[str, Any]) -> None:
    body = update("payment", amount={"amount": "200.50", "currency": "USD"})
    answer = case_system.post(f"/v1/cases/{case['id']}/account-updates", body)
    assert (answer.status_code, answer.json()["reason"]) == (422, "CURRENCY_DIFFERS")
    assert answer.json()["errors"][0]["pointer"] == "/amount"


def test_nobody_visits_on_an_irish_sunday(dispatcher: Client) -> None:
    answer = dispatcher.post("/v1/contact-rules:check", IE_SUNDAY).json()
    assert not answer["allowed"]
    hours = next(entry for entry in answer["answers"] if entry["rule"] == "hours")
    assert (hours["profile"], hours["allowed"], hours["until"]) == (
        "IE-CCA1995-s46",
        False,
        "2026-11-30T09:00:00Z",
    )
    assert answer["next_allowed_at"] == "2026-11-30T09:00:00Z"
    assert answer["strictest"] == hours
    assert "46" in hours["source"]


def test_every_answer_is_told_in_english_and_chinese(dispatcher: Client) -> None:
    answer = dispatcher.post("/v1/contact-rules:check", IE_SUNDAY).json()
    for entry in answer["answers"]:
        assert entry["texts"]["en"] == {"reason": entry["reason"], "condition": entry["condition"]}
    hours = answer["strictest"]["texts"]["zh"]
    assert hours == {
        "reason": "在场时间10:00至10:30不在可上门时段之内（2026年11月29日为周日，可上门时段：无）",
        "condition": None,
    }


def test_a_visit_may_end_exactly_at_closing_time(dispatcher: Client) -> None:
    last = IE_SUNDAY | {"start_at": "2026-11-30T20:30:00+00:00"}
    assert dispatcher.post("/v1/contact-rules:check", last).json()["allowed"]
    over = last | {"duration_seconds": 1801}
    assert not dispatcher.post("/v1/contact-rules:check", over).json()["allowed"]


@pytest.mark.parametrize(
    "change",
    [
        {"profiles": ["nowhere"]},
        {"time_zone": "Mars/Olympus"},
        {"holidays": "ZZ"},
        {"start_at": "2026-11-29T10:00:00"},
        {"profiles": None},
        {"facts": {"blocks": [{"kind": "bad_mood", "from_on": "2026-11-01"}]}},
        {"staff": 0},
    ],
)
def test_a_question_that_makes_no_sense_is_malformed(dispatcher: Client, change: dict[str, Any]) -> None:
    assert dispatcher.post("/v1/contact-rules:check", IE_SUNDAY | change).status_code == 422


def test_profiles_can_be_read_with_the_source_of_each_rule(client_of: Callable[..., Client]) -> None:
    reader = client_of("auditor")
    listed = {profile["id"] for profile in reader.get("/v1/contact-profiles").json()["items"]}
    assert {"house-low-pressure", "IE-CCA1995-s46", "US-REGF-1006"} <= listed
    profile = reader.get("/v1/contact-profiles/IE-CCA1995-s46").json()
    assert profile["rules"]["hours"]["source"]
    assert reader.get("/v1/contact-profiles/nowhere").status_code == 404


# ---- asking about a stored case


@pytest.mark.parametrize("role", ["case-system", "dispatcher", "risk", "admin"])
def test_those_who_read_cases_may_ask_about_one(client_of: Callable[..., Client], case: Json, role: str) -> None:
    question = {"case_id": case["id"], "start_at": "2026-11-24T10:00:00+08:00"}
    assert client_of(role).post("/v1/contact-rules:check", question).status_code == 200


@pytest.mark.parametrize("role", ["investigator", "auditor"])
def test_others_learn_nothing_of_a_stored_case(client_of: Callable[..., Client], case: Json, role: str) -> None:
    asker = client_of(role, uuid4() if role == "investigator" else None)
    for case_id in (case["id"], str(uuid4())):
        question = {"case_id": case_id, "start_at": "2026-11-24T10:00:00+08:00"}
        answer = asker.post("/v1/contact-rules:check", question)
        assert (answer.status_code, answer.json()["reason"]) == (403, "SCOPE_MISSING")
    assert asker.post("/v1/contact-rules:check", IE_SUNDAY).status_code == 200


def test_an_unknown_case_is_not_found(dispatcher: Client) -> None:
    question = {"case_id": str(uuid4()), "start_at": "2026-11-24T10:00:00+08:00"}
    assert dispatcher.post("/v1/contact-rules:check", question).status_code == 404


def test_the_certificates_of_the_named_people_are_looked_at(dispatcher: Client, case: Json) -> None:
    trained = certified(dispatcher, investigator("HZ-01"))
    untrained = str(posted(dispatcher, "/v1/investigators", investigator("HZ-02"))["id"])
    start_at = f"{today('Asia/Shanghai') + timedelta(days=3)}T10:00:00+08:00"

    def certificate_allows(*investigator_ids: str) -> bool:
        question = {"case_id": case["id"], "start_at": start_at, "investigator_ids": investigator_ids}
        answers = dispatcher.post("/v1/contact-rules:check", question).json()["answers"]
        return all(entry["allowed"] for entry in answers if entry["rule"] == "certificate")

    assert certificate_allows(trained)
    assert not certificate_allows(trained, untrained)


def test_the_day_of_a_certificate_is_the_day_of_the_region(dispatcher: Client, case: Json) -> None:
    """Five in the afternoon in London is the next day in Hangzhou."""
    last_on = today("Asia/Shanghai") + timedelta(days=3)
    person = certified(dispatcher, investigator(), valid_until_on=str(last_on))
    question = {"case_id": case["id"], "investigator_ids": [person], "duration_seconds": 60}
    allowed = []
    for at in (f"{last_on}T15:59:00+00:00", f"{last_on}T17:00:00+00:00"):
        answers = dispatcher.post("/v1/contact-rules:check", question | {"start_at": at}).json()["answers"]
        allowed.append(all(entry["allowed"] for entry in answers if entry["rule"] == "certificate"))
    assert allowed == [True, False]


def test_somebody_unknown_is_refused_for_a_stored_case_and_only_counted_for_a_hypothetical_one(
    dispatcher: Client, case: Json
) -> None:
    people = [str(uuid4()), str(uuid4())]
    stored = {"case_id": case["id"], "start_at": "2026-11-24T10:00:00+08:00", "investigator_ids": people}
    answer = dispatcher.post("/v1/contact-rules:check", stored)
    assert (answer.status_code, answer.json()["reason"]) == (422, "UNKNOWN_INVESTIGATOR")
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert pointers == ["/investigator_ids/0", "/investigator_ids/1"]
    hypothetical = IE_SUNDAY | {"investigator_ids": people, "staff": None}
    assert dispatcher.post("/v1/contact-rules:check", hypothetical).status_code == 200
    twice = hypothetical | {"investigator_ids": [people[0], people[0]]}
    assert dispatcher.post("/v1/contact-rules:check", twice).status_code == 422


def test_the_next_start_takes_a_missing_notice_as_given_at_the_asked_start(dispatcher: Client) -> None:
    """House profile: a notice 24 hours ahead, weekdays 09-19."""
    asked = IE_SUNDAY | {
        "profiles": ["house-low-pressure"],
        "time_zone": "Asia/Shanghai",
        "holidays": None,
        "start_at": "2026-11-23T10:00:00+08:00",
    }
    answer = dispatcher.post("/v1/contact-rules:check", asked).json()
    assert [entry["rule"] for entry in answer["answers"] if not entry["allowed"]] == ["notice"]
    assert answer["next_allowed_at"] == "2026-11-24T10:00:00+08:00"


def test_an_update_with_the_same_client_id_and_another_amount_is_a_conflict(
    case_system: Client, case: dict[str, Any]
) -> None:
    path, paid = f"/v1/cases/{case['id']}/account-updates", {"amount": "1.00", "currency": "CNY"}
    body = update("payment", amount=paid)
    assert [case_system.post(path, body).status_code for _ in range(2)] == [201, 200]
    other = case_system.post(path, body | {"amount": paid | {"amount": "2.00"}})
    assert (other.status_code, other.json()["reason"]) == (409, "CLIENT_ID_REUSED")


@pytest.mark.parametrize("profile_id", ["KR-PDPA-2024", "house-low-pressure", "CN-GBT45251-CBA2026"])
def test_a_lawyer_reads_a_profile_as_a_page_that_loads_nothing_from_elsewhere(
    dispatcher: Client, profile_id: str
) -> None:
    page = dispatcher.get(f"/v1/contact-profiles/{profile_id}", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    rules = dispatcher.get(f"/v1/contact-profiles/{profile_id}").json()["rules"]
    shown = [one for rule in rules.values() for one in (rule if isinstance(rule, list) else [rule])]
    assert page.text.count("<tr>") == 1 + len(shown)
    assert all(escape(one["source"]) in page.text for one in shown)
    assert not re.search(r"https?://|<script|<link|<img", page.text)


@pytest.mark.parametrize(
    "more",
    [
        {"facts": {"blocks": [{"kind": "dispute_open", "from_on": "2026-11-01"}]}},
        {"time_zone": "Europe/Dublin"},
        {"address": "1 Quay"},
    ],
    ids=lambda more: next(iter(more)),
)
def test_a_stored_case_has_facts_of_its_own(dispatcher: Client, tx: Session, more: dict[str, Any]) -> None:
    case = add_case(tx, add_region(tx))
    asked = {"case_id": str(case.id), "start_at": "2026-11-24T10:00:00+08:00"}
    assert dispatcher.post("/v1/contact-rules:check", asked).status_code == 200
    answer = dispatcher.post("/v1/contact-rules:check", asked | more)
    assert answer.status_code == 422
    assert "a stored case has its own" in answer.text


def test_the_next_start_is_looked_for_under_the_law_of_its_day(
    client_of: Callable[..., Client], dispatcher: Client, tx: Session
) -> None:
    """Saturdays are closed from 2027 on: asked on New Year's Eve at night, the next start is on Monday."""
    admin = client_of("admin")
    document = admin.get("/v1/contact-profiles/IE-CCA1995-s46/document").json()
    hours = {"mon_fri": ["09:00-21:00"], "sat": [], "sun": [], "holiday": [], "source": "as amended"}
    amended = document | {"version": "2", "effective_from": "2027-01-01", "hours": hours}
    assert admin.post("/v1/contact-profiles", json=amended).status_code == 201
    case = add_case(tx, add_region(tx, profiles=["IE-CCA1995-s46"], holidays="IE", time_zone="Europe/Dublin"))
    asked = {"case_id": str(case.id), "start_at": "2026-12-31T22:00:00+00:00"}
    found = dispatcher.post("/v1/contact-rules:check", asked).json()
    assert (found["allowed"], found["next_allowed_at"]) == (False, "2027-01-04T09:00:00Z")
