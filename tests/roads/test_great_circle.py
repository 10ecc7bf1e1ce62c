from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.place import Place
from app.roads.great_circle import (
    CAR,
    SCOOTER,
    SpeedBand,
    SpeedProfile,
    haversine_metres,
    matrix,
    travel_matrix,
)

HANGZHOU = Place(30.2741, 120.1551)
WEST_LAKE = Place(30.2420, 120.1490)
SHANGHAI = Place(31.2304, 121.4737)
PROFILES = st.sampled_from([CAR, SCOOTER])
PLACES = st.lists(st.builds(Place, st.floats(-89, 89), st.floats(-180, 180)), min_size=1, max_size=6)
IN_TOWN = st.lists(st.builds(Place, st.floats(30.1, 30.4), st.floats(120.0, 120.4)), min_size=3, max_size=6)
property_test = settings(derandomize=True, deadline=None, max_examples=150)


@pytest.mark.parametrize(
    ("start", "end", "metres"),
    [
        (Place(0, 0), Place(0, 1), 111_195),
        (Place(0, 0), Place(1, 0), 111_195),
        (Place(0, 0), Place(0, 180), 20_015_115),
        (Place(90, 0), Place(-90, 0), 20_015_115),
        (Place(0, 179.5), Place(0, -179.5), 111_195),
        (Place(45, 0), Place(45, 90), 6_671_705),  # an angle of 60 degrees
        (HANGZHOU, HANGZHOU, 0),
    ],
)
def test_the_air_line_is_known(start: Place, end: Place, metres: float) -> None:
    assert haversine_metres(start, end) == pytest.approx(metres, abs=1)


def test_a_leg_is_the_detour_at_the_speed_of_each_band_and_the_fixed_seconds() -> None:
    profile = SpeedProfile("by hand", 1.5, (SpeedBand(1_000, 5), SpeedBand(3_000, 10), SpeedBand(inf, 20)), 60)
    # One thousandth of a degree along the equator is 111.195 m of air line.
    places = [Place(0, 0), Place(0, 0.004), Place(0, 0.01), Place(0, 0.03)]
    durations, distances = matrix(places, profile)
    # 667.17 m: 667.17 / 5 = 133.4; 1667.9 m: 1000 / 5 + 667.9 / 10 = 266.8; 5003.8 m: 200 + 200 + 2003.8 / 20 = 500.2
    assert distances[0].tolist() == [0, 668, 1668, 5004]
    assert durations[0].tolist() == [0, 60 + 134, 60 + 267, 60 + 501]


def test_the_same_place_takes_no_time_even_under_two_indices() -> None:
    durations, distances = matrix([HANGZHOU, WEST_LAKE, HANGZHOU], CAR)
    assert durations[0, 2] == distances[0, 2] == 0
    assert durations[0, 1] == durations[2, 1] > CAR.fixed_seconds


def test_a_matrix_says_that_it_is_an_estimate() -> None:
    travel = travel_matrix([HANGZHOU, SHANGHAI], CAR)
    assert travel.source == "great_circle"
    assert travel.size == 2


def test_no_places_make_an_empty_matrix() -> None:
    durations, distances = matrix([], CAR)
    assert durations.shape == distances.shape == (0, 0)


@property_test
@given(PLACES, PROFILES)
def test_a_matrix_is_symmetric_with_a_zero_diagonal(places: list[Place], profile: SpeedProfile) -> None:
    for legs in matrix(places, profile):
        assert legs.dtype == np.int32
        assert (legs == legs.T).all()
        assert not legs.diagonal().any()
        assert (legs >= 0).all()


@property_test
@given(PLACES, PROFILES)
def test_the_matrix_agrees_with_the_air_line_of_each_pair(places: list[Place], profile: SpeedProfile) -> None:
    _, distances = matrix(places, profile)
    for i, j in product(range(len(places)), repeat=2):
        road = haversine_metres(places[i], places[j]) * profile.detour_factor
        assert distances[i, j] == pytest.approx(road, rel=1e-6, abs=1.5)


@property_test
@given(IN_TOWN, PROFILES)
def test_a_detour_over_a_third_place_is_never_shorter(places: list[Place], profile: SpeedProfile) -> None:
    for legs in matrix(places, profile):
        for i, j, k in product(range(len(places)), repeat=3):
            assert legs[i, k] <= legs[i, j] + legs[j, k]


def test_more_places_than_are_computed_at_once_give_the_same_legs() -> None:
    places = [Place(30 + index / 1_000, 120 + index / 700) for index in range(600)]
    durations, distances = matrix(places, SCOOTER)
    few = [places[0], places[255], places[256], places[599]]
    some_durations, some_distances = matrix(few, SCOOTER)
    picked = np.ix_([0, 255, 256, 599], [0, 255, 256, 599])
    assert (durations[picked] == some_durations).all()
    assert (distances[picked] == some_distances).all()


@pytest.mark.parametrize(
    ("detour_factor", "bands", "fixed_seconds", "complaint"),
    [
        (0.9, (SpeedBand(inf, 5),), 0, "detour"),
        (1.2, (SpeedBand(inf, 5),), -1, "fixed"),
        (1.2, (), 0, "bands"),
        (1.2, (SpeedBand(1_000, 5),), 0, "infinity"),
        (1.2, (SpeedBand(2_000, 5), SpeedBand(1_000, 6), SpeedBand(inf, 7)), 0, "growing"),
        (1.2, (SpeedBand(0, 5), SpeedBand(inf, 7)), 0, "growing"),
        (1.2, (SpeedBand(inf, 0),), 0, "positive"),
        (1.2, (SpeedBand(1_000, 8), SpeedBand(inf, 7)), 0, "not fall"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(
    detour_factor: float, bands: tuple[SpeedBand, ...], fixed_seconds: int, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        SpeedProfile("odd", detour_factor, bands, fixed_seconds)
