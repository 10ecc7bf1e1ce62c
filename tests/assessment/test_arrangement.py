from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from app.assessment.affordability import assess
from app.assessment.arrangement import options
from app.assessment.faults import InvalidFigures
from app.assessment.loan import LoanFigures
from app.assessment.option import Component, Option, Payment
from app.assessment.periods import months_after
from app.assessment.policy import Policy
from app.assessment.statement import Household, Line, Statement
from app.assessment.terms import ComponentKind, Frequency, LineKind, OptionName, OptionReason, Verification
from app.kernel.money import Money
from tests.factories_assessment import CHINA

TODAY = date(2026, 11, 22)


def policy_in(currency: str, **changes: Any) -> Policy:
    zero, unit = Money(currency, 0), Money(currency, 1)
    plain = replace(
        CHINA,
        floor_per_person=zero,
        savings_cap=zero,
        savings_rate=Fraction(0),
        rounding_unit=unit,
        ratio_cap=Fraction(1),
    )
    return replace(plain, **changes)


def options_of(
    surplus: str,
    outstanding: str,
    currency: str = "CNY",
    debts: tuple[Line, ...] = (),
    as_of_on: date = TODAY,
    **changes: Any,
) -> tuple[Option, ...]:
    """The options of somebody with nothing but an income of so much."""
    policy = policy_in(currency, **changes)
    earned = Line(LineKind.INCOME, "wages", Money.parse(surplus, currency), Frequency.MONTHLY, Verification.FROM_SOURCE)
    loan = LoanFigures(Money.parse(outstanding, currency), Money(currency, 0), Money(currency, 0))
    figures = assess(Statement(currency, Household(1), (earned, *debts)), loan, policy, as_of_on)
    return options(figures, loan, policy, as_of_on)


