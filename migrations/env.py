"""Runs the migrations on the connection it is given (`app.migrate`), one at a time."""

from alembic import context
from sqlalchemy import Connection, text

from app.rooms import Base

MIGRATION_LOCK = 7_041_776


def include(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    """The job engine keeps tables of its own."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def run(connection: Connection) -> None:
    """Migrate with a lock, so that several starting processes do it once."""
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    context.configure(
        connection=connection, target_metadata=Base.metadata, compare_server_default=True, include_object=include
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
