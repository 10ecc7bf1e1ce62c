"""The real PostgreSQL, migrated once; each test rolls back, or gets a database of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.flow import NEXT
from app.main import create_app
from app.migrate import migrate
from app.runtime.auth import TokenKey
from app.runtime.database import Database, new_id
from app.runtime.embedded import database_url
from app.runtime.settings import Settings
from app.runtime.telemetry import configure_logs
from tests.client import Client

# Several processes may share a server that was given to them.
TEMPLATE = f"doorstep_test_template_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    configure_logs("INFO")


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """A data folder of our own: the server's user must reach it, whatever other test runs do to pytest's folder."""
    with TemporaryDirectory(prefix="doorstep-test-", ignore_cleanup_errors=True) as folder:
        yield Settings.from_env({"DOORSTEP_DATA": folder})


@pytest.fixture(scope="session")
def server(settings: Settings) -> Iterator[str]:
    """The address of a server; `DOORSTEP_DATABASE_URL` replaces the embedded one here too."""
    given = Settings.from_env(os.environ)
    chosen = given if given.database_url else settings
    with database_url(chosen) as url:
        yield url


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """A migrated database that others are copied from."""
    _administer(server, f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {TEMPLATE}")
    database = Database(_named(server, TEMPLATE))
    migrate(database)
    database.dispose()
    return TEMPLATE


@pytest.fixture(scope="session")
def shared_database(server: str, template: str) -> Iterator[Database]:
    with _copy(server, template) as database:
        yield database


@pytest.fixture
def own_database(server: str, template: str) -> Iterator[Database]:
    """A database of the test's own, where commits are real."""
    with _copy(server, template) as database:
        yield database


@pytest.fixture
def database(shared_database: Database) -> Iterator[Database]:
    """The shared database, on one connection whose transaction is rolled back after the test."""
    with shared_database.engine.connect() as connection:
        outer = connection.begin()
        yield RolledBack(shared_database, connection)
        outer.rollback()


class RolledBack(Database):
    """A database whose transactions are savepoints of one that never commits."""

    def __init__(self, database: Database, connection: object) -> None:
        self.url, self.engine, self.connection = database.url, database.engine, connection

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with (
            Session(
                self.connection,  # type: ignore[arg-type]
                expire_on_commit=False,
                join_transaction_mode="create_savepoint",
            ) as session,
            session.begin(),
        ):
            yield session

    def dispose(self) -> None:
        """The shared engine stays open."""


@pytest.fixture
def tx(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        yield session


@pytest.fixture(scope="session")
def token_key() -> TokenKey:
    return TokenKey(Ed25519PrivateKey.generate())


@pytest.fixture
def application(settings: Settings, database: Database, token_key: TokenKey) -> FastAPI:
    return create_app(settings, database, token_key)


@pytest.fixture
def client_of(application: FastAPI, token_key: TokenKey) -> Iterator[Callable[..., Client]]:
    """Makes a client: `client_of("dispatcher")`, `client_of("investigator", its_id)`, `client_of("risk", name="li")`.

    With `regions` the token sees these alone.
    """
    opened: list[Client] = []

    def make(
        role: str, investigator_id: UUID | None = None, name: str | None = None, regions: list[str] | None = None
    ) -> Client:
        token = token_key.issue(role, investigator_id=investigator_id, name=name)
        if regions is not None:
            claims = jwt.decode(token, options={"verify_signature": False}) | {"regions": regions}
            token = jwt.encode(claims, token_key.private, algorithm="EdDSA")
        opened.append(Client(application, token))
        return opened[-1]

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def case_system(client_of: Callable[..., Client]) -> Client:
    return client_of("case-system")


@pytest.fixture
def dispatcher(client_of: Callable[..., Client]) -> Client:
    return client_of("dispatcher")


@pytest.fixture
def risk(client_of: Callable[..., Client]) -> Client:
    return client_of("risk")


@pytest.fixture
def carry_on(database: Database) -> Callable[[], int]:
    """Does what the worker would do now: hands every waiting job to its handler, until none is left."""
    return lambda: run_waiting_jobs(database)


def run_waiting_jobs(database: Database) -> int:
    waiting = text("SELECT id, task_name, args->>'subject' FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
    done = 0
    while True:
        with database.transaction() as session:
            jobs = session.execute(waiting).all()
        if not jobs:
            return done
        for job_id, event, subject in jobs:
            NEXT[event].handler(database, UUID(subject))
            with database.transaction() as session:
                session.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": job_id})
            done += 1


@contextmanager
def _copy(server: str, template: str) -> Iterator[Database]:
    name = f"doorstep_test_{new_id().hex}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    database = Database(_named(server, name))
    try:
        yield database
    finally:
        database.dispose()
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(server: str, *statements: str) -> None:
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=None
    )
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
