"""A consent that is given at the door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.compliance.situation import ConsentKind
from app.contact.facts import facts_of
from app.runtime.clock import now
from app.runtime.database import Database
from tests.client import Client
from tests.factories_visits import Scene, opened
from tests.phone import arrive, carry_out

Json = dict[str, Any]


@pytest.fixture
def made(database: Database) -> Scene:
    return opened(database)


@pytest.fixture
def phone(client_of: Callable[..., Client], made: Scene) -> Client:
    return client_of("investigator", made.crew[0].id)


def path(made: Scene) -> str:
    return f"/v1/visits/{made.visit_id}/consents"


def consent(**fields: Any) -> Json:
    return {"kind": "interior_photo", "given_at": now().isoformat()} | fields


def test_a_consent_at_the_door_is_on_record_for_all_loans(
    phone: Client, made: Scene, case_system: Client, database: Database
) -> None:
    arrive(phone, made)
    answer = phone.post(path(made), consent())
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["how"], shown["evidence"]) == ("in_person", f"visit:{made.visit_id}")
    (listed,) = case_system.get(f"/v1/cases/{made.case.id}/consents").json()["items"]
    assert (listed["id"], listed["recorded_by"]) == (shown["id"], f"investigator:{made.crew[0].id}")
    with database.transaction() as tx:
        (known,) = facts_of(tx, made.cases)[made.case.id].consents
    assert known.kind is ConsentKind.INTERIOR_PHOTO


def test_it_is_told_once_for_each_key_also_after_the_visit(phone: Client, made: Scene) -> None:
    at = now()
    carry_out(phone, made)
    key, body = {"Idempotency-Key": str(uuid4())}, consent(given_at=at.isoformat())
    first, again = (phone.post(path(made), body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())


def test_nobody_agrees_to_anything_before_somebody_has_arrived(phone: Client, made: Scene) -> None:
    answer = phone.post(path(made), consent())
    assert (answer.status_code, answer.json()["reason"]) == (409, "VISIT_STATE")


@pytest.mark.parametrize("hours", [-1, 1])
def test_it_is_given_between_the_arrival_and_now(phone: Client, made: Scene, hours: int) -> None:
    arrive(phone, made)
    answer = phone.post(path(made), consent(given_at=(now() + timedelta(hours=hours)).isoformat()))
    assert (answer.status_code, answer.json()["reason"]) == (422, "NOT_AT_THE_DOOR")
    assert answer.json()["errors"][0]["pointer"] == "/given_at"


def test_only_who_carries_the_visit_out_may_tell_it(
    client_of: Callable[..., Client], made: Scene, case_system: Client
) -> None:
    stranger = client_of("investigator", uuid4()).post(path(made), consent())
    assert (stranger.status_code, stranger.json()["reason"]) == (404, "NO_SUCH_VISIT")
    assert case_system.post(path(made), consent()).status_code == 403


@pytest.mark.parametrize("fields", [{"kind": "anything"}, {"until_at": "2026-11-01T00:00:00Z"}, {"from_at": None}])
def test_a_consent_that_makes_no_sense_is_malformed(phone: Client, made: Scene, fields: Json) -> None:
    arrive(phone, made)
    answer = phone.post(path(made), consent(**fields))
    assert (answer.status_code, answer.json()["reason"]) == (422, "MALFORMED")
