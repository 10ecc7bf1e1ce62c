"""The door of workforce: dispatchers keep regions and people; the case system may read the regions."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.runtime.auth import Once, WorkforceWriter, any_of
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Page, Paging, Transaction, etag, must_match, page_of, prefers
from app.workforce import service
from app.workforce.answers import (
    AbsenceAnswer,
    AbsencePage,
    CertificateAnswer,
    CertificatePage,
    InvestigatorAnswer,
    InvestigatorPage,
    RegionAnswer,
    RegionPage,
    ShiftAnswer,
    ShiftPage,
    show_absence,
    show_certificate,
    show_investigator,
    show_region,
    show_region_feature,
    show_shift,
)
from app.workforce.models import Absence, Certificate, Investigator, Region, Shift
from app.workforce.schemas import (
    AbsenceBody,
    CertificateBody,
    InvestigatorBody,
    InvestigatorChange,
    RegionBody,
    RegionChange,
    ShiftBody,
    to_columns,
    to_leave,
    to_training,
    to_working_time,
)
from app.workforce.visibility import visible_investigator, visible_investigators, visible_region, visible_regions

router = APIRouter(prefix="/v1", tags=["dispatcher"])

Part = TypeVar("Part", Certificate, Shift, Absence)

GEOJSON = "application/geo+json"
_GEOJSON_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {"schema": {"type": "object", "description": "GeoJSON (RFC 7946)"}}}}
}

Reader = Annotated[Actor, Depends(any_of("workforce:write", "plans:write", "plans:publish"))]
RegionReader = Annotated[
    Actor,
    Depends(
        any_of("workforce:write", "plans:write", "plans:publish", "cases:manage", "cases:read", "escalations:write")
    ),
]


def existing_region(code: str, actor: RegionReader, tx: Transaction) -> Region:
    """The region of the path; 404 before anything else is looked at."""
    return visible_region(tx, actor, code)


def region_to_change(code: str, actor: WorkforceWriter, tx: Transaction) -> Region:
    """The region of the path, locked."""
    return visible_region(tx, actor, code, lock=True)


def existing_investigator(investigator_id: UUID, actor: Reader, tx: Transaction) -> Investigator:
    """The investigator of the path; 404 before anything else is looked at."""
    return visible_investigator(tx, actor, investigator_id)


def investigator_to_change(investigator_id: UUID, actor: WorkforceWriter, tx: Transaction) -> Investigator:
    """The investigator of the path, locked."""
    return visible_investigator(tx, actor, investigator_id, lock=True)


CurrentRegion = Annotated[Region, Depends(existing_region, scope="function")]
ChangingRegion = Annotated[Region, Depends(region_to_change, scope="function")]
CurrentInvestigator = Annotated[Investigator, Depends(existing_investigator, scope="function")]
ChangingInvestigator = Annotated[Investigator, Depends(investigator_to_change, scope="function")]


@router.post("/regions", status_code=201, response_model=RegionAnswer, responses=responses(409))
def post_region(actor: WorkforceWriter, body: RegionBody, tx: Transaction, once: Once) -> Response:
    """Add a region; cases that waited outside every region are located again."""

    def create() -> Created:
        region = service.create_region(tx, actor, to_columns(body))
        headers = {"Location": f"/v1/regions/{region.code}", "ETag": etag(region)}
        return Created(show_region(region), 201, headers)

    return once.once(create)


@router.get("/regions", response_model=RegionPage, responses=responses() | _GEOJSON_ANSWER)
def get_regions(actor: RegionReader, tx: Transaction, page: Paging, request: Request) -> Any:
    """The regions of the token, by code; as a FeatureCollection for `Accept: application/geo+json`."""
    query = visible_regions(actor).order_by(Region.code).limit(page.limit + 1)
    query = query.where(Region.code > page.after) if page.after is not None else query
    rows = tx.scalars(query).all()
    if not _wants_geojson(request):
        return page_of(rows, page, lambda region: region.code, show_region)
    shown = page_of(rows, page, lambda region: region.code, show_region_feature)
    collection = {"type": "FeatureCollection", "features": shown["items"], "next_cursor": shown["next_cursor"]}
    return JSONResponse(collection, media_type=GEOJSON)


@router.get("/regions/{code}", response_model=RegionAnswer, responses=responses(404) | _GEOJSON_ANSWER)
def get_region(region: CurrentRegion, request: Request, response: Response) -> Any:
    """One region; as a Feature for `Accept: application/geo+json`."""
    if _wants_geojson(request):
        return JSONResponse(show_region_feature(region), 200, {"ETag": etag(region)}, GEOJSON)
    response.headers["ETag"] = etag(region)
    return show_region(region)


@router.patch("/regions/{code}", response_model=RegionAnswer, responses=responses(404, 412, 428))
def patch_region(
    actor: WorkforceWriter,
    region: ChangingRegion,
    body: RegionChange,
    tx: Transaction,
    response: Response,
    if_match: IfMatch = None,
) -> RegionAnswer:
    """Change a region; what the body leaves out stays. Open cases of the region are assigned again."""
    must_match(region, if_match)
    service.change_region(tx, actor, region, to_columns(body))
    response.headers["ETag"] = etag(region)
    return show_region(region)


@router.post("/investigators", status_code=201, response_model=InvestigatorAnswer, responses=responses(409))
def post_investigator(actor: WorkforceWriter, body: InvestigatorBody, tx: Transaction, once: Once) -> Response:
    """Add a person; without a valid `field_visit` certificate nobody gets a case."""

    def create() -> Created:
        person = service.create_investigator(tx, actor, to_columns(body))
        headers = {"Location": f"/v1/investigators/{person.id}", "ETag": etag(person)}
        return Created(show_investigator(person), 201, headers)

    return once.once(create)


@router.get("/investigators", response_model=InvestigatorPage, responses=responses())
def get_investigators(
    actor: Reader,
    tx: Transaction,
    page: Paging,
    region: Annotated[str | None, Query(max_length=64, description="Only people who belong to this region")] = None,
) -> dict[str, Any]:
    """The people of the token's regions, in the order in which they were added."""
    query = visible_investigators(actor).order_by(Investigator.id).limit(page.limit + 1)
    query = query.where(Investigator.region == region) if region is not None else query
    query = query.where(Investigator.id > page.after_id) if page.after is not None else query
    return page_of(tx.scalars(query).all(), page, lambda person: str(person.id), show_investigator)


