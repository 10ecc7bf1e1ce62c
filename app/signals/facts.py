"""The stored facts that features are made of, each with the instant at which we knew it (PURE)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app.kernel.money import Money

EntryKey = tuple[str, str]
"""Case and client's id of an entry of the contact ledger."""


@dataclass(frozen=True)
class LedgerEntry:
    """One call, message or visit; `corrects` is the entry that it takes the place of."""

    known_at: datetime
    key: EntryKey
    at: datetime
    channel: str
    contacted: bool
    corrects: EntryKey | None = None
    retracted: bool = False


@dataclass(frozen=True)
class Promised:
    """A promise to pay that was made on the case at some visit."""

    known_at: datetime
    visit_id: str


@dataclass(frozen=True)
class Paid:
    """A payment that the case system told."""

    known_at: datetime
    paid_on: date
    amount: Money


@dataclass(frozen=True)
class Decided:
    """What was decided on the visit's report."""

    known_at: datetime
    kind: str


@dataclass(frozen=True)
class ReportedVisit:
    """One version of the report of a visit, and all that is on record around it, whenever it came."""

    known_at: datetime
    body: Mapping[str, Any]
    segment: str
    time_zone: str
    ledger: tuple[LedgerEntry, ...] = ()
    promises: tuple[Promised, ...] = ()
    payments: tuple[Paid, ...] = ()
    decisions: tuple[Decided, ...] = ()


def known_by(visit: ReportedVisit, as_of: datetime) -> ReportedVisit:
    """The facts without everything that became known later.

    What led to the visit ends with its report: a call that was told afterwards is no feature of the visit.
    """
    told_at = min(visit.known_at, as_of)
    return replace(
        visit,
        ledger=_standing(tuple(entry for entry in visit.ledger if entry.known_at <= told_at)),
        promises=tuple(promise for promise in visit.promises if promise.known_at <= as_of),
        payments=tuple(payment for payment in visit.payments if payment.known_at <= as_of),
        decisions=tuple(decision for decision in visit.decisions if decision.known_at <= as_of),
    )


def _standing(entries: tuple[LedgerEntry, ...]) -> tuple[LedgerEntry, ...]:
    """The entries that count: not retracted, and not corrected by another of them."""
    corrected = {entry.corrects for entry in entries}
    return tuple(entry for entry in entries if not entry.retracted and entry.key not in corrected)
