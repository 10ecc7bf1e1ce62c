"""Promises to pay as rows: made, superseded, judged by payments and by the calendar, cancelled.

Whoever changes a promise has locked its case. Each step is an event of the promise. What becomes of it is one of the
case too; that it was made is in the findings or told by somebody, and audited.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.compliance.local_days import local_day
from app.contact.models import AccountUpdate
from app.contact.terms import AccountUpdateKind
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.intake.visibility import visible_case
from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import Conflict
from app.kernel.money import Money
from app.runtime import audit
from app.runtime.clock import today
from app.runtime.database import Database, Json
from app.visits.models import PromiseEvent, PromiseToPay
from app.visits.promise import HOUSE, Paid, Promised, judge, paid_minor
from app.visits.terms import PROMISE_EVENT_OF, PROMISE_MADE, PromiseState
from app.workforce.zones import zone_of

_CLOSED = frozenset({CaseStatus.REFUSED, CaseStatus.WITHDRAWN})
# A late payment may still lift these.
_JUDGED = (PromiseState.OPEN.value, PromiseState.BROKEN.value, PromiseState.PART.value)
_ZONES_AHEAD = timedelta(days=1)  # somewhere it is tomorrow already


@dataclass(frozen=True)
class NewPromise:
    """A promise as it was made: at a visit, or told by somebody under the client's id."""

    amount: Money
    promised_at: datetime
    due_on: date
    channel: str | None
    visit_id: UUID | None = None
    client_id: UUID | None = None


def promised_of(row: PromiseToPay, zone: str) -> Promised:
    """The row as the value that is judged."""
    return Promised(row.amount_minor, local_day(row.promised_at, zone), row.due_on)


def history_of(tx: Session, promises: Sequence[PromiseToPay]) -> dict[UUID, list[PromiseEvent]]:
    """The steps of each of the promises, oldest first."""
    found: dict[UUID, list[PromiseEvent]] = {promise.id: [] for promise in promises}
    query = select(PromiseEvent).where(PromiseEvent.promise_id.in_(found))
    for event in tx.scalars(query.order_by(PromiseEvent.made_at, PromiseEvent.id)):
        found[event.promise_id].append(event)
    return found


# ---- made and cancelled


def make_promise(tx: Session, actor: Actor, case: Case, new: NewPromise) -> PromiseToPay:
    """Write down a promise on a locked case; the one that was made last counts, an older open one is superseded."""
    reckon(tx, case)
    open_ones = tx.scalars(_of(case).where(PromiseToPay.state == PromiseState.OPEN.value)).all()
    row = PromiseToPay(
        case_id=case.id,
        visit_id=new.visit_id,
        client_id=new.client_id,
        currency=new.amount.currency,
        amount_minor=new.amount.minor,
        promised_at=new.promised_at,
        due_on=new.due_on,
        channel=new.channel,
        state=PromiseState.OPEN.value,
        paid_minor=0,
    )
    tx.add(row)
    tx.flush()
    _enter(tx, actor, case, row, PromiseState.OPEN)
    audit.record(tx, actor, PROMISE_MADE, f"promise:{row.id}", {"case_id": str(case.id)})
    for older in sorted([row, *open_ones], key=lambda promise: (promise.promised_at, promise.id))[:-1]:
        _enter(tx, actor, case, older, PromiseState.SUPERSEDED)
    reckon(tx, case)
    return row


def tell_promise(tx: Session, actor: Actor, case: Case, new: NewPromise) -> tuple[PromiseToPay, bool]:
    """Take a promise that was not made at a visit, once for each client's id; also says whether it is new.

    Raises Conflict when the id came before with other content, or when the case is closed.
    """
    known = tx.scalars(_of(case).where(PromiseToPay.client_id == new.client_id)).one_or_none()
    if known is not None:
        told = (new.amount.minor, new.promised_at, new.due_on, new.channel)
        if (known.amount_minor, known.promised_at, known.due_on, known.channel) != told:
            raise Conflict(
                "CLIENT_ID_REUSED",
                "this client_id came before with other content",
                action="Use a new client_id for a new promise; it takes the place of an open one.",
            )
        return known, False
    if case.state in _CLOSED:
        raise Conflict(
            "CASE_STATE",
            f"nothing is promised on a case that is {case.status}",
            action="Read the case again; its events say what happened.",
        )
    return make_promise(tx, actor, case, new), True


