"""Sources of the days: the decrees and holidays acts named beside each row."""

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.calendar import Calendar, CalendarDay, DayClass, Doubt, weekday_class
from app.compliance.calendar_files import CalendarFiles, load_calendars, shipped_calendars
from app.compliance.calendar_year import CalendarYear, Decree, NamedDay

HOLIDAY, SAT, SUN, MON_FRI, MAKEUP = (
    DayClass.HOLIDAY,
    DayClass.SAT,
    DayClass.SUN,
    DayClass.MON_FRI,
    DayClass.MAKEUP_WORKDAY,
)
NO_FILES = CalendarFiles()
PROFILED = ["CN", "TW", "IN", "US", "GB", "IE", "AU", "ID", "PH", "MY", "KR", "RU", "UA", "TH", "VN"]


@pytest.mark.parametrize(
    ("code", "on", "expected", "why"),
    [
        # China: notices of the General Office of the State Council for the year
        ("CN", "2026-01-03", HOLIDAY, "New Year, 1 to 3 January"),
        ("CN", "2026-01-04", MAKEUP, "a Sunday worked for New Year"),
        ("CN", "2026-02-13", MON_FRI, "two days before the Spring Festival"),
        ("CN", "2026-02-14", MAKEUP, "a Saturday worked for the Spring Festival"),
        ("CN", "2026-02-24", MON_FRI, "the first day after the Spring Festival"),
        ("CN", "2026-02-28", MAKEUP, "a Saturday worked for the Spring Festival"),
        ("CN", "2026-03-01", SUN, "an ordinary Sunday"),
        ("CN", "2026-04-04", HOLIDAY, "Qingming, 4 to 6 April"),
        ("CN", "2026-05-03", HOLIDAY, "Labour Day, 1 to 5 May"),
        ("CN", "2026-05-09", MAKEUP, "a Saturday worked for Labour Day"),
        ("CN", "2026-06-20", HOLIDAY, "Dragon Boat, 19 to 21 June"),
        ("CN", "2026-09-20", MAKEUP, "a Sunday worked for National Day"),
        ("CN", "2026-09-27", HOLIDAY, "Mid-Autumn, 25 to 27 September"),
        ("CN", "2026-10-04", HOLIDAY, "National Day, 1 to 7 October"),
        ("CN", "2026-10-08", MON_FRI, "the first day after National Day"),
        ("CN", "2026-10-10", MAKEUP, "a Saturday worked for National Day"),
        ("CN", "2026-11-28", SAT, "an ordinary Saturday"),
        ("CN", "2025-01-26", MAKEUP, "a Sunday worked for the Spring Festival of 2025"),
        ("CN", "2025-10-08", HOLIDAY, "National Day and Mid-Autumn together, 1 to 8 October 2025"),
        ("CN", "2024-06-08", HOLIDAY, "Dragon Boat on Monday the 10th, together with the weekend"),
        ("CN", "2024-06-09", HOLIDAY, "Dragon Boat on Monday the 10th, together with the weekend"),
        ("CN", "2022-12-31", HOLIDAY, "the New Year break of 2023 begins in the old year"),
        # Taiwan: work calendars of the Executive Yuan; act on memorial days and festivals, 2025, art. 8
        ("TW", "2026-02-07", SAT, "since 2026 no Saturday is worked for the New Year"),
        ("TW", "2026-02-20", HOLIDAY, "in place of Sunday 15 February"),
        ("TW", "2026-02-27", HOLIDAY, "in place of Peace Memorial Day, a Saturday"),
        ("TW", "2026-04-06", HOLIDAY, "in place of Tomb-Sweeping Day, a Sunday"),
        ("TW", "2026-09-28", HOLIDAY, "Confucius' Birthday, a day off since 2025"),
        ("TW", "2026-10-26", HOLIDAY, "in place of Restoration Day, a Sunday"),
        ("TW", "2025-01-27", HOLIDAY, "a workday moved to 8 February 2025"),
        ("TW", "2025-02-08", MAKEUP, "a Saturday worked for 27 January 2025"),
        ("TW", "2024-02-17", MAKEUP, "a Saturday worked for 8 February 2024"),
        # India: holidays of the central government; Negotiable Instruments Act 1881, s. 25, for the states
        ("IN", "2026-01-26", HOLIDAY, "Republic Day"),
        ("IN", "2026-01-14", MON_FRI, "Pongal is a holiday of some states only"),
        ("IN", "2026-08-15", HOLIDAY, "Independence Day, a Saturday"),
        ("IN", "2026-10-02", HOLIDAY, "Gandhi's Birthday"),
        ("IN", "2026-11-08", HOLIDAY, "Diwali, a Sunday"),
        ("IN", "2026-08-25", MON_FRI, "Onam is not a holiday of the union"),
        ("IN-KL", "2026-08-25", HOLIDAY, "Onam in Kerala"),
        # United States: 5 U.S.C. 6103
        ("US", "2026-01-19", HOLIDAY, "Martin Luther King's Birthday, the third Monday"),
        ("US", "2026-06-19", HOLIDAY, "Juneteenth"),
        ("US", "2026-07-03", HOLIDAY, "the Friday before Independence Day, a Saturday"),
        ("US", "2026-07-04", HOLIDAY, "Independence Day"),
        ("US", "2026-07-06", MON_FRI, "a Saturday holiday is kept on Friday, not on Monday"),
        ("US", "2027-07-05", HOLIDAY, "the Monday after Independence Day, a Sunday"),
        ("US", "2027-12-31", HOLIDAY, "in place of New Year 2028, a Saturday"),
        ("US", "2026-11-26", HOLIDAY, "Thanksgiving, the fourth Thursday"),
        ("US", "2026-11-27", MON_FRI, "the day after Thanksgiving is no federal holiday"),
        ("US-CA", "2026-11-27", HOLIDAY, "the day after Thanksgiving in California"),
        # United Kingdom: Banking and Financial Dealings Act 1971, schedule 1
        ("GB", "2026-08-31", MON_FRI, "the late summer holiday is not one of Scotland"),
        ("GB-ENG", "2026-08-31", HOLIDAY, "the last Monday in August"),
        ("GB-SCT", "2026-08-03", HOLIDAY, "the first Monday in August, Scotland"),
        ("GB-ENG", "2026-08-03", MON_FRI, "the first Monday in August is Scotland's alone"),
        ("GB-SCT", "2026-01-02", HOLIDAY, "2 January, Scotland"),
        ("GB-ENG", "2026-04-06", HOLIDAY, "Easter Monday"),
        ("GB-SCT", "2026-04-06", MON_FRI, "Easter Monday is no bank holiday of Scotland"),
        ("GB-NIR", "2026-07-13", HOLIDAY, "in place of 12 July, a Sunday"),
        ("GB-ENG", "2026-12-28", HOLIDAY, "in place of Boxing Day, a Saturday"),
        # Ireland: Organisation of Working Time Act 1997, second schedule
        ("IE", "2026-02-02", HOLIDAY, "St Brigid's Day, the first Monday in February"),
        ("IE", "2030-02-01", HOLIDAY, "St Brigid's Day falls on a Friday and stays there"),
        ("IE", "2026-03-17", HOLIDAY, "St Patrick's Day"),
        ("IE", "2026-04-03", MON_FRI, "Good Friday is no public holiday"),
        ("IE", "2026-04-06", HOLIDAY, "Easter Monday"),
        ("IE", "2026-10-24", SAT, "a weekend before a Monday holiday stays a weekend"),
        ("IE", "2026-10-26", HOLIDAY, "the last Monday in October"),
        ("IE", "2026-12-25", HOLIDAY, "Christmas"),
        ("IE", "2026-12-26", HOLIDAY, "St Stephen's Day, a Saturday"),
        ("IE", "2026-12-28", MON_FRI, "a holiday on a Saturday is not moved"),
        # Australia: National Employment Standards, Fair Work Act 2009, s. 115, and holidays acts of the states
        ("AU", "2026-01-26", HOLIDAY, "Australia Day"),
        ("AU", "2026-04-25", HOLIDAY, "Anzac Day, a Saturday"),
        ("AU-NSW", "2026-04-27", HOLIDAY, "in place of Anzac Day, New South Wales"),
        ("AU-VIC", "2026-04-27", MON_FRI, "Anzac Day is not moved in Victoria"),
        ("AU-VIC", "2026-11-03", HOLIDAY, "Melbourne Cup Day"),
        ("AU", "2026-11-03", MON_FRI, "Melbourne Cup Day is not one of the nation"),
        # Indonesia: joint decree of three ministers for the year
        ("ID", "2026-03-19", HOLIDAY, "Nyepi"),
        ("ID", "2026-03-20", MON_FRI, "collective leave before Eid is no public holiday"),
        ("ID", "2026-03-21", HOLIDAY, "Eid al-Fitr"),
        ("ID", "2026-05-31", HOLIDAY, "Vesak, a Sunday"),
        ("ID", "2026-08-17", HOLIDAY, "Independence Day"),
        # Philippines: presidential proclamation for the year; Republic Act 9492
        ("PH", "2026-02-25", MON_FRI, "the EDSA anniversary is a special working day"),
        ("PH", "2026-04-02", HOLIDAY, "Maundy Thursday"),
        ("PH", "2026-04-04", HOLIDAY, "Black Saturday"),
        ("PH", "2026-08-31", HOLIDAY, "National Heroes Day, the last Monday in August"),
        ("PH", "2026-12-24", HOLIDAY, "Christmas Eve, a special day"),
        # Malaysia: Holidays Act 1951, list of federal holidays for the year
        ("MY", "2026-03-23", HOLIDAY, "in place of the second day of Eid, a Sunday"),
        ("MY", "2026-06-01", HOLIDAY, "the King's Birthday, the first Monday in June"),
        ("MY", "2026-06-02", HOLIDAY, "Vesak on Sunday, and Monday is a holiday already"),
        ("MY", "2026-09-16", HOLIDAY, "Malaysia Day"),
        ("MY", "2026-02-02", MON_FRI, "Thaipusam is a holiday of some states only"),
        ("MY-14", "2026-02-02", HOLIDAY, "in place of Federal Territory Day, a Sunday, Kuala Lumpur"),
        # Korea: Public Holidays Act, art. 2 and 3
        ("KR", "2026-03-02", HOLIDAY, "in place of 1 March, a Sunday"),
        ("KR", "2026-05-25", HOLIDAY, "in place of Buddha's Birthday, a Sunday"),
        ("KR", "2026-06-03", HOLIDAY, "local elections"),
        ("KR", "2026-06-08", MON_FRI, "Memorial Day, a Saturday, is not moved"),
        ("KR", "2026-08-17", HOLIDAY, "in place of Liberation Day, a Saturday"),
        ("KR", "2026-09-28", MON_FRI, "Chuseok touches a Saturday, only a Sunday would move it"),
        ("KR", "2026-10-05", HOLIDAY, "in place of Foundation Day, a Saturday"),
        # Russia: Labour Code, art. 112, and the government's yearly transfer of days off
        ("RU", "2026-01-08", HOLIDAY, "New Year holidays, 1 to 8 January"),
        ("RU", "2026-01-09", HOLIDAY, "a day off moved from Saturday 3 January"),
        ("RU", "2026-01-10", SAT, "an ordinary Saturday"),
        ("RU", "2026-03-09", HOLIDAY, "in place of 8 March, a Sunday"),
        ("RU", "2026-12-31", HOLIDAY, "a day off moved from Sunday 4 January"),
        ("RU", "2025-11-01", MAKEUP, "a Saturday worked for Monday 3 November 2025"),
        ("RU", "2025-11-03", HOLIDAY, "a day off moved from Saturday 1 November 2025"),
        ("RU", "2024-12-28", MAKEUP, "a Saturday worked for 30 December 2024"),
        ("RU", "2027-02-20", MAKEUP, "a Saturday worked for Monday 22 February 2027"),
        ("RU", "2027-02-22", HOLIDAY, "a day off moved from Saturday 20 February 2027"),
        # Ukraine: Labour Code, art. 73; law 2136-IX, art. 6, has the days worked under martial law
        ("UA", "2021-08-24", HOLIDAY, "Independence Day in peace"),
        ("UA", "2026-08-24", HOLIDAY, "Independence Day, though it is worked under martial law"),
        ("UA", "2026-12-25", HOLIDAY, "Christmas, 25 December since 2017"),
        ("UA", "2026-01-07", MON_FRI, "Christmas on 7 January ended in 2023"),
        ("UA", "2026-03-09", MON_FRI, "8 March, a Sunday, is not moved under martial law"),
        # Thailand: cabinet resolutions; Labour Protection Act, s. 29
        ("TH", "2026-01-02", HOLIDAY, "bridge day of the cabinet"),
        ("TH", "2026-04-15", HOLIDAY, "Songkran, 13 to 15 April"),
        ("TH", "2026-04-16", MON_FRI, "the day after Songkran"),
        ("TH", "2026-06-01", HOLIDAY, "in place of Visakha Bucha, a Sunday"),
        ("TH", "2026-12-07", HOLIDAY, "in place of Father's Day, a Saturday"),
        # Vietnam: Labour Code, art. 112, and the yearly decision on moved workdays
        ("VN", "2026-02-16", HOLIDAY, "Tet, the eve"),
        ("VN", "2026-02-23", MON_FRI, "the first day after Tet"),
        ("VN", "2026-04-27", HOLIDAY, "in place of the Hung Kings' day, a Sunday"),
        ("VN", "2026-08-22", MAKEUP, "a Saturday worked for Monday 31 August 2026"),
        ("VN", "2026-08-31", HOLIDAY, "a workday moved to Saturday 22 August 2026"),
        ("VN", "2025-04-26", MAKEUP, "a Saturday worked for Friday 2 May 2025"),
        ("VN", "2024-05-04", MAKEUP, "a Saturday worked for Monday 29 April 2024"),
        # No calendar
        (None, "2026-12-25", MON_FRI, "no calendar knows no holidays"),
        (None, "2026-12-26", SAT, "no calendar knows weekends"),
    ],
)
def test_each_day_has_its_class(code: str | None, on: str, expected: DayClass, why: str) -> None:
    assert Calendar(code).day_class(date.fromisoformat(on)) is expected, why


