"""Findings are put right after the visit: everything is made anew, and nothing that was is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.assessment.models import Assessment
from app.assessment.service import assess_visit
from app.intake.models import Case, CaseEvent
from app.intake.terms import CaseStatus
from app.redress.service import take_redress
from app.reports.models import CaseReport
from app.reports.service import compile_report
from app.runtime.database import Database
from app.visits.models import Findings
from tests.client import Client
from tests.factories_visits import Scene, findings, money, opened, statement
from tests.phone import arrive, carry_out

REASON = "The rent was typed twice"


@pytest.fixture
def made(database: Database) -> Scene:
    return opened(database)


@pytest.fixture
def phone(client_of: Callable[..., Client], made: Scene) -> Client:
    return client_of("investigator", made.crew[0].id)


@pytest.fixture
def risk(client_of: Callable[..., Client]) -> Client:
    return client_of("risk")


@pytest.fixture
def path(made: Scene) -> str:
    return f"/v1/visits/{made.visit_id}/findings:correct"


def correction(**changes: Any) -> dict[str, Any]:
    earning_less = statement()
    earning_less["lines"][0]["amount"] = "4000.00"
    return {"reason": REASON, "findings": findings(statement=earning_less, **changes)}


def work(database: Database, made: Scene) -> None:
    """What the worker does after a finished or corrected visit."""
    assess_visit(database, made.visit_id)
    compile_report(database, made.visit_id)


def feed(risk: Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = risk.get("/v1/reports").json()["items"]
    return items


def test_a_corrected_visit_gets_new_figures_and_a_report_that_names_the_one_it_supersedes(
    phone: Client, risk: Client, path: str, made: Scene, database: Database
) -> None:
    carry_out(phone, made)
    work(database, made)
    answer = phone.post(path, correction())
    assert answer.status_code == 200, answer.text
    assert answer.json()["findings"]["number"] == 2
    work(database, made)
    first, second = feed(risk)
    assert (first["version"], first["supersedes"], first["correction"]) == (1, None, None)
    assert (second["version"], second["supersedes"]) == (2, first["id"])
    assert second["correction"]["reason"] == REASON
    assert second["correction"]["actor"].startswith("investigator:")
    assert second["affordability"]["income_monthly"] == money("4000.00")
    assert risk.get(f"/v1/reports/{first['id']}").json() == first, "the superseded report stays as it was"


def test_nothing_that_was_known_before_is_lost(phone: Client, path: str, made: Scene, database: Database) -> None:
    carry_out(phone, made)
    work(database, made)
    phone.post(path, correction())
    work(database, made)
    with database.transaction() as tx:
        assert tx.scalars(select(Findings.correction).order_by(Findings.number)).all() == [None, REASON]
        assert tx.scalars(select(Assessment.number).order_by(Assessment.number)).all() == [1, 2]
        names = tx.scalars(select(CaseEvent.name).where(CaseEvent.case_id == made.case.id).order_by(CaseEvent.id)).all()
        assert names[-3:] == ["visit.corrected", "assessment.recorded", "report.compiled"]
        assert tx.get_one(Case, made.case.id).state is CaseStatus.REPORTED


def test_the_same_correction_again_and_a_second_worker_change_nothing(
    phone: Client, path: str, made: Scene, database: Database
) -> None:
    carry_out(phone, made)
    work(database, made)
    for _ in range(2):
        assert phone.post(path, correction()).json()["findings"]["number"] == 2
        work(database, made)
        work(database, made)
    with database.transaction() as tx:
        assert tx.scalars(select(CaseReport.version).order_by(CaseReport.version)).all() == [1, 2]


def test_a_correction_that_overtakes_the_worker_hides_nothing(
    phone: Client, risk: Client, path: str, made: Scene, database: Database
) -> None:
    carry_out(phone, made)
    phone.post(path, correction())
    phone.post(path, correction(note="And the child goes to school"))
    work(database, made)
    first, second, third = feed(risk)
    assert [report["version"] for report in (first, second, third)] == [1, 2, 3]
    assert (first["correction"], first["affordability"]["income_monthly"]) == (None, money("6500.00"))
    assert (second["supersedes"], second["correction"]["reason"]) == (first["id"], REASON)
    assert (third["supersedes"], third["note"]) == (second["id"], "And the child goes to school")


PROMISED = {"amount": money("800.00"), "channel": None}


def promises(risk: Client, made: Scene) -> list[tuple[str, str]]:
    items = risk.get(f"/v1/cases/{made.case.id}/promises").json()["items"]
    return [(item["amount"]["amount"], item["state"]) for item in items]


def due(made: Scene, days: int) -> str:
    return str(made.plan.first_on + timedelta(days=days))


def test_a_corrected_promise_takes_the_place_of_the_one_written_down(
    phone: Client, risk: Client, path: str, made: Scene
) -> None:
    carry_out(phone, made, promise=PROMISED | {"due_on": due(made, 10)})
    told = PROMISED | {"amount": money("900.00"), "due_on": due(made, 12)}
    assert phone.post(path, correction(promise=told)).status_code == 200
    assert promises(risk, made) == [("800.00", "superseded"), ("900.00", "open")]
    again = told | {"amount": money("950.00")}
    assert phone.post(path, correction(promise=again)).status_code == 200
    assert promises(risk, made)[1:] == [("900.00", "superseded"), ("950.00", "open")]


def test_a_promise_that_was_not_made_is_cancelled_and_one_that_was_forgotten_is_added(
    phone: Client, risk: Client, path: str, made: Scene
) -> None:
    carry_out(phone, made, promise=PROMISED | {"due_on": due(made, 10)})
    phone.post(path, correction(promise=None))
    assert promises(risk, made) == [("800.00", "cancelled")]
    phone.post(path, correction(promise=PROMISED | {"due_on": due(made, 11)}))
    assert promises(risk, made) == [("800.00", "cancelled"), ("800.00", "open")]


def test_what_a_correction_complains_of_is_a_complaint_with_its_clock(
    phone: Client, risk: Client, path: str, made: Scene, database: Database
) -> None:
    carry_out(phone, made)
    phone.post(path, correction(complaint="He shouted at me", vulnerability=["pregnancy"]))
    take_redress(database, made.case.id)
    [complaint] = risk.get(f"/v1/cases/{made.case.id}/complaints").json()["items"]
    assert (complaint["text"], complaint["state"]) == ("He shouted at me", "open")
    assert len(risk.get(f"/v1/cases/{made.case.id}/hardship-reviews").json()["items"]) == 1


def test_a_promise_is_due_within_three_years(phone: Client, made: Scene, path: str) -> None:
    carry_out(phone, made)
    far = correction(promise=PROMISED | {"due_on": "2199-12-30"})
    refused = phone.post(path, far)
    assert (refused.status_code, refused.json()["reason"]) == (422, "PROMISE_TOO_FAR")
    assert refused.json()["errors"][0]["pointer"] == "/promise/due_on"


def test_the_outcome_has_moved_the_case_and_stays(phone: Client, path: str, made: Scene) -> None:
    carry_out(phone, made)
    refused = phone.post(path, correction(outcome="MET_CANNOT_PAY"))
    assert (refused.status_code, refused.json()["reason"]) == (409, "OUTCOME_FIXED")


def test_a_visit_under_way_is_not_corrected(phone: Client, path: str, made: Scene) -> None:
    arrive(phone, made)
    refused = phone.post(path, correction())
    assert (refused.status_code, refused.json()["reason"]) == (409, "VISIT_STATE")


def test_a_correction_is_checked_like_any_findings(phone: Client, path: str, made: Scene) -> None:
    carry_out(phone, made)
    wrong = statement() | {"lines": [{"kind": "income", "category": "wages", "frequency": "monthly"}]}
    refused = phone.post(path, {"reason": REASON, "findings": findings(statement=wrong)})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/statement/lines/0/amount")
    assert phone.post(path, {"reason": "", "findings": findings()}).status_code == 422


def test_nobody_else_corrects(client_of: Callable[..., Client], phone: Client, path: str, made: Scene) -> None:
    carry_out(phone, made)
    assert client_of("investigator", made.region.id).post(path, correction()).status_code == 404
    for role in ("risk", "dispatcher", "case-system", "auditor"):
        assert client_of(role).post(path, correction()).status_code == 403
