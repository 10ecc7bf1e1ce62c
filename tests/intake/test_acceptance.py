"""The acceptance rules, a row for each edge."""

from dataclasses import replace

import pytest

from app.intake.acceptance import AcceptancePolicy, Candidate, decide
from app.intake.terms import ContactOutcome, Product
from app.kernel.money import Money

POLICY = AcceptancePolicy()
GOOD = Candidate(
    product=Product.CONSUMER_CREDIT,
    overdue=Money("CNY", 3200_50),
    days_past_due=74,
    attempts=(ContactOutcome.NO_ANSWER,),
)


def denied(candidate: Candidate, policy: AcceptancePolicy = POLICY) -> list[str]:
    return [verdict.rule for verdict in decide(candidate, policy) if not verdict.allowed]


def test_a_plain_overdue_loan_is_accepted_by_every_rule() -> None:
    assert denied(GOOD) == []
    assert [verdict.rule for verdict in decide(GOOD, POLICY)] == [
        "visitable_product",
        "minimum_overdue",
        "minimum_days_past_due",
        "earlier_contact",
    ]


@pytest.mark.parametrize(
    ("candidate", "rules"),
    [
        (replace(GOOD, overdue=Money("CNY", 99_99)), ["minimum_overdue"]),
        (replace(GOOD, overdue=Money("CNY", 100_00)), []),
        (replace(GOOD, overdue=Money("EUR", 0)), ["minimum_overdue"]),
        (replace(GOOD, overdue=Money("EUR", 1)), []),
        (replace(GOOD, days_past_due=0), ["minimum_days_past_due"]),
        (replace(GOOD, days_past_due=1), []),
        (replace(GOOD, attempts=()), ["earlier_contact"]),
        (replace(GOOD, attempts=(ContactOutcome.WRONG_NUMBER,)), ["earlier_contact"]),
        (replace(GOOD, attempts=None), []),
    ],
)
def test_the_edges(candidate: Candidate, rules: list[str]) -> None:
    assert denied(candidate) == rules


def test_a_product_that_is_not_visited_is_refused() -> None:
    policy = replace(POLICY, visitable=frozenset({Product.MICRO_BUSINESS}))
    assert denied(GOOD, policy) == ["visitable_product"]
