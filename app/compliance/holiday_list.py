"""The public holidays that the `holidays` library lists; the only file that knows the library."""

import re
import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from threading import Lock

import holidays

CODE_PATTERN = r"[A-Z]{2}(-[A-Z0-9]{1,3})?"
_ANY_YEAR = 2026
_WARNINGS = Lock()

# China's yearly decree names each break as a whole stretch of days, so weekend days inside it are holidays too.
_WHOLE_BREAKS = frozenset({"CN"})

# Countries whose holidays a decree fixes year by year, and the library's table of what the decrees said: a year after
# the last one in the table is a year whose decree the library does not know.
_MOVED_DAYS = "special_public_holidays"
_DECREE_TABLES = {
    **dict.fromkeys(("AZ", "BY", "HU", "KG", "KZ", "LV", "UZ"), _MOVED_DAYS),  # governments move workdays every year
    "CN": _MOVED_DAYS,  # notice of the General Office of the State Council, usually in November
    "ID": "special_government_holidays",  # joint decree of three ministers, which also orders collective leave
    "PH": _MOVED_DAYS,  # presidential proclamation of the special days
    "RU": _MOVED_DAYS,  # government decree on the transfer of days off, Labour Code art. 112
    "TH": _MOVED_DAYS,  # cabinet resolutions on bridge days
    "TW": _MOVED_DAYS,  # work calendar of the Directorate-General of Personnel Administration
    "VN": _MOVED_DAYS,  # prime minister's decision on Tet and National Day, Labour Code art. 112
}

# Countries that publish one list a year with the moon's feasts in it: while the library estimates a feast, it does not
# know the list (IN: circular of the Department of Personnel; MY: list of the Prime Minister's Department).
_YEARLY_LISTS = frozenset({"IN", "MY"})

# Under martial law Ukraine works on its holidays (law 2136-IX, art. 6). They are still the days on which the consumer
# credit law, art. 25, bars meetings; the stricter reading is taken.
_HOLIDAYS_AT_WORK = {"UA": ("public", "workday")}


@dataclass(frozen=True)
class HolidayList:
    """What is listed for one year: holidays with their English names, weekend days that are worked.

    `estimated` are holidays bound to the moon whose day is not settled; `is_whole` is False for a year of which the
    library says that it lacks feasts.
    """

    holidays: dict[date, str]
    workdays: frozenset[date]
    estimated: frozenset[date]
    is_whole: bool


def country_of(code: str) -> str:
    """The country of a code such as GB-ENG; raises ValueError for what is no code."""
    if not re.fullmatch(CODE_PATTERN, code):
        raise ValueError(f"holiday calendar {code!r} is not a code such as IE or GB-ENG")
    return code[:2]


@lru_cache(maxsize=1024)
def is_listed(code: str) -> bool:
    """Whether the library has a list for the country, or for this part of it."""
    try:
        _asked(code, _ANY_YEAR)
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=1024)
def holiday_list(code: str, year: int) -> HolidayList:
    """The list of one year, with whole breaks where the country's decree means whole breaks."""
    listed = _raw(code, year)
    if country_of(code) not in _WHOLE_BREAKS:
        return listed
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    weekends = (on for on in days if on.year == year and on.weekday() >= 5)
    breaks = {on: name for on in weekends if (name := _break(code, on, -1) or _break(code, on, 1))}
    return HolidayList(breaks | listed.holidays, listed.workdays, listed.estimated, listed.is_whole)


def is_decree_known(code: str, year: int) -> bool:
    """Whether the list rests on the decree of that year; True where holidays need no decree."""
    country = country_of(code)
    if country in _YEARLY_LISTS:
        return not _raw(code, year).estimated
    return country not in _DECREE_TABLES or year <= _last_decree(country)


@lru_cache(maxsize=64)
def _last_decree(country: str) -> int:
    return max(getattr(holidays.country_holidays(country), _DECREE_TABLES[country], {}), default=0)


@lru_cache(maxsize=4096)
def _raw(code: str, year: int) -> HolidayList:
    listed, warned = _asked(code, year)
    workdays = frozenset(on for on in listed.weekend_workdays if on.year == year)
    named = {on: name for on, name in listed.items() if on not in workdays}
    estimated = frozenset(on for on, name in named.items() if "estimated" in name)
    return HolidayList(named, workdays, estimated, listed.start_year <= year <= listed.end_year and not warned)


def _asked(code: str, year: int) -> tuple[holidays.HolidayBase, bool]:
    """The library's answer, and whether it warned of feasts that it cannot list."""
    country, part = country_of(code), code[3:] or None
    categories = _HOLIDAYS_AT_WORK.get(country)
    with _WARNINGS, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        listed = holidays.country_holidays(country, subdiv=part, years=year, categories=categories, language="en_US")
    return listed, bool(warned)


def _break(code: str, on: date, step: int) -> str | None:
    """The holiday that this weekend day leads to over free weekend days alone, looking in one direction."""
    while on.weekday() >= 5 and on not in _raw(code, on.year).workdays:
        on += timedelta(days=step)
        if name := _raw(code, on.year).holidays.get(on):
            return name
    return None
