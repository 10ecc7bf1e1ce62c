"""Use cases of workforce: regions and people, and what they are trained for and when they work."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.compliance.local_days import local_day
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.runtime import audit, jobs
from app.runtime.bodies import refuse
from app.runtime.database import Json
from app.workforce.boundary import looks_swapped
from app.workforce.contact_profiles import check_profiles, profile_book
from app.workforce.customs import usual_holidays, usual_languages
from app.workforce.entries import Columns, Leave, Rest, Training, WorkingTime
from app.workforce.models import Absence, Certificate, Investigator, Region, RegionLaw, Shift
from app.workforce.terms import WORKFORCE_CHANGED
from app.workforce.visibility import visible_regions

# What a visit in the region is ruled by.
RULING = frozenset({"time_zone", "holidays", "profiles"})


def create_region(tx: Session, actor: Actor, columns: Columns) -> Region:
    """A new region; raises Conflict `REGION_EXISTS` when the code is taken."""
    code = columns["code"]
    if not actor.sees_region(code):
        raise Forbidden("OTHER_REGION", f"the token is not for region {code}", action="Use a token of that region.")
    region = Region(**{"holidays": usual_holidays(columns["time_zone"]), **columns})
    _check_region(tx, region)
    exists = Conflict(
        "REGION_EXISTS", f"there is a region {code} already", action=f"Change it with PATCH /v1/regions/{code}."
    )
    with _unless(tx, "uq_regions_code", exists):
        tx.add(region)
    _keep_law(tx, region)
    audit.record(tx, actor, "region.created", f"region:{region.id}")
    _announce(tx, [code])
    return region


def change_region(tx: Session, actor: Actor, region: Region, columns: Columns) -> bool:
    """Give the region new values; says whether any differed from the old ones."""
    changed = _changed(region, columns)
    if changed:
        _check_region(tx, region)
        audit.record(tx, actor, "region.changed", f"region:{region.id}", {"changed": changed})
        _announce(tx, [region.code])
    if RULING.intersection(changed):
        _keep_law(tx, region)
    if "time_zone" in changed:
        _redate_shifts(tx, tx.scalars(select(Investigator.id).where(Investigator.region == region.code)), region)
    return bool(changed)


def _keep_law(tx: Session, region: Region) -> None:
    """Keep by what the region's visits are ruled from now on."""
    tx.add(RegionLaw(region=region.code, **{name: getattr(region, name) for name in RULING}))


def _check_region(tx: Session, region: Region) -> None:
    check_profiles(profile_book(tx).versions.ids, region.profiles)
    if region.code in region.neighbours:
        raise refuse("/neighbours", "a region is not its own neighbour", action="Leave its own code out.")
    if region.polygon is not None and looks_swapped(region.polygon, region.office):
        raise refuse(
            "/polygon",
            "the office would lie inside if latitude and longitude changed places",
            action="Write the longitude first, as GeoJSON has it.",
        )


def create_investigator(tx: Session, actor: Actor, columns: Columns) -> Investigator:
    """A new person; raises Conflict `INVESTIGATOR_EXISTS` when the code is taken, Invalid for an unknown region."""
    region = _known_region(tx, actor, columns["region"])
    _check_also_regions(tx, columns["also_regions"])
    person = Investigator(**{"languages": list(usual_languages(region.time_zone)), **columns})
    exists = Conflict(
        "INVESTIGATOR_EXISTS",
        f"there is an investigator {person.code} already",
        action="Find the person with GET /v1/investigators and change it with PATCH.",
    )
    with _unless(tx, "uq_investigators_code", exists):
        tx.add(person)
    audit.record(tx, actor, "investigator.created", f"investigator:{person.id}")
    _announce(tx, _served(person))
    return person


def change_investigator(tx: Session, actor: Actor, person: Investigator, columns: Columns) -> bool:
    """Give the person new values; says whether any differed from the old ones. Raises Invalid for an unknown region."""
    region = _known_region(tx, actor, columns.get("region", person.region))
    _check_also_regions(tx, columns.get("also_regions", []))
    before = _served(person)
    changed = _changed(person, columns)
    if not changed:
        return False
    if "region" in changed:
        _redate_shifts(tx, [person.id], region)
    audit.record(tx, actor, "investigator.changed", f"investigator:{person.id}", {"changed": changed})
    _announce(tx, before | _served(person))
    return True


def add_certificate(tx: Session, actor: Actor, person: Investigator, training: Training) -> Certificate:
    """Keep a certificate; raises Conflict `CERTIFICATE_EXISTS` when it is on record already."""
    certificate = Certificate(
        investigator_id=person.id,
        kind=training.kind,
        number=training.number,
        issuer=training.issuer,
        valid_from_on=training.valid_from_on,
        valid_until_on=training.valid_until_on,
    )
    exists = Conflict(
        "CERTIFICATE_EXISTS",
        f"{training.kind} certificate {training.number} from {training.valid_from_on} is on record already",
        action="Nothing needs to be sent; a renewal has another first day.",
    )
    with _unless(tx, "uq_certificates_investigator_id_kind_number_valid_from_on", exists):
        tx.add(certificate)
    audit.record(tx, actor, "certificate.created", f"investigator:{person.id}", {"kind": training.kind})
    _announce(tx, _served(person))
    return certificate


