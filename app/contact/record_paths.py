"""What the doors to records share: the case of the path, its borrower's records, and how a version is shown."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contact.blocking import lock_loans
from app.contact.models import Block, Consent, Notice, Preferences, QuietWindow
from app.contact.versions import known, present, to_change
from app.intake.models import Case
from app.intake.visibility import visible_case
from app.runtime.auth import RecordReader
from app.runtime.bodies import Instant
from app.runtime.idempotency import Created
from app.runtime.web import Page, Transaction, etag, must_match, page_of
from app.workforce.zones import zone_of

Kept = TypeVar("Kept", Block, Consent, Notice, QuietWindow)
Shown = TypeVar("Shown", Block, Consent, Notice, QuietWindow, Preferences)
KnownAt = Annotated[Instant | None, Query(description="Show what was known at this instant instead of now")]


def case_of_path(case_id: UUID, actor: RecordReader, tx: Transaction) -> Case:
    """The case of the path; 404 before anything else is looked at."""
    return visible_case(tx, actor, case_id)


CurrentCase = Annotated[Case, Depends(case_of_path, scope="function")]


def record_of(tx: Session, model: type[Kept], case: Case, record_id: UUID) -> Kept:
    """The present version of a record of the case's borrower; raises NotFound when there is none."""
    return present(tx, model, record_id, model.borrower_key == case.borrower_key)


def listed(
    tx: Session, model: type[Kept], case: Case, page: Page, known_at: Any, show: Callable[[Kept, str], BaseModel]
) -> dict[str, Any]:
    """A page of the borrower's records, as they were known at the instant, None being now."""
    query = select(model).where(model.borrower_key == case.borrower_key, known(model, known_at))
    query = query.where(model.record_id > page.after_id) if page.after is not None else query
    rows, zone = tx.scalars(query.order_by(model.record_id).limit(page.limit + 1)).all(), zone_of(tx, case.region)
    return page_of(rows, page, lambda row: str(row.record_id), lambda row: show(row, zone))


def shown(tx: Session, case: Case, row: Shown, show: Callable[[Shown, str], BaseModel], status: int = 200) -> Created:
    """The answer that shows a version, with its ETag."""
    return Created(show(row, zone_of(tx, case.region)), status, {"ETag": etag(row)})


def changed(
    tx: Session,
    case: Case,
    row: Kept,
    if_match: str | None,
    change: Callable[[Kept], Kept],
    show: Callable[[Kept, str], BaseModel],
) -> Created:
    """The answer that shows a record after a change, which is made to it as it is now, kept from others.

    Raises Stale when the caller meant an older version.
    """
    lock_loans(tx, case)
    locked = to_change(tx, row)
    must_match(locked, if_match, required=False)
    return shown(tx, case, change(locked), show)
