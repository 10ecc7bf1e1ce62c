"""What a day could bring, before any route is known."""

import numpy as np
import pytest

from app.optimiser.problem import Break, Role, Vehicle
from app.optimiser.prospects import Offer, Prospects, who_can
from app.optimiser.search_space import SearchSpace
from tests.optimiser.days import HOUR, MINUTE, crew, day, job, member

TWO = (Role(service_seconds=30 * MINUTE), Role(service_seconds=30 * MINUTE))


def offer(profit: list[float], seconds: list[float], capacity: float) -> Offer:
    return Offer((0, 1), np.arange(len(profit)), np.array(profit), np.array(seconds), capacity)


def test_a_day_is_filled_with_what_brings_most_per_second() -> None:
    worth, share = offer([100.0, 90.0, 10.0], [50.0, 30.0, 1.0], 71.0).filled(np.zeros(3))
    assert share.tolist() == [0.8, 1.0, 1.0]
    assert worth == 180.0


def test_prices_change_what_a_day_is_filled_with() -> None:
    worth, share = offer([100.0, 90.0, 10.0], [50.0, 30.0, 1.0], 71.0).filled(np.array([0.0, 90.0, 0.0]))
    assert (worth, share.tolist()) == (110.0, [1.0, 0.0, 1.0])


def test_nothing_is_counted_twice() -> None:
    prospects = Prospects(SearchSpace(day([crew("a")], [])), 0.0)
    one, other = offer([100.0, 50.0], [10.0, 10.0], 10.0), offer([90.0, 40.0], [10.0, 10.0], 20.0)
    assert prospects.together([one, other]) == 140.0


def test_what_several_want_becomes_dear_and_what_nobody_wants_cheap_again() -> None:
    prospects = Prospects(SearchSpace(day([crew("a"), crew("b")], [job("x", 1)])), 0.0)
    both = [prospects.alone[0], prospects.alone[1]]
    prospects.outbid(both, 0.5)
    assert prospects.prices.tolist() == [50.0]
    prospects.outbid([], 0.5)
    assert prospects.prices.tolist() == [0.0]


def test_an_offer_holds_what_is_in_reach_for_both() -> None:
    lunch = (Break((12 * HOUR, 13 * HOUR), HOUR),)
    team = [crew("a", member("ann", "law"), breaks=lunch), crew("b", shift=(10 * HOUR, 17 * HOUR))]
    jobs = [
        job("both", 1, roles=TWO),
        job("early", 1, roles=TWO, windows=((8 * HOUR, 9 * HOUR),)),
        job("law", 1, roles=(Role(frozenset({"law"}), 600), Role(frozenset({"law"}), 600))),
        job("alone", 1),
        job("worthless", 1, prize=0.0),
    ]
    prospects = Prospects(SearchSpace(day(team, jobs)), 0.0)
    assert prospects.pairs[0, 1].jobs.tolist() == [0, 3]
    assert prospects.pairs[0, 1].capacity == 6 * HOUR
    assert prospects.alone[0].jobs.tolist() == [3]


@pytest.mark.parametrize(
    "other",
    [
        crew("b", day=1),
        crew("b", shift=(17 * HOUR, 18 * HOUR)),
        crew("b", member("x"), member("y")),
    ],
)
def test_who_cannot_go_together_makes_no_offer(other: Vehicle) -> None:
    team = [crew("a", shift=(8 * HOUR, 17 * HOUR)), other]
    assert Prospects(SearchSpace(day(team, [job("x", 1)])), 0.0).pairs == {}


def test_who_can_is_told_for_both_roles() -> None:
    team = [crew("a", member("ann", "law")), crew("b")]
    roles = (Role(frozenset({"law"}), 600), Role())
    first, second = who_can(SearchSpace(day(team, [job("x", 1, roles=roles), job("y", 1)])))
    assert first.tolist() == [[True, True], [False, True]]
    assert second.tolist() == [[True, False], [True, False]]
