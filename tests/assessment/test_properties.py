"""What holds for every statement: the figures of generated households, computed a second time in the plainest way."""

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.assessment.affordability import assess
from app.assessment.business import Business, Cost, Receivable
from app.assessment.derivation import Step
from app.assessment.figures import Affordability
from app.assessment.loan import LoanFigures
from app.assessment.periods import MONTHLY_FACTOR
from app.assessment.policy import Policy, house_policy
from app.assessment.statement import Household, Line, Member, Statement, monthly
from app.assessment.statement_json import statement_from_dict, statement_to_dict
from app.assessment.terms import Frequency, LineKind, Verification
from app.kernel.money import Money

TODAY, DAY = date(2027, 1, 31), timedelta(days=1)
CURRENCIES = st.sampled_from(["JPY", "CNY", "KWD"])  # scales 0, 2, 3
CATEGORIES = st.sampled_from(["food", "rent", "transport", "学费", "a/b~c"])
property_test = settings(derandomize=True, deadline=None, max_examples=120)
MONTHS = st.lists(st.integers(0, 2_000_000), min_size=12, max_size=12)
SHARES = st.integers(0, 100).map(lambda percent: Fraction(percent, 100))
# Shares with which about half of the households have something left to pay with.
FRIENDLY = [Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(4, 5), Fraction(9, 10), Fraction(1)]
Case = tuple[Statement, LoanFigures, Policy]


def money_in(currency: str, most: int = 2_000_000, least: int = 0) -> st.SearchStrategy[Money]:
    return st.builds(Money, st.just(currency), st.integers(least, most))


@st.composite
def lines_in(draw: st.DrawFn, currency: str, kinds: Any = LineKind, least: int = 0) -> Line:
    kind = draw(st.sampled_from(kinds))
    regular = kind is LineKind.ASSET or draw(st.integers(0, 3)) > 0
    frequency = draw(st.sampled_from(list(MONTHLY_FACTOR))) if regular else Frequency.IRREGULAR
    is_debt = kind is LineKind.DEBT
    return Line(
        kind=kind,
        category=draw(CATEGORIES),
        amount=draw(money_in(currency, least=least)) if regular else None,
        frequency=frequency,
        verification=draw(st.sampled_from(Verification)),
        evidence=tuple(draw(st.lists(st.sampled_from(["receipt", "payslip"]), max_size=1))),
        declined=draw(st.integers(0, 9)) == 0,
        note=draw(st.sampled_from([None, None, "", " ", "a newborn"])),
        monthly_amounts=() if regular else tuple(Money(currency, minor) for minor in draw(MONTHS)),
        balance=draw(st.none() | money_in(currency)) if is_debt else None,
        priority=is_debt and draw(st.booleans()),
        earner=draw(st.sampled_from([None, "borrower", "partner"])) if kind is LineKind.INCOME else None,
        ends_on=draw(st.sampled_from([None, None, None, TODAY - DAY, TODAY, TODAY + DAY])),
        creditor=draw(st.sampled_from([None, "bank", "uncle"])) if is_debt else None,
        arrears=draw(st.none() | money_in(currency)) if is_debt else None,
        secured=is_debt and draw(st.booleans()),
        informal=is_debt and draw(st.booleans()),
        pledged=kind is LineKind.ASSET and draw(st.booleans()),
        exempt=kind is LineKind.ASSET and draw(st.booleans()),
    )


@st.composite
def businesses_in(draw: st.DrawFn, currency: str) -> Business:
    amounts = money_in(currency)
    costs = st.builds(Cost, st.sampled_from(["stock", "rent"]), amounts, st.sampled_from(list(MONTHLY_FACTOR)))
    due = st.sampled_from([None, TODAY - DAY, TODAY])
    return Business(
        activity="noodles",
        turnover=tuple(draw(st.lists(amounts, min_size=12, max_size=12))),
        costs=tuple(draw(st.lists(costs, max_size=3))),
        receivables=tuple(draw(st.lists(st.builds(Receivable, amounts, due), max_size=3))),
        busy_months=tuple(draw(st.sets(st.integers(1, 12), max_size=4))),
        started_on=draw(st.sampled_from([None, TODAY - DAY])),
        closed_on=draw(st.sampled_from([None, TODAY])),
        note=draw(st.sampled_from([None, "seasonal"])),
    )


