"""The key of the installation is made once and kept to its owner."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.runtime.keys import signing_key
from app.runtime.settings import Settings, SettingsError


def raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def test_all_processes_get_the_same_key(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with ThreadPoolExecutor(4) as threads:
        keys = list(threads.map(lambda _: signing_key(settings), range(4)))
    assert len({raw(key) for key in keys}) == 1
    assert stat.S_IMODE((tmp_path / "signing-key.pem").stat().st_mode) == 0o600


def test_a_key_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "key.pem"
    with pytest.raises(SettingsError, match=r"key\.pem"):
        signing_key(Settings(data=tmp_path, signing_key=broken))
    broken.write_text("no key")
    with pytest.raises(SettingsError, match=r"key\.pem"):
        signing_key(Settings(data=tmp_path, signing_key=broken))
