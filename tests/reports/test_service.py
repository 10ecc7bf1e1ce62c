"""An assessed visit becomes one immutable report."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from app.intake.models import Case, CaseEvent
from app.intake.terms import CaseStatus
from app.reports.case_report import digest
from app.reports.models import CaseReport, ReportEntry
from app.reports.schemas import ReportBody
from app.reports.service import compile_report
from app.runtime.audit import AuditRecord
from app.runtime.database import Database, new_id
from tests.factories_reports import AFFORDABILITY, assessed_case, assessed_visit, investigator, west_lake


def the_report(database: Database, visit_id: UUID) -> CaseReport:
    with database.transaction() as tx:
        return tx.scalars(select(CaseReport).where(CaseReport.visit_id == visit_id)).one()


def test_a_report_is_compiled_from_the_stored_facts(database: Database) -> None:
    with database.transaction() as tx:
        region = west_lake(tx)
        crew = (investigator(tx, "I-01", region), investigator(tx, "I-02", region))
        case = assessed_case(tx, region)
        visit = assessed_visit(tx, case, crew=crew)
    compile_report(database, visit.id)
    report = the_report(database, visit.id)
    body = report.body
    assert (body["id"], body["case_id"], body["visit_id"]) == (str(report.id), str(case.id), str(visit.id))
    assert (body["version"], body["outcome"]) == (1, "MET_PLAN_DRAFTED")
    assert body["affordability"] == AFFORDABILITY
    assert body["note"] == "谈话平静", "the findings that were put last count"
    assert body["loan"]["overdue"] == {"amount": "2700.50", "currency": "CNY"}
    assert [visitor["code"] for visitor in body["visit"]["investigators"]] == ["I-01", "I-02"]
    assert body["visit"]["arrived_at"] == "2026-11-23T09:31:00+08:00"
    assert [(told["asked"], told["asked_at"]) for told in body["rulings"]] == [
        ("intake", "2026-11-20T12:00:00+08:00"),
        ("publishing", "2026-11-22T16:00:00+08:00"),
        ("door", "2026-11-23T09:31:00+08:00"),
    ]
    assert report.sha256 == body["sha256"] == digest(body)
    ReportBody.model_validate(body)


def test_the_case_is_reported_then_and_its_history_names_the_report(database: Database) -> None:
    with database.transaction() as tx:
        case = assessed_case(tx, west_lake(tx))
        visit = assessed_visit(tx, case)
    compile_report(database, visit.id)
    report = the_report(database, visit.id)
    with database.transaction() as tx:
        assert tx.get_one(Case, case.id).state is CaseStatus.REPORTED
        event = tx.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).one()
        assert (event.name, event.status, event.detail) == (
            "case.reported",
            "reported",
            {"report_id": str(report.id)},
        )
        subjects = tx.scalars(select(AuditRecord.subject).where(AuditRecord.verb == "report.compiled")).all()
        assert subjects == [f"report:{report.id}"]


@pytest.mark.parametrize("status", [CaseStatus.ASSIGNED, CaseStatus.PLANNED, CaseStatus.HELD, CaseStatus.WITHDRAWN])
def test_a_case_that_has_gone_on_meanwhile_stays_where_it_is(database: Database, status: CaseStatus) -> None:
    with database.transaction() as tx:
        case = assessed_case(tx, west_lake(tx), status=status.value)
        visit = assessed_visit(tx, case, findings=None, outcome="NO_ANSWER")
    compile_report(database, visit.id)
    body = the_report(database, visit.id).body
    assert (body["outcome"], body["statement"], body["options"]) == ("NO_ANSWER", None, [])
    ReportBody.model_validate(body)
    with database.transaction() as tx:
        assert tx.get_one(Case, case.id).state is status
        assert tx.scalars(select(CaseEvent.name).where(CaseEvent.case_id == case.id)).all() == ["report.compiled"]


def test_every_loan_that_the_visit_served_is_reported(database: Database) -> None:
    with database.transaction() as tx:
        region = west_lake(tx)
        first = assessed_case(tx, region)
        second = assessed_case(tx, region, outstanding_minor=900_00, overdue_minor=900_00)
        visit = assessed_visit(tx, first, also=(second,))
    compile_report(database, visit.id)
    report = the_report(database, visit.id)
    (also,) = report.body["also_cases"]
    assert (also["case_id"], also["source_reference"]) == (str(second.id), second.source_reference)
    assert also["loan"]["outstanding"] == {"amount": "900.00", "currency": "CNY"}
    ReportBody.model_validate(report.body)
    assert report.concerns(first.id)
    assert report.concerns(second.id)
    assert not report.concerns(new_id())
    with database.transaction() as tx:
        assert {tx.get_one(Case, case.id).status for case in (first, second)} == {"reported"}


def test_compiling_again_changes_nothing(database: Database) -> None:
    with database.transaction() as tx:
        visit = assessed_visit(tx, assessed_case(tx, west_lake(tx)))
    compile_report(database, visit.id)
    first = the_report(database, visit.id)
    compile_report(database, visit.id)
    assert the_report(database, visit.id).id == first.id
    with database.transaction() as tx:
        assert tx.scalars(select(ReportEntry.report_id)).all() == [first.id]


def test_two_workers_at_once_compile_one_report(own_database: Database) -> None:
    with own_database.transaction() as tx:
        visit = assessed_visit(tx, assessed_case(tx, west_lake(tx)))
    start = threading.Barrier(2)

    def worker(_: int) -> None:
        start.wait()
        compile_report(own_database, visit.id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(worker, range(2)))
    assert the_report(own_database, visit.id).version == 1


def test_a_visit_without_assessment_is_not_reported(database: Database) -> None:
    with pytest.raises(NoResultFound):
        compile_report(database, new_id())


@pytest.fixture
def trying(tx: Session) -> Callable[[], AbstractContextManager[None]]:
    """Tries something that the database is to refuse."""

    @contextmanager
    def attempt() -> Iterator[None]:
        with pytest.raises(IntegrityError, match=r"are facts|for good"), tx.begin_nested():
            yield

    return attempt


def test_nobody_changes_a_report_its_place_or_its_hash(
    tx: Session, database: Database, trying: Callable[[], AbstractContextManager[None]]
) -> None:
    visit = assessed_visit(tx, assessed_case(tx, west_lake(tx)))
    tx.flush()
    compile_report(database, visit.id)
    tx.execute(text("UPDATE report_entries SET number = 1"))
    for statement in (
        "UPDATE case_reports SET body = '{}'",
        "UPDATE case_reports SET sha256 = ''",
        "DELETE FROM case_reports",
        "UPDATE report_entries SET number = 2",
        "DELETE FROM report_entries",
    ):
        with trying():
            tx.execute(text(statement))
