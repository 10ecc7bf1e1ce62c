"""Engine, sessions and the base of all rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import BigInteger, DateTime, MetaData, Select, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.runtime.clock import now

POOL_SIZE = 10
LOCK_TIMEOUT_MILLISECONDS = 5_000

Json = dict[str, Any]


class Base(DeclarativeBase):
    """Base of all rows; constraints are named by one convention."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {int: BigInteger, datetime: DateTime(timezone=True), Json: JSONB, list[Any]: JSONB}  # noqa: RUF012


def new_id() -> UUID:
    """A fresh UUIDv7: sorts by the time it was made (RFC 9562)."""
    return uuid_utils.compat.uuid7()


class Identified:
    """A row with an id of its own and the instant it was made."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    made_at: Mapped[datetime] = mapped_column(default=now)


class Versioned:
    """A row that changes; `revision` counts its changes and feeds its ETag."""

    revision: Mapped[int] = mapped_column(default=1)


Query = TypeVar("Query", bound=Select[Any])


def locking(query: Query) -> Query:
    """The query with its rows locked until the transaction ends, and read anew even where the session knows them.

    Rows that only refer to a locked one may be written beside it (`FOR NO KEY UPDATE`): keys never change, and whoever
    holds a visit and waits for its cases would else wait for one who holds the cases and tells of the visit.
    """
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


class Database:
    """The one engine of a process and the transactions on it."""

    def __init__(self, url: str, *, pool_size: int = POOL_SIZE) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        self.engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=30,
            pool_pre_ping=True,
            hide_parameters=True,  # an error message must not carry a borrower's data into the logs
            connect_args={"options": f"-c timezone=UTC -c lock_timeout={LOCK_TIMEOUT_MILLISECONDS}"},
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @property
    def conninfo(self) -> str:
        """The address as libpq reads it."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
