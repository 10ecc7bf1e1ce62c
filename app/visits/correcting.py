"""Findings are put right after the visit, and all that follows from them is made anew."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.contact.blocks import open_unless_open
from app.contact.terms import REDRESS_TOLD
from app.intake import progress
from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.errors import Conflict
from app.runtime import jobs
from app.visits.events import READ_AGAIN
from app.visits.findings import ToldFindings
from app.visits.models import Findings, PromiseToPay, Visit
from app.visits.promise_keeping import NewPromise, cancel_promise, make_promise
from app.visits.queries import current_findings, events_of
from app.visits.service import check_content, keep_findings
from app.visits.terms import VISIT_CORRECTED, PromiseState, VisitEventKind, VisitState
from app.visits.visited_cases import lock_cases


def correct_findings(tx: Session, actor: Actor, visit: Visit, told: ToldFindings, reason: str) -> None:
    """Put right what was found on a locked visit that is over; its figures and its report are made anew.

    The outcome stays: it has moved the case already. Raises Invalid for findings that cannot be, Conflict for a visit
    that is not finished and for another outcome; findings that are as they were change nothing.
    """
    check_content(tx, visit, told)
    if visit.state != VisitState.FINISHED:
        detail = f"findings are corrected once the visit is finished; this one is {visit.state}"
        raise Conflict("VISIT_STATE", detail, action=READ_AGAIN)
    if told.outcome is None or told.outcome.value != visit.outcome:
        detail = f"the visit ended with {visit.outcome}, and the case has gone on from there"
        action = "Send the outcome of the visit; tell what else there is to know in the note."
        raise Conflict("OUTCOME_FIXED", detail, action=action)
    current = current_findings(tx, visit)
    if current is not None and current.body == told.body:
        return
    row, cases = keep_findings(tx, actor, visit, told, reason), lock_cases(tx, visit)
    for case in cases:
        progress.note(tx, case, VISIT_CORRECTED, actor, {"visit_id": str(visit.id)})
    open_unless_open(tx, actor, cases[0], told.blocks, visit.day)
    if current is None or current.body["promise"] != told.body["promise"]:
        _put_promise_right(tx, actor, visit, cases[0], told, row)
    jobs.defer(tx, REDRESS_TOLD, visit.case_id)
    jobs.defer(tx, VISIT_CORRECTED, visit.id)


def _put_promise_right(tx: Session, actor: Actor, visit: Visit, case: Case, told: ToldFindings, row: Findings) -> None:
    """The promise as it was really made takes the place of the one that was written down, or that one is cancelled."""
    before = _open_promise(tx, visit)
    if told.promise is not None:
        promised_at = before.promised_at if before is not None else _arrived_at(tx, visit)
        new = NewPromise(told.promise.amount, promised_at, told.promise.due_on, told.promise.channel, client_id=row.id)
        make_promise(tx, actor, case, new)
    elif before is not None:
        cancel_promise(tx, actor, case, before, row.correction)


def _open_promise(tx: Session, visit: Visit) -> PromiseToPay | None:
    """The open promise of the visit, as it was put at the door or by an earlier correction."""
    of_corrections = select(Findings.id).where(Findings.visit_id == visit.id)
    own = or_(PromiseToPay.visit_id == visit.id, PromiseToPay.client_id.in_(of_corrections))
    found = select(PromiseToPay).where(own, PromiseToPay.state == PromiseState.OPEN.value)
    return tx.scalars(found.order_by(PromiseToPay.id.desc()).limit(1)).one_or_none()


def _arrived_at(tx: Session, visit: Visit) -> datetime:
    return next(event.at for event in events_of(tx, visit) if event.kind == VisitEventKind.ARRIVED)
