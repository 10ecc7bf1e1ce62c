"""Which webhooks an actor may see: those that its own token's subject made, an admin all; the one place that says so.

A subject may hold narrower tokens too. Such a token must not turn the stream of a wider one to an address of its own,
so it sees only webhooks that tell nothing beyond its regions and its events.
"""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.runtime.database import locking
from app.webhooks.models import Delivery, Webhook
from app.webhooks.terms import WebhookState, events_for


def visible_webhooks(actor: Actor) -> Select[Webhook]:
    """All webhooks of the actor that were not deleted."""
    query = select(Webhook).where(Webhook.state != WebhookState.DELETED.value)
    if not actor.may("admin"):
        query = query.where(Webhook.owner == actor.subject, Webhook.events.contained_by(events_for(actor)))
    if actor.regions:
        bound = func.jsonb_array_length(Webhook.regions) > 0
        query = query.where(bound, Webhook.regions.contained_by(sorted(actor.regions)))
    return query


def visible_webhook(tx: Session, actor: Actor, webhook_id: UUID, *, lock: bool = False) -> Webhook:
    """One webhook; raises NotFound when there is none or it is not the actor's. `lock` keeps it from others."""
    query = visible_webhooks(actor).where(Webhook.id == webhook_id)
    webhook = tx.scalars(kept_from_others(query) if lock else query).one_or_none()
    if webhook is None:
        raise NotFound("NO_SUCH_WEBHOOK", f"there is no webhook {webhook_id} for this token", action="Check the id.")
    return webhook


def kept_from_others(query: Select[Webhook]) -> Select[Webhook]:
    """The query with its webhooks locked against changes, but not against deliveries that others write for them.

    A publication writes deliveries for seconds; a lock that excludes those would make every try wait for its commit.
    """
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


def visible_delivery(tx: Session, webhook: Webhook, delivery_id: UUID, *, lock: bool = False) -> Delivery:
    """One delivery of a visible webhook; raises NotFound when there is none."""
    query = select(Delivery).where(Delivery.webhook_id == webhook.id, Delivery.id == delivery_id)
    delivery = tx.scalars(locking(query) if lock else query).one_or_none()
    if delivery is None:
        detail = f"there is no delivery {delivery_id} of webhook {webhook.id}"
        raise NotFound("NO_SUCH_DELIVERY", detail, action="Read the webhook's deliveries.")
    return delivery
