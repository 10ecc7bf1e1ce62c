"""Secrets of webhooks are stored encrypted (PURE).

Signing needs a secret in clear, so a hash will not do. Whoever has the database alone, a backup of it for instance,
cannot sign in our name: the key comes from the installation's signing key, which lies elsewhere.
"""

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
_PURPOSE = b"doorstep webhook secrets 1"


class UnreadableSecret(Exception):
    """A stored secret does not belong to this key, or not to this webhook."""


class SecretBox:
    """Encrypts and decrypts secrets (AES-256-GCM); one that was copied to another webhook's row is refused."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), 32, None, _PURPOSE).derive(key.private_bytes_raw()))

    def closed(self, secret: str, owner: str, nonce: bytes) -> str:
        """The secret as it is stored; `nonce` must be fresh random bytes every time."""
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, secret.encode(), owner.encode())).decode()

    def opened(self, stored: str, owner: str) -> str:
        """The secret in clear; raises UnreadableSecret."""
        raw = base64.b64decode(stored)
        try:
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
        except InvalidTag:
            raise UnreadableSecret("the secret was stored under another key of the installation") from None
