"""How borrowers like to be met, as assignment and planning read it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.compliance.local_days import days_of, opening
from app.contact.models import Preferences
from app.contact.versions import known
from app.kernel.timewindow import TimeWindow, intersect, merge

_MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True)
class WeeklyTime:
    """Minutes of a local weekday, Monday is 0, on which a visit suits."""

    weekday: int
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True)
class Liking:
    """The language that a borrower wants to be met in, and when a visit suits best; nothing told is None or empty."""

    language: str | None = None
    times: tuple[WeeklyTime, ...] = ()

    def suiting(self, span: TimeWindow, time_zone: str) -> list[TimeWindow]:
        """The times within the span that suit best; none where nothing was told."""
        openings = [
            opening(on, time.opens_minute, time.closes_minute, time_zone)
            for on in days_of(span, time_zone)
            for time in self.times
            if time.weekday == on.weekday()
        ]
        return intersect(merge(window for window in openings if window is not None), [span])


NO_LIKING = Liking()


def likings_of(tx: Session, borrower_keys: Collection[str]) -> dict[str, Liking]:
    """What is known now of how the borrowers like to be met, by their key; who told nothing is left out."""
    query = select(Preferences).where(Preferences.borrower_key.in_(borrower_keys), known(Preferences, None))
    return {row.borrower_key: Liking(row.language, tuple(map(_time, row.windows))) for row in tx.scalars(query)}


def _time(window: dict[str, object]) -> WeeklyTime:
    return WeeklyTime(
        int(str(window["weekday"])), minute_of_day(str(window["opens"])), minute_of_day(str(window["closes"]))
    )


def minute_of_day(clock: str) -> int:
    """A clock time such as 09:30, to 24:00, as minutes of the local day."""
    hours, minutes = clock.split(":")
    return int(hours) * _MINUTES_OF_AN_HOUR + int(minutes)
