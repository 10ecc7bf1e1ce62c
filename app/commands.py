"""The commands that run the product: serve, worker, migrate, load, demo, token, openapi."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from app import serving
from app.assessment.policy_loading import holds_policies, load_policies
from app.compliance.calendar import Calendar, DayClass
from app.demo.client import load as load_demo
from app.demo.connection import LoadStopped
from app.main import create_app
from app.migrate import migrate
from app.planning.models import PlanRoute
from app.runtime.auth import ROLES, TokenKey
from app.runtime.clock import today
from app.runtime.database import Database
from app.runtime.embedded import database_url
from app.runtime.keys import signing_key
from app.runtime.settings import Settings
from app.runtime.telemetry import configure_logs
from app.worker import work
from app.workforce.load import load_file
from app.workforce.models import Investigator

DEMO_ZONE = "Asia/Shanghai"
DEMO_CALENDAR = "CN"
DEMO_DAYS = 21
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class CommandError(Exception):
    """A command that cannot be carried out; the message says what to do."""


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database of the installation; the embedded one is started for as long as it is needed, and migrated."""
    with database_url(settings) as url:
        database = Database(url)
        try:
            if settings.database_url is None:
                migrate(database)
            yield database
        finally:
            database.dispose()


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the commands."""
    serve = _add(subparsers, "serve", _serve, "serve the API with a worker beside it")
    serve.add_argument("--demo", action="store_true", help="load the demo region-day into an empty database")
    serve.add_argument("--no-worker", action="store_true", help="only the API; workers run elsewhere")
    _add(subparsers, "worker", _worker, "do the work that waits in the queue")
    _add(subparsers, "migrate", _migrate, "bring the database to the newest shape")
    load = _add(
        subparsers,
        "load",
        _load,
        "load regions, investigators or policies of assessments from a file (CSV, JSON, YAML)",
    )
    load.add_argument("file", type=Path)
    load.add_argument("--dry-run", action="store_true", help="check every line and store nothing")
    demo = _add(subparsers, "demo", _demo, "load the demo region-day through the API of a running server")
    demo.add_argument("--url", help="address of the server (default: the one of the settings)")
    token = _add(subparsers, "token", _token, "print a token for a role")
    token.add_argument("role", choices=sorted(ROLES))
    token.add_argument(
        "id",
        nargs="?",
        help="id or code of the investigator (default: one with a published route); a name for any other role",
    )
    _add(subparsers, "openapi", _openapi, "print the OpenAPI document")


def _add(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: object, text: str
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.set_defaults(run=run, settings=None)
    return parser


def _serve(arguments: argparse.Namespace) -> int:
    settings: Settings = arguments.settings
    return serving.serve(settings, demo=arguments.demo or settings.demo, with_worker=not arguments.no_worker)


def _worker(arguments: argparse.Namespace) -> int:
    configure_logs(arguments.settings.log_level)
    with open_database(arguments.settings) as database:
        work(arguments.settings, database)
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    with open_database(arguments.settings) as database:
        migrate(database)
    return 0


def _load(arguments: argparse.Namespace) -> int:
    load = load_policies if holds_policies(arguments.file) else load_file
    with open_database(arguments.settings) as database:
        return load(database, arguments.file, dry_run=arguments.dry_run, out=sys.stdout)


def _demo(arguments: argparse.Namespace) -> int:
    settings: Settings = arguments.settings
    key = TokenKey(signing_key(settings))
    url = arguments.url or f"http://{settings.host}:{settings.port}"
    try:
        loaded = load_demo(url, key.issue, today(DEMO_ZONE), days_off=_demo_days_off())
    except LoadStopped as error:
        raise CommandError(f"the demo was not loaded: {error}") from None
    sys.stdout.write(f"loaded {loaded.escalations} cases; plan {loaded.plan_id} of {loaded.plan_on} is published\n")
    return 0


def _demo_days_off() -> frozenset[date]:
    first, calendar = today(DEMO_ZONE), Calendar(DEMO_CALENDAR)
    days = [first + timedelta(days=number) for number in range(DEMO_DAYS)]
    return frozenset(day for day in days if calendar.day_class(day) is DayClass.HOLIDAY)


def _token(arguments: argparse.Namespace) -> int:
    settings: Settings = arguments.settings
    key = TokenKey(signing_key(settings))
    if arguments.role == "investigator":
        with open_database(settings) as database:
            token = key.issue(arguments.role, investigator_id=find_investigator(database, arguments.id))
    else:
        token = key.issue(arguments.role, name=_person(arguments.id))
    sys.stdout.write(token + "\n")
    return 0


def _person(name: str | None) -> str | None:
    """The name of one person of a role: what two people do is told apart by it."""
    if name is not None and not NAME.fullmatch(name):
        raise CommandError(f"{name!r} is no name for a token: letters, digits, dots and dashes, 64 at most")
    return name


def find_investigator(database: Database, wanted: str | None) -> UUID:
    """The id of an investigator by id or code; without either, of one who has a route, else of the first one."""
    with database.transaction() as tx:
        if wanted is not None:
            match = [Investigator.code == wanted]
            found = tx.scalars(select(Investigator.id).where(*match)).one_or_none() or _as_id(wanted)
            if found is None or tx.get(Investigator, found) is None:
                raise CommandError(f"there is no investigator {wanted!r}; see GET /v1/investigators")
            return found
        route = tx.scalars(select(PlanRoute).order_by(PlanRoute.day, PlanRoute.vehicle).limit(1)).one_or_none()
        if route is not None:
            return UUID(route.investigator_ids[0])
        first = tx.scalars(select(Investigator.id).order_by(Investigator.code).limit(1)).one_or_none()
    if first is None:
        raise CommandError("there is no investigator yet; load some with `python -m app load FILE`")
    return first


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _openapi(_arguments: argparse.Namespace) -> int:
    """The document depends on the code alone: neither a database nor the installation's key is touched."""
    database = Database("postgresql://nowhere/none")
    app = create_app(Settings(), database, TokenKey(Ed25519PrivateKey.generate()))
    sys.stdout.write(json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n")
    return 0
