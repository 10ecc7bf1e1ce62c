from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo.accounts import CASH_LOAN, CONSUMER_CREDIT, MICRO_BUSINESS, Product, loan, months_later

days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
products = st.sampled_from((CONSUMER_CREDIT, CASH_LOAN, MICRO_BUSINESS))
many = settings(derandomize=True, deadline=None, max_examples=200)


def value(money: dict[str, str]) -> Decimal:
    assert money["currency"] == "CNY"
    assert Decimal(money["amount"]).as_tuple().exponent == -2
    return Decimal(money["amount"])


def a_loan(product: Product, today: date, seed: int) -> dict[str, Any]:
    return loan(product, "L-1", today, Random(seed))


@given(products, days, st.integers())
@many
def test_the_amounts_agree_with_one_another(product: Product, today: date, seed: int) -> None:
    account = a_loan(product, today, seed)
    missing = sum(value(row["due"]) - value(row["paid"]) for row in account["repayments"])

    assert value(account["overdue"]) == missing
    assert value(account["overdue"]) > 0
    assert value(account["outstanding"]) >= value(account["overdue"]) + value(account["fees"])
    assert all(value(row["due"]) == value(account["instalment"]) for row in account["repayments"])


@given(products, days, st.integers())
@many
def test_days_past_due_count_from_the_oldest_instalment_not_paid_in_full(
    product: Product, today: date, seed: int
) -> None:
    account = a_loan(product, today, seed)
    unpaid = [row for row in account["repayments"] if value(row["paid"]) < value(row["due"])]

    assert account["days_past_due"] == (today - date.fromisoformat(unpaid[0]["due_on"])).days
    assert 61 <= account["days_past_due"] <= 180
    assert account["repayments"][-len(unpaid) :] == unpaid


@given(products, days, st.integers())
@many
def test_repayments_fall_due_every_month_up_to_today(product: Product, today: date, seed: int) -> None:
    account = a_loan(product, today, seed)
    due = [date.fromisoformat(row["due_on"]) for row in account["repayments"]]

    assert due == [months_later(due[0], ahead) for ahead in range(len(due))]
    assert due[-1] < today <= months_later(due[-1], 1)
    for row in account["repayments"]:
        assert (row["paid_on"] is None) == (value(row["paid"]) == 0)
        assert row["paid_on"] is None or date.fromisoformat(row["paid_on"]) < today


@given(products, days, st.integers())
@many
def test_the_term_reaches_from_the_opening_beyond_today(product: Product, today: date, seed: int) -> None:
    account = a_loan(product, today, seed)
    opened_on = date.fromisoformat(account["opened_on"])

    assert opened_on < date.fromisoformat(account["repayments"][0]["due_on"])
    assert months_later(opened_on, account["term_months"]) >= today


def test_an_instalment_is_that_of_an_annuity() -> None:
    account = a_loan(CONSUMER_CREDIT, date(2026, 11, 22), 4)
    rate, term = Decimal(account["annual_rate"]) / 12, account["term_months"]
    principal = value(account["instalment"]) * (1 - (1 + rate) ** -term) / rate

    assert abs(principal - round(principal / 500) * 500) < 1


def test_some_have_paid_a_part_of_the_oldest_instalment() -> None:
    parts = [
        0 < value(row["paid"]) < value(row["due"])
        for seed in range(100)
        for row in a_loan(CASH_LOAN, date(2026, 11, 22), seed)["repayments"]
    ]

    assert 15 <= sum(parts) <= 45


def test_a_month_later_crosses_the_year() -> None:
    assert months_later(date(2026, 11, 28), 3) == date(2027, 2, 28)
    assert months_later(date(2026, 1, 5), -1) == date(2025, 12, 5)
    assert months_later(date(2026, 1, 5), 0) - date(2026, 1, 5) == timedelta(0)
