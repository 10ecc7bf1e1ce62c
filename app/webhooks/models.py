"""Rows of webhooks: who wants to be told what, what was told, and every try of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.runtime.database import Base, Identified, Versioned


class Webhook(Identified, Versioned, Base):
    """An address that wants to be told.

    `owner` is the subject of the token that made it, `regions` are that token's (none: all). Secrets are encrypted
    (`secret_box`). `failing_since_at` is the first of the failed tries since one succeeded.
    """

    __tablename__ = "webhooks"
    __table_args__ = (
        Index(None, "owner"),
        Index("ix_webhooks_active", "id", postgresql_where=text("state = 'active'")),
        CheckConstraint("(state = 'disabled') = (disabled_reason IS NOT NULL)", name="disabled_for_a_reason"),
        CheckConstraint("(secret IS NULL) = (state = 'deleted')", name="secret_until_deleted"),
    )

    owner: Mapped[str]
    regions: Mapped[list[Any]]
    url: Mapped[str]
    events: Mapped[list[Any]]
    description: Mapped[str | None]
    state: Mapped[str]
    disabled_reason: Mapped[str | None]
    disabled_at: Mapped[datetime | None]
    failing_since_at: Mapped[datetime | None]
    secret: Mapped[str | None]
    previous_secret: Mapped[str | None]
    previous_secret_until_at: Mapped[datetime | None]


class Delivery(Identified, Base):
    """One event for one webhook.

    `event_id` is the `webhook-id`: the same at every try, and for all webhooks that are told of the event. `tries` are
    those since it was written or resent; `next_try_at` is null once it is over.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index(None, "webhook_id", "id"),
        Index("ix_webhook_deliveries_open", "webhook_id", postgresql_where=text("state IN ('queued', 'trying')")),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id"))
    event_id: Mapped[UUID]
    event: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]
    tries: Mapped[int]
    next_try_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    webhook: Mapped[Webhook] = relationship()


class DeliveryAttempt(Identified, Base):
    """One try: append-only. Without a `response_status` no answer came; `error` says why and quotes no answer."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_deliveries.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    duration_milliseconds: Mapped[int]
    response_status: Mapped[int | None]
    error: Mapped[str | None]
