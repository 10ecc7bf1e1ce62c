"""Bodies of consents, notices and blocks."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from app.compliance.situation import BlockKind, ConsentForm, ConsentKind
from app.contact.blocks import ToldBlock
from app.contact.models import Block, Consent, Notice
from app.contact.recording import GivenConsent, GivenNotice, Renewal
from app.contact.versions import Record
from app.intake.terms import Channel
from app.kernel.errors import FieldError
from app.runtime.bodies import Answer, Body, Day, Instant, LongText, Text, in_zone
from app.runtime.clock import now, today

FUTURE_LEEWAY = timedelta(minutes=5)


def _past(at: datetime) -> datetime:
    if at > now() + FUTURE_LEEWAY:
        raise ValueError("it cannot lie in the future")
    return at


PastInstant = Annotated[Instant, AfterValidator(_past)]


class VersionBody(Answer):
    """What every record has: its id stays the same while its versions change."""

    id: UUID = Field(description="Of the record; all its versions have it")
    case_id: UUID | None = Field(description="The case under which it was told; it holds for all loans of the borrower")
    version: int = Field(description="Counts the changes from 1", examples=[1])
    recorded_at: datetime = Field(description="When we came to know this version")
    superseded_at: datetime | None = Field(description="When a newer version took its place, null for the present one")
    recorded_by: str = Field(description="Who made this version", examples=["dispatcher"])


def version_fields(row: Record, zone: str) -> dict[str, object]:
    """The fields of a row that every record shows."""
    return {
        "id": row.record_id,
        "version": row.revision,
        "recorded_at": in_zone(row.made_at, zone),
        "superseded_at": shown_at(row.superseded_at, zone),
        "recorded_by": row.actor,
    }


def shown_at(at: datetime | None, zone: str) -> datetime | None:
    """An instant, if there is one, as it is shown."""
    return in_zone(at, zone) if at is not None else None


# ---- consents


class ConsentIn(Body):
    """What the borrower agreed to."""

    kind: ConsentKind
    given_at: PastInstant
    from_at: Instant | None = Field(None, description="It holds only from then, as an agreed appointment does")
    until_at: Instant | None = Field(None, description="From then on it does not hold any more")
    how: ConsentForm = ConsentForm.OTHER
    evidence: Text | None = Field(None, description="Where the proof is", examples=["recording 2026-11-20/118"])
    note: LongText | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "ConsentIn":
        begins_at = max(self.given_at, self.from_at) if self.from_at is not None else self.given_at
        if self.until_at is not None and self.until_at <= begins_at:
            raise FieldError("until_at", "until_at must lie after given_at and from_at")
        return self

    def given(self) -> GivenConsent:
        """The value inside."""
        return GivenConsent(**{name: getattr(self, name) for name in type(self).model_fields})


class ConsentBody(VersionBody):
    """A consent as it is known."""

    case_id: UUID
    kind: ConsentKind
    given_at: datetime
    from_at: datetime | None
    until_at: datetime | None
    revoked_at: datetime | None
    how: ConsentForm
    evidence: str | None
    note: str | None


class ConsentList(Answer):
    """The consents of a borrower, oldest first."""

    items: list[ConsentBody]
    next_cursor: str | None


def show_consent(row: Consent, zone: str) -> ConsentBody:
    """A row as a body."""
    return ConsentBody.model_validate(
        version_fields(row, zone)
        | {
            "case_id": row.case_id,
            "kind": row.kind,
            "given_at": in_zone(row.given_at, zone),
            "from_at": shown_at(row.from_at, zone),
            "until_at": shown_at(row.until_at, zone),
            "revoked_at": shown_at(row.revoked_at, zone),
            "how": row.how,
            "evidence": row.evidence,
            "note": row.note,
        }
    )


class AtIn(Body):
    """When it happened; just now when left out."""

    at: PastInstant | None = None


# ---- notices


class NoticeIn(Body):
    """A notice that was given to the borrower."""

    visit_id: UUID | None = Field(None, description="The visit that it announces; without it, any visit of the case")
    at: PastInstant
    channel: Channel
    content: list[Text] = Field(default_factory=list, max_length=50, examples=[["purpose", "date", "likely time"]])

    def given(self) -> GivenNotice:
        """The value inside."""
        return GivenNotice(self.visit_id, self.at, self.channel, list(self.content))


class NoticeBody(VersionBody):
    """A notice as it is known."""

    case_id: UUID
    visit_id: UUID | None
    at: datetime
    channel: Channel
    content: list[str]
    acknowledged_at: datetime | None


class NoticeList(Answer):
    """The notices to a borrower, oldest first."""

    items: list[NoticeBody]
    next_cursor: str | None


def show_notice(row: Notice, zone: str) -> NoticeBody:
    """A row as a body."""
    return NoticeBody.model_validate(
        version_fields(row, zone)
        | {
            "case_id": row.case_id,
            "visit_id": row.visit_id,
            "at": in_zone(row.at, zone),
            "channel": row.channel,
            "content": row.content,
            "acknowledged_at": shown_at(row.acknowledged_at, zone),
        }
    )


# ---- blocks


class BlockIn(Body):
    """A circumstance that forbids visits."""

    kind: BlockKind
    from_on: Day | None = Field(None, description="Today in the case's region when left out")
    until_on: Day | None = Field(None, description="The first day on which it no longer holds, if known")
    evidence: Text | None = Field(None, description="Where the proof is", examples=["hospital letter of 2026-11-20"])
    note: LongText | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "BlockIn":
        if self.from_on is not None and self.until_on is not None and self.until_on < self.from_on:
            raise FieldError("until_on", "until_on must not lie before from_on")
        return self

    def told(self, zone: str) -> ToldBlock:
        """The value inside; one without a beginning begins today, or earlier when it has ended."""
        on = today(zone)
        from_on = self.from_on or (min(on, self.until_on) if self.until_on is not None else on)
        return ToldBlock(self.kind, from_on, self.until_on, self.evidence, self.note)


class BlockEndIn(Body):
    """When a block ended."""

    on: Day | None = Field(None, description="The first day on which it no longer holds; today when left out")
    note: LongText | None = None


class RenewalIn(Body):
    """That a block goes on for another of its periods."""

    until_on: Day | None = Field(None, description="The first day on which it no longer holds, if known")
    evidence: Text | None = None
    note: LongText | None = None

    def renewal(self) -> Renewal:
        """The value inside."""
        return Renewal(self.until_on, self.evidence, self.note)


class BlockBody(VersionBody):
    """A block as it is known."""

    case_id: UUID
    kind: BlockKind
    from_on: Day
    until_on: Day | None
    renewals: int = Field(description="How often its period was renewed")
    evidence: str | None
    note: str | None


class BlockList(Answer):
    """The blocks of a borrower, oldest first."""

    items: list[BlockBody]
    next_cursor: str | None


def show_block(row: Block, zone: str) -> BlockBody:
    """A row as a body."""
    names = ("case_id", "kind", "from_on", "until_on", "renewals", "evidence", "note")
    return BlockBody.model_validate(version_fields(row, zone) | {name: getattr(row, name) for name in names})
