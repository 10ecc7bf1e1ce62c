"""What was found at the door, as the phone puts it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.runtime.database import Database
from app.visits.models import Findings
from tests.client import Client
from tests.factories_visits import Scene, findings, money, opened, statement
from tests.phone import arrive, carry_out, tell


@pytest.fixture
def made(database: Database) -> Scene:
    return opened(database)


@pytest.fixture
def phone(client_of: Callable[..., Client], made: Scene) -> Client:
    return client_of("investigator", made.crew[0].id)


@pytest.fixture
def path(made: Scene) -> str:
    return f"/v1/visits/{made.visit_id}/findings"


@pytest.fixture
def at_the_door(phone: Client, made: Scene) -> Client:
    arrive(phone, made)
    return phone


def test_findings_are_kept_as_they_were_put(at_the_door: Client, path: str) -> None:
    answer = at_the_door.put(path, findings())
    assert answer.status_code == 200
    kept = answer.json()["findings"]
    assert kept["number"] == 1
    assert kept["content"]["overdue_reasons"][0]["code"] == "INCOME_DROP"
    assert kept["content"]["statement"]["lines"][0]["amount"] == "6500.00"
    assert answer.json()["outcome"] is None  # it counts when the visit is finished


def test_a_statement_grows_and_every_version_stays(at_the_door: Client, path: str, database: Database) -> None:
    first = at_the_door.put(path, findings(outcome=None, statement=None))
    again = at_the_door.put(path, findings(outcome=None, statement=None))
    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    second = at_the_door.put(path, findings(), headers={"If-Match": first.headers["etag"]})
    assert (second.status_code, second.json()["findings"]["number"]) == (200, 2)
    with database.transaction() as tx:
        bodies = tx.scalars(select(Findings.body).order_by(Findings.number)).all()
        assert [body["outcome"] for body in bodies] == [None, "MET_ASSESSED"]


def test_a_change_names_its_version(at_the_door: Client, path: str, made: Scene) -> None:
    first = at_the_door.put(path, findings())
    assert at_the_door.put(path, findings(note="changed")).status_code == 428
    assert tell(at_the_door, made, "started").status_code == 201
    stale = at_the_door.put(path, findings(note="changed"), headers={"If-Match": first.headers["etag"]})
    assert (stale.status_code, stale.json()["reason"]) == (412, "STALE")


def test_the_first_findings_may_name_their_version_too(at_the_door: Client, path: str) -> None:
    assert at_the_door.put(path, findings(), headers={"If-Match": '"another"'}).status_code == 412


def test_findings_are_put_at_the_door_only(phone: Client, made: Scene, path: str) -> None:
    early = phone.put(path, findings())
    assert (early.status_code, early.json()["reason"]) == (409, "VISIT_STATE")
    carry_out(phone, made)
    late = phone.put(path, findings(note="changed"))
    assert (late.status_code, late.json()["reason"]) == (409, "VISIT_STATE")
    assert phone.put(path, findings()).status_code == 200


@pytest.mark.parametrize(
    ("changes", "reason", "pointer"),
    [
        ({"outcome": "MINOR_ONLY", "met": "minor", "overdue_reasons": []}, "DISCLOSURE", "/statement"),
        ({"promise": {"amount": money("5.00"), "due_on": "2020-01-01"}}, "PROMISE_IN_THE_PAST", "/promise/due_on"),
        ({"statement": statement() | {"currency": "USD"}}, "CURRENCY_DIFFERS", "/statement/currency"),
        ({"outcome": "NO_ANSWER"}, "OUTCOME_CONTRADICTS_MET", "/outcome"),
        ({"outcome": "GONE_FISHING"}, "MALFORMED", "/outcome"),
        (
            {"overdue_reasons": [{"code": "ILLNESS", "primary": True, "since_on": "2199-01-01"}]},
            "MALFORMED",
            "/overdue_reasons/0/since_on",
        ),
        (
            {
                "overdue_reasons": [
                    {"code": "ILLNESS", "primary": True, "since_on": "2026-02-01", "expected_end_on": "1999-01-01"}
                ]
            },
            "MALFORMED",
            "/overdue_reasons/0/expected_end_on",
        ),
        ({"overdue_reasons": [{"code": "ILLNESS"}, {"code": "GAMBLING"}]}, "MALFORMED", "/overdue_reasons"),
        (
            {"overdue_reasons": [{"code": "ILLNESS", "primary": True}, {"code": "GAMBLING", "primary": True}]},
            "MALFORMED",
            "/overdue_reasons",
        ),
        (
            {"overdue_reasons": [{"code": "ILLNESS", "primary": True}, {"code": "ILLNESS"}]},
            "MALFORMED",
            "/overdue_reasons",
        ),
        ({"arrangement": {"components": [{"kind": "magic"}]}}, "MALFORMED", "/arrangement/components/0/kind"),
        ({"arrangement": {"components": []}}, "MALFORMED", "/arrangement/components"),
        ({"promise": {"amount": money("0.00"), "due_on": "2190-01-01"}}, "MALFORMED", "/promise/amount"),
        (
            {"statement": statement({"kind": "income", "category": "wages", "verification": 6})},
            "MALFORMED",
            "/statement/lines/0/verification",
        ),
        (
            {"statement": statement({"kind": "income", "category": "wages", "amount": 6500})},
            "MALFORMED",
            "/statement/lines/0/amount",
        ),
    ],
)
def test_findings_that_cannot_be(
    at_the_door: Client, path: str, changes: dict[str, Any], reason: str, pointer: str
) -> None:
    answer = at_the_door.put(path, findings(**changes))
    assert (answer.status_code, answer.json()["reason"]) == (422, reason)
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


def test_an_empty_body_is_a_beginning(at_the_door: Client, path: str) -> None:
    assert at_the_door.put(path, {}).status_code == 200


def test_only_the_crew_puts_findings(client_of: Callable[..., Client], path: str) -> None:
    assert client_of("dispatcher").put(path, findings()).status_code == 403
    assert client_of("investigator", uuid4()).put(path, {"nonsense": True}).status_code == 404
