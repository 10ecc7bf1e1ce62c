"""Until when a claim can be brought, and what restarts the time."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.stewardship.limitation import Happening, Interruption, timeline

BEGAN = date(2026, 1, 10)


def happening(on: date, kind: Interruption = Interruption.DEMAND) -> Happening:
    return Happening(on, kind, f"contact:{on}")


def test_without_anything_it_ends_after_three_years_in_china() -> None:
    assert timeline("CN", BEGAN, []).lapses_on == date(2029, 1, 10)


def test_a_demand_restarts_it_in_china_and_not_in_great_britain() -> None:
    demand = happening(date(2027, 5, 1))
    assert timeline("CN", BEGAN, [demand]).lapses_on == date(2030, 5, 1)
    told = timeline("GB", BEGAN, [demand])
    assert (told.lapses_on, told.steps[0].restarts) == (date(2032, 1, 10), False)


@pytest.mark.parametrize("kind", [Interruption.ACKNOWLEDGEMENT, Interruption.PART_PAYMENT])
@pytest.mark.parametrize(("country", "lapses_on"), [("CN", 2030), ("GB", 2033), ("IE", 2033), ("IN", 2030)])
def test_who_acknowledges_or_pays_a_part_lets_it_run_anew(kind: Interruption, country: str, lapses_on: int) -> None:
    assert timeline(country, BEGAN, [happening(date(2027, 5, 1), kind)]).lapses_on == date(lapses_on, 5, 1)


def test_what_comes_after_the_end_restarts_nothing() -> None:
    late = happening(date(2029, 1, 10))
    told = timeline("CN", BEGAN, [late])
    assert (told.lapses_on, told.steps[0].restarts) == (date(2029, 1, 10), False)


def test_a_leap_day_ends_on_the_first_of_march() -> None:
    assert timeline("CN", date(2024, 2, 29), []).lapses_on == date(2027, 3, 1)


@pytest.mark.parametrize("country", ["US", None, ""])
def test_a_country_whose_rule_is_not_known_is_said_to_be_unknown(country: str | None) -> None:
    told = timeline(country, BEGAN, [happening(date(2027, 5, 1))])
    assert (told.rule, told.lapses_on, told.steps) == (None, None, ())


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 4000), st.sampled_from(Interruption)), max_size=8))
def test_the_order_in_which_things_are_told_does_not_matter(
    told: list[tuple[int, Interruption]],
) -> None:
    happenings = [happening(BEGAN + timedelta(days=days), kind) for days, kind in told]
    assert timeline("CN", BEGAN, happenings) == timeline("CN", BEGAN, reversed(happenings))
    more = timeline("CN", BEGAN, [*happenings, happening(BEGAN + timedelta(days=1))])
    one, other = more.lapses_on, timeline("CN", BEGAN, happenings).lapses_on
    assert one is not None
    assert other is not None
    assert one >= other, "a demand in time never shortens it"
