"""Ten tries within about three days, with growing pauses that are the same whenever they are asked for."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.retry_plan import PATIENCE, PAUSES, SPREAD, TRIES, has_failed_too_long, next_try_at

BEGAN_AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def tries_of(delivery_id: UUID, began_at: datetime = BEGAN_AT) -> list[datetime]:
    """When a delivery is tried whose receiver never answers."""
    tries = [began_at]
    while (following := next_try_at(delivery_id, len(tries), tries[-1])) is not None:
        tries.append(following)
    return tries


@given(st.uuids())
def test_a_delivery_is_tried_ten_times_within_about_three_days(delivery_id: UUID) -> None:
    tries = tries_of(delivery_id)
    assert len(tries) == TRIES == 10
    assert timedelta(days=3) < tries[-1] - tries[0] < timedelta(days=3.5)


@given(st.uuids())
def test_every_pause_is_longer_than_the_one_before_and_close_to_its_plan(delivery_id: UUID) -> None:
    tries = tries_of(delivery_id)
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses == sorted(pauses)
    for pause, planned in zip(pauses, PAUSES, strict=True):
        assert planned <= pause <= planned * (1 + SPREAD)


@given(st.uuids(), st.integers(min_value=1, max_value=TRIES - 1))
def test_the_same_delivery_always_gets_the_same_pauses(delivery_id: UUID, tries: int) -> None:
    assert next_try_at(delivery_id, tries, BEGAN_AT) == next_try_at(delivery_id, tries, BEGAN_AT)


def test_what_failed_together_is_not_tried_together_again() -> None:
    again = {next_try_at(UUID(int=number), 3, BEGAN_AT) for number in range(100)}
    assert len(again) == 100


@given(st.uuids())
def test_a_receiver_that_was_away_for_an_hour_is_tried_within_two_hours_after(delivery_id: UUID) -> None:
    back_at = BEGAN_AT + timedelta(hours=1)
    assert any(back_at <= at <= back_at + timedelta(hours=2) for at in tries_of(delivery_id))


@given(st.uuids())
def test_one_lost_delivery_never_disables_a_webhook(delivery_id: UUID) -> None:
    assert not has_failed_too_long(BEGAN_AT, tries_of(delivery_id)[-1])
    assert has_failed_too_long(BEGAN_AT, BEGAN_AT + PATIENCE + timedelta(seconds=1))
