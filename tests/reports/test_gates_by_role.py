"""Every gate, tried from the API by each role: whoever has no say is refused before, the others at the gate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.intake.models import Case
from app.reports.models import CaseReport
from app.runtime.clock import now
from app.runtime.database import Database
from tests.client import Client
from tests.reports.decisions import closed_gates, decide, made, offer_relief, refusal, reported, status_of, update

ROLES = ("case-system", "dispatcher", "investigator", "risk", "auditor", "admin")
DECIDES = frozenset({"risk", "admin"})
LEGAL = ("payment_order", "lawsuit")
COMPLAINT = {"channel": "letter", "subject": "amount", "text": "I paid that"}
RESOLUTION = {"outcome": "rejected", "answer": "the ledger says otherwise"}

Close = Callable[[Client, CaseReport], Any]


def by_complaint(client: Client, report: CaseReport) -> None:
    made(client.post(f"/v1/cases/{report.case_id}/complaints", COMPLAINT), 201)


def by_review(client: Client, report: CaseReport) -> None:
    made(client.post(f"/v1/cases/{report.case_id}/hardship-reviews", {"grounds": ["illness"]}), 201)


def by_block(kind: str) -> Close:
    body = {"kind": kind, "from_on": "2026-11-20"}
    return lambda client, report: made(client.post(f"/v1/cases/{report.case_id}/blocks", body), 201)


def by_update(kind: str) -> Close:
    return lambda client, report: update(client, report, kind)


CLOSED_BY: list[tuple[str, Close]] = [
    ("dispute_open", by_update("dispute_opened")),
    ("dispute_open", by_block("disputed_or_queried")),
    ("complaint_open", by_complaint),
    ("complaint_open", by_update("complaint_opened")),
    ("complaint_open", by_block("complaint_open")),
    ("hardship_review_open", by_review),
    ("hardship_review_open", by_update("vulnerability")),
    ("hardship_review_open", by_block("vulnerable_suspected")),
    ("plan_running", by_block("plan_performing")),
    ("moratorium", by_update("insolvency")),
    ("moratorium", by_block("breathing_space")),
    ("under_protection", by_block("incapacity")),
    ("time_barred", by_block("limitation_expired")),
    ("borrower_deceased", by_update("deceased")),
]
each_role = pytest.mark.parametrize("role", ROLES)
each_step = pytest.mark.parametrize("kind", LEGAL)
each_gate = pytest.mark.parametrize(("gate", "close"), CLOSED_BY)


@pytest.fixture
def report(database: Database) -> CaseReport:
    return reported(database)


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    return client_of("admin", name="closer")


@each_role
@each_step
@each_gate
def test_no_role_takes_a_legal_step_through_a_closed_gate(
    client_of: Callable[..., Client],
    admin: Client,
    report: CaseReport,
    database: Database,
    role: str,
    kind: str,
    gate: str,
    close: Close,
) -> None:
    offer_relief(admin, report)
    close(admin, report)
    answer = decide(client_of(role), report, kind)
    if role in DECIDES:
        assert closed_gates(answer) == [gate]
    else:
        assert refusal(answer) == (403, "SCOPE_MISSING")
    assert status_of(database, report) == "reported"


@each_role
@each_step
def test_no_role_takes_a_legal_step_before_relief_was_offered(
    client_of: Callable[..., Client], report: CaseReport, role: str, kind: str
) -> None:
    answer = decide(client_of(role), report, kind)
    if role in DECIDES:
        assert closed_gates(answer) == ["no_relief_offer"]
    else:
        assert refusal(answer) == (403, "SCOPE_MISSING")


@each_role
@each_gate
def test_no_role_confirms_through_a_gate_that_was_closed_since(
    client_of: Callable[..., Client],
    admin: Client,
    report: CaseReport,
    database: Database,
    role: str,
    gate: str,
    close: Close,
) -> None:
    offer_relief(admin, report)
    proposed = made(decide(client_of("risk", name="li"), report), 201)
    close(admin, report)
    for verb in ("confirm", "reject", "withdraw"):
        answer = client_of(role).post(f"/v1/decisions/{proposed['id']}:{verb}")
        if role not in DECIDES:
            assert refusal(answer) == (403, "SCOPE_MISSING")
        elif verb == "confirm":
            assert closed_gates(answer) == [gate]
            assert status_of(database, report) == "reported"


@pytest.mark.parametrize("role", sorted(DECIDES))
def test_through_open_gates_those_who_decide_may_go(
    client_of: Callable[..., Client], admin: Client, report: CaseReport, role: str
) -> None:
    offer_relief(admin, report)
    proposed = made(decide(client_of("risk", name="li"), report), 201)
    confirmed = made(client_of(role).post(f"/v1/decisions/{proposed['id']}:confirm"))
    assert confirmed["case_status"] == "decided"


# ---- how each gate opens again


def test_a_complaint_that_is_answered_opens_its_gate(
    client_of: Callable[..., Client], admin: Client, risk: Client, report: CaseReport
) -> None:
    offer_relief(admin, report)
    complaint = made(admin.post(f"/v1/cases/{report.case_id}/complaints", COMPLAINT), 201)
    path = f"/v1/complaints/{complaint['id']}"
    made(risk.post(f"{path}:acknowledge"))
    assert closed_gates(decide(risk, report)) == ["complaint_open"]
    made(risk.post(f"{path}:resolve", RESOLUTION))
    made(decide(risk, report), 201)


def test_closing_the_block_by_hand_does_not_slip_past_the_complaint(
    admin: Client, risk: Client, report: CaseReport
) -> None:
    offer_relief(admin, report)
    by_complaint(admin, report)
    (block,) = made(admin.get(f"/v1/cases/{report.case_id}/blocks"))["items"]
    made(admin.post(f"/v1/cases/{report.case_id}/blocks/{block['id']}:close"))
    assert closed_gates(decide(risk, report)) == ["complaint_open"]


@pytest.mark.parametrize("visits_blocked", [True, False])
def test_a_review_that_is_concluded_opens_its_gate_though_visits_may_stay_blocked(
    admin: Client, risk: Client, report: CaseReport, visits_blocked: bool
) -> None:
    offer_relief(admin, report)
    update(admin, report, "vulnerability")
    made(admin.post(f"/v1/cases/{report.case_id}/hardship-reviews", {"grounds": ["illness"]}), 201)
    assert closed_gates(decide(risk, report)) == ["hardship_review_open"]
    conclusion = {
        "outcome": "confirmed",
        "measures": ["grace"],
        "look_again_on": "2199-01-01",
        "visits_blocked": visits_blocked,
    }
    for review in made(risk.get(f"/v1/cases/{report.case_id}/hardship-reviews"))["items"]:
        made(risk.post(f"/v1/hardship-reviews/{review['id']}:conclude", conclusion))
    made(decide(risk, report), 201)
    blocks = made(admin.get(f"/v1/cases/{report.case_id}/blocks"))["items"]
    assert any(block["until_on"] is None for block in blocks) is visits_blocked


def test_a_flag_of_the_escalation_needs_a_review_too(admin: Client, risk: Client, database: Database) -> None:
    report = reported(database, flags=["vulnerable"])
    offer_relief(admin, report)
    assert closed_gates(decide(risk, report)) == ["hardship_review_open"]
    by_review(admin, report)
    (review,) = made(risk.get(f"/v1/cases/{report.case_id}/hardship-reviews"))["items"]
    made(risk.post(f"/v1/hardship-reviews/{review['id']}:conclude", {"outcome": "not_confirmed"}))
    made(decide(risk, report), 201)


def test_relief_that_is_only_planned_opens_nothing(admin: Client, risk: Client, report: CaseReport) -> None:
    path = f"/v1/cases/{report.case_id}/relief-offers"
    offer = made(admin.post(path, {"kind": "grace", "terms": "nothing due for three months"}), 201)
    assert closed_gates(decide(risk, report)) == ["no_relief_offer"]
    made(admin.post(f"/v1/relief-offers/{offer['id']}:deliver", {"channel": "call"}))
    made(decide(risk, report), 201)


def test_a_complaint_on_one_loan_closes_the_gates_of_the_borrower_s_others(
    admin: Client, risk: Client, database: Database
) -> None:
    report = reported(database, borrower_key="case-system:B-1")
    other = reported(database, "330108", borrower_key="case-system:B-1")
    offer_relief(admin, report)
    by_complaint(admin, other)
    assert closed_gates(decide(risk, report)) == ["complaint_open"]


def test_relief_of_an_earlier_time_in_arrears_opens_nothing(
    admin: Client, risk: Client, report: CaseReport, database: Database
) -> None:
    path = f"/v1/cases/{report.case_id}/relief-offers"
    with_day = {"kind": "grace", "terms": "nothing due for three months", "channel": "letter"}
    with database.transaction() as tx:
        case = tx.get_one(Case, report.case_id)
    since = case.received_at - timedelta(days=case.days_past_due)
    made(admin.post(path, with_day | {"offered_at": (since - timedelta(days=2)).isoformat()}), 201)
    assert closed_gates(decide(risk, report)) == ["no_relief_offer"]
    made(admin.post(path, with_day | {"offered_at": (since + timedelta(days=2)).isoformat()}), 201)
    made(decide(risk, report), 201)


def test_nobody_is_sued_while_he_keeps_to_what_he_accepted(admin: Client, risk: Client, report: CaseReport) -> None:
    path = f"/v1/cases/{report.case_id}/relief-offers"
    offer = {"kind": "grace", "terms": "nothing due", "channel": "call", "offered_at": now().isoformat()}
    offer_path = f"/v1/relief-offers/{made(admin.post(path, offer), 201)['id']}"
    made(admin.post(f"{offer_path}:respond", {"response": "accepted"}))
    assert closed_gates(decide(risk, report)) == ["plan_running"]
    made(risk.post(f"{offer_path}:end", {"ending": "broken", "note": "two instalments missed"}))
    made(decide(risk, report), 201)


@pytest.mark.parametrize("days_ago", [0, 400])
def test_a_plan_that_was_accepted_on_an_earlier_case_of_the_loan_runs_until_somebody_says_how_it_ended(
    admin: Client, risk: Client, database: Database, days_ago: int
) -> None:
    same_loan = {"borrower_key": "case-system:B-1"}
    before, report = reported(database, "330108", **same_loan), reported(database, **same_loan)
    offered_at = (now() - timedelta(days=days_ago)).isoformat()
    offer = {"kind": "instalment", "terms": "800 a month", "channel": "letter", "offered_at": offered_at}
    path = f"/v1/relief-offers/{made(admin.post(f'/v1/cases/{before.case_id}/relief-offers', offer), 201)['id']}"
    made(admin.post(f"{path}:respond", {"response": "accepted"}))
    offer_relief(admin, report)
    assert closed_gates(decide(risk, report)) == ["plan_running"]
    made(admin.post(f"{path}:end", {"ending": "broken"}))
    made(decide(risk, report), 201)


@pytest.mark.parametrize("kind", ["insolvency", "breathing_space", "limitation_expired", "plan_performing"])
def test_what_stays_proceedings_closes_a_gate_until_it_ends(
    admin: Client, risk: Client, report: CaseReport, kind: str
) -> None:
    offer_relief(admin, report)
    path = f"/v1/cases/{report.case_id}/blocks"
    block = made(admin.post(path, {"kind": kind}), 201)
    (gate,) = closed_gates(decide(risk, report))
    assert gate in {"moratorium", "time_barred", "plan_running"}
    made(admin.post(f"{path}/{block['id']}:close"))
    made(decide(risk, report), 201)


def test_a_death_that_is_told_closes_a_gate_until_it_proves_wrong(
    admin: Client, risk: Client, report: CaseReport
) -> None:
    offer_relief(admin, report)
    update(admin, report, "deceased")
    assert closed_gates(decide(risk, report)) == ["borrower_deceased"]
    path = f"/v1/cases/{report.case_id}/blocks"
    (block,) = made(admin.get(path))["items"]
    made(admin.post(f"{path}/{block['id']}:close"))
    made(decide(risk, report), 201)


def test_a_household_that_wants_no_visits_may_be_sued(admin: Client, risk: Client, report: CaseReport) -> None:
    offer_relief(admin, report)
    update(admin, report, "cease_request")
    made(decide(risk, report), 201)
