"""The door of stewardship: the auditor reads the trail and has its hash chain recomputed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from app.runtime import audit
from app.runtime.audit import AuditRecord, AuditSeal
from app.runtime.auth import Auditor
from app.runtime.bodies import Instant
from app.runtime.problems import responses
from app.runtime.web import Page, Paging, Transaction, bad_cursor, page_of
from app.stewardship.schemas import AuditPage, ReplayAnswer, ReplayIn, Verification, show_record, show_replay
from app.visits.queries import zone_of_visit
from app.visits.replay import replay_contact
from app.visits.visibility import visible_visit

LONGEST_NUMBER = 18

router = APIRouter(prefix="/v1", tags=["auditor"])

_SEALED = (
    select(AuditSeal, AuditRecord)
    .join(AuditRecord, AuditRecord.id == AuditSeal.record_id)
    .where(AuditSeal.number.is_not(None))
)


@router.get("/audit", response_model=AuditPage, responses=responses())
def get_audit(
    actor: Auditor,
    tx: Transaction,
    page: Paging,
    subject: Annotated[str | None, Query(max_length=200, description="What was acted on, `kind:id`")] = None,
    by: Annotated[str | None, Query(alias="actor", max_length=200, description="Who acted")] = None,
    since: Annotated[Instant | None, Query(alias="from", description="Not before this instant")] = None,
) -> dict[str, Any]:
    """The audit trail in the order of the chain; what is committed by now is in it."""
    audit.seal(tx)
    query = _SEALED.order_by(AuditSeal.number).limit(page.limit + 1)
    query = query.where(AuditSeal.number > _number(page)) if page.after is not None else query
    query = query.where(AuditRecord.subject == subject) if subject is not None else query
    query = query.where(AuditRecord.actor == by) if by is not None else query
    query = query.where(AuditRecord.at >= since) if since is not None else query
    return page_of(tx.execute(query).all(), page, lambda row: str(row[0].number), lambda row: show_record(*row))


@router.post("/audit:verify", responses=responses())
def post_verification(actor: Auditor, tx: Transaction) -> Verification:
    """Seal what is committed, then recompute every hash of the chain from its first record."""
    audit.seal(tx)
    tx.expunge_all()  # what is judged must come from the database, not from this session's memory
    broken = audit.first_break(tx)
    head = tx.execute(
        select(AuditSeal.number, AuditSeal.sha256)
        .where(AuditSeal.number.is_not(None))
        .order_by(AuditSeal.number.desc())
        .limit(1)
    ).one_or_none()
    number, sha256 = head if head is not None else (0, audit.GENESIS)
    return Verification(intact=broken is None, records=number or 0, first_break=broken, head=sha256 or audit.GENESIS)


@router.post("/audit:replay-contact", responses=responses(404))
def post_replay(actor: Auditor, body: ReplayIn, tx: Transaction) -> ReplayAnswer:
    """Judge a visit again by the contact rules, with the facts that were known when somebody arrived.

    The certificates and the profiles are those on record now; a profile whose version has changed since shows as a
    difference.
    """
    visit = visible_visit(tx, actor, body.visit_id)
    return show_replay(visit, replay_contact(tx, visit, body.known_at), zone_of_visit(tx, visit))


def _number(page: Page) -> int:
    if page.after is None or not page.after.isdecimal() or len(page.after) > LONGEST_NUMBER:
        raise bad_cursor()
    return int(page.after)
