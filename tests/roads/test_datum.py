import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.kernel.place import Place
from app.roads.datum import Datum, from_wgs84, to_wgs84
from app.roads.great_circle import haversine_metres
from app.roads.mainland import is_on_mainland

SHIFTED = [Datum.GCJ02, Datum.BD09]
AROUND_CHINA = st.builds(Place, st.floats(17, 54), st.floats(73, 136))
ANYWHERE = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))
property_test = settings(derandomize=True, deadline=None, max_examples=300)


def shift_metres(place: Place, datum: Datum) -> float:
    """How far off one would be who takes the numbers of the datum for WGS 84."""
    return haversine_metres(place, Place(*from_wgs84(place, datum)))


@pytest.mark.parametrize(
    ("lat", "lon", "gcj_lat", "gcj_lon"),
    [  # test vectors of eviltransform
        (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
        (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
        (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
    ],
)
def test_the_published_vectors_are_met(lat: float, lon: float, gcj_lat: float, gcj_lon: float) -> None:
    assert from_wgs84(Place(lat, lon), Datum.GCJ02) == pytest.approx((gcj_lat, gcj_lon), abs=1e-9)
    assert haversine_metres(to_wgs84(gcj_lat, gcj_lon, Datum.GCJ02), Place(lat, lon)) < 0.001


@pytest.mark.parametrize(
    ("city", "place", "datum", "metres"),
    [  # city centres; the measured values rest on an earth radius of 6,378,137 m, ours are 0.1 % less
        ("Beijing", Place(39.9042, 116.4074), Datum.GCJ02, 556),
        ("Shanghai", Place(31.2304, 121.4737), Datum.GCJ02, 482),
        ("Shenzhen", Place(22.5431, 114.0579), Datum.GCJ02, 607),
        ("Chengdu", Place(30.6586, 104.0648), Datum.GCJ02, 361),
        ("Urumqi", Place(43.8256, 87.6168), Datum.GCJ02, 265),
        ("Shanghai", Place(31.2304, 121.4737), Datum.BD09, 1141),
    ],
)
def test_cities_are_shifted_by_the_measured_distances(city: str, place: Place, datum: Datum, metres: float) -> None:
    assert shift_metres(place, datum) == pytest.approx(metres, abs=1.5), city


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize(
    ("city", "place"),
    [
        ("Shenzhen", Place(22.5431, 114.0579)),
        ("Zhuhai", Place(22.2710, 113.5767)),
        ("Xiamen", Place(24.4798, 118.0894)),
        ("Beijing", Place(39.9042, 116.4074)),
        ("Urumqi", Place(43.8256, 87.6168)),
        ("Harbin", Place(45.8038, 126.5350)),
        ("Kunming", Place(25.0389, 102.7183)),
        ("Sanya", Place(18.2528, 109.5119)),
    ],
)
def test_the_mainland_is_shifted(city: str, place: Place, datum: Datum) -> None:
    assert shift_metres(place, datum) > 100, city
    assert haversine_metres(to_wgs84(*from_wgs84(place, datum), datum), place) < 0.001


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize(
    ("city", "place"),
    [
        ("Hong Kong", Place(22.2793, 114.1628)),
        ("Macau", Place(22.1987, 113.5439)),
        ("Taipei", Place(25.0330, 121.5654)),
        ("Kinmen", Place(24.4321, 118.3171)),
        ("Seoul", Place(37.5665, 126.9780)),
        ("Hanoi", Place(21.0278, 105.8342)),
        ("Ulaanbaatar", Place(47.8864, 106.9057)),
        ("Vladivostok", Place(43.1155, 131.8855)),
        ("London", Place(51.5074, -0.1278)),
        ("the North Pole", Place(90, 0)),
    ],
)
def test_nothing_else_is_shifted(city: str, place: Place, datum: Datum) -> None:
    assert from_wgs84(place, datum) == (place.lat, place.lon), city
    assert to_wgs84(place.lat, place.lon, datum) == place, city


@property_test
@given(AROUND_CHINA, st.sampled_from(SHIFTED))
def test_places_on_the_mainland_come_back_within_a_tenth_of_a_metre(place: Place, datum: Datum) -> None:
    assume(is_on_mainland(place))
    assert haversine_metres(to_wgs84(*from_wgs84(place, datum), datum), place) < 0.1
    assert 10 < shift_metres(place, datum) < 2_500


@property_test
@given(AROUND_CHINA, st.sampled_from(SHIFTED))
def test_no_reading_is_further_off_than_the_largest_shift(numbers: Place, datum: Datum) -> None:
    assert haversine_metres(to_wgs84(numbers.lat, numbers.lon, datum), numbers) < 2_500


@property_test
@given(ANYWHERE)
def test_wgs84_is_taken_as_it_is(place: Place) -> None:
    assert from_wgs84(place, Datum.WGS84) == (place.lat, place.lon)
    assert to_wgs84(place.lat, place.lon, Datum.WGS84) == place


@pytest.mark.parametrize("datum", Datum)
def test_numbers_that_are_no_coordinate_are_refused(datum: Datum) -> None:
    with pytest.raises(ValueError, match="swapped"):
        to_wgs84(120.1551, 30.2741, datum)
