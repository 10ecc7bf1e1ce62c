"""The door to promises to pay: the risk department and the case system read and tell them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.intake.visibility import visible_case
from app.kernel.actor import Actor
from app.runtime.auth import Once, any_of
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Page, Paging, Transaction, etag, must_match, page_of
from app.visits.models import PromiseToPay
from app.visits.promise_keeping import cancel_promise, tell_promise
from app.visits.promises_schema import PromiseBody, PromiseEndIn, PromiseIn, PromisePage, show_promises
from app.visits.terms import PromiseState
from app.visits.visibility import visible_promise, visible_promises
from app.workforce.zones import zone_of

router = APIRouter(prefix="/v1", tags=["promises"])

# A promise tells of money: dispatchers see places, not finances.
_WRITES = ("escalations:write", "decisions:write")
PromiseReader = Annotated[Actor, Depends(any_of("cases:read", "reports:read", *_WRITES))]
PromiseKeeper = Annotated[Actor, Depends(any_of(*_WRITES))]


def case_of_path(case_id: UUID, actor: PromiseReader, tx: Transaction) -> Case:
    """The case of the path; 404 before anything else is looked at."""
    return visible_case(tx, actor, case_id)


def promise_of_path(promise_id: UUID, actor: PromiseReader, tx: Transaction) -> PromiseToPay:
    """The promise of the path; 404 before anything else is looked at."""
    return visible_promise(tx, actor, promise_id)


CurrentCase = Annotated[Case, Depends(case_of_path, scope="function")]
CurrentPromise = Annotated[PromiseToPay, Depends(promise_of_path, scope="function")]


@router.get("/promises", response_model=PromisePage, responses=responses())
def get_promises(
    actor: PromiseReader,
    tx: Transaction,
    page: Paging,
    state: Annotated[PromiseState | None, Query()] = None,
    case_id: Annotated[UUID | None, Query()] = None,
) -> dict[str, Any]:
    """The promises on the cases of the token's regions, oldest first."""
    query = visible_promises(actor)
    query = query.where(PromiseToPay.state == state.value) if state is not None else query
    return _listed(tx, query.where(PromiseToPay.case_id == case_id) if case_id is not None else query, page)


@router.get("/cases/{case_id}/promises", response_model=PromisePage, responses=responses(404))
def get_promises_of_case(actor: PromiseReader, case: CurrentCase, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The promises on a case, oldest first; one of them at most is open."""
    return _listed(tx, visible_promises(actor).where(PromiseToPay.case_id == case.id), page)


@router.post(
    "/cases/{case_id}/promises",
    status_code=201,
    response_model=PromiseBody,
    responses=responses(404, 409) | {200: {"model": PromiseBody, "description": "The same promise came before"}},
)
def post_promise(actor: PromiseKeeper, case: CurrentCase, body: PromiseIn, tx: Transaction, once: Once) -> Response:
    """Write down a promise that was made by phone or in a letter; it takes the place of an open one."""
    new = body.made_on(case, zone_of(tx, case.region))

    def take() -> Created:
        locked = visible_case(tx, actor, case.id, lock=True)
        row, is_new = tell_promise(tx, actor, locked, new)
        return _shown(tx, row, locked, 201 if is_new else 200)

    return once.once(take)


@router.get("/promises/{promise_id}", response_model=PromiseBody, responses=responses(404))
def get_promise(actor: PromiseReader, promise: CurrentPromise, tx: Transaction, response: Response) -> PromiseBody:
    """One promise with its life."""
    response.headers["ETag"] = etag(promise)
    case = visible_case(tx, actor, promise.case_id)
    return show_promises(tx, [(promise, case.region)])(promise, case.region)


@router.post("/promises/{promise_id}:cancel", response_model=PromiseBody, responses=responses(404, 409, 412))
def post_promise_cancellation(
    actor: PromiseKeeper,
    promise: CurrentPromise,
    tx: Transaction,
    once: Once,
    body: PromiseEndIn | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Take back an open promise, such as one that was misheard; cancelling it again changes nothing."""
    note = body.note if body is not None else None

    def cancel() -> Created:
        case = visible_case(tx, actor, promise.case_id, lock=True)
        tx.refresh(promise)
        must_match(promise, if_match, required=False)
        cancel_promise(tx, actor, case, promise, note)
        return _shown(tx, promise, case, 200)

    return once.once(cancel)


def _shown(tx: Session, row: PromiseToPay, case: Case, status: int) -> Created:
    return Created(show_promises(tx, [(row, case.region)])(row, case.region), status, {"ETag": etag(row)})


def _listed(tx: Session, query: Select[PromiseToPay], page: Page) -> dict[str, Any]:
    query = query.where(PromiseToPay.id > page.after_id) if page.after is not None else query
    rows = tx.scalars(query.order_by(PromiseToPay.id).limit(page.limit + 1)).all()
    regions = dict(tx.execute(select(Case.id, Case.region).where(Case.id.in_([row.case_id for row in rows]))).all())
    show = show_promises(tx, [(row, regions[row.case_id]) for row in rows])
    return page_of(rows, page, lambda row: str(row.id), lambda row: show(row, regions[row.case_id]))
