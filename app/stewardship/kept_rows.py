"""Rows as they are kept, column by column, as JSON: what is handed to a court leaves nothing out."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from app.runtime.database import Base


def as_kept(row: Base) -> dict[str, Any]:
    """Every column of the row; instants in UTC with their offset."""
    return {column.key: _plain(getattr(row, column.key)) for column in inspect(type(row)).column_attrs}


def all_as_kept(rows: Iterable[Base]) -> list[dict[str, Any]]:
    """Every column of each row."""
    return [as_kept(row) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value.value if isinstance(value, Enum) else value
