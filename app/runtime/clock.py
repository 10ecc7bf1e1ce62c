"""The only place that asks for the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, UTC."""
    return datetime.now(UTC)


def today(time_zone: str) -> date:
    """The present day in an IANA time zone."""
    return now().astimezone(ZoneInfo(time_zone)).date()
