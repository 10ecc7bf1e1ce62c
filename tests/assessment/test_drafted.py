"""A draft of the door against the figures."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.affordability import assess
from app.assessment.drafted import asks_for_token, draft_of, examine
from app.assessment.option import Component
from app.assessment.terms import ComponentKind, Frequency
from app.kernel.money import Money
from tests.assessment.test_option_properties import Scene, proposed, scenes
from tests.assessment.test_properties import TODAY, property_test
from tests.assessment.test_rendering import FIGURES


def paid(kind: str, amount: str, frequency: str | None = "monthly") -> dict[str, object]:
    return {"kind": kind, "amount": {"amount": amount, "currency": "CNY"}, "frequency": frequency, "count": 6}


@pytest.mark.parametrize(
    ("components", "highest"),
    [
        ([paid("instalment", "100"), paid("instalment", "300")], Fraction(300)),  # one after the other
        ([paid("instalment", "100"), paid("settlement_lump", "250", None)], Fraction(350)),  # perhaps together
        ([paid("instalment", "30", "weekly")], Fraction(130)),
        ([paid("instalment", "300", "quarterly")], Fraction(300)),  # whole in its month
        ([paid("instalment", "300", "irregular")], Fraction(300)),
        ([paid("instalment", "10"), paid("fee_waiver", "900")], Fraction(10)),
    ],
)
def test_the_most_that_a_month_is_asked_counts(components: list[dict[str, object]], highest: Fraction) -> None:
    drafted = examine(draft_of({"components": components}), FIGURES)
    assert drafted is not None
    assert drafted.highest_monthly == highest


def test_a_draft_is_compared_with_surplus_instalment_and_bad_case() -> None:
    """432.305 are left over, 345.6... when the income falls, and 210 are affordable."""
    answers = []
    for amount in ("210", "345", "432", "433"):
        drafted = examine(draft_of({"components": [paid("instalment", amount)]}), FIGURES)
        assert drafted is not None
        answers.append((drafted.within_affordable, drafted.survives_stress, drafted.within_surplus))
    assert answers == [(True, True, True), (False, True, True), (False, False, True), (False, False, False)]


@pytest.mark.parametrize(
    "arrangement",
    [None, {"components": [{"kind": "mediation", "amount": None, "frequency": None, "count": None}]}],
)
def test_without_a_payment_there_is_nothing_to_examine(arrangement: dict[str, object] | None) -> None:
    assert examine(draft_of(arrangement), FIGURES) is None


def test_a_token_in_the_draft_is_the_borrowers_wish() -> None:
    assert asks_for_token(draft_of({"components": [paid("token", "5")]}))
    assert not asks_for_token(draft_of({"components": [paid("instalment", "5")]}))


@property_test
@given(scenes(), st.integers(0, 1_000_000))
def test_what_is_above_the_surplus_is_never_within_it(scene: Scene, minor: int) -> None:
    figures = assess(*scene, TODAY)
    part = Component(ComponentKind.INSTALMENT, Money(scene[1].currency, minor), Frequency.MONTHLY, 1)
    drafted = examine((part,), figures)
    assert drafted is not None
    assert drafted.within_surplus is (drafted.highest_monthly <= max(Fraction(0), figures.surplus))
    assert not drafted.within_affordable or drafted.within_surplus


@property_test
@given(scenes())
def test_a_plan_of_ours_would_pass_as_a_draft(scene: Scene) -> None:
    figures, found = proposed(scene)
    for option in found:
        instalments = [part for part in option.components if part.kind is ComponentKind.INSTALMENT]
        drafted = examine(instalments, figures)
        usual = option.name not in ("seasonal", "token")
        assert drafted is None or not usual or (drafted.within_surplus and drafted.within_affordable)
