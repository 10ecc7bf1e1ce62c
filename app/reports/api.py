"""The door of reports: the risk department reads the feed, acknowledges and decides."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.intake.visibility import visible_case
from app.reports import feed, service
from app.reports.feed_cursor import FeedNumber
from app.reports.models import CaseReport, Decision
from app.reports.readable_page import readable_page
from app.reports.schemas import (
    AcknowledgementBody,
    DecisionAnswer,
    DecisionBody,
    DecisionIn,
    DecisionPage,
    ReportBody,
    ReportPage,
    show_acknowledgement,
    show_decision,
    show_taken,
    to_intent,
)
from app.reports.visibility import visible_decision, visible_decisions, visible_report
from app.runtime.auth import Decider, Once, RiskAnalyst
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import Paging, Transaction, encoded, page_of, prefers
from app.workforce.models import Region

router = APIRouter(prefix="/v1", tags=["risk department"])

JSON, HTML = "application/json", "text/html"
# The page is text alone: whatever a report contains, nothing on it is run or fetched.
_PAGE_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def _existing_case(case_id: UUID, actor: RiskAnalyst, tx: Transaction) -> Case:
    return visible_case(tx, actor, case_id)


def _existing_report(report_id: UUID, actor: RiskAnalyst, tx: Transaction) -> CaseReport:
    return visible_report(tx, actor, report_id)


def _existing_decision(decision_id: UUID, actor: RiskAnalyst, tx: Transaction) -> Decision:
    return visible_decision(tx, actor, decision_id)


CurrentCase = Annotated[Case, Depends(_existing_case, scope="function")]
CurrentReport = Annotated[CaseReport, Depends(_existing_report, scope="function")]
CurrentDecision = Annotated[Decision, Depends(_existing_decision, scope="function")]


@router.get("/reports", response_model=ReportPage, responses=responses())
def get_reports(
    actor: RiskAnalyst,
    tx: Transaction,
    after: FeedNumber,
    limit: Annotated[int, Query(ge=1, le=200, description="Reports on a page")] = 50,
) -> Response:
    """The feed of reports in the order they were committed: a reader that goes on from its cursor misses none."""
    feed.seal(tx)
    page = feed.page(tx, actor, feed.Stretch(after), limit)
    content = f'{{"items":[{",".join(page.bodies)}],"next_cursor":"{encoded(str(page.last))}"}}'
    return Response(content, media_type=JSON)


@router.get(
    "/reports/{report_id}",
    response_model=ReportBody,
    responses=responses(404)
    | {
        200: {"content": {HTML: {"schema": {"type": "string"}}}, "description": "The report, as JSON or as a page"},
        406: {**responses(404)[404], "description": "No such representation: there are JSON and HTML"},
    },
)
def get_report(report: CurrentReport, request: Request) -> Response:
    """One report, as JSON or as a page to read, by `Accept`."""
    media = prefers(request.headers.get("accept"), JSON, HTML)
    if media is None:
        raise HTTPException(406, f"a report can be had as {JSON} or {HTML}")
    if media == HTML:
        headers = {"ETag": f'"{report.sha256}-html"', "Vary": "Accept", **_PAGE_HEADERS}
        return HTMLResponse(readable_page(report.body), headers=headers)
    return JSONResponse(report.body, headers={"ETag": f'"{report.sha256}"', "Vary": "Accept"})


@router.post("/reports/{report_id}:acknowledge", responses=responses(404))
def post_acknowledgement(actor: RiskAnalyst, report: CurrentReport, tx: Transaction) -> AcknowledgementBody:
    """Tell that the report has been received; again and again is the same as once."""
    acknowledgement = service.acknowledge(tx, actor, report)
    return show_acknowledgement(acknowledgement, _zone(tx, report.case_id))


@router.post(
    "/cases/{case_id}/decisions", status_code=201, response_model=DecisionAnswer, responses=responses(404, 409)
)
def post_decision(actor: Decider, case: CurrentCase, body: DecisionIn, tx: Transaction, once: Once) -> Response:
    """Decide a reported case.

    A payment order and a lawsuit wait behind gates, closed while a dispute, a complaint or a hardship review is open,
    and until relief has been offered: 409 `GATE_CLOSED` names each closed one. After `more_evidence` the case is
    assigned again; after `relief_first` and `pause` it stays reported for the next decision; all other kinds close it.
    """

    def take() -> Created:
        decision = service.decide(tx, actor, case.id, to_intent(body))
        shown = show_taken(decision, _zone(tx, case.id), case.state)
        return Created(shown, headers={"Location": f"/v1/decisions/{decision.id}"})

    return once.once(take)


@router.get("/cases/{case_id}/decisions", response_model=DecisionPage, responses=responses(404))
def get_decisions(actor: RiskAnalyst, case: CurrentCase, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The decisions on a case, oldest first."""
    query = visible_decisions(actor).where(Decision.case_id == case.id).order_by(Decision.id).limit(page.limit + 1)
    query = query.where(Decision.id > page.after_id) if page.after is not None else query
    zone = _zone(tx, case.id)
    return page_of(tx.scalars(query).all(), page, lambda row: str(row.id), lambda row: show_decision(row, zone))


@router.get("/decisions/{decision_id}", responses=responses(404))
def get_decision(decision: CurrentDecision, tx: Transaction) -> DecisionBody:
    """One decision."""
    return show_decision(decision, _zone(tx, decision.case_id))


def _zone(tx: Session, case_id: UUID) -> str:
    """The time zone in which to show what belongs to a case."""
    query = select(Region.time_zone).join(Case, Case.region == Region.code).where(Case.id == case_id)
    return tx.scalars(query).one_or_none() or "UTC"
