"""Sums that follow from others."""

from app.signals.reckoning import reckoned


def test_what_is_left_of_a_total_follows() -> None:
    assert reckoned(3, [[0, 1, 2], [0, 1]], [[2], [0], [1, 2]]) == [True, False, False]


def test_the_corners_of_a_square_do_not_follow_from_its_sides() -> None:
    assert reckoned(4, [[0, 1], [2, 3], [0, 2], [1, 3]], [[0], [3], [0, 1], [0, 3]]) == [False, False, True, False]


def test_rows_less_columns_give_what_joins_two_squares() -> None:
    """Numbers 0 to 3 and 4 to 7 are squares; 8 lies in a row of the first and in a column of the second."""
    rows, columns = [[0, 1], [2, 3, 8], [4, 5], [6, 7]], [[0, 2], [1, 3], [4, 6, 8], [5, 7]]
    assert reckoned(9, rows + columns, [[8], [0], [7]]) == [True, False, False]


def test_from_nothing_nothing_follows() -> None:
    assert reckoned(2, [], [[0], [0, 1]]) == [False, False]
    assert reckoned(0, [], []) == []


def test_a_long_chain_is_followed_to_its_end() -> None:
    """Each sum joins a number to the next one, and the first is known."""
    chain = [[number, number + 1] for number in range(300)]
    assert all(reckoned(301, [[0], *chain], [[number] for number in range(301)]))
    assert not any(reckoned(301, chain, [[number] for number in range(301)]))
