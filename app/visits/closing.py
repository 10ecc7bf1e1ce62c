"""What follows when a visit is over: the ledger, the promise, the blocks, and where its cases go."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.assignment.continuity import prefer
from app.contact import ledger
from app.contact.blocks import open_unless_open
from app.contact.models import Contact
from app.contact.terms import REDRESS_TOLD
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus, Channel
from app.kernel.actor import Actor
from app.planning.models import Booking
from app.runtime import jobs
from app.runtime.clock import now
from app.runtime.database import Json
from app.visits.findings import Promise, ToldFindings
from app.visits.models import Visit
from app.visits.promise_keeping import NewPromise, make_promise
from app.visits.revisit import flags_of, next_step
from app.visits.terms import CASE_EXHAUSTED, VISIT_FINISHED, VISIT_UNMET, NextStep, Outcome

_ON_THE_WAY = frozenset({CaseStatus.PUBLISHED, CaseStatus.VISITING})
_OUR_VISITS = "visits"


def close_visit(
    tx: Session,
    actor: Actor,
    visit: Visit,
    cases: Sequence[Case],
    told: ToldFindings | None,
    arrived_at: datetime | None,
) -> None:
    """Draw the consequences of a visit that was finished or aborted; it goes on to assessment when it has an outcome.

    A visit that was called off before anybody arrived was not done at all.
    """
    outcome = told.outcome if told else None
    if arrived_at is None:
        outcome = Outcome.NOT_DONE
    visit.outcome = outcome and outcome.value
    visit.attempted = flags_of(outcome).attempted
    free_time(tx, visit, made=arrived_at is not None)
    tx.flush()
    if visit.attempted and arrived_at is not None:
        _enter_in_ledger(tx, actor, visit, cases[0], outcome, arrived_at)
    if told is not None:
        # what was learnt at the door forbids further visits until somebody has cleared it
        open_unless_open(tx, actor, cases[0], told.blocks, visit.day)
        # complaints and cries for help become records of their own
        jobs.defer(tx, REDRESS_TOLD, visit.case_id)
    if told is not None and told.promise is not None:
        make_promise(tx, actor, cases[0], _made_at(visit, told.promise, arrived_at or now()))
    for case in cases:
        if visit.attempted and actor.investigator_id is not None:
            prefer(tx, case.id, actor.investigator_id)
        _send_on(tx, actor, visit, case, next_step(outcome, ledger.visits_made(tx, case)))
    if arrived_at is not None:
        jobs.defer(tx, VISIT_FINISHED, visit.id)


def _made_at(visit: Visit, promise: Promise, at: datetime) -> NewPromise:
    return NewPromise(promise.amount, at, promise.due_on, promise.channel, visit_id=visit.id)


def put_back(tx: Session, actor: Actor, case: Case, detail: Json) -> None:
    """Let a case that was on its way to a visit be assigned again."""
    if case.state in _ON_THE_WAY:
        progress.move(tx, case, CaseStatus.ASSIGNED, VISIT_UNMET, actor, detail)
        jobs.defer(tx, VISIT_UNMET, case.id)


def free_time(tx: Session, visit: Visit, *, made: bool = False) -> None:
    """Give the time of the crew back when the visit was called off; one that was made stays in their day."""
    own = Booking.visit_id == visit.id
    tx.execute(update(Booking).where(own).values(done=True) if made else delete(Booking).where(own))


def _enter_in_ledger(
    tx: Session, actor: Actor, visit: Visit, case: Case, outcome: Outcome | None, arrived_at: datetime
) -> None:
    """One knock is one entry: all loans of the borrower share the ledger."""
    flags = flags_of(outcome)
    entry = Contact(
        case_id=case.id,
        borrower_key=case.borrower_key,
        client_id=visit.id,
        channel=Channel.VISIT.value,
        at=arrived_at,
        outcome=flags.ledger.value,
        contacted=flags.counts_as_contacted,
        by=actor.subject,
        claim_reference=None,
        address=case.address,
        source=_OUR_VISITS,
    )
    ledger.enter(tx, case, entry)


def _send_on(tx: Session, actor: Actor, visit: Visit, case: Case, step: NextStep) -> None:
    """A case that waits for its assessment stays where it is; one that was held or withdrawn meanwhile does too."""
    detail = {"visit_id": str(visit.id), "outcome": visit.outcome}
    if step is NextStep.AGAIN:
        put_back(tx, actor, case, detail)
    elif step is NextStep.EXHAUSTED and case.state in _ON_THE_WAY:
        progress.move(tx, case, CaseStatus.EXHAUSTED, CASE_EXHAUSTED, actor, detail)
