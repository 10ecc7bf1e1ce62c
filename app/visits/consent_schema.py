"""Bodies of consents that are given at the door."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, model_validator

from app.compliance.situation import ConsentForm, ConsentKind
from app.contact.models import Consent
from app.contact.recording import GivenConsent
from app.kernel.errors import FieldError
from app.runtime.bodies import Answer, Body, Instant, LongText, Text, in_zone
from app.visits.models import Visit


class DoorConsentIn(Body):
    """What the borrower agreed to at the door."""

    kind: ConsentKind
    given_at: Instant = Field(description="After the arrival; a phone that was offline may tell it later")
    until_at: Instant | None = Field(None, description="From then on it does not hold any more")
    how: ConsentForm = ConsentForm.IN_PERSON
    evidence: Text | None = Field(None, description="Where the proof is; the visit when left out")
    note: LongText | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "DoorConsentIn":
        if self.until_at is not None and self.until_at <= self.given_at:
            raise FieldError("until_at", "until_at must lie after given_at")
        return self

    def given_at_the_door_of(self, visit: Visit) -> GivenConsent:
        """The value inside."""
        evidence = self.evidence or f"visit:{visit.id}"
        return GivenConsent(self.kind, self.given_at, None, self.until_at, self.how, evidence, self.note)


class DoorConsentAnswer(Answer):
    """A consent that was given at the door; it holds for all loans of the borrower."""

    id: UUID
    visit_id: UUID
    kind: ConsentKind
    given_at: datetime
    until_at: datetime | None
    how: ConsentForm
    evidence: str


def show_door_consent(row: Consent, visit: Visit, zone: str) -> DoorConsentAnswer:
    """A row as a body."""
    return DoorConsentAnswer(
        id=row.record_id,
        visit_id=visit.id,
        kind=ConsentKind(row.kind),
        given_at=in_zone(row.given_at, zone),
        until_at=in_zone(row.until_at, zone) if row.until_at is not None else None,
        how=ConsentForm(row.how),
        evidence=row.evidence or "",
    )
