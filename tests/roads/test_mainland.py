import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.place import Place
from app.roads.mainland import is_on_mainland

ON_THE_MAINLAND = {
    "Beijing": (39.9042, 116.4074),
    "Urumqi": (43.8256, 87.6168),
    "Harbin": (45.8038, 126.5350),
    "Kunming": (25.0389, 102.7183),
    "Lhasa": (29.6500, 91.1700),
    "Kashgar": (39.4700, 75.9900),
    "Sanya": (18.2528, 109.5119),
    "Hangzhou": (30.2741, 120.1551),
    "Zhoushan (islands)": (29.9850, 122.2070),
    "Pingtan (island)": (25.5000, 119.7900),
    "Xiamen": (24.4798, 118.0894),
    "Xiamen, the shore that faces Kinmen": (24.4700, 118.1850),
    "Shenzhen": (22.5431, 114.0579),
    "Shenzhen, Luohu": (22.5480, 114.1200),
    "Shenzhen, Shekou": (22.4850, 113.9150),
    "Zhuhai": (22.2710, 113.5767),
    "Zhuhai, Gongbei": (22.2235, 113.5480),
    "Zhuhai, Hengqin": (22.1300, 113.5350),
    "Dandong, on the Yalu": (40.1290, 124.3940),
    "Hunchun": (42.8620, 130.3660),
    "Heihe, on the Amur": (50.2450, 127.5280),
    "Manzhouli": (49.5980, 117.3790),
    "Erenhot": (43.6530, 111.9770),
    "Khorgos": (44.2140, 80.4200),
    "Ruili": (24.0130, 97.8520),
    "Hekou": (22.5290, 103.9390),
    "Dongxing": (21.5480, 107.9720),
}

ELSEWHERE = {
    "Hong Kong": (22.2793, 114.1628),
    "Hong Kong, Sheung Shui": (22.5015, 114.1280),
    "Hong Kong, Yuen Long": (22.4445, 114.0222),
    "Hong Kong, airport": (22.3080, 113.9180),
    "Hong Kong, Tung Ping Chau": (22.5430, 114.4300),
    "Macau": (22.1987, 113.5439),
    "Macau, Taipa": (22.1550, 113.5560),
    "Macau, Coloane": (22.1200, 113.5650),
    "Taipei": (25.0330, 121.5654),
    "Kaohsiung": (22.6270, 120.3010),
    "Penghu": (23.5700, 119.5800),
    "Kinmen": (24.4321, 118.3171),
    "Lieyu": (24.4300, 118.2400),
    "Matsu": (26.1500, 119.9300),
    "Seoul": (37.5665, 126.9780),
    "Pyongyang": (39.0300, 125.7500),
    "Vladivostok": (43.1155, 131.8855),
    "Khabarovsk": (48.4800, 135.0700),
    "Blagoveshchensk": (50.2900, 127.5300),
    "Ulaanbaatar": (47.8864, 106.9057),
    "Almaty": (43.2400, 76.8900),
    "Islamabad": (33.6800, 73.0500),
    "Kathmandu": (27.7000, 85.3000),
    "Thimphu": (27.4700, 89.6400),
    "Hanoi": (21.0278, 105.8342),
    "Naha": (26.2100, 127.6800),
    "Singapore": (1.3521, 103.8198),
    "London": (51.5074, -0.1278),
}


@pytest.mark.parametrize("at", ON_THE_MAINLAND.values(), ids=ON_THE_MAINLAND)
def test_the_mainland_reaches_to_its_coast_and_its_border_towns(at: tuple[float, float]) -> None:
    assert is_on_mainland(Place(*at))


@pytest.mark.parametrize("at", ELSEWHERE.values(), ids=ELSEWHERE)
def test_hong_kong_macau_taiwan_and_the_neighbours_are_not_on_it(at: tuple[float, float]) -> None:
    assert not is_on_mainland(Place(*at))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_nothing_far_from_china_is_on_it(lat: float, lon: float) -> None:
    if not (73 <= lon <= 136 and 17 <= lat <= 54):
        assert not is_on_mainland(Place(lat, lon))