def test_spring_festival_2026_is_free_from_the_15th_to_the_23rd() -> None:
    days = [date(2026, 2, 15) + timedelta(days=number) for number in range(9)]
    assert {Calendar("CN").day_class(on) for on in days} == {HOLIDAY}


@pytest.mark.parametrize(
    ("code", "on", "doubt", "why"),
    [
        ("CN", "2026-06-01", None, "the file of the year says that the notice is out"),
        ("CN", "2015-06-01", None, "the list knows the notices of past years"),
        ("CN", "2027-01-01", Doubt.DECREE_NOT_OUT, "there is no file for 2027 and the list has no moved workdays"),
        ("TW", "2026-06-01", None, "the file of the year says that the work calendar is out"),
        ("TW", "2031-06-01", Doubt.DECREE_NOT_OUT, "no work calendar"),
        ("RU", "2026-06-01", None, "the list knows the transfer of 2026"),
        ("RU", "2031-06-01", Doubt.DECREE_NOT_OUT, "no transfer of days off"),
        ("VN", "2023-06-01", None, "a past year in which no workday was moved"),
        ("VN", "2031-06-01", Doubt.DECREE_NOT_OUT, "no decision on moved workdays"),
        ("TH", "2031-06-01", Doubt.DECREE_NOT_OUT, "no cabinet resolution"),
        ("PH", "2031-06-01", Doubt.DECREE_NOT_OUT, "no proclamation"),
        ("ID", "2031-06-01", Doubt.DECREE_NOT_OUT, "no joint decree"),
        ("IN", "2026-06-01", None, "the list of the year is out"),
        ("IN", "2031-06-01", Doubt.DECREE_NOT_OUT, "the list of the year still has estimated feasts"),
        ("IN-KL", "2031-06-01", Doubt.DECREE_NOT_OUT, "a state follows the list of its country"),
        ("IN", "2040-06-01", Doubt.NOT_LISTED, "the list says that it ends in 2035"),
        ("MY", "2031-06-01", Doubt.DECREE_NOT_OUT, "the list of the year still has estimated feasts"),
        ("AE", "2031-01-21", None, "three days before an estimated feast"),
        ("AE", "2031-01-22", Doubt.ESTIMATED, "two days before an estimated feast"),
        ("AE", "2031-01-24", Doubt.ESTIMATED, "Eid al-Fitr, estimated"),
        ("AE", "2031-01-28", Doubt.ESTIMATED, "two days after the last day of the feast"),
        ("AE", "2031-01-29", None, "three days after the last day of the feast"),
        ("IE", "2031-06-01", None, "an act fixes the holidays"),
        ("US", "2031-06-01", None, "an act fixes the holidays"),
        ("KR", "2031-06-01", None, "an act fixes the holidays"),
        ("US", "2150-06-01", Doubt.NOT_LISTED, "the list ends in 2100"),
        ("RU", "1985-06-01", Doubt.NOT_LISTED, "the list begins in 1991"),
        (None, "2031-01-01", None, "no calendar knows nothing that could change"),
    ],
)
def test_a_day_that_may_still_change_is_provisional(code: str | None, on: str, doubt: Doubt | None, why: str) -> None:
    calendar, day = Calendar(code), date.fromisoformat(on)
    assert calendar.day(day).doubt is doubt, why
    assert calendar.is_provisional(day) is (doubt is not None)


