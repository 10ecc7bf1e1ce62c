"""Use cases of records: consents, notices and blocks are written, changed and ended; every change is a new version.

What changes a record is given its present version, which the caller keeps from others (`versions.to_change`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.compliance.situation import ConsentForm, ConsentKind
from app.contact.blocking import lock_loans, tell_loans
from app.contact.blocks import ToldBlock
from app.contact.blocks import open_block as write_block
from app.contact.models import Block, Consent, Notice
from app.contact.terms import (
    BLOCK_CLOSED,
    BLOCK_OPENED,
    BLOCK_RENEWED,
    CONSENT_GIVEN,
    CONSENT_REVOKED,
    NOTICE_ACKNOWLEDGED,
    NOTICE_GIVEN,
)
from app.contact.versions import supersede
from app.intake import progress
from app.intake.models import Case
from app.intake.terms import Channel
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Fault, Invalid
from app.runtime.clock import now, today
from app.runtime.database import Json
from app.workforce.zones import zone_of


@dataclass(frozen=True)
class GivenConsent:
    """What a borrower agreed to; with `from_at` it holds only from then, as an agreed appointment does."""

    kind: ConsentKind
    given_at: datetime
    from_at: datetime | None
    until_at: datetime | None
    how: ConsentForm
    evidence: str | None
    note: str | None


@dataclass(frozen=True)
class GivenNotice:
    """A notice that went out, and what it told."""

    visit_id: UUID | None
    at: datetime
    channel: Channel
    content: list[str] = field(default_factory=list)


def give_consent(tx: Session, actor: Actor, case: Case, given: GivenConsent) -> Consent:
    """Write a consent down; a block that it lifts lets the borrower's loans go on."""
    loans = lock_loans(tx, case)
    row = Consent(
        case_id=case.id,
        borrower_key=case.borrower_key,
        actor=actor.subject,
        **vars(given) | {"kind": given.kind.value, "how": given.how.value},
    )
    tx.add(row)
    tx.flush()
    tell_loans(tx, actor, case, loans, CONSENT_GIVEN, _named(row), may_hold=False)
    return row


def revoke_consent(tx: Session, actor: Actor, case: Case, row: Consent, at: datetime | None) -> Consent:
    """End a consent when the borrower took it back; one that is revoked already stays as it is.

    A loan that went on because of it is held again. Raises Invalid for an instant before it was given.
    """
    if row.revoked_at is not None:
        return row
    revoked_at = at or now()
    if revoked_at < row.given_at:
        raise _invalid("REVOKED_EARLY", "/at", f"it was given at {row.given_at.isoformat()}, later than that")
    row = supersede(tx, actor, row, revoked_at=revoked_at)
    tell_loans(tx, actor, case, lock_loans(tx, case), CONSENT_REVOKED, _named(row), may_hold=True)
    return row


def give_notice(tx: Session, actor: Actor, case: Case, given: GivenNotice) -> Notice:
    """Write a notice down that was given to the borrower."""
    lock_loans(tx, case)
    content = vars(given) | {"channel": given.channel.value}
    row = Notice(case_id=case.id, borrower_key=case.borrower_key, actor=actor.subject, **content)
    tx.add(row)
    tx.flush()
    progress.note(tx, case, NOTICE_GIVEN, actor, _told(row))
    return row


def acknowledge_notice(tx: Session, actor: Actor, case: Case, row: Notice, at: datetime | None) -> Notice:
    """Note that the borrower acknowledged a notice; the first time counts.

    Raises Invalid for an instant before it went out.
    """
    if row.acknowledged_at is not None:
        return row
    acknowledged_at = at or now()
    if acknowledged_at < row.at:
        raise _invalid("ACKNOWLEDGED_EARLY", "/at", f"it went out at {row.at.isoformat()}, later than that")
    row = supersede(tx, actor, row, acknowledged_at=acknowledged_at)
    progress.note(tx, case, NOTICE_ACKNOWLEDGED, actor, _told(row))
    return row


def open_block(tx: Session, actor: Actor, case: Case, told: ToldBlock) -> Block:
    """Open a block: it holds all loans of the borrower that are still to be visited, and recalls their visits."""
    loans = lock_loans(tx, case)
    row = write_block(tx, actor, case, told)
    tell_loans(tx, actor, case, loans, BLOCK_OPENED, _named(row), may_hold=True)
    return row


def close_block(tx: Session, actor: Actor, case: Case, row: Block, on: date | None, note: str | None) -> Block:
    """End a block on a day, today when none is told: the loans that waited for it go on.

    The same end again changes nothing; raises Conflict for a block that is over.
    """
    until_on = max(on or today(zone_of(tx, case.region)), row.from_on)
    if row.until_on == until_on:
        return row
    _check_running(tx, case, row)
    row = supersede(tx, actor, row, until_on=until_on, note=note or row.note)
    tell_loans(tx, actor, case, lock_loans(tx, case), BLOCK_CLOSED, _named(row), may_hold=False)
    return row


@dataclass(frozen=True)
class Renewal:
    """Why a block goes on for another period, and until when if that is known."""

    until_on: date | None = None
    evidence: str | None = None
    note: str | None = None


def renew_block(tx: Session, actor: Actor, case: Case, row: Block, renewal: Renewal) -> Block:
    """Renew the period of a block; how many renewals count is what each profile says.

    Raises Conflict for a block that is over, Invalid for an end before its beginning.
    """
    _check_running(tx, case, row)
    if renewal.until_on is not None and renewal.until_on < row.from_on:
        raise _invalid("BLOCK_ENDS_EARLY", "/until_on", f"the block begins on {row.from_on}, later than that")
    told = {name: value for name, value in vars(renewal).items() if value is not None}
    row = supersede(tx, actor, row, renewals=row.renewals + 1, **told)
    tell_loans(tx, actor, case, lock_loans(tx, case), BLOCK_RENEWED, _named(row), may_hold=True)
    return row


def _check_running(tx: Session, case: Case, row: Block) -> None:
    if row.until_on is not None and row.until_on <= today(zone_of(tx, case.region)):
        detail = f"the block ended on {row.until_on}"
        raise Conflict("BLOCK_OVER", detail, action="Open a new block if something forbids visits again.")


def _named(row: Consent | Block) -> Json:
    return {"kind": row.kind, "record_id": str(row.record_id), "version": row.revision}


def _told(row: Notice) -> Json:
    visit_id = str(row.visit_id) if row.visit_id is not None else None
    return {"channel": row.channel, "visit_id": visit_id, "record_id": str(row.record_id), "version": row.revision}


def _invalid(reason: str, pointer: str, detail: str) -> Invalid:
    return Invalid(reason, detail, action="Correct the named place.", faults=(Fault(pointer, detail),))
