"""The exact figures behind a report, read from its derivation, and the statement's lines summed up for a reader (PURE).

Nothing here decides: where the derivation does not name a line's month, the factor of its frequency gives it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.assessment.periods import MONTHLY_FACTOR, MONTHS_OF_A_YEAR
from app.kernel.money import Money, MoneyError, exponent
from app.reports.paper.telling import as_list, as_object, as_objects
from app.visits.terms import Frequency, LineKind

SPENDING = (LineKind.FIXED.value, LineKind.FLEXIBLE.value)
# Longer numbers are no figures of ours, and to compute with them would take its time.
_LONGEST = 60


@dataclass(frozen=True)
class Line:
    """A line with its index and what it comes to in a month, None where that is not known."""

    index: int
    told: Mapping[str, Any]
    monthly: Fraction | None

    @property
    def kind(self) -> str:
        """The kind as it was told."""
        return str(self.told.get("kind") or "")

    @property
    def is_declined(self) -> bool:
        """Whether the household preferred not to answer."""
        return self.told.get("declined") is True


@dataclass(frozen=True)
class Workings:
    """The statement's lines and the derived figures by name."""

    currency: str | None
    lines: tuple[Line, ...]
    figures: Mapping[str, Fraction]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Workings":
        """Read them from a report's body."""
        statement = as_object(body.get("statement"))
        figures = dict(_derived(as_object(body.get("affordability"))))
        currency = statement.get("currency")
        lines = tuple(
            Line(index, told, figures.get(f"line[{index}].monthly", _month(told)))
            for index, told in enumerate(map(as_object, as_list(statement.get("lines"))))
        )
        return cls(currency if isinstance(currency, str) else None, lines, figures)

    def of_kind(self, *kinds: str) -> list[Line]:
        """The lines of the kinds that count."""
        return [line for line in self.lines if line.kind in kinds and not line.is_declined]

    def by_category(self, *kinds: str) -> dict[str, Fraction]:
        """What the categories come to in a month, the largest first."""
        sums: dict[str, Fraction] = {}
        for line in self.of_kind(*kinds):
            if line.monthly:
                name = str(line.told.get("category") or "")
                sums[name] = sums.get(name, Fraction(0)) + line.monthly
        return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))

    def shown(self, value: Fraction | None) -> str | None:
        """The value as an amount of the statement's currency, None where that cannot be said."""
        if value is None or self.currency is None:
            return None
        try:
            exponent(self.currency)
        except MoneyError:
            return None
        return Money.rounded(value, self.currency).amount


def number(value: Any) -> Fraction | None:
    """A decimal or a fraction such as `1300/3`; None for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST or "e" in value.lower():
        return None
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError):
        return None


def amount_of(money: Any) -> Fraction | None:
    """The amount of money as the contract writes it."""
    return number(as_object(money).get("amount"))


def _derived(affordability: Mapping[str, Any]) -> Iterator[tuple[str, Fraction]]:
    for step in as_objects(affordability.get("derivation")):
        value = number(step.get("value"))
        if value is not None:
            yield str(step.get("name")), value


def _month(told: Mapping[str, Any]) -> Fraction | None:
    amount, frequency = number(told.get("amount")), told.get("frequency")
    if told.get("kind") == LineKind.ASSET or frequency not in set(Frequency):
        return None
    if frequency == Frequency.IRREGULAR:
        return _irregular_month(told)
    return None if amount is None else amount * MONTHLY_FACTOR[Frequency(frequency)]


def _irregular_month(told: Mapping[str, Any]) -> Fraction | None:
    """As the assessment counts it: the second lowest of the last six months of income, the mean of spending."""
    months = [month for month in map(number, as_list(told.get("monthly_amounts"))) if month is not None]
    if len(months) != MONTHS_OF_A_YEAR:
        return None
    return sorted(months[-6:])[1] if told.get("kind") == LineKind.INCOME else sum(months, Fraction(0)) / len(months)
