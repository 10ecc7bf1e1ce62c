import pytest

from app.kernel.errors import (
    Conflict,
    DoorstepError,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    Stale,
    Unavailable,
)


@pytest.mark.parametrize("kind", [NotFound, Forbidden, Invalid, Conflict, Stale, Refused, Unavailable])
def test_every_error_says_what_is_wrong_and_what_to_do(kind: type[DoorstepError]) -> None:
    fault = Fault("/loan/outstanding", "must not be negative")
    error = kind("LOAN_UNUSABLE", "the loan cannot be assessed", action="Correct the loan.", faults=(fault,))
    assert isinstance(error, DoorstepError)
    assert str(error) == "LOAN_UNUSABLE: the loan cannot be assessed"
    assert (error.reason, error.detail, error.action) == (
        "LOAN_UNUSABLE",
        "the loan cannot be assessed",
        "Correct the loan.",
    )
    assert error.faults == (fault,)


def test_a_plain_error_has_neither_action_nor_faults() -> None:
    error = NotFound("CASE_UNKNOWN", "there is no such case")
    assert (error.action, error.faults) == ("", ())


def test_a_stale_change_is_a_conflict_and_no_other_kind_is() -> None:
    assert issubclass(Stale, Conflict)
    assert not any(issubclass(kind, Conflict) for kind in (NotFound, Forbidden, Invalid, Refused, Unavailable))
