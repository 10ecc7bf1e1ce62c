"""Bodies of exports, and the parameters that say which reports are meant."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from app.reports.export_columns import COLUMNS, Kind
from app.reports.parquet_file import type_of
from app.runtime.bodies import Answer, Instant

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _of_day(value: Any) -> Any:
    """A day stands for the instant at which it begins, UTC."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return value


Moment = Annotated[
    Instant,
    AfterValidator(lambda at: at.astimezone(UTC)),
    BeforeValidator(_of_day, json_schema_input_type=datetime | date),
    Field(
        description="RFC 3339 with an offset, or a day, which begins at midnight UTC",
        examples=["2026-11-01", "2026-11-01T00:00:00+08:00"],
    ),
]


class ColumnBody(Answer):
    """One column of the flat exports."""

    name: str = Field(examples=["surplus_monthly"])
    kind: Kind = Field(description="How CSV writes it: money and ratios are decimal strings, codes a JSON array")
    parquet_type: str = Field(description="Type in Parquet, in the words of Arrow", examples=["decimal128(38, 4)"])
    meaning: str
    missing: str | None = Field(description="What an empty value means; null where there is always one")


class ExportDictionary(Answer):
    """The columns of the flat exports in their order; new ones come at the end."""

    columns: list[ColumnBody]


def show_dictionary() -> ExportDictionary:
    """The data dictionary as a body."""
    return ExportDictionary(
        columns=[
            ColumnBody(
                name=column.name,
                kind=column.kind,
                parquet_type=type_of(column),
                meaning=column.meaning,
                missing=column.missing,
            )
            for column in COLUMNS
        ]
    )
