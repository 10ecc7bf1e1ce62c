"""The committed OpenAPI document is the contract."""

import json
from pathlib import Path

from fastapi import FastAPI

from tests.client import Client

COMMITTED = Path(__file__).parent / "openapi.json"


def test_the_committed_document_is_the_one_that_is_served(application: FastAPI) -> None:
    served = Client(application, None).get("/openapi.json").json()
    assert served == json.loads(COMMITTED.read_text(encoding="utf-8")), "run `make openapi` and review its diff"


def test_the_api_page_works_without_the_internet(application: FastAPI) -> None:
    client = Client(application, None)
    page = client.get("/docs")
    assert page.status_code == 200
    links = [part.split('"')[0] for part in page.text.replace("'", '"').split('="')[1:]]
    assets = [link for link in links if link.endswith((".js", ".css", ".png"))]
    assert assets
    for asset in assets:
        assert asset.startswith(("/", "http://doorstep.test/")), asset
        assert client.get(asset.removeprefix("http://doorstep.test")).status_code == 200


def test_every_operation_declares_its_problems_and_has_a_readable_id(application: FastAPI) -> None:
    document = Client(application, None).get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert "-" in operation["operationId"], (method, path)
            if path.startswith("/v1/"):
                assert {"401", "403", "422"} <= set(operation["responses"]), (method, path)