def yuan(amount: str) -> Money:
    return Money.parse(amount, "CNY")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 31), 2, date(2027, 3, 31)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 22), 14, date(2028, 1, 22)),
        (date(2026, 3, 31), 6, date(2026, 9, 30)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_one(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("currency", "surplus", "outstanding", "amounts"),
    [
        ("CNY", "400", "1000", ["400.00", "400.00", "200.00"]),
        ("CNY", "500", "1000", ["500.00", "500.00"]),
        ("CNY", "333.33", "1000", ["333.33", "333.33", "333.33", "0.01"]),
        ("CNY", "5000", "1000", ["1000.00"]),
        ("JPY", "333", "1000", ["333", "333", "333", "1"]),
        ("KWD", "0.333", "1.000", ["0.333", "0.333", "0.333", "0.001"]),
    ],
)
def test_instalments_pay_what_is_owed_to_the_last_cent(
    currency: str, surplus: str, outstanding: str, amounts: list[str]
) -> None:
    plan, *_ = options_of(surplus, outstanding, currency)
    assert (plan.name, plan.reason) == (OptionName.INSTALMENT, OptionReason.WITHIN_TERM)
    assert [payment.amount.amount for payment in plan.schedule] == amounts
    assert plan.total == Money.parse(outstanding, currency)
    assert plan.remaining == Money(currency, 0)
    assert plan.review_on is None


def test_the_first_payment_is_due_a_month_after_and_month_ends_are_kept() -> None:
    plan, *_ = options_of("400", "1000", as_of_on=date(2027, 1, 31))
    assert [payment.due_on for payment in plan.schedule] == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert plan.ends_on == date(2027, 4, 30)


def test_the_components_add_up_to_the_schedule() -> None:
    plan, *_ = options_of("400", "1000")
    assert plan.components == (
        Component(ComponentKind.INSTALMENT, yuan("400"), Frequency.MONTHLY, 2),
        Component(ComponentKind.INSTALMENT, yuan("200"), Frequency.MONTHLY, 1),
    )


def test_a_plan_shows_the_ratio_and_what_is_left_when_the_income_falls() -> None:
    plan, *_ = options_of("400", "1000", rounding_unit=yuan("300"))
    assert plan.ratio_after == Fraction(300, 400)
    assert plan.stressed_surplus == Fraction(400 * 4, 5) - 300


def test_the_longest_term_is_still_a_plan() -> None:
    plan, *_ = options_of("100", "3600", max_term_months=36)
    assert (plan.name, len(plan.schedule)) == (OptionName.INSTALMENT, 36)


def test_beyond_the_longest_term_only_an_extension_up_to_its_review_and_a_referral_are_proposed() -> None:
    extension, referral = options_of("100", "3600.01", max_term_months=36, review_months=12)
    assert (extension.name, extension.reason) == (OptionName.EXTENSION, OptionReason.TERM_ABOVE_MAX)
    assert extension.components == (
        Component(ComponentKind.EXTENSION, None, Frequency.MONTHLY, 37),
        Component(ComponentKind.INSTALMENT, yuan("100"), Frequency.MONTHLY, 12),
    )
    assert extension.schedule[-1] == Payment(date(2027, 11, 22), yuan("100"))
    assert (extension.total, extension.remaining) == (yuan("1200"), yuan("2400.01"))
    assert extension.ends_on == extension.review_on == date(2027, 11, 22)
    assert (referral.name, referral.reason) == (OptionName.REFERRAL, OptionReason.TERM_ABOVE_MAX)


def test_a_review_never_comes_after_the_longest_term() -> None:
    extension, _ = options_of("100", "3600", max_term_months=6, review_months=12)
    assert len(extension.schedule) == 6


@pytest.mark.parametrize(
    ("surplus", "changes", "reason"),
    [
        ("0", {}, OptionReason.NO_SURPLUS),
        ("100", {"floor_per_person": yuan("500")}, OptionReason.NO_SURPLUS),
        ("100", {"ratio_cap": Fraction(0)}, OptionReason.NOTHING_AFFORDABLE),
        ("100", {"rounding_unit": yuan("101")}, OptionReason.NOTHING_AFFORDABLE),
    ],
)
def test_who_can_pay_nothing_is_offered_a_pause_or_a_referral(
    surplus: str, changes: dict[str, Any], reason: OptionReason
) -> None:
    pause, referral = options_of(surplus, "1000", pause_months=3, **changes)
    assert (pause.name, referral.name) == (OptionName.PAUSE, OptionName.REFERRAL)
    assert pause.components == (Component(ComponentKind.GRACE, None, Frequency.MONTHLY, 3),)
    assert referral.components == (Component(ComponentKind.MEDIATION),)
    for relief in (pause, referral):
        assert relief.reason is reason
        assert relief.schedule == ()
        assert (relief.total, relief.remaining) == (yuan("0"), yuan("1000"))
        assert relief.ends_on == relief.review_on == date(2027, 2, 22)


def test_nothing_is_proposed_when_nothing_is_owed() -> None:
    assert options_of("100", "0") == ()
    assert options_of("0", "0") == ()


def debt(balance: str | None, *, priority: bool = False) -> Line:
    owed = None if balance is None else yuan(balance)
    return Line(LineKind.DEBT, "card", yuan("0"), Frequency.MONTHLY, balance=owed, priority=priority)


def test_nothing_is_proposed_by_itself_while_another_balance_is_unknown() -> None:
    assert options_of("100", "1000", debts=(debt("500"), debt(None))) == ()
    assert options_of("0", "1000", debts=(debt(None),)) == ()


def test_a_priority_debt_needs_no_balance() -> None:
    plan, *_ = options_of("100", "1000", debts=(debt(None, priority=True),))
    assert plan.name is OptionName.INSTALMENT


def test_currencies_are_never_mixed() -> None:
    yen = policy_in("JPY")
    loan = LoanFigures(Money("JPY", 1000), Money("JPY", 0))
    figures = assess(Statement("JPY", Household(1)), loan, yen, TODAY)
    for other_loan, other_policy, pointer in (
        (LoanFigures(yuan("1"), yuan("0")), yen, "/loan"),
        (loan, CHINA, "/policy"),
    ):
        with pytest.raises(InvalidFigures) as error:
            options(figures, other_loan, other_policy, TODAY)
        assert [fault.pointer for fault in error.value.faults] == [pointer]
