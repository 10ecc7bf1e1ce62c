"""Offers of relief: planned, put to the borrower, answered, or lapsed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from app.intake.models import Case
from app.runtime.clock import now, today
from app.runtime.database import Database
from tests.client import Client
from tests.redress.cases import ClientOf, Json, made, refusal
from tests.redress.cases import stored_case as store
from tests.reports.decisions import decide, reported

ZONE = "Asia/Shanghai"
PLANNED: Json = {"kind": "interest_freeze", "terms": "no interest for three months"}


def ago(days: int) -> str:
    return (now() - timedelta(days=days)).isoformat()


def on(days: int) -> str:
    return str(today(ZONE) + timedelta(days=days))


@pytest.fixture
def case(database: Database) -> Case:
    return store(database)


def offer(client: Client, case: Case, **changes: object) -> Json:
    return made(client.post(f"/v1/cases/{case.id}/relief-offers", PLANNED | changes))


def test_an_offer_is_planned_put_to_the_borrower_and_accepted(risk: Client, case: Case) -> None:
    planned = offer(risk, case, valid_until_on=on(14))
    path = f"/v1/relief-offers/{planned['id']}"
    assert (planned["state"], planned["offered_at"]) == ("planned", None)
    assert refusal(risk.post(f"{path}:respond", {"response": "accepted"})) == (409, "OFFER_STATE")
    put = made(risk.post(f"{path}:deliver", {"channel": "letter"}), 200)
    assert (put["state"], put["channel"]) == ("open", "letter")
    assert refusal(risk.post(f"{path}:deliver", {"channel": "call"})) == (409, "OFFER_DELIVERED")
    accepted = made(risk.post(f"{path}:respond", {"response": "accepted", "note": "signed"}), 200)
    assert (accepted["state"], accepted["response"], accepted["note"]) == ("accepted", "accepted", "signed")
    assert refusal(risk.post(f"{path}:respond", {"response": "declined"})) == (409, "OFFER_STATE")
    assert made(risk.get(path), 200) == accepted


def test_an_offer_without_an_answer_by_its_day_has_lapsed(risk: Client, case: Case) -> None:
    lapsed = offer(risk, case, offered_at=ago(20), channel="call", valid_until_on=on(-1))
    assert lapsed["state"] == "lapsed"
    answer = risk.post(f"/v1/relief-offers/{lapsed['id']}:respond", {"response": "accepted"})
    assert refusal(answer) == (409, "OFFER_STATE")


def test_accepted_relief_comes_to_an_end_once(risk: Client, case: Case) -> None:
    put = offer(risk, case, offered_at=ago(9), channel="call")
    path = f"/v1/relief-offers/{put['id']}"
    assert refusal(risk.post(f"{path}:end", {"ending": "completed"})) == (409, "OFFER_STATE")
    made(risk.post(f"{path}:respond", {"response": "accepted", "note": "by phone"}), 200)
    assert refusal(risk.post(f"{path}:end", {"ending": "vanished"})) == (422, "MALFORMED")
    ended = made(risk.post(f"{path}:end", {"ending": "completed"}), 200)
    assert (ended["state"], ended["ending"], ended["note"]) == ("ended", "completed", "by phone")
    assert ended["ended_at"] is not None
    assert refusal(risk.post(f"{path}:end", {"ending": "broken"})) == (409, "OFFER_STATE")


@pytest.mark.parametrize("state", ["planned", "open", "accepted", "declined", "lapsed", "ended"])
def test_offers_are_listed_by_where_they_stand(risk: Client, case: Case, state: str) -> None:
    put = {"offered_at": ago(20), "channel": "letter"}
    offer(risk, case)
    offer(risk, case, **put)
    offer(risk, case, **put, valid_until_on=on(-1))
    for response in ("accepted", "declined"):
        answered = offer(risk, case, **put, valid_until_on=on(0))
        made(risk.post(f"/v1/relief-offers/{answered['id']}:respond", {"response": response}), 200)
    over = offer(risk, case, **put)
    made(risk.post(f"/v1/relief-offers/{over['id']}:respond", {"response": "accepted"}), 200)
    made(risk.post(f"/v1/relief-offers/{over['id']}:end", {"ending": "replaced"}), 200)
    listed = made(risk.get("/v1/relief-offers", params={"state": state}), 200)["items"]
    assert [row["state"] for row in listed] == [state]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "holiday"}, "MALFORMED"),
        ({"terms": ""}, "MALFORMED"),
        ({"offered_at": ago(1)}, "MALFORMED"),
        ({"channel": "letter"}, "MALFORMED"),
        ({"offered_at": ago(-2), "channel": "letter"}, "MALFORMED"),
        ({"offered_at": ago(1), "channel": "telepathy"}, "MALFORMED"),
        ({"offered_at": ago(1), "channel": "letter", "valid_until_on": on(-9)}, "OFFER_ENDS_EARLY"),
        ({"colour": "red"}, "MALFORMED"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(risk: Client, case: Case, changes: Json, reason: str) -> None:
    answer = risk.post(f"/v1/cases/{case.id}/relief-offers", PLANNED | changes)
    assert refusal(answer) == (422, reason)


def test_an_offer_is_not_put_to_the_borrower_after_its_last_day(risk: Client, case: Case) -> None:
    planned = offer(risk, case, valid_until_on=on(-1))
    path = f"/v1/relief-offers/{planned['id']}:deliver"
    assert refusal(risk.post(path, {"channel": "call"})) == (422, "OFFER_ENDS_EARLY")
    assert refusal(risk.post(path, {"channel": "call", "at": ago(-3)})) == (422, "MALFORMED")
    assert made(risk.post(path, {"channel": "call", "at": ago(2)}), 200)["state"] == "lapsed"


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("case-system", True, True),
        ("dispatcher", True, True),
        ("investigator", False, False),
        ("risk", True, True),
        ("auditor", True, False),
        ("admin", True, True),
    ],
)
def test_each_role_does_its_part(
    client_of: ClientOf, risk: Client, case: Case, role: str, reads: bool, writes: bool
) -> None:
    client, planned = client_of(role), offer(risk, case)
    path = f"/v1/relief-offers/{planned['id']}"
    for answer in (client.get(path), client.get("/v1/relief-offers"), client.get(f"/v1/cases/{case.id}/relief-offers")):
        assert answer.status_code == (200 if reads else 403)
    assert client.post(f"/v1/cases/{case.id}/relief-offers", PLANNED).status_code == (201 if writes else 403)
    assert client.post(f"{path}:deliver", {"channel": "call"}).status_code == (200 if writes else 403)
    answer = client.post(f"{path}:respond", {"response": "declined"})
    assert answer.status_code == (200 if writes else 403)


def test_another_region_s_offers_are_not_there(client_of: ClientOf, risk: Client, case: Case) -> None:
    planned, elsewhere = offer(risk, case), client_of("risk", regions=["330108"])
    assert elsewhere.get(f"/v1/relief-offers/{planned['id']}").status_code == 404
    assert elsewhere.post(f"/v1/relief-offers/{planned['id']}:deliver", {}).status_code == 404
    assert made(elsewhere.get("/v1/relief-offers"), 200)["items"] == []


def test_what_a_decision_offers_was_not_put_to_the_borrower_before_it(risk: Client, database: Database) -> None:
    report = reported(database)
    decision = made(decide(risk, report, "pause"))
    (planned,) = made(risk.get(f"/v1/cases/{report.case_id}/relief-offers"), 200)["items"]
    assert planned["decision_id"] == decision["id"]
    path = f"/v1/relief-offers/{planned['id']}:deliver"
    assert refusal(risk.post(path, {"channel": "letter", "at": ago(30)})) == (422, "OFFER_TOO_EARLY")
    assert made(risk.post(path, {"channel": "letter"}), 200)["state"] == "open"


def test_an_offer_that_the_case_system_dates_ahead_is_put_when_it_is_told(
    case_system: Client, risk: Client, case: Case, carry_on: Callable[[], int]
) -> None:
    told = {"client_id": str(uuid4()), "at": ago(-3), "kind": "relief_offered"}
    made(case_system.post(f"/v1/cases/{case.id}/account-updates", told))
    carry_on()
    (open_one,) = made(risk.get(f"/v1/cases/{case.id}/relief-offers"), 200)["items"]
    assert datetime.fromisoformat(open_one["offered_at"]) <= now()
