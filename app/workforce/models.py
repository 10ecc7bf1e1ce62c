"""Rows of workforce: regions, the people, what they are trained for and when they work."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, column, func
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.place import Place
from app.runtime.database import Base, Identified, Json, Versioned


class Region(Identified, Versioned, Base):
    """A region with its polygon (GeoJSON, WGS 84), office, time zone and contact profiles.

    `holidays` names the public calendar ("CN", "IE"), None means none is known. `neighbours` are the codes of regions
    whose people may help out here. `office_given` is the point as it came, with its datum.
    """

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    polygon: Mapped[Json | None]
    time_zone: Mapped[str]
    holidays: Mapped[str | None]
    profiles: Mapped[list[Any]]
    office_address: Mapped[str]
    office_lat: Mapped[float]
    office_lon: Mapped[float]
    office_given: Mapped[Json | None]
    neighbours: Mapped[list[Any]]

    @property
    def office(self) -> Place:
        """Where the region's office is."""
        return Place(self.office_lat, self.office_lon)


class RegionLaw(Identified, Base):
    """By what a region's visits are ruled, from when we knew it: append-only, so that the past can be asked again."""

    __tablename__ = "region_laws"
    __table_args__ = (Index(None, "region", "made_at"),)

    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    time_zone: Mapped[str]
    holidays: Mapped[str | None]
    profiles: Mapped[list[Any]]


class ContactProfileVersion(Identified, Base):
    """A version of a contact profile that somebody brought: append-only, beside those of the package.

    `document` is what a profile file of the package holds; `made_at` is when we knew it.
    """

    __tablename__ = "contact_profile_versions"
    __table_args__ = (UniqueConstraint("profile_id", "version"),)

    profile_id: Mapped[str]
    version: Mapped[str]
    document: Mapped[Json]
    actor: Mapped[str]


class ContactProfileSwitch(Identified, Base):
    """A draft that somebody switched on or off: append-only, the newest counts."""

    __tablename__ = "contact_profile_switches"
    __table_args__ = (Index(None, "profile_id", "made_at"),)

    profile_id: Mapped[str]
    enforced: Mapped[bool]
    reason: Mapped[str]
    actor: Mapped[str]


class LenderProfiles(Identified, Base):
    """The contact profiles that a lender takes with it wherever its borrowers live: append-only, the newest counts."""

    __tablename__ = "lender_profiles"
    __table_args__ = (Index(None, "lender", "made_at"),)

    lender: Mapped[str]
    profiles: Mapped[list[Any]]
    revision: Mapped[int]
    actor: Mapped[str]


class Investigator(Identified, Versioned, Base):
    """A trained person who visits.

    `conflicts` are references of borrowers to whom this person must not go; `home_given` is the point as it came.
    """

    __tablename__ = "investigators"
    __table_args__ = (
        CheckConstraint("caseload_max >= 0 AND max_visits_per_day >= 0", name="limits_not_negative"),
        Index(None, "region"),
    )

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    also_regions: Mapped[list[Any]]
    home_address: Mapped[str]
    home_lat: Mapped[float]
    home_lon: Mapped[float]
    home_given: Mapped[Json | None]
    skills: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    caseload_max: Mapped[int]
    max_visits_per_day: Mapped[int]
    conflicts: Mapped[list[Any]]
    active: Mapped[bool] = mapped_column(default=True)

    certificates: Mapped[list["Certificate"]] = relationship(order_by="Certificate.valid_from_on")
    shifts: Mapped[list["Shift"]] = relationship(order_by="Shift.start_at")
    absences: Mapped[list["Absence"]] = relationship(order_by="Absence.from_at")

    @property
    def home(self) -> Place:
        """Where the day starts and ends."""
        return Place(self.home_lat, self.home_lon)


class Certificate(Identified, Base):
    """A training that was passed, with its validity: both days included."""

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("valid_from_on <= valid_until_on", name="validity_ordered"),
        UniqueConstraint("investigator_id", "kind", "number", "valid_from_on"),
        Index(None, "investigator_id"),
    )

    investigator_id: Mapped[UUID] = mapped_column(ForeignKey("investigators.id"))
    kind: Mapped[str]
    number: Mapped[str]
    issuer: Mapped[str]
    valid_from_on: Mapped[date]
    valid_until_on: Mapped[date]


class Shift(Identified, Base):
    """A person's working time on one day of the region.

    `breaks` are `{earliest_at, latest_at, duration_seconds}`; a break starts between the two instants (RFC 3339).
    """

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("start_at < end_at", name="start_before_end"),
        CheckConstraint("end_at <= start_at + interval '16 hours'", name="sixteen_hours_at_most"),
        Index(None, "investigator_id", "day"),
        ExcludeConstraint(
            ("investigator_id", "="),
            (func.tstzrange(column("start_at"), column("end_at")), "&&"),
            name="ex_shifts_one_at_a_time",
            using="gist",
        ),
    )

    investigator_id: Mapped[UUID] = mapped_column(ForeignKey("investigators.id"))
    day: Mapped[date]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    breaks: Mapped[list[Any]]


class Absence(Identified, Base):
    """When somebody is away in spite of a shift."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("from_at < until_at", name="from_before_until"),
        Index(None, "investigator_id", "from_at"),
    )

    investigator_id: Mapped[UUID] = mapped_column(ForeignKey("investigators.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    kind: Mapped[str]
