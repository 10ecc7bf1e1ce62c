"""Parquet with real types, the same content as the other forms, and nothing that has to wait for the end."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reports import parquet_file
from app.reports.csv_lines import header, line
from app.reports.export_columns import COLUMNS, Kind, Value, row_of
from app.reports.parquet_file import file_of
from tests.reports.drawn import REPORT, reports

READ_CSV: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: lambda text: text.removeprefix("'"),
    Kind.CODE: lambda text: text.removeprefix("'"),
    Kind.CODES: json.loads,
    Kind.INTEGER: int,
    Kind.BOOLEAN: lambda text: text == "true",
    Kind.MONEY: Decimal,
    Kind.RATIO: Decimal,
    Kind.INSTANT: datetime.fromisoformat,
    Kind.DAY: date.fromisoformat,
}


def written(bodies: list[dict[str, Any]]) -> bytes:
    return b"".join(file_of(row_of(body) for body in bodies))


def of_csv(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    text = header() + "".join(line(row_of(body)) for body in bodies)
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [{column.name: _typed(column.kind, row[column.name]) for column in COLUMNS} for row in rows]


def _typed(kind: Kind, field: str) -> Any:
    return None if field == "" else READ_CSV[kind](field)


def of_parquet(content: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return [{name: None if value == "" else value for name, value in row.items()} for row in rows]


@given(st.lists(reports(), max_size=4))
@settings(max_examples=60, deadline=None)
def test_parquet_and_csv_say_the_same_of_any_reports(bodies: list[dict[str, Any]]) -> None:
    """CSV cannot tell an empty text from none; all else is equal, value by value."""
    assert of_parquet(written(bodies)) == of_csv(bodies)


def test_polars_finds_the_right_types() -> None:
    frame = pl.read_parquet(io.BytesIO(written([REPORT])))
    assert frame.schema["made_at"] == pl.Datetime("us", "UTC")
    assert frame.schema["surplus_monthly"] == pl.Decimal(38, 4)
    assert frame.schema["flags"] == pl.List(pl.String)
    assert frame.schema["visited_on"] == pl.Date
    assert frame["surplus_monthly"].to_list() == [Decimal("2203.0000")]
    assert frame["flags"].to_list() == [["BELOW_FLOOR"]]


def test_pandas_finds_the_right_types() -> None:
    frame = pd.read_parquet(io.BytesIO(written([REPORT])))
    assert str(frame["made_at"].dtype).startswith("datetime64[us, UTC")
    assert frame["surplus_monthly"].iloc[0] == Decimal("2203.00")
    assert frame["days_past_due"].dtype == "int64"
    assert list(frame["flags"].iloc[0]) == ["BELOW_FLOOR"]


def test_every_column_tells_its_meaning_in_the_file() -> None:
    fields = pq.read_schema(io.BytesIO(written([])))
    told = [field.metadata[b"description"].decode() for field in fields]
    assert told == [column.meaning for column in COLUMNS]


def test_an_export_of_nothing_is_a_file_with_columns_and_no_rows() -> None:
    table = pq.read_table(io.BytesIO(written([])))
    assert (table.num_rows, table.column_names) == (0, [column.name for column in COLUMNS])


def test_a_row_group_goes_out_before_the_next_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "ROWS_IN_A_GROUP", 2)
    taken = list[int]()

    def rows() -> Iterator[tuple[Value, ...]]:
        for number in range(5):
            taken.append(number)
            yield row_of(REPORT)

    pieces = file_of(rows())
    assert next(pieces)
    assert taken == [0, 1]
    assert next(pieces)
    assert taken == [0, 1, 2, 3]


def test_decimals_have_room_for_every_currency_and_instants_have_utc() -> None:
    fields = {field.name: field.type for field in parquet_file.schema()}
    assert fields["outstanding"] == pa.decimal128(38, 4)
    assert fields["debt_service_ratio"] == pa.decimal128(38, 6)
    assert fields["arrived_at"] == pa.timestamp("us", tz="UTC")
