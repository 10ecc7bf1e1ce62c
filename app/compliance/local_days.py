"""Local days and wall times of a place, as instants in UTC.

All arithmetic is done in UTC: two datetimes of one zone subtract by the wall clock and are wrong on the days on
which the clocks change.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.kernel.timewindow import TimeWindow, merge

MINUTES_OF_A_DAY = 1440
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def check_day(on: date, name: str) -> None:
    """Raise ValueError for a day so far away that it can only be a slip."""
    if not _FIRST_YEAR <= on.year <= _LAST_YEAR:
        raise ValueError(f"{name} must lie between {_FIRST_YEAR} and {_LAST_YEAR}")


def check_instant(at: datetime, name: str) -> None:
    """Raise ValueError for an instant without an offset, or so far away that it can only be a slip."""
    if at.tzinfo is None:
        raise ValueError(f"{name} needs an offset")
    check_day(at, name)


@lru_cache(maxsize=1024)
def zone(time_zone: str) -> ZoneInfo:
    """The IANA zone of that name; raises ValueError when there is none."""
    try:
        return ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"time zone {time_zone!r} is not known; use an IANA name such as Asia/Shanghai") from None


def local_time(at: datetime, time_zone: str) -> datetime:
    """The instant as the clock on the wall shows it."""
    return at.astimezone(zone(time_zone))


def local_day(at: datetime, time_zone: str) -> date:
    """The day of the place on which the instant falls."""
    return local_time(at, time_zone).date()


@lru_cache(maxsize=65536)
def day_start(on: date, time_zone: str) -> datetime:
    """The first instant of the local day, also where midnight does not exist or comes twice."""
    return datetime.combine(on, time.min, zone(time_zone)).astimezone(UTC)


@lru_cache(maxsize=65536)
def is_skipped(on: date, time_zone: str) -> bool:
    """Whether the place never had that day, as Samoa had no 30 December 2011 when it crossed the date line."""
    return day_start(on, time_zone) >= day_start(on + timedelta(days=1), time_zone)


def span_of(first_on: date, days: int, time_zone: str) -> TimeWindow:
    """The window of `days` whole local days from `first_on`; raises ValueError for less than one day."""
    if days < 1:
        raise ValueError("days must be at least 1")
    if days == 1 and is_skipped(first_on, time_zone):
        raise ValueError(f"{time_zone} had no {first_on}")
    return TimeWindow(day_start(first_on, time_zone), day_start(first_on + timedelta(days=days), time_zone))


def days_of(span: TimeWindow, time_zone: str) -> list[date]:
    """The local days that the window touches."""
    ends = (span.opens_at, span.closes_at - timedelta(microseconds=1))
    # The later instant can lie on the earlier day: until 2010 Newfoundland went back from 00:01 to 23:01.
    first, last = sorted(local_day(at, time_zone) for at in ends)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [on for on in days if not is_skipped(on, time_zone)]


def whole_days(days: Iterable[date], time_zone: str) -> list[TimeWindow]:
    """The windows of these days, neighbouring days merged."""
    return merge(span_of(on, 1, time_zone) for on in days if not is_skipped(on, time_zone))


@lru_cache(maxsize=65536)
def opening(on: date, opens_minute: int, closes_minute: int, time_zone: str) -> TimeWindow | None:
    """The window between two minutes of the local day (0 to 1440), or None when the clock change swallows it.

    Where a wall time comes twice, or never, the reading with the shorter opening is taken.
    """
    opens_at = max(_instants(on, opens_minute, time_zone))
    closes_at = min(_instants(on, closes_minute, time_zone))
    return TimeWindow(opens_at, closes_at) if opens_at < closes_at else None


@lru_cache(maxsize=65536)
def widest_opening(on: date, opens_minute: int, closes_minute: int, time_zone: str) -> TimeWindow:
    """The same with the longer reading, for times that are to be left alone."""
    opens_at = min(_instants(on, opens_minute, time_zone))
    return TimeWindow(opens_at, max(_instants(on, closes_minute, time_zone)))


def _instants(on: date, minute: int, time_zone: str) -> list[datetime]:
    days, minute = divmod(minute, MINUTES_OF_A_DAY)
    if minute == 0:
        return [day_start(on + timedelta(days=days), time_zone)]
    wall = datetime.combine(on, time(*divmod(minute, 60)), zone(time_zone))
    return [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
