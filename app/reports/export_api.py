"""The door of exports: the risk department takes all reports of a time away as one file.

Its paths must be known before those that take the id of a report.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from app.reports.export import begin_export, end_export, pieces
from app.reports.export_schema import ExportDictionary, Moment, show_dictionary
from app.reports.terms import ExportFormat
from app.runtime.auth import RiskAnalyst
from app.runtime.bodies import refuse
from app.runtime.problems import responses
from app.runtime.streaming import Stream, long_reads_of
from app.runtime.web import Transaction, database_of

router = APIRouter(prefix="/v1", tags=["risk department"])

_MEDIA = {
    ExportFormat.CSV: "text/csv; charset=utf-8; header=present",
    ExportFormat.NDJSON: "application/x-ndjson",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}


async def _slot(actor: RiskAnalyst, request: Request) -> AsyncIterator[None]:
    """A slot of the process, held until the last piece is sent."""
    with long_reads_of(request).taken():
        yield


@router.get(
    "/reports/export",
    response_class=StreamingResponse,
    dependencies=[Depends(_slot)],
    responses=responses()
    | {
        200: {
            "description": "All reports of the time in the feed's order, as they are made: a file that can be taken in"
            " while it comes. One that was cut off lacks the last chunk, or Parquet's footer.",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/x-ndjson": {"schema": {"type": "string"}},
                "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
)
def get_export(
    actor: RiskAnalyst,
    tx: Transaction,
    request: Request,
    form: Annotated[
        ExportFormat,
        Query(
            alias="format",
            description="`ndjson`: each report whole, as it was stored, one a line. `csv` and `parquet`: one flat row"
            " for each report, with the columns of `GET /v1/reports/export/dictionary`; in `csv` a text that a"
            " spreadsheet might take for a formula begins with an apostrophe.",
        ),
    ],
    from_at: Annotated[Moment | None, Query(alias="from", description="Made at this time or later")] = None,
    to_at: Annotated[Moment | None, Query(alias="to", description="Made before this time")] = None,
) -> Stream:
    """All reports made from one time to before another, of the token's regions, streamed as one file.

    Corrections are rows of their own, behind what they supersede. Whoever asks is on the audit trail, with the number
    of reports that went out.
    """
    if from_at is not None and to_at is not None and from_at > to_at:
        raise refuse("?to", "lies before `from`", action="Give a later `to`; it is not included itself.")
    database = database_of(request)
    export = begin_export(tx, actor, form, from_at, to_at)
    headers = {
        "Content-Disposition": f'attachment; filename="{_file_name(form, from_at, to_at)}"',
        "Cache-Control": "no-store",
    }
    ended = partial(end_export, database, export)
    return Stream(pieces(database, export), ended, headers=headers, media_type=_MEDIA[form])


@router.get("/reports/export/dictionary", responses=responses())
def get_export_dictionary(actor: RiskAnalyst) -> ExportDictionary:
    """What the columns of the flat exports mean."""
    return show_dictionary()


def _file_name(form: ExportFormat, from_at: datetime | None, to_at: datetime | None) -> str:
    bounds = [f"-{word}-{at:%Y%m%dT%H%M%SZ}" for word, at in (("from", from_at), ("to", to_at)) if at is not None]
    return f"doorstep-reports{''.join(bounds)}.{form.value}"
