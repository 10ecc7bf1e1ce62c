"""The door to one report: as JSON, as a page or as a PDF, in English or Chinese, as much as the role needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from app.compliance.phrase import Language
from app.intake.models import Case
from app.reports.borrower_copy import borrower_copy
from app.reports.case_report import Successor, digest
from app.reports.masking import masked, reader_of
from app.reports.models import CaseReport
from app.reports.paper.borrower_document import borrower_document, rights
from app.reports.paper.document import Document
from app.reports.paper.page import CONTENT_SECURITY_POLICY, page
from app.reports.paper.pdf import pdf
from app.reports.paper.proof import proof_text
from app.reports.paper.report_document import report_document
from app.reports.queries import successor_of, written_language
from app.reports.reading_schema import BorrowerCopyBody, MaskedReportBody, ProofBody
from app.reports.schemas import ReportBody
from app.reports.visibility import copied_report, visible_report
from app.runtime.auth import CopyReader, ReportReader
from app.runtime.problems import responses
from app.runtime.web import Transaction, prefers, prefers_language

router = APIRouter(prefix="/v1", tags=["risk department"])

JSON, HTML, PDF = "application/json", "text/html", "application/pdf"
# Counts up when the same report begins to look otherwise: the ETag of a page or a PDF names it.
EDITION = 2
_FORMS: dict[int | str, dict[str, Any]] = {
    **responses(404),
    200: {
        "content": {HTML: {"schema": {"type": "string"}}, PDF: {"schema": {"type": "string", "format": "binary"}}},
        "description": "By `Accept`: JSON, a page to read, or a PDF to print",
    },
    304: {"description": "The representation that `If-None-Match` names is still the one"},
    406: {**responses(404)[404], "description": "No such representation: there are JSON, HTML and PDF"},
}

Wanted = Annotated[
    Language | None, Query(description="Of a page or a PDF; without it `Accept-Language` decides, then English")
]


def _existing_report(report_id: UUID, actor: ReportReader, tx: Transaction) -> CaseReport:
    return visible_report(tx, actor, report_id)


def _copied_report(report_id: UUID, actor: CopyReader, tx: Transaction) -> CaseReport:
    return copied_report(tx, actor, report_id)


CurrentReport = Annotated[CaseReport, Depends(_existing_report, scope="function")]
CopiedReport = Annotated[CaseReport, Depends(_copied_report, scope="function")]


@dataclass(frozen=True)
class Representation:
    """What is asked for: the form, the language it is written in, and which version took the report's place."""

    media: str
    language: Language
    successor: Successor | None

    def etag(self, sha256: str, kind: str) -> str:
        """The report itself is known by its hash alone; what is read also changes when it is superseded."""
        if self.media == JSON and kind == "risk":
            return f'"{sha256}"'
        marked = "" if self.successor is None or self.media == JSON else f"-v{self.successor.version}"
        return f'"{sha256}-{kind}-{self.media.split("/")[1]}-{self.language.value}-{EDITION}{marked}"'


@router.get("/reports/{report_id}", response_model=ReportBody | MaskedReportBody, responses=_FORMS)
def get_report(
    actor: ReportReader, report: CurrentReport, request: Request, tx: Transaction, language: Wanted = None
) -> Response:
    """One report, as JSON, as a page or as a PDF by `Accept`; a page and a PDF say when a newer version superseded it.

    The risk department sees all of it. An auditor sees every figure, but not what people wrote; a dispatcher sees the
    place, the times, the outcome and the rulings. A masked report says so, and what was left out.
    """
    wanted = _wanted(request, language or _asked_language(request) or Language.EN, successor_of(tx, report))
    reader = reader_of(actor)
    body = masked(report.body, reader)
    name = f"doorstep-report-{report.id}-v{report.version}-{wanted.language.value}"
    return _answer(
        request,
        wanted,
        wanted.etag(report.sha256, reader.value),
        name,
        body,
        lambda: report_document(body, wanted.language, wanted.successor),
    )


@router.get("/reports/{report_id}/proof", responses=responses(404))
def get_proof(
    report: CurrentReport,
    tx: Transaction,
    sha256: Annotated[
        str | None, Query(pattern="^[0-9A-Fa-f]{64}$", description="The hash of a printed report, to compare")
    ] = None,
) -> ProofBody:
    """Whether the stored report still has the hash it was stored with, and whether a printed hash is this report's."""
    computed = digest(report.body)
    successor = successor_of(tx, report)
    return ProofBody(
        report_id=report.id,
        version=report.version,
        sha256=report.sha256,
        computed_sha256=computed,
        intact=computed == report.sha256,
        matches=None if sha256 is None else sha256.lower() == computed,
        code=proof_text(str(report.id), report.version, report.sha256),
        superseded_by=None if successor is None else successor.report_id,
    )


@router.get("/reports/{report_id}/borrower-copy", response_model=BorrowerCopyBody, responses=_FORMS)
def get_borrower_copy(report: CopiedReport, request: Request, tx: Transaction, language: Wanted = None) -> Response:
    """The copy that the borrower gets: what was told, the figures in plain words, the options, the rights.

    For the risk department and the visit's own investigators. Without `language` it is in the borrower's, where the
    escalation tells it. The page and the PDF say when a newer version superseded the report.
    """
    case = tx.get_one(Case, report.case_id)
    language = language or written_language(case) or _asked_language(request) or Language.EN
    wanted = _wanted(request, language, successor_of(tx, report))
    body = borrower_copy(report.body) | {"language": wanted.language.value, "rights": rights(wanted.language)}
    name = f"doorstep-copy-{report.id}-v{report.version}-{wanted.language.value}"
    return _answer(
        request,
        wanted,
        wanted.etag(report.sha256, "copy"),
        name,
        body,
        lambda: borrower_document(body, wanted.language, wanted.successor),
    )


def _wanted(request: Request, language: Language, successor: Successor | None) -> Representation:
    media = prefers(request.headers.get("accept"), JSON, HTML, PDF)
    if media is None:
        raise HTTPException(406, f"it can be had as {JSON}, {HTML} or {PDF}")
    return Representation(media, language, successor)


def _asked_language(request: Request) -> Language | None:
    liked = prefers_language(request.headers.get("accept-language"), *Language)
    return None if liked is None else Language(liked)


def _answer(
    request: Request,
    wanted: Representation,
    etag: str,
    name: str,
    body: dict[str, Any],
    document: Callable[[], Document],
) -> Response:
    headers = {"ETag": etag, "Vary": "Accept, Accept-Language, Authorization", "Cache-Control": "private, no-cache"}
    if etag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if wanted.media == JSON:
        return JSONResponse(body, headers=headers)
    headers["Content-Language"] = wanted.language.value
    headers["X-Content-Type-Options"] = "nosniff"
    if wanted.media == HTML:
        return HTMLResponse(page(document()), headers=headers | {"Content-Security-Policy": CONTENT_SECURITY_POLICY})
    headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return Response(pdf(document()), media_type=PDF, headers=headers)
