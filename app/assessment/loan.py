"""The figures of our own loan that an assessment needs."""

from dataclasses import dataclass
from fractions import Fraction

from app.assessment.faults import refuse
from app.kernel.errors import Fault
from app.kernel.money import Money

HIGHEST_RATE = 100  # ten thousand percent: keeps interest finite whatever is told


@dataclass(frozen=True)
class LoanFigures:
    """Our loan on the day of the assessment.

    `outstanding` is what is owed in all, the overdue part included; `instalment` is what is due in a month at present,
    `fees` the part of `outstanding` that bears no interest, `annual_rate` the nominal rate of a year on the rest, as a
    fraction of one. Each of these is None when it is not known.
    """

    outstanding: Money
    overdue: Money
    instalment: Money | None = None
    fees: Money | None = None
    annual_rate: Fraction | None = None

    def __post_init__(self) -> None:
        amounts = {"/outstanding": self.outstanding, "/overdue": self.overdue}
        maybe = {"/instalment": self.instalment, "/fees": self.fees}
        amounts |= {pointer: amount for pointer, amount in maybe.items() if amount is not None}
        faults = [Fault(pointer, "must not be negative") for pointer, amount in amounts.items() if amount.minor < 0]
        faults += [
            Fault(pointer, f"{amount.currency} in a loan in {self.currency}")
            for pointer, amount in amounts.items()
            if amount.currency != self.currency
        ]
        if not faults and self.fees is not None and self.fees > self.outstanding:
            faults.append(Fault("/fees", "must not be more than outstanding"))
        if self.annual_rate is not None and not 0 <= self.annual_rate <= HIGHEST_RATE:
            faults.append(Fault("/annual_rate", f"must be 0 to {HIGHEST_RATE}"))
        refuse(faults)

    @property
    def currency(self) -> str:
        """The currency of the loan."""
        return self.outstanding.currency
