"""A connection to the public API: a role's token on each request, patience with what passes, words for the rest."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import httpx

from app.demo.regions import Body
from app.kernel.errors import DoorstepError, Fault

_PASSING = {429, 503}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_CUT_OFF = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)


class LoadStopped(DoorstepError):
    """The demo cannot be loaded; the message says what the API answered and what to do."""

    def __str__(self) -> str:
        """All that a reader of the terminal needs."""
        faults = "".join(f"\n  {fault.pointer}: {fault.detail}" for fault in self.faults)
        return f"{self.detail}{faults}" + (f"\n{self.action}" if self.action else "")


@dataclass(frozen=True)
class Patience:
    """How long to wait for what passes by itself: pauses in seconds, the others are numbers of tries."""

    tries: int = 8
    pause_seconds: float = 0.2
    longest_pause_seconds: float = 5.0
    poll_seconds: float = 0.4
    assignment_polls: int = 300
    plan_polls: int = 300

    def before_try(self, number: int, wanted_seconds: float | None) -> float:
        """Seconds to wait before that try (2 is the first repetition): doubling, or what the server asked for."""
        pause = self.pause_seconds * 2 ** (number - 2) if wanted_seconds is None else wanted_seconds
        return min(pause, self.longest_pause_seconds)


class Connection:
    """Requests to the API; a context manager."""

    def __init__(self, base_url: str, token_for: Callable[[str], str], patience: Patience, scene_name: str) -> None:
        self._client = httpx.Client(
            base_url=base_url,
            timeout=httpx.Timeout(30, connect=5),
            # a proxy of the environment would not find our own machine
            trust_env=urlsplit(base_url).hostname not in _LOOPBACK,
        )
        self._token_for = token_for
        self._tokens: dict[str, str] = {}
        self._patience = patience
        self._scene_name = scene_name

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, role: str, query: Mapping[str, str] | None = None) -> httpx.Response:
        """Read; raises LoadStopped for any answer but success."""
        return _accepted(self._send(self._client.build_request("GET", path, params=query), role))

    def create(
        self, path: str, role: str, body: Any = None, *, if_match: str | None = None, may_exist: bool = False
    ) -> httpx.Response:
        """Post what is to exist once.

        The idempotency key follows from path and body, so that a repetition, even by a later process, is the same
        request; with `may_exist` a 409 is returned like a success. Raises LoadStopped.
        """
        content = b"" if body is None else json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        key = uuid5(NAMESPACE_URL, f"doorstep:demo:{self._scene_name}:{path}:{content.decode()}")
        headers = {"Idempotency-Key": str(key)}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if if_match is not None:
            headers["If-Match"] = if_match
        answer = self._send(self._client.build_request("POST", path, headers=headers, content=content), role)
        return answer if may_exist and answer.status_code == httpx.codes.CONFLICT else _accepted(answer)

    def _send(self, request: httpx.Request, role: str) -> httpx.Response:
        request.headers["Authorization"] = f"Bearer {self._token(role)}"
        cause, wanted_seconds = "", None
        for number in range(1, self._patience.tries + 1):
            if number > 1:
                time.sleep(self._patience.before_try(number, wanted_seconds))
            try:
                answer = self._client.send(request)
            except _CUT_OFF as error:
                cause, wanted_seconds = str(error) or type(error).__name__, None
                continue
            except httpx.TransportError as error:
                raise LoadStopped("API_UNREACHABLE", f"{request.url} cannot be reached: {error}") from error
            if not _passes_by_itself(answer):
                return answer
            cause, wanted_seconds = str(_stopped(answer)), _retry_after(answer)
        raise LoadStopped(
            "API_UNAVAILABLE",
            f"{request.method} {request.url} had no answer to work with in {self._patience.tries} tries; last: {cause}",
            action="See whether the server runs there, then load the demo again: it goes on where it stopped.",
        )

    def _token(self, role: str) -> str:
        if role not in self._tokens:
            self._tokens[role] = self._token_for(role)
        return self._tokens[role]


def problem_line(document: Body) -> str:
    """Title and detail of a problem document (RFC 9457) in one line."""
    said = (str(document.get(part) or "").strip() for part in ("title", "detail"))
    return ": ".join(part for part in said if part)


def _accepted(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        raise _stopped(answer)
    return answer


def _passes_by_itself(answer: httpx.Response) -> bool:
    """Whether the same request may be answered otherwise later; also when its key's first request still runs."""
    if answer.status_code == httpx.codes.CONFLICT:
        return bool(_document(answer).get("reason") == "IDEMPOTENCY_KEY_IN_USE")
    return answer.status_code in _PASSING


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds that the server asks to wait; a date (RFC 9110 allows one) is left to our own pauses."""
    wanted = answer.headers.get("Retry-After", "")
    return float(wanted) if wanted.isascii() and wanted.isdigit() else None


def _stopped(answer: httpx.Response) -> LoadStopped:
    document = _document(answer)
    faults = document.get("errors")
    return LoadStopped(
        str(document.get("reason") or "API_REFUSED"),
        f"{answer.request.method} {answer.request.url} was answered with {answer.status_code}"
        f" {answer.reason_phrase}: {problem_line(document) or answer.text[:200]}",
        action=str(document.get("action") or ""),
        faults=tuple(
            Fault(str(fault.get("pointer", "")), str(fault.get("detail", "")))
            for fault in (faults if isinstance(faults, list) else [])
            if isinstance(fault, dict)
        ),
    )


def _document(answer: httpx.Response) -> Body:
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
