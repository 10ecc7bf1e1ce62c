"""The one thing that other rooms need of webhooks: telling an event inside the transaction of the deed."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.runtime import jobs
from app.runtime.clock import now
from app.runtime.database import new_id
from app.webhooks.cloud_event import Thing, cloud_event, things_of
from app.webhooks.models import Delivery, Webhook
from app.webhooks.terms import DELIVERIES_QUEUED, TOLD_OF_CASES, DeliveryState, WebhookState

_SUBSCRIPTIONS, _WAKENED = "webhooks.subscriptions", "webhooks.wakened"


@dataclass(frozen=True)
class _Subscription:
    webhook_id: UUID
    events: frozenset[str]
    regions: frozenset[str]

    def wants(self, event: str, region: str | None) -> bool:
        return event in self.events and (not self.regions or region in self.regions)


def announce(tx: Session, event: str, subject: Thing, *others: Thing, region: str | None) -> None:
    """Tell an event to every webhook that wants it: the deliveries are written with the deed, or not at all.

    The body names the subject and the others by their ids and links and holds nothing else.
    """
    wanting = [subscription for subscription in _subscriptions(tx) if subscription.wants(event, region)]
    if not wanting:
        return
    event_id, at = new_id(), now()
    body = cloud_event(event_id, event, at, subject, others)
    for subscription in wanting:
        tx.add(
            Delivery(
                webhook_id=subscription.webhook_id,
                event_id=event_id,
                event=event,
                subject=f"{subject.kind}:{subject.id}",
                body=body,
                state=DeliveryState.QUEUED.value,
                tries=0,
                next_try_at=at,
                delivered_at=None,
            )
        )
        wake(tx, subscription.webhook_id)


def announce_of_case(
    tx: Session, event: str, case_id: UUID, region: str | None, detail: Mapping[str, object] | None
) -> None:
    """Tell what is written into the history of a case, as far as it is told at all."""
    if event in TOLD_OF_CASES:
        announce(tx, event, Thing("case", case_id), *things_of(detail or {}), region=region)


def wake(tx: Session, webhook_id: UUID) -> None:
    """Have the queued deliveries of a webhook sent after the commit: one job however many the transaction writes."""
    wakened: set[UUID] = tx.info.setdefault(_WAKENED, set())
    if webhook_id not in wakened:
        wakened.add(webhook_id)
        jobs.defer(tx, DELIVERIES_QUEUED, webhook_id, queue=jobs.WEBHOOKS)


def forget_subscriptions(tx: Session) -> None:
    """Read the subscriptions anew at the next event: they have just been changed."""
    tx.info.pop(_SUBSCRIPTIONS, None)


def _subscriptions(tx: Session) -> tuple[_Subscription, ...]:
    """The active webhooks, read once in a transaction: publishing a plan tells thousands of events."""
    known: tuple[_Subscription, ...] | None = tx.info.get(_SUBSCRIPTIONS)
    if known is None:
        query = select(Webhook.id, Webhook.events, Webhook.regions).where(Webhook.state == WebhookState.ACTIVE.value)
        rows = tx.execute(query.order_by(Webhook.id))
        known = tuple(_Subscription(row.id, frozenset(row.events), frozenset(row.regions)) for row in rows)
        tx.info[_SUBSCRIPTIONS] = known
    return known
