"""Bodies that workforce takes: regions, investigators, their certificates, shifts and absences."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from app.compliance.calendar import Calendar
from app.kernel.errors import FieldError
from app.roads.schemas import PlaceBody
from app.runtime.bodies import Body, Code, Day, Instant, Text, TimeZone
from app.workforce.boundary import MAX_POINTS, checked_boundary
from app.workforce.entries import Columns, Leave, Rest, Training, WorkingTime
from app.workforce.terms import AbsenceKind, CertificateKind

LONGEST_SHIFT = timedelta(hours=16)
LONGEST_ABSENCE = timedelta(days=731)


def _known_calendar(code: str) -> str:
    Calendar(code)
    return code


HolidayCode = Annotated[str, StringConstraints(max_length=6), AfterValidator(_known_calendar)]
Language = Annotated[
    str, StringConstraints(min_length=2, max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
]
Count = Annotated[int, Field(ge=0, le=10_000)]
Regions = Annotated[list[Code], Field(max_length=200)]
Skills = Annotated[list[Code], Field(max_length=100)]
Languages = Annotated[list[Language], Field(max_length=50)]

POLYGON = "The border, WGS 84; null: cases name the region by its code only"
PROFILES = "Contact profiles that hold here, combined by the strictest; none named: the house's own"
_HOLIDAYS = (
    "Holiday calendar (ISO 3166, such as CN or GB-ENG), null: none. When left out, that of the time zone's country for"
    " zones of China, Ireland, Great Britain, India and the United States, else none."
)
_NEIGHBOURS = "Codes of regions whose people may help out here; they need not exist yet"
_ALSO = "Codes of further regions where this person works like at home"
_SKILLS = "Skills without an end; certificates that are valid count as skills by their kind too"
_LANGUAGES = (
    "Languages spoken (BCP 47). When left out, that of the region's country: zh in China, en in Ireland, Great Britain"
    " and the United States, hi and en in India, none elsewhere."
)
_CASELOAD = "Most open cases that may wait for this person first"
_VISITS = "Most visits on one day"
_CONFLICTS = "References of borrowers to whom this person must not go"
_ACTIVE = "False: stays on record, gets no cases"


class PolygonBody(Body):
    """A GeoJSON geometry (RFC 7946): longitude first, rings closed."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any] = Field(
        description=f"Rings of [longitude, latitude] in degrees, at most {MAX_POINTS} points in all",
        examples=[[[[120.05, 30.20], [120.16, 30.20], [120.16, 30.33], [120.05, 30.33], [120.05, 30.20]]]],
    )

    @model_validator(mode="after")
    def _checked(self) -> "PolygonBody":
        self.coordinates = checked_boundary(self.type, self.coordinates)["coordinates"]
        return self


class SiteBody(Body):
    """An address and its point."""

    address: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    place: PlaceBody


class RegionBody(Body):
    """A region that is new."""

    code: Code = Field(examples=["330106"])
    name: Text = Field(examples=["西湖区"])
    polygon: PolygonBody | None = Field(None, description=POLYGON)
    time_zone: TimeZone
    holidays: HolidayCode | None = Field(None, description=_HOLIDAYS, examples=["CN"])
    profiles: list[Code] = Field(default_factory=list, max_length=20, description=PROFILES)
    office: SiteBody = Field(description="Where crews start")
    neighbours: Regions = Field(default_factory=list, description=_NEIGHBOURS)


class Change(Body):
    """Base of changes: what is left out stays as it is; null is taken where the description says what it means."""

    @model_validator(mode="before")
    @classmethod
    def _no_null(cls, value: Any) -> Any:
        if isinstance(value, dict):
            nulls = [name for name, item in value.items() if item is None and name not in cls.nullable()]
            if nulls:
                raise ValueError(f"{', '.join(sorted(map(str, nulls)))} must not be null: leave out what stays")
        return value

    @classmethod
    def nullable(cls) -> frozenset[str]:
        """The fields for which null is a value."""
        return frozenset()


class RegionChange(Change):
    """What changes of a region."""

    name: Text | None = None
    polygon: PolygonBody | None = Field(None, description=POLYGON)
    time_zone: TimeZone | None = None
    holidays: HolidayCode | None = Field(None, description="Holiday calendar, null: none", examples=["CN"])
    profiles: Annotated[list[Code], Field(max_length=20)] | None = Field(None, description=PROFILES)
    office: SiteBody | None = None
    neighbours: Regions | None = Field(None, description=_NEIGHBOURS)

    @classmethod
    def nullable(cls) -> frozenset[str]:
        """A region can do without a border and without a calendar."""
        return frozenset({"polygon", "holidays"})


class InvestigatorBody(Body):
    """A trained person who is new."""

    code: Code = Field(description="The house's own number of the person", examples=["HZ-XH-01"])
    name: Text
    region: Code = Field(description="Code of the region the person belongs to", examples=["330106"])
    also_regions: Regions = Field(default_factory=list, description=_ALSO)
    home: SiteBody = Field(description="Where the day starts and ends")
    skills: Skills = Field(default_factory=list, description=_SKILLS, examples=[["micro_business"]])
    languages: Languages | None = Field(None, description=_LANGUAGES, examples=[["zh", "yue"]])
    caseload_max: Count = Field(80, description=_CASELOAD)
    max_visits_per_day: Count = Field(8, description=_VISITS)
    conflicts: list[Text] = Field(default_factory=list, max_length=1000, description=_CONFLICTS)
    active: bool = Field(True, description=_ACTIVE)


