from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from app.assessment.faults import InvalidFigures
from app.kernel.money import Money
from tests.factories_assessment import CHINA


def yuan(amount: str) -> Money:
    return Money.parse(amount, "CNY")


def test_the_policy_is_cited_by_name_and_version() -> None:
    assert CHINA.label == "CN-house 1"
    assert CHINA.currency == "CNY"


def test_the_house_policy_of_china_questions_no_spending_without_local_figures() -> None:
    assert not CHINA.guidelines


def test_guidelines_cannot_be_changed_behind_the_policy() -> None:
    given = {"food": yuan("2100")}
    policy = replace(CHINA, guidelines=given)
    given["food"] = yuan("1")
    assert policy.guidelines["food"] == yuan("2100")
    with pytest.raises(TypeError):
        policy.guidelines["food"] = yuan("1")  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"floor_per_person": yuan("-1")}, "/floor_per_person"),
        ({"floor_per_person": Money.parse("1", "INR")}, "/floor_per_person"),
        ({"savings_cap": yuan("-1")}, "/savings_cap"),
        ({"rounding_unit": yuan("0")}, "/rounding_unit"),
        ({"guidelines": {"food": yuan("-1")}}, "/guidelines/food"),
        ({"guidelines": {"a/b": Money.parse("1", "INR")}}, "/guidelines/a~1b"),
        ({"confidence": (Fraction(1),) * 5}, "/confidence"),
        ({"confidence": (*(Fraction(1),) * 5, Fraction(11, 10))}, "/confidence/5"),
        ({"savings_rate": Fraction(-1, 10)}, "/savings_rate"),
        ({"ratio_cap": Fraction(2)}, "/ratio_cap"),
        ({"stress": Fraction(-1)}, "/stress"),
        ({"max_term_months": 0}, "/max_term_months"),
        ({"max_term_months": 601}, "/max_term_months"),
        ({"pause_months": 0}, "/pause_months"),
        ({"review_months": -1}, "/review_months"),
        ({"many_lenders": 0}, "/many_lenders"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidFigures) as error:
        replace(CHINA, **changes)
    assert [fault.pointer for fault in error.value.faults] == [pointer]
