"""Use cases of decisions: most are taken at once, a legal step is proposed and waits for a second person.

Every gate is read while all loans of the borrower are locked, when a legal step is proposed and again when it is
confirmed: whatever is told of the borrower at the same moment comes before the decision or after it, never beside it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.contact.blocking import lock_loans
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Fault, Forbidden, Invalid, Refused
from app.redress.offering import ToldOffer, write_offer
from app.redress.standing import matters_of
from app.reports.consequences import Consequence, effect, look_on
from app.reports.gates import LEGAL_STEPS, RELIEF_OFFERS, closed_gates, meaning
from app.reports.intent import Intent
from app.reports.models import CaseReport, Decision
from app.reports.newest import corrections_of, newest_report
from app.reports.offered_terms import offered_terms
from app.reports.proposals import end_proposal, ending_of, open_proposals, state_of, void_proposals
from app.reports.terms import (
    CASE_DECIDED,
    CASE_DECISION_NOTED,
    CASE_DECISION_PROPOSED,
    CASE_DECISION_REJECTED,
    CASE_DECISION_WITHDRAWN,
    EVIDENCE_WANTED,
    DecisionKind,
    DecisionState,
)
from app.runtime import jobs
from app.runtime.clock import today
from app.runtime.database import Json
from app.visits.terms import ComponentKind
from app.workforce.zones import zone_of

_EVENT_OF = {
    DecisionState.REJECTED: CASE_DECISION_REJECTED,
    DecisionState.WITHDRAWN: CASE_DECISION_WITHDRAWN,
}
# What a decision offers where no option of the report says it.
_OFFERED: Mapping[DecisionKind, ComponentKind] = {
    DecisionKind.APPROVE_PLAN: ComponentKind.INSTALMENT,
    DecisionKind.APPROVE_WITH_CHANGE: ComponentKind.INSTALMENT,
    DecisionKind.RELIEF_FIRST: ComponentKind.INTEREST_FREEZE,
    DecisionKind.PAUSE: ComponentKind.GRACE,
    DecisionKind.SETTLEMENT: ComponentKind.SETTLEMENT_LUMP,
}


def decide(tx: Session, actor: Actor, case_id: UUID, intent: Intent) -> Decision:
    """Take a decision on a reported case, or propose it when it is a legal step.

    Raises Invalid for a report or an option that is not the case's, and for a legal step without alternatives; Refused
    `GATE_CLOSED` for a legal step behind a closed gate; Conflict when the report has a newer version, the case is not
    reported, or a legal step is proposed on it already.
    """
    report = _check_basis(tx, case_id, intent)
    case, loans = _lock_borrower(tx, case_id)
    _check_possible(tx, case, loans, report, intent.kind)
    is_proposal = intent.kind in LEGAL_STEPS
    if is_proposal:
        _check_first_proposal(tx, case)
    decision = _write(tx, actor, case, report, intent, is_proposal=is_proposal)
    if is_proposal:
        progress.note(tx, case, CASE_DECISION_PROPOSED, actor, _named(decision))
    else:
        _carry_out(tx, actor, case, decision, report)
    tx.flush()
    return decision


def confirm(tx: Session, actor: Actor, decision: Decision, note: str | None) -> Case:
    """Carry out a legal step that another person proposed, when every gate is open at this moment.

    Raises Forbidden `SAME_PERSON` for the one who proposed it, Conflict for a decision that does not wait any more, and
    whatever `decide` raises.
    """
    if decision.actor == actor.subject:
        detail = "a legal step is confirmed by another person than the one who proposed it"
        raise Forbidden("SAME_PERSON", detail, action="Let a second person confirm it, each with a token of their own.")
    case, loans = _lock_borrower(tx, decision.case_id)
    _check_waits(tx, decision)
    report = tx.get_one(CaseReport, decision.report_id)
    _check_possible(tx, case, loans, report, DecisionKind(decision.kind))
    end_proposal(tx, actor, decision, DecisionState.CONFIRMED, note)
    _carry_out(tx, actor, case, decision, report)
    tx.flush()
    return case


def reject(tx: Session, actor: Actor, decision: Decision, note: str | None) -> Case:
    """Turn down what another person proposed; raises Forbidden for the proposer, Conflict when it waits no more."""
    if decision.actor == actor.subject:
        detail = "whoever proposed it takes it back instead"
        raise Forbidden("SAME_PERSON", detail, action="Send POST /v1/decisions/{id}:withdraw.")
    return _drop(tx, actor, decision, DecisionState.REJECTED, note)


def withdraw(tx: Session, actor: Actor, decision: Decision, note: str | None) -> Case:
    """Take one's own proposal back; raises Forbidden for anybody else, Conflict when it waits no more."""
    if decision.actor != actor.subject:
        detail = f"only {decision.actor}, who proposed it, can take it back"
        raise Forbidden("NOT_THE_PROPOSER", detail, action="Send POST /v1/decisions/{id}:reject.")
    return _drop(tx, actor, decision, DecisionState.WITHDRAWN, note)


