"""Where people of the demo live: built-up stretches of real roads, with estates and house numbers that are invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians
from random import Random
from typing import Any

from app.demo.regions import GONGSHU, SHANGCHENG, XIHU, Region
from app.kernel.place import Place
from app.roads.datum import Datum, from_wgs84

SPREAD_METRES = 280.0
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Street:
    """A road and the middle of its built-up stretch, WGS 84."""

    name: str
    middle: Place


@dataclass(frozen=True)
class Address:
    """A written address and its point, WGS 84."""

    text: str
    place: Place

    def as_body(self, datum: Datum) -> dict[str, Any]:
        """Address and place as the API takes them, in the coordinates that the given datum's maps show."""
        lat, lon = from_wgs84(self.place, datum)
        return {"address": self.text, "place": {"lat": round(lat, 6), "lon": round(lon, 6), "datum": datum.value}}


def _streets(table: str) -> tuple[Street, ...]:
    rows = (line.split() for line in table.strip().splitlines())
    return tuple(Street(name, Place(float(lat), float(lon))) for name, lat, lon in rows)


STREETS: Mapping[str, tuple[Street, ...]] = {
    XIHU.code: _streets("""
        文一路 30.2885 120.1170
        文二路 30.2830 120.1215
        文三路 30.2772 120.1180
        天目山路 30.2715 120.1010
        古墩路 30.2990 120.0915
        紫荆花路 30.2850 120.0835
        丰潭路 30.2930 120.1040
        学院路 30.2860 120.1275
        西溪路 30.2625 120.1080
        振华路 30.3250 120.0790
        三墩路 30.3330 120.0850
        留和路 30.2270 120.0500
        象山路 30.1590 120.0760
        """),
    GONGSHU.code: _streets("""
        湖墅南路 30.2840 120.1535
        莫干山路 30.3140 120.1250
        登云路 30.3150 120.1365
        金华路 30.3240 120.1450
        上塘路 30.3050 120.1565
        香积寺路 30.2990 120.1640
        东新路 30.3080 120.1730
        朝晖路 30.2860 120.1670
        建国北路 30.2720 120.1760
        祥园路 30.3400 120.1190
        石祥路 30.3335 120.1620
        康桥路 30.3560 120.1480
        半山路 30.3620 120.1800
        """),
    SHANGCHENG.code: _streets("""
        解放路 30.2510 120.1740
        江城路 30.2300 120.1700
        望江路 30.2330 120.1790
        秋涛路 30.2400 120.1890
        复兴路 30.2125 120.1560
        庆春东路 30.2575 120.1990
        凯旋路 30.2670 120.1970
        景昙路 30.2625 120.2070
        钱江路 30.2440 120.2080
        机场路 30.2920 120.2060
        艮山东路 30.2960 120.2410
        九和路 30.3090 120.2660
        同协路 30.3270 120.2230
        临丁路 30.3560 120.2240
        """),
}

_ESTATE_FIRST = "枫荷兰桂云溪梧松竹澜锦柳"
_ESTATE_SECOND = ("香苑", "语苑", "影里", "岸新村", "汀花园", "隐公寓", "悦坊", "庭")

OUT_OF_TOWN = Address("杭州市余杭区禹航路900号梧庭2幢1单元301室", Place(30.2810, 119.9420))
"""An address that lies in none of the demo's regions."""


def address_in(region: Region, random: Random) -> Address:
    """An address on one of the region's streets; its point lies inside the region."""
    street = random.choice(STREETS[region.code])
    place = _scattered(street.middle, random)
    while not region.holds(place):
        place = _scattered(street.middle, random)
    estate = random.choice(_ESTATE_FIRST) + random.choice(_ESTATE_SECOND)
    room = f"{random.randint(1, 18)}{random.randint(1, 4):02d}"
    number, block, stair = random.randint(2, 398), random.randint(1, 24), random.randint(1, 4)
    return Address(f"杭州市{region.name}{street.name}{number}号{estate}{block}幢{stair}单元{room}室", place)


def office_of(region: Region) -> Address:
    """The office where the region's crews start."""
    return Address(f"杭州市{region.name}{region.office_street}88号三楼", region.office)


def _scattered(middle: Place, random: Random) -> Place:
    north, east = random.gauss(0, SPREAD_METRES), random.gauss(0, SPREAD_METRES)
    lat = middle.lat + north / _METRES_PER_DEGREE
    lon = middle.lon + east / (_METRES_PER_DEGREE * cos(radians(middle.lat)))
    return Place(round(lat, 6), round(lon, 6))
