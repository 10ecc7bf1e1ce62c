"""Places in bodies: the datum they come in is converted here, at the edge."""

from typing import Annotated

from pydantic import Field, model_validator

from app.kernel.place import Place
from app.roads.datum import Datum, to_wgs84
from app.runtime.bodies import Answer, Body


class PlaceBody(Body):
    """A point in one of the three datums used in China; WGS 84 when nothing is said."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[30.2741])]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[120.1551])]
    datum: Datum = Datum.WGS84

    @model_validator(mode="before")
    @classmethod
    def _swapped(cls, value: object) -> object:
        if isinstance(value, dict):
            lat, lon = value.get("lat"), value.get("lon")
            if isinstance(lat, int | float) and isinstance(lon, int | float) and abs(lat) > 90 >= abs(lon):
                raise ValueError(f"lat {lat} is outside -90..90: latitude and longitude seem to be swapped")
        return value

    @property
    def place(self) -> Place:
        """The point in WGS 84."""
        return to_wgs84(self.lat, self.lon, self.datum)


class PlaceAnswer(Answer):
    """A point, WGS 84."""

    lat: float
    lon: float
    datum: Datum

    @classmethod
    def of(cls, place: Place) -> "PlaceAnswer":
        """The body of a place."""
        return cls(lat=place.lat, lon=place.lon, datum=Datum.WGS84)