def year(region: str, number: int, decree: Decree, *days: NamedDay, complete: bool = False) -> CalendarYear:
    return CalendarYear(region, number, decree, complete, f"decree of {region}", "P", days)


def with_files(code: str, *years: CalendarYear) -> Calendar:
    return Calendar(code, files=CalendarFiles(years))


def test_china_2027_is_provisional_until_its_file_is_there(tmp_path: Path) -> None:
    eve = date(2027, 2, 5)  # a Friday, New Year's Eve
    assert Calendar("CN").day(eve) == CalendarDay(
        HOLIDAY, "Chinese New Year's Eve", "holidays library", Doubt.DECREE_NOT_OUT
    )
    (tmp_path / "CN").mkdir()
    (tmp_path / "CN" / "2027.yaml").write_text(
        "{region: CN, year: 2027, decree: out, complete: true, source: the notice, evidence: P,"
        " days: [{day: 2027-02-05, until: 2027-02-12, class: holiday, name: Spring Festival}]}"
    )
    settled = Calendar("CN", files=load_calendars(tmp_path))
    assert settled.day(eve) == CalendarDay(HOLIDAY, "Spring Festival", "the notice")
    assert not any(settled.is_provisional(date(2027, 1, 1) + timedelta(days=number)) for number in range(365))
    assert settled.is_provisional(date(2028, 1, 1))


