from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.assessment.faults import InvalidFigures
from app.assessment.policy import Policy
from app.assessment.policy_json import policy_from_dict
from app.kernel.money import Money
from tests.factories_assessment import CHINA

Body = dict[str, Any]


def money(amount: str, currency: str = "CNY") -> Body:
    return {"amount": amount, "currency": currency}


PREVIEW: Body = {  # as in the contract
    "confidence": ["0", "0.8", "0.9", "1", "1", "1"],
    "floor_per_person": money("1000"),
    "guidelines": {"food": money("2100")},
    "savings_rate": "0.10",
    "savings_cap": money("250"),
    "ratio_cap": "0.50",
    "rounding_unit": money("10"),
    "stress": "0.80",
    "max_term_months": 24,
}


def test_a_preview_may_replace_every_constant() -> None:
    assert policy_from_dict(PREVIEW, CHINA) == Policy(
        name="CN-house",
        version="1+changed",
        confidence=(Fraction(0), Fraction(4, 5), Fraction(9, 10), Fraction(1), Fraction(1), Fraction(1)),
        floor_per_person=Money("CNY", 100000),
        guidelines={"food": Money("CNY", 210000)},
        savings_rate=Fraction(1, 10),
        savings_cap=Money("CNY", 25000),
        ratio_cap=Fraction(1, 2),
        rounding_unit=Money("CNY", 1000),
        stress=Fraction(4, 5),
        max_term_months=24,
    )


def test_what_is_not_replaced_stays() -> None:
    assert policy_from_dict({"stress": "0.7"}, CHINA) == replace(CHINA, stress=Fraction(7, 10), version="1+changed")


@pytest.mark.parametrize("data", [{}, {"stress": "0.8"}, {"stress": None}])
def test_a_policy_that_does_not_change_keeps_its_version(data: Body) -> None:
    assert policy_from_dict(data, CHINA) == CHINA


def test_a_changed_policy_may_have_a_version_of_its_own() -> None:
    assert policy_from_dict({"version": "2", "stress": "0.7"}, CHINA).label == "CN-house 2"


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ([], ""),
        ({"stres": "0.8"}, "/stres"),
        ({"stress": 0.8}, "/stress"),
        ({"stress": "8e-1"}, "/stress"),
        ({"stress": "-0.8"}, "/stress"),
        ({"stress": "1.2"}, "/stress"),
        ({"confidence": ["1", "x"]}, "/confidence/1"),
        ({"confidence": ["1"]}, "/confidence"),
        ({"max_term_months": "36"}, "/max_term_months"),
        ({"max_term_months": 36.5}, "/max_term_months"),
        ({"floor_per_person": "1000"}, "/floor_per_person"),
        ({"floor_per_person": {"amount": "1000"}}, "/floor_per_person/currency"),
        ({"floor_per_person": money("1000", "EURO")}, "/floor_per_person/currency"),
        ({"floor_per_person": money("1000.005")}, "/floor_per_person/amount"),
        ({"floor_per_person": money("1000", "INR")}, "/floor_per_person"),
        ({"guidelines": ["food"]}, "/guidelines"),
        ({"guidelines": {"food": "2100"}}, "/guidelines/food"),
        ({"guidelines": {"food": money("x")}}, "/guidelines/food/amount"),
    ],
)
def test_a_fault_is_told_with_its_place(data: object, pointer: str) -> None:
    with pytest.raises(InvalidFigures) as error:
        policy_from_dict(data, CHINA)
    assert [fault.pointer for fault in error.value.faults] == [pointer]
