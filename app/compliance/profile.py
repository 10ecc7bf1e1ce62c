"""A profile: the contact rules of one law, standard or house policy, as values.

Every rule is a clause with its own source. A field that is None, or an empty tuple, means that the profile says
nothing on it.
"""

import dataclasses
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.compliance.calendar import DayClass
from app.compliance.local_days import MINUTES_OF_A_DAY
from app.compliance.situation import BlockKind, Channel, ConsentKind


class LegalStatus(StrEnum):
    """What kind of text the profile comes from."""

    LAW = "law"
    STANDARD = "standard"
    GUIDANCE = "guidance"
    DRAFT = "draft"
    HOUSE = "house"


class Evidence(StrEnum):
    """How sure we are of a clause."""

    PRIMARY = "P"
    SECONDARY = "S"
    KNOWLEDGE = "K"
    DESIGN = "D"


class Counts(StrEnum):
    """Which contacts a limit counts."""

    ATTEMPTED = "attempted"
    CONTACTED = "contacted"
    UNANSWERED = "unanswered"


class Scope(StrEnum):
    """Over what a limit counts; the caller passes the contacts of that scope."""

    CASE = "case"
    CLAIM = "claim"
    BORROWER = "borrower"
    CONTACT_POINT = "contact_point"
    ADDRESS = "address"


class WorkplaceAccess(StrEnum):
    """When a borrower may be visited at work."""

    CONSENT = "consent"
    EXPRESS_CONSENT = "express_consent"
    UNLESS_EMPLOYER_FORBIDS = "unless_employer_forbids"


class Effect(StrEnum):
    """What a block asks for."""

    STOP = "stop"
    UNTIL_CLOSED = "until_closed"
    DAYS = "days"
    PERMANENT = "permanent"
    ROUTE_TO_REPRESENTATIVE = "route_to_representative"
    REVIEW = "review"
    LEAVE = "leave"


@dataclass(frozen=True, order=True)
class LocalHours:
    """An opening in minutes of the local day; a visit may end exactly at `closes_minute` (up to 1440)."""

    opens_minute: int
    closes_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens_minute < self.closes_minute <= MINUTES_OF_A_DAY:
            raise ValueError("an opening lies within one day and closes after it opens")

    def __str__(self) -> str:
        return "-".join(f"{at // 60:02}:{at % 60:02}" for at in (self.opens_minute, self.closes_minute))


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Anything that a profile asks for: the law and clause or page it comes from, and how sure we are."""

    source: str
    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class HoursRule(Clause):
    """Hours of presence at the door, by day class; `holiday` None inherits the hours of that weekday.

    A consent to come out of hours, or an arrear older than `lifted_past_due_over_days`, lifts them where said.
    """

    mon_fri: tuple[LocalHours, ...]
    sat: tuple[LocalHours, ...]
    sun: tuple[LocalHours, ...]
    holiday: tuple[LocalHours, ...] | None
    makeup_as_weekday: bool = False
    lifted_by_consent: bool = False
    lifted_past_due_over_days: int | None = None

    def of(self, day_class: DayClass) -> tuple[LocalHours, ...]:
        """The hours of an ordinary day, weekend or holiday that has hours of its own."""
        by_class = {DayClass.SAT: self.sat, DayClass.SUN: self.sun, DayClass.HOLIDAY: self.holiday or ()}
        return by_class.get(day_class, self.mon_fri)


@dataclass(frozen=True, kw_only=True)
class Limit(Clause):
    """At most `n` contacts of these channels (all when empty) within any `days` calendar days in a row."""

    n: int
    days: int
    counts: Counts
    scope: Scope
    channels: frozenset[Channel] = frozenset()

    @property
    def binds_visits(self) -> bool:
        """Whether a visit is one of the contacts that this limit bounds; a limit on calls does not bind visits."""
        return not self.channels or Channel.VISIT in self.channels

    @property
    def is_for_visits_alone(self) -> bool:
        """Whether only visits count."""
        return self.channels == {Channel.VISIT}


@dataclass(frozen=True, kw_only=True)
class SpacingRule(Clause):
    """Visits lie at least so many calendar days apart."""

    days: int


@dataclass(frozen=True, kw_only=True)
class NoticeRule(Clause):
    """A notice before the visit; lead 0 asks only that it came before.

    `waived_when_unreachable_days`: nobody was reached on any channel for so long (see `notice`).
    """

    lead_hours: int
    content: tuple[str, ...] = ()
    waived_when_unreachable_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class StaffRule(Clause):
    """The least number of people at the door."""

    minimum: int


@dataclass(frozen=True, kw_only=True)
class RecordingRule(Clause):
    """The visit is recorded; `duty` says how."""

    duty: str


@dataclass(frozen=True, kw_only=True)
class WorkplaceRule(Clause):
    """When the workplace may be visited."""

    access: WorkplaceAccess


@dataclass(frozen=True, kw_only=True)
class ConditionRule(Clause):
    """A duty that goes with a yes and never refuses; a consent on record can lift it."""

    rule: str
    condition: str
    lifted_by: ConsentKind | None = None


@dataclass(frozen=True, kw_only=True)
class BlockRule(Clause):
    """What follows from a circumstance; any of `kinds` means the same here.

    `days`: blocked for so many days from its first one, when no end is known. `then_days`: so many more days after
    its end. `lifted_by`: a consent that allows the visit all the same.
    """

    kinds: tuple[BlockKind, ...]
    effect: Effect
    days: int | None = None
    then_days: int = 0
    lifted_by: ConsentKind | None = None


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
    limits: tuple[Limit, ...] = ()
    min_days_between_visits: SpacingRule | None = None
    notice: NoticeRule | None = None
    staff: StaffRule | None = None
    certificate: Clause | None = None
    badge: Clause | None = None
    authority_letter: Clause | None = None
    recording: RecordingRule | None = None
    workplace: WorkplaceRule | None = None
    inconvenient: Clause | None = None
    consents: tuple[ConditionRule, ...] = ()
    conduct: tuple[ConditionRule, ...] = ()
    blocks: tuple[BlockRule, ...] = ()

    def __post_init__(self) -> None:
        if self.effective_to is not None and self.effective_to <= self.effective_from:
            raise ValueError("effective_to must come after effective_from")

    def is_in_force(self, on: date) -> bool:
        """Whether the text applies on that day: from `effective_from`, before `effective_to`."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    def switched_on(self) -> "Profile":
        """The same profile, enforced: the only way to apply a draft."""
        return dataclasses.replace(self, enforced=True)
