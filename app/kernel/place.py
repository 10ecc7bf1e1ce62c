"""A point on the earth, always WGS 84 inside the product."""

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True)
class Place:
    """Latitude and longitude in degrees, WGS 84."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (isfinite(self.lat) and isfinite(self.lon)):
            raise ValueError("latitude and longitude must be finite numbers")
        if not -90 <= self.lat <= 90:
            raise ValueError(f"latitude {self.lat} is outside -90..90; were latitude and longitude swapped?")
        if not -180 <= self.lon <= 180:
            raise ValueError(f"longitude {self.lon} is outside -180..180")
