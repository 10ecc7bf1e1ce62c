"""What every door shares: the transaction, paging, idempotency keys, ETags, bodies and their limits."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kernel.errors import Invalid, PreconditionMissing, Stale
from app.runtime.bodies import etag_of
from app.runtime.database import POOL_SIZE, Database
from app.runtime.problems import answer, document

Row = TypeVar("Row")
Item = TypeVar("Item")

# One connection stays free for the health check.
MAX_TRANSACTIONS = POOL_SIZE - 1


def database_of(request: Request) -> Database:
    """The database of the app that answers."""
    database: Database = request.app.state.database
    return database


def open_transaction(request: Request) -> Iterator[Session]:
    """One request, one transaction; committed before the answer leaves (`scope="function"`)."""
    with database_of(request).transaction() as tx:
        yield tx


Transaction = Annotated[Session, Depends(open_transaction, scope="function", max_concurrency=MAX_TRANSACTIONS)]


# ---- paging


@dataclass(frozen=True)
class Page:
    """Which part of a list is wanted: at most `limit` items after `after`, the sort key of the last one seen."""

    limit: int
    after: str | None

    @property
    def after_id(self) -> UUID:
        """The last id seen; raises Invalid for a cursor that holds none."""
        try:
            return UUID(self.after)
        except ValueError:
            raise bad_cursor() from None


def _page(
    limit: Annotated[int, Query(ge=1, le=200, description="Items on a page")] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before")] = None,
) -> Page:
    return Page(limit, None if cursor is None else _decoded(cursor))


Paging = Annotated[Page, Depends(_page)]


def encoded(key: str) -> str:
    """An opaque, URL-safe cursor for a sort key."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except ValueError:
        raise bad_cursor() from None


def bad_cursor() -> Invalid:
    """The error for a cursor we never gave out."""
    return Invalid("BAD_CURSOR", "the cursor is not one of ours", action="Start again without a cursor.")


# ---- lost updates


class Revised(Protocol):
    """A row with an id and a revision."""

    id: Any
    revision: Any


def etag(row: Revised) -> str:
    """The strong ETag of a row."""
    return etag_of(row.id, row.revision)


IfMatch = Annotated[str | None, Header(alias="If-Match", description="ETag of the version to change", max_length=500)]


def must_match(row: Revised, if_match: str | None, *, required: bool = True) -> None:
    """Refuse a change that was not made against the stored version: 428 without, 412 with an older ETag."""
    if if_match is None:
        if required:
            raise PreconditionMissing(
                "IF_MATCH_NEEDED", "a change must name its version", action="Send If-Match with the ETag you read."
            )
        return
    if etag(row) not in [tag.strip() for tag in if_match.split(",")] and if_match.strip() != "*":
        raise Stale("STALE", "it was changed in the meantime", action="Read it again and repeat the change on that.")


# ---- idempotency keys


def idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            max_length=255,
            description="Makes the request safe to repeat: same key, same answer. Kept for 24 hours at least.",
        ),
    ] = None,
) -> str | None:
    """The key without the quotes that a structured field may have around it."""
    if key is None:
        return None
    bare = key.strip().removeprefix('"').removesuffix('"')
    if not bare:
        raise Invalid("EMPTY_IDEMPOTENCY_KEY", "the Idempotency-Key is empty", action="Send a UUID, or no such header.")
    return bare


async def request_digest(request: Request) -> str:
    """SHA-256 over method, path, query and body."""
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(head + await request.body()).hexdigest()


# ---- one answer for a list


def page_of(rows: Sequence[Row], page: Page, key: Callable[[Row], str], show: Callable[[Row], Item]) -> dict[str, Any]:
    """`items` and `next_cursor` for rows that were read with one more than the limit."""
    shown = rows[: page.limit]
    more = len(rows) > page.limit
    return {"items": [show(row) for row in shown], "next_cursor": encoded(key(shown[-1])) if more else None}


# ---- body limit


class BodyLimit:
    """ASGI layer: refuses a request body over the limit with 413, before it is read whole."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self.app, self.limit_bytes = app, limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            more = message.get("more_body", False)
            if size > self.limit_bytes:
                await self._refuse(scope, receive, send)
                return
        await self.app(scope, _replay(b"".join(chunks), receive), send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"the body is larger than {self.limit_bytes} bytes"
        problem = document(Request(scope), 413, "BODY_TOO_LARGE", detail, action="Send it in smaller parts.")
        await answer(problem, {"Connection": "close"})(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