def cancel_promise(tx: Session, actor: Actor, case: Case, row: PromiseToPay, note: str | None) -> None:
    """Take back an open promise; again changes nothing. Raises Conflict when it has come to another end."""
    reckon(tx, case)
    if row.state == PromiseState.CANCELLED:
        return
    if row.state != PromiseState.OPEN:
        raise Conflict(
            "PROMISE_STATE",
            f"a promise that is {row.state} is not cancelled",
            action="Read the promise again; its events say what happened.",
        )
    _enter(tx, actor, case, row, PromiseState.CANCELLED, note=note)


# ---- judged


def reckon(tx: Session, case: Case) -> None:
    """Judge the promises on a locked case by the known payments and by today; doing it again changes nothing."""
    zone = zone_of(tx, case.region)
    query = _of(case).where(PromiseToPay.state.in_(_JUDGED)).order_by(PromiseToPay.due_on, PromiseToPay.id)
    for row in tx.scalars(query).all():
        _reckon_promise(tx, case, row, zone)


def reckon_case(database: Database, case_id: UUID) -> None:
    """The same, in a transaction of its own."""
    with database.transaction() as tx:
        reckon(tx, visible_case(tx, SYSTEM, case_id, lock=True))


def judge_promises(database: Database) -> None:
    """Judge every open promise whose time is over where its case lies; cases are taken one by one."""
    latest = today("UTC") + _ZONES_AHEAD - timedelta(days=HOUSE.days)
    due = select(PromiseToPay.case_id).where(
        PromiseToPay.state == PromiseState.OPEN.value, PromiseToPay.due_on < latest
    )
    with database.transaction() as tx:
        waiting = tx.scalars(due.distinct()).all()
    for case_id in waiting:
        reckon_case(database, case_id)


def _reckon_promise(tx: Session, case: Case, row: PromiseToPay, zone: str) -> None:
    promised, on = promised_of(row, zone), today(zone)
    for payment in _new_payments(tx, row):
        paid_on = local_day(payment.at, zone)
        counted = paid_minor(promised, [Paid(paid_on, payment.amount_minor or 0)])
        if counted > 0 and paid_on <= on:  # one that is dated ahead counts when its day has come
            row.paid_minor += counted
            state = judge(promised, row.paid_minor, on, PromiseState(row.state))
            _enter(tx, SYSTEM, case, row, state, payment=payment)
    state = judge(promised, row.paid_minor, on, PromiseState(row.state))
    if state != row.state:
        _enter(tx, SYSTEM, case, row, state)


def _new_payments(tx: Session, row: PromiseToPay) -> Sequence[AccountUpdate]:
    """Payments that were told since the promise was made and that count for no promise yet, by their day."""
    query = select(AccountUpdate).where(
        AccountUpdate.case_id == row.case_id,
        AccountUpdate.kind == AccountUpdateKind.PAYMENT.value,
        AccountUpdate.made_at >= min(row.promised_at, row.made_at),  # a phone's clock may be ahead
        ~exists().where(PromiseEvent.update_id == AccountUpdate.id),
    )
    return tx.scalars(query.order_by(AccountUpdate.at, AccountUpdate.id)).all()


def _of(case: Case) -> Select[PromiseToPay]:
    return select(PromiseToPay).where(PromiseToPay.case_id == case.id)


def _enter(
    tx: Session,
    actor: Actor,
    case: Case,
    row: PromiseToPay,
    state: PromiseState,
    *,
    payment: AccountUpdate | None = None,
    note: str | None = None,
) -> None:
    """One step: into the history of the promise, and into that of the case when the promise is in a new state."""
    is_moved = state != row.state
    row.state = state.value
    row.revision += 1
    tx.add(
        PromiseEvent(
            promise_id=row.id,
            state=state.value,
            paid_minor=row.paid_minor,
            update_id=payment.id if payment is not None else None,
            actor=actor.subject,
            note=note,
        )
    )
    if is_moved:
        detail: Json = {"promise_id": str(row.id), "due_on": row.due_on.isoformat()}
        progress.note(tx, case, PROMISE_EVENT_OF[state], actor, detail)
    tx.flush()
