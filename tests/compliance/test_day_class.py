from datetime import date, timedelta

import pytest

from app.compliance.day_class import DayClass, Weekday, classes_of, weekday_class, weekday_of

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(("number", "expected"), list(enumerate(Weekday)))
def test_each_day_has_its_weekday(number: int, expected: Weekday) -> None:
    assert weekday_of(MONDAY + timedelta(days=number)) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        *((number, (DayClass.MON_FRI, DayClass.HOLIDAY)) for number in range(5)),
        (5, (DayClass.SAT, DayClass.HOLIDAY, DayClass.MAKEUP_WORKDAY)),
        (6, (DayClass.SUN, DayClass.HOLIDAY, DayClass.MAKEUP_WORKDAY)),
    ],
)
def test_only_days_of_the_weekend_can_be_made_workdays(number: int, expected: tuple[DayClass, ...]) -> None:
    on = MONDAY + timedelta(days=number)
    assert classes_of(on) == expected
    assert weekday_class(on) is expected[0]
