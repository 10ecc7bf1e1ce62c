"""What a household can afford, from its statement: exact fractions, nothing rounded, every figure derived.

Each function below is one formula. It takes the worksheet first and notes there what it did.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import floor

from app.assessment.business_sheet import note_business
from app.assessment.derivation import Worksheet
from app.assessment.faults import refuse
from app.assessment.figures import Affordability, Budget, Category, Quality, Shares, Spending
from app.assessment.hardship import flags
from app.assessment.loan import LoanFigures
from app.assessment.periods import MONTHLY_FACTOR
from app.assessment.policy import Policy
from app.assessment.statement import (
    Line,
    Statement,
    debts,
    lines_by_category,
    mean_month,
    monthly,
)
from app.assessment.terms import Frequency, LineKind, Verification
from app.kernel.errors import Fault
from app.kernel.money import Money

_ZERO = Fraction(0)


def assess(statement: Statement, loan: LoanFigures, policy: Policy, as_of_on: date) -> Affordability:
    """All figures of a statement; raises InvalidFigures when statement, loan and policy are not in one currency."""
    _refuse_mixed_currencies(statement, loan, policy)
    statement, sheet = replace(statement, taken_on=as_of_on), Worksheet(policy.label)
    months = [
        _ZERO if line.has_ended(as_of_on) else _month(sheet, index, line) for index, line in enumerate(statement.lines)
    ]
    income = _planning_income(sheet, statement, months, policy)
    spending = _spending(sheet, statement, months, policy)
    priority = _repayments(sheet, "priority_debts", debts(statement, priority=True), months)
    other = _repayments(sheet, "other_repayments", debts(statement, priority=False), months)
    budget = _budget(sheet, "", income, spending.essential, priority, policy)
    ratio = _debt_service_ratio(sheet, income, priority, other, loan)
    share = _our_share(sheet, statement, budget.surplus, loan)
    instalment = _affordable_instalment(sheet, share, income, priority, other, policy)
    stressed = _budget(sheet, "stressed_", _stressed(sheet, income, policy), spending.essential, priority, policy)
    quality = _quality(sheet, statement, months)
    business = note_business(sheet, statement.business, as_of_on) if statement.business else None
    _note_what_counts_nothing(sheet, statement)
    return Affordability(
        policy=policy.label,
        currency=statement.currency,
        as_of_on=as_of_on,
        spending=spending,
        priority_debts=priority,
        other_repayments=other,
        budget=budget,
        stressed=stressed,
        debt_service_ratio=ratio,
        our_share=share,
        affordable_instalment=instalment,
        quality=quality,
        business=business,
        flags=flags(statement, loan, policy, spending, budget, stressed, ratio, business),
        declined=statement.declined,
        derivation=sheet.steps,
    )


def _refuse_mixed_currencies(statement: Statement, loan: LoanFigures, policy: Policy) -> None:
    others = {"/loan": loan.currency, "/policy": policy.currency}
    refuse(
        Fault(pointer, f"{currency}, but the statement is in {statement.currency}")
        for pointer, currency in others.items()
        if currency != statement.currency
    )


def _month(sheet: Worksheet, index: int, line: Line) -> Fraction:
    if line.declined or line.kind is LineKind.ASSET or line.frequency is None:
        return monthly(line)
    here, name = (index,), f"line[{index}].monthly"
    if line.frequency is not Frequency.IRREGULAR:
        inputs = _known({f"line[{index}].amount": line.amount}) | {"factor": MONTHLY_FACTOR[line.frequency]}
        return sheet.enter(name, monthly(line), f"amount x factor of {line.frequency}", inputs, here)
    months = {f"line[{index}].month[{number}]": money.exact for number, money in enumerate(line.monthly_amounts, 1)}
    mean = sheet.enter(f"line[{index}].mean", mean_month(line), "mean of the twelve months", months, here)
    if line.kind is not LineKind.INCOME:
        return sheet.enter(name, monthly(line), "the mean", {f"line[{index}].mean": mean}, here)
    lately = dict(list(months.items())[-6:])
    return sheet.enter(name, monthly(line), "second lowest of the last six months", lately, here)


def _planning_income(sheet: Worksheet, statement: Statement, months: list[Fraction], policy: Policy) -> Fraction:
    counted, lines = {}, statement.counting(LineKind.INCOME)
    for index in lines:
        level = statement.lines[index].verification
        confidence = policy.confidence[level]
        inputs = {f"line[{index}].monthly": months[index], f"policy.confidence[{level.value}]": confidence}
        name = f"line[{index}].planning"
        rule = "monthly x confidence of the verification level"
        counted[name] = sheet.enter(name, months[index] * confidence, rule, inputs, (index,))
    return sheet.enter("planning_income", _sum(counted.values()), "sum of the planning incomes", counted, lines)


def _spending(sheet: Worksheet, statement: Statement, months: list[Fraction], policy: Policy) -> Spending:
    categories = tuple(
        _category(sheet, statement, name, lines, months, policy) for name, lines in lines_by_category(statement).items()
    )
    parts = {f"accepted[{category.name}]": category.accepted for category in categories}
    lines = statement.counting(LineKind.FIXED, LineKind.FLEXIBLE)
    accepted = sheet.enter("accepted", _sum(parts.values()), "sum of the accepted categories", parts, lines)
    persons = Fraction(statement.household.persons)
    inputs = {"policy.floor_per_person": policy.floor_per_person.exact, "persons": persons}
    lowest = sheet.enter("floor", policy.floor_per_person.exact * persons, "floor_per_person x persons", inputs)
    limits = {"accepted": accepted, "floor": lowest}
    essential = sheet.enter("essential", max(accepted, lowest), "the greater of accepted and floor", limits)
    return Spending(categories, accepted, lowest, essential)


def _category(
    sheet: Worksheet,
    statement: Statement,
    name: str,
    lines: tuple[int, ...],
    months: list[Fraction],
    policy: Policy,
) -> Category:
    parts = {f"line[{index}].monthly": months[index] for index in lines}
    declared = sheet.enter(f"declared[{name}]", _sum(parts.values()), "sum of the category's lines", parts, lines)
    inputs, guideline = {f"declared[{name}]": declared}, policy.guidelines.get(name)
    accepted, rule = declared, "declared: the policy has no guideline"
    if guideline is not None and any(statement.lines[index].is_explained for index in lines):
        rule = "declared: a line of the category has a note or evidence, so the guideline does not bind"
    elif guideline is not None:
        accepted, rule = min(declared, guideline.exact), "the lesser of declared and guideline"
        inputs[f"policy.guidelines[{name}]"] = guideline.exact
    sheet.enter(f"accepted[{name}]", accepted, rule, inputs, lines)
    return Category(name, declared, None if guideline is None else guideline.exact, accepted)


def _repayments(sheet: Worksheet, name: str, lines: tuple[int, ...], months: list[Fraction]) -> Fraction:
    parts = {f"line[{index}].monthly": months[index] for index in lines}
    return sheet.enter(name, _sum(parts.values()), "sum of the debt lines", parts, lines)


def _budget(
    sheet: Worksheet, prefix: str, income: Fraction, essential: Fraction, priority: Fraction, policy: Policy
) -> Budget:
    incomes = {f"{prefix}planning_income": income, "essential": essential, "priority_debts": priority}
    rule = "planning income - essential - priority_debts"
    left_over = sheet.enter(f"{prefix}left_over", income - essential - priority, rule, incomes)
    rate, cap = policy.savings_rate, policy.savings_cap.exact
    inputs = {f"{prefix}left_over": left_over, "policy.savings_rate": rate, "policy.savings_cap": cap}
    rule = "the lesser of savings_rate x left over and savings_cap; nothing unless something is left over"
    savings = sheet.enter(f"{prefix}savings", min(rate * left_over, cap) if left_over > 0 else _ZERO, rule, inputs)
    outcome = {f"{prefix}left_over": left_over, f"{prefix}savings": savings}
    surplus = sheet.enter(f"{prefix}surplus", left_over - savings, "left over - savings", outcome)
    return Budget(income, left_over, savings, surplus)


def _stressed(sheet: Worksheet, income: Fraction, policy: Policy) -> Fraction:
    inputs = {"planning_income": income, "policy.stress": policy.stress}
    return sheet.enter("stressed_planning_income", income * policy.stress, "planning_income x stress", inputs)


def _debt_service_ratio(
    sheet: Worksheet, income: Fraction, priority: Fraction, other: Fraction, loan: LoanFigures
) -> Fraction | None:
    ours = loan.instalment.exact if loan.instalment is not None else _ZERO
    if income == 0:
        sheet.enter_unknown("debt_service_ratio", "there is no planning income to compare with")
        return None
    inputs = {"priority_debts": priority, "other_repayments": other, "loan.instalment": ours, "planning_income": income}
    rule = "(priority_debts + other_repayments + our instalment, 0 when unknown) / planning_income"
    return sheet.enter("debt_service_ratio", (priority + other + ours) / income, rule, inputs)


def _our_share(sheet: Worksheet, statement: Statement, surplus: Fraction, loan: LoanFigures) -> Fraction:
    lines = debts(statement, priority=False)
    balances = _known({f"line[{index}].balance": statement.lines[index].balance for index in lines})
    rule = "sum of the balances that are known"
    others = sheet.enter("other_balances", _sum(balances.values()), rule, balances, lines)
    ours = loan.outstanding.exact
    inputs = {"surplus": surplus, "loan.outstanding": ours, "other_balances": others}
    if ours == 0:
        return sheet.enter("our_share", _ZERO, "nothing: our loan is paid", inputs)
    rule = "surplus x outstanding / (outstanding + other_balances)"
    return sheet.enter("our_share", surplus * ours / (ours + others), rule, inputs)


def _affordable_instalment(
    sheet: Worksheet, share: Fraction, income: Fraction, priority: Fraction, other: Fraction, policy: Policy
) -> Fraction:
    inputs = {"policy.ratio_cap": policy.ratio_cap, "planning_income": income}
    inputs |= {"priority_debts": priority, "other_repayments": other}
    rule = "ratio_cap x planning_income - priority_debts - other_repayments"
    room = sheet.enter("ratio_room", policy.ratio_cap * income - priority - other, rule, inputs)
    unit = policy.rounding_unit.exact
    affordable = max(_ZERO, floor(min(share, room) / unit) * unit)
    inputs = {"our_share": share, "ratio_room": room, "policy.rounding_unit": unit}
    rule = "the lesser of our_share and ratio_room, down to a multiple of rounding_unit, not below zero"
    return sheet.enter("affordable_instalment", affordable, rule, inputs)


def _quality(sheet: Worksheet, statement: Statement, months: list[Fraction]) -> Quality:
    income = statement.counting(LineKind.INCOME)
    spending = statement.counting(LineKind.FIXED, LineKind.FLEXIBLE)
    return Quality(
        _shares(sheet, "income", statement, income, months), _shares(sheet, "spending", statement, spending, months)
    )


def _shares(
    sheet: Worksheet, name: str, statement: Statement, lines: tuple[int, ...], months: list[Fraction]
) -> Shares | None:
    all_lines = {f"line[{index}].monthly": months[index] for index in lines}
    whole = sheet.enter(f"whole_{name}", _sum(all_lines.values()), f"sum of the {name} lines", all_lines, lines)
    if whole == 0:
        sheet.enter_unknown(f"quality.{name}", f"there is no {name}", lines)
        return None
    shares = []
    for level in Verification:
        of_level = tuple(index for index in lines if statement.lines[index].verification is level)
        parts = {f"line[{index}].monthly": months[index] for index in of_level}
        rule, inputs = f"sum of the lines of the level / whole_{name}", parts | {f"whole_{name}": whole}
        share = _sum(parts.values()) / whole
        shares.append(sheet.enter(f"quality.{name}[{level.value}]", share, rule, inputs, of_level))
    return tuple(shares)


def _note_what_counts_nothing(sheet: Worksheet, statement: Statement) -> None:
    if statement.declined:
        sheet.enter_unknown("declined", "declined lines count nothing", statement.declined)
    if statement.ended:
        sheet.enter_unknown("ended", "lines that have ended count nothing", statement.ended)


def _known(amounts: dict[str, Money | None]) -> dict[str, Fraction]:
    return {name: money.exact for name, money in amounts.items() if money is not None}


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, _ZERO)
