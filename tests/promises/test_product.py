"""The product as a newcomer starts it: one command, a demo day, and nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil
import pytest

from app.runtime.clock import today
from tests.factories import WEST_LAKE

PATIENCE_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Product:
    """`python -m app serve` in a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")},
            "DOORSTEP_DATA": str(data),
            "DOORSTEP_PORT": str(self.port),
        }
        self.output = data.parent / f"{data.name}.out"

    @contextmanager
    def started(self, option: str = "--demo", until: str = "/readyz") -> Iterator[subprocess.Popen[bytes]]:
        with self.output.open("ab") as output:
            command = [sys.executable, "-m", "app", "serve", option]
            process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output)
            try:
                self.wait_until_answered(until, process)
                yield process
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(60)

    def wait_until_answered(self, path: str, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.get(path) != 200:
            assert process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            threading.Event().wait(0.2)

    def get(self, path: str) -> int:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10, trust_env=False).status_code
        except httpx.HTTPError:
            return 0

    def client(self, role: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.command('token', role).strip()}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30, trust_env=False)

    def ask(self, role: str, path: str) -> Any:
        with self.client(role) as client:
            return client.get(path).json()

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "app", *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def processes(self) -> list[str]:
        """Command lines of all processes that still use the data folder."""
        found = []
        for process in psutil.process_iter(["cmdline", "environ"]):
            line = " ".join(process.info["cmdline"] or [])
            mine = (process.info["environ"] or {}).get("DOORSTEP_DATA") == str(self.data)
            if str(self.data) in line or (mine and "app" in line):
                found.append(line)
        return found


@pytest.fixture
def product() -> Iterator[Product]:
    with TemporaryDirectory(prefix="doorstep-test-", ignore_cleanup_errors=True) as folder:
        yield Product(Path(folder) / "doorstep")


def until_gone(product: Product) -> None:
    deadline = time.monotonic() + 30
    while product.processes():
        assert time.monotonic() < deadline, product.processes()
        threading.Event().wait(0.2)


def test_one_command_serves_a_published_demo_day_and_leaves_nothing_behind(product: Product) -> None:
    with product.started():
        (plan,) = product.ask("dispatcher", "/v1/plans")["items"]
        assert plan["state"] == "published"
        assert plan["figures"]["served"] > 15
        cases = product.ask("dispatcher", "/v1/cases?limit=200")["items"]
        assert len(cases) == 151
        assert {case["status"] for case in cases} >= {"assigned", "published", "held"}
        route = product.ask("investigator", f"/v1/me/route?day={plan['first_on']}")
        assert len(route["stops"]) > 1
    until_gone(product)
    announced = product.output.read_text()
    for role in ("case-system", "dispatcher", "risk", "auditor", "admin", "investigator"):
        assert f"  {role} " in announced
    assert "Traceback" not in announced

    with product.started() as server:
        assert len(product.ask("dispatcher", "/v1/plans")["items"]) == 1
        os.kill(server.pid, signal.SIGKILL)
        server.wait(10)
    with product.started(), product.client("dispatcher") as dispatcher:
        assert len(dispatcher.get("/v1/cases?limit=200").json()["items"]) == 151
        assert json.loads((product.data / "worker.log").read_text().splitlines()[-1])["level"] == "info"
        order = {"region": "330105", "first_on": plan["first_on"], "options": {"time_limit_seconds": 600}}
        long = dispatcher.post("/v1/plans", json=order).headers["location"]
        while dispatcher.get(long).json()["state"] != "solving":
            threading.Event().wait(0.2)
    until_gone(product)  # the solve that still ran was broken off with its processes


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_an_open_stream_of_events_does_not_hold_the_server(product: Product, asked: signal.Signals) -> None:
    with product.started("--no-worker", until="/healthz") as server, product.client("dispatcher") as dispatcher:
        assert dispatcher.post("/v1/regions", json=WEST_LAKE).status_code == 201
        order = {"region": WEST_LAKE["code"], "first_on": today(WEST_LAKE["time_zone"]).isoformat(), "days": 1}
        plan = dispatcher.post("/v1/plans", json=order).json()
        with dispatcher.stream("GET", f"/v1/plans/{plan['id']}/events") as stream:
            lines = stream.iter_lines()  # kept, or the connection would be closed with it
            assert next(lines) == "event: progress"
            server.send_signal(asked)
            assert server.wait(60) == 0
    until_gone(product)
    assert "Traceback" not in product.output.read_text()


@pytest.mark.parametrize("role", ["case-system", "dispatcher", "risk", "auditor", "admin"])
def test_a_token_is_printed_and_nothing_else(product: Product, role: str) -> None:
    words = product.command("token", role).split()
    assert len(words) == 1
    assert words[0].count(".") == 2
