"""Bodies of quiet windows, preferences and the no-visit list."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from app.compliance.situation import PlaceKind
from app.contact.models import NoVisitEntry, Preferences, QuietWindow
from app.contact.preferences import minute_of_day
from app.contact.records_schema import VersionBody, version_fields
from app.contact.wishes import ToldEntry, ToldPreferences, ToldQuiet
from app.intake.models import Case
from app.intake.terms import Channel
from app.kernel.errors import FieldError
from app.runtime.bodies import Answer, Body, Code, Day, LongText, Text
from app.runtime.clock import today

_MINUTES_OF_AN_HOUR = 60

ClockTime = Annotated[
    str,
    StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"),
    Field(description="Local time of the case's region", examples=["09:00"]),
]
# Written out in answers: intake has an enum of the same name, and the document would call this one by its mode.
ShownPlaceKind = Annotated[str, Field(json_schema_extra={"enum": [kind.value for kind in PlaceKind]})]
WeekdayNumber = Annotated[int, Field(ge=0, le=6, description="0 is Monday")]


def _clock(minute: int) -> str:
    return "{:02}:{:02}".format(*divmod(minute, _MINUTES_OF_AN_HOUR))


class WeeklyWindow(Body):
    """A time that comes back every week; it lies within one day."""

    weekday: WeekdayNumber
    opens: ClockTime
    closes: ClockTime

    @model_validator(mode="after")
    def _ordered(self) -> "WeeklyWindow":
        if minute_of_day(self.closes) <= minute_of_day(self.opens):
            raise FieldError("closes", "closes must be later than opens; a time over midnight is two windows")
        return self

    @property
    def minutes(self) -> tuple[int, int]:
        """Opening and closing as minutes of the local day."""
        return minute_of_day(self.opens), minute_of_day(self.closes)


# ---- quiet windows


class QuietWindowIn(WeeklyWindow):
    """A time of the week in which the borrower wants to be left alone."""

    channels: list[Channel] = Field(default_factory=list, max_length=6, description="All of them when empty")
    place_kinds: list[PlaceKind] = Field(default_factory=list, max_length=4, description="All of them when empty")
    from_on: Day | None = Field(None, description="Today in the case's region when left out")
    until_on: Day | None = Field(None, description="The first day on which it no longer holds, if known")
    note: LongText | None = None

    @model_validator(mode="after")
    def _dated(self) -> "QuietWindowIn":
        if self.until_on is not None and self.from_on is not None and self.until_on < self.from_on:
            raise FieldError("until_on", "until_on must not lie before from_on")
        return self

    def told(self, zone: str) -> ToldQuiet:
        """The value inside; one without a beginning begins today, or earlier when it has ended."""
        on = today(zone)
        return ToldQuiet(
            weekday=self.weekday,
            opens_minute=minute_of_day(self.opens),
            closes_minute=minute_of_day(self.closes),
            channels=sorted({channel.value for channel in self.channels}),
            place_kinds=sorted({kind.value for kind in self.place_kinds}),
            from_on=self.from_on or (min(on, self.until_on) if self.until_on is not None else on),
            until_on=self.until_on,
            note=self.note,
        )


class EndIn(Body):
    """When it ended."""

    on: Day | None = Field(None, description="The first day on which it no longer holds; today when left out")


class QuietWindowBody(VersionBody):
    """A quiet window as it is known."""

    case_id: UUID
    weekday: WeekdayNumber
    opens: ClockTime
    closes: ClockTime
    channels: list[Channel]
    place_kinds: list[ShownPlaceKind]
    from_on: Day
    until_on: Day | None
    note: str | None


class QuietWindowList(Answer):
    """The quiet windows of a borrower, oldest first."""

    items: list[QuietWindowBody]
    next_cursor: str | None


def show_quiet_window(row: QuietWindow, zone: str) -> QuietWindowBody:
    """A row as a body."""
    names = ("case_id", "weekday", "channels", "place_kinds", "from_on", "until_on", "note")
    times = {"opens": _clock(row.opens_minute), "closes": _clock(row.closes_minute)}
    return QuietWindowBody.model_validate(
        version_fields(row, zone) | times | {name: getattr(row, name) for name in names}
    )


# ---- preferences


class PreferencesIn(Body):
    """How the borrower likes to be met; what is left out is not known any more."""

    language: Code | None = Field(None, description="Tag of a language (BCP 47)", examples=["zh"])
    same_gender: bool | None = Field(None, description="Whether somebody of the same gender is to come")
    place_kind: PlaceKind | None = None
    windows: list[WeeklyWindow] = Field(default_factory=list, max_length=50, description="When a visit suits best")
    note: LongText | None = None

    def told(self) -> ToldPreferences:
        """The value inside."""
        return ToldPreferences(
            language=self.language,
            same_gender=self.same_gender,
            place_kind=self.place_kind.value if self.place_kind is not None else None,
            windows=[window.model_dump() for window in self.windows],
            note=self.note,
        )


class PreferredWindow(Answer):
    """A time of the week in which a visit suits."""

    weekday: WeekdayNumber
    opens: ClockTime
    closes: ClockTime


class PreferencesBody(VersionBody):
    """The preferences of a borrower as they are known."""

    case_id: UUID
    language: str | None
    same_gender: bool | None
    place_kind: ShownPlaceKind | None
    windows: list[PreferredWindow]
    note: str | None


def show_preferences(row: Preferences, zone: str) -> PreferencesBody:
    """A row as a body."""
    names = ("case_id", "language", "same_gender", "place_kind", "windows", "note")
    return PreferencesBody.model_validate(version_fields(row, zone) | {name: getattr(row, name) for name in names})


# ---- the no-visit list


class NoVisitIn(Body):
    """Whom nobody visits: the borrower of a case, or whoever lives at an address of a region."""

    case_id: UUID | None = Field(None, description="The borrower of this case, with all his loans")
    address: Text | None = Field(None, description="Case, spaces and punctuation do not matter")
    region: Code | None = Field(None, description="The region of the address", examples=["330106"])
    reason: Text
    from_on: Day | None = Field(None, description="Today in the region when left out")
    until_on: Day | None = Field(None, description="The first day on which it no longer holds, if known")
    note: LongText | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "NoVisitIn":
        if (self.case_id is None) == (self.address is None):
            raise FieldError("case_id", "name either case_id or address")
        if (self.address is None) != (self.region is None):
            raise FieldError("region", "region belongs to address")
        return self

    def told(self, case: Case | None) -> ToldEntry:
        """The value inside, with the case that it names."""
        named: dict[str, Any] = self.model_dump(exclude={"case_id"})
        return ToldEntry(case=case, **named)


class LiftIn(Body):
    """From when on visits are possible again."""

    on: Day | None = Field(None, description="The first day on which it no longer holds; today when left out")
    note: LongText | None = None


class NoVisitBody(VersionBody):
    """An entry of the no-visit list as it is known."""

    region: str | None
    address: str | None
    reason: str
    from_on: Day
    until_on: Day | None
    lifted: bool
    note: str | None


class NoVisitList(Answer):
    """The no-visit list, oldest entry first."""

    items: list[NoVisitBody]
    next_cursor: str | None


def show_no_visit(row: NoVisitEntry, zone: str) -> NoVisitBody:
    """A row as a body."""
    names = ("case_id", "region", "address", "reason", "from_on", "until_on", "lifted", "note")
    return NoVisitBody.model_validate(version_fields(row, zone) | {name: getattr(row, name) for name in names})
