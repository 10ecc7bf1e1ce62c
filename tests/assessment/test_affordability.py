from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from app.assessment.affordability import assess
from app.assessment.arrangement import options
from app.assessment.faults import InvalidFigures
from app.assessment.figures import Affordability, Category, Quality
from app.assessment.loan import LoanFigures
from app.assessment.option import Payment
from app.assessment.policy import Policy
from app.assessment.statement import Statement
from app.assessment.statement_json import statement_from_dict
from app.assessment.terms import ComponentKind
from app.kernel.money import Money
from tests.factories_assessment import CHINA

Body = dict[str, Any]


def line(kind: str, category: str, amount: str | None, frequency: str = "monthly", level: int = 1, **more: Any) -> Body:
    fields = {"kind": kind, "category": category, "amount": amount, "frequency": frequency, "verification": level}
    return fields | more


def yuan(amount: str) -> Money:
    return Money.parse(amount, "CNY")


def rupees(amount: str) -> Money:
    return Money.parse(amount, "INR")


def exactly(*values: int | Fraction) -> tuple[Fraction, ...]:
    return tuple(Fraction(value) for value in values)


def derived(figures: Affordability, name: str) -> str | None:
    [step] = [step for step in figures.derivation if step.name == name]
    return step.value


# Hangzhou: two adults and a child; a steady wage, casual work, a car loan and an online loan besides ours.
HANGZHOU = statement_from_dict(
    {
        "currency": "CNY",
        "household": {"adults": 2, "children": 1},
        "lines": [
            line("income", "wages", "6500.00", level=3),  # a pay slip was seen: 6500 x 1
            line(
                "income",
                "casual",
                None,
                "irregular",
                2,
                monthly_amounts=["0", "800", "1200", "600", "900", "1500", "700", "0", "1100", "400", "900", "600"],
            ),  # of 700 0 1100 400 900 600 the second lowest: 400 x 0.9 = 360; mean 8700 / 12 = 725
            line("fixed", "rent", "1800", level=4),
            line("fixed", "utilities", "600", "quarterly", 3),  # 200
            line("fixed", "schooling", "4800", "yearly"),  # 400
            line("flexible", "food", "450", "weekly"),  # 450 x 52/12 = 1950, guideline 2100
            line("flexible", "phone", "99", "four_weekly"),  # 99 x 13/12 = 107.25
            line("flexible", "leisure", "600"),  # guideline 400, nothing said for more
            line("debt", "car loan", "700", balance="9000", priority=True),
            line("debt", "online loan", "500", balance="8000"),
            {"kind": "income", "category": "family support", "declined": True},
            line("asset", "scooter", "2500"),
        ],
    }
)
HANGZHOU_POLICY = replace(
    CHINA, floor_per_person=yuan("1000"), guidelines={"food": yuan("2100"), "leisure": yuan("400")}
)
HANGZHOU_LOAN = LoanFigures(outstanding=yuan("12000"), overdue=yuan("3450"), instalment=yuan("1150"))


def test_a_worked_example_from_china() -> None:
    figures = assess(HANGZHOU, HANGZHOU_LOAN, HANGZHOU_POLICY, date(2026, 11, 22))
    # 6500 + 360; 700 and 500 of other debts
    assert figures.budget.income == 6860
    assert figures.priority_debts == 700
    assert figures.other_repayments == 500
    # 1800 + 200 + 400 + 1950 + 107.25 + 400 = 4857.25, above the floor of 3 x 1000
    assert figures.spending.floor == 3000
    assert figures.spending.accepted == figures.spending.essential == Fraction("4857.25")
    # 6860 - 4857.25 - 700 = 1302.75; a tenth, 130.275, is saved
    assert figures.budget.left_over == Fraction("1302.75")
    assert figures.budget.savings == Fraction("130.275")
    assert figures.surplus == Fraction("1172.475")
    # (700 + 500 + 1150) / 6860
    assert figures.debt_service_ratio == Fraction(2350, 6860)
    # 1172.475 x 12000 / (12000 + 8000) = 703.485; ratio room 3430 - 1200 = 2230; down to tens
    assert figures.our_share == Fraction("703.485")
    assert figures.affordable_instalment == 700
    # 6860 x 0.8 = 5488; 5488 - 4857.25 - 700 = -69.25, so nothing is saved
    assert figures.stressed.surplus == Fraction("-69.25")
    assert figures.flags == ("NOT_RESILIENT", "GUIDELINE_EXCEEDED:leisure", "LINES_DECLINED")
    assert figures.declined == (10,)
    # 6500 of 6900 a month is documented, 400 consistent
    assert figures.quality.income == exactly(0, 0, Fraction(400, 6900), Fraction(6500, 6900), 0, 0)
    # declared spending is 5057.25: rent 1800 copied, utilities 200 seen, the rest stated
    assert figures.quality.spending == exactly(
        0,
        Fraction("3057.25") / Fraction("5057.25"),
        0,
        Fraction(200) / Fraction("5057.25"),
        Fraction(1800) / Fraction("5057.25"),
        0,
    )
    assert derived(figures, "line[1].mean") == "725"


