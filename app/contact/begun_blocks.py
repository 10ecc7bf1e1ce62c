"""Which cases may be concerned by a block, or an entry of the no-visit list, that was told for a day that has come."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.contact.address_key import address_key
from app.contact.models import Block, NoVisitEntry
from app.contact.versions import known
from app.intake.models import Case
from app.intake.terms import CaseStatus
from app.runtime.clock import now

# What is still to be visited; a case that somebody has set out for is stopped at the door.
WAITING = (CaseStatus.ACCEPTED, CaseStatus.ASSIGNED, CaseStatus.PLANNED, CaseStatus.PUBLISHED)
# Days are local, and the round may have missed one.
_DAYS_AROUND = timedelta(days=3)


def begun_against(tx: Session) -> Sequence[UUID]:
    """Cases to be visited whose borrower or address has a record that began within the last days."""
    borrowers = set(tx.scalars(select(Block.borrower_key).where(known(Block, None), _begins(Block))))
    entries = tx.scalars(select(NoVisitEntry).where(known(NoVisitEntry, None), _begins(NoVisitEntry))).all()
    borrowers |= {entry.borrower_key for entry in entries if entry.borrower_key is not None}
    addresses = {(entry.region, entry.address_key) for entry in entries if entry.borrower_key is None}
    concerned = or_(Case.borrower_key.in_(borrowers), Case.region.in_({region for region, _ in addresses}))
    cases = select(Case.id, Case.borrower_key, Case.region, Case.address).where(Case.status.in_(WAITING), concerned)
    return [
        case_id
        for case_id, borrower, region, address in tx.execute(cases.order_by(Case.id))
        if borrower in borrowers or (region, address_key(address)) in addresses
    ]


def _begins(model: type[Block] | type[NoVisitEntry]) -> ColumnElement[bool]:
    on = now().astimezone(UTC).date()
    return model.from_on.between(on - _DAYS_AROUND, on + timedelta(days=1))
