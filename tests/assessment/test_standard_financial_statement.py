"""The UK Standard Financial Statement 1.1: the example data published with it by the Money Advice Service.

Two of the published totals do not follow from the published lines; docs/affordability.md says which.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from app.assessment.affordability import assess
from app.assessment.figures import Affordability
from app.assessment.loan import LoanFigures
from app.assessment.policy import house_policy
from app.assessment.statement import Household, Line, Statement
from app.assessment.terms import Frequency, LineKind, Verification
from app.kernel.money import Money

INCOME = {"earnings": "3000.00", "benefits": "112.67", "other": "45.00"}
FIXED = {
    "mortgage": "650.50",
    "secured loans": "120.52",
    "council tax": "75.90",
    "other home contents": "147.00",
    "gas": "37.50",
    "electricity": "22.00",
    "other utilities": "42.68",
    "water": "16.67",
    "transport": "172.08",
    "school": "10.00",
    "pensions and insurances": "240.00",
    "other essential": "120.00",
}
PUBLISHED_FIXED_TOTAL = "2009.59"
FLEXIBLE = {"communications and leisure": "95.00", "food and housekeeping": "788.33", "personal": "79.16"}
PRIORITY_OFFERS = {"HSBC": "10.00", "RBS": "12.00", "another creditor": "11.00"}
SAVINGS_CONTRIBUTION = "18.00"
NOTHING_OWED = LoanFigures(Money("GBP", 0), Money("GBP", 0))


def pounds(amount: str) -> Money:
    return Money.parse(amount, "GBP")


def lines(kind: LineKind, amounts: dict[str, str]) -> tuple[Line, ...]:
    priority = kind is LineKind.DEBT
    return tuple(
        Line(kind, name, pounds(amount), Frequency.MONTHLY, Verification.SIGHTED, priority=priority)
        for name, amount in amounts.items()
    )


def assessed(fixed: dict[str, str]) -> Affordability:
    statement = Statement(
        "GBP",
        Household(adults=2, children=2, dependants=3),
        (
            *lines(LineKind.INCOME, INCOME),
            *lines(LineKind.FIXED, fixed),
            *lines(LineKind.FLEXIBLE, FLEXIBLE),
            *lines(LineKind.DEBT, PRIORITY_OFFERS),
        ),
    )
    # A fixed contribution: all that is left over would be saved, up to that much.
    saving = replace(house_policy("GBP"), savings_rate=Fraction(1), savings_cap=pounds(SAVINGS_CONTRIBUTION))
    return assess(statement, NOTHING_OWED, saving, date(2026, 11, 23))


def test_the_published_totals_are_met() -> None:
    figures = assessed({"fixed costs": PUBLISHED_FIXED_TOTAL})
    assert figures.budget.income == Fraction("3157.67")
    assert figures.spending.essential == Fraction("2972.08")
    available_for_priority = figures.budget.income - figures.spending.essential - figures.budget.savings
    assert available_for_priority == Fraction("167.59")


def test_what_is_left_for_the_other_debts_follows_the_standards_formula() -> None:
    figures = assessed({"fixed costs": PUBLISHED_FIXED_TOTAL})
    assert figures.priority_debts == Fraction("33.00")
    assert figures.surplus == Fraction("167.59") - Fraction("33.00") == Fraction("134.59")


def test_the_published_fixed_costs_are_more_than_their_lines() -> None:
    figures = assessed(FIXED)
    flexible = Fraction("962.49")
    assert figures.spending.accepted - flexible == Fraction("1654.85")
