"""Use cases of reports: an assessment becomes a report, a report is acknowledged."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.assessment.models import Assessment
from app.assessment.queries import assessments_of
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import SYSTEM, Actor
from app.reports import feed
from app.reports.case_report import compose
from app.reports.models import Acknowledgement, CaseReport, Decision
from app.reports.proposals import stands_as, void_proposals
from app.reports.queries import report_facts
from app.reports.telling import tell_of_report
from app.reports.terms import CASE_REPORTED, REPORT_ACKNOWLEDGED, REPORT_COMPILED, REPORT_CORRECTED, DecisionState
from app.runtime import audit
from app.runtime.clock import now
from app.runtime.database import Database, locking, new_id
from app.visits.models import Visit
from app.visits.visited_cases import lock_cases

FIRST_VERSION = 1
# Cases on which nothing is decided any more.
_OVER = (CaseStatus.DECIDED, CaseStatus.REFUSED, CaseStatus.WITHDRAWN, CaseStatus.EXHAUSTED)


# ---- the report


def compile_report(database: Database, visit_id: UUID) -> None:
    """Write the report of each assessment of a visit; one that has its report is left alone.

    A visit that was assessed anew gets a new version, which names the one that it supersedes.
    """
    with database.transaction() as tx:
        visit = tx.get_one(Visit, visit_id)
        cases, before = lock_cases(tx, visit), last_report(tx, visit_id)
        for assessment in assessments_of(tx, visit_id)[before.version if before is not None else 0 :]:
            before = file_report(tx, visit, before, assessment)
            for case in cases:
                void_proposals(tx, SYSTEM, case, f"report {before.id} tells more than the one it was proposed on")
                _move_on(tx, case, before)


def file_report(
    tx: Session, visit: Visit, before: CaseReport | None, assessment: Assessment | None = None
) -> CaseReport:
    """Compose the report of an assessment, the last one when none is named, and put it into the feed.

    `before` is the report that it supersedes.
    """
    report_id, made_at = new_id(), now()
    version = FIRST_VERSION if before is None else before.version + 1
    assessed = assessment or assessments_of(tx, visit.id)[-1]
    body = compose(report_facts(tx, visit, assessed, report_id, version, made_at, before.id if before else None))
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
    tell_of_report(tx, REPORT_COMPILED if version == FIRST_VERSION else REPORT_CORRECTED, report)
    return report


def last_report(tx: Session, visit_id: UUID) -> CaseReport | None:
    """The newest version of a visit's report; None until there is one."""
    query = select(CaseReport).where(CaseReport.visit_id == visit_id).order_by(CaseReport.version.desc()).limit(1)
    return tx.scalars(query).one_or_none()


def _move_on(tx: Session, case: Case, report: CaseReport) -> None:
    """An assessed case is reported now; one that goes to another visit meanwhile, or was closed, stays where it is."""
    detail = {"report_id": str(report.id)}
    if case.state is CaseStatus.ASSESSED:
        progress.move(tx, case, CaseStatus.REPORTED, CASE_REPORTED, SYSTEM, detail)
    else:
        progress.note(tx, case, REPORT_COMPILED, SYSTEM, detail)


def void_orphans(database: Database) -> None:
    """End the proposals on cases that were withdrawn or came to another end; doing it again changes nothing."""
    ended = [status.value for status in _OVER]
    waiting = select(Case.id).join(Decision, Decision.case_id == Case.id)
    query = waiting.where(Case.status.in_(ended), stands_as(DecisionState.PROPOSED))
    with database.transaction() as tx:
        for case in tx.scalars(locking(select(Case).where(Case.id.in_(query)).order_by(Case.id))).all():
            void_proposals(tx, SYSTEM, case, f"the case is {case.status}")


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
        tell_of_report(tx, REPORT_ACKNOWLEDGED, report)
    return tx.scalars(
        select(Acknowledgement).where(Acknowledgement.report_id == report.id, Acknowledgement.actor == actor.subject)
    ).one()
