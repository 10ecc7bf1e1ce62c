"""What the worker does with deliveries: it hands them out, tries each at its time, and looks for forgotten ones.

No transaction is open while a receiver is asked: one reads what to send, another writes what came of it. A worker that
dies in between has sent it, perhaps, and its job is put back: a message comes at least once, always with the same id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM
from app.runtime import jobs
from app.runtime.clock import now
from app.runtime.database import Database, locking
from app.runtime.telemetry import log
from app.webhooks.models import Delivery, DeliveryAttempt, Webhook
from app.webhooks.outbound import Outbound, outbound
from app.webhooks.retry_plan import has_failed_too_long, next_try_at
from app.webhooks.secret_box import SecretBox, UnreadableSecret
from app.webhooks.sender import Reply, send
from app.webhooks.service import disable, give_job
from app.webhooks.signature import headers_of
from app.webhooks.terms import DELIVERY_DUE, OPEN, DeliveryState, DisabledReason, WebhookState
from app.webhooks.visibility import kept_from_others

GONE = 410
# A job may come a little before its time, as the clocks of worker and database differ; then it tries a little early.
CLOCK_LEEWAY = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(minutes=10)
MOST_FORGOTTEN = 1000


def hand_out(database: Database, webhook_id: UUID) -> None:
    """Give each queued delivery of an active webhook a job of its own."""
    queued = (
        update(Delivery)
        .where(
            Delivery.webhook_id == webhook_id,
            Delivery.state == DeliveryState.QUEUED.value,
            select(Webhook.state).where(Webhook.id == webhook_id).scalar_subquery() == WebhookState.ACTIVE.value,
        )
        .values(state=DeliveryState.TRYING.value)
        .returning(Delivery.id)
    )
    with database.transaction() as tx:
        for delivery_id in sorted(tx.scalars(queued).all()):
            give_job(tx, delivery_id)


def deliver(database: Database, delivery_id: UUID) -> None:
    """Try a delivery once, if it is due; a try that fails plans the next one with what it writes down."""
    began_at, installed = now(), outbound()
    with database.transaction() as tx:
        letter = _due(tx, delivery_id, began_at, installed.secrets)
    if letter is None:
        return
    reply = _sent(installed, letter)
    with database.transaction() as tx:
        _write_down(tx, delivery_id, letter, began_at, reply)


def deliver_forgotten(database: Database) -> None:
    """Give deliveries that should have been tried long ago, and have no job, another one.

    It should find none: it is for a job that failed again and again, say while the disk was full.
    """
    overdue = (
        select(Delivery)
        .join(Webhook, Webhook.id == Delivery.webhook_id)
        .where(Webhook.state == WebhookState.ACTIVE.value, Delivery.state.in_(OPEN))
        .where(Delivery.next_try_at < now() - FORGOTTEN_AFTER)
        .order_by(Delivery.next_try_at)
        .limit(MOST_FORGOTTEN)
    )
    with database.transaction() as tx:
        standing = jobs.standing(tx, DELIVERY_DUE)
        for delivery in tx.scalars(overdue.with_for_update(of=Delivery, skip_locked=True)).all():
            if delivery.id not in standing:
                log.warning("forgotten delivery", delivery=str(delivery.id))
                delivery.state = DeliveryState.TRYING.value
                give_job(tx, delivery.id)


# ---- one try


@dataclass(frozen=True)
class _Letter:
    """What is sent; `tries` says which try it is, so that another job's try in between is noticed."""

    url: str
    body: str
    tries: int
    headers: Mapping[str, str] | None


def _due(tx: Session, delivery_id: UUID, at: datetime, box: SecretBox) -> _Letter | None:
    """What to send, None when the delivery is over, waits for a later instant, or its webhook is not told anything."""
    delivery = tx.get_one(Delivery, delivery_id)
    webhook = delivery.webhook
    if delivery.state != DeliveryState.TRYING.value or webhook.state != WebhookState.ACTIVE.value:
        return None
    if delivery.next_try_at is None or delivery.next_try_at > at + CLOCK_LEEWAY:
        return None
    try:
        headers = headers_of(str(delivery.event_id), at, delivery.body, _secrets(webhook, at, box))
    except UnreadableSecret:
        headers = None
    return _Letter(webhook.url, delivery.body, delivery.tries, headers)


def _secrets(webhook: Webhook, at: datetime, box: SecretBox) -> list[str]:
    """The secrets to sign with, the newest first."""
    stored = [webhook.secret]
    if webhook.previous_secret_until_at is not None and webhook.previous_secret_until_at > at:
        stored.append(webhook.previous_secret)
    return [box.opened(secret, str(webhook.id)) for secret in stored if secret is not None]


def _sent(installed: Outbound, letter: _Letter) -> Reply:
    if letter.headers is None:
        return Reply(0, None, "not sent: the installation's signing key has changed; rotate the webhook's secret")
    return send(installed, letter.url, letter.headers, letter.body)


def _write_down(tx: Session, delivery_id: UUID, letter: _Letter, at: datetime, reply: Reply) -> None:
    """Keep the try, and go on from it: done, another try at its time, or over.

    The webhook is locked before the delivery, as its owner's changes do.
    """
    of_delivery = select(Delivery.webhook_id).where(Delivery.id == delivery_id).scalar_subquery()
    webhook = tx.scalars(kept_from_others(select(Webhook).where(Webhook.id == of_delivery))).one()
    delivery = tx.scalars(locking(select(Delivery).where(Delivery.id == delivery_id))).one()
    _keep(tx, delivery, at, reply)
    if reply.is_delivered:
        delivery.state, delivery.next_try_at, delivery.delivered_at = DeliveryState.DELIVERED.value, None, now()
        delivery.tries += 1
    elif delivery.state == DeliveryState.TRYING.value and delivery.tries == letter.tries:
        _plan_next(tx, webhook, delivery)
    if webhook.state == WebhookState.ACTIVE.value:
        _judge(tx, webhook, reply)


def _keep(tx: Session, delivery: Delivery, at: datetime, reply: Reply) -> None:
    count = select(func.count()).where(DeliveryAttempt.delivery_id == delivery.id)
    tx.add(
        DeliveryAttempt(
            delivery_id=delivery.id,
            number=tx.scalars(count).one() + 1,
            at=at,
            duration_milliseconds=reply.duration_milliseconds,
            response_status=reply.response_status,
            error=reply.error,
        )
    )


def _plan_next(tx: Session, webhook: Webhook, delivery: Delivery) -> None:
    delivery.tries += 1
    delivery.next_try_at = next_try_at(delivery.id, delivery.tries, now())
    if delivery.next_try_at is None:
        delivery.state = DeliveryState.EXHAUSTED.value
        log.warning("delivery exhausted", webhook=str(webhook.id), delivery=str(delivery.id))
        return
    give_job(tx, delivery.id, delivery.next_try_at)


def _judge(tx: Session, webhook: Webhook, reply: Reply) -> None:
    """Note whether the receiver works; one that is gone, or has failed for days, is told nothing any more."""
    if reply.is_delivered:
        if webhook.failing_since_at is not None:
            webhook.failing_since_at = None
            webhook.revision += 1
        return
    if webhook.failing_since_at is None:
        webhook.failing_since_at = now()
        webhook.revision += 1
    if reply.response_status == GONE:
        disable(tx, SYSTEM, webhook, DisabledReason.GONE)
    elif has_failed_too_long(webhook.failing_since_at, now()):
        disable(tx, SYSTEM, webhook, DisabledReason.FAILING)
