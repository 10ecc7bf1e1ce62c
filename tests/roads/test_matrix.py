import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from app.roads.matrix import TravelMatrix

Matrix = NDArray[np.int32]


def int32(*rows: list[int]) -> Matrix:
    return np.array(rows, dtype=np.int32)


DURATIONS = int32([0, 840], [900, 0])
DISTANCES = int32([0, 5_200], [5_300, 0])


def test_a_matrix_is_known_by_the_hash_of_its_bytes() -> None:
    # Four little-endian bytes a number, durations first: 840 = 0x348, 900 = 0x384, 5200 = 0x1450, 5300 = 0x14b4.
    plain = bytes.fromhex("00000000480300008403000000000000" + "0000000050140000b414000000000000")
    assert TravelMatrix(DURATIONS, DISTANCES, "osrm").sha256 == hashlib.sha256(plain).hexdigest()


def test_the_hash_tells_durations_from_distances_and_looks_at_content_alone() -> None:
    straight = TravelMatrix(DURATIONS, DISTANCES, "osrm")
    assert TravelMatrix(DISTANCES, DURATIONS, "osrm").sha256 != straight.sha256
    assert TravelMatrix(np.asfortranarray(DURATIONS), DISTANCES, "valhalla").sha256 == straight.sha256


def test_a_matrix_cannot_be_changed_and_keeps_no_hold_of_what_it_was_made_from() -> None:
    source = DURATIONS.copy()
    travel = TravelMatrix(source, DISTANCES, "osrm")
    source[0, 1] = 1
    assert travel.durations[0, 1] == 840
    with pytest.raises(ValueError, match="read-only"):
        travel.durations[0, 1] = 1


@pytest.mark.parametrize(
    ("durations", "distances", "source", "complaint"),
    [
        (int32([0, 1]), DISTANCES, "osrm", "durations must be a square"),
        (DURATIONS, np.zeros((2, 2), dtype=np.int64), "osrm", "distances must be a square int32"),
        (DURATIONS, int32([0]), "osrm", "one size"),
        (int32([0, -1], [1, 0]), DISTANCES, "osrm", "not be negative"),
        (int32([5, 1], [1, 0]), DISTANCES, "osrm", "zero from a place to itself"),
        (DURATIONS, DISTANCES, "", "source"),
    ],
)
def test_what_is_no_travel_matrix_is_refused(durations: Matrix, distances: Matrix, source: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        TravelMatrix(durations, distances, source)
