"""Versions of profiles: which applies on a day."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.compliance.profile import Profile
from app.compliance.profile_files import load_profiles
from app.compliance.profile_versions import ProfileVersions, split_days

IRELAND = load_profiles()["IE-CCA1995-s46"]
FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 400).map(lambda days: FIRST + timedelta(days=days))


def version(number: str, from_on: date, to_on: date | None = None) -> Profile:
    return replace(IRELAND, version=number, effective_from=from_on, effective_to=to_on)


def test_between_two_versions_nothing_applies_and_the_nearest_is_the_next() -> None:
    versions = ProfileVersions(
        [version("1", date(2026, 1, 1), date(2026, 3, 1)), version("2", date(2026, 6, 1), date(2026, 9, 1))]
    )
    assert versions.in_force(IRELAND.id, date(2026, 4, 1)) is None
    numbers = {on: versions.nearest(IRELAND.id, on).version for on in (date(2025, 1, 1), date(2026, 4, 1))}
    assert numbers == {date(2025, 1, 1): "1", date(2026, 4, 1): "2"}
    assert versions.nearest(IRELAND.id, date(2026, 12, 1)).version == "2"


@given(st.lists(DAYS, min_size=1, max_size=5), DAYS)
def test_the_version_that_began_last_applies(starts: list[date], on: date) -> None:
    versions = ProfileVersions([version(str(number), start) for number, start in enumerate(starts)])
    found = versions.in_force(IRELAND.id, on)
    begun = [start for start in starts if start <= on]
    assert (found.effective_from if found else None) == max(begun, default=None)
    if found:
        last_made = max(number for number, start in enumerate(starts) if start == found.effective_from)
        assert found.version == str(last_made)


@given(st.lists(DAYS, max_size=5), DAYS, st.integers(1, 60))
def test_days_are_cut_without_a_gap_where_something_changes(changes: list[date], first_on: date, days: int) -> None:
    parts = split_days(first_on, days, changes)
    assert next(start for start, _ in parts) == first_on
    assert sum(count for _, count in parts) == days
    for (start, count), (following, _) in pairwise(parts):
        assert start + timedelta(days=count) == following
        assert following in changes
