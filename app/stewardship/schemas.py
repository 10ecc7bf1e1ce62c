"""Bodies of stewardship."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.runtime.audit import AuditRecord, AuditSeal
from app.runtime.bodies import Answer, AnswerBody, Body, Instant, RulingBody, in_zone
from app.runtime.rulings import ruling_json
from app.visits.models import Visit
from app.visits.replay import Replay


class AuditRecordBody(Answer):
    """Who did what to what, and the place of that fact in the hash chain."""

    number: int = Field(description="Place in the chain, from 1 without gaps", examples=[17])
    id: UUID
    at: datetime = Field(description="UTC")
    actor: str = Field(description="Subject of the token, or `system`", examples=["dispatcher"])
    verb: str = Field(examples=["case.withdrawn"])
    subject: str = Field(examples=["case:01976d3c-6c1e-7a52-9f3e-0c3b6f1d2a10"])
    detail: dict[str, Any]
    request_id: str | None = Field(description="X-Request-ID of the request, or the name of the job")
    sha256: str = Field(description="SHA-256, in hex, over the hash before it and this record")


class AuditPage(Answer):
    """A page of the audit trail, in the order of the chain."""

    items: list[AuditRecordBody]
    next_cursor: str | None


class Verification(Answer):
    """Whether the whole chain was recomputed without a difference."""

    intact: bool
    records: int = Field(description="Records in the chain")
    first_break: int | None = Field(description="Number of the first place that does not fit; null when intact")
    head: str = Field(description="Hash of the last record: keep it, it proves later that nothing was cut off")


class ReplayIn(Body):
    """Which visit to judge again."""

    visit_id: UUID
    known_at: Instant | None = Field(None, description="By what was known then; at the arrival when left out")


class DifferenceBody(Answer):
    """An answer that only one of the two rulings gave; the other's is null."""

    profile: str
    version: str
    rule: str = Field(examples=["hours"])
    recorded: bool | None
    replayed: bool | None


class ReplayAnswer(Answer):
    """Whether somebody might be at the door, by the rules asked again with the facts of that instant."""

    visit_id: UUID
    at: datetime = Field(description="The presence that is judged: the arrival, or the planned start where none was")
    known_at: datetime = Field(description="The facts are those that were known then")
    allowed: bool
    answers: list[AnswerBody]
    recorded: RulingBody | None = Field(description="The ruling that was kept at the arrival")
    emergency: str | None = Field(description="Why somebody was at the door without permission")
    agrees: bool | None = Field(description="Whether both rulings give the same answers; null without a recorded one")
    differences: list[DifferenceBody]


def show_replay(visit: Visit, replay: Replay, zone: str) -> ReplayAnswer:
    """A replay as a body."""
    return ReplayAnswer.model_validate(
        ruling_json(replay.ruling)
        | {
            "visit_id": visit.id,
            "at": in_zone(replay.at, zone),
            "known_at": in_zone(replay.known_at, zone),
            "recorded": replay.recorded,
            "emergency": replay.emergency,
            "agrees": None if replay.recorded is None else not replay.differences,
            "differences": [vars(difference) for difference in replay.differences],
        }
    )


def show_record(link: AuditSeal, line: AuditRecord) -> AuditRecordBody:
    """A sealed record as a body."""
    return AuditRecordBody.model_validate(
        {
            "number": link.number,
            "id": line.id,
            "at": line.at.astimezone(UTC),
            "actor": line.actor,
            "verb": line.verb,
            "subject": line.subject,
            "detail": line.detail,
            "request_id": line.request_id,
            "sha256": link.sha256,
        }
    )
