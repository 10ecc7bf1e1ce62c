"""Travel by the great circle: what stands in for a road engine until one is connected.

The distance is the air line times a detour factor, the duration follows from a speed profile. It knows no roads,
rivers, bridges, one-way streets, traffic or time of day, so a single leg may be wrong by half; but it is even-handed
and always there. Its `source` is `great_circle`, so that a plan can say what its times rest on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, inf, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from app.kernel.place import Place
from app.roads.matrix import Int32Matrix, TravelMatrix

SOURCE = "great_circle"
_EARTH_RADIUS_METRES = 6_371_008.8  # mean radius, IUGG
_ROWS_AT_ONCE = 256  # bounds the memory of the intermediate arrays

_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SpeedBand:
    """The speed on the part of a leg that lies beyond the band before, up to so many metres of road from the start."""

    up_to_metres: float
    metres_per_second: float


@dataclass(frozen=True)
class SpeedProfile:
    """How fast one gets on: metres of road per metre of air line, speed by length of the leg, seconds for every leg.

    The last band has no end. Speeds do not fall with distance, so a detour over a third place is never shorter.
    """

    name: str
    detour_factor: float
    bands: tuple[SpeedBand, ...]
    fixed_seconds: int

    def __post_init__(self) -> None:
        ends = [band.up_to_metres for band in self.bands]
        speeds = [band.metres_per_second for band in self.bands]
        if self.detour_factor < 1 or self.fixed_seconds < 0:
            raise ValueError("a detour factor is at least 1, and fixed seconds are not negative")
        if not ends or ends[-1] != inf or ends != sorted(set(ends)) or ends[0] <= 0:
            raise ValueError("bands must end at growing distances, the last one at infinity")
        if speeds[0] <= 0 or speeds != sorted(speeds):
            raise ValueError("speeds must be positive and must not fall with distance")


# House figures for a Chinese city by day; the fixed seconds are for parking and for the way from there to the door.
CAR = SpeedProfile("car", 1.35, (SpeedBand(2_000, 5.5), SpeedBand(10_000, 8.5), SpeedBand(inf, 15.0)), 180)
SCOOTER = SpeedProfile("scooter", 1.25, (SpeedBand(2_000, 5.0), SpeedBand(inf, 6.5)), 60)


def haversine_metres(start: Place, end: Place) -> float:
    """Length of the air line on a sphere; within 0.6 % of the ellipsoid."""
    lat_a, lat_b = radians(start.lat), radians(end.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(end.lon - start.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * _EARTH_RADIUS_METRES * asin(min(1.0, sqrt(chord)))


def matrix(places: Sequence[Place], profile: SpeedProfile) -> tuple[Int32Matrix, Int32Matrix]:
    """Durations (seconds) and distances (metres of road), symmetric; both rounded up, zero between equal places."""
    lats = np.radians([place.lat for place in places], dtype=np.float64)
    lons = np.radians([place.lon for place in places], dtype=np.float64)
    durations = np.zeros((len(places), len(places)), dtype=np.int32)
    distances = np.zeros_like(durations)
    for first in range(0, len(places), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        road = _air_metres(lats, lons, rows) * profile.detour_factor
        distances[rows] = np.ceil(road)
        durations[rows] = np.ceil(_seconds(road, profile))
    return durations, distances


def travel_matrix(places: Sequence[Place], profile: SpeedProfile) -> TravelMatrix:
    """The matrix of the places with its source."""
    durations, distances = matrix(places, profile)
    return TravelMatrix(durations, distances, SOURCE)


def _air_metres(lats: _Floats, lons: _Floats, rows: slice) -> _Floats:
    half_lat = (lats[rows, None] - lats[None, :]) / 2
    half_lon = (lons[rows, None] - lons[None, :]) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(lats[rows, None]) * np.cos(lats[None, :]) * np.sin(half_lon) ** 2
    metres: _Floats = 2 * _EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return metres


def _seconds(road_metres: _Floats, profile: SpeedProfile) -> _Floats:
    """Each band's part of the leg at the band's speed, so that a longer leg always takes longer."""
    seconds = np.where(road_metres > 0, float(profile.fixed_seconds), 0.0)
    begin = 0.0
    for band in profile.bands:
        seconds += np.clip(road_metres - begin, 0, band.up_to_metres - begin) / band.metres_per_second
        begin = band.up_to_metres
    return seconds
