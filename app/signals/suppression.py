"""Which cohorts are hidden, so that the shown ones do not tell how large a small one is (PURE).

It is decided for all groupings of a period at once and never for the one that was asked for: two answers that hide
different cohorts could be taken from each other. Of every currency:

1. A cohort of fewer than five visits is hidden.
2. Where a cohort is shown and some of its parts by one more grouping are hidden, these are two at least, have five
   visits or more together, and not one each; otherwise the smallest shown part is hidden too (first of those that
   are part of a hidden cohort), or the cohort itself where no part is left.
3. Where a cohort is hidden, so is one of its parts by every further grouping: all of them would add up to it.
4. Where the number of a hidden cohort still follows from shown ones, in whatever way they are added and subtracted, a
   neighbour of it is hidden.

The rules are repeated until nothing changes. All visits of the period are a cohort like the others, though nobody can
ask for it alone: their number may be known from elsewhere. Where it had to be hidden nothing is shown.

Guaranteed: the number of visits of no hidden cohort is a sum and difference of numbers that all groupings of one period
show, as one actor knew them at one instant. Not guaranteed: that no bounds can be told (numbers are whole and at least
one), or that other periods, other instants, the regions of another token, or the choice of what is hidden tell nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import EllipsisType

from app.signals.reckoning import reckoned

SMALLEST = 5

Cohort = tuple[str | EllipsisType | None, ...]
"""The group of each grouping, `...` where all of them are put together, and the currency at the end."""


@dataclass(frozen=True)
class _Line:
    """A cohort and its parts by one more grouping."""

    whole: Cohort
    parts: tuple[Cohort, ...]


@dataclass(frozen=True)
class _Period:
    """All cohorts of all groupings: how many visits they have, and the lines of each grouping, coarse ones first."""

    visits: Mapping[Cohort, int]
    tables: Sequence[Sequence[_Line]]
    finest: Sequence[Cohort]


def hidden_cohorts(visits: Mapping[Cohort, int]) -> Collection[Cohort]:
    """The hidden cohorts of all groupings, from the numbers of visits that have all their groups in common."""
    period = _period(visits)
    hidden = {cohort for cohort, number in period.visits.items() if number < SMALLEST}
    while more := _left_thin(period, hidden) or _left_whole(period, hidden) or _beside_reckoned(period, hidden):
        hidden |= more
    return {cohort for cohort in period.visits if cohort in hidden or put_together(cohort, ()) in hidden}


def put_together(cohort: Cohort, places: Collection[int]) -> Cohort:
    """The cohort by the groupings at these places, which this one is part of."""
    last = len(cohort) - 1
    return tuple(word if place in places or place == last else ... for place, word in enumerate(cohort))


def in_order(cohort: Cohort) -> list[str]:
    """What cohorts are sorted by."""
    return [word if isinstance(word, str) else "" for word in cohort]


# ---- all cohorts of a period


def _period(visits: Mapping[Cohort, int]) -> _Period:
    """In an order of its own: what is hidden must not depend on the order in which visits were read."""
    finest = sorted(visits, key=in_order)
    numbers, tables = Counter[Cohort](), list[Sequence[_Line]]()
    for places in _groupings(finest):
        table = Counter[Cohort]()
        for cohort in finest:
            table[put_together(cohort, places)] += visits[cohort]
        numbers.update(table)
        tables.append(_lines(list(table), places))
    return _Period(numbers, tables, finest)


def _groupings(finest: Sequence[Cohort]) -> list[tuple[int, ...]]:
    places = range(len(finest[0]) - 1) if finest else range(0)
    return [chosen for number in range(len(places) + 1) for chosen in combinations(places, number)]


def _lines(table: Sequence[Cohort], places: Sequence[int]) -> list[_Line]:
    lines = list[_Line]()
    for place in places:
        parts: dict[Cohort, list[Cohort]] = defaultdict(list)
        for cohort in table:
            parts[_without(cohort, place)].append(cohort)
        lines += [_Line(whole, tuple(cohorts)) for whole, cohorts in parts.items()]
    return lines


# ---- what else is hidden


def _left_thin(period: _Period, hidden: Collection[Cohort]) -> set[Cohort]:
    """One more of each line that hides too little, in the coarsest grouping that has such lines."""
    for table in period.tables:
        thin = [line for line in table if line.whole not in hidden and _is_thin(period, line, hidden)]
        if thin:
            return {_next_of(period, line, hidden) for line in thin}
    return set()


def _is_thin(period: _Period, line: _Line, hidden: Collection[Cohort]) -> bool:
    parts = [part for part in line.parts if part in hidden]
    unseen = sum(period.visits[part] for part in parts)
    return bool(parts) and (len(parts) == 1 or unseen < SMALLEST or unseen == len(parts))


def _next_of(period: _Period, line: _Line, hidden: Collection[Cohort]) -> Cohort:
    shown = [part for part in line.parts if part not in hidden]
    return _smallest(period, shown, hidden) if shown else line.whole


def _left_whole(period: _Period, hidden: Collection[Cohort]) -> set[Cohort]:
    """One part of each line that shows all parts of a hidden cohort, in the coarsest grouping that has such lines."""
    for table in period.tables:
        told = [line for line in table if line.whole in hidden and not any(part in hidden for part in line.parts)]
        if told:
            return {_next_of(period, line, hidden) for line in told}
    return set()


def _beside_reckoned(period: _Period, hidden: Collection[Cohort]) -> set[Cohort]:
    """A neighbour of each hidden cohort whose number follows from the shown ones."""
    members: dict[Cohort, list[int]] = defaultdict(list)
    unseen = [cohort for cohort in period.finest if cohort in hidden]
    for index, cohort in enumerate(unseen):
        for places in _groupings(period.finest):
            members[put_together(cohort, places)].append(index)
    asked = [cohort for cohort in members if cohort in hidden]
    needless = _added_up(period, hidden)
    known = [members[cohort] for cohort in members if cohort not in hidden and cohort not in needless]
    told = reckoned(len(unseen), known, [members[cohort] for cohort in asked])
    return {_neighbour(period, cohort, hidden) for cohort, is_told in zip(asked, told, strict=True) if is_told}


def _added_up(period: _Period, hidden: Collection[Cohort]) -> set[Cohort]:
    """The cohorts that say nothing new, as all their parts by some grouping are shown."""
    return {line.whole for table in period.tables for line in table if not any(part in hidden for part in line.parts)}


def _neighbour(period: _Period, cohort: Cohort, hidden: Collection[Cohort]) -> Cohort:
    """The smallest shown cohort in a line with this one; or that may share visits with it; or of all."""
    lines = [line for table in period.tables for line in table if cohort in line.parts and line.whole not in hidden]
    beside = [part for line in lines for part in line.parts if part not in hidden]
    shown = [other for other in period.visits if other not in hidden]
    meeting = [other for other in shown if _meet(other, cohort)]
    return _smallest(period, beside or meeting or shown, hidden)


def _meet(one: Cohort, other: Cohort) -> bool:
    return all(word in (..., twin) or twin is ... for word, twin in zip(one, other, strict=True))


def _smallest(period: _Period, cohorts: Collection[Cohort], hidden: Collection[Cohort]) -> Cohort:
    """The smallest part of a hidden cohort, as less is hidden in all then; where there is none, the smallest."""
    within = [cohort for cohort in cohorts if any(whole in hidden for whole in _wholes(cohort))]
    return min(within or cohorts, key=lambda cohort: (period.visits[cohort], in_order(cohort)))


def _wholes(cohort: Cohort) -> list[Cohort]:
    return [_without(cohort, place) for place, word in enumerate(cohort[:-1]) if word is not ...]


def _without(cohort: Cohort, place: int) -> Cohort:
    return (*cohort[:place], ..., *cohort[place + 1 :])
