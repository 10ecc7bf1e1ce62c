"""How long and how far from every place to every other: the value that all travel sources give."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Int32Matrix = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Durations in seconds and distances in metres, by index of the places; not symmetric in general.

    Both arrays are square, of one size and int32, with a zero diagonal; they are copied and made read-only. `source`
    names what computed them, such as `great_circle`. Two matrices are the same when their `sha256` is.
    """

    durations: Int32Matrix
    distances: Int32Matrix
    source: str

    def __post_init__(self) -> None:
        for name in ("durations", "distances"):
            object.__setattr__(self, name, _frozen(getattr(self, name), name))
        if self.durations.shape != self.distances.shape:
            raise ValueError("durations and distances must be of one size")
        if not self.source:
            raise ValueError("a travel matrix must name its source")

    @property
    def size(self) -> int:
        """Number of places."""
        return int(self.durations.shape[0])

    @cached_property
    def sha256(self) -> str:
        """Hex digest over the little-endian bytes of the durations, then of the distances, row by row."""
        digest = hashlib.sha256(self.durations.astype("<i4", copy=False).tobytes())
        digest.update(self.distances.astype("<i4", copy=False).tobytes())
        return digest.hexdigest()


def _frozen(matrix: Int32Matrix, name: str) -> Int32Matrix:
    if matrix.dtype != np.int32 or matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"{name} must be a square int32 matrix")
    if (matrix < 0).any() or np.diagonal(matrix).any():
        raise ValueError(f"{name} must not be negative, and zero from a place to itself")
    copy = np.array(matrix, dtype=np.int32, order="C")
    copy.setflags(write=False)
    return copy
