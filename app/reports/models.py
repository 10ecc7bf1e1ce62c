"""Rows of reports: what the risk department receives, and what it answers."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.runtime.database import Base, Identified, Json

_BRIEF = "((body)::jsonb - 'rulings'::text) #- '{affordability,derivation}'::text[]"


class CaseReport(Identified, Base):
    """The report of one visit: append-only; a correction would be the next version.

    `also_case_ids` are the borrower's other cases that the visit served, as strings. `body` is the whole report and is
    kept letter by letter (json, not jsonb): it is what `sha256` was computed over. `brief` is the same without rulings
    and derivations, made by the database: nine tenths of a body are those, and who counts many reports needs neither.
    """

    __tablename__ = "case_reports"
    __table_args__ = (
        UniqueConstraint("visit_id", "version"),
        CheckConstraint("version >= 1", name="version_from_one"),
        Index(None, "case_id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    also_case_ids: Mapped[list[Any]]
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    version: Mapped[int]
    sha256: Mapped[str]
    body: Mapped[Json] = mapped_column(JSON)
    brief: Mapped[Json] = mapped_column(Computed(_BRIEF, persisted=True), deferred=True)

    def concerns(self, case_id: UUID) -> bool:
        """Whether the report speaks of the case."""
        return self.case_id == case_id or str(case_id) in self.also_case_ids


class ReportEntry(Base):
    """The place of a report in the feed; empty until sealed (`app.runtime.sealing`)."""

    __tablename__ = "report_entries"
    __table_args__ = (Index("ix_report_entries_open", "report_id", postgresql_where=text("number IS NULL")),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("case_reports.id"), primary_key=True)
    number: Mapped[int | None] = mapped_column(unique=True)


class Acknowledgement(Identified, Base):
    """Somebody of the risk department has taken note of a report: append-only, once for each token's subject."""

    __tablename__ = "acknowledgements"
    __table_args__ = (UniqueConstraint("report_id", "actor"),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("case_reports.id"))
    actor: Mapped[str]


class Decision(Identified, Base):
    """What the risk department decided on a report: append-only.

    A proposal does nothing until it has an ending that confirms it. `look_on` is the day on which somebody looks how
    it goes.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "case_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    report_id: Mapped[UUID] = mapped_column(ForeignKey("case_reports.id"))
    kind: Mapped[str]
    option: Mapped[str | None]
    reasons: Mapped[list[Any]]
    alternatives_considered: Mapped[list[Any]]
    note: Mapped[str | None]
    actor: Mapped[str]
    is_proposal: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    look_on: Mapped[date | None]


class DecisionEnding(Identified, Base):
    """How a proposed decision ended: append-only, once."""

    __tablename__ = "decision_endings"
    __table_args__ = (
        CheckConstraint("state IN ('confirmed', 'rejected', 'withdrawn', 'voided')", name="state_of_an_ending"),
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id"), unique=True)
    state: Mapped[str]
    actor: Mapped[str]
    note: Mapped[str | None]
