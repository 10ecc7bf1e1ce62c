"""The border of a region as GeoJSON (RFC 7946), checked (PURE)."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.validation import explain_validity

from app.kernel.place import Place

MAX_POINTS = 20_000

_Position = tuple[float, float]


def checked_boundary(kind: str, coordinates: object) -> dict[str, Any]:
    """The Polygon or MultiPolygon with positions of two numbers; raises ValueError saying what is wrong with it."""
    polygons = _parts([coordinates] if kind == "Polygon" else coordinates, "a MultiPolygon")
    read = [_polygon(polygon) for polygon in polygons]
    count = sum(len(ring) for polygon in read for ring in polygon)
    if count > MAX_POINTS:
        raise ValueError(f"the border has {count} points, at most {MAX_POINTS} are taken: simplify it")
    boundary = {"type": kind, "coordinates": read[0] if kind == "Polygon" else read}
    area = shape(boundary)
    if not area.is_valid:
        raise ValueError(f"the border is not a valid area: {explain_validity(area)}")
    return {"type": kind, "coordinates": _as_lists(boundary["coordinates"])}


def looks_swapped(boundary: Mapping[str, Any], office: Place) -> bool:
    """Whether the office lies outside, but inside once latitude and longitude of the border change places."""
    area = shape(dict(boundary))
    return not area.covers(shapely.Point(office.lon, office.lat)) and area.covers(shapely.Point(office.lat, office.lon))


def _polygon(rings: object) -> list[list[_Position]]:
    return [_ring(ring, number) for number, ring in enumerate(_parts(rings, "a polygon"), start=1)]


def _ring(ring: object, number: int) -> list[_Position]:
    positions = [_position(position) for position in _parts(ring, f"ring {number}")]
    if len(positions) < 4:
        raise ValueError(
            f"ring {number} has {len(positions)} points, a ring has at least 4, the last equal to the first"
        )
    if positions[0] != positions[-1]:
        raise ValueError(f"ring {number} is not closed: its last point must equal its first, {list(positions[0])}")
    return positions


def _position(position: object) -> _Position:
    numbers = _parts(position, "a position")
    if len(numbers) not in (2, 3) or not all(_is_number(number) for number in numbers):
        raise ValueError("a position is [longitude, latitude], two numbers in degrees")
    lon, lat = numbers[0], numbers[1]
    if abs(lat) > 90 >= abs(lon):
        raise ValueError(
            f"[{lon}, {lat}] has a latitude outside -90..90: GeoJSON has the longitude first, swap the two"
        )
    if abs(lon) > 180 or abs(lat) > 90:
        raise ValueError(f"[{lon}, {lat}] is outside longitude -180..180 and latitude -90..90")
    return lon, lat


def _parts(value: object, name: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{name} must be a list that is not empty")
    return value


def _is_number(value: object) -> bool:
    return type(value) is int or (type(value) is float and isfinite(value))


def _as_lists(value: Any) -> Any:
    return [_as_lists(part) for part in value] if isinstance(value, list | tuple) else value
