"""What a client was told is so: an answer leaves after the commit, and a failed commit is never a success."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text

from app.intake.models import Case
from app.main import create_app
from app.runtime.auth import TokenKey
from app.runtime.database import Database
from app.runtime.settings import Settings
from tests.client import Client
from tests.factories import add_region, escalation

DEFERRED_FAILURE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = 'integrity_constraint_violation'; END $$;
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON cases DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.fixture
def served(settings: Settings, own_database: Database, token_key: TokenKey) -> Callable[[str], Client]:
    application = create_app(settings, own_database, token_key)
    return lambda role: Client(application, token_key.issue(role))


def test_a_failing_commit_is_never_a_success(served: Callable[[str], Client], own_database: Database) -> None:
    with own_database.transaction() as tx:
        tx.execute(text(DEFERRED_FAILURE))
    answer = served("case-system").post("/v1/escalations", escalation())
    assert answer.status_code == 500
    assert answer.json()["reason"] == "UNEXPECTED"
    with own_database.transaction() as tx:
        assert tx.scalars(select(func.count()).select_from(Case)).one() == 0


def test_twenty_parallel_posts_of_one_escalation_make_one_case(
    served: Callable[[str], Client], own_database: Database
) -> None:
    with own_database.transaction() as tx:
        add_region(tx)
    client = served("case-system")
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: client.post("/v1/escalations", escalation()), range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_one_idempotency_key_in_parallel_is_carried_out_once(
    served: Callable[[str], Client], own_database: Database
) -> None:
    client, key = served("case-system"), {"Idempotency-Key": "the-same"}

    def post(number: int) -> httpx.Response:
        return client.post("/v1/escalations", escalation(), headers=key)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert all(a.json()["reason"] == "IDEMPOTENCY_KEY_IN_USE" for a in answers if a.status_code == 409)


def test_150_parallel_requests_on_the_pool_all_succeed(
    settings: Settings, own_database: Database, token_key: TokenKey
) -> None:
    application = create_app(settings, own_database, token_key)
    headers = {"Authorization": f"Bearer {token_key.issue('case-system')}"}

    async def all_at_once() -> list[httpx.Response]:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://doorstep.test", timeout=60) as client:
            bodies = [escalation(source_reference=f"ESC-{number}") for number in range(150)]
            posts = [client.post("/v1/escalations", json=body, headers=headers) for body in bodies]
            return await asyncio.gather(*posts)

    assert {answer.status_code for answer in asyncio.run(all_at_once())} == {201}


def test_a_thousand_escalations_in_one_batch_ten_of_them_bad(
    served: Callable[[str], Client], own_database: Database
) -> None:
    with own_database.transaction() as tx:
        add_region(tx)
    items: list[Any] = [escalation(source_reference=f"ESC-{number}") for number in range(1000)]
    bad = range(50, 1000, 100)
    for number in bad:
        items[number] = items[number] | {"places": []}
    answer = served("case-system").post("/v1/escalations:batch", {"items": items})
    assert answer.status_code == 207
    refused = {item["index"]: item["problem"] for item in answer.json()["items"] if item["status"] != 201}
    assert sorted(refused) == list(bad)
    assert all(problem["errors"][0]["pointer"] == "/places" for problem in refused.values())
    with own_database.transaction() as tx:
        assert tx.scalars(select(func.count()).select_from(Case)).one() == 990
