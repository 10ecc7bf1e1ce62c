"""Use cases of contact: the ledger, what the case system tells about an account, and rulings on request."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.situation import BlockKind
from app.contact.account_effects import Effect, effect_of
from app.contact.models import AccountUpdate, Block, Contact
from app.contact.terms import ACCOUNT_UPDATED, CONTACT_RECORDED, AccountUpdateKind
from app.intake import progress
from app.intake.acceptance import AcceptancePolicy
from app.intake.flags import block_kinds
from app.intake.lifecycle import is_open
from app.intake.models import Case
from app.intake.terms import CASE_ACCEPTED, CASE_RELEASED, CASE_WITHDRAWN, CaseStatus, HoldReason
from app.kernel.actor import Actor
from app.kernel.errors import Conflict
from app.kernel.money import Money
from app.runtime import jobs
from app.runtime.clock import today
from app.workforce.models import Region

POLICY = AcceptancePolicy()
VISITED = frozenset({CaseStatus.ASSESSED, CaseStatus.REPORTED})


@dataclass(frozen=True)
class MadeContact:
    """One call, message or visit that somebody made."""

    client_id: UUID
    channel: str
    at: datetime
    outcome: str
    contacted: bool
    by: str | None
    claim_reference: str | None


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
    """Write a contact into the borrower's ledger, once for each client's id; also says whether it is new."""
    known = tx.scalars(
        select(Contact).where(Contact.case_id == case.id, Contact.client_id == made.client_id)
    ).one_or_none()
    if known is not None:
        _same(known.at == made.at and known.channel == made.channel and known.outcome == made.outcome)
        return known, False
    row = Contact(
        case_id=case.id,
        borrower_key=case.borrower_key,
        client_id=made.client_id,
        channel=made.channel,
        at=made.at,
        outcome=made.outcome,
        contacted=made.contacted,
        by=made.by,
        claim_reference=made.claim_reference,
    )
    tx.add(row)
    progress.note(tx, case, CONTACT_RECORDED, actor, {"channel": made.channel, "outcome": made.outcome})
    tx.flush()
    return row, True


def update_account(tx: Session, actor: Actor, case: Case, update: Update) -> tuple[AccountUpdate, bool]:
    """Take an account update, once for each client's id: it may hold, release or withdraw the case.

    What that means for a visit on the road is settled by the event's handler.
    """
    known = tx.scalars(
        select(AccountUpdate).where(AccountUpdate.case_id == case.id, AccountUpdate.client_id == update.client_id)
    ).one_or_none()
    if known is not None:
        _same(known.at == update.at and known.kind == update.kind)
        return known, False
    row = _store(tx, actor, case, update)
    progress.note(tx, case, ACCOUNT_UPDATED, actor, {"kind": update.kind, "update_id": str(row.id)})
    _apply(tx, actor, case, update)
    jobs.defer(tx, ACCOUNT_UPDATED, case.id)
    return row, True


def _same(same: bool) -> None:
    if not same:
        raise Conflict(
            "CLIENT_ID_REUSED",
            "this client_id came before with other content",
            action="Use a new client_id for a new entry; to correct one, send another that says so.",
        )


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


def _apply(tx: Session, actor: Actor, case: Case, update: Update) -> None:
    effect = effect_of(update.kind)
    on = today(_zone(tx, case))
    for kind in effect.opens:
        tx.add(
            Block(
                case_id=case.id,
                borrower_key=case.borrower_key,
                kind=kind.value,
                from_on=on,
                until_on=update.until_on,
            )
        )
    for kind in effect.closes:
        _close(tx, case, kind, on)
    tx.flush()
    if effect.settles:
        _settle(case, update)
    _follow(tx, actor, case, effect, on)


def _zone(tx: Session, case: Case) -> str:
    zone = tx.scalars(select(Region.time_zone).where(Region.code == case.region)).one_or_none()
    return zone or "UTC"


def _close(tx: Session, case: Case, kind: BlockKind, on: date) -> None:
    """End every open block of the kind; a flag of the escalation gets a row of its own that says it ended."""
    rows = tx.scalars(select(Block).where(Block.borrower_key == case.borrower_key, Block.kind == kind.value)).all()
    for row in rows:
        if row.until_on is None or row.until_on > on:
            row.until_on = max(on, row.from_on)
    if not rows and any(kind in block_kinds(flag) for flag in case.flags):
        since = min(case.received_at.date(), on)
        tx.add(Block(case_id=case.id, borrower_key=case.borrower_key, kind=kind.value, from_on=since, until_on=on))


def _settle(case: Case, update: Update) -> None:
    """The new amounts: those that are told, otherwise what is left after the payment."""
    paid = update.amount.minor if update.amount and update.kind is AccountUpdateKind.PAYMENT else 0
    overdue = update.overdue.minor if update.overdue else case.overdue_minor - paid
    outstanding = update.outstanding.minor if update.outstanding else case.outstanding_minor - paid
    case.overdue_minor, case.outstanding_minor = max(0, overdue), max(0, outstanding)


def _follow(tx: Session, actor: Actor, case: Case, effect: Effect, on: date) -> None:
    if not is_open(case.state):
        return
    if case.state in VISITED and not effect.settles:
        return  # nothing is left to visit: the gates of the decision read the blocks
    if effect.settles and case.overdue_minor < POLICY.minimum_overdue.get(case.currency, 1):
        progress.move(tx, case, CaseStatus.WITHDRAWN, CASE_WITHDRAWN, actor, {"reason": "paid or below the threshold"})
    elif effect.opens:
        detail = "an account update blocks visits"
        progress.hold(tx, case, HoldReason.BLOCKED, actor, detail=detail)
    elif _may_go_on(tx, case, on):
        progress.move(tx, case, CaseStatus.ACCEPTED, CASE_RELEASED, actor)
        jobs.defer(tx, CASE_ACCEPTED, case.id)


def _may_go_on(tx: Session, case: Case, on: date) -> bool:
    """Whether the case was held for a block, and none of its borrower's blocks is open any more."""
    if case.state is not CaseStatus.HELD or (case.held or {}).get("reason") != HoldReason.BLOCKED:
        return False
    rows = tx.scalars(select(Block).where(Block.borrower_key == case.borrower_key)).all()
    flagged = {kind for flag in case.flags for kind in block_kinds(flag)}
    return all(row.until_on is not None and row.until_on <= on for row in rows) and flagged <= {r.kind for r in rows}
