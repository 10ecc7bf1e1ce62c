"""The door of webhooks: case system and risk department keep their own, and read what became of each message."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select

from app.kernel.actor import Actor
from app.runtime.auth import Once, TokenKey, any_of
from app.runtime.idempotency import Created
from app.runtime.problems import responses
from app.runtime.web import IfMatch, Paging, Transaction, etag, must_match, page_of
from app.webhooks import service
from app.webhooks.models import Delivery, DeliveryAttempt, Webhook
from app.webhooks.schemas import (
    DeliveryDetail,
    DeliveryPage,
    RotationIn,
    WebhookBody,
    WebhookChange,
    WebhookIn,
    WebhookPage,
    WebhookSecretBody,
    show_delivery,
    show_detail,
    show_secret,
    show_webhook,
)
from app.webhooks.secret_box import SecretBox
from app.webhooks.visibility import visible_delivery, visible_webhook, visible_webhooks

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

Subscriber = Annotated[Actor, Depends(any_of("escalations:write", "reports:read", "decisions:write"))]


def secret_box(request: Request) -> SecretBox:
    """Encrypts secrets under the installation's key."""
    key: TokenKey = request.app.state.token_key
    return SecretBox(key.private)


def trials_allowed(request: Request) -> bool:
    """Whether webhooks may point to this machine."""
    return bool(request.app.state.settings.webhook_trials)


def webhook_of_path(webhook_id: UUID, actor: Subscriber, tx: Transaction) -> Webhook:
    """The webhook of the path; 404 before anything else is looked at."""
    return visible_webhook(tx, actor, webhook_id)


def webhook_to_change(webhook_id: UUID, actor: Subscriber, tx: Transaction) -> Webhook:
    """The webhook of the path, locked."""
    return visible_webhook(tx, actor, webhook_id, lock=True)


Box = Annotated[SecretBox, Depends(secret_box)]
TrialsAllowed = Annotated[bool, Depends(trials_allowed)]
CurrentWebhook = Annotated[Webhook, Depends(webhook_of_path, scope="function")]
ChangingWebhook = Annotated[Webhook, Depends(webhook_to_change, scope="function")]


def delivery_of_path(delivery_id: UUID, webhook: CurrentWebhook, tx: Transaction) -> Delivery:
    """The delivery of the path."""
    return visible_delivery(tx, webhook, delivery_id)


def delivery_to_change(delivery_id: UUID, webhook: ChangingWebhook, tx: Transaction) -> Delivery:
    """The delivery of the path, locked."""
    return visible_delivery(tx, webhook, delivery_id, lock=True)


CurrentDelivery = Annotated[Delivery, Depends(delivery_of_path, scope="function")]
ChangingDelivery = Annotated[Delivery, Depends(delivery_to_change, scope="function")]


@router.post("", status_code=201, response_model=WebhookSecretBody, responses=responses(409))
def post_webhook(
    actor: Subscriber, body: WebhookIn, tx: Transaction, once: Once, box: Box, trials: TrialsAllowed
) -> Response:
    """Be told events at an address: signed by Standard Webhooks 1.0, as CloudEvents 1.0, ids and links only.

    A message that is not answered with 2xx is sent again, 10 times within about 3 days. It may come twice; its
    `webhook-id` stays the same. Messages come in no order. An answer of 410 disables the webhook. Redirects are not
    followed. The secret is shown in this answer only.
    """

    def create() -> Created:
        service.check_url(body.url, trials=trials)
        service.check_events(actor, body.events)
        webhook, secret = service.create_webhook(tx, actor, body.wish(), box)
        headers = {"Location": f"/v1/webhooks/{webhook.id}", "ETag": etag(webhook)}
        return Created(show_secret(webhook, secret), 201, headers, kept=show_secret(webhook, None))

    return once.once(create)


@router.get("", response_model=WebhookPage, responses=responses())
def get_webhooks(actor: Subscriber, tx: Transaction, page: Paging) -> dict[str, Any]:
    """The webhooks that this token's subject made; an admin sees all."""
    query = visible_webhooks(actor).order_by(Webhook.id).limit(page.limit + 1)
    query = query.where(Webhook.id > page.after_id) if page.after is not None else query
    return page_of(tx.scalars(query).all(), page, lambda row: str(row.id), show_webhook)


