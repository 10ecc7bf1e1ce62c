"""What is taken as the border of a region."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.place import Place
from app.workforce.boundary import MAX_POINTS, checked_boundary, looks_swapped

RING = [[120.05, 30.20], [120.16, 30.20], [120.16, 30.33], [120.05, 30.33], [120.05, 30.20]]
LAKE = [[120.10, 30.22], [120.14, 30.22], [120.14, 30.26], [120.10, 30.26], [120.10, 30.22]]
FAR_RING = [[lon + 1, lat] for lon, lat in RING]


def test_a_polygon_with_a_hole_is_kept_as_it_came() -> None:
    assert checked_boundary("Polygon", [RING, LAKE]) == {"type": "Polygon", "coordinates": [RING, LAKE]}


def test_a_region_may_have_several_parts() -> None:
    coordinates = [[RING], [FAR_RING]]
    assert checked_boundary("MultiPolygon", coordinates) == {"type": "MultiPolygon", "coordinates": coordinates}


def test_heights_are_left_out() -> None:
    assert checked_boundary("Polygon", [[[*point, 12.5] for point in RING]])["coordinates"] == [RING]


@pytest.mark.parametrize(
    ("kind", "coordinates", "said"),
    [
        ("Polygon", [], "must be a list that is not empty"),
        ("Polygon", "120,30", "must be a list"),
        ("Polygon", [RING[:-1]], "ring 1 is not closed"),
        ("Polygon", [[RING[0], RING[1], RING[0]]], "at least 4"),
        ("Polygon", [RING, LAKE[:-1]], "ring 2 is not closed"),
        ("Polygon", RING, "ring 1 must be a list|a position must be a list"),
        ("Polygon", [[[120.05], *RING[1:]]], "two numbers"),
        ("Polygon", [[["120.05", "30.2"], *RING[1:]]], "two numbers"),
        ("Polygon", [[[True, False], *RING[1:]]], "two numbers"),
        ("Polygon", [[[float("nan"), 30.2], *RING[1:]]], "two numbers"),
        ("Polygon", [[[lat, lon] for lon, lat in RING]], "longitude first, swap the two"),
        ("Polygon", [[[lon + 100, lat] for lon, lat in RING]], "outside longitude"),
        ("Polygon", [[[lon * 2, lat * 4] for lon, lat in RING]], "outside longitude"),
        ("Polygon", [[RING[0], RING[2], RING[1], RING[3], RING[0]]], "not a valid area: Self-intersection"),
        ("Polygon", [[RING[0], RING[0], RING[0], RING[0]]], "not a valid area"),
        ("Polygon", [LAKE, RING], "not a valid area: Hole lies outside shell"),
        ("MultiPolygon", [[RING], [LAKE]], "not a valid area: Nested shells"),
        ("MultiPolygon", [RING], "a position must be a list"),
    ],
)
def test_what_is_wrong_with_a_border_is_said(kind: str, coordinates: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked_boundary(kind, coordinates)


def test_a_border_of_too_many_points_is_to_be_simplified() -> None:
    side = [[120 + step / 100_000, 30.0] for step in range(MAX_POINTS)]
    with pytest.raises(ValueError, match="simplify"):
        checked_boundary("Polygon", [[*side, [120.1, 30.5], side[0]]])


@pytest.mark.parametrize(
    ("office", "swapped"),
    [(Place(53.35, -6.26), True), (Place(-6.26, 53.35), False), (Place(10.0, 10.0), False)],
    ids=["the office lies in the mirrored border", "inside", "elsewhere"],
)
def test_swapped_borders_are_found_by_the_office_where_both_numbers_could_be_a_latitude(
    office: Place, swapped: bool
) -> None:
    mirrored_dublin = [[53.2, -6.5], [53.5, -6.5], [53.5, -6.0], [53.2, -6.0], [53.2, -6.5]]
    border = checked_boundary("Polygon", [mirrored_dublin])
    assert looks_swapped(border, office) is swapped


numbers = (
    st.floats(allow_nan=True, allow_infinity=True) | st.integers() | st.booleans() | st.none() | st.text(max_size=2)
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(coordinates=st.recursive(numbers, lambda inner: st.lists(inner, max_size=5), max_leaves=40))
def test_nonsense_is_refused_with_a_sentence(coordinates: Any) -> None:
    for kind in ("Polygon", "MultiPolygon"):
        with pytest.raises(
            ValueError, match=r"must be a list|two numbers|outside|at least 4|not closed|not a valid|swap"
        ):
            checked_boundary(kind, coordinates)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(west=st.floats(-179, 178), south=st.floats(-89, 88), width=st.floats(0.01, 1), height=st.floats(0.01, 1))
def test_every_rectangle_is_taken(west: float, south: float, width: float, height: float) -> None:
    east, north = west + width, south + height
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    assert checked_boundary("Polygon", [ring])["coordinates"] == [ring]
