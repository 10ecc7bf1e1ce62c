"""The limits of relief, and how they are read."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from app.assessment.faults import InvalidFigures
from app.assessment.policy_json import policy_from_dict
from app.assessment.relief import FORGIVING, Relief
from app.assessment.relief_json import relief_from_dict, relief_to_dict
from app.assessment.terms import ComponentKind
from app.kernel.money import Money
from tests.assessment.test_option_properties import reliefs_in
from tests.assessment.test_properties import property_test
from tests.factories_assessment import CHINA

TOKEN = {"amount": "5.00", "currency": "CNY"}


def test_nothing_is_forgiven_and_no_token_taken_unless_the_policy_names_it() -> None:
    usual = Relief()
    assert not any(usual.allows(kind) for kind in (*FORGIVING, ComponentKind.TOKEN))
    assert all(Relief(allowed=frozenset()).allows(ComponentKind(kind)) for kind in ("instalment", "grace", "mediation"))


@property_test
@given(reliefs_in("CNY"))
def test_relief_survives_being_stored(relief: Relief) -> None:
    assert relief_from_dict(json.loads(json.dumps(relief_to_dict(relief))), Relief()) == relief


def test_a_policy_takes_changes_of_its_relief() -> None:
    told = {"relief": {"allowed": ["settlement_lump"], "lowest_settlement_share": "0.6", "charges_interest": False}}
    policy = policy_from_dict(told, CHINA)
    assert policy.version == "1+changed"
    assert policy.relief == Relief(
        allowed=frozenset({ComponentKind.SETTLEMENT_LUMP}),
        lowest_settlement_share=Fraction(3, 5),
        charges_interest=False,
    )
    assert policy_from_dict({"relief": {}}, CHINA) == CHINA
    assert policy_from_dict({"relief": {"token_amount": TOKEN}}, policy).relief.lowest_settlement_share == Fraction(
        3, 5
    )


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ([], ""),
        ({"generosity": "1"}, "/generosity"),
        ({"allowed": "token"}, "/allowed"),
        ({"allowed": ["gift"]}, "/allowed/0"),
        ({"allowed": ["step_up", "step_up"]}, "/allowed"),
        ({"allowed": ["token"]}, "/token_amount"),
        ({"token_amount": {"amount": "0", "currency": "CNY"}}, "/token_amount"),
        ({"token_amount": {"amount": "-1", "currency": "CNY"}}, "/token_amount"),
        ({"charges_interest": "no"}, "/charges_interest"),
        ({"lowest_rate_share": "1.1"}, "/lowest_rate_share"),
        ({"highest_fee_share": 1}, "/highest_fee_share"),
        ({"longest_grace_months": -1}, "/longest_grace_months"),
        ({"longest_freeze_months": 601}, "/longest_freeze_months"),
        ({"longest_extension_months": 0}, "/longest_extension_months"),
        ({"longest_settlement_days": 0}, "/longest_settlement_days"),
        ({"step_up_steps": 1}, "/step_up_steps"),
        ({"step_up_months": 0}, "/step_up_months"),
    ],
)
def test_what_cannot_be_is_told_where(told: Any, pointer: str) -> None:
    with pytest.raises(InvalidFigures) as error:
        relief_from_dict(told, Relief())
    assert pointer in [fault.pointer for fault in error.value.faults]


def test_a_token_is_in_the_currency_of_the_policy() -> None:
    with pytest.raises(InvalidFigures) as error:
        policy_from_dict({"relief": {"token_amount": {"amount": "5", "currency": "USD"}}}, CHINA)
    assert [fault.pointer for fault in error.value.faults] == ["/relief/token_amount"]
    assert policy_from_dict({"relief": {"token_amount": TOKEN}}, CHINA).relief.token_amount == Money("CNY", 5_00)
