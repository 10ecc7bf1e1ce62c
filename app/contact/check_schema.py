"""Bodies of `contact-rules:check`: a visit to ask about, and the facts that are to be taken as known."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from app.compliance import situation as known
from app.compliance.calendar import Calendar, Weekday
from app.compliance.situation import BlockKind, ConsentKind, Facts, PlaceKind, Situation, Team
from app.contact.wishes_schema import WeeklyWindow
from app.intake.terms import Channel, ContactOutcome
from app.kernel.errors import FieldError
from app.kernel.timewindow import TimeWindow
from app.runtime.bodies import Answer, AnswerBody, Body, Code, Day, Instant, Text, TimeZone

_WEEKDAYS = tuple(Weekday)


def _known_calendar(code: str) -> str:
    Calendar(code)
    return code


class CheckedContact(Body):
    """A contact of the hypothetical ledger; what it belonged to is not known where it is left out, and then counts."""

    channel: Channel
    at: Instant
    outcome: ContactOutcome | None = None
    contacted: bool = False
    case: Text | None = None
    claim: Text | None = None
    contact_point: Text | None = Field(
        None, description="Telephone number, mailbox or account", examples=["+8613800000000"]
    )
    address: Text | None = None

    def contact(self) -> known.Contact:
        """The value inside."""
        return known.Contact(
            known.Channel(self.channel),
            self.at,
            contacted=self.contacted,
            case=self.case,
            claim=self.claim,
            contact_point=self.contact_point,
            address=self.address,
        )


class CheckedBlock(Body):
    """A block of the hypothetical borrower."""

    kind: BlockKind
    from_on: Day
    until_on: Day | None = None
    renewals: int = Field(0, ge=0, le=100, description="How often its period was renewed")

    @model_validator(mode="after")
    def _ordered(self) -> "CheckedBlock":
        if self.until_on is not None and self.until_on < self.from_on:
            raise FieldError("until_on", "until_on must not lie before from_on")
        return self


class CheckedConsent(Body):
    """A consent on record; an agreed appointment runs from `from_at` to `until_at`."""

    kind: ConsentKind
    given_at: Instant
    from_at: Instant | None = Field(None, description="It holds from then on; without it from when it was given")
    until_at: Instant | None = None
    revoked_at: Instant | None = None
    how: known.ConsentForm | None = Field(None, description="How it was given; not told: any form will do")

    @model_validator(mode="after")
    def _ordered(self) -> "CheckedConsent":
        if self.from_at is not None and self.until_at is not None and self.until_at <= self.from_at:
            raise FieldError("until_at", "until_at must come after from_at")
        return self

    def consent(self) -> known.Consent:
        """The value inside."""
        return known.Consent(
            self.kind, self.given_at, self.until_at, self.revoked_at, from_at=self.from_at, how=self.how
        )


class CheckedNotice(Body):
    """A notice of the visit that was given."""

    at: Instant
    channel: Channel = Channel.LETTER
    acknowledged_at: Instant | None = None


class CheckedQuietWindow(WeeklyWindow):
    """A time of the week that the borrower keeps quiet, at the place of the visit."""

    channels: list[Channel] = Field(default_factory=list, max_length=6, description="All of them when empty")
    place_kinds: list[PlaceKind] = Field(default_factory=list, max_length=4, description="All of them when empty")

    def window(self) -> known.QuietWindow:
        """The value inside."""
        channels = frozenset(known.Channel(channel) for channel in self.channels)
        return known.QuietWindow(_WEEKDAYS[self.weekday], *self.minutes, channels, frozenset(self.place_kinds))


class CheckedTime(Body):
    """A time that the borrower called inconvenient."""

    opens_at: Instant
    closes_at: Instant

    @model_validator(mode="after")
    def _ordered(self) -> "CheckedTime":
        if self.closes_at <= self.opens_at:
            raise FieldError("closes_at", "closes_at must come after opens_at")
        return self


class CheckedFacts(Body):
    """What is to be taken as known."""

    contacts: list[CheckedContact] = Field(default_factory=list, max_length=5000)
    blocks: list[CheckedBlock] = Field(default_factory=list, max_length=100)
    consents: list[CheckedConsent] = Field(default_factory=list, max_length=100)
    notices: list[CheckedNotice] = Field(default_factory=list, max_length=100)
    days_past_due: Annotated[int, Field(ge=0, le=36500)] | None = None
    quiet_windows: list[CheckedQuietWindow] = Field(default_factory=list, max_length=100)
    inconvenient: list[CheckedTime] = Field(default_factory=list, max_length=100)
    inconvenient_places: list[PlaceKind] = Field(default_factory=list, max_length=4)
    employer_forbids_visits: bool = False

    def facts(self) -> Facts:
        """The value inside."""
        return Facts(
            contacts=tuple(contact.contact() for contact in self.contacts),
            blocks=tuple(known.Block(b.kind, b.from_on, b.until_on, b.renewals) for b in self.blocks),
            consents=tuple(consent.consent() for consent in self.consents),
            notices=tuple(known.Notice(n.at, known.Channel(n.channel), n.acknowledged_at) for n in self.notices),
            days_past_due=self.days_past_due,
            inconvenient=tuple(TimeWindow(t.opens_at, t.closes_at) for t in self.inconvenient),
            inconvenient_places=frozenset(self.inconvenient_places),
            employer_forbids_visits=self.employer_forbids_visits,
            quiet_windows=tuple(window.window() for window in self.quiet_windows),
        )


class CheckedTeam(Body):
    """What is known of those who go; what is not told counts as fulfilled."""

    certificates_valid: list[bool] = Field(default_factory=list, max_length=20, description="One for each member")
    badge: bool | None = None
    authority_letter: bool | None = None
    recording: bool | None = None
    same_gender: bool | None = Field(
        None, description="Whether somebody of the borrower's gender goes where this was asked for"
    )


# What only a hypothetical visit is told.
HYPOTHETICAL = ("time_zone", "holidays", "claim", "address")


class CheckIn(Body):
    """A visit to ask about: of a stored case or of a hypothetical one."""

    case_id: UUID | None = Field(None, description="A stored case, with all that is on record for it")
    profiles: list[Code] | None = Field(
        None, min_length=1, max_length=20, description="Exactly these apply; without them those of the case's region"
    )
    time_zone: TimeZone | None = None
    holidays: Annotated[Code, AfterValidator(_known_calendar)] | None = Field(
        None, description="Public calendar such as IE or CN"
    )
    start_at: Instant
    duration_seconds: Annotated[int, Field(ge=1, le=86400)] = 1800
    place_kind: PlaceKind = PlaceKind.HOME
    claim: Text | None = Field(None, description="The claim of a hypothetical visit; limits for a claim compare it")
    address: Text | None = Field(None, description="The address of a hypothetical visit, as contacts name it")
    investigator_ids: list[UUID] = Field(
        default_factory=list, max_length=2, description="Who goes; for a stored case their certificates are looked at"
    )
    staff: Annotated[int, Field(ge=1, le=20)] | None = Field(
        None, description="How many go; not told: as many as are named, or not asked"
    )
    team: CheckedTeam | None = Field(None, description="What is known of those who go; needs staff or investigator_ids")
    facts: CheckedFacts = Field(default_factory=CheckedFacts)

    @model_validator(mode="after")
    def _whole(self) -> "CheckIn":
        if self.case_id is None and (self.profiles is None or self.time_zone is None):
            raise FieldError("profiles", "without case_id, profiles and time_zone are needed")
        told = [name for name in HYPOTHETICAL if name in self.model_fields_set and getattr(self, name)]
        if self.case_id is not None and (told or self.facts != CheckedFacts()):
            named = ", ".join(told or ["facts"])
            raise FieldError(
                told[0] if told else "facts", f"{named}: a stored case has its own; leave it out, or leave out case_id"
            )
        if len(set(self.investigator_ids)) < len(self.investigator_ids):
            raise FieldError("investigator_ids", "investigator_ids names somebody twice")
        if self.team is not None and not self._count:
            raise FieldError("team", "a team needs staff or investigator_ids")
        return self

    @property
    def _count(self) -> int:
        return self.staff or len(self.investigator_ids)

    def with_papers(self, team: Team | None) -> Team | None:
        """The team with what is told of it; certificates of people who are looked up stay as they were found."""
        if team is None or self.team is None:
            return team
        told = self.team
        return replace(
            team,
            certificates_valid=team.certificates_valid or tuple(told.certificates_valid),
            badge=told.badge,
            authority_letter=told.authority_letter,
            recording=told.recording,
            same_gender=told.same_gender,
        )

    def hypothetical(self) -> Situation:
        """The situation without a stored case; people who are named are only counted."""
        assert self.time_zone is not None
        return Situation(
            time_zone=self.time_zone,
            holidays=self.holidays,
            start_at=self.start_at,
            duration_seconds=self.duration_seconds,
            place_kind=self.place_kind,
            team=self.with_papers(Team(self._count)) if self._count else None,
            facts=self.facts.facts(),
            claim=self.claim,
            address=self.address,
        )


class CheckAnswer(Answer):
    """The ruling with every rule's answer."""

    allowed: bool
    answers: list[AnswerBody]
    strictest: AnswerBody | None = Field(description="The refusal that holds longest: its profile won; null with a yes")
    next_allowed_at: datetime | None = Field(
        description="The earliest start from the asked one on, null when none is found within 60 days; a notice that"
        " is needed and missing is taken to go out at the asked start"
    )
