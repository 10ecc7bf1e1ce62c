"""Reads of assessments."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Assessment


def assessments_of(tx: Session, visit_id: UUID) -> Sequence[Assessment]:
    """The assessments of a visit, the first one and those of corrected findings."""
    return tx.scalars(select(Assessment).where(Assessment.visit_id == visit_id).order_by(Assessment.number)).all()
