"""Bodies of regions and people that tests start from; every field may be replaced."""

from datetime import date, timedelta
from typing import Any

from app.runtime.clock import today
from tests.client import Client
from tests.factories import WEST_LAKE

EAST_LAKE: dict[str, Any] = {
    "code": "330105",
    "name": "拱墅区",
    "polygon": {
        "type": "Polygon",
        "coordinates": [[[120.16, 30.20], [120.26, 30.20], [120.26, 30.33], [120.16, 30.33], [120.16, 30.20]]],
    },
    "time_zone": "Asia/Shanghai",
    "office": {"address": "杭州市拱墅区登云路1号", "place": {"lat": 30.2741, "lon": 120.2051}},
}


def region(**changes: Any) -> dict[str, Any]:
    """A region of Hangzhou."""
    return WEST_LAKE | changes


def investigator(code: str = "HZ-01", **changes: Any) -> dict[str, Any]:
    """A person of the West Lake region."""
    body: dict[str, Any] = {
        "code": code,
        "name": "陈静",
        "region": "330106",
        "home": {"address": "杭州市西湖区学院路5号", "place": {"lat": 30.2860, "lon": 120.1275}},
        "skills": ["household_statement"],
        "languages": ["zh"],
    }
    return body | changes


def certificate(**changes: Any) -> dict[str, Any]:
    """A certificate for field visits that is valid now and for a hundred days more."""
    on = today("Asia/Shanghai")
    body: dict[str, Any] = {
        "kind": "field_visit",
        "number": "FV-2026-0017",
        "issuer": "走访培训中心",
        "valid_from_on": (on - timedelta(days=100)).isoformat(),
        "valid_until_on": (on + timedelta(days=100)).isoformat(),
    }
    return body | changes


def shift(day: date = date(2026, 11, 23), **changes: Any) -> dict[str, Any]:
    """A working day in Hangzhou with a lunch break."""
    body: dict[str, Any] = {
        "start_at": f"{day}T08:30:00+08:00",
        "end_at": f"{day}T18:00:00+08:00",
        "breaks": [
            {
                "earliest_at": f"{day}T11:30:00+08:00",
                "latest_at": f"{day}T13:00:00+08:00",
                "duration_seconds": 2700,
            }
        ],
    }
    return body | changes


def absence(**changes: Any) -> dict[str, Any]:
    """An afternoon of training."""
    body: dict[str, Any] = {
        "from_at": "2026-11-23T13:00:00+08:00",
        "until_at": "2026-11-23T19:00:00+08:00",
        "kind": "training",
    }
    return body | changes


def posted(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What was created there."""
    answer = client.post(path, body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def certified(client: Client, body: dict[str, Any], **changes: Any) -> str:
    """The id of a new person who has a certificate for field visits."""
    person_id = str(posted(client, "/v1/investigators", body)["id"])
    posted(client, f"/v1/investigators/{person_id}/certificates", certificate(**changes))
    return person_id