def test_the_file_of_china_2026_and_the_list_agree_on_every_day() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    listed = Calendar("CN", files=NO_FILES)
    assert [Calendar("CN").day_class(on) for on in days] == [listed.day_class(on) for on in days]
    assert sum(Calendar("CN").day_class(on) is HOLIDAY for on in days) == 33
    assert sum(Calendar("CN").day_class(on) is MAKEUP for on in days) == 6


def test_a_file_beats_the_list_for_the_days_it_names() -> None:
    calendar = with_files("IE", year("IE", 2026, Decree.OUT, NamedDay(date(2026, 3, 17), MON_FRI, "moved")))
    assert calendar.day(date(2026, 3, 17)) == CalendarDay(MON_FRI, "moved", "decree of IE")
    assert calendar.day_class(date(2026, 12, 25)) is HOLIDAY
    assert Calendar("IE").day_class(date(2026, 3, 17)) is HOLIDAY


def test_a_complete_file_leaves_nothing_of_the_list() -> None:
    named = NamedDay(date(2026, 3, 18), HOLIDAY, "the only one")
    calendar = with_files("IE", year("IE", 2026, Decree.OUT, named, complete=True))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [on for on in days if calendar.day_class(on) is HOLIDAY] == [named.on]


def test_the_later_file_beats_the_earlier_one() -> None:
    shipped = year("IE", 2026, Decree.OUT, NamedDay(date(2026, 3, 18), HOLIDAY, "first"), complete=True)
    operators = year("IE", 2026, Decree.OUT, NamedDay(date(2026, 3, 18), MON_FRI, "second"))
    calendar = with_files("IE", shipped, operators)
    assert calendar.day_class(date(2026, 3, 18)) is MON_FRI
    assert calendar.day_class(date(2026, 12, 25)) is MON_FRI  # the complete year still stands beneath
    withdrawn = with_files("IE", shipped, year("IE", 2026, Decree.NOT_OUT))
    assert withdrawn.day(date(2026, 3, 18)).doubt is Doubt.DECREE_NOT_OUT
    assert withdrawn.is_provisional(date(2026, 7, 1))


