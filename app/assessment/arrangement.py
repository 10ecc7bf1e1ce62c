"""Which repayment options may be proposed for what a household can afford.

The outstanding amount is what is owed in all; interest that a contract goes on to charge is not foreseen here. No
payment is ever above what is left over in a month, and no option forgives or hides a rest: what a schedule does not pay
is named as `remaining`, with the day on which it is looked at again. When the loan cannot be paid within the policy's
longest term, nothing longer is proposed as a plan; an extension runs only to its review.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from app.assessment.faults import refuse
from app.assessment.figures import Affordability
from app.assessment.loan import LoanFigures
from app.assessment.periods import months_after
from app.assessment.policy import Policy
from app.assessment.terms import ComponentKind, Frequency, HardshipFlag, OptionName, OptionReason
from app.kernel.errors import Fault
from app.kernel.money import Money, total


@dataclass(frozen=True)
class Component:
    """A part of an option: `count` times `amount` at the frequency, as far as the kind needs them."""

    kind: ComponentKind
    amount: Money | None = None
    frequency: Frequency | None = None
    count: int | None = None


@dataclass(frozen=True)
class Payment:
    """One payment of a schedule."""

    due_on: date
    amount: Money


@dataclass(frozen=True)
class Option:
    """A proposal for the household, with what it means for it.

    `ends_on` is the day of the last payment, or of the review when there is none. `ratio_after` is the debt-service
    ratio with the option's highest payment in place of the present instalment. `stressed_surplus` is what the highest
    payment leaves of the surplus when the income falls to the policy's stress.
    """

    name: OptionName
    reason: OptionReason
    components: tuple[Component, ...]
    schedule: tuple[Payment, ...]
    remaining: Money
    ends_on: date
    ratio_after: Fraction | None
    stressed_surplus: Fraction

    @property
    def total(self) -> Money:
        """The sum of the schedule."""
        return total((payment.amount for payment in self.schedule), self.remaining.currency)

    @property
    def review_on(self) -> date | None:
        """When what remains must be looked at again; None when nothing remains."""
        return self.ends_on if self.remaining.minor > 0 else None


def options(affordability: Affordability, loan: LoanFigures, policy: Policy, as_of_on: date) -> tuple[Option, ...]:
    """What may be proposed, the best first.

    Nothing when nothing is owed, and nothing while the balance of another lender is not known, for then our share is
    not known either. Raises InvalidFigures when the loan or the policy is in another currency.
    """
    _refuse_mixed_currencies(affordability, loan, policy)
    if loan.outstanding.minor == 0 or HardshipFlag.DEBT_WITHOUT_BALANCE in affordability.flags:
        return ()
    instalment = Money.rounded(affordability.affordable_instalment, loan.currency)
    if instalment.minor == 0:
        reason = OptionReason.NO_SURPLUS if affordability.surplus <= 0 else OptionReason.NOTHING_AFFORDABLE
        return (
            _pause(reason, affordability, loan, policy, as_of_on),
            _referral(reason, affordability, loan, policy, as_of_on),
        )
    term_months = -(-loan.outstanding.minor // instalment.minor)
    if term_months <= policy.max_term_months:
        schedule = _schedule(instalment, term_months, loan.outstanding, as_of_on)
        ends_on = schedule[-1].due_on
        return (_proposal(OptionName.INSTALMENT, OptionReason.WITHIN_TERM, (), schedule, ends_on, affordability, loan),)
    return (
        _extension(instalment, term_months, affordability, loan, policy, as_of_on),
        _referral(OptionReason.TERM_ABOVE_MAX, affordability, loan, policy, as_of_on),
    )


def _refuse_mixed_currencies(affordability: Affordability, loan: LoanFigures, policy: Policy) -> None:
    others = {"/loan": loan.currency, "/policy": policy.currency}
    refuse(
        Fault(pointer, f"{currency}, but the figures are in {affordability.currency}")
        for pointer, currency in others.items()
        if currency != affordability.currency
    )


def _extension(
    instalment: Money, term_months: int, affordability: Affordability, loan: LoanFigures, policy: Policy, as_of_on: date
) -> Option:
    months = min(policy.review_months, policy.max_term_months)
    schedule = _schedule(instalment, months, loan.outstanding, as_of_on)
    extended = Component(ComponentKind.EXTENSION, None, Frequency.MONTHLY, term_months)
    name, reason, ends_on = OptionName.EXTENSION, OptionReason.TERM_ABOVE_MAX, schedule[-1].due_on
    return _proposal(name, reason, (extended,), schedule, ends_on, affordability, loan)


def _pause(
    reason: OptionReason, affordability: Affordability, loan: LoanFigures, policy: Policy, as_of_on: date
) -> Option:
    grace = Component(ComponentKind.GRACE, None, Frequency.MONTHLY, policy.pause_months)
    ends_on = months_after(as_of_on, policy.pause_months)
    return _proposal(OptionName.PAUSE, reason, (grace,), (), ends_on, affordability, loan)


def _referral(
    reason: OptionReason, affordability: Affordability, loan: LoanFigures, policy: Policy, as_of_on: date
) -> Option:
    mediation = Component(ComponentKind.MEDIATION)
    ends_on = months_after(as_of_on, policy.pause_months)
    return _proposal(OptionName.REFERRAL, reason, (mediation,), (), ends_on, affordability, loan)


def _proposal(
    name: OptionName,
    reason: OptionReason,
    measures: tuple[Component, ...],
    schedule: tuple[Payment, ...],
    ends_on: date,
    affordability: Affordability,
    loan: LoanFigures,
) -> Option:
    highest = max((payment.amount.exact for payment in schedule), default=Fraction(0))
    return Option(
        name=name,
        reason=reason,
        components=(*measures, *_instalments(schedule)),
        schedule=schedule,
        remaining=loan.outstanding - total((payment.amount for payment in schedule), loan.currency),
        ends_on=ends_on,
        ratio_after=affordability.ratio_with(highest),
        stressed_surplus=affordability.stressed.surplus - highest,
    )


def _schedule(instalment: Money, months: int, outstanding: Money, as_of_on: date) -> tuple[Payment, ...]:
    """So many monthly payments, the first one month after the day; the last one is what is left, if that is less."""
    payments, left = [], outstanding
    for number in range(1, months + 1):
        payments.append(Payment(months_after(as_of_on, number), min(instalment, left)))
        left = left - payments[-1].amount
    return tuple(payments)


def _instalments(schedule: tuple[Payment, ...]) -> tuple[Component, ...]:
    """The schedule in short: a component for each run of equal payments."""
    runs = groupby(schedule, key=lambda payment: payment.amount)
    return tuple(Component(ComponentKind.INSTALMENT, amount, Frequency.MONTHLY, len(list(run))) for amount, run in runs)
