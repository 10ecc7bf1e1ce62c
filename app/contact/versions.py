"""Records that are never overwritten: a change supersedes the present version with a new one, and both stay.

`made_at` and `superseded_at` say when we knew a version, its other columns what it says: with both an audit can ask
what was known at any instant.
"""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, and_, inspect, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.runtime.clock import now
from app.runtime.database import Base, Identified, new_id

_OF_THE_VERSION = frozenset({"id", "made_at", "revision", "superseded_at", "actor"})


class Version(Identified):
    """One version of a record; `record_id` is the same over all of them, `actor` is who made this one."""

    record_id: Mapped[UUID] = mapped_column(default=new_id, server_default=text("gen_random_uuid()"))
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    superseded_at: Mapped[datetime | None]
    actor: Mapped[str] = mapped_column(server_default=text("'system'"))


class Record(Version, Base):
    """What all tables of versioned records are."""

    __abstract__ = True


def of_records(table: str) -> tuple[UniqueConstraint, Index]:
    """What holds for every table of records: one present version of each, and its versions are numbered."""
    present = Index(f"uq_{table}_present", "record_id", unique=True, postgresql_where=text("superseded_at IS NULL"))
    return UniqueConstraint("record_id", "revision"), present


Kept = TypeVar("Kept", bound=Record)


def known(model: type[Kept], at: datetime | None) -> ColumnElement[bool]:
    """The versions that were the present ones at the instant; None is now."""
    if at is None:
        return model.superseded_at.is_(None)
    return and_(model.made_at <= at, or_(model.superseded_at.is_(None), model.superseded_at > at))


def present(tx: Session, model: type[Kept], record_id: UUID, *scope: ColumnElement[bool]) -> Kept:
    """The present version of a record within a scope; raises NotFound when there is none."""
    row = tx.scalars(select(model).where(model.record_id == record_id, known(model, None), *scope)).one_or_none()
    if row is None:
        what = model.__tablename__.replace("_", " ")
        raise NotFound("NO_SUCH_RECORD", f"there is none with the id {record_id} among the {what}", action="Check it.")
    return row


def to_change(tx: Session, row: Kept) -> Kept:
    """The present version of the record as it is now, with the record kept from others until the transaction ends.

    The lock is on the record: one on a version would wait for a change and then find that version superseded.
    """
    lock(tx, f"{row.__tablename__}:{row.record_id}")
    return present(tx, type(row), row.record_id)


def lock(tx: Session, name: str) -> None:
    """Keep what has that name from others until the transaction ends."""
    tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 3))"), {"name": name})


def supersede(tx: Session, actor: Actor, row: Kept, **changes: Any) -> Kept:
    """The next version of a record, with the changes; the version before stays as it was, and ends now."""
    at, keys = now(), [column.key for column in inspect(type(row)).column_attrs]
    kept = {key: getattr(row, key) for key in keys if key not in _OF_THE_VERSION}
    row.superseded_at = at
    tx.flush()  # only one version of a record may be the present one
    following = type(row)(**kept | changes, made_at=at, revision=row.revision + 1, actor=actor.subject)
    tx.add(following)
    tx.flush()
    return following
