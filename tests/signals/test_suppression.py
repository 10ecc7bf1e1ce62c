"""No set of answers about one period tells by adding and subtracting how many visits a small cohort has."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from itertools import combinations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.money import Money
from app.signals.cohorts import CountedVisit, cohorts
from app.signals.suppression import SMALLEST, Cohort, hidden_cohorts

Finest = dict[tuple[str | None, ...], int]
Sum = list[Fraction]


def hidden_of(visits: Finest) -> set[Cohort]:
    return {cohort[:-1] for cohort in hidden_cohorts({(*key, "CNY"): number for key, number in visits.items()})}


# ---- the rules one by one


def test_a_small_cohort_takes_the_next_larger_one_with_it() -> None:
    assert hidden_of({("a",): 3, ("b",): 6, ("c",): 9}) == {("a",), ("b",)}


def test_small_cohorts_that_are_five_together_take_no_other_with_them() -> None:
    assert hidden_of({("a",): 2, ("b",): 3, ("c",): 6}) == {("a",), ("b",)}


def test_five_that_can_only_be_one_each_take_another_with_them() -> None:
    visits: Finest = {(word,): 1 for word in "abcde"}
    visits |= {("f",): 9, ("g",): 20}
    assert hidden_of(visits) == {(word,) for word in "abcdef"}


def test_fewer_than_five_in_all_are_hidden_altogether() -> None:
    assert hidden_of({("a",): 2, ("b",): 2}) == {("a",), ("b",), (...,)}


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    assert hidden_of({key: 5 for key in product("ab", "xy", "mn")}) == set()


def test_the_parts_of_a_hidden_cohort_do_not_add_up_to_it() -> None:
    """The six of `b` hide the two of `a`; no region may be left to tell them."""
    visits: Finest = {("a", "x"): 2, ("b", "x"): 6, ("c", "x"): 9, ("c", "y"): 9}
    assert hidden_of(visits) == {("a", ...), ("b", ...), ("a", "x"), ("b", "x")}


def test_a_small_cohort_between_two_closed_groups_is_hidden_too_well_to_be_reckoned() -> None:
    """Two hidden in each line are not enough: (b, z) joins two squares, so rows less columns would give it."""
    squares = [*product("ab", "xy"), *product("cd", "zw")]
    visits: Finest = {key: 4 if key in squares else 40 for key in product("abcd", "xyzw")}
    visits["b", "z"] = 2
    assert reckoned_small(visits, {(row, column) for row, column in visits if visits[row, column] < SMALLEST})
    assert not reckoned_small(visits, hidden_of(visits))
    assert len(hidden_of(visits)) < len(visits)


def test_a_currency_is_a_period_of_its_own() -> None:
    assert hidden_cohorts({("a", "CNY"): 2, ("a", "INR"): 9}) == {("a", "CNY"), (..., "CNY")}


def test_what_is_hidden_does_not_depend_on_the_order_of_the_visits() -> None:
    visits: Finest = {key: 1 + number * 7 % 11 for number, key in enumerate(product("abcd", "xyz", "mn"))}
    shuffled = list(visits.items())
    Random(1).shuffle(shuffled)
    assert hidden_of(dict(shuffled)) == hidden_of(visits)


# ---- everything that can be asked for, taken together

NUMBERS = st.one_of(st.integers(1, 6), st.integers(1, 40))


def tables(*groups: str) -> st.SearchStrategy[Finest]:
    return st.dictionaries(st.tuples(*(st.sampled_from([*words[1:], None]) for words in groups)), NUMBERS, max_size=30)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.one_of(tables("abcd", "vwxyz"), tables("abc", "xyz", "mn"), tables("abcd", "wxyz", "mno")))
def test_all_answers_together_do_not_tell_the_number_of_a_small_cohort(visits: Finest) -> None:
    assert reckoned_small(visits, hidden_in_answers(visits)) == []


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.integers(0, 10_000))
def test_nor_do_those_of_crowded_tables(seed: int) -> None:
    """Tables in which every combination has visits, most of them enough."""
    lot = Random(seed)
    visits: Finest = {key: lot.choice((2, 4, 6, 9, 15, 30)) for key in product("abcd", "wxyz", "mno")}
    assert reckoned_small(visits, hidden_in_answers(visits)) == []


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.one_of(tables("abcd", "vwxyz"), tables("abc", "xyz", "mn")))
def test_of_each_shown_total_none_or_five_visits_are_hidden(visits: Finest) -> None:
    hidden, numbers = hidden_of(visits), all_cohorts(visits)
    assert {cohort for cohort, number in numbers.items() if number < SMALLEST} <= hidden
    lines = Counter[tuple[Cohort, int]]()
    for cohort in hidden:
        for place in (place for place, word in enumerate(cohort) if word is not ...):
            lines[(*cohort[:place], ..., *cohort[place + 1 :]), place] += numbers[cohort]
    assert all(unseen >= SMALLEST for (whole, _), unseen in lines.items() if whole not in hidden)


def groupings(visits: Finest) -> Iterable[tuple[int, ...]]:
    places = range(len(next(iter(visits), ())))
    return [chosen for number in places for chosen in combinations(places, number + 1)]


def put_together(key: Cohort, by: Collection[int]) -> Cohort:
    return tuple(word if place in by else ... for place, word in enumerate(key))


def all_cohorts(visits: Finest) -> Counter[Cohort]:
    numbers = Counter[Cohort]()
    for by in [(), *groupings(visits)]:
        for key, number in visits.items():
            numbers[put_together(key, by)] += number
    return numbers


def hidden_in_answers(visits: Finest) -> set[Cohort]:
    """What the answers to all groupings leave out, each asked for by itself."""
    one = CountedVisit(("CNY",), True, True, False, Money("CNY", 1), False, None)
    counted = [
        CountedVisit((*key, "CNY"), *list(vars(one).values())[1:]) for key, n in visits.items() for _ in range(n)
    ]
    hidden, width = set[Cohort](), len(next(iter(visits), ()))
    for by in groupings(visits):
        for cell in (cell for cell in cohorts(counted, by) if cell.suppressed):
            words = dict(zip(by, cell.key, strict=False))
            hidden.add(tuple(words.get(place, ...) for place in range(width)))
    return hidden


def reckoned_small(visits: Finest, hidden: Collection[Cohort]) -> list[Cohort]:
    """The small cohorts whose number is a sum and difference of shown ones; of all visits it is known from five on."""
    numbers, sums = all_cohorts(visits), _sums(visits)
    small = [cohort for cohort, number in numbers.items() if number < SMALLEST]
    known = [cohort for cohort in numbers if cohort not in small and cohort not in hidden]
    pivots = _eliminated(sums[cohort] for cohort in known)
    return [cohort for cohort in small if not any(_rest(pivots, sums[cohort]))]


def _sums(visits: Finest) -> Mapping[Cohort, Sum]:
    """Each cohort as a sum of the finest ones."""
    sums: dict[Cohort, Sum] = defaultdict(lambda: [Fraction(0)] * len(visits))
    for by in [(), *groupings(visits)]:
        for index, key in enumerate(visits):
            sums[put_together(key, by)][index] = Fraction(1)
    return sums


def _eliminated(known: Iterable[Sum]) -> dict[int, Sum]:
    """The known sums by their first number, which no later one has."""
    pivots: dict[int, Sum] = {}
    for row in known:
        rest = _rest(pivots, row)
        first = next((place for place, factor in enumerate(rest) if factor), None)
        if first is not None:
            pivots[first] = [factor / rest[first] for factor in rest]
    return pivots


def _rest(pivots: Mapping[int, Sum], row: Sum) -> Sum:
    """What is left of a sum when known ones are taken from it."""
    for first in sorted(pivots):
        if row[first]:
            row = [factor - row[first] * other for factor, other in zip(row, pivots[first], strict=True)]
    return row
