"""Which warnings follow from the figures (research 3.3)."""

from collections.abc import Iterator
from fractions import Fraction

from app.assessment.figures import Budget, Spending
from app.assessment.loan import LoanFigures
from app.assessment.policy import Policy
from app.assessment.statement import Statement, debts
from app.assessment.terms import HardshipFlag, LineKind


def flags(
    statement: Statement,
    loan: LoanFigures,
    policy: Policy,
    spending: Spending,
    budget: Budget,
    stressed: Budget,
    ratio: Fraction | None,
) -> tuple[str, ...]:
    """All warnings, those about the whole household first."""
    return (
        *_of_the_budget(policy, budget, stressed, ratio),
        *_of_the_spending(spending),
        *_of_the_debts(statement, loan, policy),
        *([HardshipFlag.LINES_DECLINED] if statement.declined else []),
        *([HardshipFlag.FLOOR_UNKNOWN] if policy.floor_per_person.minor == 0 else []),
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


def _of_the_spending(spending: Spending) -> Iterator[str]:
    if spending.accepted < spending.floor:
        yield HardshipFlag.BELOW_FLOOR
    for category in spending.categories:
        if category.is_above_guideline:
            yield f"{HardshipFlag.GUIDELINE_EXCEEDED}:{category.name}"


def _of_the_debts(statement: Statement, loan: LoanFigures, policy: Policy) -> Iterator[str]:
    lenders = len(statement.counting(LineKind.DEBT)) + (loan.outstanding.minor > 0)
    if lenders >= policy.many_lenders:
        yield HardshipFlag.MANY_LENDERS
    if any(statement.lines[index].balance is None for index in debts(statement, priority=False)):
        yield HardshipFlag.DEBT_WITHOUT_BALANCE
    if loan.instalment is None:
        yield HardshipFlag.INSTALMENT_UNKNOWN
