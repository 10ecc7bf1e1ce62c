"""Rows as lines of CSV (RFC 4180): UTF-8, a header, CRLF; nothing in them starts a formula in a spreadsheet (PURE).

A null is an empty field. Decimals keep the decimals of their currency, booleans are `true` and `false`, lists are JSON
arrays of texts, instants are UTC. A text that starts like a formula gets an apostrophe before it, and so does one that
starts with an apostrophe: whoever reads them back takes one leading apostrophe away.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.reports.export_columns import COLUMNS, Kind, Value

# What spreadsheets take for the start of a formula (OWASP, CSV injection); East Asian ones take the wide signs too.
_FORMULA = re.compile(r"[=+\-@\t\r\n'＝＋－＠]")
_TO_QUOTE = re.compile(r'[",\r\n]')
_END = "\r\n"


def header() -> str:
    """The line with the names of the columns."""
    return ",".join(column.name for column in COLUMNS) + _END


def line(row: Iterable[Value]) -> str:
    """The line of one report."""
    fields = (_field(column.kind, value) for column, value in zip(COLUMNS, row, strict=True))
    return ",".join(fields) + _END


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet might calculate it."""
    return f"'{text}" if _FORMULA.match(text) else text


def _field(kind: Kind, value: Value) -> str:
    return "" if value is None else _quoted(_TEXTS[kind](value))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _TO_QUOTE.search(text) or not text else text


def _decimal(value: Decimal) -> str:
    return format(value, "f")


def _instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


# Codes are guarded like texts: what our own lists hold today may come from somebody's keyboard tomorrow.
_TEXTS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: guarded,
    Kind.CODE: guarded,
    Kind.CODES: lambda codes: json.dumps(list(codes), ensure_ascii=False),
    Kind.INTEGER: str,
    Kind.BOOLEAN: lambda value: "true" if value else "false",
    Kind.MONEY: _decimal,
    Kind.RATIO: _decimal,
    Kind.INSTANT: _instant,
    Kind.DAY: date.isoformat,
}
