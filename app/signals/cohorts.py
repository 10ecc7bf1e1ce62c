"""Figures of many visits put together, without any that would tell of a few households (PURE).

A figure over fewer than five visits is not given. Cells that small could still be told by taking others from a total;
so of every total that can be asked for, either none of its visits or at least five are hidden.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from app.kernel.money import Money

SMALLEST = 5

Key = tuple[str | None, ...]
"""The groups that a visit belongs to, one for each grouping, and the currency of its loan at the end."""


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


def cohorts(visits: Iterable[CountedVisit]) -> list[Cell]:
    """All cohorts in the order of their keys."""
    tallies: dict[Key, _Tally] = defaultdict(_Tally)
    for visit in visits:
        tallies[visit.key].count(visit)
    hidden = hidden_cells({key: tally.visits for key, tally in tallies.items()})
    return [
        Cell(key, None) if key in hidden else tallies[key].cell(key)
        for key in sorted(tallies, key=lambda key: [word or "" for word in key])
    ]


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

    def cell(self, key: Key) -> Cell:
        return Cell(
            key,
            self.visits,
            met=_share(self.met, self.visits),
            assessed=_share(self.assessed, self.visits),
            promised=_share(self.promised, self.visits),
            hardship=_share(self.hardship, self.assessed),
            accepted=_share(self.accepted, self.offered),
            surplus=quartiles(self.surpluses) if len(self.surpluses) >= SMALLEST else None,
        )


def _share(part: int, whole: int) -> Share:
    return Share(whole, Fraction(part, whole)) if whole >= SMALLEST else Share(None, None)


def quartiles(amounts: Sequence[Money]) -> Quartiles:
    """First quartile, median and third quartile of amounts of one currency, between the two nearest where needed."""
    ordered = sorted(amounts)
    return Quartiles(*(_quantile(ordered, Fraction(number, 4)) for number in (1, 2, 3)))


def _quantile(ordered: Sequence[Money], share: Fraction) -> Money:
    place = share * (len(ordered) - 1)
    below, beyond = int(place), place - int(place)
    low, high = ordered[below].exact, ordered[min(below + 1, len(ordered) - 1)].exact
    return Money.rounded(low + beyond * (high - low), ordered[0].currency)


# ---- what is hidden


def hidden_cells(visits: Mapping[Key, int]) -> Collection[Key]:
    """The cells that are too small, and the next larger ones wherever a total would give them away."""
    hidden = {key for key, number in visits.items() if number < SMALLEST}
    while more := _given_away(visits, hidden):
        hidden.add(more)
    return hidden


def _given_away(visits: Mapping[Key, int], hidden: Collection[Key]) -> Key | None:
    """A cell to hide next, because the hidden ones of a total are fewer than five visits together."""
    for cells in _totals(list(visits)):
        shown = [key for key in cells if key not in hidden]
        unseen = sum(visits[key] for key in cells if key in hidden)
        if shown and 0 < unseen < SMALLEST:
            return min(shown, key=lambda key: (visits[key], [word or "" for word in key]))
    return None


def _totals(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """The cells of every total that other groupings would show: those that agree in some of the groups."""
    places = range(len(keys[0]) - 1) if keys else range(0)
    for number in range(len(places)):
        for fixed in combinations(places, number):
            lines: dict[Key, list[Key]] = defaultdict(list)
            for key in keys:
                lines[(*(key[place] for place in fixed), key[-1])].append(key)
            yield from lines.values()
