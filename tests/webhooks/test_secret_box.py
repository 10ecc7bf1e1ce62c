"""Who has the database alone has no secret."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.secret_box import NONCE_BYTES, SecretBox, UnreadableSecret

KEY = Ed25519PrivateKey.generate()
NONCES = st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES)


@given(st.text(alphabet=st.characters(codec="ascii"), min_size=8), st.text(), NONCES)
def test_a_secret_comes_back_as_it_was(secret: str, owner: str, nonce: bytes) -> None:
    stored = SecretBox(KEY).closed(secret, owner, nonce)
    assert secret not in stored
    assert SecretBox(KEY).opened(stored, owner) == secret


def test_another_key_and_another_webhook_do_not_open_it() -> None:
    stored = SecretBox(KEY).closed("whsec_secret", "one", bytes(NONCE_BYTES))
    for key, owner in ((Ed25519PrivateKey.generate(), "one"), (KEY, "another")):
        with pytest.raises(UnreadableSecret):
            SecretBox(key).opened(stored, owner)
