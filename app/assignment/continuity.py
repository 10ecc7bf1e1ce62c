"""What is on record about who may take a case, and who visited before."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.assignment.models import Assignment


def newest_assignments(tx: Session, case_ids: Sequence[UUID]) -> dict[UUID, Assignment]:
    """The assignment that counts of each case that has one."""
    query = (
        select(Assignment)
        .where(Assignment.case_id.in_(case_ids))
        .ext(distinct_on(Assignment.case_id))
        .order_by(Assignment.case_id, Assignment.made_at.desc(), Assignment.id.desc())
    )
    return {assignment.case_id: assignment for assignment in tx.scalars(query)}


def prefer(tx: Session, case_id: UUID, investigator_id: UUID) -> None:
    """Remember who visited: the next assignment of the case puts this person first."""
    newest = newest_assignments(tx, [case_id]).get(case_id)
    if newest is not None and newest.preferred == investigator_id:
        return
    eligibility = newest.eligibility if newest is not None else []
    tx.add(Assignment(case_id=case_id, eligibility=eligibility, preferred=investigator_id))
    tx.flush()
