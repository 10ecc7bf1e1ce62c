"""Use cases of contact: the ledger, and what the case system tells about an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.local_days import local_day
from app.contact import ledger
from app.contact.account_effects import Effect, effect_of
from app.contact.begun_blocks import WAITING, begun_against
from app.contact.blocking import blocks_now, hold_or_release, lock_loans, release, waits_for_blocks
from app.contact.blocks import ToldBlock, close_kind, open_block
from app.contact.models import AccountUpdate, Contact
from app.contact.terms import (
    ACCOUNT_UPDATED,
    BLOCK_BEGAN,
    CONTACT_CORRECTED,
    CONTACT_RECORDED,
    REDRESS_TOLD,
    TELLS_OF_REDRESS,
    AccountUpdateKind,
)
from app.intake import progress
from app.intake.acceptance import POLICY
from app.intake.contact_rules import denials
from app.intake.lifecycle import is_open
from app.intake.models import Case
from app.intake.terms import CASE_WITHDRAWN, CaseStatus, HoldReason
from app.intake.visibility import visible_case
from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import Conflict, Fault, Invalid
from app.kernel.money import Money
from app.runtime import jobs
from app.runtime.clock import today
from app.runtime.database import Database, Json
from app.workforce.zones import zone_of

CASES_AT_ONCE = 100
# What makes it this contact and no other.
_CONTENT = ("channel", "at", "outcome", "contacted", "corrects", "retracted", "contact_point", "address")


@dataclass(frozen=True)
class MadeContact:
    """One call, message or visit that somebody made.

    `corrects` names the entry that it takes the place of; with `retracted` that one never happened.
    """

    client_id: UUID
    channel: str
    at: datetime
    outcome: str
    contacted: bool
    by: str | None
    claim_reference: str | None
    corrects: UUID | None = None
    retracted: bool = False
    contact_point: str | None = None
    address: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Update:
    """What the case system tells about an account; amounts are in the currency of the loan."""

    client_id: UUID
    at: datetime
    kind: AccountUpdateKind
    amount: Money | None
    outstanding: Money | None
    overdue: Money | None
    until_on: date | None
    detail: str | None


def record_contact(tx: Session, actor: Actor, case: Case, made: MadeContact) -> tuple[Contact, bool]:
    """Write a contact into the borrower's ledger, once for each client's id; also says whether it is new.

    Raises Invalid for a correction of an entry that the case does not have, Conflict for one that was corrected before.
    """
    known = tx.scalars(
        select(Contact).where(Contact.case_id == case.id, Contact.client_id == made.client_id)
    ).one_or_none()
    if known is not None:
        _same(all(getattr(known, name) == getattr(made, name) for name in _CONTENT))
        return known, False
    row = Contact(
        case_id=case.id, borrower_key=case.borrower_key, **vars(made) | {"source": made.source or actor.subject}
    )
    ledger.enter(tx, case, row)
    event = CONTACT_RECORDED if made.corrects is None else CONTACT_CORRECTED
    detail: Json = {"channel": made.channel, "outcome": made.outcome}
    if made.corrects is not None:
        detail |= {"corrects": str(made.corrects), "retracted": made.retracted}
    progress.note(tx, case, event, actor, detail)
    tx.flush()
    return row, True


def update_account(tx: Session, actor: Actor, case: Case, update: Update) -> tuple[AccountUpdate, bool]:
    """Take an account update, once for each client's id: it may hold, release or withdraw the case.

    A block belongs to the borrower: it holds and releases his other loans as well. What that means for a visit on the
    road is settled by the event's handler. Raises Invalid for a block that ends before it begins.
    """
    loans = lock_loans(tx, case)
    known = tx.scalars(
        select(AccountUpdate).where(AccountUpdate.case_id == case.id, AccountUpdate.client_id == update.client_id)
    ).one_or_none()
    if known is not None:
        _same((known.kind, known.at, known.until_on, known.detail, *_minors(known)) == _content(update))
        return known, False
    zone = zone_of(tx, case.region)
    _check_end(update, zone)
    row = _store(tx, actor, case, update)
    effect = effect_of(update.kind)
    _record_blocks(tx, actor, case, loans, update, effect, zone)
    _announce(tx, actor, case, row)
    if update.kind in TELLS_OF_REDRESS:
        jobs.defer(tx, REDRESS_TOLD, case.id)
    if effect.settles:
        _settle(tx, actor, case, update)
    others = (loan for loan in loans if loan is not case and (effect.opens or effect.closes))
    _hold_or_release(tx, actor, row, effect, [case, *others])
    return row, True


def _minors(row: AccountUpdate) -> tuple[int | None, int | None, int | None]:
    return row.amount_minor, row.outstanding_minor, row.overdue_minor


def _content(update: Update) -> tuple[object, ...]:
    """What makes it this update and no other."""
    amounts = (money.minor if money else None for money in (update.amount, update.outstanding, update.overdue))
    return update.kind.value, update.at, update.until_on, update.detail, *amounts


def _same(same: bool) -> None:
    if not same:
        raise Conflict(
            "CLIENT_ID_REUSED",
            "this client_id came before with other content",
            action="Use a new client_id for a new entry; to correct one, send another that says so.",
        )


def _check_end(update: Update, zone: str) -> None:
    told_on = local_day(update.at, zone)
    if update.until_on is not None and update.until_on < told_on:
        detail = f"until_on {update.until_on} lies before at, which is {told_on} in {zone}"
        action = "Send the first day on which the block no longer holds, or none."
        raise Invalid("BLOCK_ENDS_EARLY", detail, action=action, faults=(Fault("/until_on", detail),))


def _store(tx: Session, actor: Actor, case: Case, update: Update) -> AccountUpdate:
    row = AccountUpdate(
        case_id=case.id,
        client_id=update.client_id,
        at=update.at,
        kind=update.kind.value,
        currency=case.currency,
        amount_minor=update.amount.minor if update.amount else None,
        outstanding_minor=update.outstanding.minor if update.outstanding else None,
        overdue_minor=update.overdue.minor if update.overdue else None,
        until_on=update.until_on,
        detail=update.detail,
        actor=actor.subject,
    )
    tx.add(row)
    tx.flush()
    return row


def _announce(tx: Session, actor: Actor, case: Case, row: AccountUpdate) -> None:
    progress.note(tx, case, ACCOUNT_UPDATED, actor, {"kind": row.kind, "update_id": str(row.id)})
    jobs.defer(tx, ACCOUNT_UPDATED, case.id)


def _record_blocks(
    tx: Session, actor: Actor, case: Case, loans: Sequence[Case], update: Update, effect: Effect, zone: str
) -> None:
    """Write down what began or ended on the day that is told, which is not later than today."""
    on = min(local_day(update.at, zone), today(zone))
    for kind in effect.opens:
        open_block(tx, actor, case, ToldBlock(kind, on, update.until_on))
    for kind in effect.closes:
        close_kind(tx, actor, case, loans, kind, on)


def _settle(tx: Session, actor: Actor, case: Case, update: Update) -> None:
    """The new amounts: those that are told, otherwise what is left after the payment."""
    paid = update.amount.minor if update.amount and update.kind is AccountUpdateKind.PAYMENT else 0
    overdue = update.overdue.minor if update.overdue else case.overdue_minor - paid
    outstanding = update.outstanding.minor if update.outstanding else case.outstanding_minor - paid
    case.overdue_minor, case.outstanding_minor = max(0, overdue), max(0, outstanding)
    if is_open(case.state) and case.overdue < POLICY.least_overdue(case.currency):
        progress.move(tx, case, CaseStatus.WITHDRAWN, CASE_WITHDRAWN, actor, {"reason": "paid or below the threshold"})


def _hold_or_release(tx: Session, actor: Actor, row: AccountUpdate, effect: Effect, loans: Sequence[Case]) -> None:
    def announce(loan: Case) -> None:
        if loan.id != row.case_id:
            _announce(tx, actor, loan, row)

    hold_or_release(tx, actor, loans, announce, may_hold=bool(effect.opens))


# ---- blocks that begin and end by themselves


def hold_cases(database: Database) -> None:
    """Hold every case whose borrower's block was told for a later day and has begun; its visit is recalled."""
    with database.transaction() as tx:
        waiting = begun_against(tx)
    for first in range(0, len(waiting), CASES_AT_ONCE):
        with database.transaction() as tx:
            cases = tx.scalars(select(Case).where(Case.id.in_(waiting[first : first + CASES_AT_ONCE]))).all()
            answers = blocks_now(tx, cases)
        for case in cases:
            if denials(answers[case.id]):
                _hold_if_blocked(database, case.id)


