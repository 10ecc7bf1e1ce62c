"""The commands say what is wrong and what to do, never a traceback."""

import socket

import pytest

from app.__main__ import main


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