def test_a_year_whose_decree_is_said_to_be_missing_is_provisional_with_all_its_days() -> None:
    expected = NamedDay(date(2026, 3, 18), HOLIDAY, "expected")
    calendar = with_files("IE", year("IE", 2026, Decree.NOT_OUT, expected))
    assert calendar.day(expected.on) == CalendarDay(HOLIDAY, "expected", "decree of IE", Doubt.DECREE_NOT_OUT)
    assert calendar.is_provisional(date(2026, 7, 1))
    assert not calendar.is_provisional(date(2027, 7, 1))


def test_a_decree_leaves_feasts_of_the_moon_open_until_they_are_named() -> None:
    eid = date(2031, 1, 25)
    assert with_files("ID", year("ID", 2031, Decree.OUT)).day(eid).doubt is Doubt.ESTIMATED
    assert not with_files("ID", year("ID", 2031, Decree.OUT)).is_provisional(date(2031, 8, 17))
    sighted = with_files("ID", year("ID", 2031, Decree.OUT, NamedDay(eid, HOLIDAY, "Eid al-Fitr, sighted")))
    assert not sighted.is_provisional(eid)
    assert sighted.is_provisional(eid + timedelta(days=2))


def test_a_file_of_the_country_holds_in_its_parts_and_a_file_of_the_part_beats_it() -> None:
    mourning, match = date(2026, 9, 14), date(2026, 9, 15)
    country = year("GB", 2026, Decree.OUT, NamedDay(mourning, HOLIDAY, "mourning"), NamedDay(match, HOLIDAY, "match"))
    part = year("GB-SCT", 2026, Decree.OUT, NamedDay(match, MON_FRI, "no match"))
    scotland, england = with_files("GB-SCT", part, country), with_files("GB-ENG", part, country)
    assert (scotland.day_class(mourning), scotland.day_class(match)) == (HOLIDAY, MON_FRI)
    assert (england.day_class(mourning), england.day_class(match)) == (HOLIDAY, HOLIDAY)
    assert with_files("IE", part, country).day_class(mourning) is MON_FRI


