"""Use cases of webhooks: an owner makes, changes, tests and drops them, and has deliveries sent again."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Fault, Invalid
from app.runtime import audit, jobs
from app.runtime.clock import now
from app.runtime.database import Json, new_id
from app.webhooks.announcing import forget_subscriptions, wake
from app.webhooks.cloud_event import Thing, cloud_event
from app.webhooks.models import Delivery, Webhook
from app.webhooks.secret_box import NONCE_BYTES, SecretBox
from app.webhooks.signature import SECRET_BYTES, secret_of
from app.webhooks.target import TargetRefused, read_target
from app.webhooks.terms import (
    DELIVERY_DUE,
    DELIVERY_RESENT,
    OPEN,
    SECRET_ROTATED,
    WEBHOOK_CHANGED,
    WEBHOOK_CREATED,
    WEBHOOK_DELETED,
    WEBHOOK_DISABLED,
    WEBHOOK_TEST,
    DeliveryState,
    DisabledReason,
    WebhookEvent,
    WebhookState,
    events_for,
)

MOST_WEBHOOKS = 20


@dataclass(frozen=True)
class Wish:
    """What an owner wants to be told, and where."""

    url: str
    events: Sequence[WebhookEvent]
    description: str | None


# ---- webhooks


def check_url(url: str, *, trials: bool) -> None:
    """Raise Invalid for a URL that a webhook must not have."""
    try:
        read_target(url, trials=trials)
    except TargetRefused as error:
        raise Invalid(
            "TARGET_REFUSED",
            f"/url: {error}",
            action="Name a public https address of your own.",
            faults=(Fault("/url", str(error)),),
        ) from None


def check_events(actor: Actor, events: Sequence[WebhookEvent]) -> None:
    """Raise Invalid for events that the token may not be told."""
    known = events_for(actor)
    others = sorted({event.value for event in events} - set(known))
    if others:
        detail = f"{', '.join(others)}: not for this token, which may be told {', '.join(known)}"
        raise Invalid(
            "EVENT_NOT_FOR_TOKEN", f"/events: {detail}", action="Leave them out.", faults=(Fault("/events", detail),)
        )


def create_webhook(tx: Session, actor: Actor, wish: Wish, box: SecretBox) -> tuple[Webhook, str]:
    """Add a webhook of the actor, for the actor's regions; returns it with its secret, which is never shown again."""
    tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"webhooks:{actor.subject}", 3))))
    own = select(func.count()).where(Webhook.owner == actor.subject, Webhook.state != WebhookState.DELETED.value)
    if tx.scalars(own).one() >= MOST_WEBHOOKS:
        detail = f"a token's subject may have {MOST_WEBHOOKS} webhooks at a time"
        raise Conflict("TOO_MANY_WEBHOOKS", detail, action="Delete one that is not needed any more.")
    webhook = Webhook(
        id=new_id(),
        owner=actor.subject,
        regions=sorted(actor.regions),
        url=wish.url,
        events=_names(wish.events),
        description=wish.description,
        state=WebhookState.ACTIVE.value,
    )
    secret = _give_secret(webhook, box)
    tx.add(webhook)
    tx.flush()
    _note(tx, actor, WEBHOOK_CREATED, webhook, {"events": webhook.events})
    return webhook, secret


def change_webhook(tx: Session, actor: Actor, webhook: Webhook, changes: Json) -> None:
    """Change a locked webhook; one that is enabled again gets everything that was held back meanwhile."""
    if "events" in changes:
        changes = changes | {"events": _names(changes["events"])}
    state = changes.pop("state", None)
    for name, value in changes.items():
        setattr(webhook, name, value)
    webhook.revision += 1
    if state is not None and state != webhook.state:
        _switch(tx, webhook, WebhookState(state))
    tx.flush()
    _note(tx, actor, WEBHOOK_CHANGED, webhook, {"fields": sorted(changes), "state": webhook.state})


def _switch(tx: Session, webhook: Webhook, state: WebhookState) -> None:
    webhook.state = state.value
    active = state is WebhookState.ACTIVE
    webhook.disabled_reason = None if active else DisabledReason.BY_OWNER.value
    webhook.disabled_at = None if active else now()
    if active:
        webhook.failing_since_at = None
        held_back = update(Delivery).where(Delivery.webhook_id == webhook.id, Delivery.state.in_(OPEN))
        tx.execute(held_back.values(state=DeliveryState.QUEUED.value, next_try_at=now()))
        wake(tx, webhook.id)


