import pytest

from app.assessment.faults import InvalidFigures
from app.assessment.loan import LoanFigures
from app.kernel.money import Money


def yuan(amount: str) -> Money:
    return Money.parse(amount, "CNY")


def test_the_instalment_need_not_be_known() -> None:
    assert LoanFigures(yuan("100"), yuan("20")).instalment is None


@pytest.mark.parametrize(
    ("outstanding", "overdue", "instalment", "pointer"),
    [
        (yuan("-1"), yuan("0"), None, "/outstanding"),
        (yuan("1"), yuan("-1"), None, "/overdue"),
        (yuan("1"), yuan("1"), yuan("-1"), "/instalment"),
        (yuan("1"), Money.parse("1", "INR"), None, "/overdue"),
        (yuan("1"), yuan("1"), Money.parse("1", "INR"), "/instalment"),
    ],
)
def test_negative_amounts_and_a_second_currency_are_refused(
    outstanding: Money, overdue: Money, instalment: Money | None, pointer: str
) -> None:
    with pytest.raises(InvalidFigures) as error:
        LoanFigures(outstanding, overdue, instalment)
    assert [fault.pointer for fault in error.value.faults] == [pointer]
