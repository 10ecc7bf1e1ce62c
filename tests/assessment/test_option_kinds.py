"""Each kind of option once, by hand; docs/arrangements.md tells the first of these households."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from app.assessment.affordability import assess
from app.assessment.arrangement import options
from app.assessment.loan import LoanFigures
from app.assessment.option import Component, Option
from app.assessment.policy import Policy
from app.assessment.relief import Relief
from app.assessment.season import season_of
from app.assessment.statement import Household, Line, Statement
from app.assessment.terms import ComponentKind as K
from app.assessment.terms import Frequency, LineKind, OptionName, OptionNote, OptionReason, Verification
from app.kernel.money import Money
from tests.factories_assessment import CHINA

TODAY = date(2026, 11, 22)
PLAIN = replace(CHINA, floor_per_person=Money("CNY", 0), savings_rate=Fraction(0), ratio_cap=Fraction(1))
MONTHLY = Frequency.MONTHLY


def yuan(amount: str) -> Money:
    return Money.parse(amount, "CNY")


def wages(amount: str) -> Line:
    return Line(LineKind.INCOME, "wages", yuan(amount), MONTHLY, Verification.FROM_SOURCE)


def rent(amount: str) -> Line:
    return Line(LineKind.FIXED, "rent", yuan(amount), MONTHLY, Verification.SIGHTED)


def loan(outstanding: str, rate: str | None = None, fees: str | None = None) -> LoanFigures:
    owed_fees, annual_rate = (yuan(fees) if fees else None), (Fraction(rate) if rate else None)
    return LoanFigures(yuan(outstanding), yuan("0"), None, owed_fees, annual_rate)


def found(
    lines: tuple[Line, ...], owed: LoanFigures, *, token_asked: bool = False, policy: Policy = PLAIN, **relief: Any
) -> dict[OptionName, Option]:
    if "allowed" in relief:
        relief["allowed"] = frozenset(relief["allowed"])
    own = replace(policy, relief=replace(policy.relief, **relief))
    statement = Statement("CNY", Household(1), lines)
    figures = assess(statement, owed, own, TODAY)
    season = season_of(statement, figures, owed, own)
    proposed = options(figures, owed, own, TODAY, season=season, token_asked=token_asked)
    assert [option.name for option in proposed] == list(dict.fromkeys(option.name for option in proposed))
    return {option.name: option for option in proposed}


def amounts(option: Option) -> list[str]:
    return [payment.amount.amount for payment in option.schedule]


def runs(option: Option) -> list[tuple[str, int | None]]:
    return [(p.amount.amount, p.count) for p in option.components if p.kind is K.INSTALMENT and p.amount]


# 3,000 of wages less 2,400 of rent leave 600; when the income falls by a fifth, nothing is left.
STRAINED = (wages("3000"), rent("2400"))
# 3,000 less 2,000 leave 1,000, and 400 of them when the income falls.
MODEST = (wages("3000"), rent("2000"))
EASY = (wages("3000"),)


def test_the_household_of_the_docs() -> None:
    proposed = found(MODEST, loan("5000", "0.12"))
    assert list(proposed) == [OptionName.INSTALMENT, OptionName.STEADY, OptionName.STEP_UP]
    plain = proposed[OptionName.INSTALMENT]
    # 1 % a month: 50.00 on 5,000; 40.50 on 4,050; 30.90 (half-even of 30.905) on 3,090.50; 21.21; 11.43; 1.54
    assert amounts(plain) == ["1000.00"] * 5 + ["155.58"]
    assert (plain.interest, plain.total, plain.cost) == (yuan("155.58"), yuan("5155.58"), yuan("5155.58"))
    assert not plain.survives_stress
    steady = proposed[OptionName.STEADY]
    assert runs(steady) == [("400.00", 13), ("168.40", 1)]
    assert (steady.reason, steady.survives_stress) == (OptionReason.SURVIVES_STRESS, True)
    assert (steady.interest, steady.ends_on) == (yuan("368.40"), date(2028, 1, 22))
    rising = proposed[OptionName.STEP_UP]
    assert runs(rising) == [("500.00", 3), ("750.00", 3), ("1000.00", 1), ("493.70", 1)]
    assert (rising.interest, rising.reason) == (yuan("243.70"), OptionReason.EASIER_START)


def test_an_easy_household_may_start_lower_or_later() -> None:
    proposed = found(EASY, loan("7000"))
    assert list(proposed) == [OptionName.INSTALMENT, OptionName.STEADY, OptionName.STEP_UP]
    assert amounts(proposed[OptionName.INSTALMENT]) == ["3000.00", "3000.00", "1000.00"]
    assert amounts(proposed[OptionName.STEADY]) == ["2400.00", "2400.00", "2200.00"]
    assert proposed[OptionName.STEP_UP].components[0] == Component(K.STEP_UP, None, MONTHLY, 5)
    assert amounts(proposed[OptionName.STEP_UP]) == ["1500.00"] * 3 + ["2250.00", "250.00"]


def test_an_easier_start_counts_the_payments_before_the_full_instalment() -> None:
    rising = found(MODEST, loan("5000"))[OptionName.STEP_UP]
    assert amounts(rising) == ["500.00"] * 3 + ["750.00"] * 3 + ["1000.00", "250.00"]
    assert rising.components[0] == Component(K.STEP_UP, None, MONTHLY, 6)


@pytest.mark.parametrize(
    ("owed", "is_rising"),
    [("4500", False), ("4500.01", False), ("6000", False), ("6000.01", True)],
)
def test_what_is_paid_before_the_first_rise_is_no_easier_start(owed: str, is_rising: bool) -> None:
    """Three payments of 1,500 come first; a fourth is higher only when more than 1,500 is left."""
    assert (OptionName.STEP_UP in found(EASY, loan(owed))) is is_rising


def test_time_first_freezes_the_interest_while_nothing_is_paid() -> None:
    proposed = found(EASY, loan("1200", "0.12"), allowed=[K.INTEREST_FREEZE], longest_freeze_months=2)
    assert list(proposed) == [OptionName.INSTALMENT, OptionName.GRACE]
    later = proposed[OptionName.GRACE]
    assert later.components[:2] == (
        Component(K.GRACE, None, MONTHLY, 3),
        Component(K.INTEREST_FREEZE, None, MONTHLY, 2),
    )
    # two months are free, the third and the fourth cost 12 each
    assert amounts(later) == ["1224.00"]
    assert (later.schedule[0].due_on, later.interest) == (date(2027, 3, 22), yuan("24"))


def test_a_plan_that_nothing_fits_beside_is_offered_with_independent_advice() -> None:
    proposed = found(EASY, loan("900"), allowed=[], longest_grace_months=0)
    assert list(proposed) == [OptionName.INSTALMENT, OptionName.REFERRAL]
    assert proposed[OptionName.REFERRAL].reason is OptionReason.INDEPENDENT_ADVICE


def test_a_settlement_asks_what_a_short_time_can_bear_and_forgives_the_rest() -> None:
    wanted: dict[str, Any] = {
        "allowed": [K.SETTLEMENT_LUMP],
        "lowest_settlement_share": Fraction(3, 4),
        "longest_settlement_days": 92,
    }
    settled = found(MODEST, loan("4000", "0.12"), **wanted)[OptionName.SETTLEMENT]
    assert settled.components[0] == Component(K.SETTLEMENT_LUMP, yuan("3000"))
    assert amounts(settled) == ["1000.00"] * 3  # 22 December, January, February: 92 days
    assert (settled.waived, settled.interest, settled.remaining) == (yuan("1000"), yuan("0"), yuan("0"))
    assert OptionNote.WAIVED_WHEN_KEPT in settled.notes
    assert OptionName.SETTLEMENT not in found(MODEST, loan("4000.01"), **wanted)
    assert OptionName.SETTLEMENT not in found(MODEST, loan("3000"), **wanted)


@pytest.mark.parametrize(
    ("allowed", "components", "waived"),
    [
        ([K.FEE_WAIVER], [(K.FEE_WAIVER, "400.00")], "400.00"),
        ([K.FEE_WAIVER, K.PRINCIPAL_REDUCTION], [(K.FEE_WAIVER, "400.00")], "400.00"),
        ([K.PRINCIPAL_REDUCTION], [(K.PRINCIPAL_REDUCTION, "400.00")], "400.00"),
        ([], None, None),
    ],
)
def test_no_more_is_waived_than_the_end_of_the_term_asks(
    allowed: list[K], components: list[tuple[K, str]] | None, waived: str | None
) -> None:
    """Twelve months of 600 pay 7,200 of 7,600."""
    short = replace(PLAIN, max_term_months=12)
    proposed = found(STRAINED, loan("7600", fees="500"), policy=short, allowed=[*allowed, K.EXTENSION])
    if waived is None:
        assert list(proposed) == [OptionName.EXTENSION, OptionName.REFERRAL]
        return
    assert list(proposed) == [OptionName.RELIEF, OptionName.REFERRAL]
    plan = proposed[OptionName.RELIEF]
    assert [(part.kind, part.amount and part.amount.amount) for part in plan.components[:-1]] == components
    assert (plan.waived.amount, plan.total, plan.reason) == (waived, yuan("7200"), OptionReason.RELIEF_WITHIN_TERM)


def test_relief_of_interest_comes_before_anything_is_waived() -> None:
    short = replace(PLAIN, max_term_months=12)
    every = [K.INTEREST_FREEZE, K.INTEREST_REDUCTION, K.FEE_WAIVER, K.PRINCIPAL_REDUCTION]
    owed = loan("7000", "0.24", fees="100")
    frozen = found(STRAINED, owed, policy=short, allowed=every, longest_freeze_months=9)[OptionName.RELIEF]
    assert [part.kind for part in frozen.components] == [K.INTEREST_FREEZE, K.INSTALMENT, K.INSTALMENT]
    assert frozen.waived == yuan("0")
    reduced = found(STRAINED, owed, policy=short, allowed=every[1:2], lowest_rate_share=Fraction(1, 10))
    assert reduced[OptionName.RELIEF].components[0].annual_rate == Fraction(24, 1000)


def test_an_instalment_below_the_interest_has_no_end() -> None:
    proposed = found(STRAINED, loan("100000", "0.12"), allowed=[K.EXTENSION])
    stretched = proposed[OptionName.EXTENSION]
    assert stretched.notes == (OptionNote.NO_END_IN_SIGHT,)
    assert stretched.components[0].count is None
    # a thousand a month falls due, 600 are paid: nothing of the principal, and no interest on interest
    assert (stretched.interest, stretched.total, stretched.remaining) == (
        yuan("12000"),
        yuan("7200"),
        yuan("104800"),
    )


def test_a_lender_that_charges_nothing_on_top_is_not_charged_for() -> None:
    plan = found(MODEST, loan("5000", "0.12"), charges_interest=False)[OptionName.INSTALMENT]
    assert (plan.interest, plan.total, plan.notes) == (yuan("0"), yuan("5000"), ())


def test_an_unknown_rate_is_told() -> None:
    assert found(MODEST, loan("5000"))[OptionName.INSTALMENT].notes == (OptionNote.RATE_UNKNOWN,)


def test_a_token_is_paid_only_by_who_asks_for_it_where_the_lender_agrees() -> None:
    nothing_left, owed = (wages("2000"), rent("2000")), loan("1000", "0.12")
    agreed: dict[str, Any] = {"allowed": [K.TOKEN, K.INTEREST_FREEZE], "token_amount": yuan("5")}
    assert list(found(nothing_left, owed, **agreed)) == [OptionName.PAUSE, OptionName.REFERRAL]
    assert list(found(nothing_left, owed, token_asked=True)) == [OptionName.PAUSE, OptionName.REFERRAL]
    proposed = found(nothing_left, owed, token_asked=True, **agreed)
    assert list(proposed) == [OptionName.TOKEN, OptionName.PAUSE, OptionName.REFERRAL]
    token = proposed[OptionName.TOKEN]
    assert amounts(token) == ["5.00"] * 3
    assert token.components == (
        Component(K.INTEREST_FREEZE, None, MONTHLY, 3),
        Component(K.TOKEN, yuan("5"), MONTHLY, 3),
    )
    assert (token.remaining, token.review_on) == (yuan("985"), date(2027, 2, 22))


def test_a_token_of_less_than_a_cent_is_no_payment() -> None:
    """A yearly gift of a cent leaves a twelfth of it in a month."""
    gift = replace(wages("0.01"), frequency=Frequency.YEARLY)
    agreed: dict[str, Any] = {"allowed": [K.TOKEN], "token_amount": yuan("5"), "token_asked": True}
    assert list(found((gift,), loan("1000"), **agreed)) == [OptionName.PAUSE, OptionName.REFERRAL]


def test_a_pause_without_a_freeze_says_what_it_costs() -> None:
    paused = found((), loan("1000", "0.12"), allowed=[])[OptionName.PAUSE]
    assert (paused.interest, paused.remaining) == (yuan("30"), yuan("1030"))


# ---- a season

# The twelve amounts are those of November to October, 4,000 a month from June on; a fifth less is expected.
HARVEST = Line(
    LineKind.INCOME,
    "harvest",
    None,
    Frequency.IRREGULAR,
    Verification.FROM_SOURCE,
    monthly_amounts=tuple(yuan(amount) for amount in ["0"] * 7 + ["4000"] * 5),
)


def test_a_season_is_what_the_same_months_brought_a_year_ago_with_a_fifth_less() -> None:
    statement = Statement("CNY", Household(1), (HARVEST, wages("1000"), rent("800")))
    figures = assess(statement, loan("6000"), PLAIN, TODAY)
    season = season_of(statement, figures, loan("6000"), PLAIN)
    assert season is not None
    assert [month.surplus for month in season.months] == [200] * 5 + [3400] * 5 + [200] * 2


def test_lean_months_are_left_out_and_the_good_ones_pay_no_more_than_usual() -> None:
    """The plain plan counts on the second lowest of the last six months, which is 4,000 of the harvest."""
    proposed = found((HARVEST, rent("1000")), loan("6000"))
    assert list(proposed)[:2] == [OptionName.INSTALMENT, OptionName.SEASONAL]
    assert amounts(proposed[OptionName.INSTALMENT]) == ["3000.00", "3000.00"]
    seasonal = proposed[OptionName.SEASONAL]
    # five months leave 3,200 - 1,000 = 2,200 each, seven lack 1,000: 4,000 of the year's 11,000 may be paid out
    assert amounts(seasonal) == ["800.00"] * 7 + ["400.00"]
    assert [payment.due_on.month for payment in seasonal.schedule] == [6, 7, 8, 9, 10, 6, 7, 8]
    assert seasonal.reason is OptionReason.LEAN_MONTHS


def test_a_seasonal_plan_is_held_against_the_planning_income_as_every_other_is() -> None:
    seasonal = found((HARVEST, rent("1000")), loan("6000"))[OptionName.SEASONAL]
    assert seasonal.ratio_after == Fraction(800, 4000)
    assert seasonal.stressed_surplus == 4000 * Fraction(4, 5) - 1000 - 800


def test_a_season_that_asks_for_the_plain_payments_is_no_option_of_its_own() -> None:
    """The next good month pays everything: lean months come only after it."""
    spring = replace(HARVEST, monthly_amounts=tuple(yuan(amount) for amount in ["0", *["4000"] * 11]))
    proposed = found((spring, rent("1000")), loan("1500"))
    assert amounts(proposed[OptionName.INSTALMENT]) == ["1500.00"]
    assert list(proposed) == [OptionName.INSTALMENT, OptionName.GRACE]


def test_an_extension_stands_beside_a_relief_only_with_other_payments() -> None:
    """Twelve months of 600 each: the extension ends in a review after as many, or after six."""
    short = replace(PLAIN, max_term_months=12)
    allowed = [K.PRINCIPAL_REDUCTION, K.EXTENSION]
    same, other = (
        found(STRAINED, loan("7600"), policy=replace(short, review_months=months), allowed=allowed)
        for months in (12, 6)
    )
    assert list(same) == [OptionName.RELIEF, OptionName.REFERRAL]
    assert list(other) == [OptionName.RELIEF, OptionName.EXTENSION, OptionName.REFERRAL]


def test_a_season_may_carry_what_the_usual_surplus_cannot_where_the_policy_says_so() -> None:
    autumn = replace(HARVEST, monthly_amounts=tuple(yuan(amount) for amount in ["0", "9000", "9000"] + ["0"] * 9))
    lines, owed = (autumn, wages("500"), rent("500")), loan("3000")
    assert list(found(lines, owed)) == [OptionName.PAUSE, OptionName.REFERRAL]
    proposed = found(lines, owed, season_above_surplus=True)
    assert list(proposed) == [OptionName.SEASONAL, OptionName.PAUSE, OptionName.REFERRAL]
    seasonal = proposed[OptionName.SEASONAL]
    assert amounts(seasonal) == ["3000.00"]
    assert OptionNote.ABOVE_SURPLUS_IN_SEASON in seasonal.notes
    assert (seasonal.ratio_after, seasonal.survives_stress) == (Fraction(3000, 500), False)
    # December and January brought it: 22 December 2026 is the first day of a good month
    assert seasonal.schedule[0].due_on == date(2026, 12, 22)


def test_without_irregular_income_or_a_debt_there_is_no_season() -> None:
    for lines, owed in (((wages("1"),), loan("1")), ((HARVEST,), loan("0"))):
        statement = Statement("CNY", Household(1), lines)
        figures = assess(statement, owed, PLAIN, TODAY)
        assert season_of(statement, figures, owed, PLAIN) is None


def test_the_usual_limits() -> None:
    assert PLAIN.relief == Relief()