@st.composite
def statements_in(draw: st.DrawFn, currency: str) -> Statement:
    household = Household(draw(st.integers(1, 4)), draw(st.integers(0, 3)), draw(st.integers(0, 2)))
    # Enough income that about half of the households have something left.
    earned = draw(st.lists(lines_in(currency, [LineKind.INCOME], least=500_000), min_size=1, max_size=4))
    age = st.none() | st.integers(0, 90)
    members = st.builds(Member, st.just("child"), age, needs_care=st.booleans(), earns=st.booleans())
    return Statement(
        currency,
        household,
        tuple(earned + draw(st.lists(lines_in(currency), max_size=4))),
        members=(draw(members),),
        business=draw(st.none() | businesses_in(currency)),
        taken_on=draw(st.sampled_from([None, TODAY])),
    )


@st.composite
def policies_in(draw: st.DrawFn, currency: str) -> Policy:
    return Policy(
        name="drawn",
        version="7",
        confidence=tuple(draw(st.sampled_from(FRIENDLY)) for _ in Verification),
        floor_per_person=draw(money_in(currency, 50_000)),
        guidelines=draw(st.dictionaries(CATEGORIES, money_in(currency), max_size=3)),
        savings_rate=draw(SHARES),
        savings_cap=draw(money_in(currency, 100_000)),
        ratio_cap=draw(st.sampled_from(FRIENDLY)),
        rounding_unit=Money(currency, draw(st.integers(1, 5_000))),
        stress=draw(SHARES),
        max_term_months=draw(st.integers(1, 60)),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    currency = draw(CURRENCIES)
    instalment = draw(st.none() | money_in(currency))
    outstanding = draw(money_in(currency, 5_000_000) | money_in(currency, 90_000_000))
    loan = LoanFigures(outstanding, draw(money_in(currency)), instalment)
    return draw(statements_in(currency)), loan, draw(policies_in(currency))


@property_test
@given(CURRENCIES.flatmap(statements_in))
def test_a_statement_survives_being_stored(statement: Statement) -> None:
    stored = json.dumps(statement_to_dict(statement))
    assert statement_from_dict(json.loads(stored)) == statement


def total(amounts: Iterable[Fraction]) -> Fraction:
    return sum(amounts, Fraction(0))


def recomputed(statement: dict[str, Any], loan: LoanFigures, policy: Policy) -> dict[str, Any]:
    """All formulas once more, from the stored statement, without anything of the product's own arithmetic."""
    per_year = {"weekly": 52, "fortnightly": 26, "four_weekly": 13, "monthly": 12, "quarterly": 4, "yearly": 1}
    standing = [line for line in statement["lines"] if line["ends_on"] is None or line["ends_on"] > TODAY.isoformat()]
    lines = [line for line in standing if not line["declined"]]

    def month(line: dict[str, Any]) -> Fraction:
        if line["frequency"] != "irregular":
            return Fraction(line["amount"]) * Fraction(per_year[line["frequency"]], 12)
        months = [Fraction(amount) for amount in line["monthly_amounts"]]
        return sorted(months[6:])[1] if line["kind"] == "income" else total(months) / 12

    def surplus_of(income: Fraction) -> Fraction:
        left = income - essential - priority
        return left - (min(policy.savings_rate * left, policy.savings_cap.exact) if left > 0 else Fraction(0))

    income = total(month(li) * policy.confidence[li["verification"]] for li in lines if li["kind"] == "income")
    spending = [li for li in lines if li["kind"] in ("fixed", "flexible")]
    accepted = Fraction(0)
    for category in {li["category"] for li in spending}:
        of_it = [li for li in spending if li["category"] == category]
        declared = total(map(month, of_it))
        is_free = category not in policy.guidelines or any((li["note"] or "").strip() or li["evidence"] for li in of_it)
        accepted += declared if is_free else min(declared, policy.guidelines[category].exact)
    persons: int = sum(statement["household"].values())
    essential = max(accepted, policy.floor_per_person.exact * persons)
    debts = [li for li in lines if li["kind"] == "debt"]
    priority = total(month(li) for li in debts if li["priority"])
    other = total(month(li) for li in debts if not li["priority"])
    surplus = surplus_of(income)
    ours = loan.outstanding.exact
    balances = total(Fraction(li["balance"]) for li in debts if not li["priority"] and li["balance"] is not None)
    share = surplus * ours / (ours + balances) if ours else Fraction(0)
    current = Fraction(0) if loan.instalment is None else loan.instalment.exact
    units = math.floor(min(share, policy.ratio_cap * income - priority - other) / policy.rounding_unit.exact)
    return {
        "income": income,
        "essential": essential,
        "priority": priority,
        "other": other,
        "surplus": surplus,
        "ratio": (priority + other + current) / income if income else None,
        "share": share,
        "instalment": max(Fraction(0), units * policy.rounding_unit.exact),
        "stressed": surplus_of(income * policy.stress),
    }


def figures_of(case: Case) -> Affordability:
    return assess(*case, TODAY)


@property_test
@given(cases())
def test_every_figure_is_the_same_when_it_is_computed_a_second_time(case: Case) -> None:
    statement, loan, policy = case
    figures = figures_of(case)
    assert recomputed(statement_to_dict(statement), loan, policy) == {
        "income": figures.budget.income,
        "essential": figures.spending.essential,
        "priority": figures.priority_debts,
        "other": figures.other_repayments,
        "surplus": figures.surplus,
        "ratio": figures.debt_service_ratio,
        "share": figures.our_share,
        "instalment": figures.affordable_instalment,
        "stressed": figures.stressed.surplus,
    }


def saved(left_over: Fraction, rate: Fraction, cap: Fraction) -> Fraction:
    return min(rate * left_over, cap) if left_over > 0 else Fraction(0)


def shared(surplus: Fraction, ours: Fraction, others: Fraction) -> Fraction:
    return surplus * ours / (ours + others) if ours else Fraction(0)


# What a step must come to, from its own inputs in their order; steps that are not named here are sums.
BY_HAND: list[tuple[str, Callable[..., Fraction]]] = [
    (r"line\[\d+\]\.monthly:2|line\[\d+\]\.planning|floor|stressed_planning_income", lambda *given: math.prod(given)),
    (r"line\[\d+\]\.monthly:6", lambda *given: sorted(given)[1]),
    (r"line\[\d+\]\.mean", lambda *given: sum(given) / 12),
    (r"accepted\[.*\]", min),
    (r"essential", max),
    (r"(stressed_)?left_over", lambda income, essential, priority: income - essential - priority),
    (r"(stressed_)?savings", saved),
    (r"(stressed_)?surplus", lambda left_over, savings: left_over - savings),
    (r"debt_service_ratio", lambda priority, other, ours, income: (priority + other + ours) / income),
    (r"our_share", shared),
    (r"ratio_room", lambda cap, income, priority, other: cap * income - priority - other),
    (r"affordable_instalment", lambda share, room, unit: max(Fraction(0), math.floor(min(share, room) / unit) * unit)),
    (r"business\.turnover_mean", lambda *given: sum(given) / 12),
    (r"business\.turnover_low", lambda *given: sorted(given)[1]),
    (r"business\.costs", lambda *given: total(one * by for one, by in zip(given[::2], given[1::2], strict=True))),
    (r"business\.net_(mean|low)", lambda turnover, costs: turnover - costs),
    (r"quality\..*", lambda *given: sum(given[:-1], Fraction(0)) / given[-1]),
]


def by_hand(step: Step) -> Fraction:
    given = [Fraction(text) for _, text in step.inputs]
    for pattern, rule in BY_HAND:
        if re.fullmatch(pattern, step.name) or re.fullmatch(pattern, f"{step.name}:{len(given)}"):
            return rule(*(given if len(given) != 1 or rule not in (min, max) else [given]))
    return sum(given, Fraction(0))


@property_test
@given(cases())
def test_every_step_of_the_derivation_can_be_recomputed_from_what_it_names(case: Case) -> None:
    statement, _, _ = case
    known: dict[str, Fraction] = {}
    for step in figures_of(case).derivation:
        assert step.policy == "drawn 7"
        told_apart = [
            statement.lines[index].declined or statement.lines[index].has_ended(TODAY) for index in step.lines
        ]
        assert all(apart is (step.name in ("declined", "ended")) for apart in told_apart)
        if step.value is not None:
            assert all(Fraction(text) == known[name] for name, text in step.inputs if name in known)
            assert Fraction(step.value) == by_hand(step)
            assert step.name not in known
            known[step.name] = Fraction(step.value)
    assert {"planning_income", "essential", "surplus", "affordable_instalment", "stressed_surplus"} <= known.keys()


@property_test
@given(cases(), st.data())
def test_more_spending_never_raises_the_surplus(case: Case, data: st.DataObject) -> None:
    statement, loan, policy = case
    kinds = [LineKind.FIXED, LineKind.FLEXIBLE, LineKind.DEBT]
    another = data.draw(lines_in(statement.currency, kinds))
    # A note on the new line may explain the whole category, which raises what is accepted: also no gain.
    more = replace(statement, lines=(*statement.lines, another))
    before, after = assess(statement, loan, policy, TODAY), assess(more, loan, policy, TODAY)
    assert after.surplus <= before.surplus
    assert after.stressed.surplus <= before.stressed.surplus


@property_test
@given(cases(), st.data())
def test_more_income_never_lowers_the_surplus(case: Case, data: st.DataObject) -> None:
    statement, loan, policy = case
    another = data.draw(lines_in(statement.currency, [LineKind.INCOME]))
    more = replace(statement, lines=(another, *statement.lines))
    assert assess(more, loan, policy, TODAY).surplus >= figures_of(case).surplus


@property_test
@given(st.sampled_from(list(MONTHLY_FACTOR)), st.integers(0, 10**9))
def test_a_month_of_a_period_times_twelve_is_its_year(frequency: Frequency, minor: int) -> None:
    per_year = {"weekly": 52, "fortnightly": 26, "four_weekly": 13, "monthly": 12, "quarterly": 4, "yearly": 1}
    line = Line(LineKind.FIXED, "rent", Money("CNY", minor), frequency)
    assert monthly(line) * 12 == Fraction(minor, 100) * per_year[frequency]


@property_test
@given(CURRENCIES.flatmap(lambda currency: st.tuples(statements_in(currency), businesses_in(currency))))
def test_a_business_changes_no_figure_of_the_household(drawn: tuple[Statement, Business]) -> None:
    statement, business = drawn
    loan = LoanFigures(Money(statement.currency, 10_000), Money(statement.currency, 0))
    policy = house_policy(statement.currency)
    without = assess(replace(statement, business=None), loan, policy, TODAY)
    beside = assess(replace(statement, business=business), loan, policy, TODAY)
    assert (beside.budget, beside.spending, beside.affordable_instalment) == (
        without.budget,
        without.spending,
        without.affordable_instalment,
    )


@property_test
@given(cases())
def test_the_shares_of_quality_add_up_to_one(case: Case) -> None:
    quality = figures_of(case).quality
    assert all(sum(shares) == 1 for shares in (quality.income, quality.spending) if shares is not None)
