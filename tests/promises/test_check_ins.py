"""However many crews are sent to one borrower at once, the law's number of them knocks."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select

from app.intake.models import Case
from app.main import create_app
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.settings import Settings
from app.visits import door_token
from app.visits.models import Visit
from app.visits.service import open_visits, permission_of
from tests.client import Client
from tests.factories_visits import HOURS_ONLY, Scene, event, investigator, opened, publish, published_case

ONE_MEETING_A_WEEK = "RU-230FZ"
CREWS = 100


def test_of_a_hundred_check_ins_at_once_the_limit_of_one_lets_one_through(
    own_database: Database, settings: Settings, token_key: TokenKey
) -> None:
    database, application = own_database, create_app(settings, own_database, token_key)
    first = opened(database, profiles=(HOURS_ONLY, ONE_MEETING_A_WEEK))
    crews = [(first.crew[0].id, first.visit_id), *_more_crews(database, first, CREWS - 1)]
    with ThreadPoolExecutor(CREWS) as doors:
        answers = list(doors.map(lambda own: _check_in(database, application, token_key, *own), crews))
    assert Counter(status for status, _ in answers) == {201: 1, 409: CREWS - 1}
    assert {reason for status, reason in answers if status == 409} == {"CONTACT_RULE"}
    with database.transaction() as tx:
        states = Counter(tx.scalars(select(Visit.state).join(Case, Case.id == Visit.case_id).where(_same(first))))
    assert states == {"arrived": 1, "scheduled": CREWS - 1}


def _more_crews(database: Database, made: Scene, count: int) -> list[tuple[Any, Any]]:
    """Others who are sent to the same borrower, each for another loan, with a plan of their own."""
    crews, plans = [], []
    with database.transaction() as tx:
        for _ in range(count):
            person = investigator(tx, made.region)
            tx.flush()
            plan, visit_id = publish(tx, made.region, (person,), (published_case(tx, made.region),), made.start_at)
            crews.append((person.id, visit_id))
            plans.append(plan.id)
        tx.query(Case).filter(Case.region == made.region.code).update({"borrower_key": made.case.borrower_key})
    for plan_id in plans:
        open_visits(database, plan_id)
    return crews


def _same(made: Scene) -> Any:
    return Case.borrower_key == made.case.borrower_key


def _check_in(
    database: Database, application: FastAPI, token_key: TokenKey, person: Any, visit_id: Any
) -> tuple[int, str | None]:
    with database.transaction() as tx:
        visit = tx.get_one(Visit, visit_id)
        token = door_token.issue(token_key.private, permission_of(visit, visit.start_at))
    phone = Client(application, token_key.issue("investigator", investigator_id=person))
    answer = phone.post(f"/v1/visits/{visit_id}/events", event("arrived", door_token=token))
    return answer.status_code, answer.json().get("reason")