def disable(tx: Session, actor: Actor, webhook: Webhook, reason: DisabledReason) -> None:
    """Tell a locked webhook nothing any more, until its owner enables it again."""
    webhook.state, webhook.disabled_reason, webhook.disabled_at = WebhookState.DISABLED.value, reason.value, now()
    webhook.revision += 1
    _note(tx, actor, WEBHOOK_DISABLED, webhook, {"reason": reason.value})


def delete_webhook(tx: Session, actor: Actor, webhook: Webhook) -> None:
    """Drop a locked webhook with its secrets; the log of what it was told stays with us."""
    webhook.state = WebhookState.DELETED.value
    webhook.secret = webhook.previous_secret = webhook.previous_secret_until_at = None
    webhook.disabled_reason = webhook.disabled_at = None
    webhook.revision += 1
    tx.flush()
    undelivered = update(Delivery).where(Delivery.webhook_id == webhook.id, Delivery.state.in_(OPEN))
    tx.execute(undelivered.values(state=DeliveryState.DROPPED.value, next_try_at=None))
    _note(tx, actor, WEBHOOK_DELETED, webhook)


def rotate_secret(tx: Session, actor: Actor, webhook: Webhook, overlap: timedelta, box: SecretBox) -> str:
    """Give a locked webhook a new secret; for the overlap everything is signed with the old one too.

    A secret that was being replaced already ends at once.
    """
    webhook.previous_secret = webhook.secret if overlap else None
    webhook.previous_secret_until_at = now() + overlap if overlap else None
    secret = _give_secret(webhook, box)
    webhook.revision += 1
    tx.flush()
    _note(tx, actor, SECRET_ROTATED, webhook, {"overlap_seconds": int(overlap.total_seconds())})
    return secret


def _give_secret(webhook: Webhook, box: SecretBox) -> str:
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))
    webhook.secret = box.closed(secret, str(webhook.id), secrets.token_bytes(NONCE_BYTES))
    return secret


def _names(events: Sequence[WebhookEvent]) -> list[str]:
    return list(dict.fromkeys(event.value for event in events))


def _note(tx: Session, actor: Actor, verb: str, webhook: Webhook, detail: Json | None = None) -> None:
    audit.record(tx, actor, verb, f"webhook:{webhook.id}", detail)
    forget_subscriptions(tx)


# ---- deliveries


def send_test(tx: Session, actor: Actor, webhook: Webhook) -> Delivery:
    """Tell one webhook a `webhook.test`, as everything else is told."""
    _refuse_inactive(webhook)
    event_id, at, subject = new_id(), now(), Thing("webhook", webhook.id)
    delivery = Delivery(
        webhook_id=webhook.id,
        event_id=event_id,
        event=WEBHOOK_TEST,
        subject=f"webhook:{webhook.id}",
        body=cloud_event(event_id, WEBHOOK_TEST, at, subject),
        state=DeliveryState.TRYING.value,
        tries=0,
        next_try_at=at,
    )
    tx.add(delivery)
    tx.flush()
    give_job(tx, delivery.id)
    audit.record(tx, actor, WEBHOOK_TEST, f"webhook:{webhook.id}")
    return delivery


def resend(tx: Session, actor: Actor, webhook: Webhook, delivery: Delivery) -> None:
    """Send a locked delivery now, whatever came of it before; what was over gets all its tries again.

    The receiver knows a message it has already by its id, which stays the same.
    """
    _refuse_inactive(webhook)
    if delivery.state not in OPEN:
        delivery.tries = 0
    delivery.state, delivery.next_try_at = DeliveryState.TRYING.value, now()
    tx.flush()
    give_job(tx, delivery.id)
    audit.record(tx, actor, DELIVERY_RESENT, f"webhook:{webhook.id}", {"delivery_id": str(delivery.id)})


def give_job(tx: Session, delivery_id: UUID, at: datetime | None = None) -> None:
    """Have a delivery tried now or at an instant.

    Each job has a lock of its own: behind a shared one, the job of a try that is planned for tomorrow would keep one
    that is wanted now waiting until then.
    """
    jobs.defer(tx, DELIVERY_DUE, delivery_id, queue=jobs.WEBHOOKS, lock=f"{DELIVERY_DUE}:{new_id()}", at=at)


def _refuse_inactive(webhook: Webhook) -> None:
    if webhook.state != WebhookState.ACTIVE.value:
        raise Conflict(
            "WEBHOOK_DISABLED",
            f"nothing is sent to a webhook that is disabled ({webhook.disabled_reason})",
            action='Enable it first: PATCH it with {"state": "active"}.',
        )
