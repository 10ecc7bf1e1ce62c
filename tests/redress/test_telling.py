"""What account updates and doors tell becomes the same records as what comes by the API, each once."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from app.intake.models import Case
from app.redress.service import take_redress
from app.runtime.clock import now
from app.runtime.database import Database
from tests.client import Client
from tests.factories_visits import Scene, opened
from tests.phone import carry_out
from tests.redress.cases import COMPLAINT, RESOLUTION, ClientOf, Json, made, standing_blocks
from tests.redress.cases import stored_case as store

CarryOn = Callable[[], int]


@pytest.fixture
def case(database: Database) -> Case:
    return store(database)


def update(client: Client, case: Case, kind: str, **changes: Any) -> None:
    body = {"client_id": str(uuid4()), "at": now().isoformat(), "kind": kind, **changes}
    made(client.post(f"/v1/cases/{case.id}/account-updates", body))


def records(client: Client, case: Case, kind: str) -> list[Json]:
    items: list[Json] = made(client.get(f"/v1/cases/{case.id}/{kind}"), 200)["items"]
    return items


# ---- cries for help


def test_a_cry_for_help_in_a_complaint_opens_an_urgent_review_once(
    risk: Client, case: Case, database: Database, carry_on: CarryOn
) -> None:
    words = "If you come again I will kill myself"
    made(risk.post(f"/v1/cases/{case.id}/complaints", COMPLAINT | {"text": words}))
    carry_on()
    take_redress(database, case.id)
    (review,) = records(risk, case, "hardship-reviews")
    assert (review["urgent"], review["grounds"]) == (True, ["self_harm_words"])
    assert words not in review["text"]


# ---- complaints


def test_a_complaint_of_the_case_system_is_a_complaint_once(
    case_system: Client, risk: Client, case: Case, database: Database, carry_on: CarryOn
) -> None:
    update(case_system, case, "complaint_opened", detail="the fee was never agreed")
    carry_on()
    take_redress(database, case.id)
    (complaint,) = records(risk, case, "complaints")
    assert (complaint["channel"], complaint["text"]) == ("case_system", "the fee was never agreed")
    assert (complaint["opened_by"], complaint["state"]) == ("case-system", "open")
    assert complaint["told_by"].startswith("account_update:")
    assert standing_blocks(database, case) == ["complaint_open"]


def test_what_the_case_system_closes_is_answered_elsewhere(
    case_system: Client, risk: Client, case: Case, database: Database, carry_on: CarryOn
) -> None:
    update(case_system, case, "complaint_opened")
    update(case_system, case, "complaint_closed", detail="refunded on 2026-11-20")
    update(case_system, case, "complaint_opened", detail="again")
    carry_on()
    first, second = records(risk, case, "complaints")
    assert (first["outcome"], first["answer"]) == ("answered_elsewhere", "refunded on 2026-11-20")
    assert first["resolved_by"] == "case-system"
    assert (second["state"], second["text"]) == ("open", "again")
    assert standing_blocks(database, case) == ["complaint_open"]
    update(case_system, case, "complaint_closed")
    carry_on()
    assert {row["state"] for row in records(risk, case, "complaints")} == {"resolved"}
    assert standing_blocks(database, case) == []


def test_the_case_system_does_not_close_what_was_complained_of_here(
    case_system: Client, risk: Client, case: Case, database: Database, carry_on: CarryOn
) -> None:
    complaint = made(risk.post(f"/v1/cases/{case.id}/complaints", COMPLAINT))
    update(case_system, case, "complaint_closed")
    carry_on()
    assert [row["state"] for row in records(risk, case, "complaints")] == ["open"]
    assert standing_blocks(database, case) == ["complaint_open"]
    path = f"/v1/complaints/{complaint['id']}"
    made(risk.post(f"{path}:acknowledge"), 200)
    made(risk.post(f"{path}:resolve", RESOLUTION), 200)
    assert standing_blocks(database, case) == []


# ---- the door


def visited(database: Database, client_of: ClientOf, **findings: Any) -> Scene:
    scene = opened(database)
    carry_out(client_of("investigator", scene.crew[0].id), scene, **findings)
    return scene


def test_a_complaint_at_the_door_is_a_complaint_once(
    database: Database, client_of: ClientOf, risk: Client, carry_on: CarryOn
) -> None:
    scene = visited(database, client_of, complaint="you came while my children slept")
    carry_on()
    take_redress(database, scene.case.id)
    (complaint,) = records(risk, scene.case, "complaints")
    assert (complaint["channel"], complaint["text"]) == ("door", "you came while my children slept")
    assert complaint["visit_id"] == str(scene.visit_id)
    assert complaint["opened_by"] == f"investigator:{scene.crew[0].id}"
    refused = client_of("dispatcher", scene.crew[1].id).post(f"/v1/complaints/{complaint['id']}:acknowledge")
    assert (refused.status_code, refused.json()["reason"]) == (403, "HANDLER_HAS_INTEREST")


def test_findings_of_a_visit_that_goes_on_are_no_complaint_yet(
    database: Database, client_of: ClientOf, risk: Client, carry_on: CarryOn
) -> None:
    scene = visited(database, client_of)
    carry_on()
    assert records(risk, scene.case, "complaints") == []
    assert records(risk, scene.case, "hardship-reviews") == []


@pytest.mark.parametrize(
    ("findings", "grounds", "urgent"),
    [
        ({"outcome": "VULNERABLE_STOPPED"}, ["income_fall"], False),
        ({"vulnerability": ["hears voices"]}, ["income_fall"], False),
        ({"vulnerability": ["serious illness"]}, ["illness", "income_fall"], False),
        ({"vulnerability": ["患重病"], "overdue_reasons": [{"code": "ILLNESS", "primary": True}]}, ["illness"], False),
        ({"outcome": "VULNERABLE_STOPPED", "note": "he spoke of suicide"}, ["self_harm_words", "income_fall"], True),
        ({"vulnerability": ["speaks of suicide"], "overdue_reasons": []}, ["self_harm_words"], True),
    ],
)
def test_a_vulnerable_borrower_at_the_door_opens_a_review_once(
    database: Database,
    client_of: ClientOf,
    risk: Client,
    carry_on: CarryOn,
    findings: Json,
    grounds: list[str],
    urgent: bool,
) -> None:
    scene = visited(database, client_of, **findings)
    carry_on()
    take_redress(database, scene.case.id)
    (review,) = records(risk, scene.case, "hardship-reviews")
    assert (review["state"], review["grounds"], review["urgent"]) == ("open", grounds, urgent)
    assert review["told_by"] == f"visit:{scene.visit_id}"
    assert standing_blocks(database, scene.case) == ["vulnerable_suspected"]


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        (["hears voices", "alone"], "hears voices; alone"),
        ([], "the visit was stopped because somebody seemed vulnerable"),
    ],
)
def test_a_review_from_a_door_tells_the_signs_and_never_what_was_noted(
    database: Database, client_of: ClientOf, carry_on: CarryOn, signs: list[str], text: str
) -> None:
    private = {"note": "earns 5422.85 beside", "complaint": "too loud", "safety": "a dog"}
    scene = visited(database, client_of, outcome="VULNERABLE_STOPPED", vulnerability=signs, **private)
    carry_on()
    for role in ("case-system", "dispatcher", "auditor", "risk"):
        (review,) = records(client_of(role), scene.case, "hardship-reviews")
        assert review["text"] == text


# ---- signs of vulnerability


def test_the_case_system_tells_of_vulnerability_and_one_review_looks_into_it(
    case_system: Client, risk: Client, case: Case, carry_on: CarryOn
) -> None:
    update(case_system, case, "vulnerability", detail="cancer treatment")
    update(case_system, case, "vulnerability", detail="and no income")
    carry_on()
    (review,) = records(risk, case, "hardship-reviews")
    assert (review["text"], review["opened_by"]) == ("cancer treatment; and no income", "case-system")
    assert review["grounds"] == ["illness"]


def test_what_was_reviewed_is_not_reviewed_again_but_what_is_new_is(
    case_system: Client, risk: Client, case: Case, database: Database, carry_on: CarryOn
) -> None:
    update(case_system, case, "vulnerability")
    carry_on()
    (review,) = records(risk, case, "hardship-reviews")
    made(risk.post(f"/v1/hardship-reviews/{review['id']}:conclude", {"outcome": "not_confirmed"}), 200)
    take_redress(database, case.id)
    assert len(records(risk, case, "hardship-reviews")) == 1
    update(case_system, case, "vulnerability", detail="worse now")
    carry_on()
    assert [row["state"] for row in records(risk, case, "hardship-reviews")] == ["concluded", "open"]


# ---- offers


def test_relief_that_the_case_system_offered_is_an_offer_once(
    case_system: Client, risk: Client, case: Case, database: Database, carry_on: CarryOn
) -> None:
    update(case_system, case, "relief_offered", detail="three months at half the instalment")
    carry_on()
    take_redress(database, case.id)
    (offer,) = records(risk, case, "relief-offers")
    assert (offer["state"], offer["terms"]) == ("open", "three months at half the instalment")
    assert (offer["channel"], offer["kind"], offer["offered_by"]) == ("case_system", None, "case-system")


def test_two_loans_of_one_borrower_share_what_they_are_owed(
    case_system: Client, risk: Client, case: Case, database: Database, carry_on: CarryOn
) -> None:
    other = store(database, "330108")
    update(case_system, case, "complaint_opened")
    update(case_system, other, "complaint_opened")
    carry_on()
    assert len(records(risk, other, "complaints")) == 2
    assert {row["case_id"] for row in records(risk, case, "complaints")} == {str(case.id), str(other.id)}
