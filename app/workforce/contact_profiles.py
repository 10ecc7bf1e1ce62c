"""Which contact profiles hold in a region on a day, as they were known at an instant."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.compliance.profile import LegalStatus, Profile
from app.compliance.profile_files import load_profiles
from app.compliance.profile_schema import parse_profile
from app.compliance.profile_versions import Era, ProfileVersions, split_days
from app.kernel.errors import Fault, Invalid
from app.runtime.database import Json
from app.workforce.models import ContactProfileSwitch, ContactProfileVersion, LenderProfiles, Region, RegionLaw

HOUSE_PROFILE = "house-low-pressure"


class ProfileBook:
    """All profiles with all their versions, and those that lenders take with them."""

    def __init__(self, versions: ProfileVersions, of_lenders: Mapping[str, Sequence[str]]) -> None:
        self.versions = versions
        self._of_lenders = of_lenders

    def of(self, region: Region | None, on: date, lender: str | None = None) -> tuple[Profile, ...]:
        """What holds for a lender's borrower in the region on the day: the place's profiles, and the lender's own.

        The house's own where the place names nothing that is in force; elsewhere the house's blocks alone, so that a
        death or an entry of the no-visit list holds everywhere, whatever the place's law says of it.
        """
        house = self.versions.nearest(HOUSE_PROFILE, on)
        of_place = self.versions.holding(_named(region), on) or (house,)
        of_lender = self.versions.holding(self._of_lenders.get(lender or "", ()), on)
        named = (*of_place, *(profile for profile in of_lender if profile not in of_place))
        return named if house in named else (*named, house.blocks_alone())

    def eras(self, region: Region, first_on: date, days: int, lender: str | None = None) -> tuple[Era, ...]:
        """The same for some days, in stretches on which the same holds."""
        changes = self.versions.changes([*_named(region), *self._of_lenders.get(lender or "", ()), HOUSE_PROFILE])
        parts = split_days(first_on, days, changes)
        return tuple(Era(start, count, self.of(region, start, lender)) for start, count in parts)

    def named(self, ids: Sequence[str], on: date) -> tuple[Profile, ...]:
        """Just these profiles, each in its version of the day or the nearest; raises Invalid for an unknown id."""
        check_profiles(self.versions.ids, ids)
        return tuple(self.versions.nearest(profile_id, on) for profile_id in ids)


def profile_book(tx: Session, known_at: datetime | None = None) -> ProfileBook:
    """The profiles of the package and those that were brought, as they were known at the instant; None is now.

    A draft is enforced when it was switched on after it came: a new version of it waits for a switch of its own.
    """
    brought = select(ContactProfileVersion.document, ContactProfileVersion.made_at)
    brought = brought.where(*_by(ContactProfileVersion, known_at))
    rows = tx.execute(brought.order_by(*_as_made(ContactProfileVersion))).all()
    dated = [*((profile, None) for profile in load_profiles().values()), *((_read(row[0]), row[1]) for row in rows)]
    switched_at = _switched_on(tx, known_at)
    versions = ProfileVersions(
        _as_switched(profile, made_at, switched_at.get(profile.id)) for profile, made_at in dated
    )
    return ProfileBook(versions, _of_lenders(tx, known_at))


def _as_switched(profile: Profile, made_at: datetime | None, switched_at: datetime | None) -> Profile:
    if profile.legal_status is not LegalStatus.DRAFT or switched_at is None:
        return profile
    return profile.switched_on() if made_at is None or made_at <= switched_at else profile


def region_as_known(tx: Session, region: Region, known_at: datetime) -> Region:
    """The region with the law, calendar and zone that it had at the instant; not a row of the session."""
    laws = tx.scalars(select(RegionLaw).where(RegionLaw.region == region.code).order_by(*_as_made(RegionLaw))).all()
    law = next((law for law in reversed(laws) if law.made_at <= known_at), laws[0] if laws else region)
    return Region(code=region.code, time_zone=law.time_zone, holidays=law.holidays, profiles=law.profiles)


def check_profiles(known: Iterable[str], ids: Sequence[str]) -> None:
    """Raise Invalid for the first id that no profile has."""
    for number, profile_id in enumerate(ids):
        if profile_id not in known:
            detail = f"there is no contact profile {profile_id!r}; there are {', '.join(known)}"
            fault = Fault(f"/profiles/{number}", detail)
            raise Invalid("UNKNOWN_PROFILE", detail, action="See GET /v1/contact-profiles.", faults=(fault,))


def _named(region: Region | None) -> Sequence[str]:
    return (region.profiles if region is not None else None) or [HOUSE_PROFILE]


def _switched_on(tx: Session, known_at: datetime | None) -> dict[str, datetime]:
    """When each draft that is on was switched on."""
    switches = select(ContactProfileSwitch).where(*_by(ContactProfileSwitch, known_at))
    newest = {row.profile_id: row for row in tx.scalars(switches.order_by(*_as_made(ContactProfileSwitch)))}
    return {profile_id: row.made_at for profile_id, row in newest.items() if row.enforced}


def _of_lenders(tx: Session, known_at: datetime | None) -> dict[str, Sequence[str]]:
    rows = select(LenderProfiles.lender, LenderProfiles.profiles).where(*_by(LenderProfiles, known_at))
    ordered = rows.order_by(*_as_made(LenderProfiles))
    return {lender: profiles for lender, profiles in tx.execute(ordered)}


Kept = type[ContactProfileVersion] | type[ContactProfileSwitch] | type[LenderProfiles] | type[RegionLaw]


def _by(model: Kept, known_at: datetime | None) -> list[ColumnElement[bool]]:
    return [] if known_at is None else [model.made_at <= known_at]


def _as_made(model: Kept) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return model.made_at.expression, model.id.expression


def _read(document: Json) -> Profile:
    return _parsed(json.dumps(document, sort_keys=True))


@lru_cache(maxsize=256)
def _parsed(document: str) -> Profile:
    read: Json = json.loads(document)
    return parse_profile(read, str(read["id"]))
