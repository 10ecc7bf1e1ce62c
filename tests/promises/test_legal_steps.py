"""No decision is slipped past by requests at the same time: real threads, real commits."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import httpx
import pytest
from sqlalchemy import select, text

from app.contact.blocking import lock_loans
from app.intake.models import Case, CaseEvent
from app.kernel.actor import SYSTEM
from app.main import create_app
from app.redress.complaining import open_complaint
from app.redress.complaints_schema import ComplaintIn
from app.redress.models import Complaint
from app.reports.models import CaseReport, DecisionEnding
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.settings import Settings
from tests.client import Client
from tests.reports.decisions import Json, decide, made, offer_relief, refusal, reported, status_of

ClientOf = Callable[..., Client]
COMPLAINT: Json = {"channel": "call", "subject": "amount", "text": "I paid that"}


@pytest.fixture
def committed(settings: Settings, own_database: Database, token_key: TokenKey) -> ClientOf:
    application = create_app(settings, own_database, token_key)
    return lambda role, name: Client(application, token_key.issue(role, name=name))


def proposed(committed: ClientOf, database: Database, **changes: str) -> tuple[CaseReport, Json]:
    report = reported(database, **changes)
    offer_relief(committed("case-system", "main"), report)
    return report, made(decide(committed("risk", "li"), report), 201)


def at_once(*sends: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """The answers to requests that all start together."""
    start = threading.Barrier(len(sends))

    def one(send: Callable[[], httpx.Response]) -> httpx.Response:
        start.wait()
        return send()

    with ThreadPoolExecutor(len(sends)) as threads:
        return list(threads.map(one, sends))


def test_of_many_confirmations_at_once_one_is_carried_out(committed: ClientOf, own_database: Database) -> None:
    report, decision = proposed(committed, own_database)
    path = f"/v1/decisions/{decision['id']}:confirm"
    people = [committed("risk", name) for name in ("wang", "chen")]
    answers = at_once(*(partial(person.post, path) for person in people * 4))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert {answer.json()["reason"] for answer in answers if answer.status_code == 409} == {"DECISION_STATE"}
    with own_database.transaction() as tx:
        assert len(tx.scalars(select(DecisionEnding)).all()) == 1
        decided = select(CaseEvent).where(CaseEvent.case_id == report.case_id, CaseEvent.name == "case.decided")
        assert len(tx.scalars(decided).all()) == 1


def test_of_a_confirmation_a_rejection_and_another_decision_one_wins(
    committed: ClientOf, own_database: Database
) -> None:
    for code in ("330101", "330102", "330103", "330104"):
        report, decision = proposed(committed, own_database, code=code)
        path = f"/v1/decisions/{decision['id']}"
        confirmed, dropped, written_off = at_once(
            partial(committed("risk", "wang").post, f"{path}:confirm"),
            partial(committed("risk", "li").post, f"{path}:withdraw"),
            partial(decide, committed("risk", "chen"), report, "write_off"),
        )
        with own_database.transaction() as tx:
            query = select(DecisionEnding.state).where(DecisionEnding.decision_id == decision["id"])
            state = tx.scalars(query).one()
        assert (confirmed.status_code == 200) is (state == "confirmed")
        assert (dropped.status_code == 200) is (state == "withdrawn")
        assert (written_off.status_code == 201) is (state != "confirmed")
        assert status_of(own_database, report) == "decided"


@pytest.mark.parametrize("complained_of", ["the same loan", "another loan of the borrower"])
def test_nobody_is_sued_while_his_complaint_is_open(
    committed: ClientOf, own_database: Database, complained_of: str
) -> None:
    """Whatever comes first: either the complaint was there and nothing is carried out, or it came after the step."""
    for number in range(6):
        key = f"case-system:B-{number}"
        report, decision = proposed(committed, own_database, code=f"3301{number:02}", borrower_key=key)
        other = reported(own_database, f"3302{number:02}", borrower_key=key)
        about = report.case_id if complained_of == "the same loan" else other.case_id
        confirmed, complaint = at_once(
            partial(committed("risk", "wang").post, f"/v1/decisions/{decision['id']}:confirm"),
            partial(committed("dispatcher", "ma").post, f"/v1/cases/{about}/complaints", COMPLAINT),
        )
        assert complaint.status_code == 201, complaint.text
        with own_database.transaction() as tx:
            opened_at = tx.scalars(select(Complaint.made_at).where(Complaint.borrower_key == key)).one()
            ended_at = tx.scalars(
                select(DecisionEnding.made_at).where(DecisionEnding.decision_id == decision["id"])
            ).one_or_none()
            status = tx.get_one(Case, report.case_id).status
        if confirmed.status_code == 200:
            assert ended_at is not None
            assert ended_at < opened_at
            assert status == "decided"
        else:
            assert refusal(confirmed) == (409, "GATE_CLOSED"), confirmed.text
            assert ended_at is None
            assert status == "reported"


def test_a_complaint_that_is_just_being_written_is_waited_for(committed: ClientOf, own_database: Database) -> None:
    report, decision = proposed(committed, own_database)
    told = ComplaintIn.model_validate(COMPLAINT).told()
    with ThreadPoolExecutor(1) as threads:
        with own_database.transaction() as tx:
            case = tx.get_one(Case, report.case_id)
            lock_loans(tx, case)
            answer = threads.submit(committed("risk", "wang").post, f"/v1/decisions/{decision['id']}:confirm")
            wait_until_blocked(own_database, answer)
            open_complaint(tx, SYSTEM, case, told)
        assert refusal(answer.result()) == (409, "GATE_CLOSED")
    assert status_of(own_database, report) == "reported"


def wait_until_blocked(database: Database, answer: Future[httpx.Response]) -> None:
    """Until the request waits for a lock, or is through without having waited."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while not answer.done():
        with database.transaction() as tx:
            if tx.scalars(waiting).one():
                return
        threading.Event().wait(0.01)


def test_two_proposals_at_once_are_one(committed: ClientOf, own_database: Database) -> None:
    report = reported(own_database)
    offer_relief(committed("case-system", "main"), report)
    answers = at_once(*(partial(decide, committed("risk", f"p{n}"), report) for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {refusal(answer) for answer in answers if answer.status_code == 409} == {(409, "ALREADY_PROPOSED")}


def test_what_is_told_at_once_by_many_is_one_record(committed: ClientOf, own_database: Database) -> None:
    report = reported(own_database)
    system = committed("case-system", "main")
    body = {"client_id": str(report.id), "at": "2026-11-23T09:00:00+08:00", "kind": "complaint_opened"}
    answers = at_once(*[partial(system.post, f"/v1/cases/{report.case_id}/account-updates", body)] * 4)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    refused = at_once(*(partial(decide, committed("risk", f"p{n}"), report) for n in range(3)))
    assert {refusal(answer) for answer in refused} == {(409, "GATE_CLOSED")}
