"""The clauses that a profile can hold: what a law, standard or house policy may ask for, as values.

Every clause carries its own source and how sure we are of it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.compliance.calendar import DayClass
from app.compliance.local_days import MINUTES_OF_A_DAY
from app.compliance.phrase import Phrase, Wording
from app.compliance.situation import BlockKind, Channel, ConsentForm, ConsentKind, PlaceKind


class Evidence(StrEnum):
    """How sure we are of a clause."""

    PRIMARY = "P"
    SECONDARY = "S"
    KNOWLEDGE = "K"
    DESIGN = "D"


class Counts(StrEnum):
    """Which contacts a limit counts; `any` is how laws say that it does not matter what came of them."""

    ATTEMPTED = "attempted"
    CONTACTED = "contacted"
    UNANSWERED = "unanswered"
    ANY = "any"


class Scope(StrEnum):
    """Over what a limit counts; a contact whose case, claim, contact point or address is not known counts."""

    CASE = "case"
    CLAIM = "claim"
    BORROWER = "borrower"
    CONTACT_POINT = "contact_point"
    ADDRESS = "address"


class CalendarSpan(StrEnum):
    """A stretch of the calendar of the place; weeks begin on Monday."""

    WEEK = "week"
    MONTH = "month"


class WorkplaceAccess(StrEnum):
    """When a borrower may be visited at work."""

    CONSENT = "consent"
    EXPRESS_CONSENT = "express_consent"
    UNLESS_EMPLOYER_FORBIDS = "unless_employer_forbids"
    REASON = "reason"


class NoticeSubject(StrEnum):
    """What the borrower is told of: a visit, or the agent whom the lender has entrusted."""

    VISIT = "visit"
    AGENT = "agent"


class RecordingMode(StrEnum):
    """How a visit is recorded."""

    AUDIO = "audio"
    VIDEO = "video"
    EITHER = "either"


class Effect(StrEnum):
    """What a block asks for."""

    STOP = "stop"
    UNTIL_CLOSED = "until_closed"
    DAYS = "days"
    PERMANENT = "permanent"
    ROUTE_TO_REPRESENTATIVE = "route_to_representative"
    REVIEW = "review"
    LEAVE = "leave"


class TermUnit(StrEnum):
    """What the number of a term counts."""

    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, order=True)
class LocalHours:
    """An opening in minutes of the local day; a visit may end exactly at `closes_minute` (up to 1440)."""

    opens_minute: int
    closes_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens_minute < self.closes_minute <= MINUTES_OF_A_DAY:
            raise ValueError("an opening lies within one day and closes after it opens")

    def __str__(self) -> str:
        return "-".join(self._clock)

    @property
    def phrase(self) -> Phrase:
        """The same to be told in any language."""
        opens, closes = self._clock
        return Phrase.of("opening", opens=opens, closes=closes)

    @property
    def _clock(self) -> tuple[str, str]:
        opens, closes = (f"{at // 60:02}:{at % 60:02}" for at in (self.opens_minute, self.closes_minute))
        return opens, closes


Hours = tuple[LocalHours, ...]


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Anything that a profile asks for: the law and clause or page it comes from, and how sure we are."""

    source: str
    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class HoursRule(Clause):
    """Hours of presence at the door, by weekday and day class; `holiday` None inherits the hours of that weekday.

    `mon` to `fri` are given where a weekday differs from `mon_fri`. A make-up workday has `makeup_workday`, or the
    hours of `mon_fri` where `makeup_as_weekday` says so, or else those of its own weekday. A consent to come out of
    hours, in one of the `consent_forms` (any, where none is named), or an arrear older than
    `lifted_past_due_over_days`, lifts the hours where said.
    """

    mon_fri: Hours
    sat: Hours
    sun: Hours
    holiday: Hours | None
    mon: Hours | None = None
    tue: Hours | None = None
    wed: Hours | None = None
    thu: Hours | None = None
    fri: Hours | None = None
    makeup_workday: Hours | None = None
    makeup_as_weekday: bool = False
    lifted_by_consent: bool = False
    consent_forms: frozenset[ConsentForm] = frozenset()
    lifted_past_due_over_days: int | None = None

    def of(self, day_class: DayClass) -> Hours:
        """The hours of a day that is treated as one of this class, whatever its weekday is."""
        by_class = {DayClass.SAT: self.sat, DayClass.SUN: self.sun, DayClass.HOLIDAY: self.holiday or ()}
        return by_class.get(day_class, self.mon_fri)

    def on_weekday(self, on: date) -> Hours:
        """The hours of the day's weekday."""
        single = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)[on.weekday()]
        return self.mon_fri if single is None else single


@dataclass(frozen=True)
class LimitWindow:
    """Over which time a limit counts: so many calendar days of the place in a row, or one calendar week or month."""

    days: int | None = None
    calendar: CalendarSpan | None = None

    def __post_init__(self) -> None:
        if (self.days is None) == (self.calendar is None):
            raise ValueError("a window has either days or a calendar span")
        if self.days is not None and self.days < 1:
            raise ValueError("a window has at least one day")

    def __str__(self) -> str:
        return f"a calendar {self.calendar}" if self.days is None else f"{self.days} days"

    @property
    def phrase(self) -> Phrase:
        """The same to be told in any language."""
        if self.calendar is not None:
            return Phrase.of("window_of_calendar", span=self.calendar)
        return Phrase.of("window_of_days", days=self.days or 0)


