"""Sources: State Council notices on holidays for the years named (CN), public holidays acts of the others."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.calendar import Calendar, DayClass, weekday_class

HOLIDAY, SAT, SUN, MON_FRI, MAKEUP = (
    DayClass.HOLIDAY,
    DayClass.SAT,
    DayClass.SUN,
    DayClass.MON_FRI,
    DayClass.MAKEUP_WORKDAY,
)


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("CN", date(2026, 2, 13), MON_FRI),
        ("CN", date(2026, 2, 14), MAKEUP),
        ("CN", date(2026, 2, 24), MON_FRI),
        ("CN", date(2026, 2, 28), MAKEUP),
        ("CN", date(2026, 3, 1), SUN),
        ("CN", date(2026, 1, 3), HOLIDAY),  # New Year, 1 to 3 January
        ("CN", date(2026, 1, 4), MAKEUP),
        ("CN", date(2026, 4, 4), HOLIDAY),  # Qingming, 4 to 6 April
        ("CN", date(2026, 5, 3), HOLIDAY),  # Labour Day, 1 to 5 May
        ("CN", date(2026, 9, 20), MAKEUP),
        ("CN", date(2026, 9, 27), HOLIDAY),  # Mid-Autumn, 25 to 27 September
        ("CN", date(2026, 10, 4), HOLIDAY),  # National Day, 1 to 7 October
        ("CN", date(2026, 10, 8), MON_FRI),
        ("CN", date(2026, 10, 10), MAKEUP),
        ("CN", date(2026, 11, 28), SAT),
        ("CN", date(2024, 6, 8), HOLIDAY),  # Dragon Boat on Monday the 10th, together with the weekend
        ("CN", date(2024, 6, 9), HOLIDAY),
        ("CN", date(2022, 12, 31), HOLIDAY),  # the break runs over the turn of the year
        ("IE", date(2026, 12, 25), HOLIDAY),
        ("IE", date(2026, 12, 26), HOLIDAY),  # St Stephen's Day, a Saturday
        ("IE", date(2026, 2, 2), HOLIDAY),  # St Brigid's Day
        ("IE", date(2026, 10, 24), SAT),  # a weekend before a Monday holiday stays a weekend
        ("IE", date(2026, 10, 26), HOLIDAY),
        ("GB", date(2026, 8, 31), MON_FRI),  # the late summer holiday is not one of Scotland
        ("GB-ENG", date(2026, 8, 31), HOLIDAY),
        ("US", date(2026, 11, 26), HOLIDAY),
        ("IN", date(2026, 1, 26), HOLIDAY),
        (None, date(2026, 12, 25), MON_FRI),
        (None, date(2026, 12, 26), SAT),
    ],
)
def test_each_day_has_its_class(code: str | None, on: date, expected: DayClass) -> None:
    assert Calendar(code).day_class(on) is expected


def test_spring_festival_2026_is_free_from_the_15th_to_the_23rd() -> None:
    days = [date(2026, 2, 15) + timedelta(days=number) for number in range(9)]
    assert {Calendar("CN").day_class(on) for on in days} == {HOLIDAY}


@pytest.mark.parametrize(
    ("code", "on", "provisional"),
    [
        ("CN", date(2026, 6, 1), False),
        ("CN", date(2027, 1, 1), True),
        ("IE", date(2027, 1, 1), False),
        (None, date(2027, 1, 1), False),
    ],
)
def test_a_year_without_its_decree_is_provisional(code: str | None, on: date, provisional: bool) -> None:
    assert Calendar(code).is_provisional(on) is provisional


def test_an_override_says_what_a_day_is() -> None:
    overrides = ((date(2027, 2, 10), DayClass.MON_FRI), (date(2027, 2, 11), DayClass.HOLIDAY))
    calendar = Calendar("CN", overrides)
    assert calendar.day_class(date(2027, 2, 10)) is MON_FRI
    assert calendar.day_class(date(2027, 2, 11)) is HOLIDAY
    assert calendar.day_class(date(2027, 2, 9)) is HOLIDAY


@pytest.mark.parametrize("code", ["", "XX", "cn", "China", "GB-XX", "GB-", "CN\n"])
def test_an_unknown_calendar_is_an_input_error(code: str) -> None:
    with pytest.raises(ValueError, match="calendar"):
        Calendar(code)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.dates(date(1970, 1, 1), date(2199, 12, 31)), st.sampled_from(["CN", "IE", "GB", "US", "IN"]))
def test_every_day_of_every_year_has_a_class_that_fits_its_weekday(on: date, code: str) -> None:
    day_class = Calendar(code).day_class(on)
    assert day_class in (weekday_class(on), HOLIDAY, MAKEUP)
    assert day_class is not MAKEUP or on.weekday() >= 5
