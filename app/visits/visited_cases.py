"""The cases that a visit is for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.visits.models import Visit


def lock_cases(tx: Session, visit: Visit) -> list[Case]:
    """The cases of a visit as they are now, the weightiest first, kept from others until the transaction ends."""
    query = select(Case).where(Case.id.in_(visit.case_ids)).order_by(Case.id).with_for_update()
    found = {case.id: case for case in tx.scalars(query.execution_options(populate_existing=True))}
    return [found[case_id] for case_id in visit.case_ids]
