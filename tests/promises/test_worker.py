"""A worker that is killed in the middle of a solve loses nothing: the next one makes the plan."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.main import create_app
from app.planning.models import Plan
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.settings import Settings
from tests.client import Client
from tests.conftest import run_waiting_jobs
from tests.factories_planning import add_assigned_cases, add_crew, order

PATIENCE_SECONDS = 120


@contextmanager
def worker(database: Database, data: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "DOORSTEP_DATABASE_URL": database.conninfo, "DOORSTEP_DATA": str(data)}
    with (data / "worker.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "app", "worker"], env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline, "it took too long"
        threading.Event().wait(0.1)


@pytest.fixture
def served(settings: Settings, own_database: Database, token_key: TokenKey) -> Client:
    with own_database.transaction() as tx:
        region, _ = add_crew(tx, size=4)
        add_assigned_cases(tx, region, 12)
    return Client(create_app(settings, own_database, token_key), token_key.issue("dispatcher"))


def state_of(database: Database, plan_id: str) -> str:
    with database.transaction() as tx:
        return tx.get_one(Plan, UUID(plan_id)).state


def test_a_worker_killed_in_a_solve_loses_nothing(served: Client, own_database: Database, tmp_path: Path) -> None:
    plan = served.post("/v1/plans", order(time_limit_seconds=6)).json()
    with worker(own_database, tmp_path) as first:
        until(lambda: state_of(own_database, plan["id"]) == "solving")
        os.kill(first.pid, signal.SIGKILL)
        first.wait(10)
    assert state_of(own_database, plan["id"]) == "solving"
    with worker(own_database, tmp_path):
        until(lambda: state_of(own_database, plan["id"]) == "ready")
    made = served.get(f"/v1/plans/{plan['id']}").json()
    assert made["figures"]["check"] == "passed"
    assert made["figures"]["served"] == 12


def test_health_is_answered_while_a_plan_is_solved(served: Client, own_database: Database, tmp_path: Path) -> None:
    plan = served.post("/v1/plans", order(time_limit_seconds=3)).json()
    with worker(own_database, tmp_path):
        until(lambda: state_of(own_database, plan["id"]) == "solving")
        answers = 0
        while state_of(own_database, plan["id"]) == "solving":
            assert served.get("/healthz").status_code == 200
            answers += 1
        until(lambda: served.get("/readyz").status_code == 200)
    assert answers > 1
    assert state_of(own_database, plan["id"]) == "ready"


def test_a_solve_that_is_cancelled_keeps_the_best_so_far(
    served: Client, own_database: Database, tmp_path: Path
) -> None:
    plan = served.post("/v1/plans", order(time_limit_seconds=600)).json()
    with worker(own_database, tmp_path):
        until(lambda: served.get(f"/v1/plans/{plan['id']}").json()["progress"]["served"] is not None)
        assert served.post(f"/v1/plans/{plan['id']}:cancel").status_code == 200
        until(lambda: state_of(own_database, plan["id"]) not in {"building", "solving"})
    made = served.get(f"/v1/plans/{plan['id']}").json()
    assert (made["state"], made["figures"]["served"]) == ("ready", 12)


def test_the_worker_has_done_its_work_when_it_is_delivered_twice(served: Client, own_database: Database) -> None:
    plan = served.post("/v1/plans", order(time_limit_seconds=1)).json()
    run_waiting_jobs(own_database)
    first = served.get(f"/v1/plans/{plan['id']}").json()
    again = text(
        "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('solves', 'plan.requested', 0, NULL, NULL,"
        " jsonb_build_object('subject', CAST(:id AS text)), NULL)::procrastinate_job_to_defer_v1])"
    )
    with own_database.transaction() as tx:
        tx.execute(again, {"id": plan["id"]})
    run_waiting_jobs(own_database)
    assert served.get(f"/v1/plans/{plan['id']}").json() == first
