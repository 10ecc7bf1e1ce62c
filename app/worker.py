"""Starts the job engine's worker: it does what `app.flow` says comes next."""

import asyncio
import os
import signal

from app.compliance.calendar_files import install_calendars
from app.flow import NEXT, REGULARLY
from app.planning.solving import SolverPool, shared_pool
from app.runtime.database import Database
from app.runtime.garbage import collect_seldom
from app.runtime.jobs import engine, run_worker
from app.runtime.keys import signing_key
from app.runtime.settings import Settings
from app.runtime.telemetry import log
from app.webhooks.outbound import Outbound, install_outbound
from app.webhooks.secret_box import SecretBox

PARENT_SECONDS = 1.0


def work(settings: Settings, database: Database) -> None:
    """Work until SIGTERM or SIGINT; running jobs get a moment to end, what is left goes back to the queue.

    Raises EngineStopped when the database is lost for longer than the job engine waits, so that the worker is started
    again by whoever keeps it.
    """
    if settings.calendars is not None:
        install_calendars(settings.calendars)
    install_outbound(Outbound(SecretBox(signing_key(settings)), trials=settings.webhook_trials))
    with database.engine.connect():
        log.info("database reached")
    pool = shared_pool()
    pool.grow(settings.solver_processes)
    pool.warm()
    collect_seldom()
    try:
        asyncio.run(_until_stopped(database, pool))
    finally:
        pool.close()
        database.dispose()


async def _follow_parent(stop: asyncio.Event) -> None:
    """A worker beside a server ends with it, also when the server was killed."""
    parent = os.environ.get("DOORSTEP_PARENT")
    while parent is not None and str(os.getppid()) == parent:
        await asyncio.sleep(PARENT_SECONDS)
    if parent is not None:
        stop.set()


async def _break_off(stop: asyncio.Event, pool: SolverPool) -> None:
    """A solve may run for minutes: whoever stops the worker does not wait for it."""
    await stop.wait()
    pool.stop()


async def _until_stopped(database: Database, pool: SolverPool) -> None:
    stop = asyncio.Event()
    watches = [asyncio.create_task(_follow_parent(stop)), asyncio.create_task(_break_off(stop, pool))]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    log.info("worker ready")
    await run_worker(engine(database, NEXT, REGULARLY), stop)
    for watch in watches:
        watch.cancel()
    log.info("worker stopped")
