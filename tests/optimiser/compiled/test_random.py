"""Random numbers for compiled code: known, spread evenly, and nobody else's."""

import numpy as np
import pytest

from app.optimiser.compiled.random import below, next_bits, seeded, unit

DRAWS = 20_000


def test_bits_are_those_of_splitmix64() -> None:
    """The first numbers of the reference implementation for the seed 1234567."""
    state = np.array([1234567], dtype=np.uint64)
    assert [int(next_bits(state)) for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_the_same_seed_gives_the_same_numbers_whatever_others_draw() -> None:
    one, other, noise = seeded(7), seeded(7), seeded(8)
    first = [unit(one) for _ in range(50)]
    mixed = [(unit(other), unit(noise))[0] for _ in range(50)]
    assert first == mixed


@pytest.mark.parametrize("seed", [0, 1, 1000, 1001, -3, 2**70])
def test_any_seed_gives_numbers_spread_evenly_over_the_unit(seed: int) -> None:
    state = seeded(seed)
    drawn = np.array([unit(state) for _ in range(DRAWS)])
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    counts = np.histogram(drawn, bins=20, range=(0.0, 1.0))[0]
    assert np.abs(counts - DRAWS / 20).max() < 5 * (DRAWS / 20) ** 0.5


def test_neighbouring_seeds_have_nothing_in_common() -> None:
    """Neither number by number nor a few numbers later."""
    states = [seeded(seed) for seed in range(20)]
    rows = np.array([[unit(state) for _ in range(500)] for state in states])
    assert np.unique(rows).size == rows.size
    assert np.abs(np.corrcoef(rows) - np.eye(20)).max() < 5 / 500**0.5


def test_integers_below_a_bound_are_all_drawn_and_no_other() -> None:
    state = seeded(3)
    counts = np.bincount([below(state, 7) for _ in range(DRAWS)])
    assert len(counts) == 7
    assert min(counts.tolist()) > 0.9 * DRAWS / 7
    assert {below(state, 1) for _ in range(100)} == {0}
