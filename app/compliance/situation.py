"""What is asked about: a visit that somebody wants to make, and the facts that matter for it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from app.compliance.calendar import Calendar, DayClass, Weekday
from app.compliance.local_days import (
    MINUTES_OF_A_DAY,
    check_day,
    check_instant,
    days_of,
    local_day,
    span_of,
    zone,
)
from app.kernel.timewindow import TimeWindow

_LONGEST_VISIT_SECONDS = 86400


class Channel(StrEnum):
    """How a borrower was approached."""

    CALL = "call"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"
    MESSAGE = "message"


class PlaceKind(StrEnum):
    """What the visited place is to the borrower."""

    HOME = "home"
    WORK = "work"
    HOSPITAL = "hospital"
    OTHER = "other"


class ConsentKind(StrEnum):
    """What a borrower can agree to."""

    OUT_OF_HOURS = "out_of_hours"
    WORKPLACE = "workplace"
    ENTER_HOME = "enter_home"
    INTERIOR_PHOTO = "interior_photo"
    VIDEO = "video"
    PRIOR_AGREEMENT = "prior_agreement"
    THIRD_PARTY = "third_party"
    HOSPITAL_VISIT = "hospital_visit"
    OTHER_PLACE = "other_place"


class ConsentForm(StrEnum):
    """How a consent was given."""

    WRITTEN = "written"
    RECORDED_CALL = "recorded_call"
    IN_PERSON = "in_person"
    APP = "app"
    OTHER = "other"


class BlockKind(StrEnum):
    """A circumstance that some profile answers with a stop."""

    ASKED_TO_LEAVE = "asked_to_leave"
    BEREAVEMENT = "bereavement"
    BREATHING_SPACE = "breathing_space"
    CEASE_REQUEST = "cease_request"
    COMPLAINT_OPEN = "complaint_open"
    DEATH_IN_FAMILY = "death_in_family"
    DISABLED_GROUP_1 = "disabled_group_1"
    DISASTER_AREA = "disaster_area"
    DISPUTED_OR_QUERIED = "disputed_or_queried"
    DISPUTE_OPEN = "dispute_open"
    DISTRESS = "distress"
    HOSPITAL = "hospital"
    INCAPACITY = "incapacity"
    INSOLVENCY = "insolvency"
    LIMITATION_EXPIRED = "limitation_expired"
    MARRIAGE_FUNCTION = "marriage_function"
    MENTAL_HEALTH_CRISIS = "mental_health_crisis"
    MINOR = "minor"
    MINOR_ONLY_PRESENT = "minor_only_present"
    NATURAL_CALAMITY = "natural_calamity"
    NO_VISIT_LIST = "no_visit_list"
    PAID_OR_BELOW_THRESHOLD = "paid_or_below_threshold"
    PLAN_PERFORMING = "plan_performing"
    RELIGIOUS_FESTIVAL = "religious_festival"
    REPRESENTED = "represented"
    SERVING_SOLDIER = "serving_soldier"
    SURGERY_OR_HOSPITAL_FAMILY = "surgery_or_hospital_family"
    VULNERABLE_SUSPECTED = "vulnerable_suspected"


@dataclass(frozen=True)
class Contact:
    """One line of the contact ledger; every contact is an attempt, `contacted` means somebody right was spoken to.

    `planned` is a visit that stands in a published plan: it counts in every limit, as it may meet the borrower.
    `case`, `claim`, `contact_point` and `address` name what the contact belonged to; one that is None is not known.
    """

    channel: Channel
    at: datetime
    contacted: bool = False
    planned: bool = False
    case: str | None = None
    claim: str | None = None
    contact_point: str | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        check_instant(self.at, "contact at")


@dataclass(frozen=True)
class DatedContact:
    """A contact with the local day on which it fell."""

    on: date
    contact: Contact


@dataclass(frozen=True)
class Notice:
    """A notice of this visit that was given to the borrower, and when he acknowledged it."""

    at: datetime
    channel: Channel
    acknowledged_at: datetime | None = None

    def __post_init__(self) -> None:
        check_instant(self.at, "notice at")
        if self.acknowledged_at is not None:
            check_instant(self.acknowledged_at, "notice acknowledged_at")


@dataclass(frozen=True)
class Consent:
    """A consent of the borrower, valid from `given_at` until it ends or is revoked (both excluded).

    With `from_at` it holds only from then: an agreed appointment is a consent from its beginning to its end. `how` None
    is not told, and then any form will do.
    """

    kind: ConsentKind
    given_at: datetime
    until_at: datetime | None = None
    revoked_at: datetime | None = None
    from_at: datetime | None = None
    how: ConsentForm | None = None

    def __post_init__(self) -> None:
        check_instant(self.given_at, "consent given_at")
        for at, name in ((self.until_at, "until_at"), (self.revoked_at, "revoked_at"), (self.from_at, "from_at")):
            if at is not None:
                check_instant(at, f"consent {name}")
        if self.from_at is not None and self.until_at is not None and self.until_at <= self.from_at:
            raise ValueError("a consent must end after it begins")


@dataclass(frozen=True)
class Block:
    """A blocking circumstance from the local day `from_on` to `until_on` (excluded); None is not over yet.

    Without `until_on` a profile's own period counts from `from_on`; with it, it is the day on which the
    circumstance ended (discharge, treatment ended, dispute closed). `renewals` is how often its period was renewed.
    """

    kind: BlockKind
    from_on: date
    until_on: date | None = None
    renewals: int = 0

    def __post_init__(self) -> None:
        if self.renewals < 0:
            raise ValueError("a block cannot be renewed less than never")
        check_day(self.from_on, "block from_on")
        if self.until_on is not None:
            check_day(self.until_on, "block until_on")
            if self.until_on < self.from_on:
                raise ValueError("a block cannot end before it begins")


@dataclass(frozen=True)
class QuietWindow:
    """Minutes of a local weekday in which the borrower wants to be left alone, every week.

    It can be about some channels and some kinds of places only; none named is all of them.
    """

    weekday: Weekday
    opens_minute: int
    closes_minute: int
    channels: frozenset[Channel] = frozenset()
    place_kinds: frozenset[PlaceKind] = frozenset()

    def __post_init__(self) -> None:
        if not 0 <= self.opens_minute < self.closes_minute <= MINUTES_OF_A_DAY:
            raise ValueError("a quiet window lies within one day and closes after it opens")


@dataclass(frozen=True)
class Facts:
    """What is known of the borrower: the ledger, and records.

    `contacts` must not hold the visit that is asked about. `inconvenient` are times, `inconvenient_places` kinds of
    places, which the borrower called inconvenient; `quiet_windows` come back every week.
    """

    contacts: tuple[Contact, ...] = ()
    blocks: tuple[Block, ...] = ()
    consents: tuple[Consent, ...] = ()
    notices: tuple[Notice, ...] = ()
    days_past_due: int | None = None
    inconvenient: tuple[TimeWindow, ...] = ()
    inconvenient_places: frozenset[PlaceKind] = frozenset()
    employer_forbids_visits: bool = False
    quiet_windows: tuple[QuietWindow, ...] = ()


@dataclass(frozen=True)
class Team:
    """Who goes; None is not told and counts as fulfilled.

    `certificates_valid` has one entry for each member whose certificates were looked at. `same_gender` is whether
    somebody of the borrower's gender goes where the borrower asked for it.
    """

    staff: int
    certificates_valid: tuple[bool | None, ...] = ()
    badge: bool | None = None
    authority_letter: bool | None = None
    recording: bool | None = None
    same_gender: bool | None = None

    def __post_init__(self) -> None:
        if self.staff < 1:
            raise ValueError("a team has at least one member")


@dataclass(frozen=True)
class Situation:
    """A visit at a time and place, by a team, under the facts.

    `holidays` names the calendar (ISO 3166, such as CN or GB-ENG; None: no holidays known), `day_overrides` correct
    it. `team` None leaves the team open. `notify_from_at` is the instant from which a notice can still be given:
    planning sets it to now, the door leaves it None and then only notices on record count. `case`, `claim`,
    `contact_point` and `address` are those of this visit: limits compare them with the contacts' own.
    """

    time_zone: str
    holidays: str | None
    start_at: datetime
    duration_seconds: int
    place_kind: PlaceKind = PlaceKind.HOME
    team: Team | None = None
    facts: Facts = field(default_factory=Facts)
    day_overrides: tuple[tuple[date, DayClass], ...] = ()
    notify_from_at: datetime | None = None
    case: str | None = None
    claim: str | None = None
    contact_point: str | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        check_instant(self.start_at, "start_at")
        if not 0 < self.duration_seconds <= _LONGEST_VISIT_SECONDS:
            raise ValueError(f"duration_seconds must be between 1 and {_LONGEST_VISIT_SECONDS}")
        if self.notify_from_at is not None:
            check_instant(self.notify_from_at, "notify_from_at")
        zone(self.time_zone)
        Calendar(self.holidays)

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar of the place."""
        return Calendar(self.holidays, self.day_overrides)

    @cached_property
    def presence(self) -> TimeWindow:
        """The time at the door."""
        return presence_from(self.start_at, self.duration_seconds)

    @cached_property
    def touched(self) -> tuple[date, ...]:
        """The local days that the presence touches."""
        return tuple(days_of(self.presence, self.time_zone))

    @cached_property
    def days(self) -> TimeWindow:
        """The same days from the beginning of the first to the end of the last."""
        return span_of(self.touched[0], (self.touched[-1] - self.touched[0]).days + 1, self.time_zone)

    @cached_property
    def ledger(self) -> tuple[DatedContact, ...]:
        """The contacts with their local days."""
        return dated(self.facts.contacts, self.time_zone)


def presence_from(start_at: datetime, duration_seconds: int) -> TimeWindow:
    """The time at the door of a visit, in UTC."""
    opens_at = start_at.astimezone(UTC)
    return TimeWindow(opens_at, opens_at + timedelta(seconds=duration_seconds))


def dated(contacts: tuple[Contact, ...], time_zone: str) -> tuple[DatedContact, ...]:
    """Give each contact its local day."""
    return tuple(DatedContact(local_day(contact.at, time_zone), contact) for contact in contacts)
