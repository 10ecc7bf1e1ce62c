"""A door token opens one door, for a while, and only when it is ours."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.errors import Refused
from app.visits.door_token import DoorPermission, issue, permitted_around, verify

KEY = Ed25519PrivateKey.generate()
START_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PERMISSION = DoorPermission(UUID(int=1), UUID(int=2), (UUID(int=3), UUID(int=4)), *permitted_around(START_AT))
TOKEN = issue(KEY, PERMISSION)


@pytest.mark.parametrize("at", [START_AT - HOUR, START_AT, START_AT + HOUR])
def test_it_holds_an_hour_before_and_after_the_planned_start(at: datetime) -> None:
    assert verify(KEY.public_key(), TOKEN, PERMISSION.visit_id, at) == PERMISSION


@pytest.mark.parametrize(
    ("at", "visit_id", "reason"),
    [
        (START_AT - HOUR - SECOND, PERMISSION.visit_id, "DOOR_TOKEN_EARLY"),
        (START_AT + HOUR + SECOND, PERMISSION.visit_id, "DOOR_TOKEN_EXPIRED"),
        (START_AT, UUID(int=9), "DOOR_TOKEN_OTHER_VISIT"),
    ],
)
def test_it_is_refused_at_another_time_and_at_another_door(at: datetime, visit_id: UUID, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        verify(KEY.public_key(), TOKEN, visit_id, at)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "nonsense",
        "not.base64url!",
        "a.b.c",
        TOKEN + "A",
        TOKEN[:-4],
        "é." + TOKEN,
        issue(Ed25519PrivateKey.generate(), PERMISSION),
        jwt.encode({"visit_id": str(PERMISSION.visit_id)}, KEY, algorithm="EdDSA"),
    ],
)
def test_what_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(Refused) as refused:
        verify(KEY.public_key(), token, PERMISSION.visit_id, START_AT)
    assert refused.value.reason == "DOOR_TOKEN_INVALID"


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="ascii"))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_changed_letter_changes_what_it_permits(index: int, letter: str) -> None:
    changed = TOKEN[:index] + letter + TOKEN[index + 1 :]
    # The last letter of a part has bits that carry nothing, so another one may stand for the same bytes.
    assert _read(changed) in (None, PERMISSION)


def _read(token: str) -> DoorPermission | None:
    with suppress(Refused):
        return verify(KEY.public_key(), token, PERMISSION.visit_id, START_AT)
    return None
