"""Figures of many visits that tell of no few households."""

from fractions import Fraction

from app.kernel.money import Money
from app.signals.cohorts import CountedVisit, Share, cohorts, quartiles


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
    (cell,) = cohorts(visits, [0])
    assert cell.visits == 10
    assert (cell.met, cell.assessed) == (Share(10, Fraction(6, 10)), Share(10, Fraction(6, 10)))
    assert (cell.promised, cell.hardship) == (Share(10, Fraction(2, 10)), Share(6, Fraction(2, 6)))
    assert cell.accepted == Share(None, None)


def test_a_plan_counts_as_accepted_among_those_with_options() -> None:
    visits = [counted("a", accepted=n < 3) for n in range(8)] + [counted("a") for _ in range(3)]
    (cell,) = cohorts(visits, [0])
    assert cell.accepted == Share(8, Fraction(3, 8))


def test_quartiles_lie_between_the_two_nearest_amounts() -> None:
    found = quartiles([Money("CNY", minor) for minor in (4, 1, 3, 2)])
    assert [money.minor for money in (found.first, found.median, found.third)] == [2, 2, 3]  # 1.75, 2.5, 3.25
    odd = quartiles([Money("JPY", minor) for minor in (-10, 0, 30)])
    assert [money.minor for money in (odd.first, odd.median, odd.third)] == [-5, 0, 15]


def test_a_surplus_of_four_households_is_not_told() -> None:
    visits = [counted("a", surplus=n) for n in range(4)] + [counted("a") for _ in range(6)]
    (cell,) = cohorts(visits, [0])
    assert (cell.visits, cell.surplus, cell.hardship) == (10, None, Share(None, None))


def test_a_share_that_would_tell_of_a_sibling_s_few_is_left_out_with_it() -> None:
    visits = [
        counted(name, surplus=100) for name, assessed in zip("abc", (3, 6, 9), strict=True) for _ in range(assessed)
    ]
    visits += [counted(name) for name in "aabb" for _ in range(3)]
    cells = {cell.key[0]: cell for cell in cohorts(visits, [0])}
    assert [cells[name].visits for name in "abc"] == [9, 12, 9]
    assert [cells[name].hardship for name in "abc"] == [Share(None, None), Share(None, None), Share(9, Fraction(0))]


def test_a_small_cell_is_suppressed_and_says_so_and_takes_another_with_it() -> None:
    visits = [counted("a") for _ in range(3)] + [counted("b") for _ in range(6)] + [counted("c") for _ in range(9)]
    assert [(cell.key[0], cell.suppressed, cell.visits) for cell in cohorts(visits, [0])] == [
        ("a", True, None),
        ("b", True, None),
        ("c", False, 9),
    ]


def test_in_no_cells_nothing_is_hidden() -> None:
    assert cohorts([], [0]) == []


def test_what_is_hidden_does_not_depend_on_what_was_asked() -> None:
    """By segment and region alone, the two of `micro` would follow from the totals of the regions."""
    numbers = {("micro", "east"): 2, ("spender", "east"): 16, ("young", "east"): 38, ("spender", "west"): 6}
    visits = [counted(*key) for key, number in numbers.items() for _ in range(number)]
    hidden = [[cell.key[:-1] for cell in cohorts(visits, by) if cell.suppressed] for by in ([0], [1], [0, 1])]
    assert hidden == [[("micro",), ("spender",)], [], [("micro", "east"), ("spender", "east")]]


def test_groups_stand_in_the_order_that_was_asked_for() -> None:
    visits = [counted("young", "east") for _ in range(5)]
    assert [cell.key for cell in cohorts(visits, [1, 0])] == [("east", "young", "CNY")]
