"""What the contact rules need to know of a case: one ledger for all loans of the borrower."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.situation import Block, BlockKind, Channel, Consent, ConsentKind, Contact, Facts, Notice
from app.contact import models
from app.intake.flags import blocks_of
from app.intake.models import Case
from app.intake.terms import ContactOutcome

REACHED = frozenset({ContactOutcome.REACHED, ContactOutcome.PROMISED, ContactOutcome.REFUSED})

Kept = TypeVar("Kept", Case, models.Contact, models.Block, models.Consent, models.Notice)


def facts_of(tx: Session, cases: Sequence[Case], visit_id: UUID | None = None) -> dict[UUID, Facts]:
    """The facts of each case, by its id: contacts, blocks and consents of its borrower, and notices of the visit.

    Without `visit_id` only notices that were not given for another visit count.
    """
    keys = {case.borrower_key for case in cases}
    siblings, contacts = _kept(tx, Case, keys), _kept(tx, models.Contact, keys)
    blocks, consents = _kept(tx, models.Block, keys), _kept(tx, models.Consent, keys)
    notices = _kept(tx, models.Notice, keys)
    return {
        case.id: Facts(
            contacts=_contacts(siblings[case.borrower_key], contacts[case.borrower_key]),
            blocks=_blocks(siblings[case.borrower_key], blocks[case.borrower_key]),
            consents=tuple(_consent(row) for row in consents[case.borrower_key]),
            notices=tuple(
                Notice(row.at, Channel(row.channel))
                for row in notices[case.borrower_key]
                if row.visit_id is None or row.visit_id == visit_id
            ),
            days_past_due=case.days_past_due,
        )
        for case in cases
    }


def _kept(tx: Session, model: type[Kept], keys: Collection[str]) -> dict[str, list[Kept]]:
    grouped: dict[str, list[Kept]] = defaultdict(list)
    for row in tx.scalars(select(model).where(model.borrower_key.in_(keys)).order_by(model.id)):
        grouped[row.borrower_key].append(row)
    return grouped


def _contacts(cases: Sequence[Case], ledger: Sequence[models.Contact]) -> tuple[Contact, ...]:
    """What the escalations told, and what came since."""
    told = [
        Contact(Channel(entry["channel"]), _instant(entry["at"]), contacted=entry["outcome"] in REACHED)
        for case in cases
        for entry in case.escalation["contacts"] or ()
    ]
    return (*told, *(Contact(Channel(row.channel), row.at, contacted=row.contacted) for row in ledger))


def _blocks(cases: Sequence[Case], rows: Sequence[models.Block]) -> tuple[Block, ...]:
    """Blocks on record; a flag of an escalation blocks as long as no record of its kind was made."""
    kept = tuple(Block(BlockKind(row.kind), row.from_on, row.until_on) for row in rows)
    recorded = {block.kind for block in kept}
    flagged = (block for case in cases for block in blocks_of(case.flags, case.received_at.date()))
    return (*kept, *(block for block in flagged if block.kind not in recorded))


def _consent(row: models.Consent) -> Consent:
    return Consent(ConsentKind(row.kind), row.given_at, row.until_at)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
