"""A POST that creates is carried out once for each Idempotency-Key; key, effect and answer share one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import delete, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from starlette.responses import JSONResponse

from app.kernel.errors import Conflict, Invalid
from app.runtime.clock import now
from app.runtime.database import Base, Json


class IdempotencyRecord(Base):
    """The stored answer of a POST that created something."""

    __tablename__ = "idempotency_records"

    actor: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]
    status: Mapped[int]
    headers: Mapped[Json]
    body: Mapped[Json]
    made_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Created:
    """What a creating endpoint answers; `kept` is what a repetition gets where the answer must not be stored."""

    body: BaseModel
    status: int = 201
    headers: Mapping[str, str] | None = None
    kept: BaseModel | None = None


class Idempotency:
    """Carries out a creating request once for each key; key and effect share the transaction.

    Source: IETF draft-ietf-httpapi-idempotency-key-header-07.
    """

    def __init__(self, tx: Session, actor: str, key: str | None, request_sha256: str) -> None:
        self.tx, self.actor, self.key, self.request_sha256 = tx, actor, key, request_sha256

    def once(self, make: Callable[[], Created]) -> JSONResponse:
        """The stored answer of an earlier request with this key, or that of `make`, stored."""
        if self.key is None:
            return _response(made := make(), made.body.model_dump(mode="json"))
        if (stored := self._stored(self.key)) is not None:
            return JSONResponse(stored.body, stored.status, {**stored.headers, "Idempotent-Replayed": "true"})
        made = make()
        self._store(self.key, made, (made.kept or made.body).model_dump(mode="json"))
        return _response(made, made.body.model_dump(mode="json"))

    def _stored(self, key: str) -> IdempotencyRecord | None:
        lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 1))")
        if not self.tx.scalars(lock, {"name": f"{self.actor} {key}"}).one():
            raise Conflict(
                "IDEMPOTENCY_KEY_IN_USE",
                "a request with this Idempotency-Key is still running",
                action="Wait a moment and send it again with the same key.",
            )
        stored = self.tx.get(IdempotencyRecord, (self.actor, key))
        if stored is not None and stored.request_sha256 != self.request_sha256:
            raise Invalid(
                "IDEMPOTENCY_KEY_REUSED",
                "this Idempotency-Key came before with another request",
                action="Use a new key for a new request.",
            )
        return stored

    def _store(self, key: str, made: Created, body: Json) -> None:
        headers = dict(made.headers or {})
        self.tx.add(
            IdempotencyRecord(
                actor=self.actor,
                key=key,
                request_sha256=self.request_sha256,
                status=made.status,
                headers=headers,
                body=body,
                made_at=now(),
            )
        )
        self.tx.flush()


def _response(made: Created, body: Json) -> JSONResponse:
    return JSONResponse(body, made.status, dict(made.headers or {}))


def forget_idempotency(tx: Session, before: datetime) -> None:
    """Drop the answers that were stored before the instant."""
    tx.execute(delete(IdempotencyRecord).where(IdempotencyRecord.made_at < before))
