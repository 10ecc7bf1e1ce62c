"""What an assessment finds: exact figures of a household's month, in major units of the statement's currency."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.assessment.business import BusinessFigures
from app.assessment.derivation import Step

Shares = tuple[Fraction, ...]


@dataclass(frozen=True)
class Category:
    """What a household spends on one thing in a month: as declared, and as accepted."""

    name: str
    declared: Fraction
    guideline: Fraction | None
    accepted: Fraction

    @property
    def is_above_guideline(self) -> bool:
        """Whether the household says it spends more than the guideline, explained or not."""
        return self.guideline is not None and self.declared > self.guideline


@dataclass(frozen=True)
class Spending:
    """Essential spending: what is accepted of all categories, but no less than the subsistence floor."""

    categories: tuple[Category, ...]
    accepted: Fraction
    floor: Fraction
    essential: Fraction


@dataclass(frozen=True)
class Budget:
    """What is left of an income after essentials and priority debts, and after a little saving (the surplus)."""

    income: Fraction
    left_over: Fraction
    savings: Fraction
    surplus: Fraction


@dataclass(frozen=True)
class Quality:
    """Share of the monthly income and of the monthly spending at each verification level; None when there is none."""

    income: Shares | None
    spending: Shares | None


@dataclass(frozen=True)
class Affordability:
    """The figures with their derivation.

    `budget.income` is the planning income; `stressed` is the same budget when the income falls. `debt_service_ratio` is
    None when there is no income to compare with. `declined` are indices of statement lines.
    """

    policy: str
    currency: str
    as_of_on: date
    spending: Spending
    priority_debts: Fraction
    other_repayments: Fraction
    budget: Budget
    stressed: Budget
    debt_service_ratio: Fraction | None
    our_share: Fraction
    affordable_instalment: Fraction
    quality: Quality
    business: BusinessFigures | None
    flags: tuple[str, ...]
    declined: tuple[int, ...]
    derivation: tuple[Step, ...]

    @property
    def surplus(self) -> Fraction:
        """What is left in a month; negative for a deficit."""
        return self.budget.surplus

    def ratio_with(self, instalment: Fraction) -> Fraction | None:
        """Debt-service ratio if our loan took this instalment."""
        if self.budget.income == 0:
            return None
        return (self.priority_debts + self.other_repayments + instalment) / self.budget.income
