"""Whoever follows Standard Webhooks can verify what we sign: the public library does."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from app.runtime.clock import now
from app.webhooks.signature import SECRET_BYTES, headers_of, secret_of

SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES).map(secret_of)
BODIES = st.dictionaries(st.text(), st.text()).map(json.dumps)


@given(SECRETS, BODIES, st.uuids())
def test_the_public_library_verifies_what_we_sign(secret: str, body: str, message_id: object) -> None:
    Webhook(secret).verify(body, dict(headers_of(str(message_id), now(), body, [secret])))


@given(st.lists(SECRETS, min_size=2, max_size=2, unique=True))
def test_while_a_secret_is_replaced_both_verify(secrets: list[str]) -> None:
    headers = dict(headers_of("message", now(), "{}", secrets))
    for secret in secrets:
        Webhook(secret).verify("{}", headers)
    assert len(headers["webhook-signature"].split(" ")) == 2


@given(SECRETS, SECRETS)
def test_another_secret_another_body_and_another_id_are_noticed(secret: str, other: str) -> None:
    headers = dict(headers_of("message", now(), "{}", [secret]))
    wrong = [(secret, "{ }", headers), (secret, "{}", headers | {"webhook-id": "another"})]
    if other != secret:
        wrong.append((other, "{}", headers))
    for key, body, told in wrong:
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(body, told)


def test_a_secret_is_the_base64_of_32_bytes() -> None:
    secret = secret_of(bytes(range(32)))
    assert secret.startswith("whsec_")
    assert base64.b64decode(secret.removeprefix("whsec_")) == bytes(range(32))
    with pytest.raises(ValueError, match="32 bytes"):
        secret_of(b"short")
