"""What the case system sees when it escalates."""

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.intake import progress
from app.intake.visibility import visible_case
from app.kernel.actor import SYSTEM
from app.main import create_app
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.settings import Settings
from tests.client import Client
from tests.factories import add_case, add_region, escalation


@pytest.fixture
def region(database: Database) -> str:
    with database.transaction() as tx:
        return add_region(tx).code


def test_an_escalation_becomes_an_accepted_case(case_system: Client, region: str) -> None:
    answer = case_system.post("/v1/escalations", escalation())
    assert answer.status_code == 201, answer.text
    case = answer.json()
    assert case["status"] == "accepted"
    assert case["region"] == region
    assert case["ruling"]["allowed"]
    assert answer.headers["location"] == f"/v1/cases/{case['id']}"
    assert [event["name"] for event in case["events"]] == ["case.received", "case.accepted"]
    assert case_system.get(answer.headers["location"]).json() == case


def test_an_escalation_outside_every_region_is_held_with_that_reason(case_system: Client) -> None:
    case = case_system.post("/v1/escalations", escalation()).json()
    assert case["status"] == "held"
    assert case["held"]["reason"] == "OUTSIDE_REGIONS"


def test_an_unknown_region_code_is_held_not_lost(case_system: Client, region: str) -> None:
    place = {"kind": "home", "address": "杭州市余杭区1号", "region": "330110"}
    case = case_system.post("/v1/escalations", escalation(places=[place])).json()
    assert (case["status"], case["held"]["reason"]) == ("held", "REGION_UNKNOWN")


def test_an_explicit_region_wins_over_the_point_and_the_mismatch_is_flagged(
    case_system: Client, region: str, database: Database
) -> None:
    with database.transaction() as tx:
        add_region(tx, code="330105", polygon=None)
    place = escalation()["places"][0] | {"region": "330105"}
    case = case_system.post("/v1/escalations", escalation(places=[place])).json()
    assert case["region"] == "330105"
    assert "REGION_MISMATCH" in case["flags"]


def test_coordinates_of_chinese_maps_are_converted_at_the_edge(case_system: Client, region: str) -> None:
    shifted = {"lat": 30.2841, "lon": 120.1251, "datum": "gcj02"}
    place = escalation()["places"][0] | {"place": shifted}
    stored = case_system.post("/v1/escalations", escalation(places=[place])).json()["place"]
    assert stored["datum"] == "wgs84"
    assert 0.001 < abs(stored["lat"] - 30.2841) + abs(stored["lon"] - 120.1251) < 0.02


def test_the_same_escalation_again_is_the_same_case(case_system: Client) -> None:
    first = case_system.post("/v1/escalations", escalation())
    again = case_system.post("/v1/escalations", escalation())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_another_body_with_the_same_reference_is_a_conflict(case_system: Client) -> None:
    case_system.post("/v1/escalations", escalation())
    answer = case_system.post("/v1/escalations", escalation(priority=9))
    assert (answer.status_code, answer.json()["reason"]) == (409, "ESCALATION_DIFFERS")
    assert "account-updates" in answer.json()["action"]


