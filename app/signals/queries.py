"""Reads the facts of signals: reports in the order of the feed, and what is on record around their visits."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.compliance.local_days import local_day
from app.contact.models import AccountUpdate, Contact
from app.contact.terms import AccountUpdateKind
from app.intake.models import Case
from app.intake.terms import ContactOutcome
from app.kernel.actor import Actor
from app.kernel.money import Money
from app.reports.models import CaseReport, Decision, DecisionEnding, ReportEntry
from app.reports.terms import DecisionState
from app.reports.visibility import visible_reports
from app.signals.facts import Decided, LedgerEntry, Paid, Promised, ReportedVisit
from app.visits.models import PromiseToPay
from app.workforce.zones import WITHOUT_REGION, zones_of_regions

_REACHED = frozenset({ContactOutcome.REACHED, ContactOutcome.PROMISED, ContactOutcome.REFUSED})
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class SignalPage:
    """Some reported visits in the order of the feed, and the number to go on from."""

    visits: tuple[ReportedVisit, ...]
    last: int


def known_versions(query: Select[CaseReport], as_of: datetime) -> Select[CaseReport]:
    """The query with the newest version of each report that was made by the instant, and no other."""
    newer = aliased(CaseReport)
    replaced = exists().where(
        newer.visit_id == CaseReport.visit_id, newer.version > CaseReport.version, newer.made_at <= as_of
    )
    return query.where(CaseReport.made_at <= as_of, ~replaced)


def signal_page(tx: Session, actor: Actor, after: int, limit: int, as_of: datetime | None) -> SignalPage:
    """At most `limit` of the actor's reported visits whose report has a number above `after`."""
    reports = visible_reports(actor) if as_of is None else known_versions(visible_reports(actor), as_of)
    query = (
        reports.join(ReportEntry, ReportEntry.report_id == CaseReport.id)
        .where(ReportEntry.number > after)
        .order_by(ReportEntry.number)
        .limit(limit)
        .with_only_columns(
            CaseReport.made_at,
            CaseReport.visit_id,
            CaseReport.case_id,
            cast(CaseReport.brief, Text).label("body"),
            ReportEntry.number,
            maintain_column_froms=True,
        )
    )
    rows = tx.execute(query).all()
    around = _Around(tx, rows)
    return SignalPage(tuple(around.visit(row) for row in rows), int(rows[-1].number or after) if rows else after)


class _Around:
    """All that is on record around some visits, read at once."""

    def __init__(self, tx: Session, rows: Sequence[Any]) -> None:
        self.zones = zones_of_regions(tx)
        visits, cases = {row.visit_id for row in rows}, {row.case_id for row in rows}
        self.cases = {case.id: case for case in _cases(tx, Case.id.in_(cases))}
        keys = {case.borrower_key for case in self.cases.values()}
        self.siblings = _grouped(_cases(tx, Case.borrower_key.in_(keys)), lambda case: case.borrower_key)
        self.ledger = _of(tx, Contact, Contact.borrower_key.in_(keys), lambda row: row.borrower_key)
        self.promises = _of(tx, PromiseToPay, PromiseToPay.case_id.in_(cases), lambda row: row.case_id)
        paid = (AccountUpdate.case_id.in_(cases)) & (AccountUpdate.kind == AccountUpdateKind.PAYMENT.value)
        self.payments = _of(tx, AccountUpdate, paid, lambda row: row.case_id)
        self.decisions = _decisions(tx, visits)

    def visit(self, row: Any) -> ReportedVisit:
        """The facts of one of the visits."""
        case, body = self.cases[row.case_id], json.loads(row.body)
        zone = self.zones.get(body["region"] or "", WITHOUT_REGION)
        told = (entry for sibling in self.siblings[case.borrower_key] for entry in _told(sibling))
        return ReportedVisit(
            known_at=row.made_at,
            body=body,
            segment=case.escalation["borrower"]["segment"],
            time_zone=zone,
            ledger=(*told, *(_entry(entry) for entry in self.ledger[case.borrower_key])),
            promises=tuple(Promised(made.made_at, str(made.visit_id)) for made in self.promises[case.id]),
            payments=tuple(
                Paid(update.made_at, local_day(update.at, zone), Money(update.currency, update.amount_minor))
                for update in self.payments[case.id]
                if update.amount_minor is not None
            ),
            decisions=tuple(Decided(taken.made_at, taken.kind) for taken in self.decisions[row.visit_id]),
        )


def _cases(tx: Session, condition: ColumnElement[bool]) -> Sequence[Any]:
    columns = (Case.id, Case.borrower_key, Case.received_at, Case.escalation)
    return tx.execute(select(*columns).where(condition).order_by(Case.id)).all()


def _of(
    tx: Session, model: type[Kept], condition: ColumnElement[bool], key: Callable[[Kept], Hashable]
) -> Mapping[Any, Sequence[Kept]]:
    return _grouped(tx.scalars(select(model).where(condition)).all(), key)


def _decisions(tx: Session, visits: Collection[UUID]) -> Mapping[UUID, Sequence[Any]]:
    """The decisions on the visits' own cases that rest on any version of their reports."""
    query = (
        select(CaseReport.visit_id, taken_at().label("made_at"), Decision.kind)
        .join(CaseReport, CaseReport.id == Decision.report_id)
        .outerjoin(DecisionEnding, DecisionEnding.decision_id == Decision.id)
        .where(CaseReport.visit_id.in_(visits), Decision.case_id == CaseReport.case_id, is_taken())
    )
    return _grouped(tx.execute(query).all(), lambda row: row.visit_id)


def is_taken() -> ColumnElement[bool]:
    """Decisions, joined with their endings, that are no mere proposals."""
    return or_(~Decision.is_proposal, DecisionEnding.state == DecisionState.CONFIRMED.value)


def taken_at() -> ColumnElement[datetime]:
    """When such a decision was taken: a proposal with its confirmation."""
    return func.coalesce(DecisionEnding.made_at, Decision.made_at)


def _grouped(rows: Iterable[Kept], key: Callable[[Kept], Hashable]) -> Mapping[Any, Sequence[Kept]]:
    grouped: dict[Any, list[Kept]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped


def _told(case: Any) -> Iterable[LedgerEntry]:
    """What the escalation told of earlier contacts; known since it came."""
    for number, entry in enumerate(case.escalation["contacts"] or ()):
        yield LedgerEntry(
            known_at=case.received_at,
            key=(str(case.id), f"escalated:{number}"),
            at=datetime.fromisoformat(entry["at"]),
            channel=entry["channel"],
            contacted=entry["outcome"] in _REACHED,
        )


def _entry(row: Contact) -> LedgerEntry:
    return LedgerEntry(
        known_at=row.made_at,
        key=(str(row.case_id), str(row.client_id)),
        at=row.at,
        channel=row.channel,
        contacted=row.contacted,
        corrects=(str(row.case_id), str(row.corrects)) if row.corrects is not None else None,
        retracted=row.retracted,
    )
