"""Coordinates as maps in China give them, and back: WGS 84, GCJ-02 and BD-09.

GCJ-02 moves every point of mainland China by up to about 700 m, BD-09 moves it on by as much again. Neither is
published; the formulas are the ones that became known and that maps agree with. Outside the mainland nothing is moved:
a place in Hong Kong, Macau or Taiwan has the same numbers in all three. Within about 1.5 km of the outline
(`app.roads.mainland`) the same numbers may name two places or none; then the reading that lies on the mainland wins.
"""

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, hypot, pi, radians, sin, sqrt

from app.kernel.place import Place
from app.roads.mainland import is_on_mainland

_Degrees = tuple[float, float]

# Krasovsky 1940, the ellipsoid of the older Chinese maps.
_SEMI_MAJOR_AXIS_METRES = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD09_TURN = pi * 3000 / 180
_SETTLED_DEGREES = 1e-9  # a tenth of a millimetre
_MOST_ROUNDS = 20


class Datum(StrEnum):
    """What the numbers of a coordinate refer to."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def from_wgs84(place: Place, datum: Datum) -> _Degrees:
    """Latitude and longitude of the place in the datum."""
    if datum is Datum.WGS84 or not is_on_mainland(place):
        return place.lat, place.lon
    return _SHIFTS[datum](place.lat, place.lon)


def to_wgs84(lat: float, lon: float, datum: Datum) -> Place:
    """The place that has these numbers in the datum; raises ValueError when they are no coordinate."""
    given = Place(lat, lon)
    if datum is Datum.WGS84 or not _could_be_shifted(given):
        return given
    found = Place(*_undo(_SHIFTS[datum], lat, lon))
    return found if is_on_mainland(found) else given


def _could_be_shifted(given: Place) -> bool:
    """Whether the formulas may be inverted there: around China they move a point by little and smoothly."""
    return 70 < given.lon < 140 and 15 < given.lat < 56


def _undo(shift: Callable[[float, float], _Degrees], lat: float, lon: float) -> _Degrees:
    """Fixed-point iteration; each round is about a thousand times closer."""
    found_lat, found_lon = lat, lon
    for _ in range(_MOST_ROUNDS):
        there_lat, there_lon = shift(found_lat, found_lon)
        miss_lat, miss_lon = there_lat - lat, there_lon - lon
        found_lat, found_lon = found_lat - miss_lat, found_lon - miss_lon
        if max(abs(miss_lat), abs(miss_lon)) < _SETTLED_DEGREES:
            break
    return found_lat, found_lon


def _to_gcj02(lat: float, lon: float) -> _Degrees:
    north, east = _drift(lon - 105, lat - 35)
    curvature = 1 - _ECCENTRICITY_SQUARED * sin(radians(lat)) ** 2
    meridian_radius = _SEMI_MAJOR_AXIS_METRES * (1 - _ECCENTRICITY_SQUARED) / (curvature * sqrt(curvature))
    parallel_radius = _SEMI_MAJOR_AXIS_METRES / sqrt(curvature) * cos(radians(lat))
    return lat + north / radians(meridian_radius), lon + east / radians(parallel_radius)


def _drift(x: float, y: float) -> tuple[float, float]:
    """Metres to the north and to the east by which GCJ-02 moves the point x degrees east, y north of 35 N 105 E."""
    ripple = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    north_wave = 20 * sin(pi * y) + 40 * sin(pi * y / 3) + 160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)
    east_wave = 20 * sin(pi * x) + 40 * sin(pi * x / 3) + 150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + (ripple + north_wave) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + (ripple + east_wave) * 2 / 3
    return north, east


def _to_bd09(lat: float, lon: float) -> _Degrees:
    y, x = _to_gcj02(lat, lon)
    radius = hypot(x, y) + 0.00002 * sin(y * _BD09_TURN)
    angle = atan2(y, x) + 0.000003 * cos(x * _BD09_TURN)
    return radius * sin(angle) + 0.006, radius * cos(angle) + 0.0065


_SHIFTS: dict[Datum, Callable[[float, float], _Degrees]] = {Datum.GCJ02: _to_gcj02, Datum.BD09: _to_bd09}
