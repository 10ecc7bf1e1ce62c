"""Keeps travel matrices in binary, by hash: a plan's problem names the one it was made with."""

import zlib

import numpy as np
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.roads.matrix import Int32Matrix, TravelMatrix
from app.roads.models import StoredMatrix


def keep(tx: Session, matrix: TravelMatrix) -> str:
    """Store the matrix unless it is there already; returns its hash."""
    row = {
        "sha256": matrix.sha256,
        "size": matrix.size,
        "source": matrix.source,
        "durations": _packed(matrix.durations),
        "distances": _packed(matrix.distances),
    }
    tx.execute(insert(StoredMatrix).values(row).on_conflict_do_nothing())
    return matrix.sha256


def fetch(tx: Session, sha256: str) -> TravelMatrix:
    """Read a matrix; raises NotFound for a hash that was never stored."""
    row = tx.get(StoredMatrix, sha256)
    if row is None:
        raise NotFound("NO_SUCH_MATRIX", f"no travel matrix has the hash {sha256}")
    return TravelMatrix(_unpacked(row.durations, row.size), _unpacked(row.distances, row.size), row.source)


def _packed(matrix: Int32Matrix) -> bytes:
    return zlib.compress(matrix.astype("<i4", copy=False).tobytes(), 6)


def _unpacked(packed: bytes, size: int) -> Int32Matrix:
    return np.frombuffer(zlib.decompress(packed), dtype="<i4").reshape(size, size).astype(np.int32)
