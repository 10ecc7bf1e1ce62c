"""The words of webhooks: what may be told, to whom, and where a webhook and a delivery stand (PURE).

Webhooks stand below the rooms whose events they tell, so the names are written here once more; a test compares them.
"""

from collections.abc import Mapping
from enum import StrEnum

from app.kernel.actor import Actor

# Jobs of this room.
DELIVERIES_QUEUED = "webhook.queued"
DELIVERY_DUE = "webhook.due"

WEBHOOK_CREATED = "webhook.created"
WEBHOOK_CHANGED = "webhook.changed"
WEBHOOK_DISABLED = "webhook.disabled"
WEBHOOK_DELETED = "webhook.deleted"
SECRET_ROTATED = "webhook.secret_rotated"
DELIVERY_RESENT = "webhook.delivery_resent"
# Told to one webhook when its owner asks for it; nobody subscribes to it.
WEBHOOK_TEST = "webhook.test"


class WebhookEvent(StrEnum):
    """What a webhook may subscribe to."""

    CASE_RECEIVED = "case.received"
    CASE_ACCEPTED = "case.accepted"
    CASE_REFUSED = "case.refused"
    CASE_HELD = "case.held"
    CASE_RELEASED = "case.released"
    CASE_ASSIGNED = "case.assigned"
    CASE_PLANNED = "case.planned"
    CASE_UNPLANNED = "case.unplanned"
    CASE_PUBLISHED = "case.published"
    CASE_REPORTED = "case.reported"
    CASE_DECIDED = "case.decided"
    CASE_DECISION_NOTED = "case.decision_noted"
    CASE_EVIDENCE_WANTED = "case.evidence_wanted"
    CASE_EXHAUSTED = "case.exhausted"
    CASE_WITHDRAWN = "case.withdrawn"
    CASE_COMPLAINT_OPENED = "case.complaint_opened"
    CASE_COMPLAINT_RESOLVED = "case.complaint_resolved"
    CASE_HARDSHIP_REVIEW_OPENED = "case.hardship_review_opened"
    CASE_HARDSHIP_REVIEW_CONCLUDED = "case.hardship_review_concluded"
    PROMISE_KEPT = "promise.kept"
    PROMISE_PART = "promise.part"
    PROMISE_BROKEN = "promise.broken"
    NOTICE_DUE = "case.notice_due"
    VISIT_FINISHED = "visit.finished"
    VISIT_MISSED = "visit.missed"
    REPORT_COMPILED = "report.compiled"
    REPORT_CORRECTED = "report.corrected"
    REPORT_ACKNOWLEDGED = "report.acknowledged"


_CASE_SYSTEM = frozenset({"escalations:write"})
_RISK = frozenset({"reports:read", "decisions:write"})

_FOR_THE_CASE_SYSTEM = frozenset({WebhookEvent.NOTICE_DUE, WebhookEvent.VISIT_FINISHED, WebhookEvent.VISIT_MISSED})
_FOR_RISK = frozenset({WebhookEvent.REPORT_COMPILED, WebhookEvent.REPORT_CORRECTED, WebhookEvent.REPORT_ACKNOWLEDGED})
# The rest, the course of a case, is for both.
SCOPES_OF: Mapping[WebhookEvent, frozenset[str]] = {
    event: _CASE_SYSTEM if event in _FOR_THE_CASE_SYSTEM else _RISK if event in _FOR_RISK else _CASE_SYSTEM | _RISK
    for event in WebhookEvent
}
# What is told when it is written into the history of a case; reports are told by their own room.
TOLD_OF_CASES = frozenset(event.value for event in WebhookEvent if event not in _FOR_RISK)


def events_for(actor: Actor) -> list[str]:
    """The events that a token may subscribe to, in the order of the list."""
    return [event.value for event in WebhookEvent if any(actor.may(scope) for scope in SCOPES_OF[event])]


class WebhookState(StrEnum):
    """Whether a webhook is told anything."""

    ACTIVE = "active"
    DISABLED = "disabled"
    DELETED = "deleted"


class Switch(StrEnum):
    """What an owner may make of a webhook by a change."""

    ACTIVE = "active"
    DISABLED = "disabled"


class DisabledReason(StrEnum):
    """Why a webhook is disabled.

    `BY_OWNER`: its owner said so. `GONE`: the receiver answered 410. `FAILING`: no try succeeded for days.
    """

    BY_OWNER = "BY_OWNER"
    GONE = "GONE"
    FAILING = "FAILING"


class DeliveryState(StrEnum):
    """Where a delivery stands.

    `queued`: written with the deed that it tells. `trying`: a try is planned. `delivered`: answered with 2xx.
    `exhausted`: the last try failed; it can be resent. `dropped`: its webhook was deleted before.
    """

    QUEUED = "queued"
    TRYING = "trying"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"
    DROPPED = "dropped"


OPEN = (DeliveryState.QUEUED.value, DeliveryState.TRYING.value)
