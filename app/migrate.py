"""Brings the database to the newest shape."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.runtime.database import Database

ROOT = Path(__file__).parent.parent


def migrate(database: Database) -> None:
    """Run all migrations that are missing, in one transaction."""
    with database.engine.begin() as connection:
        config = _config(connection)
        command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Whether the database has the shape this version needs."""
    wanted = ScriptDirectory.from_config(_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == wanted


def _config(connection: Connection) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = connection
    return config
