"""Which reports and decisions an actor may see: those on the cases of its regions."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.reports.models import CaseReport, Decision
from app.visits.models import Visit
from app.visits.visibility import own_visits


def visible_reports(actor: Actor) -> Select[CaseReport]:
    """All reports on cases of the actor's regions."""
    query = select(CaseReport)
    if not actor.regions:
        return query
    return query.join(Case, Case.id == CaseReport.case_id).where(Case.region.in_(actor.regions))


def visible_report(tx: Session, actor: Actor, report_id: UUID) -> CaseReport:
    """One report; raises NotFound when there is none or it is not the actor's."""
    return _found(tx.scalars(visible_reports(actor).where(CaseReport.id == report_id)).one_or_none(), report_id)


def _found(report: CaseReport | None, report_id: UUID) -> CaseReport:
    if report is None:
        raise NotFound("NO_SUCH_REPORT", f"there is no report {report_id} for this token", action="Check the id.")
    return report


def copied_report(tx: Session, actor: Actor, report_id: UUID) -> CaseReport:
    """One report of which the actor may hand out the borrower's copy: people of the field those of their own visits."""
    if any(actor.may(scope) for scope in ("reports:read", "decisions:write")):
        return visible_report(tx, actor, report_id)
    query = select(CaseReport).where(CaseReport.id == report_id)
    own = query.where(CaseReport.visit_id.in_(own_visits(actor).with_only_columns(Visit.id)))
    return _found(tx.scalars(own).one_or_none(), report_id)


def visible_decisions(actor: Actor) -> Select[Decision]:
    """All decisions on cases of the actor's regions."""
    query = select(Decision)
    if not actor.regions:
        return query
    return query.join(Case, Case.id == Decision.case_id).where(Case.region.in_(actor.regions))


def visible_decision(tx: Session, actor: Actor, decision_id: UUID) -> Decision:
    """One decision; raises NotFound when there is none or it is not the actor's."""
    decision = tx.scalars(visible_decisions(actor).where(Decision.id == decision_id)).one_or_none()
    if decision is None:
        raise NotFound("NO_SUCH_DECISION", f"there is no decision {decision_id} for this token", action="Check the id.")
    return decision
