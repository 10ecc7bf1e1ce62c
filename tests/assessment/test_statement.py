from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.assessment.faults import InvalidFigures
from app.assessment.statement import (
    MAX_LINES,
    Household,
    Line,
    Statement,
    debts,
    lines_by_category,
    mean_month,
    monthly,
    second_lowest_month,
)
from app.assessment.terms import Frequency, LineKind, Verification
from app.kernel.money import Money


def yuan(amount: str) -> Money:
    return Money.parse(amount, "CNY")


def line(kind: LineKind, amount: str | None = "100", **changes: Any) -> Line:
    fields: dict[str, Any] = {
        "kind": kind,
        "category": "something",
        "amount": None if amount is None else yuan(amount),
        "frequency": Frequency.MONTHLY,
        "verification": Verification.STATED,
    }
    return Line(**(fields | changes))


def year_of(*months: int) -> tuple[Money, ...]:
    return tuple(yuan(str(amount)) for amount in months)


def pointers(error: pytest.ExceptionInfo[InvalidFigures]) -> list[str]:
    return [fault.pointer for fault in error.value.faults]


@pytest.mark.parametrize(
    ("frequency", "amount", "a_month"),
    [
        (Frequency.WEEKLY, "300", Fraction(1300)),
        (Frequency.FORTNIGHTLY, "300", Fraction(650)),
        (Frequency.FOUR_WEEKLY, "300", Fraction(325)),
        (Frequency.MONTHLY, "300", Fraction(300)),
        (Frequency.QUARTERLY, "300", Fraction(100)),
        (Frequency.YEARLY, "300", Fraction(25)),
        (Frequency.WEEKLY, "100", Fraction(1300, 3)),
    ],
)
def test_every_period_becomes_a_month_exactly(frequency: Frequency, amount: str, a_month: Fraction) -> None:
    assert monthly(line(LineKind.INCOME, amount, frequency=frequency)) == a_month


@pytest.mark.parametrize(
    ("often", "seldom", "times"),
    [
        (Frequency.WEEKLY, Frequency.FORTNIGHTLY, 2),
        (Frequency.WEEKLY, Frequency.FOUR_WEEKLY, 4),
        (Frequency.WEEKLY, Frequency.YEARLY, 52),
        (Frequency.MONTHLY, Frequency.QUARTERLY, 3),
        (Frequency.QUARTERLY, Frequency.YEARLY, 4),
        (Frequency.MONTHLY, Frequency.YEARLY, 12),
    ],
)
def test_the_same_money_comes_to_the_same_month_however_it_is_told(
    often: Frequency, seldom: Frequency, times: int
) -> None:
    small = line(LineKind.FIXED, "12.34", frequency=often)
    large = line(LineKind.FIXED, Money("CNY", 1234 * times).amount, frequency=seldom)
    assert monthly(small) == monthly(large)


# The last six are 700, 0, 1100, 400, 900, 600: the second lowest is 400. The mean of all is 8700 / 12 = 725.
UNSTEADY = year_of(0, 800, 1200, 600, 900, 1500, 700, 0, 1100, 400, 900, 600)


def test_irregular_income_counts_with_the_second_lowest_of_the_last_six_months() -> None:
    earned = line(LineKind.INCOME, None, frequency=Frequency.IRREGULAR, monthly_amounts=UNSTEADY)
    assert monthly(earned) == second_lowest_month(earned) == 400
    assert mean_month(earned) == 725


@pytest.mark.parametrize("kind", [LineKind.FIXED, LineKind.FLEXIBLE, LineKind.DEBT])
def test_irregular_spending_counts_with_the_mean_of_the_year(kind: LineKind) -> None:
    assert monthly(line(kind, None, frequency=Frequency.IRREGULAR, monthly_amounts=UNSTEADY)) == 725


def test_equal_months_count_as_they_are() -> None:
    steady = line(LineKind.INCOME, None, frequency=Frequency.IRREGULAR, monthly_amounts=year_of(*[500] * 12))
    assert monthly(steady) == 500


@pytest.mark.parametrize("kind", LineKind)
def test_a_declined_line_may_be_empty_and_counts_nothing(kind: LineKind) -> None:
    assert monthly(line(kind, None, frequency=None, declined=True)) == 0
    assert monthly(line(kind, "900", declined=True)) == 0


def test_an_asset_is_no_income() -> None:
    assert monthly(line(LineKind.ASSET, "2500", frequency=None)) == 0
    assert monthly(line(LineKind.ASSET, "2500")) == 0