def test_an_idempotency_key_replays_the_answer_and_is_not_lent_to_another_body(case_system: Client) -> None:
    key = {"Idempotency-Key": '"a-key"'}
    first = case_system.post("/v1/escalations", escalation(), headers=key)
    again = case_system.post("/v1/escalations", escalation(), headers={"Idempotency-Key": "a-key"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    other = case_system.post("/v1/escalations", escalation(priority=1), headers=key)
    assert (other.status_code, other.json()["reason"]) == (422, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize("flag", ["dispute_open", "vulnerable", "represented", "insolvency"])
def test_a_blocking_flag_holds_the_case(case_system: Client, region: str, flag: str) -> None:
    case = case_system.post("/v1/escalations", escalation(flags=[flag])).json()
    assert (case["status"], case["held"]["reason"]) == ("held", "BLOCKED")
    assert not case["ruling"]["allowed"]


def test_a_loan_without_earlier_contact_is_refused_with_the_rule(case_system: Client, region: str) -> None:
    case = case_system.post("/v1/escalations", escalation(contacts=[])).json()
    assert case["status"] == "refused"
    assert [a["rule"] for a in case["ruling"]["answers"] if not a["allowed"]] == ["earlier_contact"]


def test_a_dry_run_checks_everything_and_stores_nothing(case_system: Client, region: str) -> None:
    answer = case_system.post("/v1/escalations?validate_only=true", escalation())
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert case_system.get("/v1/cases").json()["items"] == []


def changed(path: str, value: Any) -> dict[str, Any]:
    """An escalation with the value at a JSON pointer replaced."""
    body = copy.deepcopy(escalation())
    at: Any = body
    *parents, last = path.strip("/").split("/")
    for step in parents:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("/contacts/0/at", "2026-11-02T10:00:00", "timezone"),
        ("/loan/overdue/amount", "12.345", "2 decimals"),
        ("/loan/overdue/currency", "XXQ", "not known"),
        ("/loan/overdue/amount", "1e3", "decimal"),
        ("/loan/overdue/amount", "-1.00", "negative"),
        ("/loan/overdue", {"amount": "5.00", "currency": "USD"}, "one currency"),
        ("/loan/overdue/amount", "999999999.00", "more than outstanding"),
        ("/places/0/place", {"lat": 120.1251, "lon": 30.2841}, "swapped"),
        ("/places/0/place", {"lat": float("1e308"), "lon": 0}, "swapped"),
        ("/places", [], "at least 1"),
        ("/places/0/place", None, "region code or a point"),
        ("/borrower/name", "王\x00小明", "NUL"),
        ("/borrower/name", "   ", "at least 1"),
        ("/colour", "red", "not permitted"),
        ("/loan/days_past_due", -1, "greater than or equal"),
        ("/priority", 11, "less than or equal"),
        ("/due_on", "2026-02-30", "date"),
        ("/flags", ["DROP TABLE"], "pattern"),
    ],
)
def test_bad_input_gets_a_problem_document_with_a_pointer(
    case_system: Client, path: str, value: Any, words: str
) -> None:
    answer = case_system.post("/v1/escalations", changed(path, value))
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["correlation_id"] == answer.headers["x-request-id"]
    assert any(words in fault["detail"] for fault in problem["errors"]), problem["errors"]
    assert all(fault["pointer"].startswith(path.rpartition("/")[0]) for fault in problem["errors"])


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("/loan/overdue/amount", "999999999.00", "/loan/overdue"),
        ("/loan/fees", {"amount": "5.00", "currency": "USD"}, "/loan/fees"),
        ("/places/0/place", None, "/places/0/region"),
    ],
)
def test_a_rule_over_several_fields_points_at_one_of_them(
    case_system: Client, path: str, value: Any, pointer: str
) -> None:
    body = changed(path, value)
    if path == "/places/0/place":
        body["places"][0]["region"] = None
    (fault,) = case_system.post("/v1/escalations", body).json()["errors"]
    assert fault["pointer"] == pointer


def test_who_plans_visits_sees_the_place_and_not_what_is_owed(
    case_system: Client, dispatcher: Client, region: str
) -> None:
    case = case_system.post("/v1/escalations", escalation()).json()
    (listed,) = dispatcher.get("/v1/cases").json()["items"]
    for shown in (listed, dispatcher.get(f"/v1/cases/{case['id']}").json()):
        assert (shown["address"], shown["outstanding"], shown["overdue"]) == (case["address"], None, None)
        assert not any("3200" in answer["reason"] for answer in shown["ruling"]["answers"])
    assert any("3200.50" in answer["reason"] for answer in case["ruling"]["answers"])
    assert case["outstanding"]["amount"] == escalation()["loan"]["outstanding"]["amount"]


def test_a_body_that_is_no_json_and_a_wrong_token_get_problem_documents(
    case_system: Client, client_of: Callable[..., Client]
) -> None:
    broken = case_system.request("POST", "/v1/escalations", content=b"{", headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["reason"]) == (422, "MALFORMED")
    forbidden = client_of("risk").post("/v1/escalations", escalation())
    assert (forbidden.status_code, forbidden.json()["reason"]) == (403, "SCOPE_MISSING")
    stranger = case_system.post("/v1/escalations", escalation(), headers={"Authorization": "Bearer nonsense"})
    assert (stranger.status_code, stranger.json()["reason"]) == (401, "BAD_TOKEN")
    assert stranger.headers["www-authenticate"] == "Bearer"


def test_a_body_over_the_limit_is_refused_before_it_is_read(case_system: Client) -> None:
    answer = case_system.request(
        "POST", "/v1/escalations", content=b" " * 10_000_000, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["reason"]) == (413, "BODY_TOO_LARGE")


def test_a_batch_stores_the_good_items_and_says_what_is_wrong_with_each_bad_one(
    case_system: Client, region: str
) -> None:
    items: list[Any] = [escalation(source_reference=f"ESC-{number}") for number in range(20)]
    items[3] = changed("/loan/overdue/amount", "1.234")
    items[7] = "not an object"
    items[11] = items[10] | {"priority": 1}
    answer = case_system.post("/v1/escalations:batch", {"items": items})
    assert answer.status_code == 207
    results = answer.json()["items"]
    assert [item["index"] for item in results] == list(range(20))
    assert {item["index"]: item["status"] for item in results if item["status"] != 201} == {3: 422, 7: 422, 11: 409}
    assert results[3]["problem"]["errors"][0]["pointer"] == "/loan/overdue"
    assert len(case_system.get("/v1/cases?limit=200").json()["items"]) == 17


