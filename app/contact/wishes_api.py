"""The door to what borrowers wish: quiet windows, preferences and the no-visit list.

The case system and dispatchers write, those and auditors read.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.contact import wishes
from app.contact.blocking import lock_loans
from app.contact.models import NoVisitEntry, QuietWindow
from app.contact.no_visit_list import visible_entries
from app.contact.record_paths import CurrentCase, KnownAt, changed, listed, record_of, shown
from app.contact.versions import to_change
from app.contact.wishes_schema import (
    EndIn,
    LiftIn,
    NoVisitBody,
    NoVisitIn,
    NoVisitList,
    PreferencesBody,
    PreferencesIn,
    QuietWindowBody,
    QuietWindowIn,
    QuietWindowList,
    show_no_visit,
    show_preferences,
    show_quiet_window,
)
from app.intake.visibility import visible_case
from app.kernel.errors import NotFound
from app.runtime.auth import CaseKeeper, Once, RecordReader
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Paging, Transaction, etag, must_match, page_of
from app.workforce.zones import WITHOUT_REGION, zone_of, zones_of_regions

router = APIRouter(prefix="/v1", tags=["contact records"])


def quiet_window_of_path(window_id: UUID, case: CurrentCase, tx: Transaction) -> QuietWindow:
    """The quiet window of the path."""
    return record_of(tx, QuietWindow, case, window_id)


def entry_of_path(entry_id: UUID, actor: RecordReader, tx: Transaction) -> NoVisitEntry:
    """The entry of the path; 404 before anything else is looked at."""
    row = tx.scalars(visible_entries(actor).where(NoVisitEntry.record_id == entry_id)).one_or_none()
    if row is None:
        detail = f"there is no entry {entry_id} on the no-visit list for this token"
        raise NotFound("NO_SUCH_RECORD", detail, action="Check the id.")
    return row


CurrentQuietWindow = Annotated[QuietWindow, Depends(quiet_window_of_path, scope="function")]
CurrentEntry = Annotated[NoVisitEntry, Depends(entry_of_path, scope="function")]


# ---- quiet windows


@router.post(
    "/cases/{case_id}/quiet-windows", status_code=201, response_model=QuietWindowBody, responses=responses(404, 409)
)
def post_quiet_window(
    actor: CaseKeeper, case: CurrentCase, body: QuietWindowIn, tx: Transaction, once: Once
) -> Response:
    """Keep a time of the week quiet, as much of it as the profiles of the case's region grant."""
    told = body.told(zone_of(tx, case.region))
    return once.once(lambda: shown(tx, case, wishes.open_quiet_window(tx, actor, case, told), show_quiet_window, 201))


@router.get("/cases/{case_id}/quiet-windows", response_model=QuietWindowList, responses=responses(404))
def get_quiet_windows(
    actor: RecordReader, case: CurrentCase, tx: Transaction, page: Paging, known_at: KnownAt = None
) -> dict[str, Any]:
    """The quiet windows of the borrower, those that are over included."""
    return listed(tx, QuietWindow, case, page, known_at, show_quiet_window)


@router.post(
    "/cases/{case_id}/quiet-windows/{window_id}:end",
    response_model=QuietWindowBody,
    responses=responses(404, 409, 412),
)
def post_quiet_window_end(
    actor: CaseKeeper,
    case: CurrentCase,
    window: CurrentQuietWindow,
    tx: Transaction,
    once: Once,
    body: EndIn | None = None,
    if_match: IfMatch = None,
) -> Response:
    """End a quiet window; one that ends no later stays as it is."""
    on = body.on if body is not None else None

    def change(row: QuietWindow) -> QuietWindow:
        return wishes.end_quiet_window(tx, actor, case, row, on)

    return once.once(lambda: changed(tx, case, window, if_match, change, show_quiet_window))


# ---- preferences


@router.get("/cases/{case_id}/preferences", response_model=PreferencesBody, responses=responses(404))
def get_preferences(actor: RecordReader, case: CurrentCase, tx: Transaction, response: Response) -> PreferencesBody:
    """How the borrower likes to be met."""
    row = wishes.preferences_of(tx, case)
    if row is None:
        raise NotFound("NO_PREFERENCES", "the borrower has told no preferences", action="PUT them here.")
    response.headers["ETag"] = etag(row)
    return show_preferences(row, zone_of(tx, case.region))


@router.put("/cases/{case_id}/preferences", response_model=PreferencesBody, responses=responses(404, 412, 428))
def put_preferences(
    actor: CaseKeeper,
    case: CurrentCase,
    body: PreferencesIn,
    tx: Transaction,
    response: Response,
    if_match: IfMatch = None,
) -> PreferencesBody:
    """Put the preferences of the borrower; the same again changes nothing.

    To change preferences that are there, send If-Match with their ETag.
    """
    lock_loans(tx, case)
    told, row = body.told(), wishes.preferences_of(tx, case)
    if row is None or not wishes.says_the_same(row, told):
        if row is not None:
            must_match(row, if_match)
        row = wishes.put_preferences(tx, actor, case, told)
    response.headers["ETag"] = etag(row)
    return show_preferences(row, zone_of(tx, case.region))


# ---- the no-visit list


@router.post("/no-visit-list", status_code=201, response_model=NoVisitBody, responses=responses(404, 409))
def post_no_visit(actor: CaseKeeper, body: NoVisitIn, tx: Transaction, once: Once) -> Response:
    """Put a borrower or an address on the list: every case that it concerns is held and its visit recalled."""
    case = visible_case(tx, actor, body.case_id) if body.case_id is not None else None
    return once.once(lambda: _entry(tx, wishes.enter_no_visit(tx, actor, body.told(case)), 201))


@router.get("/no-visit-list", response_model=NoVisitList, responses=responses())
def get_no_visit_list(
    actor: RecordReader,
    tx: Transaction,
    page: Paging,
    region: Annotated[str | None, Query(max_length=64)] = None,
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """The no-visit list of the token's regions, entries that are over or lifted included."""
    query = visible_entries(actor, known_at).order_by(NoVisitEntry.record_id)
    query = query.where(NoVisitEntry.region == region) if region is not None else query
    query = query.where(NoVisitEntry.record_id > page.after_id) if page.after is not None else query
    zones = zones_of_regions(tx)
    rows = tx.scalars(query.limit(page.limit + 1)).all()
    return page_of(
        rows,
        page,
        lambda row: str(row.record_id),
        lambda row: show_no_visit(row, zones.get(row.region or "", WITHOUT_REGION)),
    )


@router.post("/no-visit-list/{entry_id}:lift", response_model=NoVisitBody, responses=responses(404, 409, 412))
def post_no_visit_lift(
    actor: CaseKeeper,
    entry: CurrentEntry,
    tx: Transaction,
    once: Once,
    body: LiftIn | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Take an entry off the list: the cases that waited for it alone go on. Lifting it again changes nothing."""
    lift = body or LiftIn()

    def take_off() -> Created:
        locked = to_change(tx, entry)
        must_match(locked, if_match, required=False)
        return _entry(tx, wishes.lift_no_visit(tx, actor, locked, lift.on, lift.note))

    return once.once(take_off)


def _entry(tx: Transaction, row: NoVisitEntry, status: int = 200) -> Created:
    return Created(show_no_visit(row, zone_of(tx, row.region)), status, {"ETag": etag(row)})
