"""The figures of our own loan that an assessment needs."""

from dataclasses import dataclass

from app.assessment.faults import refuse
from app.kernel.errors import Fault
from app.kernel.money import Money


@dataclass(frozen=True)
class LoanFigures:
    """Our loan on the day of the assessment.

    `outstanding` is what is owed in all, the overdue part included; `instalment` is what is due in a month at present,
    None when it is not known.
    """

    outstanding: Money
    overdue: Money
    instalment: Money | None = None

    def __post_init__(self) -> None:
        amounts = {"/outstanding": self.outstanding, "/overdue": self.overdue}
        if self.instalment is not None:
            amounts["/instalment"] = self.instalment
        faults = [Fault(pointer, "must not be negative") for pointer, amount in amounts.items() if amount.minor < 0]
        faults += [
            Fault(pointer, f"{amount.currency} in a loan in {self.currency}")
            for pointer, amount in amounts.items()
            if amount.currency != self.currency
        ]
        refuse(faults)

    @property
    def currency(self) -> str:
        """The currency of the loan."""
        return self.outstanding.currency
