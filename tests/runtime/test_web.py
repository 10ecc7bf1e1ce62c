"""Cursors, ETags and problem documents."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from uuid import UUID

import pytest
from fastapi import FastAPI

from app.kernel import errors
from app.main import create_app
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.problems import STATUS, pointer, status_of
from app.runtime.settings import Settings
from app.runtime.telemetry import configure_logs, log
from app.runtime.web import etag, must_match
from tests.client import Client
from tests.conftest import _copy as copied


@dataclass
class Row:
    id: UUID
    revision: int


def test_a_change_must_name_the_version_it_was_made_on() -> None:
    row = Row(UUID(int=1), 3)
    must_match(row, etag(row))
    must_match(row, "*")
    must_match(row, None, required=False)
    with pytest.raises(errors.PreconditionMissing):
        must_match(row, None)
    with pytest.raises(errors.Stale):
        must_match(row, '"older"')


def test_every_kind_of_error_has_a_status() -> None:
    kinds = {kind for kind in errors.DoorstepError.__subclasses__() if kind.__module__ == errors.__name__}
    assert kinds <= set(STATUS)
    assert status_of(errors.Stale("R", "d")) == 412
    assert status_of(errors.Conflict("R", "d")) == 409


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (("body", "loan", "repayments", 0, "due"), "/loan/repayments/0/due"),
        (("body", "a/b", "c~d"), "/a~1b/c~0d"),
        (("body",), "/"),
        (("query", "limit"), "?limit"),
        (("path", "case_id"), "path:case_id"),
    ],
)
def test_a_pointer_leads_to_the_place(location: tuple[int | str, ...], expected: str) -> None:
    assert pointer(location) == expected


def test_a_request_id_is_taken_or_made_and_sent_back(application: FastAPI) -> None:
    client = Client(application, None)
    assert client.get("/healthz", headers={"X-Request-ID": "from-outside"}).headers["x-request-id"] == "from-outside"
    made = client.get("/healthz", headers={"X-Request-ID": "bad id\twith space"}).headers["x-request-id"]
    assert str(UUID(made)) == made


def test_unknown_paths_and_methods_get_problem_documents(case_system: Client) -> None:
    assert case_system.get("/v1/nothing").json()["reason"] == "NO_SUCH_PATH"
    assert case_system.put("/v1/cases").json()["reason"] == "NO_SUCH_METHOD"


def test_metrics_count_the_answers(case_system: Client) -> None:
    case_system.get("/healthz")
    assert 'doorstep_http_requests_total{method="GET",route="/healthz",status="200"} 1.0' in (
        case_system.get("/metrics").text
    )


def test_readiness_says_what_is_missing(client_of: Callable[..., Client]) -> None:
    answer = client_of("admin").get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["worker"])


def test_readiness_names_the_migrations_of_an_empty_database(
    server: str, settings: Settings, token_key: TokenKey
) -> None:
    with copied(server, "template0") as empty:
        answer = Client(create_app(settings, empty, token_key), None).get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["migrations"])


def test_without_a_database_the_process_is_healthy_and_not_ready(settings: Settings, token_key: TokenKey) -> None:
    client = Client(create_app(settings, Database("postgresql://127.0.0.1:1/none"), token_key), None)
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["database"])


def test_logs_are_one_json_object_a_line() -> None:
    stream = StringIO()
    configure_logs("INFO", stream)
    log.info("visit finished", visit="v-1", 原因="无人")
    entry = json.loads(stream.getvalue())
    assert (entry["event"], entry["visit"], entry["原因"]) == ("visit finished", "v-1", "无人")
