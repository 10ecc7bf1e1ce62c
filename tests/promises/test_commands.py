"""The commands say what is wrong and what to do, never a traceback."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import jwt
import pytest
from sqlalchemy import text

from app.__main__ import main
from app.runtime.database import Database
from app.runtime.jobs import worker_seen

PATIENCE_SECONDS = 60


def test_a_taken_port_is_named_before_anything_is_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("DOORSTEP_PORT", str(taken.getsockname()[1]))
        assert main(["serve"]) == 1
    assert "set DOORSTEP_PORT" in capsys.readouterr().err


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DOORSTEP_PORT", "99999")
    assert main(["serve"]) == 1
    assert "DOORSTEP_PORT" in capsys.readouterr().err


def test_a_database_that_cannot_be_reached_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    assert main(["migrate"]) == 1
    assert "check DOORSTEP_DATABASE_URL" in capsys.readouterr().err


def started_worker(address: str, data: Path) -> "subprocess.Popen[str]":
    environment = {**os.environ, "DOORSTEP_DATABASE_URL": address, "DOORSTEP_DATA": str(data)}
    command = [sys.executable, "-m", "app", "worker"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def last_words(worker: "subprocess.Popen[str]") -> str:
    """The last line of a worker that ends with an error."""
    _, told = worker.communicate(timeout=PATIENCE_SECONDS)
    assert worker.returncode == 1, told
    return told.splitlines()[-1]


def test_a_worker_without_a_database_says_so(tmp_path: Path) -> None:
    worker = started_worker("postgresql://127.0.0.1:1/none", tmp_path)
    assert last_words(worker).endswith("check DOORSTEP_DATABASE_URL")


def test_a_worker_that_cannot_go_on_says_why_and_ends_with_an_error(own_database: Database, tmp_path: Path) -> None:
    worker = started_worker(own_database.conninfo, tmp_path)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with own_database.transaction() as tx:
            if worker_seen(tx):
                break
        assert worker.poll() is None
        assert time.monotonic() < deadline
        threading.Event().wait(0.1)
    with own_database.transaction() as tx:
        tx.execute(text("DROP FUNCTION procrastinate_fetch_job_v2"))
    words = last_words(worker)
    assert words.startswith("the worker lost its database: ")
    assert "procrastinate_fetch_job_v2" in words


@pytest.mark.parametrize(("arguments", "subject"), [(["risk"], "risk"), (["risk", "li.na"], "risk:li.na")])
def test_a_token_is_for_a_role_or_for_one_person_of_it(
    arguments: list[str],
    subject: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DOORSTEP_DATA", str(tmp_path))
    assert main(["token", *arguments]) == 0
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert jwt.decode(printed.strip(), options={"verify_signature": False})["sub"] == subject


@pytest.mark.parametrize("name", ["", "two people", "li:1", "x" * 65, "-x"])
def test_a_name_that_cannot_stand_in_a_token_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOORSTEP_DATA", str(tmp_path))
    assert main(["token", "--", "risk", name]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "is no name for a token" in told.err


def test_a_calendar_file_that_cannot_be_is_named_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "CN").mkdir()
    (tmp_path / "CN" / "2027.yaml").write_text("region: CN")
    monkeypatch.setenv("DOORSTEP_CALENDARS", str(tmp_path))
    assert main(["serve"]) == 1
    assert "CN/2027.yaml: field 'year' is missing" in capsys.readouterr().err
