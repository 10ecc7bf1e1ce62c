"""Use cases of reports: an assessment becomes a report, a report is acknowledged."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import SYSTEM, Actor
from app.reports import feed
from app.reports.case_report import compose
from app.reports.models import Acknowledgement, CaseReport
from app.reports.queries import report_facts
from app.reports.terms import CASE_REPORTED, REPORT_ACKNOWLEDGED, REPORT_COMPILED
from app.runtime import audit
from app.runtime.clock import now
from app.runtime.database import Database, new_id
from app.visits.models import Visit
from app.visits.visited_cases import lock_cases

FIRST_VERSION = 1


# ---- the report


def compile_report(database: Database, visit_id: UUID) -> None:
    """Write the report of a visit once it is assessed; a visit that has its report is left alone."""
    with database.transaction() as tx:
        visit = tx.get_one(Visit, visit_id)
        cases = lock_cases(tx, visit)
        if _is_compiled(tx, visit_id):
            return
        report = file_report(tx, visit, FIRST_VERSION)
        for case in cases:
            _move_on(tx, case, report)


def file_report(tx: Session, visit: Visit, version: int) -> CaseReport:
    """Compose the report of an assessed visit and put it into the feed."""
    report_id, made_at = new_id(), now()
    body = compose(report_facts(tx, visit, report_id, version, made_at))
    report = CaseReport(
        id=report_id,
        made_at=made_at,
        case_id=visit.case_id,
        also_case_ids=visit.also_case_ids,
        visit_id=visit.id,
        version=version,
        sha256=body["sha256"],
        body=body,
    )
    tx.add(report)
    tx.flush()
    feed.enter(tx, report_id)
    audit.record(tx, SYSTEM, REPORT_COMPILED, f"report:{report_id}", {"sha256": report.sha256})
    return report


def _is_compiled(tx: Session, visit_id: UUID) -> bool:
    return tx.scalars(select(CaseReport.id).where(CaseReport.visit_id == visit_id).limit(1)).one_or_none() is not None


def _move_on(tx: Session, case: Case, report: CaseReport) -> None:
    """An assessed case is reported now; one that goes to another visit meanwhile, or was closed, stays where it is."""
    detail = {"report_id": str(report.id)}
    if case.state is CaseStatus.ASSESSED:
        progress.move(tx, case, CaseStatus.REPORTED, CASE_REPORTED, SYSTEM, detail)
    else:
        progress.note(tx, case, REPORT_COMPILED, SYSTEM, detail)


def acknowledge(tx: Session, actor: Actor, report: CaseReport) -> Acknowledgement:
    """Note that the actor has received the report; the first time counts."""
    made = tx.execute(
        insert(Acknowledgement)
        .values(report_id=report.id, actor=actor.subject)
        .on_conflict_do_nothing()
        .returning(Acknowledgement.id)
    ).one_or_none()
    if made is not None:
        audit.record(tx, actor, REPORT_ACKNOWLEDGED, f"report:{report.id}")
    return tx.scalars(
        select(Acknowledgement).where(Acknowledgement.report_id == report.id, Acknowledgement.actor == actor.subject)
    ).one()
