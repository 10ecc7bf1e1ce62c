"""A body that cannot be read is refused like any other malformed one: after token and path, in a problem document."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from app.runtime.database import Database
from app.runtime.request_body import json_fault, says_json
from tests.client import Client
from tests.factories import add_case, add_region, escalation

JSON = {"Content-Type": "application/json"}
UNKNOWN = "/v1/cases/00000000-0000-0000-0000-000000000000"
DEEP = 100_000
NOT_JSON = {
    "cut off": b"{oops",
    "white space alone": b" ",
    "two values": b"{} {}",
    "comma at the end": b'{"source": "x",}',
    "nested too deep": b"[" * DEEP + b"]" * DEEP,
    "objects nested too deep": b'{"a":' * DEEP,
    "not a number": b'{"source": NaN}',
    "infinity": b'{"source": -Infinity}',
    "lone surrogate": b'{"source": "\\ud800"}',
    "lone second surrogate": b'{"source": "\\udc00 "}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "number without an end": b'{"source": ' + b"1" * 5000 + b"}",
    "Latin-1": '{"source": "é"}'.encode("latin-1"),
    "UTF-16": '{"source": "x"}'.encode("utf-16"),
    "surrogate in UTF-8": b'{"source": "\xed\xa0\x80"}',
    "NUL in front": b"\x00{}",
}


def assert_malformed(answer: httpx.Response, detail: str) -> None:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["reason"] == "MALFORMED"
    assert [fault["pointer"] for fault in problem["errors"]] == ["/"]
    assert problem["errors"][0]["detail"].startswith(detail)


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_malformed(case_system: Client, body: bytes) -> None:
    assert_malformed(case_system.post("/v1/escalations", content=body, headers=JSON), "the body is not JSON: ")


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data"}])
def test_json_must_say_that_it_is_json(case_system: Client, headers: dict[str, str]) -> None:
    answer = case_system.post("/v1/escalations", content=json.dumps(escalation()), headers=headers)
    assert_malformed(answer, "the body must be JSON, sent with Content-Type: application/json")


def test_a_body_that_is_needed_must_be_there(case_system: Client) -> None:
    assert_malformed(case_system.post("/v1/escalations", headers=JSON), "Field required")


@pytest.mark.parametrize(
    ("text", "extreme", "pointer"),
    [
        ('"lat": 30.2841', '"lat": 1e999', "/places/0/place/lat"),
        ('"days_past_due": 74', '"days_past_due": ' + "9" * 4000, "/loan/days_past_due"),
        ('"days_past_due": 74', '"days_past_due": 1e999', "/loan/days_past_due"),
    ],
)
def test_a_number_beyond_all_bounds_is_malformed_where_it_stands(
    case_system: Client, text: str, extreme: str, pointer: str
) -> None:
    body = json.dumps(escalation()).replace(text, extreme)
    assert extreme in body
    answer = case_system.post("/v1/escalations", content=body, headers=JSON)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_a_name_may_come_twice_and_a_pair_of_surrogates_is_a_character(case_system: Client) -> None:
    body = json.dumps(escalation(lender="😀")).replace('{"source"', '{"source": "other", "source"', 1)
    answer = case_system.post("/v1/escalations", content=body, headers={"Content-Type": "application/json; charset=x"})
    assert (answer.status_code, answer.json()["source"]) == (201, "case-system")


def test_the_token_is_looked_at_before_the_body(application: FastAPI) -> None:
    for path in ("/v1/escalations", f"{UNKNOWN}/contacts", f"{UNKNOWN}:withdraw"):
        answer = Client(application, None).post(path, content=b"{oops", headers=JSON)
        assert (answer.status_code, answer.json()["reason"]) == (401, "NO_TOKEN")


def test_a_body_that_may_be_left_out_is_refused_all_the_same(case_system: Client, database: Database) -> None:
    with database.transaction() as tx:
        case_id = add_case(tx, add_region(tx)).id
    assert_malformed(
        case_system.post(f"/v1/cases/{case_id}:withdraw", content=b"{oops", headers=JSON), "the body is not JSON: "
    )
    assert case_system.get(f"/v1/cases/{case_id}").json()["status"] == "accepted"


def test_other_faults_are_told_too(case_system: Client) -> None:
    answer = case_system.post("/v1/escalations?validate_only=perhaps", content=b"{oops", headers=JSON)
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/", "?validate_only"}


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/merge-patch+json", True),
        ("text/json", False),
        ("application/jsonx", False),
        ("", False),
        (None, False),
    ],
)
def test_which_media_types_are_json(content_type: str | None, is_json: bool) -> None:
    assert says_json(content_type) is is_json


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(value=VALUES, escaped=st.booleans())
@settings(derandomize=True, deadline=None, max_examples=200)
def test_every_value_that_json_can_carry_is_json(value: Any, escaped: bool) -> None:
    assert json_fault(json.dumps(value, ensure_ascii=escaped).encode()) is None


@given(body=st.binary(max_size=40) | st.text('{}[]",:0123456789.eE+-\\utrfalsn ', max_size=20).map(str.encode))
@settings(derandomize=True, deadline=None, max_examples=500)
def test_what_passes_here_is_read_by_the_door(body: bytes) -> None:
    if json_fault(body) is None:
        json.loads(body)
