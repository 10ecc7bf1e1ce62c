"""Which region a place lies in."""

import pytest

from app.kernel.place import Place
from app.workforce.geography import Located, RegionCatalogue
from app.workforce.models import Region


def _square(code: str, west: float, east: float) -> Region:
    ring = [[west, 30.0], [east, 30.0], [east, 31.0], [west, 31.0], [west, 30.0]]
    return Region(code=code, polygon={"type": "Polygon", "coordinates": [ring]})


WEST, EAST, BORDERLESS = _square("100", 119.0, 120.0), _square("200", 120.0, 121.0), Region(code="300", polygon=None)
REGIONS = RegionCatalogue([EAST, BORDERLESS, WEST])
IN_WEST, IN_EAST, ON_BORDER = Place(30.5, 119.5), Place(30.5, 120.5), Place(30.5, 120.0)
NOWHERE = Place(50.0, 10.0)


@pytest.mark.parametrize(
    ("code", "place", "located"),
    [
        (None, IN_WEST, Located(WEST, mismatch=False)),
        (None, IN_EAST, Located(EAST, mismatch=False)),
        (None, ON_BORDER, Located(WEST, mismatch=False)),
        (None, NOWHERE, Located(None, mismatch=False)),
        ("200", IN_EAST, Located(EAST, mismatch=False)),
        ("200", IN_WEST, Located(EAST, mismatch=True)),
        ("200", NOWHERE, Located(EAST, mismatch=False)),
        ("300", IN_WEST, Located(BORDERLESS, mismatch=True)),
        ("300", None, Located(BORDERLESS, mismatch=False)),
        ("999", IN_WEST, Located(None, mismatch=True)),
        ("999", None, Located(None, mismatch=False)),
        (None, None, Located(None, mismatch=False)),
    ],
)
def test_a_code_wins_over_the_point_and_a_mismatch_is_told(
    code: str | None, place: Place | None, located: Located
) -> None:
    assert REGIONS.locate(code, place) == located