def test_the_first_plan_of_the_example_from_china() -> None:
    figures = assess(HANGZHOU, HANGZHOU_LOAN, HANGZHOU_POLICY, date(2026, 11, 22))
    plan, *_ = options(figures, HANGZHOU_LOAN, HANGZHOU_POLICY, date(2026, 11, 22))
    # 12000 / 700 = 17.1: seventeen payments of 700 and a last one of 100
    assert [(part.kind, part.amount, part.count) for part in plan.components] == [
        (ComponentKind.INSTALMENT, yuan("700"), 17),
        (ComponentKind.INSTALMENT, yuan("100"), 1),
    ]
    assert plan.schedule[0] == Payment(date(2026, 12, 22), yuan("700"))
    assert plan.schedule[-1] == Payment(date(2028, 5, 22), yuan("100"))
    assert plan.total == yuan("12000")
    assert plan.ends_on == date(2028, 5, 22)
    assert plan.ratio_after == Fraction(1900, 6860)  # (700 + 500 + 700) / 6860
    assert plan.stressed_surplus == Fraction("-769.25")


# A village in Uttar Pradesh: five persons, weekly wages, dairy, a gold loan, two microfinance groups, a moneylender.
VILLAGE = statement_from_dict(
    {
        "currency": "INR",
        "household": {"adults": 2, "children": 2, "dependants": 1},
        "lines": [
            line("income", "wages", "3500", "weekly", 2),  # 3500 x 52/12 = 15166.67; x 0.9 = 13650
            line("income", "dairy", "1200", "fortnightly"),  # 1200 x 26/12 = 2600; x 0.8 = 2080
            line("flexible", "food", "5200"),
            line("fixed", "rent", "1500"),
            line("fixed", "schooling", "1800", "quarterly"),  # 600
            line("fixed", "fuel", "150", "weekly"),  # 650
            line("debt", "gold loan", "12000", "yearly", priority=True),  # 1000
            line("debt", "microfinance", "400", "weekly", balance="20000"),  # 1733.33
            line("debt", "microfinance", "600", "fortnightly", balance="9000"),  # 1300
            line("debt", "moneylender", "500", balance="11000"),
        ],
    }
)
VILLAGE_POLICY = replace(
    CHINA,
    name="IN-example",
    floor_per_person=rupees("1800"),
    savings_cap=rupees("500"),
    rounding_unit=rupees("100"),
)
VILLAGE_LOAN = LoanFigures(outstanding=rupees("40000"), overdue=rupees("8400"), instalment=rupees("2800"))


def test_a_worked_example_from_india() -> None:
    figures = assess(VILLAGE, VILLAGE_LOAN, VILLAGE_POLICY, date(2027, 1, 31))
    assert figures.budget.income == 15730  # 13650 + 2080
    # 5200 + 1500 + 600 + 650 = 7950 is below the floor of 5 x 1800
    assert figures.spending.accepted == 7950
    assert figures.spending.essential == figures.spending.floor == 9000
    assert figures.priority_debts == 1000
    assert figures.other_repayments == Fraction(5200, 3) + 1800
    # 15730 - 9000 - 1000 = 5730; a tenth would be 573, but at most 500 is saved
    assert figures.budget.left_over == 5730
    assert figures.budget.savings == 500
    assert figures.surplus == 5230
    # (1000 + 3533.33 + 2800) / 15730 = 7333.33 / 15730
    assert figures.debt_service_ratio == Fraction(22000, 3) / 15730
    # half of all balances is ours: 5230 x 40000 / 80000; ratio room 7865 - 4533.33 = 3331.67; down to hundreds
    assert figures.our_share == 2615
    assert figures.affordable_instalment == 2600
    # 12584 - 9000 - 1000 = 2584; a tenth of it, 258.40, is saved
    assert figures.stressed.surplus == Fraction("2325.6")
    assert figures.flags == ("BELOW_FLOOR", "MANY_LENDERS", "GUIDELINES_UNKNOWN")


