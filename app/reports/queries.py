"""Reads the facts of a report."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Assessment
from app.compliance.phrase import Language
from app.intake.models import Case
from app.planning.models import Plan
from app.reports.case_report import (
    AskedRuling,
    CaseFacts,
    Correction,
    Figures,
    ReportFacts,
    Successor,
    VisitFacts,
    Visitor,
)
from app.reports.models import CaseReport
from app.reports.terms import Asking
from app.visits.models import Findings, Visit, VisitEvent
from app.visits.queries import events_of
from app.workforce.models import Investigator
from app.workforce.zones import zone_of

# Cantonese, Wu, Hakka and the others are spoken; who speaks them reads Chinese.
WRITTEN_IN_CHINESE = frozenset({"zh", "cmn", "yue", "wuu", "nan", "hak", "gan", "hsn", "cdo", "cjy"})


def report_facts(
    tx: Session,
    visit: Visit,
    assessment: Assessment,
    report_id: UUID,
    version: int,
    made_at: datetime,
    supersedes: UUID | None = None,
) -> ReportFacts:
    """All facts of a report on an assessment of a visit."""
    case, *others = (tx.get_one(Case, case_id) for case_id in visit.case_ids)
    events = events_of(tx, visit)
    findings = tx.get_one(Findings, assessment.findings_id) if assessment.findings_id is not None else None
    return ReportFacts(
        report_id=report_id,
        version=version,
        made_at=made_at,
        supersedes=supersedes,
        correction=_correction(findings) if supersedes is not None else None,
        case=_case_facts(tx, case),
        also_cases=tuple(_case_facts(tx, other) for other in others),
        visit=_visit_facts(tx, visit, events),
        findings=findings.body if findings else {},
        figures=_figures(assessment),
        rulings=_rulings(tx, case, visit, events),
    )


def _correction(findings: Findings | None) -> Correction | None:
    if findings is None or findings.correction is None:
        return None
    return Correction(findings.correction, findings.actor, findings.made_at)


def successor_of(tx: Session, report: CaseReport) -> Successor | None:
    """The newest version of the visit's report, when it is a later one than this."""
    newer = select(CaseReport.id, CaseReport.version, CaseReport.body["made_at"].astext).where(
        CaseReport.visit_id == report.visit_id, CaseReport.version > report.version
    )
    row = tx.execute(newer.order_by(CaseReport.version.desc()).limit(1)).one_or_none()
    return None if row is None else Successor(*row)


def written_language(case: Case) -> Language | None:
    """The language to write to the borrower in; None when it is not known."""
    told = case.escalation.get("borrower", {}).get("language") or case.language
    if told is None:
        return None
    return Language.ZH if told.split("-")[0].lower() in WRITTEN_IN_CHINESE else Language.EN


def _case_facts(tx: Session, case: Case) -> CaseFacts:
    zone = zone_of(tx, case.region)
    return CaseFacts(
        case_id=case.id,
        source=case.source,
        source_reference=case.source_reference,
        region=case.region,
        time_zone=zone,
        product=case.product,
        outstanding=case.outstanding,
        overdue=case.overdue,
        days_past_due=case.days_past_due,
        escalated_loan=case.escalation["loan"],
    )


def _visit_facts(tx: Session, visit: Visit, events: Sequence[VisitEvent]) -> VisitFacts:
    return VisitFacts(
        visit_id=visit.id,
        day=visit.day,
        state=visit.state,
        outcome=visit.outcome,
        happened={event.kind: event.at for event in reversed(events)},  # the first of a kind stays
        signals=tuple(sorted({signal for event in events for signal in event.signals})),
        emergency=next((event.emergency for event in events if event.emergency is not None), None),
        investigators=_crew(tx, [UUID(investigator_id) for investigator_id in visit.investigator_ids]),
    )


def _crew(tx: Session, ids: Sequence[UUID]) -> tuple[Visitor, ...]:
    rows = tx.scalars(select(Investigator).where(Investigator.id.in_(ids)).order_by(Investigator.code))
    return tuple(Visitor(row.id, row.code, row.name) for row in rows)


def _figures(row: Assessment) -> Figures:
    return Figures(row.id, row.statement, row.affordability, tuple(row.options), row.drafted)


def _rulings(tx: Session, case: Case, visit: Visit, events: Sequence[VisitEvent]) -> tuple[AskedRuling, ...]:
    published_at = tx.scalars(select(Plan.published_at).where(Plan.id == visit.plan_id)).one()
    asked = [
        (Asking.INTAKE, case.received_at, case.ruling),
        (Asking.PUBLISHING, published_at, visit.ruling),
        *((Asking.DOOR, event.at, event.ruling) for event in events),
    ]
    return tuple(AskedRuling(when, at, ruling) for when, at, ruling in asked if ruling is not None)
