"""Day classes of a place: working days, weekends, public holidays and make-up workdays.

The only file that knows the `holidays` library; the library's lists can be corrected by overrides.
"""

import re
import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from threading import Lock

import holidays

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
# China's yearly decree names each break as a whole stretch of days, so weekend days inside it are holidays too;
# a year without moved workdays is a year whose decree is not out.
_DECREED_BREAKS = frozenset({"CN"})
_WARNINGS = Lock()


class DayClass(StrEnum):
    """What kind of day it is for contact hours."""

    MON_FRI = "mon_fri"
    SAT = "sat"
    SUN = "sun"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"


@dataclass(frozen=True)
class _Year:
    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True)
class Calendar:
    """The public holidays of a country or of a part of it (ISO 3166, such as IE or GB-ENG); None knows none.

    `overrides` say what a day is, whatever the library lists. Raises ValueError for a code without a calendar.
    """

    code: str | None = None
    overrides: tuple[tuple[date, DayClass], ...] = ()

    def __post_init__(self) -> None:
        if self.code is not None:
            _listed(self.code, 2026)

    def day_class(self, on: date) -> DayClass:
        """What kind of day it is."""
        for day, day_class in self.overrides:
            if day == on:
                return day_class
        return weekday_class(on) if self.code is None else _class_of(self.code, on)

    def is_provisional(self, on: date) -> bool:
        """Whether the decree that fixes the holidays of this day's year is not known yet."""
        return self.code in _DECREED_BREAKS and not _listed(self.code, on.year).workdays


def weekday_class(on: date) -> DayClass:
    """The class of the day when holidays do not matter."""
    if on.weekday() == 5:
        return DayClass.SAT
    return DayClass.SUN if on.weekday() == 6 else DayClass.MON_FRI


@lru_cache(maxsize=65536)
def _class_of(code: str, on: date) -> DayClass:
    year = _listed(code, on.year)
    if on in year.holidays:
        return DayClass.HOLIDAY
    if on in year.workdays:
        return DayClass.MAKEUP_WORKDAY
    is_break = code in _DECREED_BREAKS and (_leads_to_holiday(code, on, -1) or _leads_to_holiday(code, on, 1))
    return DayClass.HOLIDAY if is_break else weekday_class(on)


def _leads_to_holiday(code: str, on: date, step: int) -> bool:
    """Whether only free weekend days lie between this one and a holiday, looking in one direction."""
    while on.weekday() >= 5 and on not in _listed(code, on.year).workdays:
        on += timedelta(days=step)
        if on in _listed(code, on.year).holidays:
            return True
    return False


@lru_cache(maxsize=4096)
def _listed(code: str, year: int) -> _Year:
    if not _CODE.fullmatch(code):
        raise ValueError(f"holiday calendar {code!r} is not a code such as IE or GB-ENG")
    country, _, part = code.partition("-")
    try:
        # Some countries warn about years whose moon-bound feasts the library does not list.
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            listed = holidays.country_holidays(country, subdiv=part or None, years=year)
    except NotImplementedError:
        raise ValueError(f"there is no holiday calendar {code!r}") from None
    workdays = frozenset(on for on in getattr(listed, "weekend_workdays", ()) if on.year == year)
    return _Year(frozenset(listed.keys()) - workdays, workdays)
