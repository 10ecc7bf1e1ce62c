"""Reports to be read: real ones with so many lines, and such as nobody would write."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from app.assessment.affordability import assess
from app.assessment.arrangement import options
from app.assessment.loan import LoanFigures
from app.assessment.policy import Policy
from app.assessment.rendering import affordability_to_dict, option_to_dict
from app.assessment.statement_json import statement_from_dict, statement_to_dict
from app.kernel.money import Money
from app.reports.case_report import Figures, compose
from tests.factories_assessment import CHINA
from tests.factories_reports import FACTS, FINDINGS

Body = dict[str, Any]

AS_OF_ON = date(2026, 11, 23)
LOAN = LoanFigures(Money("CNY", 17_500_00), Money("CNY", 1_600_25))
HOUSEHOLD = {"adults": 2, "children": 1, "dependants": 0}
_KINDS = ("income", "fixed", "flexible", "fixed", "flexible", "debt", "asset")
_CATEGORIES = {
    "income": ("wages", "casual", "family_support"),
    "fixed": ("rent", "utilities", "insurance", "schooling", "medical"),
    "flexible": ("food", "phone", "clothing", "宠物用品", "a category that somebody typed with both thumbs"),
    "debt": ("credit_card", "informal"),
    "asset": ("cash", "vehicle"),
}


def line(number: int) -> Body:
    """One of a household's lines, each different from its neighbours."""
    kind = _KINDS[number % len(_KINDS)]
    told: Body = {
        "kind": kind,
        "category": _CATEGORIES[kind][number % len(_CATEGORIES[kind])],
        "amount": f"{4_321 if kind == 'income' else 87 + 7 * number}.{number % 100:02d}",
        "frequency": None if kind == "asset" else ("monthly", "weekly", "yearly")[number % 3 if number else 0],
        "verification": number % 6,
        "note": "工资从八月起按七成发放，工厂说年底补发" if number % 5 == 1 else None,
        "declined": number % 11 == 9,
    }
    return told | ({"balance": f"{3_000 + number}.00"} if kind == "debt" else {})


def report_with(lines: list[Body], findings: Mapping[str, Any] = FINDINGS, policy: Policy | None = None) -> Body:
    """A report on a statement of these lines, assessed and composed as the product does it."""
    statement = statement_from_dict({"currency": "CNY", "household": HOUSEHOLD, "lines": lines})
    policy = policy or CHINA
    affordability = assess(statement, LOAN, policy, AS_OF_ON)
    proposed = tuple(option_to_dict(option) for option in options(affordability, LOAN, policy, AS_OF_ON))
    told = statement_to_dict(statement)
    figures = Figures(FACTS.figures.assessment_id, told, affordability_to_dict(affordability), proposed)
    body = compose(replace(FACTS, findings=dict(findings) | {"statement": told}, figures=figures))
    stored: Body = json.loads(json.dumps(body))
    return stored


def report_of(count: int) -> Body:
    """A report on a statement of so many lines."""
    return report_with([line(number) for number in range(count)])


MARKUP = (
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "]]></svg><script>alert(1)</script>",
    '" onload="alert(1)',
    "&lt;b&gt; &amp; &#0;",
    '#panic("typst") #import "x.typ" $x^2$ *bold* _it_ `raw` @label <label> //',
    "{page} {0} {} }{",
    "مرحبا بالعالم 123",
    "\u202eesrever\u202c \u2066isolated",
    "👩‍👩‍👧‍👦 🇨🇳 ☎️",
    "W" * 400,
    "木" * 400,
    "e\u0301" * 50,
    "tab\tline\r\nbreak\x0b\x1b\ufffe\x00",
    "अनुच्छेद ภาษาไทย",
    "***",
    "-1",
    "9" * 40,
    "1e999999999",
    "1/0",
    "",
)
texts = st.one_of(st.sampled_from(MARKUP), st.text(max_size=60))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def torn_reports(draw: st.DrawFn) -> Body:
    """A report in which some places hold something else than today's product puts there, or nothing at all."""
    body = report_of(draw(st.integers(0, 7)))
    for _ in range(draw(st.integers(1, 8))):
        place: Any = body
        for _ in range(draw(st.integers(0, 5))):
            inner = _inner(place)
            if not inner:
                break
            place = inner[draw(st.integers(0, len(inner) - 1))]
        if isinstance(place, dict):
            keys = [key for key in place if not (place is body and key in ("id", "sha256", "version"))]
            key = draw(st.sampled_from(keys) | texts if keys else texts)
            place[key] = draw(anything)
        else:
            place.append(draw(anything))
    return body


def _inner(place: Any) -> list[Any]:
    items = place.values() if isinstance(place, dict) else place
    return [item for item in items if isinstance(item, dict | list)]
