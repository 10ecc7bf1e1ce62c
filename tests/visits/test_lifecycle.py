"""A visit goes forward only."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.visits.lifecycle import FINAL, NOT_ARRIVED, OPEN, UNDERWAY, advance
from app.visits.terms import VisitEventKind as K
from app.visits.terms import VisitState as S

ORDER = [S.SCHEDULED, S.DEPARTED, S.ARRIVED, S.STARTED, S.FINISHED]


@pytest.mark.parametrize(
    ("state", "kind", "after"),
    [
        (S.SCHEDULED, K.DEPARTED, S.DEPARTED),
        (S.DEPARTED, K.ARRIVED, S.ARRIVED),
        (S.SCHEDULED, K.ARRIVED, S.ARRIVED),  # the phone lost `departed`
        (S.ARRIVED, K.STARTED, S.STARTED),
        (S.STARTED, K.FINISHED, S.FINISHED),
        (S.ARRIVED, K.FINISHED, S.FINISHED),  # nobody opened
        (S.SCHEDULED, K.ABORTED, S.ABORTED),
        (S.STARTED, K.ABORTED, S.ABORTED),
        (S.SCHEDULED, K.STARTED, None),
        (S.SCHEDULED, K.FINISHED, None),
        (S.DEPARTED, K.DEPARTED, None),
        (S.DEPARTED, K.FINISHED, None),
        (S.ARRIVED, K.DEPARTED, None),
        (S.ARRIVED, K.ARRIVED, None),
        (S.FINISHED, K.ABORTED, None),
        (S.RECALLED, K.ARRIVED, None),
        (S.MISSED, K.ARRIVED, None),
    ],
)
def test_what_an_event_does(state: S, kind: K, after: S | None) -> None:
    assert advance(state, kind) is after


@given(st.lists(st.sampled_from(K), max_size=12))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_whatever_a_phone_tells_the_visit_goes_forward_and_never_leaves_a_final_state(told: list[K]) -> None:
    state = S.SCHEDULED
    for kind in told:
        after = advance(state, kind)
        if after is None:
            continue
        assert state not in FINAL
        assert after is S.ABORTED or ORDER.index(after) > ORDER.index(state)
        state = after


def test_every_state_is_before_the_door_at_it_or_final() -> None:
    assert set(S) == NOT_ARRIVED | UNDERWAY | FINAL
    assert OPEN == NOT_ARRIVED | UNDERWAY
