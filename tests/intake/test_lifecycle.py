"""A case never leaves a final status, and every other status has a way on."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.intake.lifecycle import FINAL, is_open, may_move
from app.intake.terms import CaseStatus as S

STATUSES = st.sampled_from(S)


@given(STATUSES, STATUSES)
@settings(derandomize=True, deadline=None)
def test_nothing_leaves_a_final_status(now: S, to: S) -> None:
    if now in FINAL:
        assert not may_move(now, to)
        assert not is_open(now)


@given(STATUSES)
@settings(derandomize=True, deadline=None)
def test_an_open_case_can_be_withdrawn_and_go_on(now: S) -> None:
    if now not in FINAL:
        assert may_move(now, S.WITHDRAWN)
        assert any(may_move(now, to) for to in S if to not in {S.HELD, S.WITHDRAWN, S.EXHAUSTED})


def test_the_walk_is_possible_step_by_step() -> None:
    walk = [S.RECEIVED, S.ACCEPTED, S.ASSIGNED, S.PLANNED, S.PUBLISHED, S.VISITING, S.ASSESSED, S.REPORTED, S.DECIDED]
    assert all(may_move(now, to) for now, to in pairwise(walk))


def test_nobody_home_goes_back_to_be_assigned() -> None:
    assert may_move(S.VISITING, S.ASSIGNED)
    assert not may_move(S.ASSESSED, S.PLANNED)
