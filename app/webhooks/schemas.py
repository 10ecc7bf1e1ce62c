"""Bodies of webhooks and deliveries."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from app.runtime.bodies import Answer, Body, Text
from app.webhooks.models import Delivery, DeliveryAttempt, Webhook
from app.webhooks.service import Wish
from app.webhooks.target import LONGEST_URL
from app.webhooks.terms import DeliveryState, DisabledReason, Switch, WebhookEvent, WebhookState

DEFAULT_OVERLAP_SECONDS = 24 * 3600
LONGEST_OVERLAP_SECONDS = 7 * 24 * 3600

_URL = "A public https address, on port 443 or 8443; redirects are not followed"
_EVENTS = "What to be told; each token may be told what its scopes let it read"
Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_URL),
    Field(description=_URL, examples=["https://risk.example.com/doorstep"]),
]
Events = Annotated[
    list[WebhookEvent],
    Field(min_length=1, max_length=len(WebhookEvent), description=_EVENTS, examples=[["report.compiled"]]),
]


class WebhookIn(Body):
    """An address that wants to be told."""

    url: Url
    events: Events
    description: Text | None = None

    def wish(self) -> Wish:
        """The value inside."""
        return Wish(self.url, tuple(self.events), self.description)


class WebhookChange(Body):
    """What changes; what is left out stays."""

    url: Url | None = None
    events: Events | None = None
    description: Text | None = Field(None, description="null: none")
    state: Switch | None = Field(
        None, description="`active` enables a webhook that was disabled: what was held back is sent now"
    )

    @model_validator(mode="before")
    @classmethod
    def _no_null(cls, value: Any) -> Any:
        nulls = [name for name in ("url", "events", "state") if isinstance(value, dict) and value.get(name, 0) is None]
        if nulls:
            raise ValueError(f"{', '.join(nulls)} must not be null: leave out what stays")
        return value

    def changes(self) -> dict[str, Any]:
        """The columns that it names."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class RotationIn(Body):
    """How long the old secret goes on."""

    overlap_seconds: int = Field(
        DEFAULT_OVERLAP_SECONDS,
        ge=0,
        le=LONGEST_OVERLAP_SECONDS,
        description="Everything is signed with the old secret too until then; 0 when it has become known to others",
    )

    @property
    def overlap(self) -> timedelta:
        """The value inside."""
        return timedelta(seconds=self.overlap_seconds)


class WebhookBody(Answer):
    """A webhook."""

    id: UUID
    owner: str = Field(description="Subject of the token that made it", examples=["risk"])
    url: str
    events: list[WebhookEvent]
    description: str | None
    regions: list[str] = Field(description="Told are events of these regions, those of the token; empty: of all")
    state: WebhookState
    disabled_reason: DisabledReason | None
    disabled_at: datetime | None
    failing_since_at: datetime | None = Field(description="The first failed try since one succeeded")
    previous_secret_until_at: datetime | None = Field(description="Until then the old secret signs beside the new one")
    made_at: datetime


class WebhookSecretBody(WebhookBody):
    """A webhook with its new secret."""

    secret: str | None = Field(
        description="For a Standard Webhooks library to verify signatures with. Shown this once: null when the request"
        " is repeated with its Idempotency-Key",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw5c8pPo1vQ3A="],
    )


class WebhookPage(Answer):
    """Webhooks, oldest first."""

    items: list[WebhookBody]
    next_cursor: str | None


class AttemptBody(Answer):
    """One try."""

    number: int = Field(description="Counts from 1, those after a resend included")
    at: datetime
    duration_milliseconds: int
    response_status: int | None = Field(description="null: no answer came")
    error: str | None = Field(description="Why it failed", examples=["answered 503"])


class DeliveryBody(Answer):
    """One event for one webhook."""

    id: UUID
    webhook_id: UUID
    event_id: UUID = Field(description="The `webhook-id` and the CloudEvent's id: the same at every try")
    event: str = Field(examples=["report.compiled"])
    subject: str = Field(examples=["report:0199c1a0-0000-7000-8000-000000000000"])
    state: DeliveryState
    tries: int = Field(description="Since it was written or resent; 10 at most")
    next_try_at: datetime | None
    delivered_at: datetime | None
    made_at: datetime


class DeliveryDetail(DeliveryBody):
    """A delivery with what was sent and every try of it."""

    body: dict[str, Any] = Field(description="The CloudEvent as it is sent")
    attempts: list[AttemptBody]


class DeliveryPage(Answer):
    """Deliveries, newest first."""

    items: list[DeliveryBody]
    next_cursor: str | None


def show_webhook(row: Webhook) -> WebhookBody:
    """A row as a body."""
    return WebhookBody.model_validate(_fields(row))


def show_secret(row: Webhook, secret: str | None) -> WebhookSecretBody:
    """A row as a body, with its secret in clear."""
    return WebhookSecretBody.model_validate(_fields(row) | {"secret": secret})


def _fields(row: Webhook) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in WebhookBody.model_fields}
    return {name: _in_utc(value) for name, value in shown.items()}


def show_delivery(row: Delivery) -> DeliveryBody:
    """A row as a body."""
    return DeliveryBody.model_validate(_delivery_fields(row))


def show_detail(row: Delivery, attempts: list[DeliveryAttempt]) -> DeliveryDetail:
    """A row with its tries as a body."""
    tries = [{name: _in_utc(getattr(one, name)) for name in AttemptBody.model_fields} for one in attempts]
    return DeliveryDetail.model_validate(_delivery_fields(row) | {"body": json.loads(row.body), "attempts": tries})


def _delivery_fields(row: Delivery) -> dict[str, Any]:
    return {name: _in_utc(getattr(row, name)) for name in DeliveryBody.model_fields}


def _in_utc(value: Any) -> Any:
    """Webhooks belong to no region, so instants are shown in UTC."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value
