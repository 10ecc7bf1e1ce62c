"""What is owed to a borrower keeps visitors from his door: the block that goes with it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.situation import BlockKind
from app.contact.blocking import lock_loans, tell_loans
from app.contact.blocks import ToldBlock, close_kind
from app.contact.models import Block
from app.contact.recording import open_block
from app.contact.terms import BLOCK_CLOSED
from app.contact.versions import known
from app.intake.models import Case
from app.kernel.actor import Actor
from app.runtime.clock import today
from app.workforce.zones import zone_of


def block_visits(tx: Session, actor: Actor, case: Case, kind: BlockKind) -> None:
    """Nobody visits the borrower from today on; a block of the kind that has no end yet will do."""
    endless = select(Block.id).where(
        Block.borrower_key == case.borrower_key,
        Block.kind == kind.value,
        Block.until_on.is_(None),
        known(Block, None),
    )
    if tx.scalars(endless.limit(1)).first() is None:
        open_block(tx, actor, case, ToldBlock(kind, today(zone_of(tx, case.region))))


def let_visits_go_on(tx: Session, actor: Actor, case: Case, kind: BlockKind) -> None:
    """End every block of the kind today: the loans that waited for it alone go on."""
    loans = lock_loans(tx, case)
    close_kind(tx, actor, case, loans, kind, today(zone_of(tx, case.region)))
    tell_loans(tx, actor, case, loans, BLOCK_CLOSED, {"kind": kind.value}, may_hold=False)
