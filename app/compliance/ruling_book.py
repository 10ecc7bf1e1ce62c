"""Rulings on many starts: what depends on the time is worked out once for some days, and each start is a look-up."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from app.compliance.composition import is_team_allowed, presence_windows
from app.compliance.local_days import span_of
from app.compliance.profile import Profile
from app.compliance.profile_versions import Era
from app.compliance.situation import Situation
from app.kernel.timewindow import TimeWindow, merge


@dataclass(frozen=True)
class RulingBook:
    """Whether a visit is allowed, for any start on `days` local days from `first_on`, with the team and facts as told.

    Says what `ask` says, from the very windows that the rules give; the start of the situation does not matter.
    """

    profiles: tuple[Profile, ...]
    situation: Situation
    first_on: date
    days: int

    @cached_property
    def windows(self) -> tuple[TimeWindow, ...]:
        """When somebody of this team may be at the door; none when the team is refused."""
        if not is_team_allowed(self.profiles, self.situation):
            return ()
        return tuple(presence_windows(self.profiles, self.situation, self.first_on, self.days))

    def allows(self, start_at: datetime, duration_seconds: int | None = None) -> bool:
        """Whether a visit may start then and last so long (the situation's own duration when None).

        Raises ValueError for a visit that is not wholly on the days of the book.
        """
        opens_at = start_at.astimezone(UTC)
        closes_at = opens_at + (self._duration if duration_seconds is None else timedelta(seconds=duration_seconds))
        if opens_at < self._span.opens_at or closes_at > self._span.closes_at:
            raise ValueError(f"{start_at.isoformat()} is not on the {self.days} days from {self.first_on}")
        number = bisect_right(self._openings, opens_at)
        return number > 0 and closes_at <= self._closings[number - 1]

    @cached_property
    def _duration(self) -> timedelta:
        return timedelta(seconds=self.situation.duration_seconds)

    @cached_property
    def _span(self) -> TimeWindow:
        return span_of(self.first_on, self.days, self.situation.time_zone)

    @cached_property
    def _openings(self) -> list[datetime]:
        return [window.opens_at for window in self.windows]

    @cached_property
    def _closings(self) -> list[datetime]:
        return [window.closes_at for window in self.windows]


def lawful_presence(eras: Iterable[Era], situation: Situation) -> list[TimeWindow]:
    """When somebody of this team may be at the door, on days on which the profiles themselves may change."""
    books = (RulingBook(era.profiles, situation, era.first_on, era.days) for era in eras)
    return merge([window for book in books for window in book.windows])
