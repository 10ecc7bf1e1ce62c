"""Reasons of decisions: known codes are counted, other texts are kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports.reason_codes import ReasonCode, known_codes, usual_codes
from app.reports.terms import DecisionKind


@pytest.mark.parametrize("kind", DecisionKind)
def test_every_kind_of_decision_has_reasons_that_speak_for_it(kind: DecisionKind) -> None:
    codes = usual_codes(kind)
    assert len(codes) > 1
    assert codes[-1] is ReasonCode.OTHER
    assert len(set(codes)) == len(codes)


def test_no_code_speaks_for_nothing() -> None:
    assert {code for kind in DecisionKind for code in usual_codes(kind)} == set(ReasonCode)


@given(reasons=st.lists(st.one_of(st.text(), st.sampled_from([code.value for code in ReasonCode]))))
@settings(derandomize=True, deadline=None)
def test_any_text_is_a_reason_and_the_codes_among_them_are_known(reasons: list[str]) -> None:
    codes = known_codes(reasons)
    assert {code.value for code in codes} == set(reasons) & {code.value for code in ReasonCode}
    assert len(set(codes)) == len(codes)
