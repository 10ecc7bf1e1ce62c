"""The door of reports: the risk department reads the feed and acknowledges."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake.models import Case
from app.reports import feed, service
from app.reports.feed_cursor import FeedNumber
from app.reports.models import CaseReport
from app.reports.schemas import AcknowledgementBody, ReportPage, show_acknowledgement
from app.reports.visibility import visible_report
from app.runtime.auth import RiskAnalyst
from app.runtime.problems import responses
from app.runtime.web import Transaction, encoded
from app.workforce.models import Region

router = APIRouter(prefix="/v1", tags=["risk department"])

JSON = "application/json"


def _existing_report(report_id: UUID, actor: RiskAnalyst, tx: Transaction) -> CaseReport:
    return visible_report(tx, actor, report_id)


CurrentReport = Annotated[CaseReport, Depends(_existing_report, scope="function")]


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


@router.post("/reports/{report_id}:acknowledge", responses=responses(404))
def post_acknowledgement(actor: RiskAnalyst, report: CurrentReport, tx: Transaction) -> AcknowledgementBody:
    """Tell that the report has been received; again and again is the same as once."""
    acknowledgement = service.acknowledge(tx, actor, report)
    return show_acknowledgement(acknowledgement, _zone(tx, report.case_id))


def _zone(tx: Session, case_id: UUID) -> str:
    """The time zone in which to show what belongs to a case."""
    query = select(Region.time_zone).join(Case, Case.region == Region.code).where(Case.id == case_id)
    return tx.scalars(query).one_or_none() or "UTC"
