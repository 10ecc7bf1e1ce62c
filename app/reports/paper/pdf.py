"""A document as PDF; typst is used here and nowhere else.

The same document gives the same bytes: its day is the day of the report, and its fonts come with the product.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from app.reports.paper.document import Document

FONT_PACKAGE = "noto_cjk_sans_otc"
_LONGEST_HEAD = 60


def pdf(document: Document) -> bytes:
    """The document as an A4 PDF."""
    made_at = _instant(document.made_at)
    return typst.compile(
        _template(),
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_content(document, made_at), ensure_ascii=False)},
        timestamp=made_at,
    )


def _content(document: Document, made_at: datetime) -> dict[str, Any]:
    made = {"year": made_at.year, "month": made_at.month, "day": made_at.day}
    clock = {"hour": made_at.hour, "minute": made_at.minute, "second": made_at.second}
    head = document.title if len(document.title) <= _LONGEST_HEAD else f"{document.title[:_LONGEST_HEAD]}…"
    return asdict(document) | {"made": made | clock, "head": head}


def _instant(text: str) -> datetime:
    """The second in which the document was made, in UTC; the begin of time where that cannot be read."""
    begin = datetime.fromtimestamp(0, UTC)
    try:
        at = datetime.fromisoformat(text)
        return max(begin, (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0))
    except (ValueError, OverflowError):
        return begin


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("app.reports.paper").joinpath("report.typ").read_bytes()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Our font, and those that typst brings along; never the machine's, for they differ."""
    folder = Path(str(files(FONT_PACKAGE)))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