def add_shift(tx: Session, actor: Actor, person: Investigator, times: WorkingTime) -> Shift:
    """Keep a shift; raises Conflict `SHIFT_OVERLAPS` when the person works at that time already."""
    shift = Shift(
        investigator_id=person.id,
        day=local_day(times.start_at, zone_of(tx, person)),
        start_at=times.start_at,
        end_at=times.end_at,
        breaks=[_rest(rest) for rest in times.breaks],
    )
    overlaps = Conflict(
        "SHIFT_OVERLAPS",
        "the person has another shift at that time",
        action="Read the shifts, and delete the old one when it is to be replaced.",
    )
    with _unless(tx, "ex_shifts_one_at_a_time", overlaps):
        tx.add(shift)
    audit.record(tx, actor, "shift.created", f"investigator:{person.id}", {"day": shift.day.isoformat()})
    return shift


def remove_shift(tx: Session, actor: Actor, person: Investigator, shift_id: UUID) -> None:
    """Drop a shift; raises NotFound when the person has no such shift."""
    shift = tx.scalars(select(Shift).where(Shift.id == shift_id, Shift.investigator_id == person.id)).one_or_none()
    if shift is None:
        raise NotFound("NO_SUCH_SHIFT", f"there is no shift {shift_id} of this investigator", action="Check the id.")
    tx.delete(shift)
    tx.flush()
    audit.record(tx, actor, "shift.deleted", f"investigator:{person.id}", {"day": shift.day.isoformat()})


def add_absence(tx: Session, actor: Actor, person: Investigator, leave: Leave) -> Absence:
    """Keep an absence; absences may overlap."""
    absence = Absence(investigator_id=person.id, from_at=leave.from_at, until_at=leave.until_at, kind=leave.kind)
    tx.add(absence)
    tx.flush()
    audit.record(tx, actor, "absence.created", f"investigator:{person.id}")
    _announce(tx, _served(person))
    return absence


def remove_absence(tx: Session, actor: Actor, person: Investigator, absence_id: UUID) -> None:
    """Drop an absence; raises NotFound when the person has no such absence."""
    query = select(Absence).where(Absence.id == absence_id, Absence.investigator_id == person.id)
    absence = tx.scalars(query).one_or_none()
    if absence is None:
        detail = f"there is no absence {absence_id} of this investigator"
        raise NotFound("NO_SUCH_ABSENCE", detail, action="Check the id.")
    tx.delete(absence)
    tx.flush()
    audit.record(tx, actor, "absence.deleted", f"investigator:{person.id}")
    _announce(tx, _served(person))


def zone_of(tx: Session, person: Investigator) -> str:
    """The time zone of the person's region."""
    return tx.scalars(select(Region.time_zone).where(Region.code == person.region)).one()


def _served(person: Investigator) -> set[str]:
    """The regions in which the person works."""
    return {person.region, *person.also_regions}


def _announce(tx: Session, codes: Iterable[str]) -> None:
    """Cases of these regions are looked at again; in one order, so that two who announce never wait for each other."""
    for region_id in tx.scalars(select(Region.id).where(Region.code.in_(sorted(codes))).order_by(Region.id)).all():
        jobs.defer(tx, WORKFORCE_CHANGED, region_id, once=True)


def _changed(row: Region | Investigator, columns: Columns) -> list[str]:
    """Set what differs and count it as one change; the names of the columns that did."""
    changed = sorted(name for name, value in columns.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, columns[name])
    if changed:
        row.revision += 1
    return changed


def _known_region(tx: Session, actor: Actor, code: str) -> Region:
    region = tx.scalars(visible_regions(actor).where(Region.code == code)).one_or_none()
    if region is None:
        action = "Create it first with POST /v1/regions, or correct the code."
        raise refuse("/region", f"there is no region {code}", reason="REGION_UNKNOWN", action=action)
    return region


def _check_also_regions(tx: Session, codes: list[str]) -> None:
    known = set(tx.scalars(select(Region.code).where(Region.code.in_(codes))))
    for index, code in enumerate(codes):
        if code not in known:
            action = "Create it first with POST /v1/regions, or correct the code."
            detail = f"there is no region {code}"
            raise refuse(f"/also_regions/{index}", detail, reason="REGION_UNKNOWN", action=action)


def _redate_shifts(tx: Session, people: Iterable[UUID], region: Region) -> None:
    """The days of shifts follow the zone of the region."""
    for shift in tx.scalars(select(Shift).where(Shift.investigator_id.in_(list(people)))):
        shift.day = local_day(shift.start_at, region.time_zone)


def _rest(rest: Rest) -> Json:
    return {
        "earliest_at": rest.earliest_at.astimezone(UTC).isoformat(),
        "latest_at": rest.latest_at.astimezone(UTC).isoformat(),
        "duration_seconds": rest.duration_seconds,
    }


@contextmanager
def _unless(tx: Session, constraint: str, conflict: Conflict) -> Iterator[None]:
    """Write what the block adds; where the database refuses it by that constraint, the conflict is raised."""
    try:
        with tx.begin_nested():
            yield
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) != constraint:
            raise
        raise conflict from None
