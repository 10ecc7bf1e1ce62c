"""Loads regions and people from a file, and says line by line what is wrong with it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import DoorstepError, Fault
from app.runtime.bodies import Body
from app.runtime.database import Database
from app.runtime.problems import place_of, pointer
from app.workforce import service
from app.workforce.entries import Leave, Rest, Training, WorkingTime
from app.workforce.file_rows import BadLine, Entry, UnreadableFile, csv_entries, decoded, json_entries
from app.workforce.models import Absence, Certificate, Investigator, Region, Shift
from app.workforce.schemas import (
    AbsenceBody,
    CertificateBody,
    InvestigatorBody,
    RegionBody,
    ShiftBody,
    to_columns,
    to_leave,
    to_training,
    to_working_time,
    told_columns,
)

LOADER = Actor(subject="load", scopes=frozenset({"workforce:write"}))
ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"
_PARTS = ("certificates", "shifts", "absences")

Value = Training | WorkingTime | Leave


class Parts(Body):
    """What a file tells about a person besides the person."""

    certificates: list[CertificateBody] = Field(default_factory=list, max_length=100)
    shifts: list[ShiftBody] = Field(default_factory=list, max_length=1000)
    absences: list[AbsenceBody] = Field(default_factory=list, max_length=1000)


@dataclass(frozen=True)
class _Record:
    """An entry whose form is right."""

    entry: Entry
    body: RegionBody | InvestigatorBody
    parts: Parts


@dataclass(frozen=True)
class _Wrong:
    """Something wrong on a line."""

    line: int
    detail: str


def load_file(database: Database, path: Path, *, dry_run: bool, out: TextIO) -> int:
    """Store the regions and people of a CSV or JSON file; returns the exit code: 1 when anything was wrong, else 0.

    Lines that are right are stored, by code: what is known gets the values that the file tells, and what it does not
    tell stays. A line is stored whole or not at all. With `dry_run` everything is checked and nothing stored.
    """
    try:
        entries = _entries(path)
    except (OSError, UnreadableFile) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        out.write(f"{path}: {reason}\n")
        return 1
    records, wrong = _checked(entries)
    with database.transaction() as tx, tx.begin_nested() as trial:
        outcome, refused = _stored(tx, records)
        if dry_run:
            trial.rollback()
    wrong = sorted([*wrong, *refused], key=_line)
    out.writelines(f"line {fault.line}: {fault.detail}\n" for fault in wrong)
    out.write(_summary(outcome, len({fault.line for fault in wrong}), dry_run))
    return 1 if wrong else 0


def _entries(path: Path) -> list[Entry | BadLine]:
    text = decoded(path.read_bytes())
    is_json = path.suffix.lower() == ".json" or text.lstrip()[0] in "{["
    return list(json_entries(text) if is_json else csv_entries(text))


def _line(fault: _Wrong) -> int:
    return fault.line


def _summary(outcome: Counter[tuple[str, str]], wrong_lines: int, dry_run: bool) -> str:
    counts = [
        f"{kind}: " + ", ".join(f"{outcome[kind, what]} {what}" for what in (ADDED, CHANGED, UNCHANGED))
        for kind in ("regions", "investigators")
    ]
    tail = " (dry run: nothing was stored)" if dry_run else ""
    return "; ".join([*counts, f"wrong lines: {wrong_lines}"]) + f"{tail}\n"


# ---- the form


def _checked(entries: Sequence[Entry | BadLine]) -> tuple[list[_Record], list[_Wrong]]:
    records: list[_Record] = []
    wrong: list[_Wrong] = []
    lines: dict[tuple[str, str], int] = {}
    for entry in entries:
        if isinstance(entry, BadLine):
            wrong.append(_Wrong(entry.line, entry.detail))
            continue
        record, faults = _parsed(entry)
        if record is not None:
            first = lines.setdefault((entry.kind, record.body.code), entry.line)
            faults = [Fault("/code", f"{record.body.code} came before on line {first}")] if first != entry.line else []
        wrong += [_wrong(entry, fault) for fault in faults]
        if record is not None and not faults:
            records.append(record)
    return records, wrong


def _parsed(entry: Entry) -> tuple[_Record | None, list[Fault]]:
    body, parts = entry.body, {}
    if entry.kind == "investigators" and isinstance(body, dict):
        parts = {name: body[name] for name in _PARTS if name in body}
        body = {name: value for name, value in body.items() if name not in _PARTS}
    kind: type[RegionBody | InvestigatorBody] = RegionBody if entry.kind == "regions" else InvestigatorBody
    faults = [*_faults_of(kind, body), *_faults_of(Parts, parts)]
    if faults:
        return None, faults
    return _Record(entry, kind.model_validate(body), Parts.model_validate(parts)), []


def _faults_of(kind: type[BaseModel], value: Any) -> list[Fault]:
    try:
        kind.model_validate(value)
    except ValidationError as error:
        return [
            Fault(pointer(("body", *place_of(fault))), fault["msg"].removeprefix("Value error, "))
            for fault in error.errors()
        ]
    return []


def _wrong(entry: Entry, fault: Fault) -> _Wrong:
    return _Wrong(entry.line, f"{entry.place_of(fault.pointer)}: {fault.detail}")


# ---- the database


def _stored(tx: Session, records: Sequence[_Record]) -> tuple[Counter[tuple[str, str]], list[_Wrong]]:
    outcome: Counter[tuple[str, str]] = Counter()
    wrong: list[_Wrong] = []
    for record in records:
        try:
            with tx.begin_nested():
                what = _store(tx, record)
        except DoorstepError as error:
            faults = error.faults or (Fault("/", error.detail),)
            wrong += [_wrong(record.entry, fault) for fault in faults]
        else:
            outcome[record.entry.kind, what] += 1
    return outcome, wrong


def _store(tx: Session, record: _Record) -> str:
    if isinstance(record.body, RegionBody):
        return _store_region(tx, record.body)
    return _store_person(tx, record.body, record.parts)


def _store_region(tx: Session, body: RegionBody) -> str:
    region = tx.scalars(select(Region).where(Region.code == body.code).with_for_update()).one_or_none()
    if region is None:
        service.create_region(tx, LOADER, to_columns(body))
        return ADDED
    return CHANGED if service.change_region(tx, LOADER, region, told_columns(body)) else UNCHANGED


def _store_person(tx: Session, body: InvestigatorBody, parts: Parts) -> str:
    query = select(Investigator).where(Investigator.code == body.code)
    person = tx.scalars(query.with_for_update(of=Investigator)).one_or_none()
    if person is None:
        _add_parts(tx, service.create_investigator(tx, LOADER, to_columns(body)), parts)
        return ADDED
    changed = service.change_investigator(tx, LOADER, person, told_columns(body))
    added = _add_parts(tx, person, parts)
    return CHANGED if changed or added else UNCHANGED


def _add_parts(tx: Session, person: Investigator, parts: Parts) -> int:
    """Add what is not on record yet; how much that was."""
    known, added = _known(tx, person), 0
    for where, value in _values(parts):
        if value not in known:
            with _at(where):
                _add(tx, person, value)
            known.add(value)
            added += 1
    return added


def _values(parts: Parts) -> Iterator[tuple[str, Value]]:
    yield from ((f"/certificates/{n}", to_training(body)) for n, body in enumerate(parts.certificates))
    yield from ((f"/shifts/{n}", to_working_time(body)) for n, body in enumerate(parts.shifts))
    yield from ((f"/absences/{n}", to_leave(body)) for n, body in enumerate(parts.absences))


def _add(tx: Session, person: Investigator, value: Value) -> None:
    if isinstance(value, Training):
        service.add_certificate(tx, LOADER, person, value)
    elif isinstance(value, WorkingTime):
        service.add_shift(tx, LOADER, person, value)
    else:
        service.add_absence(tx, LOADER, person, value)


def _known(tx: Session, person: Investigator) -> set[Value]:
    """What is on record about the person."""
    certificates = tx.scalars(select(Certificate).where(Certificate.investigator_id == person.id))
    shifts = tx.scalars(select(Shift).where(Shift.investigator_id == person.id))
    absences = tx.scalars(select(Absence).where(Absence.investigator_id == person.id))
    return {
        *(Training(c.kind, c.number, c.issuer, c.valid_from_on, c.valid_until_on) for c in certificates),
        *(WorkingTime(shift.start_at, shift.end_at, tuple(map(_rest, shift.breaks))) for shift in shifts),
        *(Leave(absence.from_at, absence.until_at, absence.kind) for absence in absences),
    }


def _rest(kept: dict[str, Any]) -> Rest:
    earliest_at, latest_at = datetime.fromisoformat(kept["earliest_at"]), datetime.fromisoformat(kept["latest_at"])
    return Rest(earliest_at, latest_at, kept["duration_seconds"])


@contextmanager
def _at(where: str) -> Iterator[None]:
    """Say where in the entry it was that something was refused."""
    try:
        yield
    except DoorstepError as error:
        error.faults = (Fault(where, error.detail),)
        raise
