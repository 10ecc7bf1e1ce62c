"""Reports as hypothesis draws them: every scale of currency, figures that are not there, and any text."""

from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from app.kernel.money import decimal_string, exponent
from app.reports.case_report import compose, digest
from tests.factories_reports import FACTS

CURRENCIES = ("JPY", "CNY", "KWD")  # no, two and three decimals
REPORT = compose(FACTS)
# Lone surrogates and NUL never come in; the rest of Unicode does.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30) | st.sampled_from(
    ["", "'", "''", "=1+1", "+86 571", "-", "@SUM(A1)", "\t=1", "\r\n", "\n", '"', '""', ",", '工厂减产，"真的"', "＝1"]
)
DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31)).map(date.isoformat)
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)).map(datetime.isoformat)  # noqa: DTZ001
RATIOS = st.decimals(0, 10**12, places=4, allow_nan=False).map(lambda ratio: format(ratio, "f"))
CODES = st.lists(TEXTS, max_size=3)


def amounts(currency: str) -> st.SearchStrategy[str]:
    """Amounts as far as rows can hold them, with the decimals of the currency."""
    return st.integers(-(10**18) + 1, 10**18 - 1).map(lambda minor: decimal_string(minor, exponent(currency)))


def money(currency: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({"amount": amounts(currency), "currency": st.just(currency)})


def maybe(wanted: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | wanted


@st.composite
def reports(draw: st.DrawFn) -> dict[str, Any]:
    """A whole report with its hash."""
    body, currency = deepcopy(REPORT), draw(st.sampled_from(CURRENCIES))
    body |= {"made_at": draw(INSTANTS), "source_reference": draw(TEXTS), "note": draw(maybe(TEXTS))}
    body |= {"outcome": draw(maybe(st.just("MET_ASSESSED"))), "education": draw(CODES)}
    body["loan"] |= {name: draw(money(currency)) for name in ("outstanding", "overdue")}
    body["loan"] |= {"annual_rate": draw(maybe(st.just("0.180000"))), "fees": draw(maybe(money(currency)))}
    body["visit"] |= {"arrived_at": draw(maybe(INSTANTS)), "emergency": draw(maybe(TEXTS))}
    body["overdue_reasons"] = draw(st.lists(_reason(), max_size=2, unique_by=lambda reason: reason["primary"]))
    body["promise"] = draw(maybe(st.fixed_dictionaries({"amount": money(currency), "due_on": DAYS})))
    body["affordability"] = draw(maybe(_figures(currency)))
    body["options"] = draw(st.lists(_option(currency), max_size=2))
    return body | {"sha256": digest(body)}


def _reason() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"code": TEXTS, "primary": st.booleans(), "since_on": maybe(DAYS), "note": maybe(TEXTS)}
    )


def _figures(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    names = ("income_monthly", "essential_monthly", "surplus_monthly", "affordable_instalment")
    return st.fixed_dictionaries(
        {name: money(currency) for name in names}
        | {
            "policy": TEXTS,
            "debt_service_ratio": maybe(RATIOS),
            "resilience": st.fixed_dictionaries({"surplus_monthly": money(currency)}),
            "flags": CODES,
        }
    )


def _option(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    payment = st.fixed_dictionaries({"due_on": DAYS, "amount": money(currency)})
    return st.fixed_dictionaries(
        {
            "name": TEXTS,
            "schedule": st.lists(payment, max_size=2),
            "total": money(currency),
            "ends_on": maybe(DAYS),
            "ratio_after": maybe(RATIOS),
        }
    )


def exact(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
