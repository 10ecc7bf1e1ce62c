"""The door to consents, notices and blocks: the case system and dispatchers write, those and auditors read.

A record belongs to the borrower: it is listed, and may be changed, under any of his cases.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.contact import recording
from app.contact.models import Block, Consent, Notice
from app.contact.record_paths import CurrentCase, KnownAt, changed, listed, record_of, shown
from app.contact.records_schema import (
    AtIn,
    BlockBody,
    BlockEndIn,
    BlockIn,
    BlockList,
    ConsentBody,
    ConsentIn,
    ConsentList,
    NoticeBody,
    NoticeIn,
    NoticeList,
    RenewalIn,
    show_block,
    show_consent,
    show_notice,
)
from app.runtime.auth import CaseKeeper, Once, RecordReader
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Paging, Transaction
from app.workforce.zones import zone_of

router = APIRouter(prefix="/v1", tags=["contact records"])


def consent_of_path(consent_id: UUID, case: CurrentCase, tx: Transaction) -> Consent:
    """The consent of the path."""
    return record_of(tx, Consent, case, consent_id)


def notice_of_path(notice_id: UUID, case: CurrentCase, tx: Transaction) -> Notice:
    """The notice of the path."""
    return record_of(tx, Notice, case, notice_id)


def block_of_path(block_id: UUID, case: CurrentCase, tx: Transaction) -> Block:
    """The block of the path."""
    return record_of(tx, Block, case, block_id)


CurrentConsent = Annotated[Consent, Depends(consent_of_path, scope="function")]
CurrentNotice = Annotated[Notice, Depends(notice_of_path, scope="function")]
CurrentBlock = Annotated[Block, Depends(block_of_path, scope="function")]


# ---- consents


@router.post("/cases/{case_id}/consents", status_code=201, response_model=ConsentBody, responses=responses(404, 409))
def post_consent(actor: CaseKeeper, case: CurrentCase, body: ConsentIn, tx: Transaction, once: Once) -> Response:
    """Write down what the borrower agreed to; a block that it lifts lets the loans go on."""
    return once.once(lambda: shown(tx, case, recording.give_consent(tx, actor, case, body.given()), show_consent, 201))


@router.get("/cases/{case_id}/consents", response_model=ConsentList, responses=responses(404))
def get_consents(
    actor: RecordReader, case: CurrentCase, tx: Transaction, page: Paging, known_at: KnownAt = None
) -> dict[str, Any]:
    """The consents of the borrower, those that are over or revoked included."""
    return listed(tx, Consent, case, page, known_at, show_consent)


@router.post(
    "/cases/{case_id}/consents/{consent_id}:revoke", response_model=ConsentBody, responses=responses(404, 409, 412)
)
def post_consent_revocation(
    actor: CaseKeeper,
    case: CurrentCase,
    consent: CurrentConsent,
    tx: Transaction,
    once: Once,
    body: AtIn | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Take a consent back; what went on because of it is held again. Revoking it again changes nothing."""
    at = body.at if body is not None else None

    def change(row: Consent) -> Consent:
        return recording.revoke_consent(tx, actor, case, row, at)

    return once.once(lambda: changed(tx, case, consent, if_match, change, show_consent))


# ---- notices


@router.post("/cases/{case_id}/notices", status_code=201, response_model=NoticeBody, responses=responses(404, 409))
def post_notice(actor: CaseKeeper, case: CurrentCase, body: NoticeIn, tx: Transaction, once: Once) -> Response:
    """Write down a notice that was given to the borrower; publishing a plan writes those of its visits itself."""
    return once.once(lambda: shown(tx, case, recording.give_notice(tx, actor, case, body.given()), show_notice, 201))


@router.get("/cases/{case_id}/notices", response_model=NoticeList, responses=responses(404))
def get_notices(
    actor: RecordReader, case: CurrentCase, tx: Transaction, page: Paging, known_at: KnownAt = None
) -> dict[str, Any]:
    """The notices to the borrower."""
    return listed(tx, Notice, case, page, known_at, show_notice)


@router.post(
    "/cases/{case_id}/notices/{notice_id}:acknowledge", response_model=NoticeBody, responses=responses(404, 409, 412)
)
def post_notice_acknowledgement(
    actor: CaseKeeper,
    case: CurrentCase,
    notice: CurrentNotice,
    tx: Transaction,
    once: Once,
    body: AtIn | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Note that the borrower acknowledged a notice; the first time counts."""
    at = body.at if body is not None else None

    def change(row: Notice) -> Notice:
        return recording.acknowledge_notice(tx, actor, case, row, at)

    return once.once(lambda: changed(tx, case, notice, if_match, change, show_notice))


# ---- blocks


@router.post("/cases/{case_id}/blocks", status_code=201, response_model=BlockBody, responses=responses(404, 409))
def post_block(actor: CaseKeeper, case: CurrentCase, body: BlockIn, tx: Transaction, once: Once) -> Response:
    """Open a block: it holds all loans of the borrower that are still to be visited, and recalls their visits."""
    told = body.told(zone_of(tx, case.region))
    return once.once(lambda: shown(tx, case, recording.open_block(tx, actor, case, told), show_block, 201))


@router.get("/cases/{case_id}/blocks", response_model=BlockList, responses=responses(404))
def get_blocks(
    actor: RecordReader, case: CurrentCase, tx: Transaction, page: Paging, known_at: KnownAt = None
) -> dict[str, Any]:
    """The blocks of the borrower, those that are over included; flags of the escalation are no records."""
    return listed(tx, Block, case, page, known_at, show_block)


@router.post("/cases/{case_id}/blocks/{block_id}:close", response_model=BlockBody, responses=responses(404, 409, 412))
def post_block_end(
    actor: CaseKeeper,
    case: CurrentCase,
    block: CurrentBlock,
    tx: Transaction,
    once: Once,
    body: BlockEndIn | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Close a block: the loans that waited for it alone go on."""
    end = body or BlockEndIn()

    def change(row: Block) -> Block:
        return recording.close_block(tx, actor, case, row, end.on, end.note)

    return once.once(lambda: changed(tx, case, block, if_match, change, show_block))


@router.post("/cases/{case_id}/blocks/{block_id}:renew", response_model=BlockBody, responses=responses(404, 409, 412))
def post_block_renewal(
    actor: CaseKeeper,
    case: CurrentCase,
    block: CurrentBlock,
    tx: Transaction,
    once: Once,
    body: RenewalIn | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Renew the period of a block; how many renewals count is what each profile says."""
    renewal = (body or RenewalIn()).renewal()

    def change(row: Block) -> Block:
        return recording.renew_block(tx, actor, case, row, renewal)

    return once.once(lambda: changed(tx, case, block, if_match, change, show_block))
