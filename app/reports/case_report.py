"""The report of one visit, composed from stored facts alone (PURE).

Figures arrive rounded once, by the room that computed them; here they only find their place. Instants are shown in the
region's zone, money with the currency's scale.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.kernel.money import Money
from app.reports.terms import Asking

Body = dict[str, Any]

_LOAN_AS_ESCALATED = ("reference", "fees", "instalment", "annual_rate", "term_months", "opened_on")
_TIMES = ("arrived", "started", "finished", "aborted")


@dataclass(frozen=True)
class CaseFacts:
    """The case on the day of the report; `escalated_loan` is the loan as the escalation told it."""

    case_id: UUID
    source: str
    source_reference: str
    region: str | None
    time_zone: str
    product: str
    outstanding: Money
    overdue: Money
    days_past_due: int
    escalated_loan: Mapping[str, Any]


@dataclass(frozen=True)
class Visitor:
    """Somebody of the crew."""

    investigator_id: UUID
    code: str
    name: str


@dataclass(frozen=True)
class VisitFacts:
    """What happened at the door; `happened` has the first instant of each kind of event."""

    visit_id: UUID
    day: date
    state: str
    outcome: str | None
    happened: Mapping[str, datetime]
    emergency: str | None
    signals: tuple[str, ...]
    investigators: tuple[Visitor, ...]


@dataclass(frozen=True)
class Figures:
    """The assessment as it was stored: JSON bodies of the contract."""

    assessment_id: UUID
    statement: Mapping[str, Any] | None
    affordability: Mapping[str, Any] | None
    options: tuple[Any, ...]
    drafted: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class AskedRuling:
    """The answer of the contact rules, and when they were asked."""

    asked: Asking
    at: datetime | None
    ruling: Mapping[str, Any]


@dataclass(frozen=True)
class Correction:
    """Why findings were changed after the visit, by whom and when."""

    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class Successor:
    """The newest version of a report, for whoever reads an earlier one; `made_at` is told by the clock of the place."""

    report_id: UUID
    version: int
    made_at: str


@dataclass(frozen=True)
class ReportFacts:
    """Everything a report is made of.

    `also_cases` are the borrower's other loans that the visit was for: the figures are those of all of them together.
    `findings` is the body that the phone put last, empty when there was none. `supersedes` is the report that this one
    takes the place of, `correction` why.
    """

    report_id: UUID
    version: int
    made_at: datetime
    case: CaseFacts
    also_cases: tuple[CaseFacts, ...]
    visit: VisitFacts
    findings: Mapping[str, Any]
    figures: Figures
    rulings: tuple[AskedRuling, ...]
    supersedes: UUID | None = None
    correction: Correction | None = None


def compose(facts: ReportFacts) -> Body:
    """The whole report, its hash included."""
    body = {
        "id": str(facts.report_id),
        "case_id": str(facts.case.case_id),
        "visit_id": str(facts.visit.visit_id),
        "version": facts.version,
        "made_at": _instant(facts, facts.made_at),
        "supersedes": None if facts.supersedes is None else str(facts.supersedes),
        "correction": _correction(facts),
        "source": facts.case.source,
        "source_reference": facts.case.source_reference,
        "region": facts.case.region,
        "loan": _loan(facts.case),
        "also_cases": [_also(case) for case in facts.also_cases],
        "visit": _visit(facts),
        "outcome": facts.visit.outcome,
        **_findings(facts.findings),
        "assessment_id": str(facts.figures.assessment_id),
        "statement": facts.figures.statement,
        "affordability": facts.figures.affordability,
        "options": list(facts.figures.options),
        "drafted": facts.figures.drafted,
        "rulings": [_ruling(facts, asked) for asked in facts.rulings],
        "evidence": [],
    }
    return body | {"sha256": digest(body)}


def digest(body: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over the canonical JSON of all fields but `sha256`.

    Canonical: keys sorted, no white space, characters beyond ASCII as they are, UTF-8.
    """
    content = {key: value for key, value in body.items() if key != "sha256"}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _correction(facts: ReportFacts) -> Body | None:
    told = facts.correction
    if told is None:
        return None
    return {"reason": told.reason, "actor": told.actor, "at": _instant(facts, told.at)}


def _loan(case: CaseFacts) -> Body:
    told = {key: _scaled(case.escalated_loan.get(key)) for key in _LOAN_AS_ESCALATED}
    return {
        "product": case.product,
        "outstanding": _money(case.outstanding),
        "overdue": _money(case.overdue),
        "days_past_due": case.days_past_due,
        **told,
    }


def _also(case: CaseFacts) -> Body:
    return {
        "case_id": str(case.case_id),
        "source": case.source,
        "source_reference": case.source_reference,
        "loan": _loan(case),
    }


def _visit(facts: ReportFacts) -> Body:
    visit = facts.visit
    return {
        "day": visit.day.isoformat(),
        "state": visit.state,
        **{f"{kind}_at": _instant(facts, visit.happened.get(kind)) for kind in _TIMES},
        "emergency": visit.emergency,
        "signals": list(visit.signals),
        "investigators": [
            {"id": str(visitor.investigator_id), "code": visitor.code, "name": visitor.name}
            for visitor in visit.investigators
        ],
    }


def _findings(findings: Mapping[str, Any]) -> Body:
    lists = {key: findings.get(key) or [] for key in ("overdue_reasons", "education", "vulnerability")}
    single = {key: findings.get(key) for key in ("met", "complaint", "safety", "note")}
    offered = {key: _scaled(findings.get(key)) for key in ("promise", "arrangement")}
    return {**lists, **single, **offered}


def _ruling(facts: ReportFacts, asked: AskedRuling) -> Body:
    return {
        "asked": asked.asked.value,
        "asked_at": _instant(facts, asked.at),
        "allowed": asked.ruling["allowed"],
        "answers": asked.ruling["answers"],
    }


def _instant(facts: ReportFacts, at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(ZoneInfo(facts.case.time_zone)).isoformat()


def _money(money: Money) -> Body:
    return {"amount": money.amount, "currency": money.currency}


def _scaled(value: Any) -> Any:
    """The value with every amount inside in its currency's scale: a phone may put `200` where `200.00` is meant."""
    if isinstance(value, Mapping):
        if value.keys() == {"amount", "currency"}:
            return _money(Money.parse(value["amount"], value["currency"]))
        return {key: _scaled(item) for key, item in value.items()}
    return [_scaled(item) for item in value] if isinstance(value, list) else value
