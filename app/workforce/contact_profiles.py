"""Which contact profiles hold in a region."""

from app.compliance.profile import Profile
from app.compliance.profile_files import load_profiles
from app.workforce.models import Region

HOUSE_PROFILE = "house-low-pressure"


def profiles_of(region: Region | None) -> tuple[Profile, ...]:
    """The profiles that the region names; the house's own when it names none, or where there is no region."""
    known = load_profiles()
    named = region.profiles if region is not None else []
    return tuple(known[profile_id] for profile_id in named or [HOUSE_PROFILE])
