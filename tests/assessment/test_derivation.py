from fractions import Fraction

import pytest

from app.assessment.derivation import Step, Worksheet, exact, rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(1300), "1300"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(433, 100), "4.33"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(1, 8), "0.125"),
        (Fraction(1300, 3), "1300/3"),
        (Fraction(-1, 12), "-1/12"),
    ],
)
def test_a_value_is_written_without_loss(value: Fraction, text: str) -> None:
    assert exact(value) == text
    assert Fraction(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "0.3333"),
        (Fraction(2, 3), "0.6667"),
        (Fraction(5, 100_000), "0.0000"),
        (Fraction(15, 100_000), "0.0002"),
        (Fraction(1), "1.0000"),
        (Fraction(-1, 3), "-0.3333"),
        (Fraction(17, 4), "4.2500"),
    ],
)
def test_a_ratio_is_rounded_half_even_to_four_decimals(value: Fraction, text: str) -> None:
    assert rounded(value, 4) == text


def test_a_worksheet_hands_the_figure_back_and_keeps_how_it_came_about() -> None:
    sheet = Worksheet("CN-house 1")
    assert sheet.enter("half", Fraction(1, 2), "one over two", {"one": Fraction(1)}, (3,)) == Fraction(1, 2)
    sheet.enter_unknown("ratio", "there is no income")
    assert sheet.steps == (
        Step("half", "one over two", "CN-house 1", "0.5", (("one", "1"),), (3,)),
        Step("ratio", "there is no income", "CN-house 1", None),
    )
