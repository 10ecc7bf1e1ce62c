"""Which warnings follow from the figures (research 3.3)."""

from collections.abc import Iterator
from fractions import Fraction

from app.assessment.business import BusinessFigures
from app.assessment.figures import Budget, Spending
from app.assessment.loan import LoanFigures
from app.assessment.periods import months_after
from app.assessment.policy import Policy
from app.assessment.statement import Line, Statement, debts, monthly
from app.assessment.terms import Frequency, HardshipFlag, LineKind

INFANT_YEARS = 1
# Categories are free texts; these are the codes that the lists suggest for them.
_SUBSISTENCE = frozenset({"subsistence", "social_benefits_subsistence", "低保"})
_FROM_BUSINESS = frozenset({"business", "self_employment", "business_net", "经营"})


def flags(
    statement: Statement,
    loan: LoanFigures,
    policy: Policy,
    spending: Spending,
    budget: Budget,
    stressed: Budget,
    ratio: Fraction | None,
    business: BusinessFigures | None = None,
) -> tuple[str, ...]:
    """All warnings, those about the whole household first."""
    return (
        *_of_the_budget(policy, budget, stressed, ratio),
        *_of_the_spending(spending, policy, statement.household.persons),
        *_of_the_incomes(statement, policy),
        *_of_the_household(statement),
        *_of_the_business(statement, business),
        *_of_the_debts(statement, loan, policy),
        *([HardshipFlag.LINES_DECLINED] if statement.declined else []),
        *([HardshipFlag.FLOOR_UNKNOWN] if policy.floor_per_person.minor == 0 else []),
        *([] if policy.guidelines else [HardshipFlag.GUIDELINES_UNKNOWN]),
    )


def _of_the_budget(policy: Policy, budget: Budget, stressed: Budget, ratio: Fraction | None) -> Iterator[str]:
    if budget.income == 0:
        yield HardshipFlag.NO_INCOME
    if budget.surplus <= 0:
        yield HardshipFlag.NO_SURPLUS
    if stressed.surplus < 0:
        yield HardshipFlag.NOT_RESILIENT
    if ratio is not None and ratio > policy.ratio_cap:
        yield HardshipFlag.RATIO_ABOVE_CAP


def _of_the_spending(spending: Spending, policy: Policy, persons: int) -> Iterator[str]:
    if spending.accepted < spending.floor:
        yield HardshipFlag.BELOW_FLOOR
    declared = {category.name: category.declared for category in spending.categories}
    for name, floor in policy.line_floors.items():
        if declared.get(name, Fraction(0)) < floor.exact * persons:
            yield f"{HardshipFlag.BELOW_LINE_FLOOR}:{name}"
    for category in spending.categories:
        if category.is_above_guideline:
            yield f"{HardshipFlag.GUIDELINE_EXCEEDED}:{category.name}"


def _of_the_incomes(statement: Statement, policy: Policy) -> Iterator[str]:
    incomes = [statement.lines[index] for index in statement.counting(LineKind.INCOME)]
    if any(_has_fallen(line, policy.income_fall) for line in incomes):
        yield HardshipFlag.INCOME_FALL
    if statement.taken_on is not None:
        horizon_on = months_after(statement.taken_on, policy.review_months)
        if any(line.has_ended(horizon_on) for line in incomes):
            yield HardshipFlag.INCOME_ENDS
    if any(line.category.strip().casefold() in _SUBSISTENCE for line in incomes):
        yield HardshipFlag.SUBSISTENCE_RECIPIENT


def _has_fallen(line: Line, by_share: Fraction) -> bool:
    """Whether the mean of the last three months lies more than the share below that of the nine before."""
    if line.frequency is not Frequency.IRREGULAR:
        return False
    before = sum((amount.exact for amount in line.monthly_amounts[:9]), Fraction(0)) / 9
    lately = sum((amount.exact for amount in line.monthly_amounts[9:]), Fraction(0)) / 3
    return lately < before * (1 - by_share)


def _of_the_household(statement: Statement) -> Iterator[str]:
    members = statement.members
    if any(member.needs_care or (member.age is not None and member.age <= INFANT_YEARS) for member in members):
        yield HardshipFlag.CARE_OR_INFANT


def _of_the_business(statement: Statement, figures: BusinessFigures | None) -> Iterator[str]:
    business = statement.business
    if business is None or figures is None:
        return
    if business.closed_on is not None and (statement.taken_on is None or business.closed_on <= statement.taken_on):
        yield HardshipFlag.BUSINESS_CLOSED
    taken_out = [
        monthly(statement.lines[index])
        for index in statement.counting(LineKind.INCOME)
        if statement.lines[index].category.strip().casefold() in _FROM_BUSINESS
    ]
    if sum(taken_out, Fraction(0)) > figures.net_mean:
        yield HardshipFlag.BUSINESS_DOES_NOT_CARRY


def _of_the_debts(statement: Statement, loan: LoanFigures, policy: Policy) -> Iterator[str]:
    lenders = len(statement.counting(LineKind.DEBT)) + (loan.outstanding.minor > 0)
    if lenders >= policy.many_lenders:
        yield HardshipFlag.MANY_LENDERS
    if any(statement.lines[index].balance is None for index in debts(statement, priority=False)):
        yield HardshipFlag.DEBT_WITHOUT_BALANCE
    if any(statement.lines[index].informal for index in statement.counting(LineKind.DEBT)):
        yield HardshipFlag.INFORMAL_DEBTS
    if loan.instalment is None:
        yield HardshipFlag.INSTALMENT_UNKNOWN