@pytest.mark.parametrize(
    ("changes", "is_explained"),
    [
        ({}, False),
        ({"note": "rent went up"}, True),
        ({"note": "  "}, False),
        ({"evidence": ("receipt-1",)}, True),
    ],
)
def test_a_note_or_a_document_explains_a_line(changes: dict[str, Any], is_explained: bool) -> None:
    assert line(LineKind.FIXED, **changes).is_explained is is_explained


@pytest.mark.parametrize(
    ("kind", "changes", "pointer"),
    [
        (LineKind.INCOME, {"amount": None}, "/amount"),
        (LineKind.INCOME, {"amount": yuan("-0.01")}, "/amount"),
        (LineKind.ASSET, {"amount": None, "frequency": None}, "/amount"),
        (LineKind.FIXED, {"category": " "}, "/category"),
        (LineKind.FIXED, {"frequency": None}, "/frequency"),
        (LineKind.ASSET, {"frequency": Frequency.IRREGULAR, "monthly_amounts": UNSTEADY}, "/frequency"),
        (LineKind.INCOME, {"frequency": Frequency.IRREGULAR}, "/monthly_amounts"),
        (LineKind.INCOME, {"frequency": Frequency.IRREGULAR, "monthly_amounts": UNSTEADY[1:]}, "/monthly_amounts"),
        (LineKind.INCOME, {"monthly_amounts": UNSTEADY}, "/monthly_amounts"),
        (
            LineKind.INCOME,
            {"frequency": Frequency.IRREGULAR, "monthly_amounts": (*UNSTEADY[:11], yuan("-5"))},
            "/monthly_amounts/11",
        ),
        (LineKind.FIXED, {"balance": yuan("1")}, "/balance"),
        (LineKind.DEBT, {"balance": yuan("-1")}, "/balance"),
        (LineKind.INCOME, {"priority": True}, "/priority"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused(kind: LineKind, changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidFigures) as error:
        replace(line(kind), **changes)
    assert pointers(error) == [pointer]


def test_all_faults_of_a_line_are_told_at_once() -> None:
    with pytest.raises(InvalidFigures) as error:
        line(LineKind.INCOME, None, category="", frequency=None, priority=True)
    assert pointers(error) == ["/category", "/frequency", "/amount", "/priority"]


@pytest.mark.parametrize(
    ("adults", "children", "dependants", "pointer"),
    [(-1, 2, 0, "/adults"), (1, -1, 0, "/children"), (1, 0, -1, "/dependants"), (0, 0, 0, ""), (101, 0, 0, "")],
)
def test_a_household_of_nobody_or_of_a_crowd_is_refused(
    adults: int, children: int, dependants: int, pointer: str
) -> None:
    with pytest.raises(InvalidFigures) as error:
        Household(adults, children, dependants)
    assert pointers(error) == [pointer]


def test_everybody_in_the_household_is_a_person() -> None:
    assert Household(2, 1, 1).persons == 4


def test_a_statement_has_one_currency() -> None:
    rupees = Money.parse("5", "INR")
    with pytest.raises(InvalidFigures) as error:
        Statement("CNY", Household(1), (line(LineKind.INCOME), line(LineKind.DEBT, balance=rupees)))
    assert pointers(error) == ["/lines/1/balance"]


def test_a_statement_in_no_known_currency_is_refused() -> None:
    with pytest.raises(InvalidFigures) as error:
        Statement("XXX", Household(1))
    assert pointers(error) == ["/currency"]


def test_a_statement_has_an_end() -> None:
    lines = (line(LineKind.INCOME),) * MAX_LINES
    assert len(Statement("CNY", Household(1), lines).lines) == MAX_LINES
    with pytest.raises(InvalidFigures) as error:
        Statement("CNY", Household(1), (*lines, line(LineKind.INCOME)))
    assert pointers(error) == ["/lines"]


def test_lines_are_found_by_what_they_are_unless_declined() -> None:
    statement = Statement(
        "CNY",
        Household(1),
        (
            line(LineKind.FIXED, category="transport"),
            line(LineKind.FLEXIBLE, category="food"),
            line(LineKind.FLEXIBLE, category="transport"),
            line(LineKind.FLEXIBLE, category="food", declined=True),
            line(LineKind.DEBT, priority=True),
            line(LineKind.DEBT),
            line(LineKind.DEBT, declined=True),
        ),
    )
    assert lines_by_category(statement) == {"transport": (0, 2), "food": (1,)}
    assert debts(statement, priority=True) == (4,)
    assert debts(statement, priority=False) == (5,)
    assert statement.declined == (3, 6)
