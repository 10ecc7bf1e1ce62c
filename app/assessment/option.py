"""What a proposal to a household is made of."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.assessment.terms import ComponentKind, Frequency, OptionName, OptionNote, OptionReason
from app.kernel.money import Money, total


@dataclass(frozen=True)
class Component:
    """A part of an option: `count` times `amount` at the frequency, as far as the kind needs them.

    `amount` is what is paid each time, or what is waived in all; `annual_rate` belongs to a reduced interest.
    """

    kind: ComponentKind
    amount: Money | None = None
    frequency: Frequency | None = None
    count: int | None = None
    annual_rate: Fraction | None = None


@dataclass(frozen=True)
class Payment:
    """One payment of a schedule."""

    due_on: date
    amount: Money


@dataclass(frozen=True)
class Option:
    """A proposal for the household, with what it means for it.

    `interest` is what the plan adds to what is owed, `waived` what the lender forgives, `remaining` what is still owed
    after the last payment: total + remaining = outstanding + interest - waived. `ends_on` is the day of the last
    payment, or of the review when there is none. `ratio_after` is the debt-service ratio with the option's highest
    payment in place of the present instalment. `stressed_surplus` is what the highest payment leaves of the surplus
    when the income falls to the policy's stress. Both rest on the planning income in every option, a seasonal one
    included, so that options can be compared.
    """

    name: OptionName
    reason: OptionReason
    components: tuple[Component, ...]
    schedule: tuple[Payment, ...]
    remaining: Money
    ends_on: date
    ratio_after: Fraction | None
    stressed_surplus: Fraction
    interest: Money
    waived: Money
    notes: tuple[OptionNote, ...] = ()

    @property
    def total(self) -> Money:
        """The sum of the schedule."""
        return total((payment.amount for payment in self.schedule), self.remaining.currency)

    @property
    def cost(self) -> Money:
        """What the household pays from today on, what remains included."""
        return self.total + self.remaining

    @property
    def survives_stress(self) -> bool:
        """Whether every payment can still be made when the income falls; so it is where nothing is paid."""
        return not self.schedule or self.stressed_surplus >= 0

    @property
    def review_on(self) -> date | None:
        """When what remains must be looked at again; None when nothing remains."""
        return self.ends_on if self.remaining.minor > 0 else None