@router.get("/investigators/{investigator_id}", response_model=InvestigatorAnswer, responses=responses(404))
def get_investigator(person: CurrentInvestigator, response: Response) -> InvestigatorAnswer:
    """One person."""
    response.headers["ETag"] = etag(person)
    return show_investigator(person)


@router.patch("/investigators/{investigator_id}", response_model=InvestigatorAnswer, responses=responses(404, 412, 428))
def patch_investigator(
    actor: WorkforceWriter,
    person: ChangingInvestigator,
    body: InvestigatorChange,
    tx: Transaction,
    response: Response,
    if_match: IfMatch = None,
) -> InvestigatorAnswer:
    """Change a person; what the body leaves out stays. Open cases of the regions concerned are assigned again."""
    must_match(person, if_match)
    service.change_investigator(tx, actor, person, to_columns(body))
    response.headers["ETag"] = etag(person)
    return show_investigator(person)


@router.post(
    "/investigators/{investigator_id}/certificates",
    status_code=201,
    response_model=CertificateAnswer,
    responses=responses(404, 409),
)
def post_certificate(
    actor: WorkforceWriter, person: CurrentInvestigator, body: CertificateBody, tx: Transaction, once: Once
) -> Response:
    """Add a certificate; a renewal is another certificate."""
    return once.once(lambda: Created(show_certificate(service.add_certificate(tx, actor, person, to_training(body)))))


@router.get("/investigators/{investigator_id}/certificates", response_model=CertificatePage, responses=responses(404))
def get_certificates(person: CurrentInvestigator, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The certificates of a person, those that have run out too."""
    return page_of(_parts(tx, Certificate, person, page), page, lambda row: str(row.id), show_certificate)


@router.post(
    "/investigators/{investigator_id}/shifts",
    status_code=201,
    response_model=ShiftAnswer,
    responses=responses(404, 409),
)
def post_shift(
    actor: WorkforceWriter, person: CurrentInvestigator, body: ShiftBody, tx: Transaction, once: Once
) -> Response:
    """Add a shift; a person has one shift at a time."""

    def create() -> Created:
        shift = service.add_shift(tx, actor, person, to_working_time(body))
        return Created(show_shift(shift, service.zone_of(tx, person)))

    return once.once(create)


@router.get("/investigators/{investigator_id}/shifts", response_model=ShiftPage, responses=responses(404))
def get_shifts(person: CurrentInvestigator, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The shifts of a person."""
    zone = service.zone_of(tx, person)
    return page_of(
        _parts(tx, Shift, person, page), page, lambda row: str(row.id), lambda shift: show_shift(shift, zone)
    )


@router.delete("/investigators/{investigator_id}/shifts/{shift_id}", status_code=204, responses=responses(404))
def delete_shift(actor: WorkforceWriter, person: CurrentInvestigator, shift_id: UUID, tx: Transaction) -> None:
    """Drop a shift."""
    service.remove_shift(tx, actor, person, shift_id)


@router.post(
    "/investigators/{investigator_id}/absences",
    status_code=201,
    response_model=AbsenceAnswer,
    responses=responses(404, 409),
)
def post_absence(
    actor: WorkforceWriter, person: CurrentInvestigator, body: AbsenceBody, tx: Transaction, once: Once
) -> Response:
    """Add a time away; it beats any shift."""

    def create() -> Created:
        absence = service.add_absence(tx, actor, person, to_leave(body))
        return Created(show_absence(absence, service.zone_of(tx, person)))

    return once.once(create)


@router.get("/investigators/{investigator_id}/absences", response_model=AbsencePage, responses=responses(404))
def get_absences(person: CurrentInvestigator, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The absences of a person."""
    zone = service.zone_of(tx, person)
    return page_of(
        _parts(tx, Absence, person, page), page, lambda row: str(row.id), lambda absence: show_absence(absence, zone)
    )


@router.delete("/investigators/{investigator_id}/absences/{absence_id}", status_code=204, responses=responses(404))
def delete_absence(actor: WorkforceWriter, person: CurrentInvestigator, absence_id: UUID, tx: Transaction) -> None:
    """Drop an absence."""
    service.remove_absence(tx, actor, person, absence_id)


def _parts(tx: Session, kind: type[Part], person: Investigator, page: Page) -> Sequence[Part]:
    query = select(kind).where(kind.investigator_id == person.id).order_by(kind.id).limit(page.limit + 1)
    return tx.scalars(query.where(kind.id > page.after_id) if page.after is not None else query).all()


def _wants_geojson(request: Request) -> bool:
    return prefers(request.headers.get("accept"), "application/json", GEOJSON) == GEOJSON