def _drop(tx: Session, actor: Actor, decision: Decision, state: DecisionState, note: str | None) -> Case:
    case, _ = _lock_borrower(tx, decision.case_id)
    _check_waits(tx, decision)
    end_proposal(tx, actor, decision, state, note)
    progress.note(tx, case, _EVENT_OF[state], actor, _named(decision))
    tx.flush()
    return case


# ---- what must hold


def _lock_borrower(tx: Session, case_id: UUID) -> tuple[Case, Sequence[Case]]:
    """The case as it is now, with all loans of its borrower locked: a dispute on one closes the others' gates."""
    case = tx.get_one(Case, case_id)
    return case, lock_loans(tx, case)


def _check_basis(tx: Session, case_id: UUID, intent: Intent) -> CaseReport:
    report = tx.get(CaseReport, intent.report_id)
    if report is None or not report.concerns(case_id):
        raise _invalid("UNKNOWN_REPORT", "/report_id", f"{intent.report_id} is not a report on this case")
    names = [option["name"] for option in report.body["options"]]
    if intent.option is None and intent.kind is DecisionKind.APPROVE_PLAN:
        raise _invalid("OPTION_MISSING", "/option", f"an approval names one of the report's options: {names}")
    if intent.option is not None and intent.option not in names:
        raise _invalid("UNKNOWN_OPTION", "/option", f"{intent.option!r} is not one of the report's options: {names}")
    if intent.kind in LEGAL_STEPS and not intent.alternatives_considered:
        detail = f"a {intent.kind} names at least one alternative that was considered"
        raise _invalid("ALTERNATIVES_MISSING", "/alternatives_considered", detail)
    return report


def _invalid(reason: str, pointer: str, detail: str) -> Invalid:
    action = "Read the report again; GET /v1/reports/{id} has its case and its options."
    return Invalid(reason, f"{pointer}: {detail}", action=action, faults=(Fault(pointer, detail),))


def _check_possible(tx: Session, case: Case, loans: Sequence[Case], report: CaseReport, kind: DecisionKind) -> None:
    _check_newest(tx, case, report)
    _check_gates(tx, case, loans, kind)
    if case.state is not CaseStatus.REPORTED:
        raise Conflict(
            "CASE_NOT_REPORTED",
            f"a decision needs a case that is reported, this one is {case.status}",
            action="Read the feed of reports; decide when the case has come to its report.",
        )


def _check_newest(tx: Session, case: Case, report: CaseReport) -> None:
    """A decision rests on all that is known: on the newest version, with every correction, of the last visit."""
    newest_id = newest_report(tx, case, report)
    if newest_id is not None:
        detail = f"version {report.version} of this report was superseded: {newest_id} is the newest"
        raise Conflict("REPORT_SUPERSEDED", detail, action="Read the newest version and decide on that.")
    if corrections_of(tx, report.visit_id) >= report.version:
        detail = "the findings were corrected since, and the new version of the report is being written"
        raise Conflict("REPORT_SUPERSEDED", detail, action="Wait for the new version in the feed and decide on that.")


