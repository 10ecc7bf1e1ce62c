"""Figures of many visits put together, without any that would tell of a few households (PURE).

A figure over fewer than five visits is not given, nor others that would give such a small cohort away. That of the
households in hardship is over those that were assessed, that of accepted offers over those that were offered one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.kernel.money import Money
from app.signals.suppression import SMALLEST, Cohort, hidden_cohorts, in_order, put_together

Key = tuple[str | None, ...]
"""The group of each grouping, and the currency of the loan at the end."""


@dataclass(frozen=True)
class CountedVisit:
    """What cohorts need of one visit; `surplus` in the currency of the loan, None where nothing was assessed in it.

    `accepted` is None where no option was offered.
    """

    key: Key
    met: bool
    assessed: bool
    promised: bool
    surplus: Money | None
    hardship: bool
    accepted: bool | None


@dataclass(frozen=True)
class Share:
    """A share of a number of visits, None where they are too few."""

    of: int | None
    share: Fraction | None


_NO_SHARE = Share(None, None)


@dataclass(frozen=True)
class Quartiles:
    """What divides the amounts into four, interpolated."""

    first: Money
    median: Money
    third: Money


@dataclass(frozen=True)
class Cell:
    """The figures of one cohort; all but the key are None where it is too small."""

    key: Key
    visits: int | None
    met: Share | None = None
    assessed: Share | None = None
    promised: Share | None = None
    hardship: Share | None = None
    accepted: Share | None = None
    surplus: Quartiles | None = None

    @property
    def suppressed(self) -> bool:
        """Whether the cohort is too small, or would tell how large one is that is."""
        return self.visits is None


def cohorts(visits: Iterable[CountedVisit], by: Sequence[int]) -> list[Cell]:
    """All cohorts by the groups at these places of a visit's key, in the order of their own keys."""
    numbers, assessed, offered = Counter[Cohort](), Counter[Cohort](), Counter[Cohort]()
    tallies: dict[Cohort, _Tally] = defaultdict(_Tally)
    keys: dict[Cohort, Key] = {}
    for visit in visits:
        cohort = put_together(visit.key, by)
        numbers[visit.key] += 1
        assessed[visit.key] += visit.assessed
        offered[visit.key] += visit.accepted is not None
        tallies[cohort].count(visit)
        keys[cohort] = (*(visit.key[place] for place in by), visit.key[-1])
    hidden, thin, bare = (hidden_cohorts(+counted) for counted in (numbers, assessed, offered))
    cells = (
        Cell(key, None)
        if cohort in hidden
        else tallies[cohort].cell(key, with_hardship=cohort not in thin, with_accepted=cohort not in bare)
        for cohort, key in keys.items()
    )
    return sorted(cells, key=lambda cell: in_order(cell.key))


class _Tally:
    """What is counted of one cohort."""

    def __init__(self) -> None:
        self.visits = self.met = self.assessed = self.promised = self.hardship = self.offered = self.accepted = 0
        self.surpluses: list[Money] = []

    def count(self, visit: CountedVisit) -> None:
        self.visits += 1
        self.met += visit.met
        self.assessed += visit.assessed
        self.promised += visit.promised
        self.hardship += visit.hardship
        self.offered += visit.accepted is not None
        self.accepted += visit.accepted is True
        if visit.surplus is not None:
            self.surpluses.append(visit.surplus)

    def cell(self, key: Key, *, with_hardship: bool, with_accepted: bool) -> Cell:
        """The figures; a share that would tell of another cohort's few is left out as one over few is."""
        return Cell(
            key,
            self.visits,
            met=_share(self.met, self.visits),
            assessed=_share(self.assessed, self.visits),
            promised=_share(self.promised, self.visits),
            hardship=_share(self.hardship, self.assessed) if with_hardship else _NO_SHARE,
            accepted=_share(self.accepted, self.offered) if with_accepted else _NO_SHARE,
            surplus=quartiles(self.surpluses) if len(self.surpluses) >= SMALLEST else None,
        )


def _share(part: int, whole: int) -> Share:
    return Share(whole, Fraction(part, whole)) if whole >= SMALLEST else _NO_SHARE


def quartiles(amounts: Sequence[Money]) -> Quartiles:
    """First quartile, median and third quartile of amounts of one currency, between the two nearest where needed."""
    ordered = sorted(amounts)
    return Quartiles(*(_quantile(ordered, Fraction(number, 4)) for number in (1, 2, 3)))


def _quantile(ordered: Sequence[Money], share: Fraction) -> Money:
    place = share * (len(ordered) - 1)
    below, beyond = int(place), place - int(place)
    low, high = ordered[below].exact, ordered[min(below + 1, len(ordered) - 1)].exact
    return Money.rounded(low + beyond * (high - low), ordered[0].currency)
