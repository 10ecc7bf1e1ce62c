"""Rows of assessment."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.runtime.database import Base, Identified, Json


class Assessment(Identified, Base):
    """The findings of one visit as figures: append-only.

    `statement` is null when the visit brought none; then there are no figures and no options either. `drafted` is what
    the figures say of the arrangement that was drafted at the door, null when none was.
    """

    __tablename__ = "assessments"
    __table_args__ = (Index(None, "case_id"),)

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), unique=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    findings_id: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"))
    policy: Mapped[str]
    statement: Mapped[Json | None]
    affordability: Mapped[Json | None]
    options: Mapped[list[Any]]
    drafted: Mapped[Json | None]
