"""The feed of reports in commit order: whoever goes on from its cursor misses nothing and gets nothing twice.

Bodies are handed on as the texts they are stored as: a page of them is never taken apart and put together again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.kernel.actor import Actor
from app.reports.models import CaseReport, ReportEntry
from app.reports.visibility import visible_reports
from app.runtime.database import Json
from app.runtime.sealing import lock_chain

START, END = 0, 2**63 - 1


@dataclass(frozen=True)
class FeedPage:
    """The bodies of some reports in their order, as JSON texts, and the number to go on from."""

    bodies: tuple[str, ...]
    last: int


@dataclass(frozen=True)
class Stretch:
    """A part of the feed: numbers above `after` up to `until`, made from `from_at` to before `to_at`."""

    after: int = START
    until: int = END
    from_at: datetime | None = None
    to_at: datetime | None = None


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


def last_number(tx: Session) -> int:
    """The number of the newest report in the feed."""
    return tx.scalars(select(func.max(ReportEntry.number))).one() or START


def page(
    tx: Session, actor: Actor, stretch: Stretch, limit: int, form: InstrumentedAttribute[Json] = CaseReport.body
) -> FeedPage:
    """The first of the actor's reports in the stretch, at most `limit` of them, whole or in brief."""
    query = (
        visible_reports(actor)
        .join(ReportEntry, ReportEntry.report_id == CaseReport.id)
        .where(ReportEntry.number > stretch.after, ReportEntry.number <= stretch.until)
        .order_by(ReportEntry.number)
        .limit(limit)
        .with_only_columns(cast(form, Text), ReportEntry.number, maintain_column_froms=True)
    )
    query = query.where(CaseReport.made_at >= stretch.from_at) if stretch.from_at is not None else query
    query = query.where(CaseReport.made_at < stretch.to_at) if stretch.to_at is not None else query
    rows = tx.execute(query).all()
    return FeedPage(tuple(body for body, _ in rows), (rows[-1][1] if rows else None) or stretch.after)
