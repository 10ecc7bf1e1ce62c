"""How often an amount comes, as exact parts of a month (PURE)."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from app.assessment.terms import Frequency
from app.kernel.money import Money

MONTHLY_FACTOR = {
    Frequency.WEEKLY: Fraction(52, 12),
    Frequency.FORTNIGHTLY: Fraction(26, 12),
    Frequency.FOUR_WEEKLY: Fraction(13, 12),
    Frequency.MONTHLY: Fraction(1),
    Frequency.QUARTERLY: Fraction(1, 3),
    Frequency.YEARLY: Fraction(1, 12),
}
MONTHS_OF_A_YEAR = 12


def mean_of(months: Sequence[Money]) -> Fraction:
    """The mean of twelve monthly amounts."""
    return sum((amount.exact for amount in months), Fraction(0)) / MONTHS_OF_A_YEAR


def second_lowest_of(months: Sequence[Money]) -> Fraction:
    """The second lowest of the last six monthly amounts, oldest first: their lowest quartile."""
    return sorted(amount.exact for amount in months[-6:])[1]


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
