"""Which region a point lies in."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.place import Place
from app.runtime.database import Json
from app.workforce.models import Region


@dataclass(frozen=True)
class Located:
    """The region of a place; `mismatch` when its code and its point name different ones."""

    region: Region | None
    mismatch: bool


class RegionCatalogue:
    """All regions with their polygons prepared for many questions; on a shared border the lower code wins."""

    def __init__(self, regions: Sequence[Region]) -> None:
        self._regions = {region.code: region for region in sorted(regions, key=_code)}
        self._polygons = {code: _prepared(region.polygon) for code, region in self._regions.items() if region.polygon}

    @classmethod
    def load(cls, tx: Session) -> "RegionCatalogue":
        """Read all regions."""
        return cls(tx.scalars(select(Region)).all())

    def named(self, code: str) -> Region | None:
        """The region with the code."""
        return self._regions.get(code)

    def around(self, place: Place) -> Region | None:
        """The region whose polygon covers the point."""
        point = shapely.Point(place.lon, place.lat)
        code = next((code for code, polygon in self._polygons.items() if polygon.covers(point)), None)
        return self._regions[code] if code is not None else None

    def locate(self, code: str | None, place: Place | None) -> Located:
        """The region of a place: an explicit code wins over the point."""
        around = self.around(place) if place is not None else None
        if code is None:
            return Located(around, mismatch=False)
        return Located(self.named(code), mismatch=around is not None and around.code != code)


def _prepared(geojson: Json) -> BaseGeometry:
    polygon = shape(geojson)
    shapely.prepare(polygon)
    return polygon


def _code(region: Region) -> str:
    return region.code
