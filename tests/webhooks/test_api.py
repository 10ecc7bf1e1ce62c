"""The door of webhooks: an owner keeps its own, and sees a secret once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.main import create_app
from app.runtime.auth import AUDIENCE, ISSUER, TokenKey
from app.runtime.clock import now
from app.runtime.database import Database
from app.runtime.idempotency import IdempotencyRecord
from app.runtime.settings import Settings
from app.webhooks.models import Webhook
from app.webhooks.service import MOST_WEBHOOKS
from tests.client import Client

HOOKS = "/v1/webhooks"


def wish(**changes: Any) -> dict[str, Any]:
    return {"url": "https://example.com/hooks", "events": ["case.held", "case.decided"]} | changes


def made(client: Client, **changes: Any) -> dict[str, Any]:
    answer = client.post(HOOKS, wish(**changes))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def with_token(application: FastAPI, token_key: TokenKey) -> Callable[..., Client]:
    """A client for any subject, scopes and regions."""

    def make(subject: str, scope: str, *regions: str) -> Client:
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "scope": scope, "regions": list(regions)}
        times = {"iat": now(), "exp": now().timestamp() + 3600}
        return Client(application, jwt.encode(claims | times, token_key.private, algorithm="EdDSA"))

    return make


# ---- making and reading


def test_a_webhook_is_made_and_shows_its_secret_once(risk: Client, tx: Session) -> None:
    answer = risk.post(HOOKS, wish(description="to the risk desk"))
    body = answer.json()
    assert answer.status_code == 201
    assert body["secret"].startswith("whsec_")
    assert (body["state"], body["owner"], body["regions"]) == ("active", "risk", [])
    read = risk.get(answer.headers["Location"])
    assert read.headers["ETag"] == answer.headers["ETag"]
    assert read.json() == {name: value for name, value in body.items() if name != "secret"}
    assert risk.get(HOOKS).json()["items"] == [read.json()]
    assert body["secret"] not in str(vars(tx.scalars(select(Webhook)).one()))


def test_a_repeated_request_makes_one_webhook_and_does_not_show_the_secret_again(risk: Client, tx: Session) -> None:
    first, again = (risk.post(HOOKS, wish(), headers={"Idempotency-Key": "hook-1"}) for _ in range(2))
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json() | {"secret": None}
    assert len(risk.get(HOOKS).json()["items"]) == 1
    assert first.json()["secret"] not in str([row.body for row in tx.scalars(select(IdempotencyRecord))])


def test_an_unknown_event_is_refused_and_the_known_ones_are_named(risk: Client) -> None:
    answer = risk.post(HOOKS, wish(events=["case.*"]))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/events/0"
    assert "'case.held'" in answer.json()["detail"]


def test_an_event_of_another_department_is_refused_and_those_of_the_token_are_named(case_system: Client) -> None:
    answer = case_system.post(HOOKS, wish(events=["report.compiled"]))
    assert (answer.status_code, answer.json()["reason"]) == (422, "EVENT_NOT_FOR_TOKEN")
    assert "visit.finished" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "ftp://example.com"),
        ("url", ""),
        ("url", None),
        ("url", 7),
        ("events", []),
        ("events", "case.held"),
        ("events", None),
        ("secret", "whsec_mine"),
        ("description", "x" * 201),
        ("description", "a\x00b"),
    ],
)
def test_a_body_that_cannot_be_is_refused(risk: Client, field: str, value: object) -> None:
    answer = risk.post(HOOKS, wish(**{field: value}))
    assert answer.status_code == 422
    assert risk.get(HOOKS).json()["items"] == []


def test_without_trials_a_webhook_cannot_point_into_our_network(
    settings: Settings, database: Database, token_key: TokenKey
) -> None:
    application = create_app(replace(settings, webhook_trials=False), database, token_key)
    client = Client(application, token_key.issue("risk"))
    for url in ("http://127.0.0.1/", "https://127.0.0.1/", "https://169.254.169.254/latest", "https://database/"):
        answer = client.post(HOOKS, wish(url=url))
        assert (answer.status_code, answer.json()["reason"]) == (422, "TARGET_REFUSED")
        assert answer.json()["errors"][0]["pointer"] == "/url"
    hook = made(client)
    etag = client.get(f"{HOOKS}/{hook['id']}").headers["ETag"]
    changed = client.patch(f"{HOOKS}/{hook['id']}", {"url": "https://10.0.0.1/"}, headers={"If-Match": etag})
    assert changed.json()["reason"] == "TARGET_REFUSED"


def test_there_is_an_end_to_how_many_webhooks_somebody_has(risk: Client, case_system: Client) -> None:
    hooks = [made(risk) for _ in range(MOST_WEBHOOKS)]
    refused = risk.post(HOOKS, wish())
    assert (refused.status_code, refused.json()["reason"]) == (409, "TOO_MANY_WEBHOOKS")
    made(case_system)
    risk.request("DELETE", f"{HOOKS}/{hooks[0]['id']}", headers={"If-Match": "*"})
    made(risk)


def test_webhooks_come_in_pages(risk: Client) -> None:
    ids = [made(risk)["id"] for _ in range(5)]
    page = risk.get(f"{HOOKS}?limit=2").json()
    seen = [hook["id"] for hook in page["items"]]
    while page["next_cursor"] is not None:
        page = risk.get(f"{HOOKS}?limit=2&cursor={page['next_cursor']}").json()
        seen += [hook["id"] for hook in page["items"]]
    assert seen == ids


# ---- who sees what


@pytest.mark.parametrize("role", ["dispatcher", "investigator", "auditor"])
def test_other_roles_have_no_webhooks(client_of: Callable[..., Client], role: str) -> None:
    client = client_of(role, uuid4() if role == "investigator" else None)
    assert client.get(HOOKS).status_code == 403
    assert client.post(HOOKS, wish()).status_code == 403


def test_everybody_sees_its_own_and_an_admin_all(
    risk: Client, case_system: Client, client_of: Callable[..., Client]
) -> None:
    own, other = made(risk), made(case_system)
    assert [hook["id"] for hook in risk.get(HOOKS).json()["items"]] == [own["id"]]
    assert [hook["id"] for hook in client_of("admin").get(HOOKS).json()["items"]] == [own["id"], other["id"]]
    path = f"{HOOKS}/{other['id']}"
    matching = {"headers": {"If-Match": "*"}}
    for answer in (
        risk.get(path),
        risk.patch(path, {"url": "https://example.com/mine"}, **matching),
        risk.request("DELETE", path, **matching),
        risk.post(f"{path}:rotate-secret"),
        risk.post(f"{path}:test"),
        risk.get(f"{path}/deliveries"),
        risk.get(f"{path}/deliveries/{uuid4()}"),
        risk.post(f"{path}/deliveries/{uuid4()}:resend"),
    ):
        assert (answer.status_code, answer.json()["reason"]) == (404, "NO_SUCH_WEBHOOK")


def test_a_narrower_token_of_the_same_subject_cannot_turn_a_wider_stream_to_itself(
    with_token: Callable[..., Client],
) -> None:
    wide, near = with_token("desk", "reports:read"), with_token("desk", "reports:read", "330106")
    everywhere, here = made(wide, events=["report.compiled"]), made(near, events=["report.compiled"])
    assert here["regions"] == ["330106"]
    assert near.get(f"{HOOKS}/{everywhere['id']}").status_code == 404
    assert [hook["id"] for hook in near.get(HOOKS).json()["items"]] == [here["id"]]
    assert len(wide.get(HOOKS).json()["items"]) == 2
    assert with_token("desk", "reports:read", "330106", "330102").get(HOOKS).json()["items"] == [
        {name: value for name, value in here.items() if name != "secret"}
    ]
    assert with_token("desk", "escalations:write").get(HOOKS).json()["items"] == []


# ---- changing


def test_a_change_names_the_version_that_it_changes(risk: Client) -> None:
    path = f"{HOOKS}/{made(risk)['id']}"
    etag = risk.get(path).headers["ETag"]
    assert risk.patch(path, {"description": "one"}).status_code == 428
    changed = risk.patch(path, {"description": "one", "events": ["case.held"]}, headers={"If-Match": etag})
    assert (changed.status_code, changed.json()["description"], changed.json()["events"]) == (200, "one", ["case.held"])
    assert risk.patch(path, {"description": "two"}, headers={"If-Match": etag}).status_code == 412
    assert risk.request("DELETE", path).status_code == 428
    assert risk.request("DELETE", path, headers={"If-Match": etag}).status_code == 412
    cleared = risk.patch(path, {"description": None}, headers={"If-Match": changed.headers["ETag"]})
    assert cleared.json()["description"] is None


@pytest.mark.parametrize(
    "change", [{"url": None}, {"events": None}, {"state": None}, {"state": "deleted"}, {"secret": "mine"}, {"x": 1}, []]
)
def test_a_change_that_cannot_be_is_refused(risk: Client, change: object) -> None:
    path = f"{HOOKS}/{made(risk)['id']}"
    assert risk.patch(path, change, headers={"If-Match": "*"}).status_code == 422


def test_a_webhook_is_disabled_and_enabled_by_its_owner(risk: Client) -> None:
    path = f"{HOOKS}/{made(risk)['id']}"
    disabled = risk.patch(path, {"state": "disabled"}, headers={"If-Match": "*"}).json()
    assert (disabled["state"], disabled["disabled_reason"]) == ("disabled", "BY_OWNER")
    assert risk.post(f"{path}:test").json()["reason"] == "WEBHOOK_DISABLED"
    enabled = risk.patch(path, {"state": "active"}, headers={"If-Match": "*"}).json()
    assert (enabled["state"], enabled["disabled_reason"], enabled["disabled_at"]) == ("active", None, None)


def test_a_deleted_webhook_is_gone_and_its_secret_with_it(risk: Client, tx: Session) -> None:
    path = f"{HOOKS}/{made(risk)['id']}"
    assert risk.post(f"{path}:rotate-secret").status_code == 200
    assert risk.request("DELETE", path, headers={"If-Match": risk.get(path).headers["ETag"]}).status_code == 204
    assert risk.get(path).status_code == 404
    assert risk.get(HOOKS).json()["items"] == []
    row = tx.scalars(select(Webhook)).one()
    assert (row.secret, row.previous_secret) == (None, None)


def test_a_rotation_shows_the_new_secret_once(risk: Client) -> None:
    hook = made(risk)
    path = f"{HOOKS}/{hook['id']}:rotate-secret"
    rotated = risk.post(path, {"overlap_seconds": 3600}, headers={"Idempotency-Key": "turn"})
    assert rotated.status_code == 200
    assert rotated.json()["secret"] not in (None, hook["secret"])
    assert rotated.json()["previous_secret_until_at"] is not None
    assert risk.post(path, {"overlap_seconds": 3600}, headers={"Idempotency-Key": "turn"}).json()["secret"] is None
    assert risk.post(path, {"overlap_seconds": 0}).json()["previous_secret_until_at"] is None
    for wrong in (-1, 7 * 24 * 3600 + 1, "soon", None):
        assert risk.post(path, {"overlap_seconds": wrong}).status_code == 422
    assert risk.post(path, headers={"If-Match": '"stale"'}).status_code == 412
