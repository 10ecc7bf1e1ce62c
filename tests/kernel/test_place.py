from math import inf, nan

import pytest

from app.kernel.place import Place


@pytest.mark.parametrize(("lat", "lon"), [(0, 0), (90, 180), (-90, -180), (30.2741, 120.1551)])
def test_every_point_of_the_earth_is_a_place(lat: float, lon: float) -> None:
    assert (Place(lat, lon).lat, Place(lat, lon).lon) == (lat, lon)


@pytest.mark.parametrize(
    ("lat", "lon", "complaint"),
    [
        (120.1551, 30.2741, "swapped"),
        (90.0001, 0, "latitude"),
        (-91, 0, "latitude"),
        (0, 180.5, "longitude"),
        (0, -181, "longitude"),
        (nan, 0, "finite"),
        (0, nan, "finite"),
        (inf, 0, "finite"),
        (0, -inf, "finite"),
    ],
)
def test_what_is_not_on_the_earth_is_refused_with_a_hint(lat: float, lon: float, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Place(lat, lon)
