"""The features of a reported visit: one data dictionary that rows and documentation are made from (PURE).

No names, addresses or free texts. What the borrower told of illness or other needs is no feature, and neither is a line
that the household declined to answer: a refusal is never scored (research 3.3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.intake.terms import Channel
from app.signals.facts import ReportedVisit, known_by
from app.signals.seen import (
    Seen,
    Value,
    accepted,
    at,
    band_of,
    borrower_met,
    contacts,
    decided_at,
    decision,
    hardship,
    has_reason,
    main_reason,
    persons,
    state_of_promise,
    verified,
)
from app.signals.terms import Kind, Known
from app.visits.terms import OverdueReason


@dataclass(frozen=True)
class Feature:
    """One feature; `read` finds it, None where there is none."""

    name: str
    kind: Kind
    meaning: str
    read: Callable[[Seen], Value]
    unit: str | None = None
    missing: str | None = None
    known: Known = Known.REPORT


def features(visit: ReportedVisit, as_of: datetime | None = None) -> dict[str, Value]:
    """All features by name, as they were known at the instant, or when the report was made."""
    instant = as_of or visit.known_at
    seen = Seen(known_by(visit, instant), instant)
    return {feature.name: feature.read(seen) for feature in FEATURES}


# ---- the features

_NOT_TOLD = "the escalation did not tell it"
_NO_STATEMENT = "no statement was taken, or nothing can be computed in its currency"
_NO_PROMISE = "nothing was promised"
_OF_LOAN, _OF_FIGURES = "major units of `currency`", "major units of `figures_currency`, a month"


def _named(name: str, kind: Kind, meaning: str, read: Callable[[Seen], Value], **more: Any) -> Feature:
    return Feature(name, kind, meaning, read, **more)


_KEYS = (
    _named("report_id", Kind.CODE, "Id of the report, UUID", at("id")),
    _named("visit_id", Kind.CODE, "Id of the visit, UUID; the same over all versions of its report", at("visit_id")),
    _named("case_id", Kind.CODE, "Id of the case, UUID", at("case_id")),
    _named("version", Kind.INTEGER, "Version of the report; a correction is a row of its own", at("version")),
    _named(
        "known_at", Kind.INSTANT, "When we knew what the row says, UTC", lambda seen: seen.visit.known_at.isoformat()
    ),
    _named(
        "as_of",
        Kind.INSTANT,
        "The knowledge of which instant the row shows: the one asked for, else `known_at`, UTC",
        lambda seen: seen.as_of.isoformat(),
        known=Known.AS_OF,
    ),
)
_LOAN = (
    _named("region", Kind.CODE, "Code of the region", at("region"), missing="the case lies in no region"),
    _named("product", Kind.CODE, "Kind of loan", at("loan", "product")),
    _named("segment", Kind.CODE, "Kind of borrower as escalated", lambda seen: seen.visit.segment),
    _named("visited_on", Kind.DAY, "Day of the visit in the region", at("visit", "day")),
    _named("currency", Kind.CODE, "Currency of the loan, ISO 4217", at("loan", "outstanding", "currency")),
    _named("outstanding", Kind.DECIMAL, "What was owed in all", at("loan", "outstanding", "amount"), unit=_OF_LOAN),
    _named("overdue", Kind.DECIMAL, "What was owed and late", at("loan", "overdue", "amount"), unit=_OF_LOAN),
    _named("days_past_due", Kind.INTEGER, "Age of what is overdue", at("loan", "days_past_due"), unit="days"),
    _named("days_past_due_band", Kind.CODE, "0, 1-29, 30-59, 60-89, 90-179 or 180+", band_of, unit="days"),
    _named(
        "instalment",
        Kind.DECIMAL,
        "Instalment as escalated",
        at("loan", "instalment", "amount"),
        unit=_OF_LOAN,
        missing=_NOT_TOLD,
    ),
    _named("annual_rate", Kind.DECIMAL, "Annual rate", at("loan", "annual_rate"), unit="of one", missing=_NOT_TOLD),
    _named("term_months", Kind.INTEGER, "Term", at("loan", "term_months"), unit="months", missing=_NOT_TOLD),
    _named(
        "loans",
        Kind.INTEGER,
        "Loans that the visit was for",
        lambda seen: 1 + len(seen.body["also_cases"]),
        unit="loans",
    ),
)
_CONTACTS = tuple(
    feature
    for channel in Channel
    for feature in (
        _named(
            f"{channel}_attempts",
            Kind.INTEGER,
            f"Contacts by {channel} before the visit, whether the borrower was reached or not",
            contacts(channel, reached=False),
            unit="contacts",
        ),
        _named(
            f"{channel}_contacts",
            Kind.INTEGER,
            f"Those of them that reached the borrower in person, by {channel}",
            contacts(channel, reached=True),
            unit="contacts",
        ),
    )
)
_OUTCOME = (
    _named("outcome", Kind.CODE, "Coded outcome", at("outcome"), missing="the visit was aborted without one"),
    _named("met", Kind.CODE, "Who was met", at("met"), missing="it was not told"),
    _named("attempted", Kind.BOOLEAN, "Somebody knocked", lambda seen: seen.flags is not None and seen.flags.attempted),
    _named(
        "borrower_met",
        Kind.BOOLEAN,
        "The borrower in person was met",
        lambda seen: borrower_met(seen.body["outcome"], seen.body["met"]),
    ),
    _named(
        "address_confirmed",
        Kind.BOOLEAN,
        "The borrower is known to live there",
        lambda seen: seen.flags is not None and seen.flags.address_confirmed,
    ),
)
_REASONS = (
    _named(
        "main_reason",
        Kind.CODE,
        "Primary reason of the delay",
        lambda seen: main_reason(seen.body["overdue_reasons"]),
        missing="none was told",
    ),
    *(
        _named(f"reason_{code.lower()}", Kind.BOOLEAN, f"{code} is among the reasons told", has_reason(code))
        for code in OverdueReason
    ),
)
_HOUSEHOLD = (
    *(
        _named(name, Kind.INTEGER, meaning, at("statement", "household", name), unit="persons", missing=_NO_STATEMENT)
        for name, meaning in (("adults", "Adults"), ("children", "Children"), ("dependants", "Other dependants"))
    ),
    _named("household_size", Kind.INTEGER, "All of them", persons, unit="persons", missing=_NO_STATEMENT),
)
_MONTHLY = (
    ("income_monthly", "Planning income: each line by how well it is known"),
    ("essential_monthly", "Essential spending, not below the floor of the policy"),
    ("surplus_monthly", "What is left over; negative: a deficit"),
    ("affordable_instalment", "What the household can pay us"),
)
_FIGURES = (
    _named(
        "assessed", Kind.BOOLEAN, "There are figures on the household", lambda seen: bool(seen.body["affordability"])
    ),
    _named(
        "policy", Kind.CODE, "Policy and version of the figures", at("affordability", "policy"), missing=_NO_STATEMENT
    ),
    _named(
        "figures_currency",
        Kind.CODE,
        "Currency of the figures",
        at("affordability", "surplus_monthly", "currency"),
        missing=_NO_STATEMENT,
    ),
    *(
        _named(
            name, Kind.DECIMAL, meaning, at("affordability", name, "amount"), unit=_OF_FIGURES, missing=_NO_STATEMENT
        )
        for name, meaning in _MONTHLY
    ),
    _named(
        "stressed_surplus_monthly",
        Kind.DECIMAL,
        "What is left over when the income falls to the policy's stress",
        at("affordability", "resilience", "surplus_monthly", "amount"),
        unit=_OF_FIGURES,
        missing=_NO_STATEMENT,
    ),
    _named(
        "debt_service_ratio",
        Kind.DECIMAL,
        "All repayments by planning income",
        at("affordability", "debt_service_ratio"),
        unit="of one",
        missing="no statement, or no income",
    ),
    *(
        _named(
            f"{part}_verified",
            Kind.DECIMAL,
            f"Share of the {part} of which a document was seen, or better",
            verified(part),
            unit="of one",
            missing="there is none",
        )
        for part in ("income", "spending")
    ),
    _named(
        "hardship_flags",
        Kind.CODES,
        "Warnings of hardship that follow from the figures; declined lines give none",
        hardship,
        missing=_NO_STATEMENT,
    ),
)
_PROMISE = (
    _named("promise_made", Kind.BOOLEAN, "Something was promised", lambda seen: seen.body["promise"] is not None),
    _named(
        "promise_amount",
        Kind.DECIMAL,
        "What was promised",
        at("promise", "amount", "amount"),
        unit="major units of `promise_currency`",
        missing=_NO_PROMISE,
    ),
    _named("promise_currency", Kind.CODE, "Currency of it", at("promise", "amount", "currency"), missing=_NO_PROMISE),
    _named("promise_due_on", Kind.DAY, "Until when", at("promise", "due_on"), missing=_NO_PROMISE),
    _named(
        "promise_state",
        Kind.CODE,
        "What became of it, told from the payments that were known: open, kept, part_kept, broken or superseded",
        state_of_promise,
        missing=_NO_PROMISE,
        known=Known.AS_OF,
    ),
)
_DECISION = (
    _named(
        "options_offered",
        Kind.INTEGER,
        "Plan options in the report",
        lambda seen: len(seen.body["options"]),
        unit="options",
    ),
    _named(
        "decision",
        Kind.CODE,
        "The newest decision on the visit's report",
        decision,
        missing="nothing was decided",
        known=Known.AS_OF,
    ),
    _named(
        "decided_at",
        Kind.INSTANT,
        "When, UTC",
        decided_at,
        missing="nothing was decided",
        known=Known.AS_OF,
    ),
    _named(
        "option_accepted",
        Kind.BOOLEAN,
        "That decision approves a plan",
        accepted,
        missing="nothing was decided, or no option was offered",
        known=Known.AS_OF,
    ),
)

FEATURES: tuple[Feature, ...] = (
    *_KEYS,
    *_LOAN,
    *_CONTACTS,
    *_OUTCOME,
    *_REASONS,
    *_HOUSEHOLD,
    *_FIGURES,
    *_PROMISE,
    *_DECISION,
)
