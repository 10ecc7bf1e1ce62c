"""The one door to the job engine (procrastinate): its queue is the database, so a job is deferred or not with the deed.

A job is `(event, subject)`. Delivery is at least once: each handler starts by looking whether its work is done.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import procrastinate
import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.runtime.audit import seal
from app.runtime.clock import now
from app.runtime.database import Database
from app.runtime.idempotency import forget_idempotency
from app.runtime.telemetry import begin_work, log

Handler = Callable[[Database, UUID], None]

EVENTS = "events"
SOLVES = "solves"
WEBHOOKS = "webhooks"
UPKEEP = "upkeep"
# How many jobs of a queue run at a time in one worker. Each holds one connection at most: see POOL_SIZE.
SLOTS = {EVENTS: 4, SOLVES: 1, WEBHOOKS: 4, UPKEEP: 1}
HEARTBEAT_SECONDS = 2.0
STALLED_AFTER_SECONDS = 8.0
MAX_ATTEMPTS = 8
KEEP_IDEMPOTENCY = timedelta(hours=48)
KEEP_JOBS_HOURS = 72


@dataclass(frozen=True)
class Step:
    """What happens next after an event: the handler and the queue it waits in."""

    handler: Handler
    queue: str = EVENTS


@dataclass(frozen=True)
class Round:
    """What is done again and again, at the times of a cron line (UTC)."""

    cron: str
    handler: Callable[[Database], None]


def defer(
    tx: Session,
    event: str,
    subject: UUID,
    *,
    queue: str = EVENTS,
    lock: str | None = None,
    once: bool = False,
    at: datetime | None = None,
) -> None:
    """Put the event into the queue inside the caller's transaction, to be done now or at an instant.

    Jobs of one `lock` run one after the other, so one that waits for its instant keeps later ones waiting. With `once`,
    a job of the same lock that still waits will do: nothing is added then. Two transactions at the same time may add
    one each, which is harmless.
    """
    name = lock or f"{event}:{subject}"
    if once and _waits(tx, name):
        return
    tx.execute(
        text(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :event, 0, :lock, NULL,"
            " jsonb_build_object('subject', CAST(:subject AS text)), CAST(:at AS timestamptz))"
            "::procrastinate_job_to_defer_v1])"
        ),
        {"queue": queue, "event": event, "lock": name, "subject": str(subject), "at": at},
    )


def standing(tx: Session, event: str) -> set[UUID]:
    """The subjects for which a job of the event waits, for its instant or for a worker, or runs."""
    query = text(
        "SELECT args->>'subject' FROM procrastinate_jobs WHERE task_name = :event AND status IN ('todo', 'doing')"
    )
    return {UUID(subject) for subject in tx.scalars(query, {"event": event})}


def _waits(tx: Session, lock: str) -> bool:
    """Whether a due job of the lock waits; it is kept from the workers until the caller's deed is committed.

    Without that a worker could take the job before the deed is visible, and the deed would go unnoticed.
    """
    waiting = text(
        "SELECT id FROM procrastinate_jobs WHERE lock = :lock AND status = 'todo'"
        " AND (scheduled_at IS NULL OR scheduled_at <= now()) LIMIT 1 FOR SHARE"
    )
    return tx.execute(waiting, {"lock": lock}).first() is not None


def engine(database: Database, steps: Mapping[str, Step], rounds: Mapping[str, Round]) -> procrastinate.App:
    """The job engine with one task for each event, one for each round, and the upkeep of the queue itself."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=database.conninfo, min_size=1, max_size=10)
    )
    for event, step in steps.items():
        app.task(name=event, queue=step.queue, retry=_retry())(_task(database, event, step.handler))
    for name, every in rounds.items():
        task = app.task(name=name, queue=EVENTS, queueing_lock=name)(_round(database, name, every.handler))
        app.periodic(cron=every.cron)(task)
    _add_upkeep(app, database)
    return app


def _round(database: Database, name: str, handler: Callable[[Database], None]) -> Callable[[int], None]:
    def run(timestamp: int) -> None:
        begin_work(f"{name}/{timestamp}")
        handler(database)

    return run


def _retry() -> procrastinate.RetryStrategy:
    return procrastinate.RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=2)


def _task(database: Database, event: str, handler: Handler) -> Callable[[str], None]:
    def run(subject: str) -> None:
        begin_work(f"{event}/{subject}")
        try:
            handler(database, UUID(subject))
        except Exception:
            log.exception("job failed", job=event, subject=subject)
            raise
        log.info("job done", job=event, subject=subject)

    return run


def _add_upkeep(app: procrastinate.App, database: Database) -> None:
    @app.periodic(cron="* * * * * */5")
    @app.task(name="upkeep.put_back", queue=UPKEEP, queueing_lock="upkeep.put_back", pass_context=False)
    async def put_back(timestamp: int) -> None:
        await put_back_stalled(app)

    @app.periodic(cron="* * * * * */10")
    @app.task(name="upkeep.seal_audit", queue=UPKEEP, queueing_lock="upkeep.seal_audit")
    def seal_audit(timestamp: int) -> None:
        with database.transaction() as tx:
            seal(tx)

    @app.periodic(cron="17 * * * *")
    @app.task(name="upkeep.tidy", queue=UPKEEP, queueing_lock="upkeep.tidy")
    async def tidy(timestamp: int) -> None:
        await app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS)
        with database.transaction() as tx:
            forget_idempotency(tx, now() - KEEP_IDEMPOTENCY)


async def put_back_stalled(app: procrastinate.App) -> None:
    """Give the jobs of dead workers back to the queue."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        log.warning("job of a dead worker put back", job=job.task_name, subject=job.task_kwargs.get("subject"))
        await app.job_manager.retry_job(job)


class EngineStopped(Exception):
    """The job engine ended by itself; the message says why."""


async def run_worker(app: procrastinate.App, stop: asyncio.Event) -> None:
    """Work until `stop` is set; raises EngineStopped when the engine cannot go on before that."""
    try:
        await _run_worker(app, stop)
    except (procrastinate.exceptions.ConnectorException, psycopg.Error) as error:
        log.error("the job engine stopped", exc_info=error)
        reason = str(error.__cause__ or error).partition("\n")[0]
        raise EngineStopped(f"the worker lost its database: {reason}") from error


async def _run_worker(app: procrastinate.App, stop: asyncio.Event) -> None:
    """Each queue has a worker of its own and there is a thread for every slot, so that no full queue delays another."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(sum(SLOTS.values())))
    async with app.open_async():
        workers = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=count,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=1.0,
                    shutdown_graceful_timeout=5.0,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_AFTER_SECONDS,
                    delete_jobs="successful",
                )
            )
            for queue, count in SLOTS.items()
        ]
        stopping = asyncio.create_task(stop.wait())
        ended, _ = await asyncio.wait([stopping, *workers], return_when=asyncio.FIRST_COMPLETED)
        for task in [stopping, *workers]:
            task.cancel()
        await asyncio.gather(stopping, *workers, return_exceptions=True)
        if stopping not in ended:
            for task in ended:
                task.result()  # raises what ended it
            raise EngineStopped("the worker ended by itself; its log says why")


def worker_seen(tx: Session) -> bool:
    """Whether a worker gave a sign of life lately."""
    alive = text(
        "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :age))"
    )
    return bool(tx.scalars(alive, {"age": 3 * STALLED_AFTER_SECONDS}).one())