class InvestigatorChange(Change):
    """What changes of an investigator."""

    name: Text | None = None
    region: Code | None = None
    also_regions: Regions | None = Field(None, description=_ALSO)
    home: SiteBody | None = None
    skills: Skills | None = Field(None, description=_SKILLS)
    languages: Languages | None = Field(None, description="Languages spoken (BCP 47)")
    caseload_max: Count | None = Field(None, description=_CASELOAD)
    max_visits_per_day: Count | None = Field(None, description=_VISITS)
    conflicts: Annotated[list[Text], Field(max_length=1000)] | None = Field(None, description=_CONFLICTS)
    active: bool | None = Field(None, description=_ACTIVE)


class CertificateBody(Body):
    """A training that was passed."""

    kind: CertificateKind = Field(description="`field_visit` is what every visit needs")
    number: Text = Field(examples=["FV-2026-0017"])
    issuer: Text
    valid_from_on: Day
    valid_until_on: Day = Field(description="The last day on which it is valid")

    @model_validator(mode="after")
    def _ordered(self) -> "CertificateBody":
        if self.valid_until_on < self.valid_from_on:
            raise FieldError("valid_until_on", "valid_until_on must not be before valid_from_on")
        return self


class BreakBody(Body):
    """A break of a shift."""

    earliest_at: Instant = Field(description="The break starts at this instant or later")
    latest_at: Instant = Field(description="The break starts at this instant or earlier")
    duration_seconds: Annotated[int, Field(ge=60, le=4 * 3600)]


class ShiftBody(Body):
    """A person's working time on one day: 16 hours at most."""

    start_at: Instant
    end_at: Instant
    breaks: list[BreakBody] = Field(default_factory=list, max_length=10)

    @model_validator(mode="after")
    def _possible(self) -> "ShiftBody":
        if self.end_at <= self.start_at:
            raise FieldError("end_at", "end_at must be after start_at")
        if self.end_at - self.start_at > LONGEST_SHIFT:
            raise FieldError("end_at", "a shift lasts at most 16 hours")
        for number, rest in enumerate(self.breaks):
            ends_at = rest.latest_at + timedelta(seconds=rest.duration_seconds)
            if not self.start_at <= rest.earliest_at <= rest.latest_at or ends_at > self.end_at:
                raise FieldError(
                    "breaks",
                    f"breaks/{number} does not fit: it must lie within the shift even when it starts at latest_at,"
                    " and earliest_at must not be after latest_at",
                    number,
                )
        return self


class AbsenceBody(Body):
    """When somebody is away in spite of a shift."""

    from_at: Instant
    until_at: Instant
    kind: AbsenceKind = AbsenceKind.OTHER

    @model_validator(mode="after")
    def _ordered(self) -> "AbsenceBody":
        if self.until_at <= self.from_at:
            raise FieldError("until_at", "until_at must be after from_at")
        if self.until_at - self.from_at > LONGEST_ABSENCE:
            raise FieldError("until_at", "an absence lasts at most two years")
        return self


def to_columns(body: RegionBody | RegionChange | InvestigatorBody | InvestigatorChange) -> Columns:
    """The columns that a body fills: all of them for something new, with defaults; of a change only what it names."""
    return _columns(body, body.model_fields_set if isinstance(body, Change) else set(type(body).model_fields))


def told_columns(body: RegionBody | InvestigatorBody) -> Columns:
    """The columns of what is known already: only those that the body tells."""
    return _columns(body, body.model_fields_set)


def _columns(body: Body, fields: set[str]) -> Columns:
    columns: dict[str, Any] = {}
    for field in sorted(fields):
        columns.update(_columns_of(field, getattr(body, field)))
    return {column: value for column, value in columns.items() if not _left_to_custom(body, column)}


def _columns_of(field: str, value: Any) -> Columns:
    if isinstance(value, SiteBody):
        place = value.place.place
        return {
            f"{field}_address": value.address,
            f"{field}_lat": place.lat,
            f"{field}_lon": place.lon,
            f"{field}_given": value.place.model_dump(mode="json"),
        }
    if isinstance(value, PolygonBody):
        return {field: {"type": value.type, "coordinates": value.coordinates}}
    return {field: list(dict.fromkeys(value)) if isinstance(value, list) else value}


def _left_to_custom(body: Body, column: str) -> bool:
    """Whether the country's custom decides: nothing was told about holidays or languages."""
    if column == "languages":
        return getattr(body, column) is None
    return column == "holidays" and column not in body.model_fields_set


def to_training(body: CertificateBody) -> Training:
    """The certificate as a value."""
    return Training(body.kind.value, body.number, body.issuer, body.valid_from_on, body.valid_until_on)


def to_working_time(body: ShiftBody) -> WorkingTime:
    """The shift as a value."""
    breaks = tuple(Rest(rest.earliest_at, rest.latest_at, rest.duration_seconds) for rest in body.breaks)
    return WorkingTime(body.start_at, body.end_at, breaks)


def to_leave(body: AbsenceBody) -> Leave:
    """The absence as a value."""
    return Leave(body.from_at, body.until_at, body.kind.value)
