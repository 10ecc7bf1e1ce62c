"""What became of a promise."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import Money
from app.signals.facts import Paid
from app.signals.promise_state import promise_state
from app.visits.terms import PromiseState

MADE_ON, DUE_ON = date(2026, 11, 10), date(2026, 11, 20)
AMOUNT = Money("CNY", 500_00)


def paid(amount: int, day: int, currency: str = "CNY") -> Paid:
    return Paid(datetime(2026, 11, 30, tzinfo=UTC), date(2026, 11, day), Money(currency, amount * 100))


@pytest.mark.parametrize(
    ("payments", "replaced", "on", "state"),
    [
        # transfers take days: three more count, and a twentieth may be missing
        ([], None, 23, "open"),
        ([], None, 24, "broken"),
        ([paid(474, 20)], None, 23, "open"),
        ([paid(474, 20)], None, 24, "part"),
        ([paid(475, 20)], None, 20, "kept"),
        ([paid(200, 10), paid(300, 20)], None, 20, "kept"),
        ([paid(500, 9)], None, 24, "broken"),
        ([paid(500, 24)], None, 24, "broken"),
        ([paid(500, 15, "USD")], None, 24, "broken"),
        ([], 15, 15, "superseded"),
        ([paid(500, 16)], 15, 24, "superseded"),
        ([paid(500, 12)], 15, 24, "kept"),
        ([], 25, 25, "broken"),
    ],
)
def test_payments_in_time_keep_a_promise(payments: list[Paid], replaced: int | None, on: int, state: str) -> None:
    replaced_on = date(2026, 11, replaced) if replaced else None
    assert promise_state(AMOUNT, MADE_ON, DUE_ON, payments, replaced_on, date(2026, 11, on)) == state


@given(st.lists(st.builds(paid, st.integers(0, 300), st.integers(1, 30)), max_size=4), st.integers(1, 30))
def test_a_promise_that_is_kept_stays_kept(payments: list[Paid], day: int) -> None:
    now = promise_state(AMOUNT, MADE_ON, DUE_ON, payments, None, date(2026, 11, day))
    later = promise_state(AMOUNT, MADE_ON, DUE_ON, payments, None, date(2026, 12, 31))
    assert now is PromiseState.OPEN or now is later
