"""The door to relief offers: risk, dispatchers and the case system write, those and auditors read."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.intake.models import Case
from app.redress import offering
from app.redress.models import ReliefOffer
from app.redress.offers_schema import DeliveryIn, OfferBody, OfferEndIn, OfferIn, OfferPage, ResponseIn, show_offer
from app.redress.queries import offer_stands
from app.redress.record_paths import CurrentCase, changed, listed, opened
from app.redress.terms import OfferState
from app.redress.visibility import visible, visible_one
from app.runtime.auth import Once, RedressOpener, RedressReader
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Paging, Transaction, etag
from app.workforce.zones import zone_of

router = APIRouter(prefix="/v1", tags=["redress"])


def offer_of_path(offer_id: UUID, actor: RedressReader, tx: Transaction) -> ReliefOffer:
    """The offer of the path; 404 before anything else is looked at."""
    return visible_one(tx, actor, ReliefOffer, offer_id)


CurrentOffer = Annotated[ReliefOffer, Depends(offer_of_path, scope="function")]


@router.post("/cases/{case_id}/relief-offers", status_code=201, response_model=OfferBody, responses=responses(404, 409))
def post_relief_offer(actor: RedressOpener, case: CurrentCase, body: OfferIn, tx: Transaction, once: Once) -> Response:
    """Write an offer of relief down; it counts before a legal step once it was put to the borrower."""
    told = body.told()
    return once.once(
        lambda: opened(tx, case, lambda: offering.write_offer(tx, actor, case, told), show_offer, "relief-offers")
    )


@router.get("/cases/{case_id}/relief-offers", response_model=OfferPage, responses=responses(404))
def get_case_relief_offers(actor: RedressReader, case: CurrentCase, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The offers of relief for the loan of a case."""
    query = visible(actor, ReliefOffer).where(ReliefOffer.case_id == case.id)
    return listed(tx, query, ReliefOffer, page, show_offer)


@router.get("/relief-offers", response_model=OfferPage, responses=responses())
def get_relief_offers(
    actor: RedressReader,
    tx: Transaction,
    page: Paging,
    state: OfferState | None = None,
    region: Annotated[str | None, Query(max_length=64)] = None,
) -> dict[str, Any]:
    """All offers of relief, oldest first."""
    query = visible(actor, ReliefOffer)
    query = query.where(offer_stands(tx, state)) if state is not None else query
    query = query.where(Case.region == region) if region is not None else query
    return listed(tx, query, ReliefOffer, page, show_offer)


@router.get("/relief-offers/{offer_id}", response_model=OfferBody, responses=responses(404))
def get_relief_offer(offer: CurrentOffer, tx: Transaction, response: Response) -> OfferBody:
    """One offer of relief."""
    response.headers["ETag"] = etag(offer)
    case = tx.get_one(Case, offer.case_id)
    return show_offer(offer, zone_of(tx, case.region))


@router.post("/relief-offers/{offer_id}:deliver", response_model=OfferBody, responses=responses(404, 409, 412))
def post_relief_offer_delivery(
    actor: RedressOpener,
    offer: CurrentOffer,
    body: DeliveryIn,
    tx: Transaction,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Tell that a planned offer was put to the borrower, when and how: from then on it counts."""

    def change(case: Case, row: ReliefOffer) -> ReliefOffer:
        return offering.deliver(tx, actor, case, row, body.instant, body.channel)

    return once.once(lambda: changed(tx, offer, if_match, change, show_offer))


@router.post("/relief-offers/{offer_id}:respond", response_model=OfferBody, responses=responses(404, 409, 412))
def post_relief_offer_response(
    actor: RedressOpener,
    offer: CurrentOffer,
    body: ResponseIn,
    tx: Transaction,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Tell what the borrower said to an open offer."""

    def change(case: Case, row: ReliefOffer) -> ReliefOffer:
        return offering.respond(tx, actor, case, row, body.response, body.note)

    return once.once(lambda: changed(tx, offer, if_match, change, show_offer))


@router.post("/relief-offers/{offer_id}:end", response_model=OfferBody, responses=responses(404, 409, 412))
def post_relief_offer_end(
    actor: RedressOpener,
    offer: CurrentOffer,
    body: OfferEndIn,
    tx: Transaction,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Tell that relief which the borrower accepted is over: until then there is no legal step."""

    def change(case: Case, row: ReliefOffer) -> ReliefOffer:
        return offering.end(tx, actor, case, row, body.ending, body.note)

    return once.once(lambda: changed(tx, offer, if_match, change, show_offer))
