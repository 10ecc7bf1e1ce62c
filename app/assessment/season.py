"""What the months of a year leave over in a household whose income comes and goes.

A season is known when a line of irregular income counts. A month is expected to bring what the same month brought a
year ago, lowered by the verification's confidence and by the policy's stress; the other lines bring what they bring on
average. The months that do not even cover what is essential are paid out of the others: what is left over in a good
month is cut in the proportion in which the lean months need it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from app.assessment.figures import Affordability
from app.assessment.loan import LoanFigures
from app.assessment.periods import MONTHS_OF_A_YEAR, months_after
from app.assessment.policy import Policy
from app.assessment.statement import Statement, debts, monthly
from app.assessment.terms import Frequency, LineKind

_ZERO = Fraction(0)


@dataclass(frozen=True)
class SeasonMonth:
    """One calendar month.

    `surplus` is what it leaves over, negative for a deficit; `carries` the part of it that may go to our loan.
    """

    surplus: Fraction
    carries: Fraction


@dataclass(frozen=True)
class Season:
    """The twelve calendar months, January first."""

    months: tuple[SeasonMonth, ...]

    def month_of(self, day: date) -> SeasonMonth:
        """The month in which a day lies."""
        return self.months[day.month - 1]


def season_of(statement: Statement, figures: Affordability, loan: LoanFigures, policy: Policy) -> Season | None:
    """The season of a household; None without irregular income, or when nothing is owed to us."""
    irregular = [i for i in statement.counting(LineKind.INCOME) if _is_irregular(statement, i)]
    if not irregular or loan.outstanding.minor == 0:
        return None
    incomes = _incomes(statement, irregular, policy, figures.as_of_on)
    surpluses = [_surplus(income, figures, policy) for income in incomes]
    kept = _kept_for_lean_months(surpluses)
    share = _our_part(statement, loan)
    return Season(
        tuple(
            SeasonMonth(
                surplus=surplus,
                carries=min(max(_ZERO, surplus) * kept * share, _room(income, figures, policy)),
            )
            for income, surplus in zip(incomes, surpluses, strict=True)
        )
    )


def carried_in(month: SeasonMonth, policy: Policy) -> Fraction:
    """What a month can pay us, down to a multiple of the rounding unit."""
    unit = policy.rounding_unit.exact
    return max(_ZERO, floor(month.carries / unit) * unit)


def _is_irregular(statement: Statement, index: int) -> bool:
    return statement.lines[index].frequency is Frequency.IRREGULAR


def _incomes(statement: Statement, irregular: list[int], policy: Policy, as_of_on: date) -> list[Fraction]:
    """The planning income of each calendar month; the newest of the twelve amounts is that of the month before."""
    lines = [statement.lines[index] for index in statement.counting(LineKind.INCOME)]
    steady = sum(
        (
            monthly(line) * policy.confidence[line.verification]
            for line in lines
            if line.frequency is not Frequency.IRREGULAR
        ),
        _ZERO,
    )
    incomes = [steady] * MONTHS_OF_A_YEAR
    for index in irregular:
        line = statement.lines[index]
        counted = policy.confidence[line.verification] * policy.stress
        for month, amount in zip(_calendar(as_of_on), line.monthly_amounts, strict=True):
            incomes[month] += amount.exact * counted
    return incomes


def _calendar(as_of_on: date) -> Iterator[int]:
    """The calendar months (January 0) of the twelve amounts, oldest first."""
    first = as_of_on.replace(day=1)
    return (months_after(first, back).month - 1 for back in range(-MONTHS_OF_A_YEAR, 0))


def _surplus(income: Fraction, figures: Affordability, policy: Policy) -> Fraction:
    left_over = income - figures.spending.essential - figures.priority_debts
    saved = min(policy.savings_rate * left_over, policy.savings_cap.exact) if left_over > 0 else _ZERO
    return left_over - saved


def _room(income: Fraction, figures: Affordability, policy: Policy) -> Fraction:
    return policy.ratio_cap * income - figures.priority_debts - figures.other_repayments


def _kept_for_lean_months(surpluses: list[Fraction]) -> Fraction:
    """The part of a good month's surplus that is not needed in the lean months of the year."""
    good = sum((surplus for surplus in surpluses if surplus > 0), _ZERO)
    return max(_ZERO, sum(surpluses, _ZERO)) / good if good else _ZERO


def _our_part(statement: Statement, loan: LoanFigures) -> Fraction:
    balances = [statement.lines[index].balance for index in debts(statement, priority=False)]
    others = sum((balance.exact for balance in balances if balance is not None), _ZERO)
    return loan.outstanding.exact / (loan.outstanding.exact + others)
