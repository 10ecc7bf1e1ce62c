"""The door of reports: the risk department reads the feed, acknowledges and decides."""

import base64
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.intake.visibility import visible_case
from app.reports import feed, service
from app.reports.models import CaseReport, Decision
from app.reports.schemas import (
    AcknowledgementBody,
    DecisionAnswer,
    DecisionBody,
    DecisionIn,
    DecisionPage,
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
from app.runtime.web import Paging, Transaction, bad_cursor, encoded, page_of
from app.workforce.models import Region

router = APIRouter(prefix="/v1", tags=["risk department"])


def _existing_case(case_id: UUID, actor: RiskAnalyst, tx: Transaction) -> Case:
    return visible_case(tx, actor, case_id)


def _existing_report(report_id: UUID, actor: RiskAnalyst, tx: Transaction) -> CaseReport:
    return visible_report(tx, actor, report_id)


def _existing_decision(decision_id: UUID, actor: RiskAnalyst, tx: Transaction) -> Decision:
    return visible_decision(tx, actor, decision_id)


CurrentCase = Annotated[Case, Depends(_existing_case, scope="function")]
CurrentReport = Annotated[CaseReport, Depends(_existing_report, scope="function")]
CurrentDecision = Annotated[Decision, Depends(_existing_decision, scope="function")]


def _number(
    after: Annotated[
        str | None,
        Query(max_length=100, description="`next_cursor` of the page before; without it the feed starts at its begin"),
    ] = None,
) -> int:
    """The number a cursor of the feed stands for."""
    if after is None:
        return feed.START
    try:
        number = int(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except ValueError:
        raise bad_cursor() from None
    if not feed.START <= number <= feed.END or encoded(str(number)) != after:
        raise bad_cursor()
    return number


@router.get("/reports", response_model=ReportPage, responses=responses())
def get_reports(
    actor: RiskAnalyst,
    tx: Transaction,
    after: Annotated[int, Depends(_number)],
    limit: Annotated[int, Query(ge=1, le=200, description="Reports on a page")] = 50,
) -> JSONResponse:
    """The feed of reports in the order they were committed: a reader that goes on from its cursor misses none."""
    feed.seal(tx)
    page = feed.page(tx, actor, after, limit)
    return JSONResponse({"items": [report.body for report in page.reports], "next_cursor": encoded(str(page.last))})


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
