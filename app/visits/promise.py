"""What becomes of a promise to pay, from the payments and the calendar (PURE).

A promise is kept when enough of it was paid in time; when the time is over it is part kept if something was paid, and
broken if nothing was. A payment that becomes known late still counts for the day on which it was made, so a broken
promise may turn out to be kept; never the other way round. Superseded and cancelled promises are not judged any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from app.visits.terms import PromiseState

# How far a state has come; it never goes back. What was ended by a person or by a newer promise stays ended.
_RANK = {PromiseState.OPEN: 0, PromiseState.BROKEN: 1, PromiseState.PART: 2, PromiseState.KEPT: 3}


@dataclass(frozen=True)
class Tolerance:
    """How exactly a promise must be kept: the share of the amount that may be missing, and days that it may be late."""

    share: Fraction
    days: int


# What is due later than in three years is a plan, no promise.
LONGEST_PROMISE = timedelta(days=1096)

# The house's own: transfers take days, and fees of a transfer may be taken from the amount.
HOUSE = Tolerance(share=Fraction(1, 20), days=3)


@dataclass(frozen=True)
class Promised:
    """What was promised: an amount in minor units, to be paid from a day until another."""

    amount_minor: int
    promised_on: date
    due_on: date
    tolerance: Tolerance = HOUSE

    @property
    def enough_minor(self) -> int:
        """The least sum that keeps the promise."""
        return ceil(self.amount_minor * (1 - self.tolerance.share))

    @property
    def last_on(self) -> date:
        """The last day on which a payment counts."""
        return self.due_on + timedelta(days=self.tolerance.days)

    def counts(self, paid_on: date) -> bool:
        """Whether a payment of that day is one for the promise."""
        return self.promised_on <= paid_on <= self.last_on


@dataclass(frozen=True)
class Paid:
    """A payment, on a day of the region."""

    on: date
    minor: int


def paid_minor(promised: Promised, payments: Iterable[Paid]) -> int:
    """The sum of the payments that count."""
    return sum(payment.minor for payment in payments if promised.counts(payment.on))


def judge(promised: Promised, paid: int, on: date, state: PromiseState = PromiseState.OPEN) -> PromiseState:
    """The state on a day, when so much was paid that counts and it was in that state before."""
    if state not in _RANK:
        return state
    found = PromiseState.OPEN
    if paid >= promised.enough_minor:
        found = PromiseState.KEPT
    elif on > promised.last_on:
        found = PromiseState.PART if paid > 0 else PromiseState.BROKEN
    return max(state, found, key=_RANK.__getitem__)
