"""A message goes to whom the name belongs: the certificate must be the host's, though an address is connected to."""

import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.runtime.clock import now
from app.webhooks.outbound import Outbound, system_resolver
from app.webhooks.sender import Reply, send
from tests.webhooks.receiver import receiving

HOST = "hooks.example.com"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of HOST that signed itself, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "receiver.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def here(outbound: Outbound) -> Outbound:
    """Every name stands for this machine."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    return replace(outbound, resolve=resolve)


def sent(outbound: Outbound, url: str) -> Reply:
    return send(outbound, url, {"webhook-id": "message"}, "{}")


def test_a_receiver_with_the_certificate_of_its_name_is_told(here: Outbound, certificate: Path) -> None:
    with receiving(certificate) as receiver:
        url = receiver.url.replace("127.0.0.1", HOST)
        assert sent(replace(here, authorities=str(certificate)), url).response_status == 204
        assert receiver.message_ids == ["message"]


def test_a_receiver_with_the_certificate_of_another_is_told_nothing(here: Outbound, certificate: Path) -> None:
    with receiving(certificate) as receiver:
        trusting = replace(here, authorities=str(certificate))
        for host in ("other.example.com", "127.0.0.1"):
            reply = sent(trusting, receiver.url.replace("127.0.0.1", host))
            assert reply.response_status is None
            assert "certificate" in str(reply.error)
        stranger = sent(here, receiver.url.replace("127.0.0.1", HOST))
        assert "certificate" in str(stranger.error)
        assert receiver.received == []


def test_another_address_of_a_host_is_tried_when_nobody_listens_at_the_first(outbound: Outbound) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]

    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", HOST)
        assert sent(replace(outbound, resolve=resolve), url).is_delivered


def test_the_system_is_asked_for_names(outbound: Outbound) -> None:
    assert outbound.resolve is system_resolver
    with receiving() as receiver:
        assert sent(outbound, receiver.url.replace("127.0.0.1", "localhost")).response_status == 204


def test_a_name_that_nobody_knows_is_a_failure(outbound: Outbound) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    reply = sent(replace(outbound, resolve=resolve), f"https://{HOST}/")
    assert (reply.response_status, reply.error) == (None, "the host is not known: Name or service not known")
