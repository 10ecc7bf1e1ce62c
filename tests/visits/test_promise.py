"""What becomes of a promise, by payments and by the calendar."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.visits.promise import HOUSE, Paid, Promised, Tolerance, judge, paid_minor
from app.visits.terms import PROMISE_EVENT_OF, PromiseState

MADE_ON, DUE_ON = date(2026, 11, 23), date(2026, 12, 10)
PROMISED = Promised(800_00, MADE_ON, DUE_ON)
LAST_ON = date(2026, 12, 13)
property_test = settings(derandomize=True, deadline=None, max_examples=200)
JUDGED = [PromiseState.OPEN, PromiseState.BROKEN, PromiseState.PART, PromiseState.KEPT]


def test_the_house_bears_with_a_twentieth_and_three_days() -> None:
    assert (PROMISED.enough_minor, PROMISED.last_on) == (760_00, LAST_ON)
    assert Tolerance(Fraction(1, 20), 3) == HOUSE


def test_the_least_sum_is_rounded_up_to_the_minor_unit() -> None:
    assert Promised(101, MADE_ON, DUE_ON).enough_minor == 96  # 95.95


@pytest.mark.parametrize(
    ("paid", "on", "state"),
    [
        (0, DUE_ON, PromiseState.OPEN),
        (0, LAST_ON, PromiseState.OPEN),
        (0, LAST_ON + timedelta(days=1), PromiseState.BROKEN),
        (1, LAST_ON + timedelta(days=1), PromiseState.PART),
        (759_99, LAST_ON, PromiseState.OPEN),
        (759_99, LAST_ON + timedelta(days=1), PromiseState.PART),
        (760_00, MADE_ON, PromiseState.KEPT),
        (760_00, LAST_ON + timedelta(days=90), PromiseState.KEPT),
        (5000_00, DUE_ON, PromiseState.KEPT),
    ],
)
def test_a_promise_is_judged_by_what_was_paid_in_time(paid: int, on: date, state: PromiseState) -> None:
    assert judge(PROMISED, paid, on) is state


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (MADE_ON - timedelta(days=1), False),
        (MADE_ON, True),
        (DUE_ON, True),
        (LAST_ON, True),
        (LAST_ON + timedelta(days=1), False),
    ],
)
def test_a_payment_counts_from_the_promise_until_the_last_day(day: date, counts: bool) -> None:
    assert PROMISED.counts(day) is counts


@pytest.mark.parametrize("ended", [PromiseState.SUPERSEDED, PromiseState.CANCELLED])
def test_what_was_ended_is_not_judged_any_more(ended: PromiseState) -> None:
    assert judge(PROMISED, 800_00, LAST_ON + timedelta(days=9), ended) is ended


def test_a_late_told_payment_mends_a_broken_promise_and_nothing_unmakes_a_kept_one() -> None:
    after = LAST_ON + timedelta(days=5)
    assert judge(PROMISED, 800_00, after, PromiseState.BROKEN) is PromiseState.KEPT
    assert judge(PROMISED, 0, after, PromiseState.KEPT) is PromiseState.KEPT


def test_whatever_becomes_of_a_promise_has_its_event() -> None:
    assert set(PROMISE_EVENT_OF) == set(PromiseState) - {PromiseState.OPEN}


DAYS = st.integers(-3, 30).map(lambda days: MADE_ON + timedelta(days=days))
PAYMENTS = st.lists(st.builds(Paid, DAYS, st.integers(0, 900_00)), max_size=6)
PROMISES = st.builds(
    Promised,
    st.integers(1, 1_000_00),
    st.just(MADE_ON),
    st.just(DUE_ON),
    st.builds(Tolerance, st.integers(0, 100).map(lambda share: Fraction(share, 100)), st.integers(0, 7)),
)


def lived(promised: Promised, payments: list[Paid], days: list[date]) -> list[PromiseState]:
    """The states after each payment in the order in which they became known, each told on a later day or the same."""
    paid, state, states = 0, PromiseState.OPEN, []
    for payment, on in zip(payments, days, strict=False):
        paid += paid_minor(promised, [payment])
        state = judge(promised, paid, on, state)
        states.append(state)
    return states


@property_test
@given(PROMISES, PAYMENTS, st.randoms(use_true_random=False))
def test_the_order_of_the_payments_does_not_matter(promised: Promised, payments: list[Paid], chance: object) -> None:
    shuffled = list(payments)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    end = LAST_ON + timedelta(days=60)
    total = paid_minor(promised, payments)
    assert paid_minor(promised, shuffled) == total == sum(p.minor for p in payments if promised.counts(p.on))
    days = [end] * len(payments)
    assert lived(promised, payments, days)[-1:] == lived(promised, shuffled, days)[-1:]


@property_test
@given(PROMISES, st.integers(0, 1_000_00), st.lists(st.integers(0, 100), max_size=5), DAYS)
def test_a_sum_in_parts_is_as_good_as_in_one(promised: Promised, minor: int, cuts: list[int], on: date) -> None:
    marks = [0, *sorted(minor * cut // 100 for cut in cuts), minor]
    parts = [Paid(DUE_ON, after - before) for before, after in pairwise(marks)]
    whole = [Paid(DUE_ON, minor)]
    assert judge(promised, paid_minor(promised, parts), on) is judge(promised, paid_minor(promised, whole), on)
    days = [on] * len(parts)
    assert lived(promised, parts, days)[-1] is judge(promised, paid_minor(promised, whole), on)


@property_test
@given(PROMISES, PAYMENTS, st.lists(DAYS, min_size=6, max_size=6))
def test_a_state_never_goes_back(promised: Promised, payments: list[Paid], days: list[date]) -> None:
    states = [JUDGED.index(state) for state in lived(promised, payments, sorted(days))]
    assert states == sorted(states)


@property_test
@given(PROMISES, PAYMENTS)
def test_when_the_time_is_over_nothing_stays_open(promised: Promised, payments: list[Paid]) -> None:
    end = promised.last_on + timedelta(days=1)
    assert judge(promised, paid_minor(promised, payments), end) is not PromiseState.OPEN
