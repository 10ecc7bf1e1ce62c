"""Use cases of contact profiles: a new version of the law comes in, a draft is switched on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from app.compliance.profile import LegalStatus, Profile
from app.compliance.profile_files import load_profiles, shipped_document
from app.compliance.profile_reader import ProfileError
from app.compliance.profile_schema import parse_profile
from app.contact.versions import lock
from app.intake.models import Case
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Fault, Invalid, NotFound
from app.runtime import audit, jobs
from app.runtime.database import Json
from app.workforce.contact_profiles import HOUSE_PROFILE, check_profiles, profile_book
from app.workforce.models import ContactProfileSwitch, ContactProfileVersion, LenderProfiles, Region
from app.workforce.terms import WORKFORCE_CHANGED

_DOCUMENT = "document"


@dataclass(frozen=True)
class KeptVersion:
    """A version of a profile, and who brought it when; both None for one of the package."""

    profile: Profile
    brought_at: datetime | None
    brought_by: str | None


def read_document(document: Json) -> Profile:
    """The profile in a document; raises Invalid naming the place of what is wrong."""
    try:
        return parse_profile(document, _DOCUMENT)
    except ProfileError as error:
        fault = Fault(error.pointer, str(error).split(": ", 1)[-1])
        raise Invalid(
            "PROFILE_INVALID",
            str(error),
            action="Correct the named place; GET /v1/contact-profiles/{id}/document shows a whole one.",
            faults=(fault,),
        ) from None


def add_version(tx: Session, actor: Actor, document: Json) -> tuple[Profile, bool]:
    """Keep a version of a profile beside those that are there; also says whether it is new.

    The cases of the regions that name the profile are looked at again. Raises Invalid for a document that is none,
    Conflict for another document under a version that is there already.
    """
    profile = read_document(document)
    _one_at_a_time(tx, profile.id)
    known = next((kept for kept in _versions(tx, profile.id) if kept.profile.version == profile.version), None)
    if known is not None:
        if _without_switch(known.profile) == profile:
            return profile, False
        detail = f"{profile.id} has a version {profile.version} with other rules"
        raise Conflict("PROFILE_VERSION_EXISTS", detail, action="Give the next version number.")
    row = ContactProfileVersion(profile_id=profile.id, version=profile.version, document=document, actor=actor.subject)
    tx.add(row)
    tx.flush()
    told = {"version": profile.version, "effective_from": profile.effective_from.isoformat()}
    audit.record(tx, actor, "contact_profile.version_added", f"contact_profile:{profile.id}", told)
    _look_again(tx, profile.id)
    return profile, True


def _one_at_a_time(tx: Session, profile_id: str) -> None:
    """Two who bring the same version, or switch the same draft, wait for each other."""
    lock(tx, f"contact_profile:{profile_id}")


def _without_switch(profile: Profile) -> Profile:
    return profile.switched_off() if profile.legal_status is LegalStatus.DRAFT else profile


def switch_draft(tx: Session, actor: Actor, profile_id: str, enforced: bool, reason: str) -> None:
    """Enforce all versions of a draft that are there, or stop that; a switch that changes nothing leaves no trace.

    Raises NotFound for no such profile, Conflict for one that is no draft.
    """
    _one_at_a_time(tx, profile_id)
    versions = versions_of(tx, profile_id)
    if not any(kept.profile.legal_status is LegalStatus.DRAFT for kept in versions):
        detail = f"{profile_id} is {versions[-1].profile.legal_status}, not a draft"
        raise Conflict("NOT_A_DRAFT", detail, action="Only drafts are switched; bring a new version of other texts.")
    if all(kept.profile.enforced is enforced for kept in versions if kept.profile.legal_status is LegalStatus.DRAFT):
        return
    tx.add(ContactProfileSwitch(profile_id=profile_id, enforced=enforced, reason=reason, actor=actor.subject))
    tx.flush()
    told = {"enforced": enforced, "reason": reason}
    audit.record(tx, actor, "contact_profile.switched", f"contact_profile:{profile_id}", told)
    _look_again(tx, profile_id)


def profiles_of_lender(tx: Session, lender: str) -> LenderProfiles | None:
    """The profiles that the lender takes with it now; None when nobody named any yet."""
    rows = select(LenderProfiles).where(LenderProfiles.lender == lender)
    return tx.scalars(rows.order_by(LenderProfiles.made_at.desc(), LenderProfiles.id.desc()).limit(1)).one_or_none()


def put_lender(
    tx: Session, actor: Actor, lender: str, profiles: list[str], before: LenderProfiles | None
) -> LenderProfiles:
    """Name the profiles that hold for a lender's borrowers wherever they live; `before` is what was named till now.

    Raises Invalid for a profile that is not known.
    """
    check_profiles(profile_book(tx).versions.ids, profiles)
    revision = before.revision + 1 if before is not None else 1
    row = LenderProfiles(lender=lender, profiles=profiles, revision=revision, actor=actor.subject)
    tx.add(row)
    tx.flush()
    audit.record(tx, actor, "lender.profiles_named", f"lender:{lender}", {"profiles": profiles})
    _tell_regions(tx, Region.code.in_(select(Case.region).where(Case.lender == lender)))
    return row


def _look_again(tx: Session, profile_id: str) -> None:
    """Blocks that the text names now hold the waiting cases that it rules, and those that it drops free them."""
    lenders = select(LenderProfiles.lender).where(LenderProfiles.profiles.contains([profile_id]))
    theirs = Region.code.in_(select(Case.region).where(Case.lender.in_(lenders)))
    # The house's blocks are asked about everywhere.
    everywhere = Region.code.is_not(None) if profile_id == HOUSE_PROFILE else false()
    _tell_regions(tx, or_(Region.profiles.contains([profile_id]), theirs, everywhere))


def _tell_regions(tx: Session, named: ColumnElement[bool]) -> None:
    for region_id in tx.scalars(select(Region.id).where(named).order_by(Region.id)):
        jobs.defer(tx, WORKFORCE_CHANGED, region_id, once=True)


def versions_of(tx: Session, profile_id: str) -> list[KeptVersion]:
    """All versions of a profile in the order in which they were made; raises NotFound when there is none."""
    versions = _versions(tx, profile_id)
    if not versions:
        raise NotFound("NO_SUCH_PROFILE", f"there is no profile {profile_id!r}", action="See GET /v1/contact-profiles.")
    return versions


def _versions(tx: Session, profile_id: str) -> list[KeptVersion]:
    rows = tx.scalars(
        select(ContactProfileVersion)
        .where(ContactProfileVersion.profile_id == profile_id)
        .order_by(ContactProfileVersion.made_at, ContactProfileVersion.id)
    ).all()
    brought = [(row.made_at, row.actor) for row in rows]
    shipped = [(None, None)] if profile_id in load_profiles() else []
    profiles = profile_book(tx).versions.of(profile_id)
    return [KeptVersion(profile, *by) for profile, by in zip(profiles, (*shipped, *brought), strict=True)]


def version_on(tx: Session, profile_id: str, on: date, version: str | None) -> Profile:
    """The version of that number, or else of the day or nearest to it; raises NotFound when there is none."""
    versions = versions_of(tx, profile_id)
    if version is None:
        return profile_book(tx).versions.nearest(profile_id, on)
    for kept in versions:
        if kept.profile.version == version:
            return kept.profile
    detail = f"{profile_id} has no version {version!r}"
    raise NotFound("NO_SUCH_VERSION", detail, action=f"See GET /v1/contact-profiles/{profile_id}/versions.")


def document_of(tx: Session, profile: Profile) -> Any:
    """The document from which a version was read."""
    row = tx.scalars(
        select(ContactProfileVersion).where(
            ContactProfileVersion.profile_id == profile.id, ContactProfileVersion.version == profile.version
        )
    ).one_or_none()
    return row.document if row is not None else shipped_document(profile.id)
