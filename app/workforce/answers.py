"""Bodies that workforce answers with."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.roads.schemas import PlaceAnswer
from app.runtime.bodies import Answer, Day, etag_of, in_zone
from app.workforce.models import Absence, Certificate, Investigator, Region, Shift
from app.workforce.schemas import POLYGON, PROFILES
from app.workforce.terms import AbsenceKind, CertificateKind


class PolygonAnswer(Answer):
    """A GeoJSON geometry (RFC 7946), WGS 84."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class SiteAnswer(Answer):
    """An address and its point."""

    address: str
    place: PlaceAnswer


class RegionAnswer(Answer):
    """A region."""

    id: UUID
    code: str
    name: str
    polygon: PolygonAnswer | None = Field(description=POLYGON)
    time_zone: str
    holidays: str | None = Field(description="Holiday calendar, null: none")
    profiles: list[str] = Field(description=PROFILES)
    office: SiteAnswer
    neighbours: list[str]
    etag: str = Field(description="The ETag, for If-Match")


class RegionPage(Answer):
    """A page of regions, by code."""

    items: list[RegionAnswer]
    next_cursor: str | None


class InvestigatorAnswer(Answer):
    """A trained person."""

    id: UUID
    code: str
    name: str
    region: str
    also_regions: list[str]
    home: SiteAnswer
    skills: list[str]
    languages: list[str]
    caseload_max: int
    max_visits_per_day: int
    conflicts: list[str]
    active: bool
    etag: str = Field(description="The ETag, for If-Match")


class InvestigatorPage(Answer):
    """A page of investigators."""

    items: list[InvestigatorAnswer]
    next_cursor: str | None


class CertificateAnswer(Answer):
    """A certificate."""

    id: UUID
    kind: CertificateKind
    number: str
    issuer: str
    valid_from_on: Day
    valid_until_on: Day


class CertificatePage(Answer):
    """A page of certificates."""

    items: list[CertificateAnswer]
    next_cursor: str | None


class BreakAnswer(Answer):
    """A break of a shift."""

    earliest_at: datetime
    latest_at: datetime
    duration_seconds: int


class ShiftAnswer(Answer):
    """A shift; its times are in the region's zone."""

    id: UUID
    day: Day = Field(description="The region's day on which the shift starts")
    start_at: datetime
    end_at: datetime
    breaks: list[BreakAnswer]


class ShiftPage(Answer):
    """A page of shifts."""

    items: list[ShiftAnswer]
    next_cursor: str | None


class AbsenceAnswer(Answer):
    """An absence; its times are in the region's zone."""

    id: UUID
    from_at: datetime
    until_at: datetime
    kind: AbsenceKind


class AbsencePage(Answer):
    """A page of absences."""

    items: list[AbsenceAnswer]
    next_cursor: str | None


def show_region(region: Region) -> RegionAnswer:
    """A region as a body."""
    return RegionAnswer(
        id=region.id,
        code=region.code,
        name=region.name,
        polygon=PolygonAnswer.model_validate(region.polygon) if region.polygon else None,
        time_zone=region.time_zone,
        holidays=region.holidays,
        profiles=region.profiles,
        office=SiteAnswer(address=region.office_address, place=PlaceAnswer.of(region.office)),
        neighbours=region.neighbours,
        etag=etag_of(region.id, region.revision),
    )


def show_region_feature(region: Region) -> dict[str, Any]:
    """A region as a GeoJSON feature (RFC 7946); its id is the code."""
    shown = show_region(region).model_dump(mode="json")
    geometry = shown.pop("polygon")
    return {"type": "Feature", "id": region.code, "geometry": geometry, "properties": shown}


def show_investigator(person: Investigator) -> InvestigatorAnswer:
    """An investigator as a body."""
    return InvestigatorAnswer(
        id=person.id,
        code=person.code,
        name=person.name,
        region=person.region,
        also_regions=person.also_regions,
        home=SiteAnswer(address=person.home_address, place=PlaceAnswer.of(person.home)),
        skills=person.skills,
        languages=person.languages,
        caseload_max=person.caseload_max,
        max_visits_per_day=person.max_visits_per_day,
        conflicts=person.conflicts,
        active=person.active,
        etag=etag_of(person.id, person.revision),
    )


def show_certificate(certificate: Certificate) -> CertificateAnswer:
    """A certificate as a body."""
    return CertificateAnswer.model_validate(certificate, from_attributes=True)


def show_shift(shift: Shift, zone: str) -> ShiftAnswer:
    """A shift as a body, in the zone of the region."""
    breaks = [
        BreakAnswer(
            earliest_at=in_zone(datetime.fromisoformat(rest["earliest_at"]), zone),
            latest_at=in_zone(datetime.fromisoformat(rest["latest_at"]), zone),
            duration_seconds=rest["duration_seconds"],
        )
        for rest in shift.breaks
    ]
    return ShiftAnswer(
        id=shift.id,
        day=shift.day,
        start_at=in_zone(shift.start_at, zone),
        end_at=in_zone(shift.end_at, zone),
        breaks=breaks,
    )


def show_absence(absence: Absence, zone: str) -> AbsenceAnswer:
    """An absence as a body, in the zone of the region."""
    return AbsenceAnswer(
        id=absence.id,
        from_at=in_zone(absence.from_at, zone),
        until_at=in_zone(absence.until_at, zone),
        kind=AbsenceKind(absence.kind),
    )
