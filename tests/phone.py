"""What an investigator's phone does in tests."""

from typing import Any

import httpx

from tests.client import Client
from tests.factories_visits import Scene, event, findings


def token(phone: Client, made: Scene) -> str:
    """The door token of the visit, from the route of the day."""
    stops = phone.get("/v1/me/route", params={"day": str(made.day)}).json()["stops"]
    signed: str = next(stop["door_token"]["token"] for stop in stops if stop["visit_id"] == str(made.visit_id))
    return signed


def tell(phone: Client, made: Scene, kind: str, **changes: Any) -> httpx.Response:
    return phone.post(f"/v1/visits/{made.visit_id}/events", event(kind, **changes))


def arrive(phone: Client, made: Scene) -> None:
    answer = tell(phone, made, "arrived", door_token=token(phone, made))
    assert answer.status_code == 201, answer.text


def put(phone: Client, made: Scene, **changes: Any) -> None:
    answer = phone.put(f"/v1/visits/{made.visit_id}/findings", findings(**changes))
    assert answer.status_code == 200, answer.text


def carry_out(phone: Client, made: Scene, **changes: Any) -> dict[str, Any]:
    """The whole visit with these findings; the visit after it."""
    arrive(phone, made)
    put(phone, made, **changes)
    answer = tell(phone, made, "finished")
    assert answer.status_code == 201, answer.text
    visit: dict[str, Any] = answer.json()
    return visit
