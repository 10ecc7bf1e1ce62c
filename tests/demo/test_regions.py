import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from app.demo.regions import REGIONS, Region
from app.demo.streets import STREETS
from app.kernel.place import Place


@given(st.sampled_from(REGIONS), st.floats(30.05, 30.45), st.floats(119.95, 120.35))
@settings(derandomize=True, deadline=None, max_examples=500)
def test_a_region_holds_what_its_polygon_contains(region: Region, lat: float, lon: float) -> None:
    border = shape(region.polygon)
    point = Point(lon, lat)

    assert region.holds(Place(lat, lon)) == border.contains(point) or border.boundary.distance(point) < 1e-9


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_every_street_is_in_its_own_district(region: Region) -> None:
    streets = STREETS[region.code]

    assert len(streets) >= 12
    assert [street.name for street in streets if not region.holds(street.middle)] == []


def test_no_street_is_in_two_districts() -> None:
    names = [street.name for region in REGIONS for street in STREETS[region.code]]

    assert len(names) == len(set(names))
