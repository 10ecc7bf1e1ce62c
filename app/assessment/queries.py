"""Reads of assessments."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Assessment


def last_assessment(tx: Session, visit_id: UUID) -> Assessment | None:
    """The assessment of a visit that counts; None until there is one."""
    query = select(Assessment).where(Assessment.visit_id == visit_id).order_by(Assessment.number.desc()).limit(1)
    return tx.scalars(query).one_or_none()
