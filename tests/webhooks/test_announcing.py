"""What is told is written with the deed: for those who asked, of their regions, and without a word about people."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.intake import progress
from app.intake.terms import CASE_HELD, HoldReason
from app.kernel.actor import SYSTEM, Actor
from app.planning.terms import NOTICE_DUE
from app.reports.service import acknowledge, file_report
from app.runtime.auth import TokenKey
from app.runtime.database import Database, new_id
from app.visits.terms import VISIT_FINISHED
from app.webhooks.models import Delivery, Webhook
from app.webhooks.secret_box import SecretBox
from app.webhooks.service import Wish, create_webhook
from app.webhooks.terms import WebhookEvent
from tests.factories import WEST_LAKE, add_case, add_region, escalation
from tests.factories_reports import assessed_case, assessed_visit, west_lake

ADMIN = Actor("admin", frozenset({"admin"}))


@pytest.fixture
def subscribe(tx: Session, token_key: TokenKey) -> Callable[..., Webhook]:
    def make(*events: WebhookEvent, regions: frozenset[str] = frozenset()) -> Webhook:
        owner = Actor("admin", frozenset({"admin"}), regions)
        wish = Wish("https://example.com/hooks", events or tuple(WebhookEvent), None)
        return create_webhook(tx, owner, wish, SecretBox(token_key.private))[0]

    return make


def told(tx: Session, webhook: Webhook) -> list[str]:
    return list(tx.scalars(select(Delivery.event).where(Delivery.webhook_id == webhook.id).order_by(Delivery.id)))


def jobs(tx: Session) -> list[str]:
    return list(tx.scalars(text("SELECT args->>'subject' FROM procrastinate_jobs WHERE queue_name = 'webhooks'")))


def test_a_webhook_is_told_what_it_asked_for(tx: Session, subscribe: Callable[..., Webhook]) -> None:
    accepted, held = subscribe(WebhookEvent.CASE_ACCEPTED), subscribe(WebhookEvent.CASE_HELD)
    case = add_case(tx, add_region(tx))
    progress.hold(tx, case, HoldReason.BLOCKED, SYSTEM, detail="an open dispute")
    assert (told(tx, accepted), told(tx, held)) == (["case.accepted"], ["case.held"])
    assert sorted(jobs(tx)) == sorted([str(accepted.id), str(held.id)])


def test_two_webhooks_are_told_the_same_event_under_the_same_id(tx: Session, subscribe: Callable[..., Webhook]) -> None:
    webhooks = {subscribe(WebhookEvent.CASE_ACCEPTED).id for _ in range(2)}
    add_case(tx, add_region(tx))
    deliveries = tx.scalars(select(Delivery)).all()
    assert {delivery.webhook_id for delivery in deliveries} == webhooks
    assert len({delivery.event_id for delivery in deliveries}) == 1


def test_nobody_asked_and_nothing_is_written(tx: Session, subscribe: Callable[..., Webhook]) -> None:
    subscribe(WebhookEvent.CASE_DECIDED)
    add_case(tx, add_region(tx))
    assert tx.scalars(select(func.count()).select_from(Delivery)).one() == 0
    assert jobs(tx) == []


def test_many_events_of_one_deed_ask_for_the_subscriptions_once_and_leave_one_job(
    database: Database, tx: Session, subscribe: Callable[..., Webhook]
) -> None:
    case = add_case(tx, add_region(tx))
    webhook, asked = subscribe(WebhookEvent.CASE_HELD), []

    def notice(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM webhooks" in statement:
            asked.append(statement)

    engine = tx.get_bind().engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", notice)
    try:
        for _ in range(50):
            progress.note(tx, case, CASE_HELD, SYSTEM)
        tx.flush()
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", notice)
    assert len(asked) == 1
    assert told(tx, webhook) == ["case.held"] * 50
    assert jobs(tx) == [str(webhook.id)]


def test_a_deed_that_is_rolled_back_was_never_told(own_database: Database, token_key: TokenKey) -> None:
    with own_database.transaction() as tx:
        wish = Wish("https://example.com/hooks", tuple(WebhookEvent), None)
        create_webhook(tx, ADMIN, wish, SecretBox(token_key.private))
        region = add_region(tx)

    def fail() -> None:
        with own_database.transaction() as tx:
            add_case(tx, region)
            raise RuntimeError("the deed fails")

    with pytest.raises(RuntimeError):
        fail()
    with own_database.transaction() as tx:
        assert tx.scalars(select(func.count()).select_from(Delivery)).one() == 0
        assert jobs(tx) == []


def test_a_token_of_some_regions_is_told_of_those_alone(tx: Session, subscribe: Callable[..., Webhook]) -> None:
    near, far = subscribe(regions=frozenset({"330106"})), subscribe(regions=frozenset({"330102"}))
    add_case(tx, add_region(tx))
    outside = [{"address": "somewhere else", "place": {"lat": 31.9, "lon": 121.9}}]
    add_case(tx, add_region(tx, code="330199", name="x", polygon=None), places=outside, source_reference="ESC-2")
    assert told(tx, near) == ["case.received", "case.accepted"]
    assert told(tx, far) == []


def test_reports_are_told_with_their_visit_and_a_later_version_is_a_correction(
    tx: Session, subscribe: Callable[..., Webhook]
) -> None:
    webhook = subscribe(WebhookEvent.REPORT_COMPILED, WebhookEvent.REPORT_CORRECTED, WebhookEvent.REPORT_ACKNOWLEDGED)
    visit = assessed_visit(tx, assessed_case(tx, west_lake(tx)))
    report = file_report(tx, visit, None)
    for _ in range(2):
        acknowledge(tx, ADMIN, report)
    corrected = file_report(tx, visit, report)
    assert told(tx, webhook) == ["report.compiled", "report.acknowledged", "report.corrected"]
    last = json.loads(tx.scalars(select(Delivery.body).order_by(Delivery.id.desc()).limit(1)).one())
    assert last["subject"] == f"report:{corrected.id}"
    assert last["data"]["visit_id"] == str(visit.id)
    assert last["data"]["links"]["report"] == f"/v1/reports/{corrected.id}"


def test_no_word_about_a_person_leaves(tx: Session, subscribe: Callable[..., Webhook]) -> None:
    """Whatever rooms write into the history of a case, bodies have ids, links and the name of the event."""
    subscribe()
    case = add_case(tx, add_region(tx))
    detail = {"visit_id": str(new_id()), "name": case.borrower_name, "start_at": "2026-11-23T09:30:00+08:00"}
    for event in (NOTICE_DUE, VISIT_FINISHED, CASE_HELD):
        progress.note(tx, case, event, SYSTEM, detail)
    visit = assessed_visit(tx, assessed_case(tx, west_lake(tx, "330110")))
    file_report(tx, visit, None)
    bodies = list(tx.scalars(select(Delivery.body)))
    assert len(bodies) >= 6
    personal = [*_leaves(escalation()["borrower"]), *_leaves(escalation()["places"]), *_leaves(escalation()["loan"])]
    for body in map(json.loads, bodies):
        assert set(body) == {
            *("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"),
        }
        words = set(_leaves(body["data"]))
        assert not words & {*personal, *_leaves(detail) - {detail["visit_id"]}, WEST_LAKE["code"]}
        assert all(word.startswith("/v1/") or len(word) == 36 for word in words)


def _leaves(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {leaf for item in value.values() for leaf in _leaves(item)}
    if isinstance(value, list):
        return {leaf for item in value for leaf in _leaves(item)}
    return {str(value)}
