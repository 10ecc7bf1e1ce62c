"""The door to complaints: whoever hears of one opens it, risk and dispatchers handle it, those and auditors read."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.intake.models import Case
from app.redress import complaining
from app.redress.complaining import Acknowledgement
from app.redress.complaints_schema import (
    AcknowledgementIn,
    ComplaintBody,
    ComplaintIn,
    ComplaintPage,
    ExtensionIn,
    ResolutionIn,
    show_complaint,
)
from app.redress.models import Complaint
from app.redress.queries import complaint_is_overdue
from app.redress.record_paths import CurrentCase, changed, listed, opened
from app.redress.terms import ComplaintState
from app.redress.visibility import visible, visible_one
from app.runtime.auth import Once, RedressKeeper, RedressOpener, RedressReader
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Paging, Transaction, etag
from app.workforce.zones import zone_of

router = APIRouter(prefix="/v1", tags=["redress"])


def complaint_of_path(complaint_id: UUID, actor: RedressReader, tx: Transaction) -> Complaint:
    """The complaint of the path; 404 before anything else is looked at."""
    return visible_one(tx, actor, Complaint, complaint_id)


CurrentComplaint = Annotated[Complaint, Depends(complaint_of_path, scope="function")]


@router.post(
    "/cases/{case_id}/complaints", status_code=201, response_model=ComplaintBody, responses=responses(404, 409)
)
def post_complaint(actor: RedressOpener, case: CurrentCase, body: ComplaintIn, tx: Transaction, once: Once) -> Response:
    """Open a complaint: its clock starts, and nobody visits the borrower or goes to court until it is answered."""
    told = body.told()
    return once.once(
        lambda: opened(
            tx, case, lambda: complaining.open_complaint(tx, actor, case, told), show_complaint, "complaints"
        )
    )


@router.get("/cases/{case_id}/complaints", response_model=ComplaintPage, responses=responses(404))
def get_case_complaints(actor: RedressReader, case: CurrentCase, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The complaints of the borrower of a case, on any of his loans that the token may see."""
    query = visible(actor, Complaint).where(Complaint.borrower_key == case.borrower_key)
    return listed(tx, query, Complaint, page, show_complaint)


@router.get("/complaints", response_model=ComplaintPage, responses=responses())
def get_complaints(
    actor: RedressReader,
    tx: Transaction,
    page: Paging,
    state: ComplaintState | None = None,
    overdue: Annotated[bool | None, Query(description="Only those that the house is, or is not, late with")] = None,
    region: Annotated[str | None, Query(max_length=64)] = None,
) -> dict[str, Any]:
    """All complaints, oldest first."""
    query = visible(actor, Complaint)
    query = query.where(Complaint.state == state.value) if state is not None else query
    query = query.where(complaint_is_overdue(tx) == overdue) if overdue is not None else query
    query = query.where(Case.region == region) if region is not None else query
    return listed(tx, query, Complaint, page, show_complaint)


@router.get("/complaints/{complaint_id}", response_model=ComplaintBody, responses=responses(404))
def get_complaint(complaint: CurrentComplaint, tx: Transaction, response: Response) -> ComplaintBody:
    """One complaint."""
    response.headers["ETag"] = etag(complaint)
    case = tx.get_one(Case, complaint.case_id)
    return show_complaint(complaint, zone_of(tx, case.region))


@router.post("/complaints/{complaint_id}:acknowledge", response_model=ComplaintBody, responses=responses(404, 409, 412))
def post_complaint_acknowledgement(
    actor: RedressKeeper,
    complaint: CurrentComplaint,
    tx: Transaction,
    once: Once,
    body: AcknowledgementIn | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Take a complaint into hand and tell the complainant so; 403 `HANDLER_HAS_INTEREST` for those it is about."""
    said = body.said() if body is not None else Acknowledgement()

    def change(case: Case, row: Complaint) -> Complaint:
        return complaining.acknowledge(tx, actor, case, row, said)

    return once.once(lambda: changed(tx, complaint, if_match, change, show_complaint))


@router.post("/complaints/{complaint_id}:extend", response_model=ComplaintBody, responses=responses(404, 409, 412))
def post_complaint_extension(
    actor: RedressKeeper,
    complaint: CurrentComplaint,
    body: ExtensionIn,
    tx: Transaction,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Ask for more time for a complex complaint, once; the due day moves when a second person approves."""

    def change(case: Case, row: Complaint) -> Complaint:
        return complaining.ask_extension(tx, actor, case, row, body.reason)

    return once.once(lambda: changed(tx, complaint, if_match, change, show_complaint))


@router.post(
    "/complaints/{complaint_id}:approve-extension", response_model=ComplaintBody, responses=responses(404, 409, 412)
)
def post_complaint_extension_approval(
    actor: RedressKeeper, complaint: CurrentComplaint, tx: Transaction, once: Once, if_match: IfMatch = None
) -> Response:
    """Approve the time that another person asked for; 403 `SAME_PERSON` for the one who asked."""

    def change(case: Case, row: Complaint) -> Complaint:
        return complaining.approve_extension(tx, actor, case, row)

    return once.once(lambda: changed(tx, complaint, if_match, change, show_complaint))


@router.post("/complaints/{complaint_id}:resolve", response_model=ComplaintBody, responses=responses(404, 409, 412))
def post_complaint_resolution(
    actor: RedressKeeper,
    complaint: CurrentComplaint,
    body: ResolutionIn,
    tx: Transaction,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Answer a complaint that was acknowledged; the borrower's last one lets visits and legal steps go on."""

    def change(case: Case, row: Complaint) -> Complaint:
        return complaining.resolve(tx, actor, case, row, body.resolution())

    return once.once(lambda: changed(tx, complaint, if_match, change, show_complaint))
