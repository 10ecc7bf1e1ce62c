"""`serve`: the database, the API, and a worker beside it; in a demo also the demo."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from uuid import UUID

import httpx
import uvicorn
from sqlalchemy import select

from app.main import create_app
from app.migrate import migrate
from app.planning.models import PlanRoute
from app.runtime.auth import ROLES, TokenKey
from app.runtime.database import Database
from app.runtime.embedded import database_url
from app.runtime.garbage import collect_seldom
from app.runtime.keys import signing_key
from app.runtime.settings import Settings, SettingsError
from app.runtime.telemetry import configure_logs, log
from app.workforce.models import Region

STOP_SECONDS = 10.0
# Requests in hand get this long at the end; a stream of events would otherwise hold the server as long as it is read.
GRACE_SECONDS = 5
RESTART_SECONDS = 1.0
READY_SECONDS = 300.0


def serve(settings: Settings, *, demo: bool, with_worker: bool) -> int:
    """Serve until Ctrl-C or SIGTERM; everything that was started is stopped again."""
    _refuse_taken_port(settings)
    signal.signal(signal.SIGTERM, _leave)
    settings.data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as started:
        started.enter_context(_logs(settings, demo))
        url = started.enter_context(database_url(settings))
        database = Database(url)
        started.callback(database.dispose)
        if settings.database_url is None:
            migrate(database)
        key = TokenKey(signing_key(settings))
        if demo:
            _mark_demo(settings, database)
        environment = {**os.environ, "DOORSTEP_DATABASE_URL": url, "DOORSTEP_DATA": str(settings.data)}
        if with_worker:
            started.enter_context(_beside(["worker"], environment, settings.data / "worker.log", again=True))
        app = create_app(settings, database, key)
        app.state.demo_marker = _marker(settings) if demo else None
        _announce_when_ready(settings, database, key, environment, demo=demo)
        collect_seldom()
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    return 0


def _refuse_taken_port(settings: Settings) -> None:
    """Say at once what would otherwise only stand in a log after everything else was started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise SettingsError(
                f"cannot serve at {where} ({error.strerror}); set DOORSTEP_PORT or DOORSTEP_HOST"
            ) from None


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def _logs(settings: Settings, demo: bool) -> Iterator[None]:
    """Logs go to stderr; in a demo to a file, so that the terminal shows what a person wants to see."""
    if not demo:
        configure_logs(settings.log_level)
        yield
        return
    with (settings.data / "server.log").open("a", encoding="utf-8") as stream:
        configure_logs(settings.log_level, stream)
        yield


def _marker(settings: Settings) -> Path:
    """There while the demo is being loaded, also after an interruption."""
    return settings.data / "demo.loading"


def _mark_demo(settings: Settings, database: Database) -> None:
    with database.transaction() as tx:
        empty = tx.scalars(select(Region.id).limit(1)).first() is None
    if empty:
        _marker(settings).touch()


@contextmanager
def _beside(command: list[str], environment: Mapping[str, str], log_file: Path, *, again: bool) -> Iterator[None]:
    """Keep a command of ours running beside the server; `again` starts it anew when it dies."""
    leaving = threading.Event()
    processes: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        with log_file.open("ab") as stream:
            while not leaving.is_set():
                processes[:] = [_start(command, environment, stream.fileno())]
                code = processes[0].wait()
                if leaving.is_set() or not again:
                    return
                log.warning("a process beside the server ended and is started again", command=command, code=code)
                leaving.wait(RESTART_SECONDS)

    keeper = threading.Thread(target=keep, name=f"keeper-{command[0]}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        leaving.set()
        for process in processes:
            _end(process)
        keeper.join(STOP_SECONDS)


def _start(command: list[str], environment: Mapping[str, str], stream: int) -> subprocess.Popen[bytes]:
    environment = {**environment, "DOORSTEP_PARENT": str(os.getpid())}
    return subprocess.Popen([sys.executable, "-m", "app", *command], env=environment, stdout=stream, stderr=stream)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _announce_when_ready(
    settings: Settings, database: Database, key: TokenKey, environment: Mapping[str, str], *, demo: bool
) -> None:
    url = f"http://{settings.host}:{settings.port}"

    def announce() -> None:
        if not _answers(f"{url}/healthz"):
            return
        if demo and _marker(settings).exists() and not _load_demo(url, environment):
            return
        if demo:
            _marker(settings).unlink(missing_ok=True)
        if _answers(f"{url}/readyz"):
            sys.stdout.write(_welcome(url, database, key))
            sys.stdout.flush()

    threading.Thread(target=announce, name="announcer", daemon=True).start()


def _answers(url: str) -> bool:
    """Wait until the address answers with 200."""
    pause = threading.Event()
    for _ in range(int(READY_SECONDS / 0.1)):
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        pause.wait(0.1)
    log.error("not ready in time", url=url)
    return False


def _load_demo(url: str, environment: Mapping[str, str]) -> bool:
    command = [sys.executable, "-m", "app", "demo", "--url", url]
    code = subprocess.run(command, env=dict(environment), check=False).returncode
    if code != 0:
        sys.stderr.write("the demo was not loaded; the next start goes on with it\n")
    return code == 0


def _welcome(url: str, database: Database, key: TokenKey) -> str:
    with database.transaction() as tx:
        route = tx.scalars(select(PlanRoute).order_by(PlanRoute.day, PlanRoute.vehicle).limit(1)).one_or_none()
        people = route.investigator_ids if route else []
    lines = [f"\nDoorstep serves at {url}   (API page: {url}/docs)", "Tokens, valid for 30 days:"]
    for role in ROLES:
        if role != "investigator":
            lines.append(f"  {role:<13} {key.issue(role)}")
    if people:
        lines.append(f"  {'investigator':<13} {key.issue('investigator', investigator_id=UUID(people[0]))}")
    return "\n".join([*lines, "Ctrl-C stops everything.\n"])
