from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.assessment.figures import Budget, Category, Spending
from app.assessment.hardship import flags
from app.assessment.loan import LoanFigures
from app.assessment.statement import Household, Line, Statement
from app.assessment.terms import Frequency, LineKind
from app.kernel.money import Money
from tests.factories_assessment import CHINA

COMFORTABLE: dict[str, Any] = {
    "loan": LoanFigures(Money("CNY", 100), Money("CNY", 10), Money("CNY", 10)),
    "spending": Spending((), accepted=Fraction(1000), floor=Fraction(1000), essential=Fraction(1000)),
    "budget": Budget(Fraction(4000), Fraction(3000), Fraction(300), Fraction(2700)),
    "stressed": Budget(Fraction(3200), Fraction(2200), Fraction(220), Fraction(1980)),
    "ratio": Fraction(1, 2),
}

POLICY = replace(CHINA, guidelines={"food": Money("CNY", 2000_00)})


def debt(**changes: Any) -> Line:
    fields: dict[str, Any] = {
        "kind": LineKind.DEBT,
        "category": "card",
        "amount": Money("CNY", 5),
        "frequency": Frequency.MONTHLY,
        "balance": Money("CNY", 0),
    }
    return Line(**(fields | changes))


def flags_of(*lines: Line, **changes: Any) -> tuple[str, ...]:
    return flags(Statement("CNY", Household(1), lines), policy=POLICY, **(COMFORTABLE | changes))


def budget(income: int, surplus: int) -> Budget:
    return Budget(Fraction(income), Fraction(surplus), Fraction(0), Fraction(surplus))


def spending(accepted: int, floor: int, *categories: Category) -> Spending:
    return Spending(categories, Fraction(accepted), Fraction(floor), Fraction(max(accepted, floor)))


ABOVE = Category("food", Fraction(1200), Fraction(1000), Fraction(1000))
EXPLAINED = Category("rent", Fraction(1200), Fraction(1000), Fraction(1200))
WITHIN = Category("phone", Fraction(99), Fraction(100), Fraction(99))
FREE = Category("leisure", Fraction(9000), None, Fraction(9000))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"budget": budget(0, 0), "ratio": None}, ("NO_INCOME", "NO_SURPLUS")),
        ({"budget": budget(4000, 0)}, ("NO_SURPLUS",)),
        ({"budget": budget(4000, -1)}, ("NO_SURPLUS",)),
        ({"stressed": budget(3200, 0)}, ()),
        ({"stressed": budget(3200, -1)}, ("NOT_RESILIENT",)),
        ({"ratio": Fraction(501, 1000)}, ("RATIO_ABOVE_CAP",)),
        ({"spending": spending(999, 1000)}, ("BELOW_FLOOR",)),
        (
            {"spending": spending(2000, 1000, ABOVE, EXPLAINED, WITHIN, FREE)},
            ("GUIDELINE_EXCEEDED:food", "GUIDELINE_EXCEEDED:rent"),
        ),
        ({"loan": LoanFigures(Money("CNY", 1), Money("CNY", 1))}, ("INSTALMENT_UNKNOWN",)),
    ],
)
def test_a_warning_follows_from_the_figures(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert flags_of(**changes) == expected


@pytest.mark.parametrize(
    ("lines", "outstanding", "expected"),
    [
        ([debt()] * 2, 100, ()),
        ([debt()] * 3, 100, ("MANY_LENDERS",)),
        ([debt()] * 3, 0, ()),
        ([debt()] * 4, 0, ("MANY_LENDERS",)),
        ([debt(), debt(), debt(declined=True)], 100, ("LINES_DECLINED",)),
        ([debt(balance=None)], 100, ("DEBT_WITHOUT_BALANCE",)),
        ([debt(balance=None, priority=True)], 100, ()),
        ([debt(balance=None, declined=True)], 100, ("LINES_DECLINED",)),
    ],
)
def test_a_warning_follows_from_the_debts(lines: list[Line], outstanding: int, expected: tuple[str, ...]) -> None:
    loan = LoanFigures(Money("CNY", outstanding), Money("CNY", 0), Money("CNY", 10))
    assert flags_of(*lines, loan=loan) == expected
