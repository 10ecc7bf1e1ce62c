"""Rows as a Parquet file that is handed on while it is written: nothing but one row group is ever held.

Money and ratios are decimal128, instants have UTC, lists are lists. Every column tells its meaning in its metadata.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from app.reports.export_columns import COLUMNS, Column, Kind, Value

ROWS_IN_A_GROUP = 5_000
# Four decimals hold every currency's (ISO 4217 has at most four); 38 digits are what decimal128 has.
_MONEY, _RATIO = pa.decimal128(38, 4), pa.decimal128(38, 6)
_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.CODES: pa.list_(pa.string()),
    Kind.INTEGER: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.MONEY: _MONEY,
    Kind.RATIO: _RATIO,
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.DAY: pa.date32(),
}


def type_of(column: Column) -> str:
    """The column's type in the words of Arrow, such as `decimal128(38, 4)`."""
    return str(_TYPES[column.kind])


def schema() -> pa.Schema:
    """The schema of the file, with a description in each field's metadata."""
    return pa.schema([_field(column) for column in COLUMNS])


def _field(column: Column) -> pa.Field:
    told = {"description": column.meaning} | ({"null": column.missing} if column.missing else {})
    return pa.field(column.name, _TYPES[column.kind], metadata=told)


def file_of(rows: Iterable[tuple[Value, ...]]) -> Iterator[bytes]:
    """The file in pieces, one for each row group; the footer comes last."""
    outlet = _Outlet()
    with pq.ParquetWriter(outlet, schema(), compression="zstd") as writer:
        waiting = iter(rows)
        while group := tuple(islice(waiting, ROWS_IN_A_GROUP)):
            writer.write_batch(_batch(group))
            yield outlet.drained()
    yield outlet.drained()


def _batch(rows: tuple[tuple[Value, ...], ...]) -> pa.RecordBatch:
    columns = zip(zip(*rows, strict=True), schema(), strict=True)
    return pa.RecordBatch.from_arrays([pa.array(values, type=field.type) for values, field in columns], schema=schema())


class _Outlet(io.RawIOBase):
    """A file that can only be written on: what was written waits here until it is taken."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, content: object) -> int:
        piece = bytes(memoryview(content))  # type: ignore[arg-type]
        self._waiting.append(piece)
        self._written += len(piece)
        return len(piece)

    def drained(self) -> bytes:
        pieces, self._waiting = self._waiting, []
        return b"".join(pieces)