def test_a_complete_year_of_the_country_leaves_the_holidays_of_its_parts() -> None:
    calendar = with_files("GB-SCT", year("GB", 2026, Decree.OUT, complete=True))
    assert calendar.day_class(date(2026, 8, 3)) is HOLIDAY


def test_a_part_that_only_files_know_has_the_calendar_of_its_country() -> None:
    festival = NamedDay(date(2026, 4, 20), HOLIDAY, "San Yue San")  # Guangxi: minority festivals are set locally
    guangxi = with_files("CN-GX", *shipped_calendars().years, year("CN-GX", 2026, Decree.OUT, festival))
    assert guangxi.day_class(festival.on) is HOLIDAY
    assert guangxi.day_class(date(2026, 2, 14)) is MAKEUP
    assert not guangxi.is_provisional(date(2026, 7, 1))
    assert guangxi.is_provisional(date(2027, 7, 1))
    with pytest.raises(ValueError, match="no holiday calendar 'CN-GX'"):
        Calendar("CN-GX")


def test_a_file_of_a_part_does_not_stand_for_the_decree_of_the_country() -> None:
    festival = NamedDay(date(2031, 4, 24), HOLIDAY, "San Yue San")
    part, country = year("CN-GX", 2031, Decree.OUT, festival), year("CN", 2031, Decree.OUT)
    assert with_files("CN-GX", part).day(festival.on).doubt is Doubt.DECREE_NOT_OUT
    assert not with_files("CN-GX", part, country).is_provisional(festival.on)
    missing = year("CN-GX", 2031, Decree.NOT_OUT)
    assert with_files("CN-GX", country, missing).is_provisional(festival.on)


