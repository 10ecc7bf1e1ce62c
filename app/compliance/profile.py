"""A profile: the contact rules of one law, standard or house policy, as values.

Every rule is a clause with its own source. A field that is None, or an empty tuple, means that the profile says
nothing on it.
"""

import dataclasses
from dataclasses import MISSING, dataclass
from datetime import date
from enum import StrEnum

from app.compliance.clauses import (
    BadgeRule,
    BlockRule,
    CertificateRule,
    Clause,
    ConditionRule,
    Evidence,
    HoursRule,
    Limit,
    NoticeRule,
    PauseRule,
    PlacesRule,
    PriorAgreementRule,
    QuietRule,
    RecordingRule,
    SpacingRule,
    StaffRule,
    Term,
    WorkplaceRule,
)
from app.compliance.situation import PlaceKind


class LegalStatus(StrEnum):
    """What kind of text the profile comes from."""

    LAW = "law"
    STANDARD = "standard"
    GUIDANCE = "guidance"
    DRAFT = "draft"
    HOUSE = "house"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The contact rules of one text, in one version."""

    id: str
    version: str
    name: str
    legal_status: LegalStatus
    enforced: bool
    country: str | None
    evidence: Evidence
    effective_from: date
    effective_to: date | None = None
    hours: HoursRule | None = None
    workplace_hours: HoursRule | None = None
    limits: tuple[Limit, ...] = ()
    min_days_between_visits: SpacingRule | None = None
    pause_after_conversation: PauseRule | None = None
    notice: NoticeRule | None = None
    prior_agreement: PriorAgreementRule | None = None
    quiet: QuietRule | None = None
    staff: StaffRule | None = None
    certificate: CertificateRule | None = None
    badge: BadgeRule | None = None
    authority_letter: Clause | None = None
    same_gender: Clause | None = None
    recording: RecordingRule | None = None
    workplace: WorkplaceRule | None = None
    places: PlacesRule | None = None
    inconvenient: Clause | None = None
    consents: tuple[ConditionRule, ...] = ()
    conduct: tuple[ConditionRule, ...] = ()
    blocks: tuple[BlockRule, ...] = ()
    terms: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        if self.effective_to is not None and self.effective_to <= self.effective_from:
            raise ValueError("effective_to must come after effective_from")

    def is_in_force(self, on: date) -> bool:
        """Whether the text applies on that day: from `effective_from`, before `effective_to`."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    def hours_at(self, place_kind: PlaceKind) -> HoursRule | None:
        """The hours of a place: the workplace may have its own."""
        return (self.workplace_hours if place_kind is PlaceKind.WORK else None) or self.hours

    def blocks_alone(self) -> "Profile":
        """What it says on blocks, and nothing else."""
        rules = {field.name: field.default for field in dataclasses.fields(self) if field.default is not MISSING}
        return dataclasses.replace(self, **rules | {"blocks": self.blocks, "effective_to": self.effective_to})

    def switched_on(self) -> "Profile":
        """The same profile, enforced: the only way to apply a draft."""
        return dataclasses.replace(self, enforced=True)

    def switched_off(self) -> "Profile":
        """The same profile, as a draft comes: refusing nothing."""
        return dataclasses.replace(self, enforced=False)
