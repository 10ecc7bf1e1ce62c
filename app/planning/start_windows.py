"""From hours of presence, which the law gives, to windows for the start of service, which the planner takes (PURE)."""

from collections.abc import Iterable
from datetime import datetime

from app.kernel.timewindow import TimeWindow

Interval = tuple[int, int]


def start_windows(presence: Iterable[TimeWindow], service_seconds: int, origin: datetime) -> tuple[Interval, ...]:
    """Closed intervals of seconds after `origin` in which a service may start so that it also ends in its window."""
    windows = []
    for window in presence:
        first = _up(window.opens_at, origin)
        last = _down(window.closes_at, origin) - service_seconds
        if first <= last and last >= 0:
            windows.append((max(0, first), last))
    return tuple(windows)


def _down(at: datetime, origin: datetime) -> int:
    return int((at - origin).total_seconds() // 1)


def _up(at: datetime, origin: datetime) -> int:
    return -int((origin - at).total_seconds() // 1)
