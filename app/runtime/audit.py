"""Who did what to what: append-only records that a sealer links into a hash chain."""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from app.kernel.actor import Actor
from app.runtime.clock import now
from app.runtime.database import Base, Identified, Json
from app.runtime.sealing import lock_chain
from app.runtime.telemetry import request_id

GENESIS = "0" * 64


class AuditRecord(Identified, Base):
    """One fact of who did what; never changed."""

    __tablename__ = "audit_records"
    __table_args__ = (Index(None, "subject"), Index(None, "actor"))

    at: Mapped[datetime]
    actor: Mapped[str]
    verb: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[Json]
    request_id: Mapped[str | None]


class AuditSeal(Base):
    """The place of a record in the chain: its hash covers the record and the hash before it; empty until sealed."""

    __tablename__ = "audit_seals"
    __table_args__ = (Index("ix_audit_seals_open", "record_id", postgresql_where=text("number IS NULL")),)

    record_id: Mapped[UUID] = mapped_column(ForeignKey("audit_records.id"), primary_key=True)
    number: Mapped[int | None] = mapped_column(unique=True)
    sha256: Mapped[str | None]

    record: Mapped[AuditRecord] = relationship()


def record(tx: Session, actor: Actor, verb: str, subject: str, detail: Json | None = None) -> None:
    """Add one audit line inside the caller's transaction; many of them are written together at its next flush."""
    line = AuditRecord(
        at=now(), actor=actor.subject, verb=verb, subject=subject, detail=detail or {}, request_id=request_id()
    )
    tx.add(AuditSeal(record=line, number=None, sha256=None))


def seal(tx: Session) -> int:
    """Link every committed record that has no place yet; returns how many."""
    last = lock_chain(tx, "audit", AuditSeal.number)
    previous = tx.scalars(select(AuditSeal.sha256).where(AuditSeal.number == last)).one_or_none() or GENESIS
    waiting = (
        select(AuditSeal, AuditRecord)
        .join(AuditRecord, AuditRecord.id == AuditSeal.record_id)
        .where(AuditSeal.number.is_(None))
        .order_by(AuditRecord.id)
    )
    rows = tx.execute(waiting).all()
    for number, (link, line) in enumerate(rows, start=last + 1):
        previous = digest(previous, line)
        link.number, link.sha256 = number, previous
    tx.flush()
    return len(rows)


def digest(previous: str, line: AuditRecord) -> str:
    """SHA-256 over the hash before and the record as canonical JSON."""
    content = [str(line.id), line.at.isoformat(), line.actor, line.verb, line.subject, line.detail, line.request_id]
    canonical = json.dumps([previous, content], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def first_break(tx: Session) -> int | None:
    """Recompute the chain; the number of the first link that does not fit, or None.

    A record without a place in the chain was smuggled in: it breaks the chain behind the last link.
    """
    previous, expected = GENESIS, 0
    sealed = select(AuditSeal, AuditRecord).outerjoin(AuditRecord, AuditRecord.id == AuditSeal.record_id)
    rows = tx.execute(sealed.where(AuditSeal.number.is_not(None)).order_by(AuditSeal.number))
    for expected, (link, found) in enumerate(rows.yield_per(1000), start=1):
        line: AuditRecord | None = found  # an outer join: the record may have been taken out
        previous = digest(previous, line) if line is not None else ""
        if link.number != expected or link.sha256 != previous:
            return expected
    placed = select(AuditSeal.record_id).where(AuditSeal.record_id == AuditRecord.id)
    smuggled = tx.scalars(select(AuditRecord.id).where(~placed.exists()).limit(1)).first()
    return None if smuggled is None else expected + 1
