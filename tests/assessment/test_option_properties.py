"""What holds for every option of every household, under every policy, in every scale of money."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.assessment.affordability import assess
from app.assessment.arrangement import options
from app.assessment.figures import Affordability
from app.assessment.loan import LoanFigures
from app.assessment.option import Option
from app.assessment.periods import months_after
from app.assessment.policy import Policy
from app.assessment.relief import ALWAYS, FORGIVING, Relief
from app.assessment.season import Season, season_of
from app.assessment.statement import Household, Line, Statement
from app.assessment.terms import ComponentKind, Frequency, HardshipFlag, LineKind, OptionName, OptionNote, Verification
from app.kernel.money import Money
from tests.assessment.test_properties import SHARES, TODAY, cases, money_in, property_test

RATES = st.none() | st.sampled_from([Fraction(0), Fraction("0.18"), Fraction("0.3650"), Fraction(1, 7), Fraction(3)])
WHOLE = (OptionName.INSTALMENT, OptionName.SEASONAL, OptionName.STEADY, OptionName.STEP_UP, OptionName.GRACE)
FORGIVEN = (OptionName.RELIEF, OptionName.SETTLEMENT)
Scene = tuple[Statement, LoanFigures, Policy]


@st.composite
def reliefs_in(draw: st.DrawFn, currency: str) -> Relief:
    return Relief(
        allowed=draw(st.just(frozenset(ComponentKind)) | st.frozensets(st.sampled_from(ComponentKind))),
        charges_interest=draw(st.integers(0, 3)) > 0,
        longest_grace_months=draw(st.integers(0, 12)),
        longest_extension_months=draw(st.integers(1, 600)),
        longest_freeze_months=draw(st.integers(0, 24)),
        lowest_rate_share=draw(SHARES),
        highest_fee_share=draw(SHARES),
        lowest_principal_share=draw(SHARES),
        lowest_settlement_share=draw(SHARES),
        longest_settlement_days=draw(st.integers(1, 366)),
        step_up_first_share=draw(SHARES),
        step_up_steps=draw(st.integers(2, 6)),
        step_up_months=draw(st.integers(1, 6)),
        token_amount=Money(currency, draw(st.integers(1, 5_000))),
        season_above_surplus=draw(st.booleans()),
    )


@st.composite
def households_with_something_left(draw: st.DrawFn) -> Scene:
    """Wages that leave something, half of the time beside an income with a season, and a debt of some months of it."""
    statement, loan, policy = draw(cases())
    currency = loan.currency
    wages = draw(st.integers(50_000, 500_000))
    earned = [Line(LineKind.INCOME, "wages", Money(currency, wages), Frequency.MONTHLY, Verification.FROM_SOURCE)]
    if draw(st.booleans()):
        months = draw(st.lists(st.sampled_from([0, wages // 2, wages, 3 * wages]), min_size=12, max_size=12))
        amounts = tuple(Money(currency, minor) for minor in months)
        level = Verification.FROM_SOURCE
        earned.append(Line(LineKind.INCOME, "harvest", None, Frequency.IRREGULAR, level, monthly_amounts=amounts))
    able = replace(
        policy,
        confidence=(*policy.confidence[:5], Fraction(1)),
        floor_per_person=Money(currency, draw(st.integers(0, 60_000))),
        ratio_cap=draw(st.sampled_from([Fraction(1, 2), Fraction(1)])),
        rounding_unit=Money(currency, draw(st.sampled_from([1, 7, 100, 1000]))),
        max_term_months=draw(st.integers(3, 48)),
    )
    owed = Money(currency, wages * draw(st.integers(1, 400)) // 10)
    return (
        replace(statement, household=Household(1), lines=tuple(earned)),
        replace(loan, outstanding=owed, overdue=Money(currency, 0)),
        able,
    )


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    statement, loan, policy = draw(st.one_of(cases(), households_with_something_left()))
    fees = draw(st.none() | money_in(loan.currency, loan.outstanding.minor))
    known = tuple(
        replace(line, balance=line.balance or Money(loan.currency, 0)) if line.kind is LineKind.DEBT else line
        for line in statement.lines
    )
    return (
        replace(statement, lines=known) if draw(st.integers(0, 4)) else statement,
        replace(loan, fees=fees, annual_rate=draw(RATES)),
        replace(policy, relief=draw(reliefs_in(loan.currency))),
    )


def season(scene: Scene, figures: Affordability) -> Season | None:
    return season_of(scene[0], figures, scene[1], scene[2])


def proposed(scene: Scene, **asked: Any) -> tuple[Affordability, tuple[Option, ...]]:
    statement, loan, policy = scene
    figures = assess(statement, loan, policy, TODAY)
    return figures, options(figures, loan, policy, TODAY, season=season(scene, figures), **asked)


@property_test
@given(scenes(), st.booleans())
def test_two_or_three_options_whenever_something_is_owed_and_the_figures_are_known(scene: Scene, asked: bool) -> None:
    figures, found = proposed(scene, token_asked=asked)
    is_known = scene[1].outstanding.minor > 0 and HardshipFlag.DEBT_WITHOUT_BALANCE not in figures.flags
    assert len(found) in ((2, 3) if is_known else (0,))
    assert len({option.name for option in found}) == len(found)


@property_test
@given(scenes())
def test_no_payment_is_above_what_is_left_over_nor_above_the_affordable_instalment(scene: Scene) -> None:
    figures, found = proposed(scene)
    for option in found:
        above = OptionNote.ABOVE_SURPLUS_IN_SEASON in option.notes
        seasonal = scene[2].relief.season_above_surplus and option.name is OptionName.SEASONAL
        for payment in option.schedule:
            assert above or payment.amount.exact <= max(Fraction(0), figures.surplus)
            assert seasonal or payment.amount.exact <= figures.affordable_instalment
            if option.name is OptionName.SEASONAL:
                known = season(scene, figures)
                assert known is not None
                assert payment.amount.exact <= known.month_of(payment.due_on).surplus


@property_test
@given(scenes())
def test_without_a_surplus_nothing_is_paid(scene: Scene) -> None:
    statement, loan, policy = scene
    usual = replace(policy, relief=replace(policy.relief, season_above_surplus=False))
    figures, found = proposed((statement, loan, usual))
    if figures.surplus <= 0:
        assert all(option.schedule == () for option in found)
        assert {option.name for option in found} <= {OptionName.PAUSE, OptionName.REFERRAL}


@property_test
@given(scenes(), st.booleans())
def test_every_schedule_sums_to_the_minor_unit(scene: Scene, asked: bool) -> None:
    _, found = proposed(scene, token_asked=asked)
    outstanding = scene[1].outstanding
    for option in found:
        assert sum(payment.amount.minor for payment in option.schedule) == option.total.minor
        assert option.total + option.remaining + option.waived == outstanding + option.interest
        assert option.cost == option.total + option.remaining
        assert min(option.remaining.minor, option.waived.minor, option.interest.minor) >= 0
        assert all(payment.amount.minor > 0 for payment in option.schedule)
        kinds = (ComponentKind.INSTALMENT, ComponentKind.TOKEN)
        runs = [part for part in option.components if part.kind in kinds and part.amount and part.count]
        assert sum(part.amount.minor * (part.count or 0) for part in runs if part.amount) == option.total.minor


@property_test
@given(scenes(), st.booleans())
def test_no_two_options_ask_for_the_same_payments(scene: Scene, asked: bool) -> None:
    _, found = proposed(scene, token_asked=asked)
    schedules = [option.schedule for option in found if option.schedule]
    assert len(set(schedules)) == len(schedules)


@property_test
@given(scenes(), st.booleans())
def test_ratio_and_resilience_of_every_option_rest_on_the_planning_income(scene: Scene, asked: bool) -> None:
    figures, found = proposed(scene, token_asked=asked)
    income, others = figures.budget.income, figures.priority_debts + figures.other_repayments
    for option in found:
        highest = max((payment.amount.exact for payment in option.schedule), default=Fraction(0))
        assert option.ratio_after == ((others + highest) / income if income else None)
        assert option.stressed_surplus == figures.stressed.surplus - highest


@property_test
@given(scenes())
def test_an_easier_start_rises_and_counts_no_payment_that_is_not_made(scene: Scene) -> None:
    figures, found = proposed(scene)
    for option in found:
        if option.name is OptionName.STEP_UP:
            paid = [payment.amount.exact for payment in option.schedule]
            count = option.components[0].count
            assert count is not None
            assert max(paid) > paid[0]
            assert count <= len(paid)
            assert max(paid[:count]) < figures.affordable_instalment


@property_test
@given(scenes())
def test_a_plan_that_promises_an_end_has_one(scene: Scene) -> None:
    _, found = proposed(scene)
    for option in found:
        if option.name in (*WHOLE, *FORGIVEN):
            assert option.remaining.minor == 0
            assert option.review_on is None
        else:
            assert option.remaining.minor > 0
            assert option.review_on == option.ends_on
        assert option.waived.minor == 0 or option.name in FORGIVEN


@property_test
@given(scenes())
def test_payments_fall_on_the_same_day_of_later_months_and_never_beyond_the_longest_term(scene: Scene) -> None:
    _, found = proposed(scene)
    term = [months_after(TODAY, number) for number in range(1, scene[2].max_term_months + 1)]
    for option in found:
        days = [payment.due_on for payment in option.schedule]
        assert days == sorted(set(days))
        assert set(days) <= set(term)
        if option.name not in (OptionName.SEASONAL, OptionName.GRACE):
            assert days == term[: len(days)]
        assert not days or option.ends_on == days[-1]


@property_test
@given(scenes(), st.booleans())
def test_nothing_is_in_an_option_that_the_policy_does_not_allow(scene: Scene, asked: bool) -> None:
    _, found = proposed(scene, token_asked=asked)
    relief = scene[2].relief
    for option in found:
        kinds = {part.kind for part in option.components}
        assert kinds <= ALWAYS | relief.allowed
        assert option.waived.minor == 0 or kinds & FORGIVING
        assert option.name is not OptionName.TOKEN or (asked and ComponentKind.TOKEN in relief.allowed)


@property_test
@given(scenes())
def test_what_is_waived_stays_within_the_limits(scene: Scene) -> None:
    _, found = proposed(scene)
    loan, relief = scene[1], scene[2].relief
    fees = loan.fees.minor if loan.fees else 0
    for option in found:
        by_kind = {part.kind: part.amount.minor for part in option.components if part.amount}
        assert by_kind.get(ComponentKind.FEE_WAIVER, 0) <= relief.highest_fee_share * fees
        rest = (loan.outstanding.minor - fees) * (1 - relief.lowest_principal_share)
        assert by_kind.get(ComponentKind.PRINCIPAL_REDUCTION, 0) <= rest
        if option.name is OptionName.SETTLEMENT:
            assert option.total.minor >= relief.lowest_settlement_share * loan.outstanding.minor
            assert (option.ends_on - TODAY).days <= relief.longest_settlement_days


@property_test
@given(scenes())
def test_the_usual_policy_forgives_nothing(scene: Scene) -> None:
    statement, loan, policy = scene
    _, found = proposed((statement, loan, replace(policy, relief=Relief())))
    assert all(option.waived.minor == 0 for option in found)


@property_test
@given(scenes())
def test_interest_is_charged_only_at_a_known_rate_and_no_known_rate_is_silent(scene: Scene) -> None:
    _, found = proposed(scene)
    loan, charges = scene[1], scene[2].relief.charges_interest
    for option in found:
        assert option.interest.minor == 0 or (loan.annual_rate and charges)
        assert (OptionNote.RATE_UNKNOWN in option.notes) is (loan.annual_rate is None and charges)


def recomputed_interest(option: Option, loan: LoanFigures, rate: Fraction) -> tuple[int, int]:
    """Interest and rest by hand: a twelfth of the rate on the principal of each month, half to even."""
    fees = loan.fees.minor if loan.fees else 0
    principal, accrued, charged, month = loan.outstanding.minor - fees, 0, 0, 0
    paid = {payment.due_on: payment.amount.minor for payment in option.schedule}
    while months_after(TODAY, month) < option.ends_on:
        month += 1
        due = round(Fraction(principal) * rate / 12)
        accrued, charged = accrued + due, charged + due
        pays = paid.get(months_after(TODAY, month), 0)
        accrued, pays = max(0, accrued - pays), max(0, pays - accrued)
        principal, pays = max(0, principal - pays), max(0, pays - principal)
        fees -= pays
    return charged, principal + accrued + fees


@property_test
@given(scenes())
def test_interest_can_be_recomputed_month_by_month(scene: Scene) -> None:
    _, loan, policy = scene
    rate = (loan.annual_rate or Fraction(0)) if policy.relief.charges_interest else Fraction(0)
    relieved = {ComponentKind.INTEREST_FREEZE, ComponentKind.INTEREST_REDUCTION, ComponentKind.SETTLEMENT_LUMP}
    for option in proposed(scene)[1]:
        if not relieved & {part.kind for part in option.components}:
            expected = (option.interest.minor, option.remaining.minor + option.waived.minor)
            assert recomputed_interest(option, loan, rate) == expected


@property_test
@given(scenes(), st.integers(0, 1_000_000))
def test_more_to_pay_with_never_makes_the_first_plan_longer(scene: Scene, more: int) -> None:
    statement, loan, policy = scene
    figures = assess(statement, loan, policy, TODAY)
    gain = Fraction(more // policy.rounding_unit.minor) * policy.rounding_unit.exact
    budget = replace(figures.budget, surplus=figures.surplus + gain)
    richer = replace(figures, budget=budget, affordable_instalment=figures.affordable_instalment + gain)
    before, after = (options(each, loan, policy, TODAY) for each in (figures, richer))
    if before and before[0].name is OptionName.INSTALMENT:
        assert after[0].name is OptionName.INSTALMENT
        assert len(after[0].schedule) <= len(before[0].schedule)


@property_test
@given(scenes())
def test_the_plain_plan_comes_first_wherever_it_ends_in_time(scene: Scene) -> None:
    _, found = proposed(scene)
    assert OptionName.INSTALMENT not in [option.name for option in found[1:]]


@property_test
@given(scenes())
def test_the_same_figures_give_the_same_options(scene: Scene) -> None:
    assert proposed(scene) == proposed(scene)


@property_test
@given(scenes())
def test_a_good_season_pays_for_the_lean_months(scene: Scene) -> None:
    figures = assess(*scene, TODAY)
    known = season(scene, figures)
    incomes = [line for line in scene[0].lines if line.kind is LineKind.INCOME]
    counting = [line for line in incomes if not line.declined and not line.has_ended(TODAY)]
    has_season = any(line.frequency is Frequency.IRREGULAR for line in counting) and scene[1].outstanding.minor > 0
    assert (known is not None) is has_season
    if known is not None:
        assert len(known.months) == 12
        carried = sum(max(Fraction(0), month.carries) for month in known.months)
        assert carried <= max(Fraction(0), sum((month.surplus for month in known.months), Fraction(0)))
