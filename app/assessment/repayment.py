"""How a debt is paid off month by month, to the cent.

Each month interest of a twelfth of the annual rate falls due on the principal that is left, rounded half-even to the
currency's scale once a month; there is no interest on interest or on fees. A payment goes to interest first, then to
the principal, then to the fees. The payment that would be more than what is left is what is left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.assessment.option import Payment
from app.assessment.periods import months_after
from app.kernel.money import Money

_MONTHS_OF_A_YEAR = 12
Asked = Callable[[int], Money]  # what may be asked for in a month, 1 being the first


@dataclass(frozen=True)
class Debt:
    """What is owed when the plan begins; `annual_rate` is charged from the month after the `free_months` on."""

    principal: Money
    fees: Money
    annual_rate: Fraction = Fraction(0)
    free_months: int = 0

    def rate_in(self, month: int) -> Fraction:
        """The annual rate that a month is charged."""
        return self.annual_rate if month > self.free_months else Fraction(0)


@dataclass(frozen=True)
class Repayment:
    """The payments, the interest of all months together, and what is left after the last month."""

    payments: tuple[Payment, ...]
    interest: Money
    rest: Money
    months: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left."""
        return self.rest.minor == 0

    @property
    def highest(self) -> Fraction:
        """The highest payment in major units; zero where nothing is paid."""
        return max((payment.amount.exact for payment in self.payments), default=Fraction(0))


def repay(debt: Debt, asked: Asked, months: int, as_of_on: date) -> Repayment:
    """Pay at most so many months, the first one month after the day; a month that is asked nothing has no payment."""
    currency = debt.principal.currency
    principal, fees, accrued, interest, month = debt.principal.minor, debt.fees.minor, 0, 0, 0
    payments = []
    while month < months and principal + fees + accrued > 0:
        month += 1
        due = round(principal * debt.rate_in(month) / _MONTHS_OF_A_YEAR)  # half-even
        accrued, interest = accrued + due, interest + due
        paid = min(asked(month).minor, accrued + principal + fees)
        if paid > 0:
            payments.append(Payment(months_after(as_of_on, month), Money(currency, paid)))
        to_interest = min(paid, accrued)
        to_principal = min(paid - to_interest, principal)
        accrued, principal = accrued - to_interest, principal - to_principal
        fees -= paid - to_interest - to_principal
    return Repayment(tuple(payments), Money(currency, interest), Money(currency, principal + fees + accrued), month)
