"""Whether a report is the last word on a case: asked while its loans are locked."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.intake.models import Case
from app.reports.models import CaseReport
from app.reports.queries import successor_of
from app.visits.models import Findings


def newest_report(tx: Session, case: Case, report: CaseReport) -> UUID | None:
    """The report that took this one's place: a newer version of it, or that of a later visit to the case."""
    successor = successor_of(tx, report)
    return successor.report_id if successor is not None else _later_report(tx, case, report)


def _later_report(tx: Session, case: Case, report: CaseReport) -> UUID | None:
    """The newest version of the report of a visit to the case that was reported after this one's, if there is one."""
    first = aliased(CaseReport)
    begun = select(first.made_at).where(first.visit_id == report.visit_id).order_by(first.version).limit(1)
    of_case = (CaseReport.case_id == case.id) | CaseReport.also_case_ids.contains([str(case.id)])
    later = select(CaseReport.visit_id).where(
        of_case,
        CaseReport.visit_id != report.visit_id,
        CaseReport.version == 1,
        CaseReport.made_at > begun.scalar_subquery(),
    )
    newest = select(CaseReport.id).where(CaseReport.visit_id.in_(later))
    return tx.scalars(newest.order_by(CaseReport.made_at.desc()).limit(1)).one_or_none()


def corrections_of(tx: Session, visit_id: UUID) -> int:
    """How often the findings of a visit were put right: each time a version of the report follows."""
    query = select(func.count()).where(Findings.visit_id == visit_id, Findings.correction.is_not(None))
    return tx.scalars(query).one()
