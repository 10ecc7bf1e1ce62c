"""Visits come and go with plans and cases."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from app.intake import progress
from app.intake.models import Case, CaseEvent
from app.intake.terms import CaseStatus, HoldReason
from app.kernel.actor import SYSTEM
from app.planning.models import Booking
from app.runtime.clock import now
from app.runtime.database import Database
from app.visits.models import Visit
from app.visits.service import mark_missed, open_visits, recall_case
from app.visits.terms import VISIT_MISSED, VISIT_OPENED, VISIT_RECALLED, VISIT_UNMET
from tests.factories_visits import AT_THE_DOOR, Scene, opened, publish, scene


def visits(tx: Session) -> dict[UUID, Visit]:
    return {visit.id: visit for visit in tx.scalars(select(Visit))}


def bookings(tx: Session) -> set[UUID]:
    return set(tx.scalars(select(Booking.visit_id)))


def history(tx: Session, case: Case) -> Sequence[str]:
    return tx.scalars(select(CaseEvent.name).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)).all()


def waiting_jobs(tx: Session) -> list[tuple[str, str]]:
    query = text("SELECT task_name, args->>'subject' FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
    return [(event, subject) for event, subject in tx.execute(query)]


def hold(tx: Session, case_id: UUID) -> None:
    progress.hold(tx, tx.get_one(Case, case_id), HoldReason.BLOCKED, SYSTEM, detail="a dispute is open")


def test_a_published_stop_becomes_a_visit_once(database: Database) -> None:
    made = opened(database, loans=2)
    open_visits(database, made.plan.id)
    with database.transaction() as tx:
        visit = visits(tx)[made.visit_id]
        assert visit.state == "scheduled"
        assert visit.case_ids == tuple(case.id for case in made.cases)
        assert visit.investigator_ids == [str(person.id) for person in made.crew]
        assert (visit.start_at, visit.end_at) == (made.start_at, made.start_at + AT_THE_DOOR)
        assert [history(tx, case).count(VISIT_OPENED) for case in made.cases] == [1, 1]
        assert tx.get_one(Case, made.case.id).state is CaseStatus.PUBLISHED


def test_a_stop_that_was_left_out_of_the_publication_is_not_opened(database: Database) -> None:
    with database.transaction() as tx:
        made = scene(tx)
        tx.execute(delete(Booking))
    open_visits(database, made.plan.id)
    with database.transaction() as tx:
        assert visits(tx) == {}


def test_a_newer_plan_recalls_the_visits_whose_time_it_took(database: Database) -> None:
    made = opened(database)
    newer_id = _replan(database, made)
    with database.transaction() as tx:
        assert visits(tx)[made.visit_id].state == "recalled"
        assert visits(tx)[newer_id].state == "scheduled"
        assert history(tx, made.case)[-2:] == [VISIT_RECALLED, VISIT_OPENED]


def test_a_visit_that_somebody_departed_for_outlives_a_newer_plan(database: Database) -> None:
    made = opened(database)
    with database.transaction() as tx:
        visits(tx)[made.visit_id].state = "departed"
    _replan(database, made)
    with database.transaction() as tx:
        assert visits(tx)[made.visit_id].state == "departed"


def _replan(database: Database, made: Scene) -> UUID:
    with database.transaction() as tx:
        tx.execute(delete(Booking).where(Booking.visit_id == made.visit_id))
        plan, visit_id = publish(tx, made.region, made.crew, made.cases, made.start_at + timedelta(minutes=10))
    open_visits(database, plan.id)
    return visit_id


def test_a_case_that_fell_between_publishing_and_opening_is_not_visited(database: Database) -> None:
    with database.transaction() as tx:
        made = scene(tx)
        hold(tx, made.case.id)
    open_visits(database, made.plan.id)
    with database.transaction() as tx:
        assert visits(tx)[made.visit_id].state == "recalled"
        assert bookings(tx) == set()


@pytest.mark.parametrize("state", ["scheduled", "departed"])
def test_a_case_that_is_held_or_withdrawn_recalls_its_visit(database: Database, state: str) -> None:
    made = opened(database)
    with database.transaction() as tx:
        visits(tx)[made.visit_id].state = state
        hold(tx, made.case.id)
    recall_case(database, made.case.id)
    recall_case(database, made.case.id)
    with database.transaction() as tx:
        assert visits(tx)[made.visit_id].state == "recalled"
        assert bookings(tx) == set()
        assert history(tx, made.case).count(VISIT_RECALLED) == 1


def test_nobody_is_called_back_from_the_door(database: Database) -> None:
    made = opened(database)
    with database.transaction() as tx:
        visits(tx)[made.visit_id].state = "arrived"
        hold(tx, made.case.id)
    recall_case(database, made.case.id)
    with database.transaction() as tx:
        assert visits(tx)[made.visit_id].state == "arrived"


def test_an_update_that_changes_nothing_for_the_visit_leaves_it_alone(database: Database) -> None:
    made = opened(database)
    recall_case(database, made.case.id)
    with database.transaction() as tx:
        assert visits(tx)[made.visit_id].state == "scheduled"
        assert bookings(tx) == {made.visit_id}


def test_the_visit_goes_on_for_the_loan_that_is_left(database: Database) -> None:
    made = opened(database, loans=2)
    with database.transaction() as tx:
        hold(tx, made.case.id)
    recall_case(database, made.case.id)
    with database.transaction() as tx:
        visit = visits(tx)[made.visit_id]
        assert visit.state == "scheduled"
        assert visit.case_ids == (made.cases[1].id,)


def test_a_visit_that_nobody_came_to_is_missed_and_wanted_again(database: Database) -> None:
    made = opened(database)
    with database.transaction() as tx:
        assert mark_missed(tx, before=made.start_at + AT_THE_DOOR) == 0
        assert mark_missed(tx, before=now() + timedelta(hours=2)) == 1
        assert mark_missed(tx, before=now() + timedelta(hours=2)) == 0
    with database.transaction() as tx:
        assert visits(tx)[made.visit_id].state == "missed"
        assert bookings(tx) == set()
        case = tx.get_one(Case, made.case.id)
        assert case.state is CaseStatus.ASSIGNED
        assert history(tx, case)[-2:] == [VISIT_MISSED, VISIT_UNMET]
        assert (VISIT_UNMET, str(case.id)) in waiting_jobs(tx)