@router.get("/{webhook_id}", response_model=WebhookBody, responses=responses(404))
def get_webhook(webhook: CurrentWebhook, response: Response) -> WebhookBody:
    """One webhook; why it is disabled, and since when it fails."""
    response.headers["ETag"] = etag(webhook)
    return show_webhook(webhook)


@router.patch("/{webhook_id}", response_model=WebhookBody, responses=responses(404, 412, 428))
def patch_webhook(
    actor: Subscriber,
    webhook: ChangingWebhook,
    body: WebhookChange,
    tx: Transaction,
    response: Response,
    trials: TrialsAllowed,
    if_match: IfMatch = None,
) -> WebhookBody:
    """Change a webhook, disable it, or enable it again; what is still to be sent goes to the address of the moment."""
    if body.url is not None:
        service.check_url(body.url, trials=trials)
    if body.events is not None:
        service.check_events(actor, body.events)
    must_match(webhook, if_match)
    service.change_webhook(tx, actor, webhook, body.changes())
    response.headers["ETag"] = etag(webhook)
    return show_webhook(webhook)


@router.delete("/{webhook_id}", status_code=204, responses=responses(404, 412, 428))
def delete_webhook(actor: Subscriber, webhook: ChangingWebhook, tx: Transaction, if_match: IfMatch = None) -> None:
    """Drop a webhook; what was not delivered yet is dropped with it."""
    must_match(webhook, if_match)
    service.delete_webhook(tx, actor, webhook)


@router.post("/{webhook_id}:rotate-secret", response_model=WebhookSecretBody, responses=responses(404, 409, 412))
def post_rotation(
    actor: Subscriber,
    webhook: ChangingWebhook,
    tx: Transaction,
    once: Once,
    box: Box,
    body: RotationIn | None = None,
    if_match: IfMatch = None,
) -> Response:
    """Replace the secret; for the overlap every message carries a signature of the old one too."""

    def rotate() -> Created:
        must_match(webhook, if_match, required=False)
        secret = service.rotate_secret(tx, actor, webhook, (body or RotationIn()).overlap, box)
        headers = {"ETag": etag(webhook)}
        return Created(show_secret(webhook, secret), 200, headers, kept=show_secret(webhook, None))

    return once.once(rotate)


@router.post("/{webhook_id}:test", status_code=202, response_model=DeliveryDetail, responses=responses(404, 409))
def post_test(actor: Subscriber, webhook: ChangingWebhook, tx: Transaction, once: Once) -> Response:
    """Send a `webhook.test` to this webhook, signed and retried as everything else."""

    def test() -> Created:
        delivery = service.send_test(tx, actor, webhook)
        where = f"/v1/webhooks/{webhook.id}/deliveries/{delivery.id}"
        return Created(show_detail(delivery, []), 202, {"Location": where})

    return once.once(test)


@router.get("/{webhook_id}/deliveries", response_model=DeliveryPage, responses=responses(404))
def get_deliveries(webhook: CurrentWebhook, tx: Transaction, page: Paging) -> dict[str, Any]:
    """What this webhook was told and is to be told, newest first."""
    query = select(Delivery).where(Delivery.webhook_id == webhook.id).order_by(Delivery.id.desc())
    query = query.where(Delivery.id < page.after_id) if page.after is not None else query
    rows = tx.scalars(query.limit(page.limit + 1)).all()
    return page_of(rows, page, lambda row: str(row.id), show_delivery)


@router.get("/{webhook_id}/deliveries/{delivery_id}", response_model=DeliveryDetail, responses=responses(404))
def get_delivery(delivery: CurrentDelivery, tx: Transaction) -> DeliveryDetail:
    """One delivery: what is sent, and every try."""
    query = select(DeliveryAttempt).where(DeliveryAttempt.delivery_id == delivery.id).order_by(DeliveryAttempt.number)
    return show_detail(delivery, list(tx.scalars(query)))


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}:resend",
    status_code=202,
    response_model=DeliveryDetail,
    responses=responses(404, 409),
)
def post_resend(
    actor: Subscriber, webhook: ChangingWebhook, delivery: ChangingDelivery, tx: Transaction, once: Once
) -> Response:
    """Send a delivery again, now, whether it was delivered, exhausted or waits for its next try."""

    def again() -> Created:
        service.resend(tx, actor, webhook, delivery)
        return Created(get_delivery(delivery, tx), 202)

    return once.once(again)
