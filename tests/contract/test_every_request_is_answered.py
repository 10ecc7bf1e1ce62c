"""Schemathesis walks the committed OpenAPI document: whatever is sent, the answer is never a server error."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from app.runtime.database import Database
from tests.client import Client
from tests.factories import add_case, add_region

DOCUMENT = json.loads((Path(__file__).parent / "openapi.json").read_text(encoding="utf-8"))
FOUND = schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()
OPERATIONS: dict[str, Any] = {found.ok().label: found.ok() for found in FOUND if isinstance(found, Ok)}
ENDLESS = {"GET /v1/plans/{plan_id}/events"}
# What HTTP itself cannot carry never reaches the product.
UNSENDABLE = (UnicodeEncodeError, ValueError, TypeError)


@pytest.mark.parametrize("label", sorted(set(OPERATIONS) - ENDLESS))
def test_no_request_ends_in_a_server_error(label: str, client_of: Callable[..., Client], database: Database) -> None:
    with database.transaction() as tx:
        region = add_region(tx)
        known = {"case_id": str(add_case(tx, region).id), "code": region.code}
    admin, sent = client_of("admin"), []

    @given(
        st.one_of(
            OPERATIONS[label].as_strategy(generation_mode=GenerationMode.POSITIVE),
            OPERATIONS[label].as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )
    )
    @settings(
        max_examples=30,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answered(case: Any) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **{k: v for k, v in known.items() if k in label}}
        request: dict[str, Any] = case.as_transport_kwargs(base_url="http://doorstep.test")
        headers = {k: v for k, v in request.pop("headers").items() if k.lower() not in {"authorization", "host"}}
        url = request.pop("url").removeprefix("http://doorstep.test")
        method, _ = request.pop("method"), request.pop("cookies", None)
        if isinstance(request.get("data"), bytes):
            request["content"] = request.pop("data")
        try:
            answer = admin.request(method, url, headers=headers, **request)
        except UNSENDABLE:
            return
        sent.append(answer.status_code)
        assert answer.status_code < 500 or answer.status_code == 503, f"{method} {url}: {answer.text}"

    answered()
    assert sent, "nothing could be sent"
