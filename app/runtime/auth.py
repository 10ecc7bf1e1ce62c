"""Bearer tokens: a JWT of the installation (EdDSA) becomes an Actor, and a route says whom it lets in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, Request, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.kernel.actor import Actor
from app.kernel.errors import Fault, Forbidden, Invalid, Unauthorized
from app.runtime.clock import now
from app.runtime.idempotency import Idempotency
from app.runtime.web import Transaction, idempotency_key, request_digest

ISSUER = "doorstep"
AUDIENCE = "doorstep-api"
LEEWAY_SECONDS = 30

ROLES: dict[str, frozenset[str]] = {
    "case-system": frozenset({"escalations:write", "cases:read"}),
    "dispatcher": frozenset({"workforce:write", "plans:write", "plans:publish", "cases:manage"}),
    "investigator": frozenset({"visits:own"}),
    "risk": frozenset({"reports:read", "decisions:write"}),
    "auditor": frozenset({"audit:read"}),
    "admin": frozenset({"admin"}),
}

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Made by `python -m app token ROLE`")


@dataclass(frozen=True)
class TokenKey:
    """Signs and reads the tokens of one installation."""

    private: Ed25519PrivateKey

    def issue(self, role: str, *, investigator_id: UUID | None = None, name: str | None = None, days: int = 30) -> str:
        """A token for a role, in the name of one person where that is told; raises KeyError for an unknown role."""
        person = investigator_id or name
        subject = f"{role}:{person}" if person else role
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "scope": " ".join(sorted(ROLES[role])),
            "iat": now(),
            "exp": now() + timedelta(days=days),
        }
        if investigator_id is not None:
            claims["investigator_id"] = str(investigator_id)
        return jwt.encode(claims, self.private, algorithm="EdDSA")

    def read(self, token: str) -> Actor:
        """The actor a token describes; raises Unauthorized for any token that is not ours, whole and in date."""
        try:
            claims = jwt.decode(
                token,
                self.private.public_key(),
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "sub"]},
            )
            return _actor(claims)
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError) as error:
            raise Unauthorized(
                "BAD_TOKEN", f"the token is not valid: {error}", action="Get a new one with `python -m app token`."
            ) from None


def _actor(claims: dict[str, Any]) -> Actor:
    investigator = claims.get("investigator_id")
    return Actor(
        subject=claims["sub"],
        scopes=frozenset(claims.get("scope", "").split()),
        regions=frozenset(claims.get("regions", [])),
        investigator_id=UUID(investigator) if investigator else None,
    )


def current_actor(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Actor:
    """Who is asking; raises Unauthorized without a valid token."""
    if credentials is None:
        raise Unauthorized(
            "NO_TOKEN", "the request carries no bearer token", action="Send Authorization: Bearer <token>."
        )
    key: TokenKey = request.app.state.token_key
    return key.read(credentials.credentials)


def any_of(*scopes: str) -> Callable[[Actor], Actor]:
    """A dependency that lets in actors with at least one of the scopes; raises Forbidden for the others."""

    def allowed(actor: Annotated[Actor, Depends(current_actor)]) -> Actor:
        if not any(actor.may(scope) for scope in scopes):
            raise Forbidden(
                "SCOPE_MISSING", f"the token needs one of: {', '.join(scopes)}", action="Use a token of the right role."
            )
        return actor

    return allowed


AnyActor = Annotated[Actor, Depends(current_actor)]
CaseSystem = Annotated[Actor, Depends(any_of("escalations:write"))]
CaseReader = Annotated[Actor, Depends(any_of("cases:read", "escalations:write", "cases:manage", "plans:write"))]
RecordReader = Annotated[
    Actor, Depends(any_of("cases:read", "escalations:write", "cases:manage", "plans:write", "audit:read"))
]
CaseKeeper = Annotated[Actor, Depends(any_of("escalations:write", "cases:manage"))]
WorkforceWriter = Annotated[Actor, Depends(any_of("workforce:write"))]
Dispatcher = Annotated[Actor, Depends(any_of("plans:write", "plans:publish"))]
Planner = Annotated[Actor, Depends(any_of("plans:write"))]
Publisher = Annotated[Actor, Depends(any_of("plans:publish"))]
FieldInvestigator = Annotated[Actor, Depends(any_of("visits:own"))]
RiskAnalyst = Annotated[Actor, Depends(any_of("reports:read", "decisions:write"))]
ReportReader = Annotated[
    Actor,
    Depends(any_of("reports:read", "decisions:write", "audit:read", "plans:write", "plans:publish", "cases:manage")),
]
CopyReader = Annotated[Actor, Depends(any_of("reports:read", "decisions:write", "visits:own"))]
Decider = Annotated[Actor, Depends(any_of("decisions:write"))]
RedressOpener = Annotated[Actor, Depends(any_of("decisions:write", "cases:manage", "escalations:write"))]
RedressKeeper = Annotated[Actor, Depends(any_of("decisions:write", "cases:manage"))]
RedressReader = Annotated[
    Actor, Depends(any_of("reports:read", "decisions:write", "cases:manage", "escalations:write", "audit:read"))
]
ReviewOpener = Annotated[Actor, Depends(any_of("decisions:write", "cases:manage", "escalations:write", "visits:own"))]
Admin = Annotated[Actor, Depends(any_of("admin"))]
Auditor = Annotated[Actor, Depends(any_of("audit:read"))]


def _of_all_regions(actor: Admin) -> Actor:
    """An admin of all regions: what holds everywhere. Raises Forbidden for the token of some regions."""
    if actor.regions:
        raise Forbidden("OTHER_REGION", "the token is for some regions only", action="Use a token of all regions.")
    return actor


Lawgiver = Annotated[Actor, Depends(_of_all_regions)]


def _refuse_dry_run(request: Request) -> None:
    """A dry run that would write is refused: only some routes know `validate_only`."""
    route = request.scope.get("route")
    known = {field.alias for field in route.dependant.query_params} if isinstance(route, APIRoute) else set()
    if "validate_only" in request.query_params and "validate_only" not in known:
        raise Invalid(
            "NO_DRY_RUN",
            "this request has no dry run; nothing was done",
            action="Send it without validate_only.",
            faults=(Fault("?validate_only", "is not known here"),),
        )


def _idempotency(
    request: Request,
    actor: AnyActor,
    tx: Transaction,
    key: Annotated[str | None, Depends(idempotency_key)],
    digest: Annotated[str, Depends(request_digest)],
) -> Idempotency:
    _refuse_dry_run(request)
    return Idempotency(tx, actor.subject, key, digest)


Once = Annotated[Idempotency, Depends(_idempotency, scope="function")]
