"""A legal step is proposed by one person and carried out when another confirms it, with every gate open then."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.intake.models import Case, CaseEvent
from app.reports.models import CaseReport
from app.reports.service import compile_report, file_report, last_report, void_orphans
from app.runtime.clock import today
from app.runtime.database import Database
from app.visits.models import Findings, Visit
from tests.client import Client
from tests.factories_reports import assess_anew, assessed_visit
from tests.reports.decisions import Json, closed_gates, decide, made, offer_relief, refusal, reported, status_of, update

LEGAL = ("payment_order", "lawsuit")


@pytest.fixture
def li(client_of: Callable[..., Client]) -> Client:
    return client_of("risk", name="li")


@pytest.fixture
def wang(client_of: Callable[..., Client]) -> Client:
    return client_of("risk", name="wang")


@pytest.fixture
def report(database: Database, case_system: Client) -> CaseReport:
    """A case on which relief was offered, so that no gate is closed."""
    found = reported(database)
    offer_relief(case_system, found)
    return found


def send(client: Client, decision: Json, verb: str, body: Json | None = None) -> Json:
    return made(client.post(f"/v1/decisions/{decision['id']}:{verb}", body))


@pytest.mark.parametrize("kind", LEGAL)
def test_a_legal_step_does_nothing_until_another_person_confirms_it(
    li: Client, wang: Client, report: CaseReport, database: Database, kind: str
) -> None:
    proposed = made(decide(li, report, kind), 201)
    assert (proposed["state"], proposed["case_status"], proposed["actor"]) == ("proposed", "reported", "risk:li")
    assert proposed["reason_codes"] == ["WILL_NOT_PAY"]
    assert proposed["reasons"] == ["WILL_NOT_PAY", "he laughed at us"]
    assert status_of(database, report) == "reported"
    assert [row["id"] for row in made(wang.get("/v1/decisions?state=proposed"))["items"]] == [proposed["id"]]
    confirmed = send(wang, proposed, "confirm", {"note": "seen the file"})
    assert (confirmed["state"], confirmed["case_status"]) == ("confirmed", "decided")
    assert (confirmed["ended_by"], confirmed["ending_note"]) == ("risk:wang", "seen the file")
    assert status_of(database, report) == "decided"
    shown = made(li.get(f"/v1/decisions/{proposed['id']}"))
    assert shown == {key: value for key, value in confirmed.items() if key != "case_status"}
    with database.transaction() as tx:
        events = tx.scalars(select(CaseEvent).where(CaseEvent.case_id == report.case_id).order_by(CaseEvent.id)).all()
        assert [(row.name, row.actor) for row in events[-2:]] == [
            ("case.decision_proposed", "risk:li"),
            ("case.decided", "risk:wang"),
        ]


def test_nobody_confirms_what_he_proposed_himself(li: Client, report: CaseReport, database: Database) -> None:
    path = f"/v1/decisions/{made(decide(li, report), 201)['id']}"
    assert refusal(li.post(f"{path}:confirm")) == (403, "SAME_PERSON")
    assert refusal(li.post(f"{path}:reject")) == (403, "SAME_PERSON")
    assert status_of(database, report) == "reported"


def test_a_proposal_is_rejected_by_another_and_withdrawn_by_its_own(
    li: Client, wang: Client, report: CaseReport, database: Database
) -> None:
    first = made(decide(li, report), 201)
    assert refusal(wang.post(f"/v1/decisions/{first['id']}:withdraw")) == (403, "NOT_THE_PROPOSER")
    assert send(wang, first, "reject", {"note": "he just found work"})["state"] == "rejected"
    second = made(decide(li, report), 201)
    assert send(li, second, "withdraw")["state"] == "withdrawn"
    for decision in (first, second):
        for verb in ("confirm", "reject"):
            assert refusal(wang.post(f"/v1/decisions/{decision['id']}:{verb}")) == (409, "DECISION_STATE")
        assert refusal(li.post(f"/v1/decisions/{decision['id']}:withdraw")) == (409, "DECISION_STATE")
    assert status_of(database, report) == "reported"


def test_one_legal_step_is_proposed_at_a_time(li: Client, wang: Client, report: CaseReport) -> None:
    made(decide(li, report, "lawsuit"), 201)
    assert refusal(decide(wang, report, "payment_order")) == (409, "ALREADY_PROPOSED")


@pytest.mark.parametrize("kind", ["pause", "write_off", "approve_plan", "more_evidence"])
def test_another_decision_voids_what_is_proposed(li: Client, wang: Client, report: CaseReport, kind: str) -> None:
    proposed, taken = made(decide(li, report), 201), made(decide(wang, report, kind), 201)
    voided = made(li.get(f"/v1/decisions/{proposed['id']}"))
    assert (voided["state"], voided["ended_by"]) == ("voided", "risk:wang")
    assert taken["id"] in voided["ending_note"]
    assert refusal(wang.post(f"/v1/decisions/{proposed['id']}:confirm")) == (409, "DECISION_STATE")


@pytest.mark.parametrize(
    ("told", "gate"),
    [
        ("dispute_opened", "dispute_open"),
        ("complaint_opened", "complaint_open"),
        ("vulnerability", "hardship_review_open"),
    ],
)
def test_every_gate_is_asked_again_when_it_is_confirmed(
    li: Client, wang: Client, case_system: Client, report: CaseReport, database: Database, told: str, gate: str
) -> None:
    proposed = made(decide(li, report), 201)
    update(case_system, report, told)
    assert closed_gates(wang.post(f"/v1/decisions/{proposed['id']}:confirm")) == [gate]
    assert status_of(database, report) == "reported"
    assert made(li.get(f"/v1/decisions/{proposed['id']}"))["state"] == "proposed"


def test_a_gate_that_was_settled_lets_the_same_proposal_pass(
    li: Client, wang: Client, case_system: Client, report: CaseReport
) -> None:
    proposed = made(decide(li, report), 201)
    update(case_system, report, "complaint_opened")
    closed_gates(wang.post(f"/v1/decisions/{proposed['id']}:confirm"))
    update(case_system, report, "complaint_closed")
    assert send(wang, proposed, "confirm")["state"] == "confirmed"


@pytest.mark.parametrize("kind", LEGAL)
def test_a_legal_step_names_the_alternatives_that_were_considered(li: Client, report: CaseReport, kind: str) -> None:
    answer = decide(li, report, kind, alternatives_considered=[])
    assert refusal(answer) == (422, "ALTERNATIVES_MISSING")
    assert answer.json()["errors"][0]["pointer"] == "/alternatives_considered"
    assert decide(li, report, "write_off", alternatives_considered=[]).status_code == 201


def test_a_decision_rests_on_the_newest_version_of_its_report(
    li: Client, wang: Client, report: CaseReport, database: Database
) -> None:
    proposed = made(decide(li, report), 201)
    with database.transaction() as tx:
        newer = file_report(tx, tx.get_one(Visit, report.visit_id), tx.get_one(CaseReport, report.id))
    assert refusal(decide(wang, report, "write_off")) == (409, "REPORT_SUPERSEDED")
    stale = wang.post(f"/v1/decisions/{proposed['id']}:confirm")
    assert refusal(stale) == (409, "REPORT_SUPERSEDED")
    assert str(newer.id) in stale.json()["detail"]
    assert decide(wang, newer, "write_off").status_code == 201


def test_a_corrected_report_voids_what_was_proposed_on_the_one_before(
    li: Client, wang: Client, report: CaseReport, database: Database
) -> None:
    proposed = made(decide(li, report), 201)
    with database.transaction() as tx:
        assess_anew(tx, tx.get_one(Visit, report.visit_id))
    compile_report(database, report.visit_id)
    voided = made(li.get(f"/v1/decisions/{proposed['id']}"))
    with database.transaction() as tx:
        newer = last_report(tx, report.visit_id)
    assert newer is not None
    assert newer.version == 2
    assert (voided["state"], voided["ended_by"]) == ("voided", "system")
    assert str(newer.id) in voided["ending_note"]
    assert refusal(wang.post(f"/v1/decisions/{proposed['id']}:confirm")) == (409, "DECISION_STATE")
    made(decide(li, newer), 201)


def test_findings_that_were_corrected_a_moment_ago_stop_every_decision_before_the_new_report_is_there(
    li: Client, wang: Client, report: CaseReport, database: Database
) -> None:
    proposed = made(decide(li, report), 201)
    with database.transaction() as tx:
        put_right = {"visit_id": report.visit_id, "number": 3, "actor": "investigator:1", "correction": "typed twice"}
        tx.add(Findings(body=dict(report.body), **put_right))
    answer = wang.post(f"/v1/decisions/{proposed['id']}:confirm")
    assert refusal(answer) == (409, "REPORT_SUPERSEDED")
    assert "being written" in answer.json()["detail"]
    assert refusal(decide(li, report, "approve_plan")) == (409, "REPORT_SUPERSEDED")


def test_a_decision_rests_on_the_report_of_the_last_visit(li: Client, report: CaseReport, database: Database) -> None:
    with database.transaction() as tx:
        case = tx.get_one(Case, report.case_id)
        again = assessed_visit(tx, case)
        case.status = "reported"
    compile_report(database, again.id)
    with database.transaction() as tx:
        newer = last_report(tx, again.id)
    assert newer is not None
    answer = decide(li, report, "approve_plan")
    assert refusal(answer) == (409, "REPORT_SUPERSEDED")
    assert str(newer.id) in answer.json()["detail"]
    made(decide(li, newer, "approve_plan"), 201)


def test_what_is_proposed_on_a_case_that_was_withdrawn_does_not_wait_for_ever(
    li: Client, case_system: Client, report: CaseReport, database: Database
) -> None:
    proposed = made(decide(li, report), 201)
    void_orphans(database)
    assert made(li.get(f"/v1/decisions/{proposed['id']}"))["state"] == "proposed"
    made(case_system.post(f"/v1/cases/{report.case_id}:withdraw", {"reason": "sold"}))
    void_orphans(database)
    void_orphans(database)
    voided = made(li.get(f"/v1/decisions/{proposed['id']}"))
    assert (voided["state"], voided["ending_note"]) == ("voided", "the case is withdrawn")


def test_the_same_key_confirms_once(li: Client, wang: Client, report: CaseReport) -> None:
    proposed, key = made(decide(li, report), 201), {"Idempotency-Key": "confirm-1"}
    path = f"/v1/decisions/{proposed['id']}:confirm"
    first, again = (made(wang.post(path, headers=key)) for _ in range(2))
    assert first == again


def test_a_case_that_was_withdrawn_meanwhile_is_not_sued(
    li: Client, wang: Client, case_system: Client, report: CaseReport
) -> None:
    proposed = made(decide(li, report), 201)
    made(case_system.post(f"/v1/cases/{report.case_id}:withdraw", {"reason": "sold"}))
    assert refusal(wang.post(f"/v1/decisions/{proposed['id']}:confirm")) == (409, "CASE_NOT_REPORTED")
    assert send(wang, proposed, "reject")["case_status"] == "withdrawn"


def test_a_plan_that_is_approved_is_watched_and_offered(li: Client, report: CaseReport) -> None:
    taken = made(decide(li, report, "approve_plan"), 201)
    first_due_on = max(date(2026, 12, 23), today("Asia/Shanghai"))
    look_on, before = str(first_due_on + timedelta(days=7)), str(first_due_on + timedelta(days=6))
    assert (taken["state"], taken["watch"], taken["look_on"]) == ("taken", "performing", look_on)
    due = made(li.get("/v1/decisions", params={"look_until": look_on}))["items"]
    assert [row["id"] for row in due] == [taken["id"]]
    assert made(li.get("/v1/decisions", params={"look_until": before}))["items"] == []
    (planned,) = made(li.get(f"/v1/cases/{report.case_id}/relief-offers"))["items"]
    assert (planned["kind"], planned["state"], planned["option"]) == ("instalment", "planned", "instalment")
    assert (planned["report_id"], planned["decision_id"]) == (str(report.id), taken["id"])
    assert planned["terms"] == (
        'Option "Instalments": Instalments: 12 × 1,500.00 CNY, monthly. 1 payment: 1,500.00 CNY on 2026-12-23.'
        " Total 18,000.00 CNY."
    )


def test_a_note_stands_behind_the_terms_that_are_offered(li: Client, report: CaseReport) -> None:
    changed = {"option": "instalment", "note": "the first payment after the New Year"}
    made(decide(li, report, "approve_with_change", **changed), 201)
    (planned,) = made(li.get(f"/v1/cases/{report.case_id}/relief-offers"))["items"]
    assert planned["terms"].startswith('Option "Instalments", with a change: Instalments: 12 × 1,500.00 CNY, monthly.')
    assert planned["terms"].endswith("Total 18,000.00 CNY. Note: the first payment after the New Year")


def test_the_kinds_of_decisions_say_what_they_do(li: Client) -> None:
    kinds = {row["kind"]: row for row in made(li.get("/v1/decision-kinds"))["items"]}
    assert {kind for kind, row in kinds.items() if row["legal_step"]} == set(LEGAL)
    assert (kinds["more_evidence"]["case_goes"], kinds["pause"]["case_goes"]) == ("revisit", "await")
    assert "PLAN_AFFORDABLE" in kinds["approve_plan"]["reason_codes"]
