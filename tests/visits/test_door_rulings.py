"""What is asked and ruled at the door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.compliance.door_protocol import Met, Sign
from app.compliance.door_protocol_file import load_door_protocol
from app.compliance.situation import BlockKind
from app.contact.facts import facts_of
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.runtime.clock import now
from app.runtime.database import Database
from app.visits.door_rulings import outcomes_of
from app.visits.terms import FLAGS, NextStep, Outcome
from tests.client import Client
from tests.factories_visits import HOURS_ONLY, Scene, opened
from tests.phone import arrive, carry_out, tell

Json = dict[str, Any]


@pytest.fixture
def made(database: Database) -> Scene:
    return opened(database)


@pytest.fixture
def phone(client_of: Callable[..., Client], made: Scene) -> Client:
    return client_of("investigator", made.crew[0].id)


def path(made: Scene) -> str:
    return f"/v1/visits/{made.visit_id}/door-rulings"


def noticed(*signs: str, met: str = "borrower", **fields: Any) -> Json:
    return {"client_id": str(uuid4()), "at": now().isoformat(), "met": met, "signs": list(signs)} | fields


def blocks_of(database: Database, made: Scene) -> set[BlockKind]:
    with database.transaction() as tx:
        return {block.kind for block in facts_of(tx, made.cases)[made.case.id].blocks}


def test_a_child_alone_ends_the_visit_without_a_word_on_the_debt(
    phone: Client, made: Scene, database: Database
) -> None:
    arrive(phone, made)
    answer = phone.post(path(made), noticed(met="minor", language="zh"))
    assert answer.status_code == 201, answer.text
    ruled = answer.json()
    assert (ruled["conduct"], ruled["may_stay"], ruled["may_speak_of_debt"]) == ("leave", False, False)
    assert ruled["outcomes"] == ["MINOR_ONLY"]
    assert ruled["answers"][0]["say"].startswith("你好")
    assert blocks_of(database, made) == {BlockKind.MINOR_ONLY_PRESENT}


def test_the_borrower_may_be_spoken_with_and_nothing_is_blocked(phone: Client, made: Scene, database: Database) -> None:
    arrive(phone, made)
    ruled = phone.post(path(made), noticed()).json()
    assert (ruled["conduct"], ruled["may_speak_of_debt"], ruled["blocks"]) == ("go_on", True, [])
    assert blocks_of(database, made) == set()


def test_the_same_question_is_answered_once(phone: Client, made: Scene, database: Database) -> None:
    arrive(phone, made)
    body = noticed("dispute")
    first, again = phone.post(path(made), body), phone.post(path(made), body)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    other = phone.post(path(made), body | {"signs": ["distress"]})
    assert (other.status_code, other.json()["reason"]) == (409, "CLIENT_ID_REUSED")
    assert blocks_of(database, made) == {BlockKind.DISPUTE_OPEN}


def test_nothing_is_asked_before_somebody_has_arrived(phone: Client, made: Scene) -> None:
    answer = phone.post(path(made), noticed())
    assert (answer.status_code, answer.json()["reason"]) == (409, "VISIT_STATE")


def test_a_phone_that_was_offline_tells_it_after_the_visit(phone: Client, made: Scene, database: Database) -> None:
    carry_out(phone, made)
    assert phone.post(path(made), noticed("complaint")).status_code == 201
    assert blocks_of(database, made) == {BlockKind.COMPLAINT_OPEN}


def test_who_is_represented_is_not_spoken_with_after_saying_so(
    client_of: Callable[..., Client], database: Database
) -> None:
    made = opened(database, profiles=(HOURS_ONLY, "US-REGF-1006"))
    phone = client_of("investigator", made.crew[0].id)
    arrive(phone, made)
    ruled = phone.post(path(made), noticed("represented")).json()
    assert [answer["profile"] for answer in ruled["answers"] if answer["rule"] == "representative_named"] == [
        None,
        "US-REGF-1006",
        "house-low-pressure",
    ]
    answer = tell(phone, made, "started")
    assert (answer.status_code, answer.json()["reason"]) == (409, "CONTACT_RULE")


def test_the_borrowers_other_loans_are_held_at_once(phone: Client, made: Scene, database: Database) -> None:
    with database.transaction() as tx:
        case = tx.get_one(Case, made.case.id)
        other = _copied(case)
        tx.add(other)
    arrive(phone, made)
    phone.post(path(made), noticed("asked_to_leave"))
    with database.transaction() as tx:
        states = {row.id: row.state for row in tx.scalars(select(Case).where(Case.borrower_key == case.borrower_key))}
    assert states == {made.case.id: CaseStatus.VISITING, other.id: CaseStatus.HELD}


def _copied(case: Case) -> Case:
    """Another accepted loan of the same borrower."""
    kept = {column.key: getattr(case, column.key) for column in Case.__table__.columns if column.key != "id"}
    return Case(**kept | {"source_reference": f"ESC-{uuid4()}", "status": CaseStatus.ASSIGNED.value})


def test_what_is_blocked_at_the_door_ends_in_an_outcome_that_sends_nobody_again() -> None:
    for rule in load_door_protocol().rules:
        if rule.sign is not None and rule.block is not None:
            steps = {FLAGS[outcome].next for outcome in outcomes_of(Met.BORROWER, [rule.sign])}
            assert steps <= {NextStep.HOLD, NextStep.STOP}, rule.rule


def test_the_outcomes_of_the_signs_come_first() -> None:
    assert outcomes_of(Met.THIRD_PARTY, [Sign.DECEASED]) == [Outcome.DECEASED_REPORTED, Outcome.THIRD_PARTY_ONLY]


def test_a_child_alone_blocks_the_day_and_a_dispute_until_it_is_closed(
    phone: Client, made: Scene, database: Database
) -> None:
    arrive(phone, made)
    phone.post(path(made), noticed("dispute", met="minor"))
    with database.transaction() as tx:
        ends = {block.kind: block.until_on for block in facts_of(tx, made.cases)[made.case.id].blocks}
    assert ends == {BlockKind.MINOR_ONLY_PRESENT: made.day + timedelta(days=1), BlockKind.DISPUTE_OPEN: None}


def test_somebody_elses_visit_is_not_theirs_to_ask_about(client_of: Callable[..., Client], made: Scene) -> None:
    assert client_of("investigator", uuid4()).post(path(made), noticed()).status_code in (403, 404)


def test_the_whole_protocol_fits_into_the_day_pack(phone: Client) -> None:
    protocol = phone.get("/v1/door-protocol").json()
    assert {rule["met"] or rule["sign"] for rule in protocol["rules"]} == {*Met, *Sign}
    assert all({"en", "zh"} == set(rule["say"]) for rule in protocol["rules"])


@pytest.mark.parametrize(
    "fields",
    [{"met": "cat"}, {"signs": ["yawning"]}, {"at": "2026-11-23T10:00:00"}, {"client_id": "x"}, {"mood": "good"}],
)
def test_a_bad_question_is_told_what_is_wrong(phone: Client, made: Scene, fields: Json) -> None:
    arrive(phone, made)
    answer = phone.post(path(made), noticed() | fields)
    pointer = answer.json()["errors"][0]["pointer"]
    assert (answer.status_code, pointer.split("/")[1]) == (422, next(iter(fields)))
