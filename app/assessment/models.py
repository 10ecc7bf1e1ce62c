"""Rows of assessment."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.runtime.database import Base, Identified, Json


class Assessment(Identified, Base):
    """The findings of one visit as figures: append-only; corrected findings are assessed anew, with the next number.

    `statement` is null when the visit brought none; then there are no figures and no options either. `drafted` is what
    the figures say of the arrangement that was drafted at the door, null when none was.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("visit_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        Index(None, "case_id"),
    )

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    number: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    findings_id: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"))
    policy: Mapped[str]
    statement: Mapped[Json | None]
    affordability: Mapped[Json | None]
    options: Mapped[list[Any]]
    drafted: Mapped[Json | None]


class AffordabilityPolicy(Identified, Base):
    """A policy that was brought, as its document: append-only; the last one brought for a region and day holds."""

    __tablename__ = "affordability_policies"
    __table_args__ = (UniqueConstraint("name", "version"),)

    name: Mapped[str]
    version: Mapped[str]
    document: Mapped[Json]
    actor: Mapped[str]
