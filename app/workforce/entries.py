"""What is told about regions and people, as the rest of the house sees it: checked, frozen, without HTTP (PURE)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Columns = Mapping[str, Any]
"""New values of a region or an investigator, by column; what is not in it stays as it is."""


@dataclass(frozen=True)
class Training:
    """A certificate; both days of its validity included."""

    kind: str
    number: str
    issuer: str
    valid_from_on: date
    valid_until_on: date


@dataclass(frozen=True)
class Rest:
    """A break: it starts between the two instants."""

    earliest_at: datetime
    latest_at: datetime
    duration_seconds: int


@dataclass(frozen=True)
class WorkingTime:
    """A shift."""

    start_at: datetime
    end_at: datetime
    breaks: tuple[Rest, ...]


@dataclass(frozen=True)
class Leave:
    """A time away."""

    from_at: datetime
    until_at: datetime
    kind: str
