"""The cases that a visit is for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.runtime.database import locking
from app.visits.models import Visit


def lock_cases(tx: Session, visit: Visit) -> list[Case]:
    """The cases of a visit as they are now, the weightiest first.

    All loans of the borrower are kept from others until the transaction ends, in the one order in which everybody locks
    cases: what is counted and ruled for one borrower is done one after the other.
    """
    borrower = select(Case.borrower_key).where(Case.id.in_(visit.case_ids))
    query = select(Case).where(Case.borrower_key.in_(borrower)).order_by(Case.id)
    found = {case.id: case for case in tx.scalars(locking(query))}
    return [found[case_id] for case_id in visit.case_ids]
