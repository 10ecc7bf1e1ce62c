"""Travel matrices in JSON, or in a file of int32 arrays beside it."""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from app.optimiser.faults import InputFault, ProblemError
from app.optimiser.strict_json import Faults, Fields, below
from app.optimiser.travel import UNREACHABLE, Matrix, Travel

NO_TRAVEL = Travel.from_rows([])


def read_travel(value: object, pointer: str, faults: Faults, folder: Path | None) -> Travel:
    """The matrices, given as lists or as `{"file": "x.npz"}` in the folder."""
    fields = Fields(value, pointer, faults)
    if fields.has("file"):
        travel = _read_file(fields.text("file"), below(pointer, "file"), faults, folder)
    else:
        no_rows: list[list[int]] = []
        durations = fields.need("durations", _read_rows, no_rows)
        travel = _build(durations, fields.take("distances", _read_rows, None), faults)
    fields.close()
    return travel


def _build(durations: list[list[int]] | Matrix, distances: list[list[int]] | Matrix | None, faults: Faults) -> Travel:
    try:
        return Travel.from_rows(durations, distances)
    except ProblemError as error:
        faults += error.input_faults
        return NO_TRAVEL


def _read_rows(value: object, pointer: str, faults: Faults) -> list[list[int]]:
    """Rows of integers; null becomes UNREACHABLE."""
    if not isinstance(value, list):
        faults.append(InputFault(pointer, "it is not a list", "NOT_A_LIST", "give one row for each location"))
        return []
    return [_read_row(row, below(pointer, index), faults, len(value)) for index, row in enumerate(value)]


def _read_row(row: object, pointer: str, faults: Faults, length: int) -> list[int]:
    if not isinstance(row, list):
        faults.append(InputFault(pointer, "it is not a list", "NOT_A_LIST", "give a list of integers"))
        return [0] * length
    if len(row) != length:
        remedy = "give one column for each row"
        faults.append(InputFault(pointer, f"{len(row)} columns in {length} rows", "RAGGED_MATRIX", remedy))
        return [0] * length
    if set(map(type, row)) <= {int} and min(row, default=0) >= 0:
        return row
    return [_read_entry(entry, below(pointer, index), faults) for index, entry in enumerate(row)]


def _read_entry(entry: object, pointer: str, faults: Faults) -> int:
    if entry is None:
        return UNREACHABLE
    if isinstance(entry, bool) or not isinstance(entry, int):
        faults.append(InputFault(pointer, "it is not an integer", "NOT_AN_INTEGER", "give whole seconds or metres"))
        return 0
    if entry < 0:
        remedy = "give 0 or more, or null where there is no way"
        faults.append(InputFault(pointer, f"it is {entry}", "NEGATIVE_TRAVEL", remedy))
        return 0
    return entry


def _read_file(name: str, pointer: str, faults: Faults, folder: Path | None) -> Travel:
    if folder is None:
        detail, remedy = "files are not read here", "give the matrices themselves"
        faults.append(InputFault(pointer, detail, "TRAVEL_FILE", remedy))
        return NO_TRAVEL
    try:
        arrays = _load(folder / name)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        detail, remedy = f"{name!r} cannot be read: {error}", "give an .npz file with the array durations"
        faults.append(InputFault(pointer, detail, "TRAVEL_FILE", remedy))
        return NO_TRAVEL
    return _build(arrays["durations"], arrays.get("distances"), faults)


def _load(path: Path) -> dict[str, Matrix]:
    """The arrays of the file; ValueError or KeyError when they are not the two that are known."""
    with path.open("rb") as file:
        archive = np.load(file, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("it is a single array")
        unknown = set(archive.files) - {"durations", "distances"}
        if unknown or "durations" not in archive.files:
            raise ValueError(f"its arrays are {', '.join(sorted(archive.files))}")
        return {name: archive[name] for name in archive.files}


def save_travel(travel: Travel, path: Path) -> None:
    """Write the matrices as the .npz file that a problem may name."""
    arrays = {"durations": travel.durations}
    if travel.distances is not None:
        arrays["distances"] = travel.distances
    np.savez(path, **arrays)  # type: ignore[arg-type]


def travel_json(travel: Travel) -> dict[str, object]:
    """The matrices as JSON values."""
    rows: dict[str, object] = {"durations": _rows(travel.durations)}
    if travel.distances is not None:
        rows["distances"] = _rows(travel.distances)
    return rows


def _rows(matrix: Matrix) -> list[list[int | None]]:
    return [[None if entry == UNREACHABLE else entry for entry in row] for row in matrix.tolist()]
