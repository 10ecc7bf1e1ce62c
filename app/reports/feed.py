"""The feed of reports in commit order: whoever goes on from its cursor misses nothing and gets nothing twice."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.reports.models import CaseReport, ReportEntry
from app.reports.visibility import visible_reports
from app.runtime.sealing import lock_chain

START, END = 0, 2**63 - 1


@dataclass(frozen=True)
class FeedPage:
    """Some reports in their order, and the number to go on from."""

    reports: tuple[CaseReport, ...]
    last: int


def enter(tx: Session, report_id: UUID) -> None:
    """Put a report into the feed inside the caller's transaction; it gets its number after the commit."""
    tx.add(ReportEntry(report_id=report_id, number=None))


def seal(tx: Session) -> int:
    """Number every committed report that has no number yet; returns how many.

    A reader that finds nothing open needs no lock: what it sees is numbered, and the numbers before those too.
    """
    waiting = select(ReportEntry.report_id).where(ReportEntry.number.is_(None))
    if tx.scalars(waiting.limit(1)).one_or_none() is None:
        return 0
    last = lock_chain(tx, "reports", ReportEntry.number)
    place = func.row_number().over(order_by=ReportEntry.report_id)
    placed = waiting.add_columns(place.label("place")).subquery()
    numbered = (
        update(ReportEntry)
        .where(ReportEntry.report_id == placed.c.report_id)
        .values(number=last + placed.c.place)
        .returning(ReportEntry.report_id)
        .execution_options(synchronize_session=False)
    )
    return len(tx.execute(numbered).all())


def page(tx: Session, actor: Actor, after: int, limit: int) -> FeedPage:
    """At most `limit` of the actor's reports with a number above `after`."""
    query = (
        visible_reports(actor)
        .join(ReportEntry, ReportEntry.report_id == CaseReport.id)
        .where(ReportEntry.number > after)
        .order_by(ReportEntry.number)
        .limit(limit)
        .add_columns(ReportEntry.number)
    )
    rows = tx.execute(query).all()
    return FeedPage(tuple(row[0] for row in rows), rows[-1][1] if rows else after)
