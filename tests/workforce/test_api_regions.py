"""Dispatchers keep regions; the case system reads them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, NotFound
from app.runtime.audit import AuditRecord
from app.workforce import service
from app.workforce.models import Region
from app.workforce.schemas import RegionBody, to_columns
from app.workforce.visibility import visible_region, visible_regions
from tests.client import Client
from tests.factories import WEST_LAKE
from tests.factories_workforce import EAST_LAKE, investigator, posted, region, shift

GEOJSON = {"Accept": "application/geo+json"}


def test_a_region_is_created_and_read_again(dispatcher: Client) -> None:
    answer = dispatcher.post("/v1/regions", WEST_LAKE)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == "/v1/regions/330106"
    created = answer.json()
    assert {name: created[name] for name in WEST_LAKE if name != "office"} == {
        name: value for name, value in WEST_LAKE.items() if name != "office"
    }
    assert created["office"]["place"] == {"lat": 30.2741, "lon": 120.1351, "datum": "wgs84"}
    read = dispatcher.get("/v1/regions/330106")
    assert read.json() == created
    assert read.headers["etag"] == answer.headers["etag"] == created["etag"]


def test_only_code_name_zone_and_office_are_needed(dispatcher: Client) -> None:
    bare = {name: WEST_LAKE[name] for name in ("code", "name", "time_zone", "office")}
    created = posted(dispatcher, "/v1/regions", bare)
    assert created["polygon"] is None
    assert (created["profiles"], created["neighbours"]) == ([], [])
    assert created["holidays"] == "CN"


@pytest.mark.parametrize(
    ("told", "holidays"),
    [
        ({"time_zone": "Europe/Dublin"}, "IE"),
        ({"time_zone": "Europe/Berlin"}, None),
        ({"time_zone": "Europe/Berlin", "holidays": "DE-BE"}, "DE-BE"),
        ({"time_zone": "Asia/Shanghai", "holidays": None}, None),
    ],
)
def test_holidays_follow_the_time_zone_unless_they_are_told(
    dispatcher: Client, told: dict[str, Any], holidays: str | None
) -> None:
    bare = {name: WEST_LAKE[name] for name in ("code", "name", "office")}
    assert posted(dispatcher, "/v1/regions", bare | told)["holidays"] == holidays


def test_an_office_in_gcj02_is_shown_in_wgs84_and_kept_as_it_came(dispatcher: Client, tx: Session) -> None:
    office = {"address": "文三路88号", "place": {"lat": 30.2741, "lon": 120.1351, "datum": "gcj02"}}
    created = posted(dispatcher, "/v1/regions", region(office=office))
    assert created["office"]["place"]["lat"] == pytest.approx(30.2765, abs=0.001)
    assert created["office"]["place"]["lon"] == pytest.approx(120.1304, abs=0.001)
    kept = tx.scalars(select(Region)).one()
    assert kept.office_given == {"lat": 30.2741, "lon": 120.1351, "datum": "gcj02"}


def test_a_code_is_given_once(dispatcher: Client) -> None:
    posted(dispatcher, "/v1/regions", WEST_LAKE)
    again = dispatcher.post("/v1/regions", region(name="another"))
    assert again.status_code == 409
    assert again.json()["reason"] == "REGION_EXISTS"
    assert dispatcher.get("/v1/regions/330106").json()["name"] == "西湖区"


def test_a_repeated_creation_with_the_same_key_gets_the_same_answer(dispatcher: Client) -> None:
    headers = {"Idempotency-Key": "west-lake"}
    first = dispatcher.post("/v1/regions", WEST_LAKE, headers=headers)
    again = dispatcher.post("/v1/regions", WEST_LAKE, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("change", "pointer", "said"),
    [
        ({"code": "330 106"}, "/code", "match pattern"),
        ({"colour": "red"}, "/colour", "not permitted"),
        ({"time_zone": "Asia/Hangzhou"}, "/time_zone", "not an IANA time zone"),
        ({"holidays": "XX"}, "/holidays", "no holiday calendar"),
        ({"profiles": ["CN-GBT45251-CBA2026", "CN-LAW"]}, "/profiles/1", "house-low-pressure"),
        ({"neighbours": ["330106"]}, "/neighbours", "own neighbour"),
        ({"office": {"address": "x"}}, "/office/place", "required"),
        ({"polygon": {"type": "Point", "coordinates": [120, 30]}}, "/polygon/type", "Polygon"),
        (
            {"polygon": {"type": "Polygon", "coordinates": [[[120, 30], [121, 30], [121, 31]]]}},
            "/polygon",
            "at least 4",
        ),
        (
            {"polygon": {"type": "Polygon", "coordinates": [[[30, 120], [31, 120], [31, 121], [30, 120]]]}},
            "/polygon",
            "longitude first",
        ),
    ],
)
def test_a_malformed_region_is_refused_with_a_pointer(
    dispatcher: Client, change: dict[str, Any], pointer: str, said: str
) -> None:
    answer = dispatcher.post("/v1/regions", region(**change))
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert said in fault["detail"]


def test_a_border_that_only_fits_mirrored_is_refused(dispatcher: Client) -> None:
    mirrored = [[53.2, -6.5], [53.5, -6.5], [53.5, -6.0], [53.2, -6.0], [53.2, -6.5]]
    dublin = region(
        code="IE-D",
        time_zone="Europe/Dublin",
        holidays="IE",
        profiles=["IE-CCA1995-s46"],
        office={"address": "Dame Street", "place": {"lat": 53.344, "lon": -6.263}},
        polygon={"type": "Polygon", "coordinates": [mirrored]},
    )
    answer = dispatcher.post("/v1/regions", dublin)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/polygon"
    right = {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon in mirrored]]}
    posted(dispatcher, "/v1/regions", dublin | {"polygon": right})


def test_regions_come_by_code_page_by_page(dispatcher: Client) -> None:
    for body in (WEST_LAKE, EAST_LAKE, region(code="330102", polygon=None)):
        posted(dispatcher, "/v1/regions", body)
    first = dispatcher.get("/v1/regions", params={"limit": 2}).json()
    rest = dispatcher.get("/v1/regions", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [item["code"] for item in first["items"]] == ["330102", "330105"]
    assert [item["code"] for item in rest["items"]] == ["330106"]
    assert rest["next_cursor"] is None


def test_regions_also_come_as_geojson(dispatcher: Client) -> None:
    posted(dispatcher, "/v1/regions", WEST_LAKE)
    posted(dispatcher, "/v1/regions", region(code="330102", polygon=None))
    answer = dispatcher.get("/v1/regions", headers=GEOJSON)
    assert answer.headers["content-type"] == "application/geo+json"
    collection = answer.json()
    assert collection["type"] == "FeatureCollection"
    borderless, west = collection["features"]
    assert (borderless["id"], borderless["geometry"]) == ("330102", None)
    assert (west["type"], west["id"], west["geometry"]) == ("Feature", "330106", WEST_LAKE["polygon"])
    assert west["properties"]["name"] == "西湖区"
    one = dispatcher.get("/v1/regions/330106", headers=GEOJSON)
    assert (one.headers["content-type"], one.json()) == ("application/geo+json", west)


def test_a_change_needs_the_version_that_was_read(dispatcher: Client) -> None:
    created = posted(dispatcher, "/v1/regions", WEST_LAKE)
    change = {"name": "West Lake", "neighbours": ["330105"]}
    assert dispatcher.patch("/v1/regions/330106", change).status_code == 428
    headers = {"If-Match": created["etag"]}
    changed = dispatcher.patch("/v1/regions/330106", change, headers=headers)
    assert changed.status_code == 200, changed.text
    assert changed.json() == created | change | {"etag": changed.headers["etag"]}
    assert changed.headers["etag"] != created["etag"]
    stale = dispatcher.patch("/v1/regions/330106", {"name": "x"}, headers=headers)
    assert (stale.status_code, stale.json()["reason"]) == (412, "STALE")


def test_a_change_of_nothing_keeps_the_version(dispatcher: Client) -> None:
    created = posted(dispatcher, "/v1/regions", WEST_LAKE)
    for change in ({}, {"name": "西湖区"}):
        same = dispatcher.patch("/v1/regions/330106", change, headers={"If-Match": created["etag"]})
        assert same.json() == created


def test_border_and_holidays_may_be_taken_away_but_not_the_name(dispatcher: Client) -> None:
    headers = {"If-Match": posted(dispatcher, "/v1/regions", WEST_LAKE)["etag"]}
    refused = dispatcher.patch("/v1/regions/330106", {"name": None, "polygon": None}, headers=headers)
    assert refused.status_code == 422
    assert "name must not be null" in refused.json()["detail"]
    bare = dispatcher.patch("/v1/regions/330106", {"polygon": None, "holidays": None}, headers=headers).json()
    assert (bare["polygon"], bare["holidays"]) == (None, None)


def test_the_days_of_shifts_follow_the_zone_of_the_region(dispatcher: Client) -> None:
    created = posted(dispatcher, "/v1/regions", WEST_LAKE)
    person = posted(dispatcher, "/v1/investigators", investigator())
    path = f"/v1/investigators/{person['id']}/shifts"
    early = shift(start_at="2026-11-23T01:00:00+08:00", end_at="2026-11-23T09:00:00+08:00", breaks=[])
    assert posted(dispatcher, path, early)["day"] == "2026-11-23"
    change = {"time_zone": "Europe/Dublin"}
    dispatcher.patch("/v1/regions/330106", change, headers={"If-Match": created["etag"]})
    (moved,) = dispatcher.get(path).json()["items"]
    assert (moved["day"], moved["start_at"]) == ("2026-11-22", "2026-11-22T17:00:00Z")


def test_who_may_not(client_of: Callable[..., Client], dispatcher: Client, case_system: Client) -> None:
    posted(dispatcher, "/v1/regions", WEST_LAKE)
    assert case_system.get("/v1/regions/330106").status_code == 200
    assert case_system.post("/v1/regions", EAST_LAKE).status_code == 403
    assert case_system.patch("/v1/regions/330106", {}).status_code == 403
    for role in ("risk", "auditor", "investigator"):
        assert client_of(role, UUID(int=7) if role == "investigator" else None).get("/v1/regions").status_code == 403


def test_without_a_token_nothing_is_shown(application: Any) -> None:
    assert Client(application, None).get("/v1/regions").status_code == 401


def test_an_unknown_region_is_404_before_the_body_is_looked_at(dispatcher: Client) -> None:
    assert dispatcher.get("/v1/regions/999").json()["reason"] == "NO_SUCH_REGION"
    assert dispatcher.patch("/v1/regions/999", {"colour": "red"}).status_code == 404


def test_a_token_of_one_region_sees_and_makes_no_other(tx: Session) -> None:
    everybody = Actor("dispatcher", frozenset({"workforce:write"}))
    eastern = Actor("dispatcher", frozenset({"workforce:write"}), regions=frozenset({"330105"}))
    service.create_region(tx, everybody, to_columns(RegionBody.model_validate(WEST_LAKE)))
    with pytest.raises(Forbidden, match="OTHER_REGION"):
        service.create_region(tx, eastern, to_columns(RegionBody.model_validate(region(code="330102"))))
    service.create_region(tx, eastern, to_columns(RegionBody.model_validate(EAST_LAKE)))
    assert [seen.code for seen in tx.scalars(visible_regions(eastern))] == ["330105"]
    with pytest.raises(NotFound, match="NO_SUCH_REGION"):
        visible_region(tx, eastern, "330106")


def test_each_change_leaves_an_audit_line(dispatcher: Client, tx: Session) -> None:
    created = posted(dispatcher, "/v1/regions", WEST_LAKE)
    dispatcher.patch("/v1/regions/330106", {"name": "West Lake"}, headers={"If-Match": created["etag"]})
    subject = f"region:{created['id']}"
    lines = tx.execute(
        select(AuditRecord.actor, AuditRecord.verb, AuditRecord.detail)
        .where(AuditRecord.subject == subject)
        .order_by(AuditRecord.id)
    ).all()
    assert [tuple(line) for line in lines] == [
        ("dispatcher", "region.created", {}),
        ("dispatcher", "region.changed", {"changed": ["name"]}),
    ]
