"""What kind of day it is for contact hours."""

from datetime import date
from enum import StrEnum


class DayClass(StrEnum):
    """What kind of day it is for contact hours."""

    MON_FRI = "mon_fri"
    SAT = "sat"
    SUN = "sun"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"


class Weekday(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_WEEKDAYS = tuple(Weekday)


def weekday_of(on: date) -> Weekday:
    """The day of the week."""
    return _WEEKDAYS[on.weekday()]


def weekday_class(on: date) -> DayClass:
    """The class of the day when holidays do not matter."""
    if on.weekday() == 5:
        return DayClass.SAT
    return DayClass.SUN if on.weekday() == 6 else DayClass.MON_FRI


def classes_of(on: date) -> tuple[DayClass, ...]:
    """The classes that a day of this weekday can have; only a day of the weekend can be a make-up workday."""
    usual = weekday_class(on)
    makeup = () if usual is DayClass.MON_FRI else (DayClass.MAKEUP_WORKDAY,)
    return (usual, DayClass.HOLIDAY, *makeup)
