"""The business that a household lives from: what it turns over, costs, and is still owed.

Its figures stand beside those of the household and never change them: what a household takes out of its business is an
income line like any other. They tell whether that line can be true.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.assessment.faults import refuse
from app.assessment.periods import MONTHLY_FACTOR, MONTHS_OF_A_YEAR, mean_of, second_lowest_of
from app.assessment.terms import Frequency
from app.kernel.errors import Fault
from app.kernel.money import Money


@dataclass(frozen=True)
class Cost:
    """What the business pays for one thing."""

    category: str
    amount: Money
    frequency: Frequency

    def __post_init__(self) -> None:
        faults = [] if self.category.strip() else [Fault("/category", "must not be empty")]
        if self.frequency not in MONTHLY_FACTOR:
            faults.append(Fault("/frequency", "a cost comes at a regular frequency; take the mean of irregular ones"))
        if self.amount.minor < 0:
            faults.append(Fault("/amount", "must not be negative"))
        refuse(faults)

    @property
    def monthly(self) -> Fraction:
        """What it comes to in a month."""
        return self.amount.exact * MONTHLY_FACTOR[self.frequency]


@dataclass(frozen=True)
class Receivable:
    """What somebody owes the business; overdue when its day has passed."""

    amount: Money
    due_on: date | None = None
    debtor: str | None = None

    def __post_init__(self) -> None:
        refuse([Fault("/amount", "must not be negative")] if self.amount.minor < 0 else [])


@dataclass(frozen=True)
class Business:
    """A small business: `turnover` of the last twelve months, oldest first; `busy_months` (1 to 12) are its season."""

    activity: str
    turnover: tuple[Money, ...]
    costs: tuple[Cost, ...] = ()
    receivables: tuple[Receivable, ...] = ()
    busy_months: tuple[int, ...] = ()
    started_on: date | None = None
    closed_on: date | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        refuse([*self._faults_of_words(), *self._faults_of_amounts()])

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self.turnover[0].currency

    def _faults_of_words(self) -> Iterator[Fault]:
        if not self.activity.strip():
            yield Fault("/activity", "must not be empty")
        if len(set(self.busy_months)) < len(self.busy_months):
            yield Fault("/busy_months", "names a month twice")
        for index, month in enumerate(self.busy_months):
            if not 1 <= month <= MONTHS_OF_A_YEAR:
                yield Fault(f"/busy_months/{index}", "must be 1 to 12")
        if self.started_on is not None and self.closed_on is not None and self.closed_on < self.started_on:
            yield Fault("/closed_on", "must not be before started_on")

    def _faults_of_amounts(self) -> Iterator[Fault]:
        if len(self.turnover) != MONTHS_OF_A_YEAR:
            yield Fault("/turnover", "needs the last twelve months, oldest first")
            return
        amounts = {f"/turnover/{index}": amount for index, amount in enumerate(self.turnover)}
        for pointer, amount in amounts.items():
            if amount.minor < 0:
                yield Fault(pointer, "must not be negative")
        amounts |= {f"/costs/{index}/amount": cost.amount for index, cost in enumerate(self.costs)}
        amounts |= {f"/receivables/{index}/amount": one.amount for index, one in enumerate(self.receivables)}
        for pointer, amount in amounts.items():
            if amount.currency != self.currency:
                yield Fault(pointer, f"{amount.currency} in a business in {self.currency}")


@dataclass(frozen=True)
class BusinessFigures:
    """A month of the business, exact: `low` is the second lowest of the last six months, as for irregular incomes."""

    turnover_mean: Fraction
    turnover_low: Fraction
    costs: Fraction
    receivables: Fraction
    receivables_overdue: Fraction

    @property
    def net_mean(self) -> Fraction:
        """What is left of a mean month."""
        return self.turnover_mean - self.costs

    @property
    def net_low(self) -> Fraction:
        """What is left of a low month."""
        return self.turnover_low - self.costs


def figures_of(business: Business, day: date) -> BusinessFigures:
    """The figures as they stand on the day."""
    overdue = (one.amount.exact for one in business.receivables if one.due_on is not None and one.due_on < day)
    return BusinessFigures(
        turnover_mean=mean_of(business.turnover),
        turnover_low=second_lowest_of(business.turnover),
        costs=sum((cost.monthly for cost in business.costs), Fraction(0)),
        receivables=sum((one.amount.exact for one in business.receivables), Fraction(0)),
        receivables_overdue=sum(overdue, Fraction(0)),
    )
