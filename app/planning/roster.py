"""Who works when on the days of a plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.kernel.place import Place
from app.kernel.timewindow import TimeWindow, subtract
from app.planning.policy import CERTIFIED
from app.workforce.credentials import VISIT_CERTIFICATE, Credentials, Validity
from app.workforce.models import Investigator, Shift

SHORTEST_USEFUL = timedelta(minutes=30)


@dataclass(frozen=True)
class Pause:
    """A break of a shift: it starts between two instants and lasts so long."""

    earliest_at: datetime
    latest_at: datetime
    duration_seconds: int


@dataclass(frozen=True)
class ShiftDay:
    """One person's shift on one day.

    `window` is what absences and the past leave of it, `skills` what is valid that day. `free_from_at` is when the
    last visit that stands is over and the person is back where the day begins; `visits_made` counts all of the day's.
    """

    investigator_id: UUID
    day: date
    window: TimeWindow
    pauses: tuple[Pause, ...]
    skills: frozenset[str]
    languages: tuple[str, ...]
    home: Place
    max_visits: int
    free_from_at: datetime | None = None
    visits_made: int = 0

    @property
    def visits_left(self) -> int:
        """How many visits the person may still make on the day."""
        return max(0, self.max_visits - self.visits_made)

    @property
    def free(self) -> TimeWindow | None:
        """The last whole piece of the shift after all visits that stand; None when it is too short to be of use."""
        begins = max(self.window.opens_at, self.free_from_at or self.window.opens_at)
        if self.window.closes_at - begins < SHORTEST_USEFUL or not self.visits_left:
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
        languages=tuple(person.languages),
        home=person.home,
        max_visits=person.max_visits_per_day,
    )


def _pause(entry: dict[str, str]) -> Pause:
    return Pause(
        datetime.fromisoformat(entry["earliest_at"]),
        datetime.fromisoformat(entry["latest_at"]),
        int(entry["duration_seconds"]),
    )


def common_pauses(crew: tuple[ShiftDay, ...]) -> list[Pause]:
    """The breaks of all members: two that can be taken together become one."""
    merged: list[Pause] = []
    for pause in (pause for member in crew for pause in member.pauses):
        partner = next((other for other in merged if _overlap(other, pause)), None)
        if partner is None:
            merged.append(pause)
            continue
        merged[merged.index(partner)] = Pause(
            max(partner.earliest_at, pause.earliest_at),
            min(partner.latest_at, pause.latest_at),
            max(partner.duration_seconds, pause.duration_seconds),
        )
    return merged


def _overlap(one: Pause, other: Pause) -> bool:
    return one.earliest_at <= other.latest_at and other.earliest_at <= one.latest_at


def skills_on(person: Investigator, day: date, known_at: datetime | None = None) -> frozenset[str]:
    """What the person may call upon that day, and `certified` with a valid certificate for visits.

    With `known_at` only certificates count that were on record at that instant.
    """
    certificates = [c for c in person.certificates if known_at is None or c.made_at <= known_at]
    validities = tuple(Validity(c.kind, c.valid_from_on, c.valid_until_on) for c in certificates)
    credentials = Credentials(frozenset(person.skills), validities)
    certified = {CERTIFIED} if credentials.is_certified(VISIT_CERTIFICATE, day) else set()
    return credentials.held_on(day) - {CERTIFIED} | certified
