"""What stands between a borrower and a legal step: asked under the lock of all his loans."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.compliance.local_days import local_day
from app.compliance.situation import BlockKind
from app.contact.blocks import first_told_at, standing_flags
from app.contact.facts import claim_of, facts_of
from app.contact.models import AccountUpdate, Block
from app.contact.terms import AccountUpdateKind
from app.contact.versions import known
from app.intake.models import Case
from app.redress.matters import Matters, in_arrears_since
from app.redress.models import ReliefOffer
from app.redress.queries import last_concluded_at, open_complaints, open_reviews, visits_to
from app.redress.telling import take_told
from app.redress.terms import OfferResponse
from app.runtime.clock import now, today
from app.visits.terms import Outcome
from app.workforce.zones import zone_of

_SUSPICION = BlockKind.VULNERABLE_SUSPECTED
# What is told of a death opens this block.
_DEATH = BlockKind.NO_VISIT_LIST


def matters_of(tx: Session, case: Case, loans: Sequence[Case]) -> Matters:
    """How things stand with the borrower today, by record, by block, or by a flag of an escalation."""
    take_told(tx, loans)
    zone = zone_of(tx, case.region)
    blocks = _blocks(tx, case, loans, today(zone))
    since = in_arrears_since(local_day(case.received_at, zone), case.days_past_due)
    return Matters(
        blocks=blocks,
        relief_offered=_was_offered(tx, case, since, zone),
        relief_accepted=_is_accepted(tx, case, loans),
        deceased=_DEATH in blocks and _is_told_dead(tx, loans),
    )


def _blocks(tx: Session, case: Case, loans: Sequence[Case], on: date) -> frozenset[BlockKind]:
    """What holds today.

    A suspicion of vulnerability that a hardship review has settled is not open any more, though its block may go on
    keeping visitors away.
    """
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


def _was_offered(tx: Session, case: Case, since: date, zone: str) -> bool:
    """Whether relief was really put to the borrower since the day: a plan to offer something is none."""
    put = ReliefOffer.offered_at.is_not(None) & (ReliefOffer.offered_at <= now())
    query = select(ReliefOffer.offered_at).where(ReliefOffer.case_id == case.id, put, known(ReliefOffer, None))
    return any(at is not None and local_day(at, zone) >= since for at in tx.scalars(query))


def _is_accepted(tx: Session, case: Case, loans: Sequence[Case]) -> bool:
    """Whether an offer for the loan was accepted and has not ended, on whichever of its cases and whenever.

    A plan that breaks comes back as a new case of the same loan: somebody says first that it is broken.
    """
    claim = claim_of(case)
    same = [loan.id for loan in loans if loan.id == case.id or (claim is not None and claim_of(loan) == claim)]
    accepted = ReliefOffer.response == OfferResponse.ACCEPTED.value
    running = exists().where(
        ReliefOffer.case_id.in_(same), accepted, ReliefOffer.ending.is_(None), known(ReliefOffer, None)
    )
    return tx.scalars(select(running)).one()


def _is_told_dead(tx: Session, loans: Sequence[Case]) -> bool:
    """Whether an escalation, an update or somebody at the door says so; it stops to count with the block it made."""
    ids = [loan.id for loan in loans]
    told = exists().where(AccountUpdate.case_id.in_(ids), AccountUpdate.kind == AccountUpdateKind.DECEASED.value)
    if any(AccountUpdateKind.DECEASED.value in loan.flags for loan in loans) or tx.scalars(select(told)).one():
        return True
    return any(visit.outcome == Outcome.DECEASED_REPORTED.value for visit in visits_to(tx, ids))
