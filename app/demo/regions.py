"""Three districts of Hangzhou, drawn by hand: near the real ones, but no survey of them.

Neighbours share their border points, so that the districts touch and do not overlap.
All coordinates here are WGS 84, longitude first as in GeoJSON (RFC 7946), rings counter-clockwise.
"""

from dataclasses import dataclass
from typing import Any

from app.kernel.place import Place

Body = dict[str, Any]
"""A JSON object as the API takes it."""

Ring = tuple[tuple[float, float], ...]
"""Corner points, longitude first; the last one is joined to the first."""

PROFILES = ("CN-GBT45251-CBA2026", "house-low-pressure")

_WULIN = (120.1560, 30.2620)  # where the three districts meet
_XIHU_GONGSHU = (  # from the north down to Wulin
    (120.0930, 30.3720),
    (120.0985, 30.3530),
    (120.1060, 30.3180),
    (120.1140, 30.3060),
    (120.1260, 30.3010),
    (120.1370, 30.2930),
    (120.1430, 30.2800),
    (120.1530, 30.2720),
)
_XIHU_SHANGCHENG = (  # from Wulin along the lake down to the river
    (120.1570, 30.2520),
    (120.1530, 30.2400),
    (120.1400, 30.2130),
    (120.1350, 30.2010),
)
_GONGSHU_SHANGCHENG = (  # from Wulin up to the north
    (120.1680, 30.2590),
    (120.1830, 30.2600),
    (120.1880, 30.2720),
    (120.1930, 30.2890),
    (120.2010, 30.3080),
    (120.2000, 30.3300),
    (120.2080, 30.3480),
    (120.2060, 30.3740),
)
_XIHU_OUTER = (  # along the river and back up in the west
    (120.1180, 30.1880),
    (120.1020, 30.1620),
    (120.0930, 30.1310),
    (120.0720, 30.1000),
    (120.0430, 30.1080),
    (120.0190, 30.1900),
    (120.0380, 30.2300),
    (120.0270, 30.2700),
    (120.0190, 30.3150),
    (120.0330, 30.3530),
    (120.0560, 30.3690),
)
_GONGSHU_OUTER = ((120.1850, 30.3900), (120.1530, 30.3920), (120.1200, 30.3830))
_SHANGCHENG_OUTER = (  # up the river and back over the north
    (120.1600, 30.2040),
    (120.1850, 30.2130),
    (120.2060, 30.2290),
    (120.2210, 30.2440),
    (120.2420, 30.2650),
    (120.2680, 30.2870),
    (120.2930, 30.3010),
    (120.2960, 30.3230),
    (120.2700, 30.3390),
    (120.2450, 30.3560),
    (120.2280, 30.3800),
)


@dataclass(frozen=True)
class Region:
    """A district with its border and its office; `short` is used in the codes of its people."""

    code: str
    short: str
    name: str
    ring: Ring
    office_street: str
    office: Place

    def holds(self, place: Place) -> bool:
        """Whether the place lies inside the border, by counting the sides crossed on the way east."""
        inside = False
        for (lon, lat), (next_lon, next_lat) in zip(self.ring, (*self.ring[1:], self.ring[0]), strict=True):
            if (lat > place.lat) != (next_lat > place.lat):
                crossing = lon + (place.lat - lat) / (next_lat - lat) * (next_lon - lon)
                inside ^= crossing > place.lon
        return inside

    @property
    def polygon(self) -> Body:
        """The border as a GeoJSON polygon, closed."""
        return {"type": "Polygon", "coordinates": [[list(point) for point in (*self.ring, self.ring[0])]]}


XIHU = Region(
    "330106",
    "XH",
    "西湖区",
    (*reversed(_XIHU_GONGSHU), *reversed(_XIHU_OUTER), *reversed(_XIHU_SHANGCHENG), _WULIN),
    "文三路",
    Place(30.2772, 120.1195),
)
GONGSHU = Region(
    "330105",
    "GS",
    "拱墅区",
    (*_XIHU_GONGSHU, _WULIN, *_GONGSHU_SHANGCHENG, *_GONGSHU_OUTER),
    "登云路",
    Place(30.3148, 120.1362),
)
SHANGCHENG = Region(
    "330102",
    "SC",
    "上城区",
    (_WULIN, *_XIHU_SHANGCHENG, *_SHANGCHENG_OUTER, *reversed(_GONGSHU_SHANGCHENG)),
    "解放路",
    Place(30.2513, 120.1735),
)
REGIONS = (XIHU, GONGSHU, SHANGCHENG)
