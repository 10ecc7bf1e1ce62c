"""A message comes at least once, signed, however long its receiver was away; one that must not be asked never is."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from standardwebhooks import WebhookVerificationError

from app.intake import progress
from app.intake.models import Case
from app.intake.terms import CASE_HELD
from app.kernel.actor import SYSTEM
from app.runtime.database import Database
from app.webhooks.delivering import deliver, deliver_forgotten, hand_out
from app.webhooks.models import DeliveryAttempt
from app.webhooks.outbound import Outbound, install_outbound
from app.webhooks.retry_plan import PATIENCE, PAUSES, TRIES
from app.webhooks.secret_box import SecretBox
from tests.client import Client
from tests.factories import add_case, add_region
from tests.webhooks.hook import Hook
from tests.webhooks.receiver import Receiver, let_time_pass, work

A_DAY = timedelta(hours=27)  # longer than the longest pause


@pytest.fixture
def hook(risk: Client, receiver: Receiver) -> Hook:
    return Hook(risk, receiver.url)


@pytest.fixture
def case(database: Database) -> Case:
    with database.transaction() as tx:
        return add_case(tx, add_region(tx))


@pytest.fixture
def happen(database: Database, case: Case) -> Callable[..., None]:
    """Lets a case be held some times, each in a transaction of its own."""

    def times(count: int = 1) -> None:
        for _ in range(count):
            with database.transaction() as tx:
                progress.note(tx, tx.get_one(Case, case.id), CASE_HELD, SYSTEM, {"reason": "BLOCKED"})

    return times


Happen = Callable[..., None]


# ---- what arrives


def test_a_message_arrives_signed_and_says_what_happened(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen, case: Case
) -> None:
    happen()
    work(database)
    (received,) = receiver.received
    told = received.verified(hook.secret)
    assert (told["type"], told["data"]["case_id"]) == ("case.held", str(case.id))
    assert received.headers["webhook-id"] == told["id"] == hook.delivery["event_id"]
    assert received.headers["content-type"] == "application/cloudevents+json"
    assert received.headers["host"] == receiver.url.split("/")[2]
    assert received.path == "/hooks"
    assert json.loads(received.body) == hook.delivery["body"]
    assert (hook.delivery["state"], hook.delivery["tries"], hook.delivery["next_try_at"]) == ("delivered", 1, None)
    assert [(one["number"], one["response_status"]) for one in hook.delivery["attempts"]] == [(1, 204)]


def test_while_a_secret_is_replaced_both_verify_and_afterwards_the_new_one_alone(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    new = hook.client.post(f"{hook.path}:rotate-secret", {"overlap_seconds": 3600}).json()["secret"]
    happen()
    work(database)
    for secret in (hook.secret, new):
        receiver.received[-1].verified(secret)
    let_time_pass(database, timedelta(hours=2))
    happen()
    work(database)
    receiver.received[-1].verified(new)
    with pytest.raises(WebhookVerificationError):
        receiver.received[-1].verified(hook.secret)


def test_a_secret_that_became_known_ends_at_once(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    hook.client.post(f"{hook.path}:rotate-secret", {"overlap_seconds": 0})
    happen()
    work(database)
    with pytest.raises(WebhookVerificationError):
        receiver.received[-1].verified(hook.secret)


def test_a_test_message_is_sent_on_request(database: Database, hook: Hook, receiver: Receiver) -> None:
    answer = hook.client.post(f"{hook.path}:test")
    assert answer.status_code == 202
    work(database)
    assert receiver.received[0].verified(hook.secret)["type"] == "webhook.test"
    assert hook.client.get(answer.headers["Location"]).json()["state"] == "delivered"


# ---- a receiver that fails


def test_a_receiver_that_fails_for_an_hour_gets_everything_once_it_is_back(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    receiver.status = 503
    for _ in range(6):
        happen(2)
        work(database)
        let_time_pass(database, timedelta(minutes=10))
    assert hook.read()["failing_since_at"] is not None
    failed = set(receiver.message_ids)
    assert len(failed) == 12
    receiver.status, receiver.received[:] = 200, []
    for _ in range(3):
        let_time_pass(database, timedelta(hours=1))
        work(database)
    assert set(receiver.message_ids) == failed, "under the ids of the tries before"
    for received in receiver.received:
        received.verified(hook.secret)
    assert {delivery["state"] for delivery in hook.deliveries} == {"delivered"}
    assert hook.read()["failing_since_at"] is None


def test_after_ten_tries_a_delivery_is_exhausted_and_can_be_resent(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    receiver.status = 500
    happen()
    work(database)
    for number, pause in enumerate(PAUSES, start=1):
        assert (hook.delivery["state"], hook.delivery["tries"]) == ("trying", number)
        let_time_pass(database, pause * 0.99 - timedelta(seconds=1))
        assert work(database) == 0
        let_time_pass(database, pause * 0.11 + timedelta(seconds=1))
        assert work(database) == 1
    assert (hook.delivery["state"], hook.delivery["tries"], hook.delivery["next_try_at"]) == ("exhausted", TRIES, None)
    let_time_pass(database, A_DAY)
    assert work(database) == 0
    receiver.status = 200
    hook.resend(hook.delivery)
    work(database)
    assert hook.delivery["state"] == "delivered"
    assert [one["error"] for one in hook.delivery["attempts"]] == ["answered 500"] * TRIES + [None]
    assert len(set(receiver.message_ids)) == 1
    assert len({received.body for received in receiver.received}) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500])
def test_whatever_is_not_2xx_is_a_failure_and_redirects_are_not_followed(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen, status: int
) -> None:
    receiver.status, receiver.headers = status, {"Location": receiver.url + "/elsewhere"}
    happen()
    work(database)
    assert [received.path for received in receiver.received] == ["/hooks"]
    assert (hook.delivery["state"], hook.delivery["attempts"][0]["response_status"]) == ("trying", status)


def test_a_receiver_that_is_not_there_is_tried_again(database: Database, risk: Client, outbound: object) -> None:
    hook = Hook(risk, "http://127.0.0.1:9/hooks")
    hook.client.post(f"{hook.path}:test")
    work(database)
    assert hook.delivery["state"] == "trying"
    assert hook.delivery["attempts"][0]["error"].startswith("no answer: ")


def test_a_receiver_that_says_nothing_costs_a_bounded_time(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.webhooks.sender.TOTAL_SECONDS", 0.2)
    receiver.silent.set()
    happen()
    work(database)
    assert (hook.delivery["state"], hook.delivery["attempts"][0]["error"]) == ("trying", "no answer in time")


def test_a_delivery_can_be_sent_again_at_any_time_before_its_planned_try(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    receiver.status = 500
    happen()
    work(database)
    let_time_pass(database, timedelta(seconds=10))
    work(database)
    receiver.status = 200
    hook.resend(hook.delivery)
    work(database)
    assert hook.delivery["state"] == "delivered"
    let_time_pass(database, A_DAY)
    work(database)
    assert len(receiver.received) == 3, "the planned try finds it done"
    hook.resend(hook.delivery)
    work(database)
    assert len(receiver.received) == 4, "a receiver that lost it may want it once more"


# ---- a webhook that is told nothing


def test_a_receiver_that_is_gone_is_asked_no_more_until_its_owner_says_so(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    happen(3)
    receiver.status = 410
    work(database)
    assert (hook.read()["state"], hook.read()["disabled_reason"]) == ("disabled", "GONE")
    assert len(receiver.received) == 1
    happen()
    let_time_pass(database, A_DAY)
    work(database)
    assert len(receiver.received) == 1
    assert len(hook.deliveries) == 3, "what happens meanwhile is not told"
    receiver.status = 200
    hook.change(state="active")
    work(database)
    assert {delivery["state"] for delivery in hook.deliveries} == {"delivered"}
    assert len(set(receiver.message_ids)) == 3


def test_a_receiver_that_fails_for_days_is_disabled(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    receiver.status = 500
    happen()
    work(database)
    let_time_pass(database, PATIENCE - timedelta(hours=1))
    happen()
    work(database)
    assert hook.read()["state"] == "active"
    let_time_pass(database, timedelta(hours=2))
    work(database)
    assert (hook.read()["state"], hook.read()["disabled_reason"]) == ("disabled", "FAILING")


def test_what_is_held_back_goes_to_the_address_of_the_moment(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    happen()
    hook.change(state="disabled")
    work(database)
    assert receiver.received == []
    hook.change(state="active", url=receiver.url + "/new")
    work(database)
    assert [received.path for received in receiver.received] == ["/hooks/new"]


def test_a_deleted_webhook_is_told_nothing_more(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    happen(2)
    assert hook.client.request("DELETE", hook.path, headers={"If-Match": "*"}).status_code == 204
    happen()
    work(database)
    assert receiver.received == []


# ---- never twice without need, never lost


def test_a_job_that_comes_again_finds_its_work_done(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    happen()
    work(database)
    deliver(database, UUID(hook.delivery["id"]))
    hand_out(database, UUID(hook.made["id"]))
    assert work(database) == 0
    assert len(receiver.received) == 1


def test_a_delivery_whose_job_was_lost_is_found(
    database: Database, hook: Hook, receiver: Receiver, happen: Happen
) -> None:
    happen(2)
    with database.transaction() as tx:
        tx.execute(text("DELETE FROM procrastinate_jobs"))
    deliver_forgotten(database)
    assert work(database) == 0, "it may still be on its way"
    let_time_pass(database, timedelta(hours=1))
    for _ in range(2):
        deliver_forgotten(database)
    assert work(database) == 2
    assert len(receiver.received) == 2


def test_a_try_is_a_fact(database: Database, hook: Hook, receiver: Receiver, happen: Happen) -> None:
    happen()
    work(database)
    with database.transaction() as tx:
        attempt = tx.scalars(select(DeliveryAttempt)).one()
        attempt.response_status = 500
        with pytest.raises(IntegrityError, match="facts"):
            tx.flush()
        tx.rollback()


# ---- where it may lead


def test_a_name_that_has_come_to_mean_a_private_address_is_not_asked(
    database: Database, receiver: Receiver, risk: Client, outbound: Outbound, happen: Happen
) -> None:
    """The resolver says something public first, and this machine a moment later (DNS rebinding)."""
    port = receiver.url.split(":")[2].split("/")[0]
    answers: list[Sequence[str]] = [["10.0.0.7"], ["127.0.0.1", "169.254.169.254"], []]

    async def resolve(host: str, _port: int) -> Sequence[str]:
        assert host == "hooks.example.com"
        return answers.pop(0)

    install_outbound(replace(outbound, resolve=resolve))
    hook = Hook(risk, f"http://hooks.example.com:{port}/hooks")
    happen()
    for _ in range(3):
        work(database)
        let_time_pass(database, A_DAY)
    errors = [one["error"] for one in hook.delivery["attempts"]]
    assert errors == [
        "the target is refused: 10.0.0.7 is not a public address",
        "the target is refused: 169.254.169.254 is not a public address",
        "the target is refused: the host stands for no address",
    ]
    assert receiver.received == []


def test_the_connection_goes_to_the_very_address_that_was_checked(
    database: Database, receiver: Receiver, risk: Client, outbound: Outbound, happen: Happen
) -> None:
    """The name means nothing to this machine: only what the resolver said can have been asked."""
    port, asked = receiver.url.split(":")[2].split("/")[0], []

    async def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    install_outbound(replace(outbound, resolve=resolve))
    hook = Hook(risk, f"http://hooks.example.com:{port}/hooks")
    happen()
    work(database)
    assert hook.delivery["state"] == "delivered"
    assert receiver.received[0].headers["host"] == f"hooks.example.com:{port}"
    assert asked == ["hooks.example.com"]


def test_once_trials_are_over_a_webhook_to_this_machine_is_refused_at_each_try(
    database: Database, hook: Hook, receiver: Receiver, outbound: Outbound, happen: Happen
) -> None:
    install_outbound(replace(outbound, trials=False))
    happen()
    work(database)
    assert hook.delivery["attempts"][0]["error"] == "the target is refused: it must begin with https://"
    assert receiver.received == []


def test_under_another_key_of_the_installation_nothing_is_sent_until_the_secret_is_new(
    database: Database, hook: Hook, receiver: Receiver, outbound: Outbound, happen: Happen
) -> None:
    install_outbound(replace(outbound, secrets=SecretBox(Ed25519PrivateKey.generate())))
    happen()
    work(database)
    assert "rotate the webhook's secret" in hook.delivery["attempts"][0]["error"]
    assert receiver.received == []
