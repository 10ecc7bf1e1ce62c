"""The door of contact profiles: everybody reads the law, admins bring new versions of it."""

from datetime import UTC
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from fastapi.responses import HTMLResponse, JSONResponse

from app.compliance.profile import Profile
from app.contact import profile_keeping
from app.contact.profile_page import profile_page
from app.contact.profiles_schema import (
    LenderProfilesBody,
    LenderProfilesIn,
    ProfileBody,
    ProfileDocument,
    ProfileList,
    ProfileVersionList,
    SwitchIn,
    readable_document,
    show_lender,
    show_profile,
    show_versions,
)
from app.runtime.auth import AnyActor, Lawgiver, Once
from app.runtime.bodies import Day
from app.runtime.clock import now
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Transaction, etag, must_match, prefers
from app.workforce.contact_profiles import profile_book


def known_profile(profile_id: str, actor: AnyActor, tx: Transaction) -> str:
    """The profile of the path; 404 before anything else is looked at."""
    profile_keeping.versions_of(tx, profile_id)
    return profile_id


KnownProfile = Annotated[str, Depends(known_profile, scope="function")]
router = APIRouter(prefix="/v1/contact-profiles", tags=["contact"])
lenders = APIRouter(prefix="/v1/lenders", tags=["contact"])

LenderName = Annotated[str, Path(min_length=1, max_length=200, examples=["West Lake Consumer Finance"])]
On = Annotated[Day | None, Query(description="The versions of this day, today when left out (UTC)")]
Version = Annotated[str | None, Query(max_length=20, description="This very version, whatever the day")]


@router.get("", response_model=ProfileList, responses=responses())
def get_profiles(actor: AnyActor, tx: Transaction, on: On = None) -> ProfileList:
    """All contact profiles, each in the version of the day, or the one nearest to it."""
    versions = profile_book(tx).versions
    profiles = [versions.nearest(profile_id, on or now().astimezone(UTC).date()) for profile_id in versions.ids]
    return ProfileList(items=[show_profile(profile) for profile in profiles], next_cursor=None)


@router.post(
    "",
    status_code=201,
    response_model=ProfileBody,
    responses=responses(409) | {200: {"model": ProfileBody, "description": "The same version came before"}},
)
def post_profile(
    actor: Lawgiver,
    body: ProfileDocument,
    tx: Transaction,
    once: Once,
    *,
    validate_only: Annotated[bool, Query(description="Only check the document; nothing is kept")] = False,
) -> Response:
    """Bring a new version of a profile, or a new profile; older ones stay, and rule the days before it begins.

    Cases that wait in regions that name the profile are looked at again.
    """
    if validate_only:
        return JSONResponse(_shown(profile_keeping.read_document(body.root)), 200)

    def bring() -> Created:
        profile, new = profile_keeping.add_version(tx, actor, body.root)
        kept = profile_keeping.version_on(tx, profile.id, profile.effective_from, profile.version)
        return Created(show_profile(kept), 201 if new else 200)

    return once.once(bring)


@router.get(
    "/{profile_id}",
    response_model=ProfileBody,
    responses=responses(404) | {200: {"content": {"text/html": {}}, "description": "The profile"}},
)
def get_profile(
    actor: AnyActor,
    profile_id: str,
    tx: Transaction,
    on: On = None,
    version: Version = None,
    accept: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """One contact profile: each rule with its values, its source and how sure we are.

    With `Accept: text/html` it is a page on which every rule is a sentence.
    """
    profile = profile_keeping.version_on(tx, profile_id, on or now().astimezone(UTC).date(), version)
    if prefers(accept, "application/json", "text/html") == "text/html":
        return HTMLResponse(profile_page(profile), headers={"Vary": "Accept"})
    return JSONResponse(_shown(profile), headers={"Vary": "Accept"})


@router.get("/{profile_id}/versions", response_model=ProfileVersionList, responses=responses(404))
def get_versions(actor: AnyActor, profile_id: str, tx: Transaction) -> ProfileVersionList:
    """All versions of a profile, with who brought them."""
    versions = profile_keeping.versions_of(tx, profile_id)
    today = now().astimezone(UTC).date()
    return show_versions(versions, profile_book(tx).versions.in_force(profile_id, today))


@router.get("/{profile_id}/document", response_model=ProfileDocument, responses=responses(404))
def get_document(
    actor: AnyActor, profile_id: str, tx: Transaction, on: On = None, version: Version = None
) -> JSONResponse:
    """The document of a version, to be changed and brought as the next one."""
    profile = profile_keeping.version_on(tx, profile_id, on or now().astimezone(UTC).date(), version)
    return JSONResponse(readable_document(profile_keeping.document_of(tx, profile)))


@router.post("/{profile_id}:switch", response_model=ProfileBody, responses=responses(404, 409))
def post_switch(actor: Lawgiver, profile_id: KnownProfile, body: SwitchIn, tx: Transaction) -> JSONResponse:
    """Switch a draft on or off: a draft refuses nothing until somebody decides that it shall."""
    profile_keeping.switch_draft(tx, actor, profile_id, body.enforced, body.reason)
    return JSONResponse(_shown(profile_keeping.version_on(tx, profile_id, now().astimezone(UTC).date(), None)))


@lenders.get("/{lender:path}/profiles", response_model=LenderProfilesBody, responses=responses())
def get_lender_profiles(actor: AnyActor, lender: LenderName, tx: Transaction, response: Response) -> LenderProfilesBody:
    """The profiles that a lender takes with it."""
    row = profile_keeping.profiles_of_lender(tx, lender)
    if row is not None:
        response.headers["ETag"] = etag(row)
    return show_lender(lender, row)


@lenders.put("/{lender:path}/profiles", response_model=LenderProfilesBody, responses=responses(412, 428))
def put_lender_profiles(
    actor: Lawgiver,
    lender: LenderName,
    body: LenderProfilesIn,
    tx: Transaction,
    response: Response,
    if_match: IfMatch = None,
) -> LenderProfilesBody:
    """Name the profiles that hold for a lender's borrowers wherever they live, beside those of the visited place.

    The lender is named as in its escalations. Its waiting cases are looked at again. To change profiles that were named
    before, send If-Match with their ETag; the same again changes nothing.
    """
    row, named = profile_keeping.profiles_of_lender(tx, lender), list(dict.fromkeys(body.profiles))
    if row is None or row.profiles != named:
        if row is not None:
            must_match(row, if_match)
        row = profile_keeping.put_lender(tx, actor, lender, named, row)
    response.headers["ETag"] = etag(row)
    return show_lender(lender, row)


def _shown(profile: Profile) -> object:
    return show_profile(profile).model_dump(mode="json")
