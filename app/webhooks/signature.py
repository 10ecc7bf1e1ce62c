"""Signatures of webhooks (PURE).

Source: Standard Webhooks 1.0, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"
# The specification asks for 24 to 64 bytes.
SECRET_BYTES = 32


def secret_of(random_bytes: bytes) -> str:
    """A secret as its owner gets it, `whsec_` and base64; raises ValueError for another number of bytes."""
    if len(random_bytes) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes, not {len(random_bytes)}")
    return PREFIX + base64.b64encode(random_bytes).decode()


def headers_of(message_id: str, at: datetime, body: str, secrets: Sequence[str]) -> Mapping[str, str]:
    """The three headers of a message; while a secret is being replaced there is a signature for the old one too."""
    timestamp = str(int(at.timestamp()))
    signatures = [_signature(secret, f"{message_id}.{timestamp}.{body}") for secret in secrets]
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def _signature(secret: str, content: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    return "v1," + base64.b64encode(hmac.digest(key, content.encode(), hashlib.sha256)).decode()
