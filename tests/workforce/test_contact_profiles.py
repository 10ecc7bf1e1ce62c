"""Which contact profiles hold in a region."""

import pytest

from app.workforce.contact_profiles import profiles_of
from app.workforce.models import Region


@pytest.mark.parametrize(
    ("region", "held"),
    [
        (None, ["house-low-pressure"]),
        (Region(profiles=[]), ["house-low-pressure"]),
        (Region(profiles=["IE-CCA1995-s46"]), ["IE-CCA1995-s46"]),
        (Region(profiles=["CN-GBT45251-CBA2026", "house-low-pressure"]), ["CN-GBT45251-CBA2026", "house-low-pressure"]),
    ],
)
def test_a_region_has_the_profiles_it_names_or_else_the_houses_own(region: Region | None, held: list[str]) -> None:
    assert [profile.id for profile in profiles_of(region)] == held
