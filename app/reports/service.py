"""Use cases of reports: an assessment becomes a report, a report is acknowledged, a case is decided."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.compliance.situation import BlockKind
from app.contact.facts import facts_of
from app.contact.models import AccountUpdate
from app.contact.terms import AccountUpdateKind
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import Conflict, Fault, Invalid, Refused
from app.reports import feed
from app.reports.case_report import compose
from app.reports.consequences import Consequence, consequence
from app.reports.gates import RELIEF_OFFERS, closed_gates, meaning
from app.reports.intent import Intent
from app.reports.models import Acknowledgement, CaseReport, Decision
from app.reports.queries import report_facts
from app.reports.telling import tell_of_report
from app.reports.terms import (
    CASE_DECIDED,
    CASE_DECISION_NOTED,
    CASE_REPORTED,
    EVIDENCE_WANTED,
    REPORT_ACKNOWLEDGED,
    REPORT_COMPILED,
    REPORT_CORRECTED,
    DecisionKind,
)
from app.runtime import audit, jobs
from app.runtime.clock import now, today
from app.runtime.database import Database, new_id
from app.visits.models import Visit
from app.visits.visited_cases import lock_cases
from app.workforce.zones import zone_of

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
    tell_of_report(tx, REPORT_COMPILED if version == FIRST_VERSION else REPORT_CORRECTED, report)
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
        tell_of_report(tx, REPORT_ACKNOWLEDGED, report)
    return tx.scalars(
        select(Acknowledgement).where(Acknowledgement.report_id == report.id, Acknowledgement.actor == actor.subject)
    ).one()


# ---- the decision


def decide(tx: Session, actor: Actor, case_id: UUID, intent: Intent) -> Decision:
    """Take a decision on a reported case.

    Raises Invalid for a report or an option that is not the case's, Refused `GATE_CLOSED` for a legal step behind a
    closed gate, Conflict when the case is not reported.
    """
    _check_basis(tx, case_id, intent)
    case = _lock_borrower(tx, case_id)
    _check_gates(tx, case, intent.kind)
    if case.state is not CaseStatus.REPORTED:
        raise Conflict(
            "CASE_NOT_REPORTED",
            f"a decision needs a case that is reported, this one is {case.status}",
            action="Read the feed of reports; decide when the case has come to its report.",
        )
    decision = Decision(
        case_id=case.id,
        report_id=intent.report_id,
        kind=intent.kind.value,
        option=intent.option,
        reasons=list(intent.reasons),
        alternatives_considered=list(intent.alternatives_considered),
        note=intent.note,
        actor=actor.subject,
    )
    tx.add(decision)
    tx.flush()
    _carry_out(tx, actor, case, decision)
    return decision


def _lock_borrower(tx: Session, case_id: UUID) -> Case:
    """The case as it is now, with all cases of its borrower locked: a dispute on one loan closes the others' gates.

    They are locked in one order, against deadlocks.
    """
    key = select(Case.borrower_key).where(Case.id == case_id).scalar_subquery()
    query = select(Case).where(Case.borrower_key == key).order_by(Case.id).with_for_update()
    cases = tx.scalars(query.execution_options(populate_existing=True)).all()
    return next(case for case in cases if case.id == case_id)


def _check_basis(tx: Session, case_id: UUID, intent: Intent) -> None:
    report = tx.get(CaseReport, intent.report_id)
    if report is None or not report.concerns(case_id):
        raise _invalid("UNKNOWN_REPORT", "/report_id", f"{intent.report_id} is not a report on this case")
    names = [option["name"] for option in report.body["options"]]
    if intent.option is None and intent.kind is DecisionKind.APPROVE_PLAN:
        raise _invalid("OPTION_MISSING", "/option", f"an approval names one of the report's options: {names}")
    if intent.option is not None and intent.option not in names:
        raise _invalid("UNKNOWN_OPTION", "/option", f"{intent.option!r} is not one of the report's options: {names}")


def _invalid(reason: str, pointer: str, detail: str) -> Invalid:
    action = "Read the report again; GET /v1/reports/{id} has its case and its options."
    return Invalid(reason, f"{pointer}: {detail}", action=action, faults=(Fault(pointer, detail),))


def _check_gates(tx: Session, case: Case, kind: DecisionKind) -> None:
    gates = closed_gates(kind, _open_blocks(tx, case), relief_offered=_relief_offered(tx, case))
    if gates:
        raise Refused(
            "GATE_CLOSED",
            f"no {kind} now: " + "; ".join(meaning(gate) for gate in gates),
            action="Settle what is open, offer relief, or decide otherwise.",
            faults=tuple(Fault("/kind", f"{gate}: {meaning(gate)}") for gate in gates),
        )


def _open_blocks(tx: Session, case: Case) -> Collection[BlockKind]:
    """What stands against the borrower today, by record or by a flag of an escalation."""
    on = today(zone_of(tx, case.region))
    blocks = facts_of(tx, [case])[case.id].blocks
    return {block.kind for block in blocks if block.from_on <= on and (block.until_on is None or block.until_on > on)}


def _relief_offered(tx: Session, case: Case) -> bool:
    told = select(AccountUpdate.id).where(
        AccountUpdate.case_id == case.id, AccountUpdate.kind == AccountUpdateKind.RELIEF_OFFERED
    )
    decided = select(Decision.id).where(Decision.case_id == case.id, Decision.kind.in_(RELIEF_OFFERS))
    return any(tx.scalars(query.limit(1)).one_or_none() is not None for query in (told, decided))


def _carry_out(tx: Session, actor: Actor, case: Case, decision: Decision) -> None:
    detail = {"decision_id": str(decision.id), "kind": decision.kind}
    match consequence(DecisionKind(decision.kind)):
        case Consequence.CLOSE:
            progress.move(tx, case, CaseStatus.DECIDED, CASE_DECIDED, actor, detail)
        case Consequence.REVISIT:
            progress.move(tx, case, CaseStatus.ASSIGNED, EVIDENCE_WANTED, actor, detail)
            jobs.defer(tx, EVIDENCE_WANTED, case.id)
        case Consequence.AWAIT:
            progress.note(tx, case, CASE_DECISION_NOTED, actor, detail)
    tx.flush()
