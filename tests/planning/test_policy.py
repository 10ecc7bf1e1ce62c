"""What a visit is worth and how long it takes."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.policy import PlanningPolicy, prize, service_seconds

POLICY = PlanningPolicy()
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due_in_days", "worth"),
    [(None, 700.0), (30, 700.0), (8, 700.0), (7, 910.0), (3, 1120.0), (1, 1120.0), (0, 1400.0), (-5, 1400.0)],
)
def test_the_worth_grows_as_the_due_day_nears(due_in_days: int | None, worth: float) -> None:
    due_on = None if due_in_days is None else MONDAY + timedelta(days=due_in_days)
    assert prize(7, due_on, MONDAY, POLICY) == pytest.approx(worth)


@given(st.integers(1, 9), st.integers(-60, 60))
@settings(derandomize=True, deadline=None)
def test_a_higher_priority_is_worth_more_at_the_same_due_day(priority: int, days: int) -> None:
    due_on = MONDAY + timedelta(days=days)
    assert prize(priority + 1, due_on, MONDAY, POLICY) > prize(priority, due_on, MONDAY, POLICY)


@pytest.mark.parametrize(("business", "loans", "seconds"), [(False, 1, 2400), (True, 1, 3600), (False, 3, 3600)])
def test_a_business_takes_longer_and_a_second_loan_adds_a_little(business: bool, loans: int, seconds: int) -> None:
    assert service_seconds(business, loans, POLICY) == seconds
