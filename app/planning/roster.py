"""Who works when on the days of a plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.kernel.place import Place
from app.kernel.timewindow import TimeWindow, subtract
from app.planning.policy import CERTIFIED
from app.workforce.models import Investigator, Shift

FIELD_VISIT = "field_visit"
SHORTEST_USEFUL = timedelta(minutes=30)


@dataclass(frozen=True)
class Pause:
    """A break of a shift: it starts between two instants and lasts so long."""

    earliest_at: datetime
    latest_at: datetime
    duration_seconds: int


@dataclass(frozen=True)
class ShiftDay:
    """One person's shift on one day: what is left of it, the skills valid that day, and the visits that stand."""

    investigator_id: UUID
    day: date
    window: TimeWindow
    pauses: tuple[Pause, ...]
    skills: frozenset[str]
    home: Place
    max_visits: int
    taken: tuple[TimeWindow, ...] = ()

    @property
    def free(self) -> TimeWindow | None:
        """The last whole piece of the shift after all visits that stand; None when it is too short to be of use."""
        begins = max((booked.closes_at for booked in self.taken), default=self.window.opens_at)
        begins = max(begins, self.window.opens_at)
        if self.window.closes_at - begins < SHORTEST_USEFUL:
            return None
        return TimeWindow(begins, self.window.closes_at)


def time_left(day: ShiftDay) -> timedelta:
    """How much of the shift is free."""
    return day.free.duration if day.free is not None else timedelta(0)


def shift_days(person: Investigator, horizon: TimeWindow, now: datetime) -> Iterator[ShiftDay]:
    """The person's shifts that begin within the horizon, without absences and without what is past."""
    away = [TimeWindow(absence.from_at, absence.until_at) for absence in person.absences]
    for shift in person.shifts:
        if not horizon.holds(shift.start_at):
            continue
        left = subtract([TimeWindow(shift.start_at, shift.end_at)], [*away, *_past(shift, now)])
        if left:
            yield _day(person, shift, max(left, key=_length))


def _length(window: TimeWindow) -> timedelta:
    return window.duration


def _past(shift: Shift, now: datetime) -> list[TimeWindow]:
    return [TimeWindow(shift.start_at, min(now, shift.end_at))] if now > shift.start_at else []


def _day(person: Investigator, shift: Shift, window: TimeWindow) -> ShiftDay:
    return ShiftDay(
        investigator_id=person.id,
        day=shift.day,
        window=window,
        pauses=tuple(_pause(entry) for entry in shift.breaks),
        skills=skills_on(person, shift.day),
        home=person.home,
        max_visits=person.max_visits_per_day,
    )


def _pause(entry: dict[str, str]) -> Pause:
    return Pause(
        datetime.fromisoformat(entry["earliest_at"]),
        datetime.fromisoformat(entry["latest_at"]),
        int(entry["duration_seconds"]),
    )


def skills_on(person: Investigator, day: date) -> frozenset[str]:
    """Skills, languages (`language:yue`), and what the certificates valid on that day allow."""
    valid = {c.kind for c in person.certificates if c.valid_from_on <= day <= c.valid_until_on}
    languages = {f"language:{language}" for language in person.languages}
    certified = {CERTIFIED} if FIELD_VISIT in valid else set()
    return frozenset({*person.skills, *valid, *languages, *certified})
