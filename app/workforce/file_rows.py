"""Reads a file of regions and people: each entry as a body of the API, with the line on which it stands."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.workforce.terms import CertificateKind

BYTE_ORDER_MARK = "\ufeff"
COLUMNS = {
    "code": "/code",
    "name": "/name",
    "region": "/region",
    "home_address": "/home/address",
    "home_lat": "/home/place/lat",
    "home_lon": "/home/place/lon",
    "home_datum": "/home/place/datum",
    "also_regions": "/also_regions",
    "skills": "/skills",
    "languages": "/languages",
    "caseload_max": "/caseload_max",
    "max_visits_per_day": "/max_visits_per_day",
    "conflicts": "/conflicts",
    "active": "/active",
    "certificate_kind": "/certificates/0/kind",
    "certificate_number": "/certificates/0/number",
    "certificate_issuer": "/certificates/0/issuer",
    "certificate_valid_from_on": "/certificates/0/valid_from_on",
    "certificate_valid_until_on": "/certificates/0/valid_until_on",
}
NEEDED = ("code", "name", "region", "home_address", "home_lat", "home_lon")
_LISTS = ("also_regions", "skills", "languages", "conflicts")
_NUMBERS = ("home_lat", "home_lon")
_USUAL_CERTIFICATE = CertificateKind.FIELD_VISIT.value


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Entry:
    """A region or an investigator as the file tells it.

    `kind` is `regions` or `investigators`; `place_of` turns a JSON pointer of the body into the reader's words.
    """

    line: int
    kind: str
    body: Any
    place_of: Callable[[str], str]


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be read by itself."""

    line: int
    detail: str


def decoded(content: bytes) -> str:
    """The text of the file, without a byte order mark; raises UnreadableFile when it is not UTF-8 or is empty."""
    try:
        text = content.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableFile(
            f"line {line}: byte {content[error.start]:#04x} is not UTF-8: save the file as UTF-8"
        ) from None
    if not text.strip():
        raise UnreadableFile("the file is empty")
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise UnreadableFile(f"line {line}: holds a NUL character: save the file as UTF-8 text")
    return text


# ---- CSV: one investigator a row


def csv_entries(text: str) -> Iterator[Entry | BadLine]:
    """The rows of a CSV file; raises UnreadableFile when its columns are not ours."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip() for name in _next_row(reader) or []]
    _check_header(header)
    line = reader.line_num + 1
    while (row := _next_row(reader)) is not None:
        if any(cell.strip() for cell in row):
            yield _entry(line, header, row)
        line = reader.line_num + 1


def _next_row(reader: Any) -> list[str] | None:
    try:
        row: list[str] | None = next(reader, None)
    except csv.Error as error:
        raise UnreadableFile(f"line {reader.line_num}: not valid CSV: {error}") from None
    return row


def _check_header(header: list[str]) -> None:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise UnreadableFile("line 1: the columns must be separated by commas")
    unknown = [name or "(no name)" for name in header if name not in COLUMNS]
    if unknown:
        raise UnreadableFile(f"line 1: unknown columns: {', '.join(unknown)}; known are {', '.join(COLUMNS)}")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UnreadableFile(f"line 1: columns that come twice: {', '.join(twice)}")
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise UnreadableFile(f"line 1: missing columns: {', '.join(missing)}")


def _entry(line: int, header: list[str], row: list[str]) -> Entry | BadLine:
    if len(row) != len(header):
        return BadLine(line, f"has {len(row)} cells, but there are {len(header)} columns")
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=True) if cell.strip()}
    return Entry(line, "investigators", _body(cells), _column_of)


def _body(cells: dict[str, str]) -> dict[str, Any]:
    """The cells as the body of the API; an empty cell is a field that is not told."""
    body: dict[str, Any] = {}
    for name, cell in cells.items():
        _put(body, COLUMNS[name].strip("/").split("/"), _value(name, cell))
    if "certificates" in body:
        certificate = {"kind": _USUAL_CERTIFICATE} | body["certificates"]["0"]
        body["certificates"] = [certificate]
    return body


def _value(name: str, cell: str) -> Any:
    if name in _LISTS:
        return [part.strip() for part in cell.split(";") if part.strip()]
    if name in _NUMBERS:
        with suppress(ValueError):
            return float(cell)
    return cell


def _put(body: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        body = body.setdefault(step, {})
    body[path[-1]] = value


def _column_of(pointer: str) -> str:
    """The column of a JSON pointer; a fault inside a list is one of the whole cell."""
    by_pointer = {where: name for name, where in COLUMNS.items()}
    parts = pointer.strip("/").split("/")
    for length in range(len(parts), 0, -1):
        if name := by_pointer.get("/" + "/".join(parts[:length])):
            return name
    inside = [name for where, name in by_pointer.items() if where.startswith(pointer.rstrip("/") + "/")]
    return " ".join(inside) or pointer


# ---- JSON: {"regions": [...], "investigators": [...]}


def json_entries(text: str) -> Iterator[Entry | BadLine]:
    """The entries of a JSON file; raises UnreadableFile when it is no such object."""
    lists = _Scanner(text).lists()
    unknown = [name for name in lists if name not in ("regions", "investigators")]
    if unknown:
        raise UnreadableFile(f"unknown members: {', '.join(unknown)}; known are regions, investigators")
    for kind in ("regions", "investigators"):
        for line, body in lists.get(kind, ()):
            yield Entry(line, kind, body, str)


class _Scanner:
    """Reads an object of lists, and keeps the line on which each item begins."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._decoder = text, 0, json.JSONDecoder()

    def lists(self) -> dict[str, list[tuple[int, Any]]]:
        found: dict[str, list[tuple[int, Any]]] = {}
        self._expect("{", 'the file must hold an object: {"regions": [...], "investigators": [...]}')
        while not self._take("}"):
            if found:
                self._expect(",", "a comma is missing before this")
            name = self._value()
            if not isinstance(name, str) or name in found:
                raise UnreadableFile(f"line {self._line()}: {name!r} is no name, or comes twice")
            self._expect(":", "a colon is missing")
            found[name] = self._items(name)
        self._end()
        return found

    def _items(self, name: str) -> list[tuple[int, Any]]:
        items: list[tuple[int, Any]] = []
        self._expect("[", f"{name!r} must be a list")
        while not self._take("]"):
            if items:
                self._expect(",", "a comma is missing before this")
            self._skip()
            items.append((self._line(), self._value()))
        return items

    def _value(self) -> Any:
        self._skip()
        try:
            value, self._at = self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            raise UnreadableFile(f"line {error.lineno}: not valid JSON: {error.msg}, column {error.colno}") from None
        except (RecursionError, ValueError) as error:
            raise UnreadableFile(f"line {self._line()}: cannot be read: {error}") from None
        return value

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
            self._at += 1

    def _take(self, mark: str) -> bool:
        self._skip()
        taken = self._text.startswith(mark, self._at)
        self._at += len(mark) if taken else 0
        return taken

    def _expect(self, mark: str, otherwise: str) -> None:
        if not self._take(mark):
            raise UnreadableFile(f"line {self._line()}: {otherwise}")

    def _end(self) -> None:
        self._skip()
        if self._at < len(self._text):
            raise UnreadableFile(f"line {self._line()}: there is more after the end of the object")

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
