"""Contact profiles through the API: new versions of the law, drafts switched on, and what becomes of cases."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.compliance.profile_files import load_profiles, shipped_document
from app.compliance.profile_schema import parse_profile
from app.contact.profiles_schema import readable_document
from tests.client import Client
from tests.factories import add_case, add_region

IRELAND, DRAFT = "IE-CCA1995-s46", "IN-RBI-2026-draft"
ASKED = {
    "profiles": [IRELAND],
    "time_zone": "Europe/Dublin",
    "holidays": "IE",
    "start_at": "2026-12-05T10:00:00+00:00",  # a Saturday
    "staff": 1,
}


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    return client_of("admin")


def amended(reader: Client, version: str, effective_from: str, **rules: Any) -> dict[str, Any]:
    document: dict[str, Any] = reader.get(f"/v1/contact-profiles/{IRELAND}/document").json()
    return document | {"version": version, "effective_from": effective_from, **rules}


def hours(*saturday: str) -> dict[str, Any]:
    return {"mon_fri": ["09:00-20:00"], "sat": list(saturday), "sun": [], "holiday": [], "source": "s. 46 as amended"}


def allowed(asker: Client, **changes: Any) -> bool:
    answer = asker.post("/v1/contact-rules:check", json=ASKED | changes)
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["allowed"])


@pytest.mark.parametrize("profile_id", load_profiles())
def test_the_document_of_a_profile_is_the_profile(dispatcher: Client, profile_id: str) -> None:
    document = dispatcher.get(f"/v1/contact-profiles/{profile_id}/document").json()
    assert document == readable_document(shipped_document(profile_id))
    assert parse_profile(document, "document") == load_profiles()[profile_id]


def test_a_new_version_rules_the_days_from_its_first_on(admin: Client, dispatcher: Client) -> None:
    answer = admin.post("/v1/contact-profiles", json=amended(admin, "2", "2027-01-01", hours=hours()))
    assert answer.status_code == 201
    assert answer.json()["rules"]["hours"]["source"] == "s. 46 as amended"
    assert allowed(dispatcher)
    assert not allowed(dispatcher, start_at="2027-01-09T10:00:00+00:00")
    assert dispatcher.get(f"/v1/contact-profiles/{IRELAND}?on=2026-12-31").json()["version"] == "1"
    assert dispatcher.get(f"/v1/contact-profiles/{IRELAND}?on=2027-01-01").json()["version"] == "2"
    assert dispatcher.get(f"/v1/contact-profiles/{IRELAND}?version=2").json()["effective_from"] == "2027-01-01"
    page = dispatcher.get(f"/v1/contact-profiles/{IRELAND}?version=2", headers={"Accept": "text/html"})
    assert "s. 46 as amended" in page.text


def test_all_versions_are_listed_with_who_brought_them(admin: Client, dispatcher: Client) -> None:
    admin.post("/v1/contact-profiles", json=amended(admin, "2", "2020-01-01", hours=hours()))
    items = dispatcher.get(f"/v1/contact-profiles/{IRELAND}/versions").json()["items"]
    assert [(item["version"], item["applies_today"], item["brought_by"]) for item in items] == [
        ("1", False, None),
        ("2", True, "admin"),
    ]
    assert items[1]["brought_at"] is not None


def test_a_version_comes_once(admin: Client) -> None:
    document = amended(admin, "2", "2027-01-01", hours=hours())
    assert admin.post("/v1/contact-profiles", json=document).status_code == 201
    assert admin.post("/v1/contact-profiles", json=document).status_code == 200
    other = admin.post("/v1/contact-profiles", json=document | {"hours": hours("10:00-12:00")})
    assert (other.status_code, other.json()["reason"]) == (409, "PROFILE_VERSION_EXISTS")
    shipped = admin.post("/v1/contact-profiles", json=amended(admin, "1", "2027-01-01"))
    assert (shipped.status_code, shipped.json()["reason"]) == (409, "PROFILE_VERSION_EXISTS")


def test_a_profile_of_ones_own_can_be_named_by_a_region(admin: Client, dispatcher: Client) -> None:
    region = {
        "code": "IE-D",
        "name": "Dublin",
        "time_zone": "Europe/Dublin",
        "profiles": ["lender-a"],
        "office": {"address": "1 Quay", "place": {"lat": 53.34, "lon": -6.26}},
    }
    refused = dispatcher.post("/v1/regions", json=region)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/profiles/0")
    document = amended(admin, "1", "2026-01-01", id="lender-a", name="Lender A", legal_status="house", country=None)
    assert admin.post("/v1/contact-profiles", json=document).status_code == 201
    assert dispatcher.post("/v1/regions", json=region).status_code == 201
    assert "lender-a" in {item["id"] for item in dispatcher.get("/v1/contact-profiles").json()["items"]}


@pytest.mark.parametrize(
    ("change", "pointer", "told"),
    [
        ({"hours": hours("25:00-26:00")}, "/hours/sat/0", "a text like"),
        ({"effective_from": "2027-02-30"}, "/effective_from", "a date"),
        ({"effective_from": None}, "/effective_from", "a date"),
        ({"evidence": "X"}, "/evidence", "one of"),
        ({"hours": {"mon_fri": []}}, "/hours", "missing"),
        ({"colour": "red"}, "", "unknown"),
        ({"limits": [{"n": 0}]}, "/limits/0", "missing"),
        ({"version": "two"}, "/version", "a text like"),
        ({"effective_to": "2000-01-01"}, "", "effective_to"),
    ],
)
def test_a_document_that_cannot_be_is_told_where(
    admin: Client, change: dict[str, Any], pointer: str, told: str
) -> None:
    answer = admin.post("/v1/contact-profiles", json=amended(admin, "2", "2027-01-01") | change)
    assert (answer.status_code, answer.json()["reason"]) == (422, "PROFILE_INVALID")
    error = answer.json()["errors"][0]
    assert error["pointer"] == pointer
    assert told in error["detail"]


def test_a_document_can_be_tried(admin: Client, dispatcher: Client) -> None:
    document = amended(admin, "2", "2027-01-01", hours=hours())
    tried = admin.post("/v1/contact-profiles?validate_only=true", json=document)
    assert (tried.status_code, tried.json()["version"]) == (200, "2")
    assert dispatcher.get(f"/v1/contact-profiles/{IRELAND}?version=2").status_code == 404
    assert admin.post("/v1/contact-profiles?validate_only=true", json=document | {"name": ""}).status_code == 422


def test_a_draft_refuses_from_the_moment_it_is_switched_on(admin: Client, dispatcher: Client) -> None:
    late = {"profiles": [DRAFT], "time_zone": "Asia/Kolkata", "holidays": "IN", "start_at": "2026-12-02T20:00:00+05:30"}
    assert allowed(dispatcher, **late)
    on = admin.post(f"/v1/contact-profiles/{DRAFT}:switch", json={"enforced": True, "reason": "expected by the RBI"})
    assert (on.status_code, on.json()["enforced"]) == (200, True)
    assert not allowed(dispatcher, **late)
    admin.post(f"/v1/contact-profiles/{DRAFT}:switch", json={"enforced": False, "reason": "withdrawn"})
    assert allowed(dispatcher, **late)


def test_the_example_of_the_api_page_is_a_profile(admin: Client) -> None:
    schemas = admin.get("/openapi.json").json()["components"]["schemas"]
    (example,) = schemas["ProfileDocument"]["examples"]
    assert admin.post("/v1/contact-profiles?validate_only=true", json=example).status_code == 200


@pytest.mark.parametrize("days", [36526, 4_000_000])
def test_a_number_that_can_only_be_a_slip_is_refused(admin: Client, days: int) -> None:
    rule = {"days": days, "source": "a slip"}
    answer = admin.post("/v1/contact-profiles", json=amended(admin, "2", "2027-01-01", min_days_between_visits=rule))
    assert answer.status_code == 422


def test_a_switch_that_changes_nothing_leaves_no_trace(admin: Client, client_of: Callable[..., Client]) -> None:
    for _ in range(2):
        admin.post(f"/v1/contact-profiles/{DRAFT}:switch", json={"enforced": True, "reason": "expected"})
    trail = client_of("auditor").get("/v1/audit?actor=admin").json()["items"]
    assert [entry["verb"] for entry in trail].count("contact_profile.switched") == 1


def test_only_drafts_are_switched(admin: Client) -> None:
    answer = admin.post(f"/v1/contact-profiles/{IRELAND}:switch", json={"enforced": False, "reason": "too strict"})
    assert (answer.status_code, answer.json()["reason"]) == (409, "NOT_A_DRAFT")
    assert admin.post("/v1/contact-profiles/nowhere:switch", json={"enforced": True, "reason": "x"}).status_code == 404


def test_the_law_is_brought_by_admins_alone(dispatcher: Client, case_system: Client) -> None:
    for client in (dispatcher, case_system):
        assert client.post("/v1/contact-profiles", json=amended(client, "2", "2027-01-01")).status_code == 403
        body = {"enforced": True, "reason": "x"}
        assert client.post(f"/v1/contact-profiles/{DRAFT}:switch", json=body).status_code == 403


def test_every_change_of_the_law_is_on_the_audit_trail(
    admin: Client, client_of: Callable[..., Client], tx: Session
) -> None:
    admin.post("/v1/contact-profiles", json=amended(admin, "2", "2027-01-01"))
    admin.post(f"/v1/contact-profiles/{DRAFT}:switch", json={"enforced": True, "reason": "expected"})
    trail = client_of("auditor").get("/v1/audit?actor=admin").json()["items"]
    assert {entry["verb"] for entry in trail} >= {"contact_profile.version_added", "contact_profile.switched"}


# ---- lenders


LENDER = "/v1/lenders/West Lake Consumer Finance/profiles"


def lend(admin: Client, *profiles: str) -> None:
    known = admin.get(LENDER).headers.get("etag")
    match = {"If-Match": known} if known else {}
    answer = admin.put(LENDER, {"profiles": list(profiles)}, headers=match)
    assert answer.status_code == 200, answer.text


def test_the_profiles_of_the_lender_hold_beside_those_of_the_place(
    admin: Client, dispatcher: Client, tx: Session
) -> None:
    """A borrower of a Chinese lender who lives where visits are ruled by the house alone; research 1.2, vector 12."""
    case = add_case(tx, add_region(tx, profiles=["IN-RBI-2022"]))
    asked = {"case_id": str(case.id), "start_at": "2027-03-09T18:30:00+08:00", "staff": 2}

    def ruled() -> set[str]:
        return {a["profile"] for a in dispatcher.post("/v1/contact-rules:check", json=asked).json()["answers"]}

    house = "house-low-pressure"  # its blocks hold everywhere
    assert ruled() == {"IN-RBI-2022", house}
    lend(admin, "CN-GBT45251-CBA2026", "IN-RBI-2022")
    assert ruled() == {"IN-RBI-2022", "CN-GBT45251-CBA2026", house}
    lend(admin)
    assert ruled() == {"IN-RBI-2022", house}


def test_what_a_lender_takes_with_it_can_be_read(admin: Client, dispatcher: Client) -> None:
    assert dispatcher.get(LENDER).json() == {"lender": "West Lake Consumer Finance", "profiles": [], "since_at": None}
    lend(admin, IRELAND)
    first = dispatcher.get(LENDER)
    lend(admin, IRELAND, IRELAND)
    assert dispatcher.get(LENDER).json() == first.json()
    assert first.json()["profiles"] == [IRELAND]
    match = {"If-Match": first.headers["etag"]}
    unknown = admin.put(LENDER, {"profiles": [IRELAND, "nowhere"]}, headers=match)
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/profiles/1")
    assert dispatcher.put(LENDER, {"profiles": []}).status_code == 403
    assert admin.put(LENDER, {"profiles": []}).status_code == 428
    assert admin.put(LENDER, {"profiles": []}, headers={"If-Match": '"9"'}).status_code == 412


def test_a_lender_may_have_any_name(admin: Client, dispatcher: Client) -> None:
    path = "/v1/lenders/Danske Bank A%2FS/profiles"
    assert admin.put(path, {"profiles": [IRELAND]}).status_code == 200
    assert dispatcher.get(path).json()["lender"] == "Danske Bank A/S"


def test_a_block_that_only_the_lenders_text_names_holds_its_cases(
    admin: Client, dispatcher: Client, case_system: Client, tx: Session, carry_on: Callable[[], int]
) -> None:
    case = add_case(tx, add_region(tx, profiles=["IN-RBI-2022"]))
    block = {"kind": "serving_soldier", "from_on": "2026-11-01"}  # named by Ukraine alone
    assert case_system.post(f"/v1/cases/{case.id}/blocks", json=block).status_code == 201
    carry_on()
    assert dispatcher.get(f"/v1/cases/{case.id}").json()["held"]["reason"] != "BLOCKED"
    lend(admin, "UA-CCA-art25")
    carry_on()
    held = dispatcher.get(f"/v1/cases/{case.id}").json()["held"]
    assert held["reason"] == "BLOCKED"
