"""Day classes of a place: working days, weekends, public holidays and make-up workdays.

What is said nearest to the place wins: overrides of the calendar, then files of its region, then files of its country,
then the list of the `holidays` library, then the weekday.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from app.compliance.calendar_files import CalendarFiles, calendars_in_use
from app.compliance.calendar_year import CalendarYear, Decree
from app.compliance.day_class import DayClass, Weekday, weekday_class, weekday_of
from app.compliance.holiday_list import country_of, holiday_list, is_decree_known, is_listed

__all__ = ["Calendar", "CalendarDay", "DayClass", "Doubt", "Weekday", "weekday_class", "weekday_of"]

# A month of the moon has 29 or 30 days, so its sighting moves a feast by a day; the day given for a feast that falls on
# a weekend may move by one more.
_AROUND_A_FEAST = [timedelta(days=number) for number in range(-2, 3)]
_LIBRARY = "holidays library"


class Doubt(StrEnum):
    """Why the class of a day is provisional."""

    DECREE_NOT_OUT = "decree_not_out"
    NOT_LISTED = "not_listed"
    ESTIMATED = "estimated"


@dataclass(frozen=True)
class CalendarDay:
    """What is known of one day; `source` says who names it, None when only its weekday speaks."""

    day_class: DayClass
    name: str | None = None
    source: str | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Calendar:
    """The public holidays of a country or of a part of it (ISO 3166, such as IE or GB-ENG); None knows none.

    `overrides` say what a day is, whatever files and lists say. Raises ValueError for a code without a calendar.
    """

    code: str | None = None
    overrides: tuple[tuple[date, DayClass], ...] = ()
    files: CalendarFiles = field(default_factory=calendars_in_use, repr=False)

    def __post_init__(self) -> None:
        if self.code is None or is_listed(self.code):
            return
        if not (self.files.knows(self.code) and is_listed(country_of(self.code))):
            raise ValueError(f"there is no holiday calendar {self.code!r}")

    def day(self, on: date) -> CalendarDay:
        """All that is known of the day."""
        for day, day_class in self.overrides:
            if day == on:
                return CalendarDay(day_class)
        if self.code is None:
            return _plain(weekday_class(on), None)
        return _day(self.files, self.code, on)

    def day_class(self, on: date) -> DayClass:
        """What kind of day it is."""
        return self.day(on).day_class

    def is_provisional(self, on: date) -> bool:
        """Whether the class of the day may still change: a decree is not out, or a feast hangs on the moon."""
        return self.day(on).doubt is not None


@lru_cache(maxsize=64)
def _plain(day_class: DayClass, doubt: Doubt | None) -> CalendarDay:
    return CalendarDay(day_class, doubt=doubt)


@lru_cache(maxsize=65536)
def _day(files: CalendarFiles, code: str, on: date) -> CalendarDay:
    return _year(files, code, on.year)[on.toordinal() - _first_ordinal(on.year)]


@lru_cache(maxsize=1024)
def _year(files: CalendarFiles, code: str, year: int) -> tuple[CalendarDay, ...]:
    """Every day of the year, computed once."""
    layers = _layers(files, code, year)
    listed_code = code if is_listed(code) else country_of(code)  # a part that only files know has its country's list
    is_replaced = bool(layers) and _replaces_lists(layers[0], code)
    is_out = _is_out(layers, country_of(code), is_replaced or is_decree_known(listed_code, year))
    doubts = _doubts(listed_code, year, is_out, is_replaced)
    named = {} if is_replaced else _from_list(listed_code, year, doubts)
    for layer in layers:
        named |= _from_file(layer, None if is_out else Doubt.DECREE_NOT_OUT)
    return tuple(named.get(on) or _plain(weekday_class(on), doubts.get(on)) for on in _days_of(year))


def _layers(files: CalendarFiles, code: str, year: int) -> tuple[CalendarYear, ...]:
    """What files say of the year, the weakest first, from the last one on that replaces all lists before it."""
    country = country_of(code)
    layers = (*(files.of(country, year) if country != code else ()), *files.of(code, year))
    start = max((number for number, layer in enumerate(layers) if _replaces_lists(layer, code)), default=0)
    return layers[start:]


def _is_out(layers: tuple[CalendarYear, ...], country: str, otherwise: bool) -> bool:
    """A file of the part alone cannot say that the decree of the country is out, only that something is missing."""
    said = {layer.region: layer.decree for layer in layers}
    return Decree.NOT_OUT not in said.values() and (country in said or otherwise)


def _replaces_lists(layer: CalendarYear, code: str) -> bool:
    """A complete year of a country leaves the listed holidays of its parts alone: it does not speak of them."""
    return layer.complete and (layer.region == code or not is_listed(code))


def _from_list(code: str, year: int, doubts: dict[date, Doubt]) -> dict[date, CalendarDay]:
    listed = holiday_list(code, year)
    classes = dict.fromkeys(listed.holidays, DayClass.HOLIDAY) | dict.fromkeys(listed.workdays, DayClass.MAKEUP_WORKDAY)
    return {on: CalendarDay(each, listed.holidays.get(on), _LIBRARY, doubts.get(on)) for on, each in classes.items()}


def _from_file(layer: CalendarYear, doubt: Doubt | None) -> dict[date, CalendarDay]:
    return {day.on: CalendarDay(day.day_class, day.name, layer.source, doubt) for day in layer.days}


def _doubts(code: str, year: int, is_out: bool, is_replaced: bool) -> dict[date, Doubt]:
    if not is_replaced and not holiday_list(code, year).is_whole:
        return dict.fromkeys(_days_of(year), Doubt.NOT_LISTED)
    if not is_out:
        return dict.fromkeys(_days_of(year), Doubt.DECREE_NOT_OUT)
    if is_replaced:
        return {}
    feasts = [feast for each in (year - 1, year, year + 1) for feast in holiday_list(code, each).estimated]
    return {feast + step: Doubt.ESTIMATED for feast in feasts for step in _AROUND_A_FEAST}


def _days_of(year: int) -> list[date]:
    return [date.fromordinal(number) for number in range(_first_ordinal(year), date(year, 12, 31).toordinal() + 1)]


def _first_ordinal(year: int) -> int:
    return date(year, 1, 1).toordinal()