def _check_gates(tx: Session, case: Case, loans: Sequence[Case], kind: DecisionKind) -> None:
    if kind not in LEGAL_STEPS:
        return
    gates = closed_gates(kind, matters_of(tx, case, loans))
    if gates:
        raise Refused(
            "GATE_CLOSED",
            f"no {kind} now: " + "; ".join(meaning(gate) for gate in gates),
            action="Settle what is open, offer relief, or decide otherwise.",
            faults=tuple(Fault("/kind", f"{gate}: {meaning(gate)}") for gate in gates),
        )


def _check_first_proposal(tx: Session, case: Case) -> None:
    waiting = open_proposals(tx, case.id)
    if waiting:
        detail = f"a {waiting[0].kind} is proposed on this case already, as decision {waiting[0].id}"
        raise Conflict("ALREADY_PROPOSED", detail, action="Confirm, reject or withdraw that one first.")


def _check_waits(tx: Session, decision: Decision) -> None:
    state = state_of(decision, ending_of(tx, decision))
    if state is not DecisionState.PROPOSED:
        detail = f"only a proposed decision is confirmed or dropped; this one is {state}"
        raise Conflict("DECISION_STATE", detail, action="Read the decision again.")


# ---- what happens


def _write(tx: Session, actor: Actor, case: Case, report: CaseReport, intent: Intent, *, is_proposal: bool) -> Decision:
    decided_on = today(zone_of(tx, case.region))
    decision = Decision(
        case_id=case.id,
        report_id=intent.report_id,
        kind=intent.kind.value,
        option=intent.option,
        reasons=list(intent.reasons),
        alternatives_considered=list(intent.alternatives_considered),
        note=intent.note,
        actor=actor.subject,
        is_proposal=is_proposal,
        look_on=look_on(intent.kind, decided_on, _first_due_on(report, intent.option)),
    )
    tx.add(decision)
    tx.flush()
    return decision


def _carry_out(tx: Session, actor: Actor, case: Case, decision: Decision, report: CaseReport) -> None:
    kind, detail = DecisionKind(decision.kind), _named(decision)
    void_proposals(tx, actor, case, f"decision {decision.id} was taken meanwhile")
    if kind in RELIEF_OFFERS:
        write_offer(tx, actor, case, _offer(decision, report))
    what = effect(kind)
    if what.watch is not None:
        detail |= {"watch": what.watch.value, "look_on": str(decision.look_on)}
    match what.consequence:
        case Consequence.CLOSE:
            progress.move(tx, case, CaseStatus.DECIDED, CASE_DECIDED, actor, detail)
        case Consequence.REVISIT:
            progress.move(tx, case, CaseStatus.ASSIGNED, EVIDENCE_WANTED, actor, detail)
            jobs.defer(tx, EVIDENCE_WANTED, case.id)
        case Consequence.AWAIT:
            progress.note(tx, case, CASE_DECISION_NOTED, actor, detail)


def _offer(decision: Decision, report: CaseReport) -> ToldOffer:
    """What the decision offers; somebody still has to put it to the borrower."""
    option = _option(report, decision.option)
    kinds = [part.get("kind") for part in option.get("components") or ()]
    known = next((ComponentKind(kind) for kind in kinds if kind in set(ComponentKind)), None)
    decided = DecisionKind(decision.kind)
    return ToldOffer(
        kind=known or _OFFERED[decided],
        terms=offered_terms(decided, option, decision.note),
        decision_id=decision.id,
        report_id=decision.report_id,
        option=decision.option,
    )


def _first_due_on(report: CaseReport, name: str | None) -> date | None:
    schedule = _option(report, name).get("schedule") or ()
    return min((date.fromisoformat(payment["due_on"]) for payment in schedule), default=None)


def _option(report: CaseReport, name: str | None) -> Mapping[str, Any]:
    """The option of the report with the name; empty when none is named."""
    return next((option for option in report.body["options"] if option["name"] == name), {})


def _named(decision: Decision) -> Json:
    return {"decision_id": str(decision.id), "kind": decision.kind}
