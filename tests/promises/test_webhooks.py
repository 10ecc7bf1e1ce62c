"""A worker that is killed while it delivers loses nothing: the next one tells the receiver everything."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.intake import progress
from app.intake.terms import CASE_HELD
from app.kernel.actor import SYSTEM
from app.main import create_app
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.keys import signing_key
from app.runtime.settings import Settings
from app.webhooks.models import Delivery
from tests.client import Client
from tests.factories import add_case, add_region
from tests.promises.test_worker import until, worker
from tests.webhooks.receiver import Receiver, let_time_pass, receiving

MESSAGES = 12


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Server and worker share a data folder, and so the key under which secrets are kept."""
    monkeypatch.setenv("DOORSTEP_WEBHOOK_TRIALS", "1")
    return Settings(data=tmp_path, webhook_trials=True)


@pytest.fixture
def risk(installation: Settings, own_database: Database) -> Client:
    key = TokenKey(signing_key(installation))
    return Client(create_app(installation, own_database, key), key.issue("risk"))


def in_state(database: Database, *states: str) -> int:
    with database.transaction() as tx:
        return tx.scalars(select(func.count()).select_from(Delivery).where(Delivery.state.in_(states))).one()


def tries(database: Database) -> int:
    with database.transaction() as tx:
        return int(tx.scalars(select(func.coalesce(func.sum(Delivery.tries), 0))).one())


def running(database: Database) -> int:
    doing = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'webhook.due'")
    with database.transaction() as tx:
        return int(tx.scalars(doing).one())


def test_a_receiver_that_was_away_gets_everything_in_spite_of_a_killed_worker(
    risk: Client, receiver: Receiver, own_database: Database, installation: Settings
) -> None:
    hook = risk.post("/v1/webhooks", {"url": receiver.url, "events": ["case.held"]}).json()
    with own_database.transaction() as tx:
        case = add_case(tx, add_region(tx))
        for _ in range(MESSAGES):
            progress.note(tx, case, CASE_HELD, SYSTEM)
    receiver.status = 503
    with worker(own_database, installation.data) as first:
        until(lambda: tries(own_database) >= MESSAGES)
        receiver.silent.set()
        let_time_pass(own_database, timedelta(hours=1))
        until(lambda: running(own_database) >= 2)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(10)
    assert in_state(own_database, "delivered") == 0
    receiver.silent.clear()
    receiver.status, receiver.received[:] = 200, []
    with worker(own_database, installation.data):
        until(lambda: running(own_database) == 0)
        let_time_pass(own_database, timedelta(hours=3))
        until(lambda: in_state(own_database, "trying", "queued") == 0)
    with own_database.transaction() as tx:
        told = {str(event_id) for event_id in tx.scalars(select(Delivery.event_id))}
    assert set(receiver.message_ids) == told
    assert len(told) >= MESSAGES, "nobody is there to be assigned, which holds the case once more"
    for received in receiver.received:
        assert received.verified(hook["secret"])["type"] == "case.held"


def test_a_slow_receiver_does_not_delay_the_flow_of_cases(
    risk: Client, receiver: Receiver, own_database: Database, installation: Settings
) -> None:
    risk.post("/v1/webhooks", {"url": receiver.url, "events": ["case.received"]})
    receiver.silent.set()
    with worker(own_database, installation.data):
        with own_database.transaction() as tx:
            region = add_region(tx)
            for number in range(MESSAGES):
                add_case(tx, region, source_reference=f"ESC-{number}")
        until(lambda: running(own_database) >= 4)
        with own_database.transaction() as tx:
            latest = add_case(tx, region, source_reference="ESC-after")
        until(lambda: status_of(own_database, str(latest.id)) != "accepted")
        assert tries(own_database) < MESSAGES, "messages that were queued before still wait for a place"


def status_of(database: Database, case_id: str) -> str:
    with database.transaction() as tx:
        return str(tx.scalars(text("SELECT status FROM cases WHERE id = CAST(:id AS uuid)"), {"id": case_id}).one())
