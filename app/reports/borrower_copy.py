"""The borrower's copy of a report: what the household told, what it comes to, and what may follow (PURE).

Only what is named here is in it. Notes, the outcome as it was judged, safety, signals,
rulings and warnings are the lender's; who else earns in the
household and what others are called is other people's. Source: PIPL art. 44 to 46 (to know, to copy, to correct), GDPR
art. 15, with the limit of other people's rights in its paragraph 4.
"""

from collections.abc import Collection, Mapping
from typing import Any

Body = dict[str, Any]

_COPY = ("case_id", "visit_id", "version", "made_at", "source_reference")
_LOAN = ("reference", "product", "outstanding", "overdue", "days_past_due", "fees", "instalment", "annual_rate")
_VISIT = ("day", "arrived_at", "started_at", "finished_at")
_REASON = ("code", "primary", "since_on", "expected_end_on")
_LINE = (
    *("kind", "category", "amount", "frequency", "verification", "declined", "monthly_amounts"),
    *("balance", "priority", "ends_on", "arrears", "secured"),
)
_FIGURES = ("income_monthly", "essential_monthly", "surplus_monthly", "debt_service_ratio", "affordable_instalment")
_OPTION = ("name", "reason", "components", "schedule", "total", "remaining", "ends_on", "review_on", "ratio_after")
_COMPONENT = ("kind", "amount", "frequency", "count", "annual_rate", "terms")
_PROMISE = ("amount", "due_on", "channel")
_SUPERSEDES = ("id", "report_id", "version")


def borrower_copy(report: Body) -> Body:
    """The copy as a body; `report_id` and `sha256` are those of the report it was made of."""
    copy = _only(report, _COPY)
    return {
        "report_id": report["id"],
        **copy,
        "supersedes": _supersedes(report.get("supersedes")),
        "loans": [_only(loan, _LOAN) for loan in _loans(report)],
        "visit": _visit(report.get("visit")),
        "overdue_reasons": _each(report.get("overdue_reasons"), _REASON),
        "complaint": report.get("complaint"),
        "education": report.get("education"),
        "statement": _statement(report.get("statement")),
        "affordability": _affordability(report.get("affordability")),
        "options": [_option(option) for option in _objects(report.get("options"))],
        "promise": _only(report["promise"], _PROMISE) if isinstance(report.get("promise"), Mapping) else None,
        "arrangement": _arrangement(report.get("arrangement")),
        "sha256": report["sha256"],
    }


def _loans(report: Body) -> list[Mapping[str, Any]]:
    others = [also.get("loan") for also in _objects(report.get("also_cases"))]
    return _objects([report.get("loan"), *others])


def _supersedes(earlier: Any) -> Any:
    return _only(earlier, _SUPERSEDES) if isinstance(earlier, Mapping) else earlier


def _visit(visit: Any) -> Body | None:
    if not isinstance(visit, Mapping):
        return None
    return _only(visit, _VISIT) | {"investigators": _each(visit.get("investigators"), ("code", "name"))}


def _statement(statement: Any) -> Body | None:
    if not isinstance(statement, Mapping):
        return None
    household = statement.get("household")
    counts = _only(household, ("adults", "children", "dependants")) if isinstance(household, Mapping) else None
    lines = _each(statement.get("lines"), _LINE)
    return {"currency": statement.get("currency"), "household": counts, "lines": lines}


def _affordability(figures: Any) -> Body | None:
    if not isinstance(figures, Mapping):
        return None
    resilience = figures.get("resilience")
    stressed = _only(resilience, ("surplus_monthly",)) if isinstance(resilience, Mapping) else None
    return _only(figures, _FIGURES) | {"resilience": stressed}


def _option(option: Mapping[str, Any]) -> Body:
    return _only(option, _OPTION) | {"components": _each(option.get("components"), _COMPONENT)}


def _arrangement(arrangement: Any) -> Body | None:
    if not isinstance(arrangement, Mapping):
        return None
    return {"components": _each(arrangement.get("components"), _COMPONENT)}


def _each(items: Any, keys: Collection[str]) -> list[Body]:
    return [_only(item, keys) for item in _objects(items)]


def _objects(items: Any) -> list[Mapping[str, Any]]:
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def _only(value: Mapping[str, Any], keys: Collection[str]) -> Body:
    return {key: item for key, item in value.items() if key in keys}
