"""The gates before a legal step, tried from the outside, also by requests at the same time."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.contact.models import AccountUpdate, Block
from app.intake.models import Case
from app.main import create_app
from app.reports.models import CaseReport, Decision
from app.reports.service import compile_report
from app.runtime.auth import TokenKey
from app.runtime.clock import today
from app.runtime.database import Database, new_id
from app.runtime.settings import Settings
from tests.client import Client
from tests.factories_reports import assessed_case, assessed_visit, west_lake


def reported(database: Database, **changes: Any) -> CaseReport:
    with database.transaction() as tx:
        visit = assessed_visit(tx, assessed_case(tx, west_lake(tx), **changes))
    compile_report(database, visit.id)
    with database.transaction() as tx:
        return tx.scalars(select(CaseReport).where(CaseReport.visit_id == visit.id)).one()


def in_days(days: int) -> date:
    return today("Asia/Shanghai") + timedelta(days=days)


def block(tx: Session, case: Case, kind: str, since: int = -1, until: int | None = None) -> None:
    """A block of the borrower; its days are counted from today."""
    ends_on = None if until is None else in_days(until)
    tx.add(Block(case_id=case.id, borrower_key=case.borrower_key, kind=kind, from_on=in_days(since), until_on=ends_on))
    tx.flush()


def offer_relief(tx: Session, case: Case) -> None:
    tx.add(
        AccountUpdate(
            case_id=case.id,
            client_id=new_id(),
            at=datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
            kind="relief_offered",
            currency=case.currency,
            amount_minor=None,
            outstanding_minor=None,
            overdue_minor=None,
            until_on=None,
            detail="three months at half the instalment",
            actor="case-system",
        )
    )
    tx.flush()


def decide(client: Client, report: CaseReport, kind: str) -> httpx.Response:
    body = {
        "kind": kind,
        "report_id": str(report.id),
        "reasons": ["NO_OTHER_WAY"],
        "alternatives_considered": ["pause"],
    }
    return client.post(f"/v1/cases/{report.case_id}/decisions", body)


def closed_gates(answer: httpx.Response) -> list[str]:
    assert (answer.status_code, answer.json()["reason"]) == (409, "GATE_CLOSED"), answer.text
    return [error["detail"].split(":")[0] for error in answer.json()["errors"]]


@pytest.mark.parametrize("kind", ["payment_order", "lawsuit"])
def test_no_legal_step_without_an_offer_of_relief(risk: Client, database: Database, kind: str) -> None:
    report = reported(database)
    assert closed_gates(decide(risk, report, kind)) == ["no_relief_offer"]
    with database.transaction() as tx:
        offer_relief(tx, tx.get_one(Case, report.case_id))
    assert decide(risk, report, kind).status_code == 201


@pytest.mark.parametrize("offer", ["relief_first", "pause"])
def test_what_an_earlier_decision_offers_counts_once_it_was_put_to_the_borrower(
    risk: Client, database: Database, offer: str
) -> None:
    report = reported(database)
    decision = decide(risk, report, offer).json()
    assert closed_gates(decide(risk, report, "payment_order")) == ["no_relief_offer"]
    (planned,) = risk.get(f"/v1/cases/{report.case_id}/relief-offers").json()["items"]
    assert (planned["state"], planned["decision_id"]) == ("planned", decision["id"])
    assert risk.post(f"/v1/relief-offers/{planned['id']}:deliver", {"channel": "letter"}).status_code == 200
    assert decide(risk, report, "payment_order").status_code == 201


@pytest.mark.parametrize(
    ("kind", "gate"),
    [
        ("dispute_open", "dispute_open"),
        ("disputed_or_queried", "dispute_open"),
        ("complaint_open", "complaint_open"),
        ("vulnerable_suspected", "hardship_review_open"),
    ],
)
def test_no_legal_step_while_something_is_open(risk: Client, database: Database, kind: str, gate: str) -> None:
    report = reported(database)
    with database.transaction() as tx:
        case = tx.get_one(Case, report.case_id)
        offer_relief(tx, case)
        block(tx, case, kind)
    assert closed_gates(decide(risk, report, "lawsuit")) == [gate]
    assert decide(risk, report, "mediation").status_code == 201


@pytest.mark.parametrize(
    ("since", "until", "open_today"),
    [(0, None, True), (-9, 2, True), (-9, 0, False), (2, None, False)],
)
def test_a_gate_is_closed_on_the_days_of_its_block(
    risk: Client, database: Database, since: int, until: int | None, open_today: bool
) -> None:
    report = reported(database)
    with database.transaction() as tx:
        case = tx.get_one(Case, report.case_id)
        offer_relief(tx, case)
        block(tx, case, "complaint_open", since, until)
    assert decide(risk, report, "lawsuit").status_code == (409 if open_today else 201)


def test_every_closed_gate_is_named(risk: Client, database: Database) -> None:
    report = reported(database)
    with database.transaction() as tx:
        case = tx.get_one(Case, report.case_id)
        block(tx, case, "vulnerable_suspected")
        block(tx, case, "dispute_open")
    answer = decide(risk, report, "lawsuit")
    assert closed_gates(answer) == ["dispute_open", "hardship_review_open", "no_relief_offer"]
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/kind"}


def test_a_flag_of_the_escalation_closes_the_gate_until_it_is_settled(risk: Client, database: Database) -> None:
    report = reported(database, flags=["dispute_open"])
    with database.transaction() as tx:
        case = tx.get_one(Case, report.case_id)
        offer_relief(tx, case)
    assert closed_gates(decide(risk, report, "lawsuit")) == ["dispute_open"]
    with database.transaction() as tx:
        block(tx, case, "dispute_open", until=0)
    assert decide(risk, report, "lawsuit").status_code == 201


def test_a_dispute_on_one_loan_closes_the_gates_of_the_borrower_s_others(risk: Client, database: Database) -> None:
    report = reported(database, borrower_key="case-system:B-1")
    with database.transaction() as tx:
        offer_relief(tx, tx.get_one(Case, report.case_id))
        other = assessed_case(tx, west_lake(tx, "330108"), borrower_key="case-system:B-1")
        block(tx, other, "dispute_open")
    assert closed_gates(decide(risk, report, "lawsuit")) == ["dispute_open"]


def test_a_case_that_is_held_for_a_dispute_hears_of_the_gate_first(risk: Client, database: Database) -> None:
    report = reported(database)
    with database.transaction() as tx:
        case = tx.get_one(Case, report.case_id)
        case.status = "held"
        offer_relief(tx, case)
        block(tx, case, "dispute_open")
    assert closed_gates(decide(risk, report, "lawsuit")) == ["dispute_open"]
    assert decide(risk, report, "write_off").json()["reason"] == "CASE_NOT_REPORTED"


# ---- at the same time, with real commits


@pytest.fixture
def deciders(own_database: Database, settings: Settings, token_key: TokenKey) -> Callable[[], Client]:
    application = create_app(settings, own_database, token_key)
    return lambda: Client(application, token_key.issue("risk"))


def _wait_until_blocked(database: Database, answer: Future[httpx.Response]) -> None:
    """Until the request waits for a row lock, or is through without having waited."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while not answer.done():
        with database.transaction() as tx:
            if tx.scalars(waiting).one():
                return
        time.sleep(0.01)


