"""A business beside the household: whether what is taken out of it can be true."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from app.assessment.affordability import assess
from app.assessment.business import Business, Cost, Receivable, figures_of
from app.assessment.business_json import business_from_dict, business_to_dict
from app.assessment.faults import InvalidFigures
from app.assessment.loan import LoanFigures
from app.assessment.policy import house_policy
from app.assessment.statement import Household, Line, Statement
from app.assessment.terms import Frequency, LineKind
from app.kernel.money import Money

TODAY = date(2026, 11, 23)


def yuan(amount: str) -> Money:
    return Money.parse(amount, "CNY")


# A noodle shop whose autumn was slow: 9,000 a month until May, then 8,000, 7,000, 6,000, 5,000, 4,000 and 3,000.
SHOP = Business(
    activity="noodle shop",
    turnover=(*(yuan("9000"),) * 6, *(yuan(f"{thousands}000") for thousands in (8, 7, 6, 5, 4, 3))),
    costs=(
        Cost("stock", yuan("600"), Frequency.WEEKLY),
        Cost("rent", yuan("900"), Frequency.MONTHLY),
        Cost("licence", yuan("1200"), Frequency.YEARLY),
    ),
    receivables=(Receivable(yuan("500"), date(2026, 11, 1), "canteen"), Receivable(yuan("300"), date(2026, 12, 1))),
    busy_months=(1, 2),
)


def test_a_low_month_is_the_second_lowest_of_the_last_six() -> None:
    figures = figures_of(SHOP, TODAY)
    assert figures.turnover_mean == Fraction(6 * 9000 + 33000, 12) == 7250
    assert figures.turnover_low == 4000
    # 600 x 52/12 + 900 + 1200/12
    assert figures.costs == 2600 + 900 + 100
    assert figures.net_mean == 3650
    assert figures.net_low == 400


def test_a_receivable_is_overdue_once_its_day_has_passed() -> None:
    assert figures_of(SHOP, TODAY).receivables == 800
    assert figures_of(SHOP, TODAY).receivables_overdue == 500
    assert figures_of(SHOP, date(2026, 11, 1)).receivables_overdue == 0


def taking_out(amount: str, business: Business = SHOP) -> tuple[str, ...]:
    line = Line(LineKind.INCOME, "business", yuan(amount), Frequency.MONTHLY)
    statement = Statement("CNY", Household(1), (line,), business=business)
    loan = LoanFigures(yuan("1000"), yuan("0"), yuan("100"))
    return assess(statement, loan, house_policy("CNY"), TODAY).flags


def test_taking_out_more_than_a_mean_month_leaves_is_a_warning() -> None:
    assert "BUSINESS_DOES_NOT_CARRY" not in taking_out("3650")
    assert "BUSINESS_DOES_NOT_CARRY" in taking_out("3650.01")


@pytest.mark.parametrize(
    ("closed_on", "flagged"), [(None, False), (date(2026, 11, 23), True), (TODAY.replace(day=24), False)]
)
def test_a_business_that_has_closed_is_a_sign_of_hardship(closed_on: date | None, flagged: bool) -> None:
    closed = Business(SHOP.activity, SHOP.turnover, closed_on=closed_on)
    assert ("BUSINESS_CLOSED" in taking_out("100", closed)) is flagged


def test_a_business_survives_being_stored() -> None:
    assert business_from_dict(business_to_dict(SHOP), "CNY") == SHOP


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"activity": " "}, "/activity"),
        ({"turnover": ["1.00"] * 11}, "/turnover"),
        ({"turnover": ["-1.00"] * 12}, "/turnover/0"),
        ({"turnover": ["1.001"] * 12}, "/turnover/0"),
        ({"busy_months": [1, 1]}, "/busy_months"),
        ({"busy_months": [13]}, "/busy_months/0"),
        ({"costs": [{"category": "", "amount": "1", "frequency": "monthly"}]}, "/costs/0/category"),
        ({"costs": [{"category": "stock", "amount": "1", "frequency": "irregular"}]}, "/costs/0/frequency"),
        ({"costs": [{"category": "stock", "amount": "-1", "frequency": "monthly"}]}, "/costs/0/amount"),
        ({"receivables": [{"amount": "-1"}]}, "/receivables/0/amount"),
        ({"started_on": "2026-02-01", "closed_on": "2026-01-01"}, "/closed_on"),
        ({"profit": "1"}, "/profit"),
    ],
)
def test_a_business_that_makes_no_sense_is_refused(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidFigures) as error:
        business_from_dict(business_to_dict(SHOP) | changes, "CNY")
    assert error.value.faults[0].pointer == pointer


def test_a_business_in_another_currency_is_refused() -> None:
    with pytest.raises(InvalidFigures) as error:
        Statement("INR", Household(1), business=SHOP)
    assert [fault.pointer for fault in error.value.faults] == ["/business"]
