"""What a webhook tells: a CloudEvent of ids and links, never a name, an amount or a sentence (PURE).

Source: CloudEvents 1.0.2, structured content mode.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

MEDIA_TYPE = "application/cloudevents+json"
SOURCE = "urn:doorstep"
# Of each kind of thing that may be named: where it is read.
PATHS: Mapping[str, str] = {
    "case": "/v1/cases",
    "decision": "/v1/decisions",
    "plan": "/v1/plans",
    "report": "/v1/reports",
    "visit": "/v1/visits",
    "webhook": "/v1/webhooks",
}


@dataclass(frozen=True)
class Thing:
    """Something of ours that has an id and a path."""

    kind: str
    id: UUID

    def __post_init__(self) -> None:
        if self.kind not in PATHS:
            raise ValueError(f"{self.kind!r} is nothing that a webhook tells of")

    @property
    def path(self) -> str:
        """Where it is read."""
        return f"{PATHS[self.kind]}/{self.id}"


def things_of(detail: Mapping[str, object]) -> tuple[Thing, ...]:
    """What the detail of an event names by id, as `visit_id` does; everything else in it stays with us."""
    named = ((kind, detail.get(f"{kind}_id")) for kind in PATHS)
    return tuple(Thing(kind, UUID(name)) for kind, name in named if isinstance(name, str))


def cloud_event(event_id: UUID, event: str, at: datetime, subject: Thing, others: tuple[Thing, ...] = ()) -> str:
    """The body of a delivery; letter by letter the same at every try."""
    things = {thing.kind: thing for thing in (*others, subject)}
    data: dict[str, object] = {f"{kind}_id": str(thing.id) for kind, thing in sorted(things.items())}
    data["links"] = {kind: thing.path for kind, thing in sorted(things.items())}
    body = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": SOURCE,
        "type": event,
        "subject": f"{subject.kind}:{subject.id}",
        "time": at.astimezone(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(body, separators=(",", ":"))
