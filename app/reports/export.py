"""All reports of a time as one stream: read in the feed's order, a few at a time, each time in a short transaction.

The numbers of the feed never change and have no gaps, so that pieces read one after the other make one whole: what was
in the feed when the export began. No transaction is open while the reader takes its time.
"""

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.reports import csv_lines, feed, parquet_file
from app.reports.export_columns import row_of
from app.reports.models import CaseReport
from app.reports.terms import REPORTS_EXPORT_BEGUN, REPORTS_EXPORTED, ExportFormat
from app.runtime import audit
from app.runtime.database import Database, Json, new_id

REPORTS_AT_ONCE = 100


@dataclass
class Export:
    """An export on its way; `written` counts the reports that went out."""

    id: UUID
    actor: Actor
    format: ExportFormat
    stretch: feed.Stretch
    written: int = 0

    @property
    def subject(self) -> str:
        """How the audit trail calls it."""
        return f"export:{self.id}"


def begin_export(
    tx: Session, actor: Actor, form: ExportFormat, from_at: datetime | None, to_at: datetime | None
) -> Export:
    """Settle what belongs to the export, and note who asked for what."""
    feed.seal(tx)
    stretch = feed.Stretch(until=feed.last_number(tx), from_at=from_at, to_at=to_at)
    export = Export(new_id(), actor, form, stretch)
    audit.record(tx, actor, REPORTS_EXPORT_BEGUN, export.subject, _wanted(export))
    return export


def end_export(database: Database, export: Export, complete: bool) -> None:
    """Note how many reports went out, and whether those were all."""
    detail = _wanted(export) | {"reports": export.written, "complete": complete}
    with database.transaction() as tx:
        audit.record(tx, export.actor, REPORTS_EXPORTED, export.subject, detail)


def _wanted(export: Export) -> Json:
    from_at, to_at = export.stretch.from_at, export.stretch.to_at
    return {
        "format": export.format.value,
        "from": from_at.isoformat() if from_at else None,
        "to": to_at.isoformat() if to_at else None,
        "regions": sorted(export.actor.regions),
    }


def pieces(database: Database, export: Export) -> Generator[bytes]:
    """The export in pieces."""
    yield from _FORMATS[export.format](_pages(database, export))


def _pages(database: Database, export: Export) -> Iterator[tuple[str, ...]]:
    """The bodies, some at a time; flat rows are made from brief ones."""
    rest, more = export.stretch, True
    form = CaseReport.body if export.format is ExportFormat.NDJSON else CaseReport.brief
    while more:
        with database.transaction() as tx:
            page = feed.page(tx, export.actor, rest, REPORTS_AT_ONCE, form)
        yield page.bodies
        export.written += len(page.bodies)
        rest, more = replace(rest, after=page.last), len(page.bodies) == REPORTS_AT_ONCE


def _ndjson(pages: Iterator[tuple[str, ...]]) -> Iterator[bytes]:
    for bodies in pages:
        yield "".join(f"{body}\n" for body in bodies).encode()


def _csv(pages: Iterator[tuple[str, ...]]) -> Iterator[bytes]:
    yield csv_lines.header().encode()
    for bodies in pages:
        yield "".join(csv_lines.line(row_of(json.loads(body))) for body in bodies).encode()


def _parquet(pages: Iterator[tuple[str, ...]]) -> Iterator[bytes]:
    return parquet_file.file_of(row_of(json.loads(body)) for bodies in pages for body in bodies)


_FORMATS: Mapping[ExportFormat, Callable[[Iterator[tuple[str, ...]]], Iterator[bytes]]] = {
    ExportFormat.NDJSON: _ndjson,
    ExportFormat.CSV: _csv,
    ExportFormat.PARQUET: _parquet,
}
