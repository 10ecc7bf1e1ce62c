"""Which doors are knocked at again."""

import pytest

from app.visits.revisit import MAX_ATTEMPTS, is_settled, next_step
from app.visits.terms import NextStep, Outcome


@pytest.mark.parametrize(
    ("outcome", "attempts_made", "step"),
    [
        (Outcome.NO_ANSWER, 1, NextStep.AGAIN),
        (Outcome.NO_ANSWER, MAX_ATTEMPTS - 1, NextStep.AGAIN),
        (Outcome.NO_ANSWER, MAX_ATTEMPTS, NextStep.EXHAUSTED),
        (Outcome.NOT_DONE, 0, NextStep.AGAIN),
        (Outcome.MET_REARRANGED, 2, NextStep.AGAIN),
        (Outcome.MINOR_ONLY, 1, NextStep.AGAIN),
        (None, 1, NextStep.AGAIN),  # broken off at the door
        (None, MAX_ATTEMPTS, NextStep.EXHAUSTED),
        (Outcome.MET_ASSESSED, MAX_ATTEMPTS, NextStep.REPORT),
        (Outcome.MOVED_UNKNOWN, 1, NextStep.REPORT),
        (Outcome.MET_DISPUTE, 1, NextStep.HOLD),
        (Outcome.VULNERABLE_STOPPED, 1, NextStep.HOLD),
        (Outcome.DECEASED_REPORTED, 1, NextStep.STOP),
        (Outcome.ASKED_TO_LEAVE, 4, NextStep.STOP),
    ],
)
def test_what_follows_a_visit(outcome: Outcome | None, attempts_made: int, step: NextStep) -> None:
    assert next_step(outcome, attempts_made) is step


@pytest.mark.parametrize("outcome", [*Outcome, None])
def test_a_visit_is_settled_unless_somebody_goes_again(outcome: Outcome | None) -> None:
    assert is_settled(outcome) is (next_step(outcome, 0) is not NextStep.AGAIN)
