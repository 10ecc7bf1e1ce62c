"""What follows when a visit is over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.assignment.continuity import newest_assignments
from app.compliance.situation import BlockKind
from app.contact.models import Block, Contact
from app.intake.models import Case, CaseEvent
from app.intake.terms import CaseStatus
from app.planning.models import Booking
from app.runtime.database import Database
from app.visits.models import PromiseToPay, Visit
from app.visits.revisit import MAX_ATTEMPTS
from app.visits.service import open_visits, recall_case
from app.visits.terms import VISIT_FINISHED, VISIT_UNMET
from tests.client import Client
from tests.factories_visits import Scene, money, opened, publish, put_in_plan
from tests.phone import arrive, carry_out, put, tell

NOBODY_HOME: dict[str, Any] = {"outcome": "NO_ANSWER", "met": "nobody", "statement": None, "overdue_reasons": []}


@pytest.fixture
def made(database: Database) -> Scene:
    return opened(database)


@pytest.fixture
def phone(client_of: Callable[..., Client], made: Scene) -> Client:
    return client_of("investigator", made.crew[0].id)


def state_of(database: Database, case: Case) -> CaseStatus:
    with database.transaction() as tx:
        return tx.get_one(Case, case.id).state


def waiting_events(database: Database) -> list[str]:
    query = text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' AND task_name LIKE 'visit.%'")
    with database.transaction() as tx:
        return sorted(tx.scalars(query))


def visit_again(database: Database, made: Scene) -> Scene:
    """The case in another plan, for another visit just now."""
    with database.transaction() as tx:
        put_in_plan(tx, tx.get_one(Case, made.case.id))
        plan, visit_id = publish(tx, made.region, made.crew, made.cases, made.start_at)
    open_visits(database, plan.id)
    return replace(made, plan=plan, visit_id=visit_id)


def test_a_settled_visit_waits_for_its_assessment(phone: Client, made: Scene, database: Database) -> None:
    carry_out(phone, made)
    assert state_of(database, made.case) is CaseStatus.VISITING
    assert waiting_events(database) == [VISIT_FINISHED]


def test_a_settled_case_comes_to_its_report(
    phone: Client, made: Scene, database: Database, carry_on: Callable[[], int]
) -> None:
    carry_out(phone, made)
    carry_on()
    assert state_of(database, made.case) is CaseStatus.REPORTED


def test_nobody_home_is_reported_too_and_finds_its_people_again(
    phone: Client, made: Scene, database: Database, carry_on: Callable[[], int]
) -> None:
    carry_out(phone, made, **NOBODY_HOME)
    carry_on()
    assert state_of(database, made.case) is CaseStatus.ASSIGNED
    with database.transaction() as tx:
        names = tx.scalars(select(CaseEvent.name).where(CaseEvent.case_id == made.case.id)).all()
        assert {"visit.unmet", "assessment.recorded", "report.compiled"} <= set(names)
        people = tx.get_one(Case, made.case.id).eligible
        assert [person["investigator_id"] for person in people if person["preferred"]] == [str(made.crew[0].id)]


def test_one_knock_is_one_entry_in_the_ledger(database: Database, client_of: Callable[..., Client]) -> None:
    made = opened(database, loans=2)
    visit = carry_out(client_of("investigator", made.crew[0].id), made)
    with database.transaction() as tx:
        entry = tx.scalars(select(Contact)).one()
        assert (entry.case_id, entry.client_id) == (made.case.id, made.visit_id)
        assert (entry.channel, entry.outcome, entry.contacted) == ("visit", "reached", True)
        assert entry.at == datetime.fromisoformat(visit["events"][0]["at"])


def test_the_crew_is_free_when_the_visit_is_over(phone: Client, made: Scene, database: Database) -> None:
    carry_out(phone, made)
    with database.transaction() as tx:
        bookings = tx.scalars(select(Booking)).all()
        assert bookings
        assert all(booking.done for booking in bookings)


def test_the_one_who_knocked_is_sent_again_before_others(phone: Client, made: Scene, database: Database) -> None:
    carry_out(phone, made, **NOBODY_HOME)
    with database.transaction() as tx:
        assert newest_assignments(tx, [made.case.id])[made.case.id].preferred == made.crew[0].id


def test_nobody_home_is_assigned_again(phone: Client, made: Scene, database: Database) -> None:
    carry_out(phone, made, **NOBODY_HOME)
    assert state_of(database, made.case) is CaseStatus.ASSIGNED
    assert waiting_events(database) == [VISIT_FINISHED, VISIT_UNMET]
    with database.transaction() as tx:
        entry = tx.scalars(select(Contact)).one()
        assert (entry.outcome, entry.contacted) == ("no_answer", False)


def test_the_visit_budget_ends_it(phone: Client, made: Scene, database: Database) -> None:
    for _ in range(MAX_ATTEMPTS - 1):
        carry_out(phone, made, **NOBODY_HOME)
        assert state_of(database, made.case) is CaseStatus.ASSIGNED
        made = visit_again(database, made)
    carry_out(phone, made, **NOBODY_HOME)
    assert state_of(database, made.case) is CaseStatus.EXHAUSTED
    assert waiting_events(database).count(VISIT_UNMET) == MAX_ATTEMPTS - 1
    assert waiting_events(database).count(VISIT_FINISHED) == MAX_ATTEMPTS


def test_all_loans_of_the_borrower_go_the_same_way(database: Database, client_of: Callable[..., Client]) -> None:
    made = opened(database, loans=2)
    carry_out(client_of("investigator", made.crew[1].id), made, **NOBODY_HOME)
    assert [state_of(database, case) for case in made.cases] == [CaseStatus.ASSIGNED] * 2


def test_the_newest_promise_counts(phone: Client, made: Scene, database: Database) -> None:
    promise = {"amount": money("500.00"), "due_on": str(made.day), "channel": "bank_transfer"}
    carry_out(phone, made, outcome="MET_REARRANGED", promise=promise)
    made = visit_again(database, made)
    later = promise | {"amount": money("800.00"), "due_on": str(made.day + timedelta(days=14))}
    carry_out(phone, made, outcome="MET_PROMISE", promise=later)
    with database.transaction() as tx:
        rows = tx.scalars(select(PromiseToPay).order_by(PromiseToPay.id)).all()
        assert [(row.amount_minor, row.state) for row in rows] == [(50_000, "superseded"), (80_000, "open")]


def test_what_was_learnt_at_the_door_blocks_visits_once(phone: Client, made: Scene, database: Database) -> None:
    arrive(phone, made)
    with database.transaction() as tx:
        tx.add(
            Block(
                case_id=made.case.id,
                borrower_key=made.case.borrower_key,
                kind=BlockKind.COMPLAINT_OPEN.value,
                from_on=made.day - timedelta(days=3),
                until_on=None,
            )
        )
    put(phone, made, outcome="MET_DISPUTE", complaint="the amount is wrong")
    assert tell(phone, made, "finished").status_code == 201
    with database.transaction() as tx:
        kinds = tx.scalars(select(Block.kind).where(Block.borrower_key == made.case.borrower_key)).all()
        assert sorted(kinds) == ["complaint_open", "dispute_open"]


# ---- called off


def test_a_visit_called_off_on_the_way_is_no_attempt(phone: Client, made: Scene, database: Database) -> None:
    tell(phone, made, "departed")
    visit = tell(phone, made, "aborted", note="the road is flooded").json()
    assert (visit["state"], visit["outcome"], visit["attempted"]) == ("aborted", "NOT_DONE", False)
    assert state_of(database, made.case) is CaseStatus.ASSIGNED
    assert waiting_events(database) == [VISIT_UNMET]
    with database.transaction() as tx:
        assert tx.scalars(select(Contact)).all() == []
        assert tx.scalars(select(Booking)).all() == []


def test_a_visit_broken_off_at_the_door_is_an_attempt(phone: Client, made: Scene, database: Database) -> None:
    arrive(phone, made)
    visit = tell(phone, made, "aborted").json()
    assert (visit["state"], visit["outcome"], visit["attempted"]) == ("aborted", None, True)
    assert state_of(database, made.case) is CaseStatus.ASSIGNED
    assert sorted(waiting_events(database)) == [VISIT_FINISHED, VISIT_UNMET]
    with database.transaction() as tx:
        assert tx.scalars(select(Contact)).one().contacted is False


def test_a_visit_broken_off_for_safety_is_reported(phone: Client, made: Scene, database: Database) -> None:
    arrive(phone, made)
    put(phone, made, outcome="SAFETY_ABORT", met=None, statement=None, safety="a dog without a lead")
    visit = tell(phone, made, "aborted").json()
    assert (visit["state"], visit["outcome"]) == ("aborted", "SAFETY_ABORT")
    assert state_of(database, made.case) is CaseStatus.VISITING
    assert waiting_events(database) == [VISIT_FINISHED]


def test_a_case_withdrawn_during_the_visit_stays_withdrawn(
    phone: Client, case_system: Client, made: Scene, database: Database
) -> None:
    arrive(phone, made)
    assert case_system.post(f"/v1/cases/{made.case.id}:withdraw").status_code == 200
    recall_case(database, made.case.id)
    put(phone, made, **NOBODY_HOME)
    assert tell(phone, made, "finished").status_code == 201
    assert state_of(database, made.case) is CaseStatus.WITHDRAWN
    with database.transaction() as tx:
        assert tx.get_one(Visit, made.visit_id).state == "finished"
        assert len(tx.scalars(select(Contact)).all()) == 1
