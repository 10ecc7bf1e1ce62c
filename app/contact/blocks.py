"""Blocks of a borrower as records: opened, closed and renewed, and what they mean for the flags of escalations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.situation import BlockKind
from app.contact.models import Block
from app.contact.versions import known, supersede
from app.intake.flags import block_kinds
from app.intake.models import Case
from app.kernel.actor import Actor


@dataclass(frozen=True)
class ToldBlock:
    """A circumstance that forbids visits, as somebody told it."""

    kind: BlockKind
    from_on: date
    until_on: date | None = None
    evidence: str | None = None
    note: str | None = None


def open_block(tx: Session, actor: Actor, case: Case, told: ToldBlock) -> Block:
    """Write down that something forbids visits to the borrower."""
    row = Block(
        case_id=case.id,
        borrower_key=case.borrower_key,
        kind=told.kind.value,
        from_on=told.from_on,
        until_on=told.until_on,
        evidence=told.evidence,
        note=told.note,
        actor=actor.subject,
    )
    tx.add(row)
    tx.flush()
    return row


def open_unless_open(tx: Session, actor: Actor, case: Case, kinds: Iterable[BlockKind], from_on: date) -> None:
    """Open a block of each kind that has none without an end."""
    endless = select(Block.kind).where(
        Block.borrower_key == case.borrower_key, Block.until_on.is_(None), known(Block, None)
    )
    standing = set(tx.scalars(endless))
    for kind in kinds:
        if kind.value not in standing:
            open_block(tx, actor, case, ToldBlock(kind, from_on))


def close_kind(tx: Session, actor: Actor, case: Case, loans: Sequence[Case], kind: BlockKind, on: date) -> None:
    """End every block of the kind; flags of escalations get a record of their own that says they ended."""
    query = select(Block).where(Block.borrower_key == case.borrower_key, Block.kind == kind.value).order_by(Block.id)
    rows = tx.scalars(query).all()
    for row in rows:
        if row.superseded_at is None and (row.until_on is None or row.until_on > on):
            supersede(tx, actor, row, until_on=max(on, row.from_on))
    first_told = first_told_at(rows)
    if any(kind in standing_flags(loan, first_told) for loan in loans):
        open_block(tx, actor, case, ToldBlock(kind, on, on))


def first_told_at(rows: Iterable[Block]) -> Mapping[str, datetime]:
    """When the newest record of each kind was first made, from all versions of the borrower's blocks."""
    newest: dict[str, datetime] = {}
    for row in rows:
        if row.revision == 1:
            newest[row.kind] = max(newest.get(row.kind, row.made_at), row.made_at)
    return newest


def standing_flags(case: Case, first_told: Mapping[str, datetime]) -> list[BlockKind]:
    """The blocks that the escalation's flags name: each stands until a record of its kind is made after it."""
    kinds = (kind for flag in case.flags for kind in block_kinds(flag))
    return [kind for kind in kinds if kind.value not in first_told or first_told[kind.value] < case.received_at]
