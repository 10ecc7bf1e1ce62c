"""The signing key of the installation (Ed25519)."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.runtime.database import new_id
from app.runtime.settings import Settings, SettingsError


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """Read the key the settings name, or make one in the data folder at the first call.

    Raises SettingsError when the named file is missing or holds another kind of key.
    """
    if settings.signing_key is not None:
        return _read(settings.signing_key)
    path = settings.data / "signing-key.pem"
    if not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_suffix(f".{new_id()}")
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    try:
        os.link(draft, path)  # fails when another process was first: its key is the one that counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise SettingsError(f"the signing key {path} cannot be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"the signing key {path} must be an Ed25519 private key")
    return key
