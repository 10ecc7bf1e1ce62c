"""A receiver of webhooks on this machine, and the worker's part played at the instants that a test wants."""

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from standardwebhooks import Webhook

from app.flow import NEXT
from app.runtime.database import Database


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """The body, after the public library has verified the signature; raises its WebhookVerificationError."""
        return Webhook(secret).verify(self.body, dict(self.headers))


@dataclass
class Receiver:
    """Answers every request with `status`; none while `silent` is set."""

    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def message_ids(self) -> list[str]:
        return [received.message_id for received in self.received]


@contextmanager
def receiving(certificate: Path | None = None) -> Iterator[Receiver]:
    """A receiver on a free port; with a certificate, whose file holds its key too, it speaks https."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(self.path, headers, body))
            if receiver.silent.is_set():
                receiver.over.wait(60)
                return
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Nothing is written to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def let_time_pass(database: Database, time: timedelta) -> None:
    """Whatever waits for an instant, or looks back at one, is that much older now."""
    with database.transaction() as tx:
        for table, column in (
            ("procrastinate_jobs", "scheduled_at"),
            ("webhook_deliveries", "next_try_at"),
            ("webhooks", "failing_since_at"),
            ("webhooks", "previous_secret_until_at"),
        ):
            tx.execute(text(f"UPDATE {table} SET {column} = {column} - :time"), {"time": time})


def work(database: Database) -> int:
    """Does what the worker would do at this instant, until nothing is due; returns how many jobs that were."""
    due = text(
        "SELECT id, task_name, args->>'subject' FROM procrastinate_jobs WHERE status = 'todo'"
        " AND (scheduled_at IS NULL OR scheduled_at <= clock_timestamp()) AND queue_name = 'webhooks' ORDER BY id"
    )
    done = 0
    while True:
        with database.transaction() as tx:
            jobs = tx.execute(due).all()
        if not jobs:
            return done
        for job_id, event, subject in jobs:
            NEXT[event].handler(database, UUID(subject))
            with database.transaction() as tx:
                tx.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": job_id})
            done += 1
