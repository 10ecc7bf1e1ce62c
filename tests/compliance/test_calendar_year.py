from datetime import date

import pytest

from app.compliance.calendar_year import CalendarYear, Decree, NamedDay
from app.compliance.day_class import DayClass

FESTIVAL = NamedDay(date(2026, 2, 17), DayClass.HOLIDAY, "Spring Festival")


def calendar_year(*days: NamedDay, decree: Decree = Decree.OUT, complete: bool = False) -> CalendarYear:
    return CalendarYear("CN", 2026, decree, complete, "the notice", "P", days)


def test_a_year_keeps_its_days() -> None:
    assert calendar_year(FESTIVAL, complete=True).days == (FESTIVAL,)


@pytest.mark.parametrize(
    ("on", "day_class"),
    [
        (date(2026, 2, 17), DayClass.SAT),  # a Tuesday
        (date(2026, 2, 17), DayClass.MAKEUP_WORKDAY),
        (date(2026, 2, 14), DayClass.SUN),  # a Saturday
        (date(2026, 2, 14), DayClass.MON_FRI),
        (date(2026, 2, 15), DayClass.SAT),  # a Sunday
    ],
)
def test_a_day_cannot_be_what_its_weekday_forbids(on: date, day_class: DayClass) -> None:
    with pytest.raises(ValueError, match=f"{on} cannot be {day_class}"):
        NamedDay(on, day_class, "wrong")


def test_a_day_of_another_year_is_refused() -> None:
    with pytest.raises(ValueError, match="2027-01-01 is not a day of 2026"):
        calendar_year(NamedDay(date(2027, 1, 1), DayClass.HOLIDAY, "New Year"))


def test_a_day_is_named_once() -> None:
    with pytest.raises(ValueError, match="2026-02-17 is named twice"):
        calendar_year(FESTIVAL, FESTIVAL)


def test_a_year_without_its_decree_is_not_complete() -> None:
    with pytest.raises(ValueError, match="before its decree is out"):
        calendar_year(decree=Decree.NOT_OUT, complete=True)
