"""Quiet windows, preferences and the no-visit list, and what each of them does to plans and cases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.contact.models import NoVisitEntry, Preferences
from app.main import create_app
from app.runtime.audit import AuditRecord
from app.runtime.auth import TokenKey
from app.runtime.clock import today
from app.runtime.database import Database
from app.runtime.settings import Settings
from app.visits.models import Visit
from tests.client import Client
from tests.factories import add_case, add_region, escalation
from tests.factories_visits import opened

Json = dict[str, Any]
ZONE = "Asia/Shanghai"
ADDRESS: str = escalation()["places"][0]["address"]


@pytest.fixture
def case(case_system: Client, database: Database) -> Json:
    with database.transaction() as tx:
        add_region(tx)
    return escalated(case_system, 1)


def escalated(client: Client, number: int, **changes: Any) -> Json:
    """A case of a borrower of its own."""
    borrower = escalation()["borrower"] | {"reference": f"B-{number}"}
    named = {"source_reference": f"ESC-{number}", "borrower": borrower}
    answer = client.post("/v1/escalations", escalation(**named | changes))
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    return body


def status(client: Client, *cases: Json) -> list[str]:
    return [client.get(f"/v1/cases/{case['id']}").json()["status"] for case in cases]


# ---- quiet windows: the caps of KR-PDPA-2024, 28 hours a week and 3 channels or places


def quiet(weekday: int, opens: str, closes: str, **fields: Any) -> Json:
    return {"weekday": weekday, "opens": opens, "closes": closes} | fields


@pytest.fixture
def korean(case_system: Client, database: Database) -> Json:
    with database.transaction() as tx:
        add_region(tx, profiles=["KR-PDPA-2024"], time_zone="Asia/Seoul", holidays="KR")
    return escalated(case_system, 1)


def windows_of(case: Json) -> str:
    return f"/v1/cases/{case['id']}/quiet-windows"


def test_the_twenty_ninth_hour_of_a_week_is_refused_until_another_one_ends(case_system: Client, korean: Json) -> None:
    """Research 1.2, vector 4."""
    made = [case_system.post(windows_of(korean), quiet(day, "09:00", "16:00")) for day in range(4)]
    assert [answer.status_code for answer in made] == [201] * 4
    more = case_system.post(windows_of(korean), quiet(4, "09:00", "10:00"))
    assert (more.status_code, more.json()["reason"]) == (409, "QUIET_WINDOW_CAP")
    assert "KR-PDPA-2024" in more.json()["detail"]
    assert more.json()["action"]
    case_system.post(f"{windows_of(korean)}/{made[0].json()['id']}:end")
    assert case_system.post(windows_of(korean), quiet(4, "09:00", "10:00")).status_code == 201


def test_hours_that_windows_share_count_once(case_system: Client, korean: Json) -> None:
    for _ in range(2):
        for day in range(4):
            answer = case_system.post(windows_of(korean), quiet(day, "09:00", "16:00"))
            assert answer.status_code == 201, answer.text


def test_a_fourth_channel_or_place_is_refused(case_system: Client, korean: Json) -> None:
    told = quiet(0, "09:00", "10:00", channels=["call", "visit"], place_kinds=["work"])
    assert case_system.post(windows_of(korean), told).status_code == 201
    more = case_system.post(windows_of(korean), quiet(1, "09:00", "10:00", channels=["sms"]))
    assert (more.status_code, more.json()["reason"]) == (409, "QUIET_WINDOW_CAP")


def test_windows_entered_at_once_do_not_pass_the_cap_together(
    settings: Settings, own_database: Database, token_key: TokenKey
) -> None:
    client = Client(create_app(settings, own_database, token_key), token_key.issue("case-system"))
    with own_database.transaction() as tx:
        region = add_region(tx, profiles=["KR-PDPA-2024"], time_zone="Asia/Seoul", holidays="KR")
        case = {"id": str(add_case(tx, region).id)}

    def enter(day: int) -> int:
        return client.post(windows_of(case), quiet(day, "09:00", "17:00")).status_code

    with ThreadPoolExecutor(7) as threads:
        answers = sorted(threads.map(enter, range(7)))
    assert answers == [201] * 3 + [409] * 4


def test_a_quiet_window_is_shown_as_it_was_told(case_system: Client, case: Json) -> None:
    told = quiet(6, "18:30", "24:00", channels=["visit"], place_kinds=["home"], note="night shift")
    shown = case_system.post(windows_of(case), told).json()
    assert {name: shown[name] for name in told} == told
    assert (shown["from_on"], shown["until_on"]) == (str(today(ZONE)), None)


# ---- preferences


WANTED: Json = {"language": "yue", "same_gender": True, "place_kind": "home", "windows": [quiet(5, "09:00", "12:00")]}


def test_preferences_are_put_read_and_changed_against_their_version(
    case_system: Client, client_of: Callable[..., Client], case: Json
) -> None:
    path = f"/v1/cases/{case['id']}/preferences"
    missing = case_system.get(path)
    assert (missing.status_code, missing.json()["reason"]) == (404, "NO_PREFERENCES")
    first = case_system.put(path, WANTED)
    assert (first.status_code, first.json()["version"]) == (200, 1)
    read = client_of("auditor").get(path)
    assert (read.json(), read.headers["etag"]) == (first.json(), first.headers["etag"])
    assert {name: read.json()[name] for name in WANTED} == WANTED
    assert case_system.put(path, WANTED).json() == first.json()  # the same again changes nothing
    change = WANTED | {"language": "zh"}
    blind = case_system.put(path, change)
    assert (blind.status_code, blind.json()["reason"]) == (428, "IF_MATCH_NEEDED")
    second = case_system.put(path, change, headers={"If-Match": first.headers["etag"]})
    assert (second.json()["version"], second.json()["id"]) == (2, first.json()["id"])
    stale = case_system.put(path, WANTED, headers={"If-Match": first.headers["etag"]})
    assert (stale.status_code, stale.json()["reason"]) == (412, "STALE")


def test_preferences_belong_to_the_borrower_and_every_version_is_kept(
    case_system: Client, case: Json, database: Database
) -> None:
    first = case_system.put(f"/v1/cases/{case['id']}/preferences", WANTED)
    sibling = escalated(case_system, 1, source_reference="ESC-other-loan")
    path = f"/v1/cases/{sibling['id']}/preferences"
    case_system.put(path, {}, headers={"If-Match": first.headers["etag"]})
    with database.transaction() as tx:
        rows = tx.scalars(select(Preferences).order_by(Preferences.revision)).all()
        assert [(row.language, row.superseded_at is None) for row in rows] == [("yue", False), (None, True)]
        verbs = tx.scalars(select(AuditRecord.verb).where(AuditRecord.verb == "case.preferences_changed")).all()
        assert len(verbs) == 2


@pytest.mark.parametrize("role", ["auditor", "risk", "investigator"])
def test_others_put_no_preferences(client_of: Callable[..., Client], case: Json, role: str) -> None:
    client = client_of(role, uuid4() if role == "investigator" else None)
    answer = client.put(f"/v1/cases/{case['id']}/preferences", WANTED)
    assert (answer.status_code, answer.json()["reason"]) == (403, "SCOPE_MISSING")


# ---- the no-visit list


LIST = "/v1/no-visit-list"


def listed(client: Client, **fields: Any) -> Json:
    answer = client.post(LIST, {"reason": "a threat at the door"} | fields)
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    return body


def test_a_listed_borrower_is_held_with_all_his_loans_until_the_entry_is_lifted(
    case_system: Client, case: Json
) -> None:
    sibling = escalated(case_system, 1, source_reference="ESC-other-loan")
    other = escalated(case_system, 2)
    entry = listed(case_system, case_id=case["id"])
    assert status(case_system, case, sibling, other) == ["held", "held", "accepted"]
    assert "no_visit_list" in case_system.get(f"/v1/cases/{case['id']}").json()["held"]["detail"]
    lifted = case_system.post(f"{LIST}/{entry['id']}:lift", {"note": "settled"}).json()
    assert (lifted["lifted"], lifted["until_on"], lifted["note"]) == (True, str(today(ZONE)), "settled")
    assert status(case_system, case, sibling, other) == ["accepted", "accepted", "accepted"]
    assert case_system.post(f"{LIST}/{entry['id']}:lift").json() == lifted


def test_a_listed_address_holds_whoever_lives_there_however_it_is_written(case_system: Client, case: Json) -> None:
    neighbour = escalated(case_system, 2, places=[escalation()["places"][0] | {"address": "文二路9号"}])
    spelled = f" {ADDRESS[:6]} {ADDRESS[6:]}。"
    entry = listed(case_system, address=spelled, region="330106")
    assert (entry["address"], entry["case_id"]) == (spelled.strip(), None)
    assert status(case_system, case, neighbour) == ["held", "accepted"]
    events = [event["name"] for event in case_system.get(f"/v1/cases/{case['id']}").json()["events"]]
    assert events[-2:] == ["no_visit.entered", "case.held"]
    case_system.post(f"{LIST}/{entry['id']}:lift")
    assert status(case_system, case) == ["accepted"]


def test_a_case_that_comes_later_to_a_listed_address_is_held_before_anybody_is_assigned(
    case_system: Client, case: Json, carry_on: Callable[[], int]
) -> None:
    listed(case_system, address=ADDRESS, region="330106")
    later = escalated(case_system, 2)
    carry_on()
    shown = case_system.get(f"/v1/cases/{later['id']}").json()
    assert (shown["status"], shown["held"]["reason"]) == ("held", "BLOCKED")


def test_an_entry_recalls_the_visit_on_the_road(
    dispatcher: Client, database: Database, carry_on: Callable[[], int]
) -> None:
    made = opened(database)
    listed(dispatcher, address=made.case.address, region=made.region.code)
    carry_on()
    with database.transaction() as tx:
        assert tx.get_one(Visit, made.visit_id).state == "recalled"


def test_what_is_on_the_list_is_not_entered_twice(case_system: Client, case: Json) -> None:
    entry = listed(case_system, case_id=case["id"])
    again = case_system.post(LIST, {"reason": "again", "case_id": case["id"]})
    assert (again.status_code, again.json()["reason"]) == (409, "ALREADY_LISTED")
    assert entry["id"] in again.json()["detail"]
    case_system.post(f"{LIST}/{entry['id']}:lift")
    assert case_system.post(LIST, {"reason": "again", "case_id": case["id"]}).status_code == 201


def test_the_list_is_read_by_region_and_as_it_was_known(
    case_system: Client, client_of: Callable[..., Client], case: Json, database: Database
) -> None:
    with database.transaction() as tx:
        add_region(tx, code="330105", polygon=None)
    here = listed(case_system, address=ADDRESS, region="330106")
    there = listed(case_system, address=ADDRESS, region="330105")
    auditor = client_of("auditor")
    assert [item["id"] for item in auditor.get(LIST).json()["items"]] == [here["id"], there["id"]]
    assert auditor.get(LIST, params={"region": "330105"}).json()["items"] == [there]
    between = there["recorded_at"]
    lifted = case_system.post(f"{LIST}/{here['id']}:lift").json()
    assert auditor.get(LIST, params={"region": "330106"}).json()["items"] == [lifted]
    (then,) = auditor.get(LIST, params={"region": "330106", "known_at": between}).json()["items"]
    assert (then["lifted"], then["version"]) == (False, 1)
    first = auditor.get(LIST, params={"limit": 1}).json()
    assert auditor.get(LIST, params={"limit": 1, "cursor": first["next_cursor"]}).json()["items"] == [there]


@pytest.mark.parametrize(
    ("fields", "reason", "pointer"),
    [
        ({}, "MALFORMED", "/case_id"),
        ({"address": ADDRESS}, "MALFORMED", "/region"),
        ({"region": "330106"}, "MALFORMED", "/case_id"),
        ({"address": " -. ", "region": "330106"}, "ADDRESS_EMPTY", "/address"),
        ({"address": ADDRESS, "region": "000000"}, "UNKNOWN_REGION", "/region"),
        (
            {"address": ADDRESS, "region": "330106", "from_on": "2026-11-20", "until_on": "2026-11-19"},
            "ENTRY_ENDS_EARLY",
            "/until_on",
        ),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(
    case_system: Client, case: Json, fields: Json, reason: str, pointer: str
) -> None:
    answer = case_system.post(LIST, {"reason": "a threat"} | fields)
    assert (answer.status_code, answer.json()["reason"]) == (422, reason)
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_what_is_not_there_cannot_be_listed_or_lifted(case_system: Client, case: Json) -> None:
    assert case_system.post(LIST, {"reason": "a threat", "case_id": str(uuid4())}).status_code == 404
    answer = case_system.post(f"{LIST}/{uuid4()}:lift", {"oops": 1})
    assert (answer.status_code, answer.json()["reason"]) == (404, "NO_SUCH_RECORD")


def test_auditors_read_the_list_and_only_those_who_keep_cases_change_it(
    case_system: Client, client_of: Callable[..., Client], case: Json
) -> None:
    entry = listed(case_system, case_id=case["id"])
    for outsider in (client_of("auditor"), client_of("risk"), client_of("investigator", uuid4())):
        for answer in (
            outsider.post(LIST, {"reason": "a threat", "case_id": case["id"]}),
            outsider.post(f"{LIST}/{entry['id']}:lift"),
        ):
            assert (answer.status_code, answer.json()["reason"]) == (403, "SCOPE_MISSING")
    assert client_of("risk").get(LIST).status_code == 403


def test_an_entry_and_its_lifting_are_audited_without_the_address(
    case_system: Client, case: Json, database: Database
) -> None:
    entry = listed(case_system, address=ADDRESS, region="330106")
    headers = {"If-Match": '"older"'}
    assert case_system.post(f"{LIST}/{entry['id']}:lift", headers=headers).status_code == 412
    case_system.post(f"{LIST}/{entry['id']}:lift")
    with database.transaction() as tx:
        lines = tx.scalars(select(AuditRecord).where(AuditRecord.subject == f"no_visit_entry:{entry['id']}")).all()
        assert [line.verb for line in lines] == ["no_visit.entered", "no_visit.lifted"]
        assert all(ADDRESS not in str(line.detail) for line in lines)
        assert len(tx.scalars(select(NoVisitEntry)).all()) == 2
