"""The migrations make what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.migrate import is_current, migrate
from app.rooms import Base
from app.runtime.database import Database


def test_migrations_equal_models(shared_database: Database) -> None:
    with shared_database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _t, name, kind, *_: not (kind == "table" and name.startswith("procras"))},
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(own_database: Database) -> None:
    migrate(own_database)
    with own_database.engine.connect() as connection:
        assert is_current(connection)
