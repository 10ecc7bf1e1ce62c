"""The flat row of a report: the one data dictionary that CSV, Parquet and the documentation are made from (PURE).

It is made from a brief report: rulings and derivations are in the whole ones alone.

A column keeps its name, its kind and its meaning for good; new ones are added at the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

Body = Mapping[str, Any]
Value = str | int | bool | Decimal | datetime | date | tuple[str, ...] | None


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"  # somebody typed it
    CODE = "code"  # ours: an id, a code, a hash
    CODES = "codes"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    MONEY = "money"  # major units, with the decimals of its currency
    RATIO = "ratio"
    INSTANT = "instant"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """One column: `read` finds the value in the body of a report, None where there is none."""

    name: str
    kind: Kind
    meaning: str
    missing: str | None
    read: Callable[[Body], Any]

    def value(self, body: Body) -> Value:
        """The value of a report as its kind has it."""
        found = self.read(body)
        return None if found is None else _VALUES[self.kind](found)


def row_of(body: Body) -> tuple[Value, ...]:
    """The values of a report in the order of the columns."""
    return tuple(column.value(body) for column in COLUMNS)


_VALUES: Mapping[Kind, Callable[[Any], Value]] = {
    Kind.TEXT: str,
    Kind.CODE: str,
    Kind.CODES: lambda found: tuple(str(code) for code in found),
    Kind.INTEGER: int,
    Kind.BOOLEAN: bool,
    Kind.MONEY: Decimal,
    Kind.RATIO: Decimal,
    Kind.INSTANT: lambda text: datetime.fromisoformat(text).astimezone(UTC),
    Kind.DAY: date.fromisoformat,
}


# ---- where a value stands in the body


def _at(*path: str | int) -> Callable[[Body], Any]:
    """Reads what stands at the path; nothing where the body does not go so far."""

    def read(body: Body) -> Any:
        found: Any = body
        for step in path:
            if isinstance(found, Mapping):
                found = found.get(str(step))
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return None
        return found

    return read


def _each(path: str, key: str) -> Callable[[Body], Any]:
    return lambda body: [item[key] for item in body.get(path) or ()]


def _count(*path: str | int) -> Callable[[Body], Any]:
    read = _at(*path)
    return lambda body: None if (found := read(body)) is None else len(found)


def _main_reason(key: str) -> Callable[[Body], Any]:
    def read(body: Body) -> Any:
        reasons: list[Body] = body.get("overdue_reasons") or []
        return next((reason.get(key) for reason in reasons if reason.get("primary")), None)

    return read


def _superseded(body: Body) -> Any:
    """The id of what is corrected, which may stand there alone or among other marks of it."""
    told = body.get("supersedes")
    return told.get("report_id") or told.get("id") if isinstance(told, Mapping) else told


# ---- the columns


def _column(name: str, kind: Kind, meaning: str, read: Callable[[Body], Any], missing: str | None = None) -> Column:
    return Column(name, kind, meaning, missing, read)


_NOT_TOLD = "the escalation did not tell it"
_NO_STATEMENT = "no statement of income and expenses was taken, or nothing can be computed in its currency"
_NO_OPTION = "no plan option was proposed"
_NO_PROMISE = "nothing was promised"
_NOT_SO_FAR = "the visit did not come so far"
_OPTION = ("options", 0)

_REPORT = (
    _column("report_id", Kind.CODE, "Id of the report, UUID", _at("id")),
    _column("version", Kind.INTEGER, "1 for the first report of a visit, higher for corrections", _at("version")),
    _column("supersedes", Kind.CODE, "Id of the report that this one corrects", _superseded, "it corrects no other"),
    _column("case_id", Kind.CODE, "Id of the case, UUID", _at("case_id")),
    _column("visit_id", Kind.CODE, "Id of the visit, UUID", _at("visit_id")),
    _column("assessment_id", Kind.CODE, "Id of the assessment that the figures come from", _at("assessment_id")),
    _column("made_at", Kind.INSTANT, "When the report was made, UTC", _at("made_at")),
    _column("source", Kind.TEXT, "Who escalated the case", _at("source")),
    _column("source_reference", Kind.TEXT, "The case in the words of its source", _at("source_reference")),
    _column("region", Kind.CODE, "Code of the region", _at("region"), "the case lies in no region"),
)
_LOAN = (
    _column("product", Kind.CODE, "Kind of loan", _at("loan", "product")),
    _column("currency", Kind.CODE, "Currency of the loan's amounts, ISO 4217", _at("loan", "outstanding", "currency")),
    _column(
        "outstanding", Kind.MONEY, "What was owed in all on the day of the report", _at("loan", "outstanding", "amount")
    ),
    _column("overdue", Kind.MONEY, "What was owed and late on the day of the report", _at("loan", "overdue", "amount")),
    _column("days_past_due", Kind.INTEGER, "Age of what is overdue, in days", _at("loan", "days_past_due")),
    _column("fees", Kind.MONEY, "Fees as escalated", _at("loan", "fees", "amount"), _NOT_TOLD),
    _column("instalment", Kind.MONEY, "Instalment as escalated", _at("loan", "instalment", "amount"), _NOT_TOLD),
    _column("annual_rate", Kind.RATIO, "Annual rate as escalated, of one", _at("loan", "annual_rate"), _NOT_TOLD),
    _column("term_months", Kind.INTEGER, "Term as escalated, in months", _at("loan", "term_months"), _NOT_TOLD),
    _column("opened_on", Kind.DAY, "First day of the loan", _at("loan", "opened_on"), _NOT_TOLD),
    _column(
        "other_loans",
        Kind.INTEGER,
        "Further loans of the borrower that the figures are for too",
        _count("also_cases"),
    ),
)
_VISIT = (
    _column("visited_on", Kind.DAY, "Day of the visit in the region", _at("visit", "day")),
    _column("visit_state", Kind.CODE, "Where the visit ended", _at("visit", "state")),
    _column("arrived_at", Kind.INSTANT, "First arrival, UTC", _at("visit", "arrived_at"), _NOT_SO_FAR),
    _column("started_at", Kind.INSTANT, "Start at the door, UTC", _at("visit", "started_at"), _NOT_SO_FAR),
    _column("finished_at", Kind.INSTANT, "End of the visit, UTC", _at("visit", "finished_at"), _NOT_SO_FAR),
    _column("aborted_at", Kind.INSTANT, "When it was aborted, UTC", _at("visit", "aborted_at"), "it was not aborted"),
    _column(
        "emergency", Kind.TEXT, "Why somebody arrived without a door token", _at("visit", "emergency"), "nobody did"
    ),
    _column("signals", Kind.CODES, "What a person should look at in the phones' events", _at("visit", "signals")),
    _column("outcome", Kind.CODE, "Coded outcome of the visit", _at("outcome"), "the visit was aborted without one"),
    _column("met", Kind.CODE, "Who was met", _at("met"), "it was not told"),
)
_FINDINGS = (
    _column("main_reason", Kind.CODE, "Code of the primary reason of the delay", _main_reason("code"), "none was told"),
    _column(
        "main_reason_since_on", Kind.DAY, "Since when that reason holds", _main_reason("since_on"), "it was not told"
    ),
    _column("main_reason_note", Kind.TEXT, "What was noted on it", _main_reason("note"), "nothing"),
    _column("reasons", Kind.CODES, "All reasons of the delay", _each("overdue_reasons", "code")),
    _column("education", Kind.CODES, "Material that was handed over", _at("education")),
    _column("note", Kind.TEXT, "The investigators' note", _at("note"), "there is none"),
    _column("promise_amount", Kind.MONEY, "What was promised", _at("promise", "amount", "amount"), _NO_PROMISE),
    _column(
        "promise_currency", Kind.CODE, "Currency of the promise", _at("promise", "amount", "currency"), _NO_PROMISE
    ),
    _column("promise_due_on", Kind.DAY, "Until when it was promised", _at("promise", "due_on"), _NO_PROMISE),
)
_HOUSEHOLD = (
    _column("adults", Kind.INTEGER, "Adults of the household", _at("statement", "household", "adults"), _NO_STATEMENT),
    _column("children", Kind.INTEGER, "Children", _at("statement", "household", "children"), _NO_STATEMENT),
    _column("dependants", Kind.INTEGER, "Other dependants", _at("statement", "household", "dependants"), _NO_STATEMENT),
    _column("lines", Kind.INTEGER, "Lines of the statement", _count("statement", "lines"), _NO_STATEMENT),
)
_FIGURES = (
    _column("policy", Kind.CODE, "Policy and version of the figures", _at("affordability", "policy"), _NO_STATEMENT),
    _column(
        "figures_currency",
        Kind.CODE,
        "Currency of the figures",
        _at("affordability", "surplus_monthly", "currency"),
        _NO_STATEMENT,
    ),
    _column(
        "income_monthly",
        Kind.MONEY,
        "Planning income of a month",
        _at("affordability", "income_monthly", "amount"),
        _NO_STATEMENT,
    ),
    _column(
        "essential_monthly",
        Kind.MONEY,
        "Essential spending of a month",
        _at("affordability", "essential_monthly", "amount"),
        _NO_STATEMENT,
    ),
    _column(
        "surplus_monthly",
        Kind.MONEY,
        "What is left over in a month; negative: a deficit",
        _at("affordability", "surplus_monthly", "amount"),
        _NO_STATEMENT,
    ),
    _column(
        "debt_service_ratio",
        Kind.RATIO,
        "All repayments by planning income, of one",
        _at("affordability", "debt_service_ratio"),
        "no statement, or no income",
    ),
    _column(
        "affordable_instalment",
        Kind.MONEY,
        "What the household can pay us in a month",
        _at("affordability", "affordable_instalment", "amount"),
        _NO_STATEMENT,
    ),
    _column(
        "stressed_surplus_monthly",
        Kind.MONEY,
        "What is left over when the income falls to the policy's stress",
        _at("affordability", "resilience", "surplus_monthly", "amount"),
        _NO_STATEMENT,
    ),
    _column("flags", Kind.CODES, "Warnings that follow from the figures", _at("affordability", "flags"), _NO_STATEMENT),
)
_OPTIONS = (
    _column("options", Kind.CODES, "Names of the plan options that were proposed", _each("options", "name")),
    _column("option_name", Kind.CODE, "Name of the first option", _at(*_OPTION, "name"), _NO_OPTION),
    _column("option_total", Kind.MONEY, "Sum of its payments", _at(*_OPTION, "total", "amount"), _NO_OPTION),
    _column("option_currency", Kind.CODE, "Currency of it", _at(*_OPTION, "total", "currency"), _NO_OPTION),
    _column("option_payments", Kind.INTEGER, "How many payments it has", _count(*_OPTION, "schedule"), _NO_OPTION),
    _column(
        "option_first_due_on",
        Kind.DAY,
        "Day of its first payment",
        _at(*_OPTION, "schedule", 0, "due_on"),
        "no option, or one without payments",
    ),
    _column(
        "option_first_amount",
        Kind.MONEY,
        "Its first payment",
        _at(*_OPTION, "schedule", 0, "amount", "amount"),
        "no option, or one without payments",
    ),
    _column("option_ends_on", Kind.DAY, "When it ends", _at(*_OPTION, "ends_on"), _NO_OPTION),
    _column(
        "option_ratio_after",
        Kind.RATIO,
        "All repayments by planning income after it, of one",
        _at(*_OPTION, "ratio_after"),
        "no option, or no income",
    ),
)
_PROOF = (
    _column("evidence", Kind.INTEGER, "Attachments of the visit", _count("evidence")),
    _column("sha256", Kind.CODE, "SHA-256 of the whole report, as its own field says", _at("sha256")),
)

COLUMNS: tuple[Column, ...] = (
    *_REPORT,
    *_LOAN,
    *_VISIT,
    *_FINDINGS,
    *_HOUSEHOLD,
    *_FIGURES,
    *_OPTIONS,
    *_PROOF,
)
