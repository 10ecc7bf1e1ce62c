"""Which cases may be concerned by a block, or an entry of the no-visit list, that was told for a day that has come."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

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
    own = exists().where(Block.borrower_key == Case.borrower_key, known(Block, None), _begins(Block))
    listed = exists().where(
        or_(
            NoVisitEntry.borrower_key == Case.borrower_key,
            and_(NoVisitEntry.borrower_key.is_(None), NoVisitEntry.region == Case.region),
        ),
        known(NoVisitEntry, None),
        _begins(NoVisitEntry),
    )
    return tx.scalars(select(Case.id).where(Case.status.in_(WAITING), or_(own, listed)).order_by(Case.id)).all()


def _begins(model: type[Block] | type[NoVisitEntry]) -> ColumnElement[bool]:
    on = now().astimezone(UTC).date()
    return model.from_on.between(on - _DAYS_AROUND, on + timedelta(days=1))
