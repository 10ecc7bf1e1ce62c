"""Rows of assignment."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.runtime.database import Base, Identified


class Assignment(Identified, Base):
    """Who may take a case, as it was found at one moment: append-only, the newest counts.

    `eligibility` holds one `{investigator_id, eligible, reasons, rank}` for each person of the region and its
    neighbours; `preferred` is whoever visited before.
    """

    __tablename__ = "assignments"
    __table_args__ = (Index(None, "case_id", "made_at"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    eligibility: Mapped[list[Any]]
    preferred: Mapped[UUID | None]