def test_the_first_plan_of_the_example_from_india() -> None:
    figures = assess(VILLAGE, VILLAGE_LOAN, VILLAGE_POLICY, date(2027, 1, 31))
    plan, *_ = options(figures, VILLAGE_LOAN, VILLAGE_POLICY, date(2027, 1, 31))
    # 40000 / 2600 = 15.4: fifteen payments and a last one of 1000, always on the last day of the month
    assert [payment.amount for payment in plan.schedule] == [rupees("2600")] * 15 + [rupees("1000")]
    first_days = [payment.due_on for payment in plan.schedule[:3]]
    assert first_days == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert plan.ends_on == date(2028, 5, 31)
    assert plan.total == rupees("40000")
    assert plan.ratio_after == Fraction(21400, 3) / 15730  # (1000 + 3533.33 + 2600) / 15730


POLICY = replace(CHINA, floor_per_person=yuan("0"), savings_rate=Fraction(0), guidelines={"food": yuan("1000")})
LOAN = LoanFigures(outstanding=yuan("6000"), overdue=yuan("600"), instalment=yuan("300"))
WAGES = line("income", "wages", "5000", level=5)


def household(*lines: Body, adults: int = 1) -> Statement:
    return statement_from_dict({"currency": "CNY", "household": {"adults": adults}, "lines": list(lines)})


def figures_of(*lines: Body, loan: LoanFigures = LOAN, policy: Policy = POLICY, adults: int = 1) -> Affordability:
    return assess(household(*lines, adults=adults), loan, policy, date(2026, 11, 22))


@pytest.mark.parametrize(("level", "counted"), [(0, 0), (1, 800), (2, 900), (3, 1000), (4, 1000), (5, 1000)])
def test_income_counts_as_far_as_it_is_known(level: int, counted: int) -> None:
    assert figures_of(line("income", "wages", "1000", level=level)).budget.income == counted


def test_spending_counts_in_full_however_little_is_known_of_it() -> None:
    assert figures_of(line("fixed", "rent", "1000", level=0)).spending.accepted == 1000


@pytest.mark.parametrize(
    ("lines", "accepted"),
    [
        ([line("flexible", "food", "900")], 900),
        ([line("flexible", "food", "1000")], 1000),
        ([line("flexible", "food", "1200")], 1000),
        ([line("flexible", "food", "1200", note="a newborn")], 1200),
        ([line("flexible", "food", "1200", evidence=["receipt"])], 1200),
        ([line("flexible", "food", "700"), line("fixed", "food", "700")], 1000),
        ([line("flexible", "food", "700"), line("fixed", "food", "700", note="school meals")], 1400),
        ([line("flexible", "food", "1200"), line("fixed", "food", "1", declined=True, note="no")], 1000),
        ([line("flexible", "Food", "1200")], 1200),
        ([line("fixed", "rent", "9000")], 9000),
    ],
)
def test_spending_above_the_guideline_of_its_category_needs_a_reason(lines: list[Body], accepted: int) -> None:
    assert figures_of(*lines).spending.accepted == accepted


def test_a_category_shows_what_was_declared_and_what_was_accepted() -> None:
    [food] = figures_of(line("flexible", "food", "1200")).spending.categories
    assert food == Category("food", Fraction(1200), Fraction(1000), Fraction(1000))
    assert food.is_above_guideline


