"""Travel matrices: seconds and metres from each location to each other, not symmetric."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from app.optimiser.faults import InputFault, ProblemError

Matrix: TypeAlias = NDArray[np.int32]
Rows: TypeAlias = Sequence[Sequence[int]] | NDArray[np.integer]

UNREACHABLE = -1
LONGEST = 10**9


@dataclass(frozen=True, eq=False)
class Travel:
    """Durations in seconds and distances in metres by index; -1 means unreachable (null in JSON).

    Raises ProblemError for anything but square tables of integers. Without distances a plan's metres are 0.
    """

    durations: Matrix
    distances: Matrix | None = None

    def __post_init__(self) -> None:
        faults: list[InputFault] = []
        durations = _square(self.durations, "/travel/durations", faults)
        distances = None if self.distances is None else _square(self.distances, "/travel/distances", faults)
        if not faults and distances is not None and distances.shape != durations.shape:
            detail = f"durations are {len(durations)} by {len(durations)}, distances {len(distances)}"
            faults.append(
                InputFault("/travel/distances", detail, "MATRIX_SIZES_DIFFER", "give both for the same locations")
            )
        if faults:
            raise ProblemError(faults)
        object.__setattr__(self, "durations", durations)
        object.__setattr__(self, "distances", distances)

    @classmethod
    def from_rows(cls, durations: Rows, distances: Rows | None = None) -> "Travel":
        """Matrices from lists of lists."""
        return cls(cast("Matrix", durations), cast("Matrix | None", distances))

    def __len__(self) -> int:
        return len(self.durations)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Travel) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    @cached_property
    def sha256(self) -> tuple[str, str | None]:
        """Hashes of both matrices: of their size and their bytes as little-endian int32, row by row."""
        return _sha256(self.durations), None if self.distances is None else _sha256(self.distances)

    def seconds(self, origin: int, destination: int) -> int:
        """Travel time, or UNREACHABLE."""
        return int(self.durations[origin, destination])

    def metres(self, origin: int, destination: int) -> int:
        """Length of the way; 0 where it is not known."""
        return 0 if self.distances is None else max(0, int(self.distances[origin, destination]))


def _sha256(matrix: Matrix) -> str:
    return sha256(f"{len(matrix)}:".encode() + matrix.astype("<i4").tobytes()).hexdigest()


def _square(table: Rows, pointer: str, faults: list[InputFault]) -> Matrix:
    """The table as a read-only square matrix; what is wrong with it is noted."""
    problem = None
    try:
        array = np.asarray(table)
    except (ValueError, OverflowError):
        array, problem = np.zeros((0, 0), np.int32), ("RAGGED_MATRIX", "its rows differ in length")
    if array.size == 0 and problem is None:
        array = np.zeros((0, 0), np.int32) if array.shape in ((0,), (0, 0)) else array.astype(np.int32)
    if problem is None:
        problem = _shape_problem(array)
    if problem is not None:
        faults.append(InputFault(pointer, problem[1], problem[0], "give one row and one column for each location"))
        return np.zeros((0, 0), np.int32)
    _note_bad_entries(array, pointer, faults)
    matrix = np.array(np.clip(array, UNREACHABLE, LONGEST), dtype=np.int32, order="C")
    matrix.flags.writeable = False
    return matrix


def _shape_problem(array: NDArray[np.generic]) -> tuple[str, str] | None:
    if array.dtype == object:
        return "RAGGED_MATRIX", "its rows differ in length, or hold something else than integers"
    if not np.issubdtype(array.dtype, np.integer):
        return "NOT_AN_INTEGER", "it holds something else than integers"
    if array.ndim != 2 or array.shape[0] != array.shape[1]:
        return "NOT_SQUARE", f"its shape is {array.shape}"
    return None


def _note_bad_entries(array: NDArray[np.integer], pointer: str, faults: list[InputFault]) -> None:
    for row, column in np.argwhere((array < UNREACHABLE) | (array > LONGEST)).tolist():
        detail, place = f"{int(array[row, column])} is no travel", f"{pointer}/{row}/{column}"
        code = "NEGATIVE_TRAVEL" if array[row, column] < 0 else "OUT_OF_RANGE"
        faults.append(InputFault(place, detail, code, f"give 0 to {LONGEST}, or null where there is no way"))
    for index in np.flatnonzero(np.diagonal(array)).tolist():
        detail = f"the way from location {index} to itself is {int(array[index, index])}"
        faults.append(InputFault(f"{pointer}/{index}/{index}", detail, "NONZERO_DIAGONAL", "give 0"))
