"""Which unknown sums follow from known ones by adding and subtracting (PURE).

A sum follows exactly when no change of the unknown numbers that leaves all known sums as they are changes it. So one
such change is drawn by lot: what it leaves as it was follows, what it moves does not. The lot is always the same.
It is drawn between one and two, so that it surely moves sums of numbers that no known sum has.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Members = Sequence[Sequence[int]]
"""Sums, each as the places of the numbers that it adds up."""

_EXACT = 1e-9
_STILL = 1e-6
_STEPS = 4
# A sum that follows from some known ones moves by what these moved, as often as each is taken; so often none is.
_TAKEN = 10_000


def reckoned(numbers: int, known: Members, asked: Members) -> list[bool]:
    """Whether each asked sum of so many unknown numbers follows from the known sums; in doubt it does."""
    known_sums, asked_sums = _Sums(known, numbers), _Sums(asked, numbers)
    change = _balanced(known_sums, np.random.default_rng(0).uniform(1.0, 2.0, numbers))
    moved = np.abs(known_sums.of(change)).max(initial=0.0)
    return [bool(move <= max(_STILL, _TAKEN * moved)) for move in np.abs(asked_sums.of(change))]


class _Sums:
    """Adds numbers up, and hands what is said of the sums back to the numbers."""

    def __init__(self, members: Members, numbers: int) -> None:
        self._numbers, self._sums = numbers, len(members)
        self._which = np.repeat(np.arange(len(members)), [len(places) for places in members])
        self._places = np.array([place for places in members for place in places], dtype=np.intp)

    def of(self, numbers: Numbers) -> Numbers:
        return np.bincount(self._which, numbers[self._places], minlength=self._sums)

    def back(self, sums: Numbers) -> Numbers:
        return np.bincount(self._places, sums[self._which], minlength=self._numbers)


def _balanced(known: _Sums, change: Numbers) -> Numbers:
    """The change without what moves a known sum: projected by conjugate gradients, so nothing large is ever stored."""
    left = known.of(change)
    along, size = left, _square(left)
    for _ in range(_STEPS * len(left)):
        if size <= _EXACT**2:
            break
        step = known.back(along)
        part = size / _square(step)
        change, left = change - part * step, left - part * known.of(step)
        before, size = size, _square(left)
        along = left + size / before * along
    return change


def _square(numbers: Numbers) -> float:
    """In one thread and one order of adding, so that the same numbers always give the same answer."""
    return float(np.sum(numbers * numbers))
