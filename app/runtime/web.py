"""What every door shares: the transaction, paging, ETags, idempotency keys, and the choice of a representation."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from sqlalchemy.orm import Session

from app.kernel.errors import Invalid, PreconditionMissing, Stale
from app.runtime.bodies import etag_of
from app.runtime.database import POOL_SIZE, Database

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


# ---- one of several representations


def prefers(accept: str | None, *media_types: str) -> str | None:
    """The media type an `Accept` header likes best, None when it takes none of them (RFC 9110, 12.5.1).

    On equal weights a type that is named wins over one that a wildcard covers, and then the earlier given one.
    Parameters other than `q` do not narrow what is offered.
    """
    ranges = dict(_media_range(entry) for entry in (accept or "*/*").split(","))
    liked = max(media_types, key=lambda media: _liking(media, ranges))
    return liked if _liking(liked, ranges)[0] > 0 else None


def prefers_language(accept: str | None, *languages: str) -> str | None:
    """The language an `Accept-Language` header likes best, None when it names none of them (RFC 9110, 12.5.4).

    `zh-CN` asks for `zh`: what is offered is written for all who read the language. The earlier named wins a tie.
    """
    best, best_weight = None, 0.0
    for tag, weight in (_media_range(entry) for entry in (accept or "").split(",")):
        liked = [language for language in languages if tag in ("*", language) or tag.startswith(f"{language}-")]
        if liked and weight > best_weight:
            best, best_weight = liked[0], weight
    return best


def _media_range(entry: str) -> tuple[str, float]:
    media, *parameters = (part.strip().lower() for part in entry.split(";"))
    weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
    return media, _weight(weights[0]) if weights else 1.0


def _weight(text: str) -> float:
    """A weight; one that cannot be read refuses the type, as nobody asked for it in earnest."""
    return float(text) if _WEIGHT.fullmatch(text) else 0.0


_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def _liking(media: str, ranges: Mapping[str, float]) -> tuple[float, int]:
    """The weight of the most specific range that covers the type, and how specific that range is."""
    for specificity, name in ((2, media), (1, f"{media.split('/')[0]}/*"), (0, "*/*")):
        if name in ranges:
            return ranges[name], specificity
    return 0.0, 0
