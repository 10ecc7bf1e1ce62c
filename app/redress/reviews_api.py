"""The door to hardship reviews: whoever sees hardship opens one, risk and dispatchers conclude it, auditors read."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.intake.models import Case
from app.redress import reviewing
from app.redress.models import HardshipReview
from app.redress.queries import review_is_overdue
from app.redress.record_paths import CurrentCase, changed, listed, opened
from app.redress.reviews_schema import ConclusionIn, ReviewBody, ReviewIn, ReviewPage, show_review
from app.redress.terms import ReviewState
from app.redress.visibility import case_to_review, visible, visible_one
from app.runtime.auth import Once, RedressKeeper, RedressReader, ReviewOpener
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Paging, Transaction, etag
from app.workforce.zones import zone_of

router = APIRouter(prefix="/v1", tags=["redress"])


def case_to_review_of_path(case_id: UUID, actor: ReviewOpener, tx: Transaction) -> Case:
    """The case of the path, for people of the field only one that they visit; 404 before anything else."""
    return case_to_review(tx, actor, case_id)


def review_of_path(review_id: UUID, actor: RedressReader, tx: Transaction) -> HardshipReview:
    """The review of the path; 404 before anything else is looked at."""
    return visible_one(tx, actor, HardshipReview, review_id)


CaseToReview = Annotated[Case, Depends(case_to_review_of_path, scope="function")]
CurrentReview = Annotated[HardshipReview, Depends(review_of_path, scope="function")]


@router.post(
    "/cases/{case_id}/hardship-reviews", status_code=201, response_model=ReviewBody, responses=responses(404, 409)
)
def post_hardship_review(
    actor: ReviewOpener, case: CaseToReview, body: ReviewIn, tx: Transaction, once: Once
) -> Response:
    """Ask for a hardship review: no legal step until it is concluded; an urgent one keeps visitors away as well."""
    told = body.told()
    return once.once(
        lambda: opened(tx, case, lambda: reviewing.open_review(tx, actor, case, told), show_review, "hardship-reviews")
    )


@router.get("/cases/{case_id}/hardship-reviews", response_model=ReviewPage, responses=responses(404))
def get_case_hardship_reviews(actor: RedressReader, case: CurrentCase, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The hardship reviews of the borrower of a case, on any of his loans that the token may see."""
    query = visible(actor, HardshipReview).where(HardshipReview.borrower_key == case.borrower_key)
    return listed(tx, query, HardshipReview, page, show_review)


@router.get("/hardship-reviews", response_model=ReviewPage, responses=responses())
def get_hardship_reviews(
    actor: RedressReader,
    tx: Transaction,
    page: Paging,
    state: ReviewState | None = None,
    overdue: Annotated[bool | None, Query(description="Only those that the house is, or is not, late with")] = None,
    urgent: bool | None = None,
    region: Annotated[str | None, Query(max_length=64)] = None,
) -> dict[str, Any]:
    """All hardship reviews, oldest first."""
    query = visible(actor, HardshipReview)
    query = query.where(HardshipReview.state == state.value) if state is not None else query
    query = query.where(review_is_overdue(tx) == overdue) if overdue is not None else query
    query = query.where(HardshipReview.urgent == urgent) if urgent is not None else query
    query = query.where(Case.region == region) if region is not None else query
    return listed(tx, query, HardshipReview, page, show_review)


@router.get("/hardship-reviews/{review_id}", response_model=ReviewBody, responses=responses(404))
def get_hardship_review(review: CurrentReview, tx: Transaction, response: Response) -> ReviewBody:
    """One hardship review."""
    response.headers["ETag"] = etag(review)
    case = tx.get_one(Case, review.case_id)
    return show_review(review, zone_of(tx, case.region))


@router.post("/hardship-reviews/{review_id}:conclude", response_model=ReviewBody, responses=responses(404, 409, 412))
def post_hardship_review_conclusion(
    actor: RedressKeeper,
    review: CurrentReview,
    body: ConclusionIn,
    tx: Transaction,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Conclude a hardship review: its gate opens. 403 `SAME_PERSON` for the one who opened it."""

    def change(case: Case, row: HardshipReview) -> HardshipReview:
        return reviewing.conclude(tx, actor, case, row, body.conclusion())

    return once.once(lambda: changed(tx, review, if_match, change, show_review))
