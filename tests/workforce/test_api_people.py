"""Dispatchers keep investigators, what they are trained for and when they work."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.workforce.models import Investigator
from app.workforce.visibility import visible_investigator, visible_investigators
from tests.client import Client
from tests.factories import WEST_LAKE
from tests.factories_workforce import EAST_LAKE, absence, certificate, investigator, posted, region, shift


@pytest.fixture(autouse=True)
def _west_lake(dispatcher: Client) -> None:
    posted(dispatcher, "/v1/regions", WEST_LAKE)


@pytest.fixture
def person(dispatcher: Client) -> str:
    """The path of a person."""
    return f"/v1/investigators/{posted(dispatcher, '/v1/investigators', investigator())['id']}"


# ---- investigators


def test_an_investigator_is_created_and_read_again(dispatcher: Client) -> None:
    body = investigator(also_regions=["330106"], conflicts=["B-1"], caseload_max=5, max_visits_per_day=4, active=False)
    answer = dispatcher.post("/v1/investigators", body)
    assert answer.status_code == 201, answer.text
    created = answer.json()
    assert answer.headers["location"] == f"/v1/investigators/{created['id']}"
    home = {"address": body["home"]["address"], "place": body["home"]["place"] | {"datum": "wgs84"}}
    assert created == body | {"id": created["id"], "etag": created["etag"], "home": home}
    read = dispatcher.get(answer.headers["location"])
    assert (read.json(), read.headers["etag"]) == (created, created["etag"])


def test_what_is_not_told_has_a_stated_default(dispatcher: Client) -> None:
    bare = {name: investigator()[name] for name in ("code", "name", "region", "home")}
    created = posted(dispatcher, "/v1/investigators", bare)
    told = {name: created[name] for name in created if name not in {*bare, "id", "etag"}}
    assert told == {
        "also_regions": [],
        "skills": [],
        "languages": ["zh"],
        "caseload_max": 80,
        "max_visits_per_day": 8,
        "conflicts": [],
        "active": True,
    }


def test_a_home_in_bd09_is_shown_in_wgs84_and_kept_as_it_came(dispatcher: Client, tx: Session) -> None:
    home = {"address": "学院路5号", "place": {"lat": 30.2899, "lon": 120.1383, "datum": "bd09"}}
    created = posted(dispatcher, "/v1/investigators", investigator(home=home))
    assert created["home"]["place"]["datum"] == "wgs84"
    assert created["home"]["place"]["lat"] == pytest.approx(30.286, abs=0.002)
    assert created["home"]["place"]["lon"] == pytest.approx(120.127, abs=0.002)
    assert tx.scalars(select(Investigator)).one().home_given == home["place"]


def test_a_code_is_given_once(dispatcher: Client) -> None:
    posted(dispatcher, "/v1/investigators", investigator())
    again = dispatcher.post("/v1/investigators", investigator(name="another"))
    assert (again.status_code, again.json()["reason"]) == (409, "INVESTIGATOR_EXISTS")


def test_a_repeated_creation_with_the_same_key_makes_one_person(dispatcher: Client) -> None:
    headers = {"Idempotency-Key": "chen"}
    ids = {dispatcher.post("/v1/investigators", investigator(), headers=headers).json()["id"] for _ in range(2)}
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("change", "pointer", "said"),
    [
        ({"region": "999"}, "/region", "no region 999"),
        ({"also_regions": ["330106", "999"]}, "/also_regions/1", "no region 999"),
        ({"home": {"address": "x", "place": {"lat": 120.1, "lon": 30.2}}}, "/home/place", "swapped"),
        ({"languages": ["中文"]}, "/languages/0", "match pattern"),
        ({"caseload_max": -1}, "/caseload_max", "greater than or equal to 0"),
        ({"name": "a\x00b"}, "/", "NUL"),
        ({"salary": 1}, "/salary", "not permitted"),
    ],
)
def test_a_malformed_investigator_is_refused_with_a_pointer(
    dispatcher: Client, change: dict[str, Any], pointer: str, said: str
) -> None:
    answer = dispatcher.post("/v1/investigators", investigator(**change))
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert said in fault["detail"]


def test_investigators_come_page_by_page_and_by_region(dispatcher: Client) -> None:
    posted(dispatcher, "/v1/regions", EAST_LAKE)
    for number in range(3):
        posted(dispatcher, "/v1/investigators", investigator(f"W-{number}"))
    posted(dispatcher, "/v1/investigators", investigator("E-0", region="330105"))
    first = dispatcher.get("/v1/investigators", params={"limit": 2, "region": "330106"}).json()
    following = {"limit": 2, "region": "330106", "cursor": first["next_cursor"]}
    rest = dispatcher.get("/v1/investigators", params=following).json()
    assert [item["code"] for item in first["items"] + rest["items"]] == ["W-0", "W-1", "W-2"]
    assert rest["next_cursor"] is None
    assert len(dispatcher.get("/v1/investigators").json()["items"]) == 4
    assert dispatcher.get("/v1/investigators", params={"cursor": "!"}).json()["reason"] == "BAD_CURSOR"


def test_a_change_needs_the_version_that_was_read(dispatcher: Client, person: str) -> None:
    created = dispatcher.get(person).json()
    change = {"skills": ["mediation"], "active": False}
    assert dispatcher.patch(person, change).status_code == 428
    changed = dispatcher.patch(person, change, headers={"If-Match": created["etag"]})
    assert changed.json() == created | change | {"etag": changed.headers["etag"]}
    stale = dispatcher.patch(person, change, headers={"If-Match": created["etag"]})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("change", "said"), [({"region": "999"}, "no region 999"), ({"name": None}, "name must not be null")]
)
def test_a_change_that_cannot_be_is_refused(dispatcher: Client, person: str, change: dict[str, Any], said: str) -> None:
    before = dispatcher.get(person).json()
    answer = dispatcher.patch(person, change, headers={"If-Match": before["etag"]})
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert dispatcher.get(person).json() == before


def test_somebody_who_moves_to_another_zone_takes_the_shifts_along(dispatcher: Client, person: str) -> None:
    posted(dispatcher, "/v1/regions", region(code="IE-D", time_zone="Europe/Dublin", polygon=None))
    early = shift(start_at="2026-11-23T01:00:00+08:00", end_at="2026-11-23T09:00:00+08:00", breaks=[])
    posted(dispatcher, f"{person}/shifts", early)
    etag = dispatcher.get(person).json()["etag"]
    dispatcher.patch(person, {"region": "IE-D"}, headers={"If-Match": etag})
    (moved,) = dispatcher.get(f"{person}/shifts").json()["items"]
    assert moved["day"] == "2026-11-22"


# ---- certificates


def test_a_certificate_is_added_and_listed(dispatcher: Client, person: str) -> None:
    added = posted(dispatcher, f"{person}/certificates", certificate())
    assert added == certificate() | {"id": added["id"]}
    assert dispatcher.get(f"{person}/certificates").json() == {"items": [added], "next_cursor": None}


def test_the_same_certificate_again_is_on_record_already(dispatcher: Client, person: str) -> None:
    posted(dispatcher, f"{person}/certificates", certificate())
    again = dispatcher.post(f"{person}/certificates", certificate())
    assert (again.status_code, again.json()["reason"]) == (409, "CERTIFICATE_EXISTS")
    posted(dispatcher, f"{person}/certificates", certificate(valid_from_on="2020-01-01"))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "driving"}, "/kind"),
        ({"valid_from_on": "2027-01-01", "valid_until_on": "2026-01-01"}, "/valid_until_on"),
        ({"valid_until_on": "2026-02-30"}, "/valid_until_on"),
        ({"valid_until_on": "9999-12-31"}, "/valid_until_on"),
        ({"issuer": ""}, "/issuer"),
    ],
)
def test_a_malformed_certificate_is_refused(
    dispatcher: Client, person: str, change: dict[str, Any], pointer: str
) -> None:
    answer = dispatcher.post(f"{person}/certificates", certificate(**change))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


# ---- shifts


def test_a_shift_is_added_and_shown_in_the_zone_of_the_region(dispatcher: Client, person: str) -> None:
    in_utc = shift(start_at="2026-11-22T23:30:00Z", end_at="2026-11-23T10:00:00Z")
    added = posted(dispatcher, f"{person}/shifts", in_utc)
    assert added == shift() | {"id": added["id"], "day": "2026-11-23", "start_at": "2026-11-23T07:30:00+08:00"}
    assert dispatcher.get(f"{person}/shifts").json()["items"] == [added]


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [("08:30", "18:00", 409), ("17:59", "19:00", 409), ("06:00", "08:31", 409), ("18:00", "20:00", 201)],
)
def test_a_person_works_one_shift_at_a_time(dispatcher: Client, person: str, start: str, end: str, status: int) -> None:
    posted(dispatcher, f"{person}/shifts", shift())
    second = shift(start_at=f"2026-11-23T{start}:00+08:00", end_at=f"2026-11-23T{end}:00+08:00", breaks=[])
    answer = dispatcher.post(f"{person}/shifts", second)
    assert answer.status_code == status, answer.text
    assert answer.json().get("reason") == ("SHIFT_OVERLAPS" if status == 409 else None)


def test_two_people_may_work_at_the_same_time(dispatcher: Client, person: str) -> None:
    other = posted(dispatcher, "/v1/investigators", investigator("HZ-02"))["id"]
    posted(dispatcher, f"{person}/shifts", shift())
    posted(dispatcher, f"/v1/investigators/{other}/shifts", shift())


def _break(earliest: str, latest: str, seconds: int = 2700) -> dict[str, Any]:
    on = "2026-11-23T"
    return {
        "earliest_at": f"{on}{earliest}:00+08:00",
        "latest_at": f"{on}{latest}:00+08:00",
        "duration_seconds": seconds,
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start_at": "2026-11-23T08:30:00"}, "timezone"),
        ({"end_at": "2026-11-23T08:30:00+08:00", "breaks": []}, "after start_at"),
        ({"end_at": "2026-11-24T00:31:00+08:00", "breaks": []}, "16 hours"),
        ({"breaks": [_break("08:00", "09:00")]}, "breaks/0 does not fit"),
        ({"breaks": [_break("12:00", "13:00"), _break("16:00", "17:16")]}, "breaks/1 does not fit"),
        ({"breaks": [_break("13:00", "12:00")]}, "breaks/0 does not fit"),
        ({"breaks": [_break("12:00", "13:00", 0)]}, "greater than or equal to 60"),
    ],
)
def test_an_impossible_shift_is_refused(dispatcher: Client, person: str, change: dict[str, Any], said: str) -> None:
    answer = dispatcher.post(f"{person}/shifts", shift(**change))
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("change", [{"end_at": "2026-11-24T00:30:00+08:00"}, {"breaks": [_break("16:00", "17:15")]}])
def test_the_limits_themselves_are_taken(dispatcher: Client, person: str, change: dict[str, Any]) -> None:
    posted(dispatcher, f"{person}/shifts", shift(**change))


def test_a_shift_that_is_dropped_makes_room(dispatcher: Client, person: str) -> None:
    added = posted(dispatcher, f"{person}/shifts", shift())
    assert dispatcher.request("DELETE", f"{person}/shifts/{added['id']}").status_code == 204
    assert dispatcher.get(f"{person}/shifts").json()["items"] == []
    again = dispatcher.request("DELETE", f"{person}/shifts/{added['id']}")
    assert (again.status_code, again.json()["reason"]) == (404, "NO_SUCH_SHIFT")
    posted(dispatcher, f"{person}/shifts", shift())


# ---- absences


def test_an_absence_is_added_listed_and_dropped(dispatcher: Client, person: str) -> None:
    added = posted(dispatcher, f"{person}/absences", absence())
    assert added == absence() | {"id": added["id"]}
    assert dispatcher.get(f"{person}/absences").json()["items"] == [added]
    assert dispatcher.request("DELETE", f"{person}/absences/{added['id']}").status_code == 204
    again = dispatcher.request("DELETE", f"{person}/absences/{added['id']}")
    assert (again.status_code, again.json()["reason"]) == (404, "NO_SUCH_ABSENCE")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until_at": "2026-11-23T13:00:00+08:00"}, "after from_at"),
        ({"until_at": "2029-11-23T13:00:00+08:00"}, "two years"),
        ({"kind": "holiday"}, "leave"),
    ],
)
def test_an_impossible_absence_is_refused(dispatcher: Client, person: str, change: dict[str, Any], said: str) -> None:
    answer = dispatcher.post(f"{person}/absences", absence(**change))
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


# ---- who may


@pytest.mark.parametrize("part", ["certificates", "shifts", "absences"])
def test_parts_of_nobody_are_404_before_the_body_is_looked_at(dispatcher: Client, part: str) -> None:
    nobody = f"/v1/investigators/{uuid4()}"
    assert dispatcher.get(f"{nobody}/{part}").json()["reason"] == "NO_SUCH_INVESTIGATOR"
    assert dispatcher.post(f"{nobody}/{part}", {"colour": "red"}).status_code == 404
    assert dispatcher.patch(nobody, {"colour": "red"}).status_code == 404


@pytest.mark.parametrize("part", ["shifts", "absences"])
def test_what_belongs_to_somebody_else_is_not_dropped(dispatcher: Client, person: str, part: str) -> None:
    added = posted(dispatcher, f"{person}/{part}", shift() if part == "shifts" else absence())
    other = posted(dispatcher, "/v1/investigators", investigator("HZ-02"))["id"]
    assert dispatcher.request("DELETE", f"/v1/investigators/{other}/{part}/{added['id']}").status_code == 404
    assert dispatcher.get(f"{person}/{part}").json()["items"] == [added]


@pytest.mark.parametrize("role", ["case-system", "risk", "auditor", "investigator"])
def test_people_are_for_dispatchers(client_of: Callable[..., Client], person: str, role: str) -> None:
    outsider = client_of(role, UUID(int=7) if role == "investigator" else None)
    assert outsider.get("/v1/investigators").status_code == 403
    assert outsider.get(person).status_code == 403
    assert outsider.post("/v1/investigators", investigator("HZ-02")).status_code == 403
    assert outsider.patch(person, {}).status_code == 403
    for part, body in {"certificates": certificate(), "shifts": shift(), "absences": absence()}.items():
        assert outsider.get(f"{person}/{part}").status_code == 403
        assert outsider.post(f"{person}/{part}", body).status_code == 403
    assert outsider.request("DELETE", f"{person}/shifts/{uuid4()}").status_code == 403
    assert outsider.request("DELETE", f"{person}/absences/{uuid4()}").status_code == 403


def test_a_token_of_one_region_sees_its_people_only(dispatcher: Client, person: str, tx: Session) -> None:
    posted(dispatcher, "/v1/regions", EAST_LAKE)
    eastern = Actor("dispatcher", frozenset({"workforce:write"}), regions=frozenset({"330105"}))
    posted(dispatcher, "/v1/investigators", investigator("E-0", region="330105"))
    assert [seen.code for seen in tx.scalars(visible_investigators(eastern))] == ["E-0"]
    with pytest.raises(NotFound, match="NO_SUCH_INVESTIGATOR"):
        visible_investigator(tx, eastern, UUID(person.rsplit("/", 1)[1]))
