"""The door of intake: the case system posts, dispatchers read."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.intake import service
from app.intake.models import Case
from app.intake.schemas import (
    BatchAnswer,
    BatchItem,
    CaseBody,
    CasePage,
    EscalationBatch,
    EscalationBody,
    WithdrawalBody,
    show_case,
    show_cases,
    to_escalation,
)
from app.intake.terms import CaseStatus
from app.intake.visibility import visible_case, visible_cases
from app.kernel.actor import Actor
from app.kernel.errors import DoorstepError
from app.runtime.auth import CaseKeeper, CaseReader, CaseSystem, Once
from app.runtime.idempotency import Created
from app.runtime.problems import of_business, of_validation, responses
from app.runtime.web import IfMatch, Paging, Transaction, etag, must_match, page_of
from app.workforce.contact_profiles import ProfileBook, profile_book
from app.workforce.geography import RegionCatalogue

router = APIRouter(prefix="/v1", tags=["case system"])

ValidateOnly = Annotated[bool, Query(description="Do all checks and write nothing")]


def case_of_path(case_id: UUID, actor: CaseReader, tx: Transaction) -> Case:
    """The case of the path; 404 before anything else is looked at."""
    return visible_case(tx, actor, case_id)


CurrentCase = Annotated[Case, Depends(case_of_path, scope="function")]


@router.post(
    "/escalations",
    status_code=201,
    response_model=CaseBody,
    responses=responses(409) | {200: {"model": CaseBody, "description": "The same escalation came before"}},
)
def post_escalation(
    actor: CaseSystem, body: EscalationBody, tx: Transaction, once: Once, *, validate_only: ValidateOnly = False
) -> Response:
    """Bring a case: 201 with the new one, 200 with the known one when the same escalation came before."""

    def receive() -> Created:
        receipt = service.receive(tx, actor, to_escalation(body), RegionCatalogue.load(tx))
        return Created(show_case(tx, actor, receipt.case), 201 if receipt.created else 200, _headers(receipt.case))

    return _tried(tx, receive, 200) if validate_only else once.once(receive)


def _tried(tx: Session, make: Callable[[], Created], status: int) -> JSONResponse:
    """The answer of a dry run, whose effects are undone."""
    with tx.begin_nested() as trial:
        answer = make().body.model_dump(mode="json")
        trial.rollback()
    return JSONResponse(answer, status)


@router.post("/escalations:batch", status_code=207, response_model=BatchAnswer, responses=responses())
def post_escalation_batch(
    actor: CaseSystem,
    body: EscalationBatch,
    tx: Transaction,
    once: Once,
    request: Request,
    *,
    validate_only: ValidateOnly = False,
) -> Response:
    """Bring up to 1,000 cases; each item is taken or refused by itself, so the answer always is 207."""

    def receive_all() -> Created:
        regions, book = RegionCatalogue.load(tx), profile_book(tx)
        items = [_take(tx, actor, request, index, item, regions, book) for index, item in enumerate(body.items)]
        return Created(BatchAnswer(items=items), 207)

    return _tried(tx, receive_all, 207) if validate_only else once.once(receive_all)


def _take(
    tx: Session, actor: Actor, request: Request, index: int, item: Any, regions: RegionCatalogue, book: ProfileBook
) -> BatchItem:
    reference = item.get("source_reference") if isinstance(item, dict) else None
    named = reference if isinstance(reference, str) else None
    try:
        escalation = to_escalation(EscalationBody.model_validate(item))
        with tx.begin_nested():
            receipt = service.receive(tx, actor, escalation, regions, book)
    except ValidationError as error:
        return BatchItem(
            index=index, status=422, source_reference=named, case=None, problem=of_validation(request, error)
        )
    except DoorstepError as error:
        problem = of_business(request, error)
        return BatchItem(index=index, status=problem.status, source_reference=named, case=None, problem=problem)
    case = show_case(tx, actor, receipt.case)
    return BatchItem(
        index=index, status=201 if receipt.created else 200, source_reference=named, case=case, problem=None
    )


@router.get("/cases", response_model=CasePage, responses=responses())
def get_cases(
    actor: CaseReader,
    tx: Transaction,
    page: Paging,
    status: Annotated[CaseStatus | None, Query()] = None,
    region: Annotated[str | None, Query(max_length=64)] = None,
    source_reference: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """The cases of the token's regions, oldest first."""
    query = visible_cases(actor).order_by(Case.id).limit(page.limit + 1)
    for column, value in ((Case.status, status), (Case.region, region), (Case.source_reference, source_reference)):
        query = query.where(column == value) if value is not None else query
    query = query.where(Case.id > page.after_id) if page.after is not None else query
    rows = tx.scalars(query).all()
    return page_of(rows, page, lambda case: str(case.id), show_cases(tx, actor, rows[: page.limit]))


@router.get("/cases/{case_id}", response_model=CaseBody, responses=responses(404))
def get_case(actor: CaseReader, case: CurrentCase, tx: Transaction, response: Response) -> CaseBody:
    """One case with its ruling, the people who may take it, and its history."""
    response.headers["ETag"] = etag(case)
    return show_case(tx, actor, case)


@router.post("/cases/{case_id}:withdraw", response_model=CaseBody, responses=responses(404, 409, 412))
def post_withdrawal(
    actor: CaseKeeper,
    case: CurrentCase,
    tx: Transaction,
    response: Response,
    body: WithdrawalBody | None = None,
    if_match: IfMatch = None,
) -> CaseBody:
    """Take a case back; a visit that is planned for it is recalled."""
    locked = visible_case(tx, actor, case.id, lock=True)
    must_match(locked, if_match, required=False)
    service.withdraw(tx, actor, locked, (body or WithdrawalBody()).reason)
    response.headers["ETag"] = etag(locked)
    return show_case(tx, actor, locked)


def _headers(case: Case) -> dict[str, str]:
    return {"Location": f"/v1/cases/{case.id}", "ETag": etag(case)}
