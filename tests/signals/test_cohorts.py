"""Figures of many visits that tell of no few households."""

from collections import Counter
from collections.abc import Collection
from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import Money
from app.signals.cohorts import SMALLEST, CountedVisit, Key, Share, cohorts, hidden_cells, quartiles


def counted(
    *key: str | None,
    met: bool = True,
    promised: bool = False,
    surplus: int | None = None,
    hardship: bool = False,
    accepted: bool | None = None,
) -> CountedVisit:
    money = Money("CNY", surplus) if surplus is not None else None
    return CountedVisit((*key, "CNY"), met, money is not None, promised, money, hardship, accepted)


def test_shares_are_those_of_the_visits_that_they_speak_of() -> None:
    visits = [counted("young_consumer", surplus=100 * n, hardship=n < 2, promised=n > 3) for n in range(6)]
    visits += [counted("young_consumer", met=False) for _ in range(4)]
    (cell,) = cohorts(visits)
    assert cell.visits == 10
    assert (cell.met, cell.assessed) == (Share(10, Fraction(6, 10)), Share(10, Fraction(6, 10)))
    assert (cell.promised, cell.hardship) == (Share(10, Fraction(2, 10)), Share(6, Fraction(2, 6)))
    assert cell.accepted == Share(None, None)


def test_a_plan_counts_as_accepted_among_those_with_options() -> None:
    visits = [counted("a", accepted=n < 3) for n in range(8)] + [counted("a") for _ in range(3)]
    (cell,) = cohorts(visits)
    assert cell.accepted == Share(8, Fraction(3, 8))


def test_quartiles_lie_between_the_two_nearest_amounts() -> None:
    found = quartiles([Money("CNY", minor) for minor in (4, 1, 3, 2)])
    assert [money.minor for money in (found.first, found.median, found.third)] == [2, 2, 3]  # 1.75, 2.5, 3.25
    odd = quartiles([Money("JPY", minor) for minor in (-10, 0, 30)])
    assert [money.minor for money in (odd.first, odd.median, odd.third)] == [-5, 0, 15]


def test_a_surplus_of_four_households_is_not_told() -> None:
    visits = [counted("a", surplus=n) for n in range(4)] + [counted("a") for _ in range(6)]
    (cell,) = cohorts(visits)
    assert (cell.visits, cell.surplus, cell.hardship) == (10, None, Share(None, None))


def test_a_small_cell_is_suppressed_and_says_so_and_takes_another_with_it() -> None:
    visits = [counted("a") for _ in range(3)] + [counted("b") for _ in range(6)] + [counted("c") for _ in range(9)]
    assert [(cell.key[0], cell.suppressed, cell.visits) for cell in cohorts(visits)] == [
        ("a", True, None),
        ("b", True, None),
        ("c", False, 9),
    ]


def test_small_cells_that_are_five_together_take_no_other_with_them() -> None:
    cells: dict[Key, int] = {("a", "CNY"): 2, ("b", "CNY"): 3, ("c", "CNY"): 6}
    assert hidden_cells(cells) == {("a", "CNY"), ("b", "CNY")}


def test_another_currency_is_another_total() -> None:
    assert hidden_cells({("a", "CNY"): 2, ("a", "INR"): 9}) == {("a", "CNY")}


def test_in_no_cells_nothing_is_hidden() -> None:
    assert cohorts([]) == []


KEYS = st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", "z", None]), st.sampled_from(["CNY", "INR"]))


@given(st.dictionaries(KEYS, st.integers(1, 12)))
def test_no_total_gives_the_visits_of_a_small_cell_away(cells: dict[Key, int]) -> None:
    """Whatever is added up: of each total that another grouping shows, none or at least five visits are hidden."""
    hidden = hidden_cells(cells)
    assert {key for key, number in cells.items() if number < SMALLEST} <= set(hidden)
    for fixed in (places for number in (0, 1) for places in combinations((0, 1), number)):
        for total, unseen in _totals(cells, hidden, fixed).values():
            assert total < SMALLEST or unseen == 0 or unseen >= SMALLEST


def _totals(cells: dict[Key, int], hidden: Collection[Key], fixed: tuple[int, ...]) -> dict[Key, tuple[int, int]]:
    totals, unseen = Counter[Key](), Counter[Key]()
    for key, number in cells.items():
        group: Key = (*(key[place] for place in fixed), key[-1])
        totals[group] += number
        unseen[group] += number if key in hidden else 0
    return {group: (totals[group], unseen[group]) for group in totals}
