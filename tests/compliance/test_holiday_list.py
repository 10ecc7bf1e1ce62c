from datetime import date

import pytest

from app.compliance.holiday_list import country_of, holiday_list, is_decree_known, is_listed


@pytest.mark.parametrize(
    ("code", "listed"), [("CN", True), ("GB-ENG", True), ("CN-GX", False), ("GB-XX", False), ("XX", False)]
)
def test_countries_and_parts_are_listed_or_not(code: str, listed: bool) -> None:
    assert is_listed(code) is listed


@pytest.mark.parametrize("code", ["", "cn", "China", "GB-", "GB_ENG", "CN\n"])
def test_what_is_no_code_is_an_input_error(code: str) -> None:
    with pytest.raises(ValueError, match="not a code such as IE or GB-ENG"):
        is_listed(code)
    with pytest.raises(ValueError, match="not a code such as IE or GB-ENG"):
        country_of(code)


def test_names_are_english_whatever_the_language_of_the_country() -> None:
    assert holiday_list("CN", 2026).holidays[date(2026, 10, 1)] == "National Day"
    assert holiday_list("KR", 2026).holidays[date(2026, 9, 25)] == "Chuseok"


def test_a_weekend_day_inside_a_break_has_the_name_of_the_break() -> None:
    assert holiday_list("CN", 2024).holidays[date(2024, 6, 9)] == "Dragon Boat Festival"
    assert date(2026, 10, 24) not in holiday_list("IE", 2026).holidays  # only where a decree names whole breaks


def test_a_moved_workday_is_no_holiday() -> None:
    listed = holiday_list("CN", 2026)
    assert date(2026, 2, 14) in listed.workdays
    assert listed.workdays.isdisjoint(listed.holidays)
    assert all(on.weekday() >= 5 for on in listed.workdays)


def test_feasts_of_the_moon_are_estimated_where_the_country_waits_for_its_sighting() -> None:
    assert date(2031, 1, 25) in holiday_list("ID", 2031).estimated
    assert not holiday_list("ID", 2025).estimated
    assert not holiday_list("IE", 2031).estimated


@pytest.mark.parametrize(
    ("code", "year", "whole"),
    [("IN", 2035, True), ("IN", 2036, False), ("RU", 1991, True), ("RU", 1990, False), ("US", 2101, False)],
)
def test_a_list_says_where_it_ends(code: str, year: int, whole: bool) -> None:
    assert holiday_list(code, year).is_whole is whole


@pytest.mark.parametrize(
    "country", ["AZ", "BY", "CN", "HU", "ID", "KG", "KZ", "LV", "PH", "RU", "TH", "TW", "UZ", "VN"]
)
def test_decrees_of_past_years_are_known_and_those_of_far_years_are_not(country: str) -> None:
    assert is_decree_known(country, 2024)
    assert not is_decree_known(country, 2035)


def test_holidays_that_an_act_fixes_need_no_decree() -> None:
    assert is_decree_known("IE", 2099)
    assert is_decree_known("GB-SCT", 2099)
