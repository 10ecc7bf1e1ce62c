"""What the phone reads of its day, and what others read of a visit."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.runtime.clock import now
from app.runtime.database import Database
from app.visits.models import Visit
from tests.client import Client
from tests.factories_visits import Scene, opened
from tests.phone import arrive, put, token

ClientOf = Callable[..., Client]


@pytest.fixture
def made(database: Database) -> Scene:
    return opened(database)


@pytest.fixture
def phone(client_of: ClientOf, made: Scene) -> Client:
    return client_of("investigator", made.crew[0].id)


def route(phone: Client, **query: str) -> dict[str, Any]:
    answer = phone.get("/v1/me/route", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


# ---- the route of a day


def test_the_route_of_today_has_the_dossiers(phone: Client, made: Scene) -> None:
    day = route(phone)
    assert day["day"] == str(made.day)
    assert day["investigator_ids"] == [str(person.id) for person in made.crew]
    assert datetime.fromisoformat(day["leave_at"]) == made.start_at - timedelta(minutes=30)
    assert datetime.fromisoformat(day["return_at"]) == made.start_at + timedelta(hours=2)
    (stop,) = day["stops"]
    assert (stop["visit_id"], stop["case_id"], stop["state"]) == (str(made.visit_id), str(made.case.id), "scheduled")
    assert stop["borrower"] == {"name": "王小明", "language": "zh", "flags": []}
    assert stop["place"] == {"lat": 30.2841, "lon": 120.1251, "datum": "wgs84"}
    loan = stop["loan"]
    assert (loan["overdue"], loan["instalment"]) == (
        {"amount": "3200.50", "currency": "CNY"},
        {"amount": "1600.25", "currency": "CNY"},
    )
    assert loan["days_past_due"] == 74


def test_times_are_shown_in_the_zone_of_the_region(phone: Client, made: Scene) -> None:
    (stop,) = route(phone)["stops"]
    shown = datetime.fromisoformat(stop["start_at"])
    assert shown == made.start_at
    assert shown.hour in (11, 12, 13)


def test_both_members_of_a_crew_read_the_same_visit(client_of: ClientOf, made: Scene) -> None:
    first, second = (route(client_of("investigator", person.id)) for person in made.crew)
    assert [stop["visit_id"] for stop in first["stops"]] == [stop["visit_id"] for stop in second["stops"]]


def test_two_loans_of_one_borrower_share_a_stop(client_of: ClientOf, database: Database) -> None:
    made = opened(database, loans=2)
    (stop,) = route(client_of("investigator", made.crew[0].id))["stops"]
    assert stop["also_case_ids"] == [loan["case_id"] for loan in stop["also_loans"]] == [str(made.cases[1].id)]


def test_a_day_without_a_route_is_empty(phone: Client, client_of: ClientOf, made: Scene) -> None:
    empty: dict[str, Any] = {"investigator_ids": [], "leave_at": None, "return_at": None, "stops": [], "recalled": []}
    tomorrow = str(made.day + timedelta(days=1))
    assert route(phone, day=tomorrow) == {"day": tomorrow, **empty}
    assert route(client_of("investigator"), day=tomorrow) == {"day": tomorrow, **empty}


def test_a_recalled_visit_is_named_and_is_no_stop(phone: Client, made: Scene, database: Database) -> None:
    with database.transaction() as tx:
        tx.get_one(Visit, made.visit_id).state = "recalled"
    day = route(phone)
    assert day["stops"] == []
    assert day["recalled"] == [str(made.visit_id)]


def test_the_token_of_the_route_opens_the_door_and_is_gone_then(phone: Client, made: Scene) -> None:
    (stop,) = route(phone)["stops"]
    assert datetime.fromisoformat(stop["door_token"]["expires_at"]) == made.start_at + timedelta(hours=1)
    arrive(phone, made)
    (stop,) = route(phone)["stops"]
    assert (stop["state"], stop["door_token"]) == ("arrived", None)


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "0001-01-01"])
def test_a_day_that_is_none_is_malformed(phone: Client, day: str) -> None:
    answer = phone.get("/v1/me/route", params={"day": day})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?day"


@pytest.mark.parametrize("role", ["dispatcher", "risk", "case-system", "auditor"])
def test_only_people_of_the_field_have_a_route(client_of: ClientOf, role: str) -> None:
    assert client_of(role).get("/v1/me/route").status_code == 403


# ---- a fresh token


def test_a_fresh_token_opens_the_door(phone: Client, made: Scene) -> None:
    answer = phone.post(f"/v1/visits/{made.visit_id}/door-token")
    assert answer.status_code == 200
    assert answer.json()["token"] == token(phone, made)  # the planned time is not over: the same permission


def test_a_late_crew_gets_an_hour_from_now(phone: Client, made: Scene, database: Database) -> None:
    with database.transaction() as tx:
        visit = tx.get_one(Visit, made.visit_id)
        visit.start_at, visit.end_at = visit.start_at - timedelta(hours=2), visit.end_at - timedelta(hours=2)
    assert route(phone)["stops"][0]["door_token"] is None
    fresh = phone.post(f"/v1/visits/{made.visit_id}/door-token").json()
    assert datetime.fromisoformat(fresh["not_before_at"]) < now() < datetime.fromisoformat(fresh["expires_at"])


def test_who_is_at_the_door_needs_no_token(phone: Client, made: Scene) -> None:
    arrive(phone, made)
    answer = phone.post(f"/v1/visits/{made.visit_id}/door-token")
    assert (answer.status_code, answer.json()["reason"]) == (409, "VISIT_STATE")


def test_a_token_is_for_the_crew_only(client_of: ClientOf, made: Scene) -> None:
    path = f"/v1/visits/{made.visit_id}/door-token"
    assert client_of("investigator", uuid4()).post(path).status_code == 404
    assert client_of("risk").post(path).status_code == 403


# ---- one visit


def test_a_visit_is_read_by_its_crew_the_dispatcher_and_risk(
    client_of: ClientOf, phone: Client, dispatcher: Client, risk: Client, made: Scene
) -> None:
    arrive(phone, made)
    put(phone, made)
    path = f"/v1/visits/{made.visit_id}"
    mine, theirs = phone.get(path), risk.get(path)
    assert mine.json() == theirs.json()
    assert mine.headers["etag"] == mine.json()["etag"]
    assert mine.json()["findings"]["number"] == 1
    assert mine.json()["events"][0]["ruling"]["allowed"] is True
    assert client_of("admin").get(path).json() == mine.json()


def test_a_dispatcher_sees_the_place_and_not_the_finances(phone: Client, dispatcher: Client, made: Scene) -> None:
    arrive(phone, made)
    put(phone, made)
    visit = dispatcher.get(f"/v1/visits/{made.visit_id}").json()
    assert visit["place"]["lat"] == 30.2841
    assert visit["findings"] is None


def test_a_visit_of_others_is_none(client_of: ClientOf, made: Scene) -> None:
    path = f"/v1/visits/{made.visit_id}"
    assert client_of("investigator", uuid4()).get(path).status_code == 404
    assert client_of("dispatcher").get(f"/v1/visits/{uuid4()}").status_code == 404
    assert client_of("case-system").get(path).status_code == 403
    assert client_of("auditor").get(path).status_code == 403