def test_an_override_says_what_a_day_is_and_leaves_no_doubt() -> None:
    overrides = ((date(2027, 2, 10), DayClass.MON_FRI), (date(2027, 2, 11), DayClass.HOLIDAY))
    calendar = Calendar("CN", overrides)
    assert calendar.day(date(2027, 2, 10)) == CalendarDay(MON_FRI)
    assert calendar.day(date(2027, 2, 11)) == CalendarDay(HOLIDAY)
    assert calendar.day(date(2027, 2, 9)).doubt is Doubt.DECREE_NOT_OUT
    assert Calendar("CN", ((date(2026, 2, 17), MON_FRI),)).day_class(date(2026, 2, 17)) is MON_FRI  # beats the file


def test_a_day_tells_its_name_and_who_names_it() -> None:
    shipped = shipped_calendars().of("CN", 2026)[0]
    assert Calendar("CN").day(date(2026, 2, 17)) == CalendarDay(HOLIDAY, "Spring Festival (春节)", shipped.source)
    assert Calendar("IE").day(date(2026, 3, 17)) == CalendarDay(HOLIDAY, "Saint Patrick's Day", "holidays library")
    assert Calendar("IE").day(date(2026, 3, 18)) == CalendarDay(MON_FRI)


@pytest.mark.parametrize("code", ["", "XX", "XX-YY", "cn", "China", "GB-XX", "GB-", "CN\n"])
def test_an_unknown_calendar_is_an_input_error(code: str) -> None:
    with pytest.raises(ValueError, match="calendar"):
        Calendar(code)


def test_calendars_of_one_place_are_equal() -> None:
    assert Calendar("CN") == Calendar("CN")
    assert Calendar("CN") != dataclasses.replace(Calendar("CN"), files=NO_FILES)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.dates(date(1970, 1, 1), date(2199, 12, 31)), st.sampled_from(PROFILED))
def test_every_day_of_every_year_has_a_class_that_fits_its_weekday(on: date, code: str) -> None:
    day_class = Calendar(code).day_class(on)
    assert day_class in (weekday_class(on), HOLIDAY, MAKEUP)
    assert day_class is not MAKEUP or on.weekday() >= 5


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from(PROFILED), st.data())
def test_whatever_a_file_names_is_what_the_day_is(on: date, code: str, data: st.DataObject) -> None:
    day_class = data.draw(st.sampled_from([weekday_class(on), HOLIDAY]))
    calendar = with_files(code, year(code, 2026, Decree.OUT, NamedDay(on, day_class, "named")))
    assert calendar.day(on) == CalendarDay(day_class, "named", f"decree of {code}")
    other = on + timedelta(days=1)
    assert calendar.day_class(other) is Calendar(code, files=NO_FILES).day_class(other)
