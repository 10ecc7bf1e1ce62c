"""The order of checks, for each operation that takes a body: the token, then what the path names, then the body."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.client import Client

PATHS = json.loads((Path(__file__).parent / "openapi.json").read_text(encoding="utf-8"))["paths"]
WITH_BODY = [
    (method.upper(), path)
    for path, operations in PATHS.items()
    for method, operation in operations.items()
    if "requestBody" in operation
]
UNREADABLE = {"content": b"{oops", "headers": {"Content-Type": "application/json"}}
# Whatever the case system writes is a lender's name.
NAMED_FREELY = {"/v1/lenders/{lender}/profiles"}
NOBODY = "00000000-0000-0000-0000-000000000000"


def unknown(path: str) -> str:
    """The path with names that nothing has."""
    return re.sub(r"\{[a-z_]+\}", NOBODY, path)


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_without_a_token_nobody_learns_what_is_wrong_with_the_body(
    application: FastAPI, method: str, path: str
) -> None:
    answer = Client(application, None).request(method, unknown(path), **UNREADABLE)
    assert (answer.status_code, answer.json()["reason"]) == (401, "NO_TOKEN")


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_what_the_path_names_is_looked_for_before_the_body_is_read(
    client_of: Callable[..., Client], method: str, path: str
) -> None:
    answer = client_of("admin").request(method, unknown(path), **UNREADABLE)
    assert answer.headers["content-type"] == "application/problem+json"
    expected = 404 if "{" in path and path not in NAMED_FREELY else 422
    assert answer.status_code == expected, answer.text
    if answer.status_code == 422:
        assert answer.json()["detail"].startswith("/: the body is not JSON: ")
