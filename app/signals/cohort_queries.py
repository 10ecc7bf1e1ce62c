"""Reads what cohorts count: a few fields of each report, taken where it is stored."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, Text, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.money import Money
from app.reports.models import CaseReport, Decision, DecisionEnding
from app.reports.visibility import visible_reports
from app.signals.cohorts import CountedVisit
from app.signals.queries import is_taken, known_versions, taken_at
from app.signals.seen import ACCEPTED, borrower_met, hardship_flags, main_reason
from app.signals.terms import Grouping
from app.visits.models import Visit

_ROWS_AT_ONCE = 1_000


def counted_visits(tx: Session, actor: Actor, from_on: date, to_on: date, as_of: datetime) -> Iterator[CountedVisit]:
    """The actor's reported visits from one day to before another, as they were known at the instant."""
    query = _told(known_versions(visible_reports(actor), as_of), as_of)
    query = query.join(Visit, Visit.id == CaseReport.visit_id).where(Visit.day >= from_on, Visit.day < to_on)
    for row in tx.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)):
        yield _counted(row)


def _told(reports: Select[CaseReport], as_of: datetime) -> Select[Any]:
    """The fields of the bodies: each report is read through once, however many fields are taken."""
    fields = ("region", "outcome", "met")
    parts = ("loan", "overdue_reasons", "promise", "affordability", "options")
    told = (
        func.jsonb_to_record(CaseReport.brief)
        .table_valued(*(column(name, Text) for name in fields), *(column(name, JSONB) for name in parts))
        .render_derived(name="told", with_types=True)
    )
    figures = (
        func.jsonb_to_record(told.c.affordability)
        .table_valued(column("surplus_monthly", JSONB), column("flags", JSONB))
        .render_derived(name="figures", with_types=True)
    )
    owner = aliased(Case)
    return (
        reports.join(owner, owner.id == CaseReport.case_id)
        .join(told, true())
        .join(figures, true())
        .with_only_columns(
            *(told.c[name] for name in fields),
            told.c.loan["outstanding"]["currency"].astext.label("currency"),
            told.c.overdue_reasons,
            told.c.promise.is_not(None).label("promised"),
            (func.jsonb_array_length(told.c.options) > 0).label("offered"),
            told.c.affordability.is_not(None).label("assessed"),
            *figures.c,
            owner.escalation["borrower"]["segment"].astext.label("segment"),
            _newest_decision(as_of).label("decision"),
            maintain_column_froms=True,
        )
    )


def _newest_decision(as_of: datetime) -> ScalarSelect[str]:
    version = aliased(CaseReport)
    return (
        select(Decision.kind)
        .join(version, version.id == Decision.report_id)
        .where(version.visit_id == CaseReport.visit_id, Decision.case_id == CaseReport.case_id)
        .outerjoin(DecisionEnding, DecisionEnding.decision_id == Decision.id)
        .where(is_taken(), taken_at() <= as_of)
        .order_by(taken_at().desc())
        .limit(1)
        .correlate(CaseReport)
        .scalar_subquery()
    )


def _counted(row: Row[Any]) -> CountedVisit:
    groups = {
        Grouping.SEGMENT: row.segment,
        Grouping.REGION: row.region,
        Grouping.OVERDUE_REASON: main_reason(row.overdue_reasons),
    }
    surplus = row.surplus_monthly
    in_loans_currency = surplus is not None and surplus["currency"] == row.currency
    return CountedVisit(
        key=(*(groups[grouping] for grouping in Grouping), row.currency),
        met=borrower_met(row.outcome, row.met),
        assessed=row.assessed,
        promised=row.promised,
        surplus=Money.parse(surplus["amount"], row.currency) if in_loans_currency else None,
        hardship=bool(hardship_flags(row.flags or ())),
        accepted=row.decision in ACCEPTED if row.offered else None,
    )
