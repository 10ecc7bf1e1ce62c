"""A random generator for compiled code: small, fast, the same on every machine.

SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014). Its state is an array of
one uint64, so that each search owns its own and nothing global decides.
"""

import numpy as np
from numpy.typing import NDArray

from app.optimiser.compiled.jit import compiled

State = NDArray[np.uint64]


def seeded(seed: int) -> State:
    """A generator's state; also neighbouring seeds give unrelated sequences, because the seed itself is mixed first."""
    mixed = seed % 2**64
    for _ in range(2):
        mixed = (mixed + 0x632BE59BD9B4E019) % 2**64
        mixed = ((mixed ^ (mixed >> 33)) * 0xFF51AFD7ED558CCD) % 2**64
        mixed = ((mixed ^ (mixed >> 33)) * 0xC4CEB9FE1A85EC53) % 2**64
        mixed ^= mixed >> 33
    return np.array([mixed], dtype=np.uint64)


@compiled
def next_bits(state: State) -> np.uint64:
    """64 random bits."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.uint64(z ^ (z >> np.uint64(31)))


@compiled
def unit(state: State) -> float:
    """A float in [0, 1)."""
    return float(next_bits(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def below(state: State, bound: int) -> int:
    """An integer in [0, bound); `bound` must be positive."""
    return int(unit(state) * bound)