@pytest.mark.parametrize("disputed", ["the same loan", "another loan of the borrower"])
def test_a_dispute_that_is_just_being_recorded_is_not_slipped_past(
    own_database: Database, deciders: Callable[[], Client], disputed: str
) -> None:
    report = reported(own_database, borrower_key="case-system:B-1")
    with own_database.transaction() as tx:
        offer_relief(tx, tx.get_one(Case, report.case_id))
        other = assessed_case(tx, west_lake(tx, "330108"), borrower_key="case-system:B-1")
    locked_id = report.case_id if disputed == "the same loan" else other.id
    with ThreadPoolExecutor(1) as pool:
        with own_database.transaction() as tx:
            case = tx.scalars(select(Case).where(Case.id == locked_id).with_for_update()).one()
            answer = pool.submit(decide, deciders(), report, "lawsuit")
            _wait_until_blocked(own_database, answer)
            block(tx, case, "dispute_open")
        assert closed_gates(answer.result()) == ["dispute_open"]


def test_of_many_decisions_at_once_one_is_taken(own_database: Database, deciders: Callable[[], Client]) -> None:
    report = reported(own_database)
    start, count = threading.Barrier(5), 5

    def one(_: int) -> int:
        start.wait()
        return decide(deciders(), report, "settlement").status_code

    with ThreadPoolExecutor(count) as pool:
        assert sorted(pool.map(one, range(count))) == [201, 409, 409, 409, 409]
    with own_database.transaction() as tx:
        assert len(tx.scalars(select(Decision)).all()) == 1