@dataclass(frozen=True, kw_only=True)
class Limit(Clause):
    """At most `n` contacts of these channels (all when empty) within the window."""

    n: int
    window: LimitWindow
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

    @property
    def limit(self) -> Limit:
        """The same as a limit: one visit in so many days."""
        return Limit(
            source=self.source,
            evidence=self.evidence,
            n=1,
            window=LimitWindow(self.days),
            counts=Counts.ATTEMPTED,
            scope=Scope.BORROWER,
            channels=frozenset({Channel.VISIT}),
        )


@dataclass(frozen=True, kw_only=True)
class PauseRule(Clause):
    """After a conversation on one of these channels (any when empty) they all rest; its day is the first of `days`."""

    days: int
    scope: Scope
    channels: frozenset[Channel] = frozenset()

    @property
    def limit(self) -> Limit:
        """The same as a limit: one conversation in so many days."""
        return Limit(
            source=self.source,
            evidence=self.evidence,
            n=1,
            window=LimitWindow(self.days),
            counts=Counts.CONTACTED,
            scope=self.scope,
            channels=self.channels,
        )


@dataclass(frozen=True, kw_only=True)
class NoticeRule(Clause):
    """A notice before the visit; lead 0 asks only that it came before.

    `channels`: how it may be given (any when empty). `acknowledged`: it counts from the borrower's acknowledgement.
    `waived_when_unreachable_days`: nobody was reached on any channel for so long (see `notice`). `on_agent_change`:
    a new agent is told at once, which is a condition.
    """

    lead_hours: int
    subject: NoticeSubject = NoticeSubject.VISIT
    content: tuple[Wording, ...] = ()
    channels: frozenset[Channel] = frozenset()
    acknowledged: bool = False
    waived_when_unreachable_days: int | None = None
    on_agent_change: bool = False


@dataclass(frozen=True, kw_only=True)
class PriorAgreementRule(Clause):
    """A visit needs the borrower's prior agreement to it; `form` says how it is given, `covers` on what.

    `forms` are those that count; none named: any.
    """

    form: Wording
    covers: tuple[Wording, ...]
    forms: frozenset[ConsentForm] = frozenset()


@dataclass(frozen=True, kw_only=True)
class QuietRule(Clause):
    """The borrower's weekly quiet windows are honoured; the caps bound what can be asked for, None is no cap.

    `means_max` counts the channels and kinds of places that the windows name.
    """

    hours_per_week_max: int | None = None
    means_max: int | None = None


@dataclass(frozen=True, kw_only=True)
class StaffRule(Clause):
    """The least number of people at the door."""

    minimum: int


@dataclass(frozen=True, kw_only=True)
class CertificateRule(Clause):
    """Every member is certified: by the certificate of this name (any when None), renewed within so many days."""

    name: str | None = None
    refresh_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class BadgeRule(Clause):
    """Badges are shown, with a photograph where said."""

    photo: bool = False


@dataclass(frozen=True, kw_only=True)
class RecordingRule(Clause):
    """The visit is recorded."""

    mode: RecordingMode
    whole_visit: bool = False
    announced: bool = False

    @property
    def duty(self) -> str:
        """What is to be done, in words."""
        how = {
            RecordingMode.AUDIO: " in sound",
            RecordingMode.VIDEO: " on video",
            RecordingMode.EITHER: " in sound or on video",
        }
        visit = "the whole visit" if self.whole_visit else "the visit"
        return f"{visit} is recorded{how[self.mode]}" + (", and this is announced" if self.announced else "")

    @property
    def phrase(self) -> Phrase:
        """The same to be told in any language."""
        duty = Phrase.of("recorded_whole" if self.whole_visit else "recorded", mode=self.mode)
        return Phrase.of("announced", duty=duty) if self.announced else duty


@dataclass(frozen=True, kw_only=True)
class WorkplaceRule(Clause):
    """When the workplace may be visited."""

    access: WorkplaceAccess


@dataclass(frozen=True, kw_only=True)
class PlacesRule(Clause):
    """Which kinds of place may be visited: `allowed` freely (all when empty), `by_consent` by the consent for it."""

    allowed: tuple[PlaceKind, ...] = ()
    by_consent: tuple[PlaceKind, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConditionRule(Clause):
    """A duty that goes with a yes and never refuses; a consent on record can lift it."""

    rule: str
    condition: Wording
    lifted_by: ConsentKind | None = None


@dataclass(frozen=True, kw_only=True)
class BlockRule(Clause):
    """What follows from a circumstance; any of `kinds` means the same here.

    `days`: blocked for so many days from its first one, when no end is known; each of at most `renewable` renewals
    adds as many. `then_days`: so many more days after its end. `lifted_by`: a consent that allows the visit all the
    same. `proof`: what the borrower is asked to show.
    """

    kinds: tuple[BlockKind, ...]
    effect: Effect
    days: int | None = None
    renewable: int = 0
    then_days: int = 0
    lifted_by: ConsentKind | None = None
    proof: Wording | None = None


@dataclass(frozen=True, kw_only=True)
class Term(Clause):
    """What the text also lays down and what decides no visit, such as how long records are kept."""

    term: str
    value: int | str
    unit: TermUnit | None = None

    def __post_init__(self) -> None:
        if isinstance(self.value, int) != (self.unit is not None):
            raise ValueError("a number has a unit, a text has none")
