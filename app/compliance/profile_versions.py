"""All versions of the profiles that are known: which of them applies on a day.

A new version does not end the one before by itself: on each day the version counts that began last, and of two that
began on the same day the one that was made later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.compliance.profile import Profile


@dataclass(frozen=True)
class Era:
    """Local days from `first_on` on, `days` of them, on which the same profiles apply."""

    first_on: date
    days: int
    profiles: tuple[Profile, ...]


class ProfileVersions:
    """Versions of profiles in the order in which they were made."""

    def __init__(self, versions: Iterable[Profile]) -> None:
        self._versions: dict[str, list[Profile]] = {}
        for profile in versions:
            self._versions.setdefault(profile.id, []).append(profile)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all profiles, sorted."""
        return tuple(sorted(self._versions))

    def of(self, profile_id: str) -> tuple[Profile, ...]:
        """The versions of a profile in the order in which they were made; none for an id that is not known."""
        return tuple(self._versions.get(profile_id, ()))

    def in_force(self, profile_id: str, on: date) -> Profile | None:
        """The version that applies on the day."""
        standing = [profile for profile in reversed(self.of(profile_id)) if profile.is_in_force(on)]
        return max(standing, key=lambda profile: profile.effective_from) if standing else None

    def nearest(self, profile_id: str, on: date) -> Profile:
        """The version of the day; where there is none the next to come, else the last that was.

        Raises KeyError for an id that is not known.
        """
        standing = self.in_force(profile_id, on)
        if standing is not None:
            return standing
        versions = self._versions[profile_id][::-1]
        coming = [profile for profile in versions if profile.effective_from > on]
        if coming:
            return min(coming, key=lambda profile: profile.effective_from)
        return max(versions, key=lambda profile: profile.effective_from)

    def holding(self, ids: Sequence[str], on: date) -> tuple[Profile, ...]:
        """Of the named profiles those that have a version on the day."""
        found = (self.in_force(profile_id, on) for profile_id in ids)
        return tuple(profile for profile in found if profile is not None)

    def changes(self, ids: Sequence[str]) -> frozenset[date]:
        """The days from which on other versions of the named profiles may apply."""
        named = [profile for profile_id in ids for profile in self.of(profile_id)]
        ends = {profile.effective_to for profile in named if profile.effective_to is not None}
        return frozenset({profile.effective_from for profile in named} | ends)


def split_days(first_on: date, days: int, changes: Iterable[date]) -> list[tuple[date, int]]:
    """Days from the first on, cut where something changes."""
    last_on = first_on + timedelta(days=days)
    starts = sorted({first_on, *(on for on in changes if first_on < on < last_on)})
    return [(start, (end - start).days) for start, end in zip(starts, [*starts[1:], last_on], strict=True)]
