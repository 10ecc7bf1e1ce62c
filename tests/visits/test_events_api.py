"""What happens when the phone tells what happens."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.main import create_app
from app.runtime.audit import AuditRecord
from app.runtime.auth import TokenKey
from app.runtime.clock import now
from app.runtime.database import Database
from app.runtime.settings import Settings
from app.visits.models import Visit
from tests.client import Client
from tests.factories_visits import Scene, event, investigator, opened, zone_where_it_is
from tests.phone import arrive, put, tell, token

ClientOf = Callable[..., Client]


@pytest.fixture
def made(database: Database) -> Scene:
    return opened(database)


@pytest.fixture
def phone(client_of: ClientOf, made: Scene) -> Client:
    return client_of("investigator", made.crew[0].id)


def status(database: Database, made: Scene) -> str:
    with database.transaction() as tx:
        return tx.get_one(Case, made.case.id).status


# ---- the way of one visit


def test_a_visit_from_the_first_step_to_the_last(phone: Client, made: Scene, database: Database) -> None:
    departed = tell(phone, made, "departed")
    assert (departed.status_code, departed.json()["state"]) == (201, "departed")
    assert status(database, made) == CaseStatus.VISITING
    arrive(phone, made)
    assert tell(phone, made, "started").json()["state"] == "started"
    put(phone, made)
    finished = tell(phone, made, "finished")
    assert finished.status_code == 201
    visit = finished.json()
    assert (visit["state"], visit["outcome"], visit["attempted"]) == ("finished", "MET_ASSESSED", True)
    assert [told["kind"] for told in visit["events"]] == ["departed", "arrived", "started", "finished"]
    assert finished.headers["etag"] == visit["etag"]


def test_positions_are_kept_at_check_in_and_check_out_only(phone: Client, made: Scene) -> None:
    here = {"lat": 30.2841, "lon": 120.1251, "accuracy_metres": 12.0, "datum": "gcj02"}
    tell(phone, made, "departed", position=here)
    answer = tell(phone, made, "arrived", position=here, door_token=token(phone, made))
    assert [told["position"] for told in answer.json()["events"]] == [None, here]


def test_both_members_of_the_crew_carry_out_the_same_visit(client_of: ClientOf, phone: Client, made: Scene) -> None:
    colleague = client_of("investigator", made.crew[1].id)
    arrive(colleague, made)
    answer = tell(phone, made, "started")
    assert [told["actor"] for told in answer.json()["events"]] == [
        f"investigator:{made.crew[1].id}",
        f"investigator:{made.crew[0].id}",
    ]


# ---- repetition


def test_the_same_event_again_changes_nothing(phone: Client, made: Scene) -> None:
    told = event("departed")
    first = phone.post(f"/v1/visits/{made.visit_id}/events", told)
    again = phone.post(f"/v1/visits/{made.visit_id}/events", told)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_the_same_client_id_for_something_else_is_a_conflict(phone: Client, made: Scene) -> None:
    told = event("departed")
    phone.post(f"/v1/visits/{made.visit_id}/events", told)
    for other in (told | {"kind": "aborted"}, told | {"at": (now() - timedelta(minutes=1)).isoformat()}):
        answer = phone.post(f"/v1/visits/{made.visit_id}/events", other)
        assert (answer.status_code, answer.json()["reason"]) == (409, "CLIENT_ID_REUSED")


def test_an_idempotency_key_gives_the_stored_answer(phone: Client, made: Scene) -> None:
    told, key = event("departed"), {"Idempotency-Key": str(uuid4())}
    first = phone.post(f"/v1/visits/{made.visit_id}/events", told, headers=key)
    again = phone.post(f"/v1/visits/{made.visit_id}/events", told, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotent-replayed"] == "true"


def test_the_same_event_told_by_many_at_once_is_kept_once(
    own_database: Database, settings: Settings, token_key: TokenKey
) -> None:
    made = opened(own_database)
    phone = Client(
        create_app(settings, own_database, token_key), token_key.issue("investigator", investigator_id=made.crew[0].id)
    )
    told = event("departed")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: phone.post(f"/v1/visits/{made.visit_id}/events", told), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len(answers[0].json()["events"]) == 1


# ---- order and time


@pytest.mark.parametrize("kind", ["started", "finished"])
def test_an_event_out_of_order_is_a_conflict(phone: Client, made: Scene, kind: str) -> None:
    answer = tell(phone, made, kind)
    assert (answer.status_code, answer.json()["reason"]) == (409, "VISIT_STATE")


@pytest.mark.parametrize(("minutes", "signals"), [(6, ["CLOCK_AHEAD"]), (4, [])])
def test_a_clock_that_is_ahead_is_flagged_and_not_punished(
    phone: Client, made: Scene, minutes: int, signals: list[str]
) -> None:
    answer = tell(phone, made, "departed", at=now() + timedelta(minutes=minutes))
    assert answer.status_code == 201
    assert answer.json()["events"][0]["signals"] == signals


def test_an_event_cannot_lie_before_what_was_told_already(phone: Client, made: Scene) -> None:
    arrive(phone, made)
    answer = tell(phone, made, "started", at=now() - timedelta(hours=1))
    assert (answer.status_code, answer.json()["reason"]) == (409, "EVENT_ORDER")


# ---- permission to knock


def test_nobody_knocks_without_a_token(phone: Client, made: Scene, database: Database) -> None:
    answer = tell(phone, made, "arrived")
    assert (answer.status_code, answer.json()["reason"]) == (409, "DOOR_TOKEN_MISSING")
    answer = tell(phone, made, "arrived", door_token="made up")
    assert (answer.status_code, answer.json()["reason"]) == (409, "DOOR_TOKEN_INVALID")
    assert status(database, made) == CaseStatus.PUBLISHED


def test_a_token_holds_for_its_own_time(phone: Client, made: Scene) -> None:
    answer = tell(phone, made, "arrived", at=now() - timedelta(hours=2), door_token=token(phone, made))
    assert (answer.status_code, answer.json()["reason"]) == (409, "DOOR_TOKEN_EARLY")


def test_an_emergency_is_let_through_and_kept_on_record(phone: Client, made: Scene, database: Database) -> None:
    answer = tell(phone, made, "arrived", emergency_reason="called for help from inside")
    assert answer.status_code == 201
    assert answer.json()["events"][0]["emergency_reason"] == "called for help from inside"
    with database.transaction() as tx:
        line = tx.scalars(select(AuditRecord).where(AuditRecord.verb == "visit.emergency")).one()
        assert line.subject == f"visit:{made.visit_id}"
        assert line.detail == {"reason": "called for help from inside", "allowed": True}


def test_a_case_that_was_held_on_the_way_is_not_visited(client_of: ClientOf, phone: Client, made: Scene) -> None:
    signed = token(phone, made)
    told = {"client_id": str(uuid4()), "at": now().isoformat(), "kind": "complaint_opened"}
    case_system = client_of("case-system")
    assert case_system.post(f"/v1/cases/{made.case.id}/account-updates", told).status_code == 201
    answer = tell(phone, made, "arrived", door_token=signed)
    assert (answer.status_code, answer.json()["reason"]) == (409, "CONTACT_RULE")


def test_who_comes_long_before_the_legal_hours_has_not_arrived(client_of: ClientOf, database: Database) -> None:
    """From 08:00 on; an hour early the token holds already, but the presence would begin too soon."""
    made = opened(database, local_hour=7)
    phone = client_of("investigator", made.crew[0].id)
    opens_at = made.start_at.astimezone(ZoneInfo(made.region.time_zone)).replace(hour=8, minute=0, second=0)
    with database.transaction() as tx:
        visit = tx.get_one(Visit, made.visit_id)
        visit.start_at, visit.end_at = opens_at, opens_at + timedelta(minutes=40)
    signed = token(phone, made)
    early = tell(phone, made, "arrived", at=opens_at - timedelta(minutes=20), door_token=signed)
    assert (early.status_code, early.json()["reason"]) == (409, "CONTACT_RULE")
    assert tell(phone, made, "arrived", at=opens_at - timedelta(minutes=10), door_token=signed).status_code == 201


def test_where_a_ruling_at_the_door_said_to_leave_the_visit_does_not_begin(phone: Client, made: Scene) -> None:
    arrive(phone, made)
    asked = {"client_id": str(uuid4()), "at": now().isoformat(), "met": "minor", "signs": []}
    ruled = phone.post(f"/v1/visits/{made.visit_id}/door-rulings", asked).json()
    assert ruled["may_stay"] is False
    answer = tell(phone, made, "started")
    assert (answer.status_code, answer.json()["reason"]) == (409, "DOOR_RULING")
    assert tell(phone, made, "aborted").status_code == 201


def test_at_a_forbidden_hour_there_is_no_token_and_no_visit(client_of: ClientOf, database: Database) -> None:
    made = opened(database, local_hour=2)
    phone = client_of("investigator", made.crew[0].id)
    stop = phone.get("/v1/me/route", params={"day": str(made.day)}).json()["stops"][0]
    assert stop["door_token"] is None
    assert stop["ruling"]["allowed"] is False
    answer = phone.post(f"/v1/visits/{made.visit_id}/door-token")
    assert (answer.status_code, answer.json()["reason"]) == (409, "CONTACT_RULE")
    assert answer.json()["errors"][0]["detail"].startswith("hours: ")


def test_the_rules_are_asked_again_at_the_door(phone: Client, made: Scene, database: Database) -> None:
    signed = token(phone, made)
    with database.transaction() as tx:
        tx.merge(made.region).time_zone = zone_where_it_is(2)
    answer = tell(phone, made, "arrived", door_token=signed)
    assert (answer.status_code, answer.json()["reason"]) == (409, "CONTACT_RULE")
    emergency = tell(phone, made, "arrived", emergency_reason="smoke from the window")
    assert emergency.status_code == 201
    assert emergency.json()["events"][0]["ruling"]["allowed"] is False


# ---- what those at the door have with them, and record


@pytest.fixture
def recorded(database: Database) -> Scene:
    """Taiwan: the whole visit is recorded, with a badge and a letter of authority."""
    return opened(database, profiles=("TW-outsourced",))


def noticed(client_of: Callable[..., Client], made: Scene) -> Client:
    """The phone of the crew, once the notices are given that the profile asks for."""
    body = {"at": (now() - timedelta(days=10)).isoformat(), "channel": "letter", "content": ["agency", "amount"]}
    assert client_of("dispatcher").post(f"/v1/cases/{made.case.id}/notices", body).status_code == 201
    return client_of("investigator", made.crew[0].id)


def test_a_door_token_names_the_duties_of_those_at_the_door(client_of: Callable[..., Client], recorded: Scene) -> None:
    phone = noticed(client_of, recorded)
    stop = phone.get("/v1/me/route", params={"day": str(recorded.day)}).json()["stops"][0]
    assert {"recording", "badge", "authority_letter"} <= set(stop["door_token"]["duties"])
    renewed = phone.post(f"/v1/visits/{recorded.visit_id}/door-token", {"recording": True, "badge": True}).json()
    assert "authority_letter" in renewed["duties"]
    assert not {"recording", "badge"} & set(renewed["duties"])


@pytest.mark.parametrize("missing", ["recording", "badge", "authority_letter"])
def test_who_does_not_record_or_has_no_papers_gets_no_door_token(
    client_of: Callable[..., Client], recorded: Scene, missing: str
) -> None:
    phone = noticed(client_of, recorded)
    answer = phone.post(f"/v1/visits/{recorded.visit_id}/door-token", {missing: False})
    assert (answer.status_code, answer.json()["reason"]) == (409, "CONTACT_RULE")
    assert answer.json()["errors"][0]["detail"].startswith(f"{missing}: ")


@pytest.mark.parametrize("kind", ["arrived", "started"])
def test_a_visit_that_is_not_recorded_does_not_begin(
    client_of: Callable[..., Client], recorded: Scene, kind: str
) -> None:
    phone = noticed(client_of, recorded)
    signed = token(phone, recorded)
    if kind == "started":
        assert tell(phone, recorded, "arrived", door_token=signed, papers={"recording": True}).status_code == 201
    answer = tell(phone, recorded, kind, door_token=signed, papers={"recording": False})
    assert (answer.status_code, answer.json()["reason"]) == (409, "CONTACT_RULE")


def test_where_no_profile_asks_for_it_nobody_needs_to_record(phone: Client, made: Scene) -> None:
    assert tell(phone, made, "arrived", door_token=token(phone, made), papers={"recording": False}).status_code == 201


# ---- money arrives while the phone holds a token


def paid(case_system: Client, made: Scene) -> None:
    body = {
        "client_id": str(uuid4()),
        "at": now().isoformat(),
        "kind": "payment",
        "amount": {"amount": "3200.50", "currency": "CNY"},
    }
    assert case_system.post(f"/v1/cases/{made.case.id}/account-updates", body).status_code == 201


def test_a_payment_recalls_the_visit_at_the_next_sync_of_the_phone(
    phone: Client, made: Scene, case_system: Client, carry_on: Callable[[], int]
) -> None:
    signed = token(phone, made)
    paid(case_system, made)
    carry_on()
    day = phone.get("/v1/me/route", params={"day": str(made.day)}).json()
    assert (day["stops"], day["recalled"]) == ([], [str(made.visit_id)])
    answer = tell(phone, made, "arrived", door_token=signed)
    assert (answer.status_code, answer.json()["reason"]) == (409, "VISIT_STATE")
    renewed = phone.post(f"/v1/visits/{made.visit_id}/door-token")
    assert (renewed.status_code, renewed.json()["reason"]) == (409, "VISIT_STATE")


def test_a_payment_stops_the_visit_also_before_the_worker_has_recalled_it(
    phone: Client, made: Scene, case_system: Client
) -> None:
    signed = token(phone, made)
    paid(case_system, made)
    answer = tell(phone, made, "arrived", door_token=signed)
    assert (answer.status_code, answer.json()["reason"]) == (409, "CASE_STATE")


def test_a_phone_that_stays_offline_holds_a_token_for_an_hour_at_most(phone: Client, made: Scene) -> None:
    stop = phone.get("/v1/me/route", params={"day": str(made.day)}).json()["stops"][0]
    assert datetime.fromisoformat(stop["door_token"]["expires_at"]) == made.start_at + timedelta(minutes=60)
    late = made.start_at + timedelta(minutes=60, seconds=1)
    answer = tell(phone, made, "arrived", at=late, door_token=stop["door_token"]["token"])
    assert (answer.status_code, answer.json()["reason"]) == (409, "DOOR_TOKEN_EXPIRED")


def test_a_visit_is_not_finished_without_an_outcome(phone: Client, made: Scene) -> None:
    arrive(phone, made)
    assert tell(phone, made, "finished").json()["reason"] == "FINDINGS_MISSING"
    put(phone, made, outcome=None)
    answer = tell(phone, made, "finished")
    assert (answer.status_code, answer.json()["reason"]) == (409, "FINDINGS_MISSING")


# ---- who may not, and what is malformed


@pytest.mark.parametrize("role", ["dispatcher", "risk", "case-system", "auditor"])
def test_only_investigators_tell_what_happens(client_of: ClientOf, made: Scene, role: str) -> None:
    assert tell(client_of(role), made, "departed").status_code == 403


def test_nobody_tells_of_the_visits_of_others(client_of: ClientOf, database: Database, made: Scene) -> None:
    with database.transaction() as tx:
        stranger = investigator(tx, made.region)
    for client in (client_of("investigator", stranger.id), client_of("investigator"), client_of("admin")):
        answer = tell(client, made, "nonsense")
        assert (answer.status_code, answer.json()["reason"]) == (404, "NO_SUCH_VISIT")


def test_without_a_token_nobody_comes_in(application: FastAPI, made: Scene) -> None:
    assert tell(Client(application, None), made, "departed").status_code == 401


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "vanished"}, "/kind"),
        ({"at": "2026-11-23T09:30:00"}, "/at"),
        ({"client_event_id": "one"}, "/client_event_id"),
        ({"position": {"lat": 91, "lon": 0}}, "/position/lat"),
        ({"emergency_reason": " "}, "/emergency_reason"),
        ({"colour": "red"}, "/colour"),
        ({"note": "a\x00b"}, "/"),
    ],
)
def test_a_malformed_event_is_told_where(phone: Client, made: Scene, changes: dict[str, Any], pointer: str) -> None:
    answer = phone.post(f"/v1/visits/{made.visit_id}/events", event("departed") | changes)
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
