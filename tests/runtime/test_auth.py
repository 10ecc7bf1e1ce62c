"""A token is ours, whole and in date, or it is nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kernel.errors import Unauthorized
from app.runtime.auth import AUDIENCE, ISSUER, ROLES, TokenKey
from app.runtime.clock import now


@pytest.fixture
def key() -> TokenKey:
    return TokenKey(Ed25519PrivateKey.generate())


@pytest.mark.parametrize("role", ROLES)
def test_a_token_describes_its_actor(key: TokenKey, role: str) -> None:
    investigator = uuid4()
    actor = key.read(key.issue(role, investigator_id=investigator))
    assert actor.scopes == ROLES[role]
    assert actor.investigator_id == investigator
    assert actor.subject == f"{role}:{investigator}"


@pytest.mark.parametrize("role", ROLES)
def test_two_people_of_one_role_are_told_apart_by_their_names(key: TokenKey, role: str) -> None:
    assert key.read(key.issue(role, name="li")).subject == f"{role}:li"
    assert key.read(key.issue(role)).subject == role
    assert key.read(key.issue(role, name="li")).scopes == key.read(key.issue(role)).scopes


def claims(**changes: Any) -> dict[str, Any]:
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "scope": "admin", "iat": now(), "exp": now() + timedelta(1)}
    return {name: value for name, value in (whole | changes).items() if value is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": now() - timedelta(hours=1)},
        {"exp": None},
        {"sub": None},
        {"iss": "somebody"},
        {"aud": "another-api"},
        {"scope": 7},
        {"investigator_id": "not a uuid"},
    ],
)
def test_a_token_that_is_not_whole_or_in_date_is_refused(key: TokenKey, changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        key.read(jwt.encode(claims(**changes), key.private, algorithm="EdDSA"))


def test_a_token_of_another_key_or_without_a_signature_is_refused(key: TokenKey) -> None:
    other = TokenKey(Ed25519PrivateKey.generate())
    unsigned = jwt.encode(claims(), "", algorithm="none")
    for token in (other.issue("admin"), unsigned, "nonsense", ""):
        with pytest.raises(Unauthorized):
            key.read(token)
