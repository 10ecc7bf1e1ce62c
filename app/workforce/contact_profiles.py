"""Which contact profiles hold in a region on a day, as they were known at an instant."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.compliance.profile import Profile
from app.compliance.profile_files import load_profiles
from app.compliance.profile_schema import parse_profile
from app.compliance.profile_versions import Era, ProfileVersions, split_days
from app.kernel.errors import Fault, Invalid
from app.runtime.database import Json
from app.workforce.models import ContactProfileSwitch, ContactProfileVersion, LenderProfiles, Region

HOUSE_PROFILE = "house-low-pressure"


class ProfileBook:
    """All profiles with all their versions, and those that lenders take with them."""

    def __init__(self, versions: ProfileVersions, of_lenders: Mapping[str, Sequence[str]]) -> None:
        self.versions = versions
        self._of_lenders = of_lenders

    def of(self, region: Region | None, on: date, lender: str | None = None) -> tuple[Profile, ...]:
        """What holds for a lender's borrower in the region on the day: the place's profiles, and the lender's own.

        The house's own where the place names nothing that is in force.
        """
        of_place = self.versions.holding(_named(region), on) or (self.versions.nearest(HOUSE_PROFILE, on),)
        of_lender = self.versions.holding(self._of_lenders.get(lender or "", ()), on)
        return (*of_place, *(profile for profile in of_lender if profile not in of_place))

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
    """The profiles of the package and those that were brought, as they were known at the instant; None is now."""
    brought = select(ContactProfileVersion.document).where(*_by(ContactProfileVersion, known_at))
    documents = tx.scalars(brought.order_by(ContactProfileVersion.made_at, ContactProfileVersion.id)).all()
    versions = ProfileVersions((*load_profiles().values(), *map(_read, documents)), _switched_on(tx, known_at))
    return ProfileBook(versions, _of_lenders(tx, known_at))


def check_profiles(known: Iterable[str], ids: Sequence[str]) -> None:
    """Raise Invalid for the first id that no profile has."""
    for number, profile_id in enumerate(ids):
        if profile_id not in known:
            detail = f"there is no contact profile {profile_id!r}; there are {', '.join(known)}"
            fault = Fault(f"/profiles/{number}", detail)
            raise Invalid("UNKNOWN_PROFILE", detail, action="See GET /v1/contact-profiles.", faults=(fault,))


def _named(region: Region | None) -> Sequence[str]:
    return (region.profiles if region is not None else None) or [HOUSE_PROFILE]


def _switched_on(tx: Session, known_at: datetime | None) -> list[str]:
    switches = select(ContactProfileSwitch.profile_id, ContactProfileSwitch.enforced)
    switches = switches.where(*_by(ContactProfileSwitch, known_at))
    switches = switches.order_by(ContactProfileSwitch.made_at, ContactProfileSwitch.id)
    newest = {profile_id: enforced for profile_id, enforced in tx.execute(switches)}
    return [profile_id for profile_id, enforced in newest.items() if enforced]


def _of_lenders(tx: Session, known_at: datetime | None) -> dict[str, Sequence[str]]:
    rows = select(LenderProfiles.lender, LenderProfiles.profiles).where(*_by(LenderProfiles, known_at))
    ordered = rows.order_by(LenderProfiles.made_at, LenderProfiles.id)
    return {lender: profiles for lender, profiles in tx.execute(ordered)}


def _by(
    model: type[ContactProfileVersion] | type[ContactProfileSwitch] | type[LenderProfiles], known_at: datetime | None
) -> list[ColumnElement[bool]]:
    return [] if known_at is None else [model.made_at <= known_at]


def _read(document: Json) -> Profile:
    return _parsed(json.dumps(document, sort_keys=True))


@lru_cache(maxsize=256)
def _parsed(document: str) -> Profile:
    read: Json = json.loads(document)
    return parse_profile(read, str(read["id"]))
