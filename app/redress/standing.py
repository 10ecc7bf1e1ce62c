"""What stands between a borrower and a legal step: asked under the lock of all his loans."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.compliance.situation import BlockKind
from app.contact.blocks import first_told_at, standing_flags
from app.contact.facts import facts_of
from app.contact.models import Block
from app.contact.versions import known
from app.intake.models import Case
from app.redress.models import ReliefOffer
from app.redress.queries import last_concluded_at, open_complaints, open_reviews
from app.redress.telling import take_told
from app.runtime.clock import now, today
from app.workforce.zones import zone_of

_SUSPICION = BlockKind.VULNERABLE_SUSPECTED


def open_matters(tx: Session, case: Case, loans: Sequence[Case]) -> frozenset[BlockKind]:
    """What is open against the borrower today, by record, by block, or by a flag of an escalation.

    A suspicion of vulnerability that a hardship review has settled is not open any more, though its block may go on
    keeping visitors away.
    """
    take_told(tx, loans)
    on = today(zone_of(tx, case.region))
    kinds = {
        block.kind
        for block in facts_of(tx, [case])[case.id].blocks
        if block.from_on <= on and (block.until_on is None or block.until_on > on)
    }
    if _SUSPICION in kinds and _is_settled(tx, case.borrower_key, loans, on):
        kinds.remove(_SUSPICION)
    if open_reviews(tx, case.borrower_key):
        kinds.add(_SUSPICION)
    if open_complaints(tx, case.borrower_key):
        kinds.add(BlockKind.COMPLAINT_OPEN)
    return frozenset(kinds)


def _is_settled(tx: Session, borrower_key: str, loans: Sequence[Case], on: date) -> bool:
    """Whether the last hardship review came after everything that raised the suspicion."""
    concluded_at = last_concluded_at(tx, borrower_key)
    if concluded_at is None:
        return False
    return all(told_at <= concluded_at for told_at in _raised(tx, borrower_key, loans, on))


def _raised(tx: Session, borrower_key: str, loans: Sequence[Case], on: date) -> list[datetime]:
    rows = tx.scalars(select(Block).where(Block.borrower_key == borrower_key, Block.kind == _SUSPICION.value)).all()
    told_at = {row.record_id: row.made_at for row in rows if row.revision == 1}
    standing = [row for row in rows if row.superseded_at is None and (row.until_on is None or row.until_on > on)]
    first_told = first_told_at(rows)
    flagged = [loan.received_at for loan in loans if _SUSPICION in standing_flags(loan, first_told)]
    return [told_at.get(row.record_id, row.made_at) for row in standing] + flagged


def relief_was_offered(tx: Session, case: Case) -> bool:
    """Whether relief for this loan was really put to the borrower: a plan to offer something is none."""
    query = select(func.count()).where(
        ReliefOffer.case_id == case.id, ReliefOffer.offered_at <= now(), known(ReliefOffer, None)
    )
    return tx.scalars(query).one() > 0
