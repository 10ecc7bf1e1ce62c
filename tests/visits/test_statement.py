"""What the lines of a statement must say together."""

from typing import Any

import pytest

from app.visits.statement import faults
from app.visits.statement_schema import StatementBody
from tests.factories_visits import statement


def line(**changes: Any) -> dict[str, Any]:
    return {"kind": "income", "category": "wages", "amount": "6500.00", "frequency": "monthly"} | changes


def pointers(body: dict[str, Any]) -> list[str]:
    return [fault.pointer for fault in faults(StatementBody.model_validate(body).model_dump(mode="json"))]


@pytest.mark.parametrize(
    "told",
    [
        line(),
        line(amount="0"),
        line(declined=True, amount=None, frequency=None),
        line(frequency="irregular", amount=None, monthly_amounts=["1"] * 12),
        line(frequency="irregular", amount=None, declined=True),
        line(kind="asset", frequency=None),
        line(kind="debt", balance="9000", priority=True),
    ],
)
def test_lines_that_can_be_assessed(told: dict[str, Any]) -> None:
    assert pointers(statement(told)) == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (line(amount=None), ["/amount"]),
        (line(amount="1.234"), ["/amount"]),
        (line(amount="-1"), ["/amount"]),
        (line(amount="1e3"), ["/amount"]),
        (line(frequency=None), ["/frequency"]),
        (line(monthly_amounts=["1"]), ["/monthly_amounts"]),
        (line(frequency="irregular", monthly_amounts=["1"] * 11), ["/monthly_amounts"]),
        (line(frequency="irregular", monthly_amounts=["1"] * 11 + ["x"]), ["/monthly_amounts/11"]),
        (line(frequency="irregular", declined=True, monthly_amounts=["1"]), ["/monthly_amounts"]),
        (line(kind="asset", frequency="irregular", monthly_amounts=["1"] * 12), ["/frequency"]),
        (line(balance="1"), ["/balance"]),
        (line(priority=True), ["/priority"]),
        (line(kind="debt", balance="-1"), ["/balance"]),
    ],
)
def test_lines_that_cannot(told: dict[str, Any], expected: list[str]) -> None:
    assert pointers(statement(line(), told)) == [f"/lines/1{pointer}" for pointer in expected]


def test_a_household_has_somebody_in_it() -> None:
    assert pointers(statement() | {"household": {"adults": 0}}) == ["/household"]
    assert pointers(statement() | {"household": {"adults": 60, "children": 41}}) == ["/household"]


def test_a_currency_is_known() -> None:
    assert pointers(statement() | {"currency": "ABC"}) == ["/currency"]
