"""What the doors of redress share: the case of the path, and how a record is shown, listed and changed."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.contact.blocking import lock_loans
from app.contact.versions import to_change
from app.intake.models import Case
from app.intake.visibility import visible_case
from app.redress.models import Complaint, HardshipReview, ReliefOffer
from app.runtime.auth import RedressReader
from app.runtime.idempotency import Created
from app.runtime.web import Page, Transaction, etag, must_match, page_of
from app.workforce.zones import WITHOUT_REGION, zone_of, zones_of_regions

Owed = TypeVar("Owed", Complaint, HardshipReview, ReliefOffer)


def case_of_path(case_id: UUID, actor: RedressReader, tx: Transaction) -> Case:
    """The case of the path; 404 before anything else is looked at."""
    return visible_case(tx, actor, case_id)


CurrentCase = Annotated[Case, Depends(case_of_path, scope="function")]


def opened(
    tx: Session, case: Case, write: Callable[[], Owed], show: Callable[[Owed, str], BaseModel], path: str
) -> Created:
    """The answer that shows a new record, written while the borrower's loans are locked."""
    lock_loans(tx, case)
    row = write()
    headers = {"ETag": etag(row), "Location": f"/v1/{path}/{row.record_id}"}
    return Created(show(row, zone_of(tx, case.region)), 201, headers)


def changed(
    tx: Session,
    row: Owed,
    if_match: str | None,
    change: Callable[[Case, Owed], Owed],
    show: Callable[[Owed, str], BaseModel],
) -> Created:
    """The answer that shows a record after a change, made to it as it is now while the borrower's loans are locked.

    Raises Stale when the caller meant an older version.
    """
    case = tx.get_one(Case, row.case_id)
    lock_loans(tx, case)
    locked = to_change(tx, row)
    must_match(locked, if_match, required=False)
    row = change(case, locked)
    return Created(show(row, zone_of(tx, case.region)), 200, {"ETag": etag(row)})


def listed(
    tx: Session, query: Select[Owed], model: type[Owed], page: Page, show: Callable[[Owed, str], BaseModel]
) -> dict[str, Any]:
    """A page of records that are joined with their cases, each with the times of its region."""
    query = query.where(model.record_id > page.after_id) if page.after is not None else query
    regions = query.add_columns(Case.region).order_by(model.record_id).limit(page.limit + 1)
    rows, zones = tx.execute(regions).all(), zones_of_regions(tx)
    return page_of(
        rows,
        page,
        lambda found: str(found[0].record_id),
        lambda found: show(found[0], zones.get(found[1] or "", WITHOUT_REGION)),
    )
