"""Half-open ranges of instants, and sets of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, order=True)
class TimeWindow:
    """From `opens_at` (included) to `closes_at` (excluded); given with any offset, kept in UTC.

    Two times of one zone are compared by the wall clock, which is wrong across a change of summer time; UTC is not.
    """

    opens_at: datetime
    closes_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "opens_at", _in_utc(self.opens_at))
        object.__setattr__(self, "closes_at", _in_utc(self.closes_at))
        if self.closes_at <= self.opens_at:
            raise ValueError("a time window must close after it opens")

    @property
    def duration(self) -> timedelta:
        """Length of the window in elapsed time."""
        return self.closes_at - self.opens_at

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies in the window."""
        return self.opens_at <= _in_utc(at) < self.closes_at

    def covers(self, other: "TimeWindow") -> bool:
        """Whether the other window lies wholly inside this one; ending exactly at closing time is inside."""
        return self.opens_at <= other.opens_at and other.closes_at <= self.closes_at

    def intersect(self, other: "TimeWindow") -> "TimeWindow | None":
        """The common part, or None."""
        opens, closes = max(self.opens_at, other.opens_at), min(self.closes_at, other.closes_at)
        return TimeWindow(opens, closes) if opens < closes else None


def merge(windows: Iterable[TimeWindow]) -> list[TimeWindow]:
    """Union as sorted windows that neither overlap nor touch."""
    merged: list[TimeWindow] = []
    for window in sorted(windows):
        if merged and window.opens_at <= merged[-1].closes_at:
            merged[-1] = TimeWindow(merged[-1].opens_at, max(merged[-1].closes_at, window.closes_at))
        else:
            merged.append(window)
    return merged


def intersect(left: Iterable[TimeWindow], right: Iterable[TimeWindow]) -> list[TimeWindow]:
    """What both sets of windows have in common, merged."""
    others = merge(right)
    common = (a.intersect(b) for a in merge(left) for b in others)
    return merge(window for window in common if window is not None)


def subtract(windows: Iterable[TimeWindow], taken: Iterable[TimeWindow]) -> list[TimeWindow]:
    """What is left of the windows without the taken ones."""
    left = merge(windows)
    for hole in merge(taken):
        left = [part for window in left for part in _without(window, hole)]
    return left


def _in_utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a time window needs times with an offset")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{at.isoformat()} is outside the years that can be handled") from None


def _without(window: TimeWindow, hole: TimeWindow) -> list[TimeWindow]:
    parts = []
    if window.opens_at < hole.opens_at:
        parts.append(TimeWindow(window.opens_at, min(window.closes_at, hole.opens_at)))
    if hole.closes_at < window.closes_at:
        parts.append(TimeWindow(max(window.opens_at, hole.closes_at), window.closes_at))
    return parts