def test_every_person_is_protected_by_the_floor() -> None:
    policy = replace(POLICY, floor_per_person=yuan("700"))
    statement = statement_from_dict(
        {"currency": "CNY", "household": {"adults": 1, "children": 2, "dependants": 1}, "lines": [WAGES]}
    )
    figures = assess(statement, LOAN, policy, date(2026, 11, 22))
    assert figures.spending.essential == 2800
    assert figures.surplus == 2200


@pytest.mark.parametrize(("income", "savings"), [("1000", 0), ("900", 0), ("2000", 100), ("4000", 300), ("9000", 300)])
def test_a_tenth_of_what_is_left_is_saved_up_to_the_cap(income: str, savings: int) -> None:
    policy = replace(POLICY, savings_rate=Fraction(1, 10), savings_cap=yuan("300"))
    figures = figures_of(line("income", "wages", income, level=5), line("fixed", "rent", "1000"), policy=policy)
    assert figures.budget.savings == savings


@pytest.mark.parametrize(
    ("debts", "outstanding", "share"),
    [
        ([], "6000", 5000),
        ([line("debt", "card", "0", balance="4000")], "6000", 3000),
        ([line("debt", "card", "0", balance="4000"), line("debt", "shop", "0", balance="2000")], "6000", 2500),
        ([line("debt", "card", "0", balance="4000", priority=True)], "6000", 5000),
        ([line("debt", "card", "0", balance="4000", declined=True)], "6000", 5000),
        ([line("debt", "card", "0", balance="0")], "6000", 5000),
        ([], "0", 0),
        ([line("debt", "card", "0", balance="4000")], "0", 0),
    ],
)
def test_the_surplus_is_shared_by_balance(debts: list[Body], outstanding: str, share: int) -> None:
    loan = replace(LOAN, outstanding=yuan(outstanding))
    assert figures_of(WAGES, *debts, loan=loan).our_share == share


@pytest.mark.parametrize(
    ("lines", "instalment"),
    [
        ([WAGES], 2500),  # the ratio cap binds: half of 5000
        ([WAGES, line("fixed", "rent", "3000")], 2000),  # our share binds
        ([WAGES, line("fixed", "rent", "3004.99")], 1990),  # down to tens
        ([WAGES, line("debt", "card", "600", priority=True)], 1900),  # 2500 - 600
        ([WAGES, line("debt", "card", "600", balance="0")], 1900),
        ([WAGES, line("debt", "card", "2600", balance="0")], 0),
        ([WAGES, line("fixed", "rent", "4990.01")], 0),
        ([WAGES, line("fixed", "rent", "4990")], 10),
        ([WAGES, line("fixed", "rent", "6000")], 0),
        ([], 0),
    ],
)
def test_the_instalment_is_bounded_by_share_ratio_and_unit(lines: list[Body], instalment: int) -> None:
    assert figures_of(*lines).affordable_instalment == instalment


def test_a_deficit_stays_visible() -> None:
    figures = figures_of(WAGES, line("fixed", "rent", "6000"))
    assert figures.surplus == -1000
    assert figures.our_share == -1000


def test_without_income_there_is_no_ratio() -> None:
    figures = figures_of(line("income", "wages", "900", level=0))
    assert figures.debt_service_ratio is None
    assert figures.ratio_with(Fraction(100)) is None
    assert derived(figures, "debt_service_ratio") is None


def test_an_unknown_instalment_adds_nothing_to_the_ratio() -> None:
    figures = figures_of(WAGES, line("debt", "card", "500", balance="1"), loan=replace(LOAN, instalment=None))
    assert figures.debt_service_ratio == Fraction(1, 10)


def test_an_empty_statement_has_figures_too() -> None:
    figures = figures_of(policy=replace(POLICY, floor_per_person=yuan("700")))
    assert figures.budget.income == 0
    assert figures.surplus == -700
    assert figures.quality == Quality(income=None, spending=None)


@pytest.mark.parametrize(
    ("loan", "policy", "pointer"),
    [(VILLAGE_LOAN, POLICY, "/loan"), (LOAN, VILLAGE_POLICY, "/policy")],
)
def test_currencies_are_never_mixed(loan: LoanFigures, policy: Policy, pointer: str) -> None:
    with pytest.raises(InvalidFigures) as error:
        assess(household(WAGES), loan, policy, date(2026, 11, 22))
    assert [fault.pointer for fault in error.value.faults] == [pointer]
