"""What webhooks are told of reports."""

from sqlalchemy.orm import Session

from app.intake.models import Case
from app.reports.models import CaseReport
from app.webhooks.announcing import announce
from app.webhooks.cloud_event import Thing


def tell_of_report(tx: Session, event: str, report: CaseReport) -> None:
    """Tell the webhooks what became of a report; who may see it there is who may see it in the feed."""
    region = tx.get_one(Case, report.case_id).region
    things = (Thing("case", report.case_id), Thing("visit", report.visit_id))
    announce(tx, event, Thing("report", report.id), *things, region=region)