def test_a_dry_run_of_a_batch_checks_every_item_and_stores_nothing(
    case_system: Client, region: str, carry_on: Callable[[], int]
) -> None:
    items: list[Any] = [escalation(source_reference=f"ESC-{number}") for number in range(4)]
    items[1] = changed("/loan/overdue/amount", "1.234")
    items[3] = items[2] | {"priority": 1}
    answer = case_system.post("/v1/escalations:batch?validate_only=true", {"items": items})
    assert answer.status_code == 207
    assert [item["status"] for item in answer.json()["items"]] == [201, 422, 201, 409]
    assert case_system.get("/v1/cases").json()["items"] == []
    assert carry_on() == 0
    real = case_system.post("/v1/escalations:batch", {"items": items})
    assert [item["status"] for item in real.json()["items"]] == [201, 422, 201, 409]


def test_cases_are_listed_in_pages_and_filtered(case_system: Client, region: str) -> None:
    for number in range(5):
        case_system.post("/v1/escalations", escalation(source_reference=f"ESC-{number}"))
    seen, cursor = [], ""
    while True:
        page = case_system.get(f"/v1/cases?limit=2{cursor}").json()
        seen += [case["source_reference"] for case in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [f"ESC-{number}" for number in range(5)]
    assert len(case_system.get("/v1/cases?source_reference=ESC-3").json()["items"]) == 1
    assert case_system.get("/v1/cases?status=held").json()["items"] == []
    assert case_system.get("/v1/cases?cursor=%F0").status_code == 422


def test_a_case_is_withdrawn_once_and_stays_so(case_system: Client, region: str) -> None:
    case = case_system.post("/v1/escalations", escalation()).json()
    path = f"/v1/cases/{case['id']}:withdraw"
    stale = case_system.post(path, {"reason": "paid"}, headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    first = case_system.post(path, {"reason": "paid"}, headers={"If-Match": case["etag"]})
    assert (first.status_code, first.json()["status"]) == (200, "withdrawn")
    again = case_system.post(path)
    assert (again.status_code, again.json()["status"]) == (200, "withdrawn")


def test_a_withdrawal_is_matched_against_the_case_as_it_is_once_its_turn_has_come(
    settings: Settings, own_database: Database, token_key: TokenKey
) -> None:
    client = Client(create_app(settings, own_database, token_key), token_key.issue("case-system"))
    with own_database.transaction() as tx:
        case = add_case(tx, add_region(tx))
    read = client.get(f"/v1/cases/{case.id}").headers["etag"]
    with ThreadPoolExecutor(1) as thread:
        with own_database.transaction() as tx:
            progress.note(tx, visible_case(tx, SYSTEM, case.id, lock=True), "case.noted", SYSTEM)
            path, headers = f"/v1/cases/{case.id}:withdraw", {"If-Match": read}
            asked = thread.submit(lambda: client.post(path, headers=headers))
            wait_for_a_lock(own_database)
        answer = asked.result()
    assert (answer.status_code, answer.json()["reason"]) == (412, "STALE")


def wait_for_a_lock(database: Database) -> None:
    """Come back when somebody waits for a row of this database."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(1000):
        with database.transaction() as tx:
            if tx.scalars(waiting).one():
                return
        sleep(0.01)
    pytest.fail("nobody waits")


def test_an_unknown_case_is_a_404_before_its_body_is_looked_at(case_system: Client) -> None:
    answer = case_system.post("/v1/cases/00000000-0000-0000-0000-000000000000:withdraw", {"colour": "red"})
    assert (answer.status_code, answer.json()["reason"]) == (404, "NO_SUCH_CASE")


def test_the_database_refuses_to_change_the_history_of_a_case(tx: Session) -> None:
    case = add_case(tx, add_region(tx))
    tx.flush()
    with pytest.raises(IntegrityError, match="are facts"), tx.begin_nested():
        tx.execute(text("UPDATE case_events SET name = 'other' WHERE case_id = :id"), {"id": case.id})
    with pytest.raises(IntegrityError, match="are facts"), tx.begin_nested():
        tx.execute(text("DELETE FROM case_events WHERE case_id = :id"), {"id": case.id})


def test_a_nul_in_one_item_of_a_batch_concerns_that_item_alone(case_system: Client, region: str) -> None:
    items: list[Any] = [escalation(source_reference=f"ESC-{number}") for number in range(3)]
    items[1] = items[1] | {"borrower": items[1]["borrower"] | {"name": "a\x00b"}}
    results = case_system.post("/v1/escalations:batch", {"items": items}).json()["items"]
    assert [item["status"] for item in results] == [201, 422, 201]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/borrower"


def test_a_dry_run_of_a_request_that_has_none_is_refused(client_of: Callable[..., Client], region: str) -> None:
    order = {"region": region, "first_on": "2099-01-01"}
    answer = client_of("dispatcher").post("/v1/plans?validate_only=true", order)
    assert (answer.status_code, answer.json()["reason"]) == (422, "NO_DRY_RUN")
    assert client_of("dispatcher").get("/v1/plans").json()["items"] == []