def _hold_if_blocked(database: Database, case_id: UUID) -> None:
    with database.transaction() as tx:
        case = visible_case(tx, SYSTEM, case_id, lock=True)

        def tell(loan: Case) -> None:
            progress.note(tx, loan, BLOCK_BEGAN, SYSTEM)
            jobs.defer(tx, ACCOUNT_UPDATED, loan.id)

        if case.state in WAITING:
            hold_or_release(tx, SYSTEM, [case], tell, may_hold=True)


def release_cases(database: Database) -> None:
    """Let every case go on whose borrower's blocks are over; cases are taken one by one, so that nobody waits long."""
    with database.transaction() as tx:
        blocked = select(Case.id).where(
            Case.status == CaseStatus.HELD, Case.held["reason"].astext == HoldReason.BLOCKED
        )
        waiting = tx.scalars(blocked.order_by(Case.id)).all()
    for first in range(0, len(waiting), CASES_AT_ONCE):
        with database.transaction() as tx:
            cases = tx.scalars(select(Case).where(Case.id.in_(waiting[first : first + CASES_AT_ONCE]))).all()
            answers = blocks_now(tx, cases)
        for case in cases:
            if not denials(answers[case.id]):
                _release_if_free(database, case.id)


def _release_if_free(database: Database, case_id: UUID) -> None:
    with database.transaction() as tx:
        case = visible_case(tx, SYSTEM, case_id, lock=True)
        if waits_for_blocks(case) and not denials(blocks_now(tx, [case])[case.id]):
            release(tx, SYSTEM, case)
