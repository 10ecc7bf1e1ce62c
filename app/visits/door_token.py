"""The door token: a short-lived signed permission to knock, for one visit; it can be checked without a database."""

import base64
import json
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.kernel.errors import Refused

TOLERANCE = timedelta(minutes=60)
# The installation signs other things with the same key; what is signed for a door can never pass for one of them.
_PURPOSE = b"doorstep-door-token-1."
_GET_ANOTHER = "Get a fresh one from POST /v1/visits/{id}/door-token."


@dataclass(frozen=True)
class DoorPermission:
    """What a token says: who may knock for which visit, from when until when (both included).

    `duties` are the rules that say yes on a condition which those at the door must meet, such as `recording`.
    """

    visit_id: UUID
    case_id: UUID
    team: tuple[UUID, ...]
    not_before_at: datetime
    expires_at: datetime
    duties: tuple[str, ...] = ()


def permitted_around(at: datetime) -> tuple[datetime, datetime]:
    """From when until when a token for a visit planned at this instant holds."""
    return at - TOLERANCE, at + TOLERANCE


def issue(key: Ed25519PrivateKey, permission: DoorPermission) -> str:
    """The permission as a compact token: base64url JSON, a dot, base64url Ed25519 signature."""
    content = {
        "visit_id": str(permission.visit_id),
        "case_id": str(permission.case_id),
        "team": [str(member) for member in permission.team],
        "not_before_at": permission.not_before_at.astimezone(UTC).isoformat(),
        "expires_at": permission.expires_at.astimezone(UTC).isoformat(),
        "duties": list(permission.duties),
    }
    payload = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return f"{_encoded(payload)}.{_encoded(key.sign(_PURPOSE + payload))}"


def verify(key: Ed25519PublicKey, token: str, visit_id: UUID, at: datetime) -> DoorPermission:
    """The permission in a token; raises Refused unless it is ours, for this visit, and holds at that instant."""
    permission = _read(key, token)
    if permission.visit_id != visit_id:
        raise Refused("DOOR_TOKEN_OTHER_VISIT", "the door token belongs to another visit", action=_GET_ANOTHER)
    if at < permission.not_before_at:
        detail = f"the door token holds from {permission.not_before_at.isoformat()} on"
        raise Refused("DOOR_TOKEN_EARLY", detail, action="Wait until then; nobody knocks earlier than planned.")
    if at > permission.expires_at:
        detail = f"the door token held until {permission.expires_at.isoformat()}"
        raise Refused("DOOR_TOKEN_EXPIRED", detail, action=_GET_ANOTHER)
    return permission


def _read(key: Ed25519PublicKey, token: str) -> DoorPermission:
    try:
        payload, signature = (_decoded(part) for part in token.split("."))
        key.verify(signature, _PURPOSE + payload)
        return _permission(json.loads(payload))
    except (ValueError, NotBase64, InvalidSignature):
        raise Refused("DOOR_TOKEN_INVALID", "the door token is not one of ours", action=_GET_ANOTHER) from None


def _permission(content: dict[str, Any]) -> DoorPermission:
    return DoorPermission(
        visit_id=UUID(content["visit_id"]),
        case_id=UUID(content["case_id"]),
        team=tuple(UUID(member) for member in content["team"]),
        not_before_at=datetime.fromisoformat(content["not_before_at"]),
        expires_at=datetime.fromisoformat(content["expires_at"]),
        duties=tuple(content.get("duties", ())),  # tokens of an older version name none
    )


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
