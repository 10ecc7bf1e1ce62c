"""The hours of every shipped profile to the minute, on every kind of day: one row a clause and day class."""

from datetime import datetime, timedelta

import pytest

from app.compliance.calendar import DayClass
from app.compliance.situation import Facts, PlaceKind
from tests.compliance.visits import PLACES, answers, visit

MON, FRI, SAT, SUN = "2026-11-23", "2026-11-27", "2026-11-28", "2026-11-29"
H, M = DayClass.HOLIDAY, DayClass.MAKEUP_WORKDAY
HOUSE, CN, IN, DRAFT = "house-low-pressure", "CN-GBT45251-CBA2026", "IN-RBI-2022", "IN-RBI-2026-draft"
US, UK, IE, AU = "US-REGF-1006", "UK-CONC7", "IE-CCA1995-s46", "AU-RG96"
ID, PH, MY, KR = "ID-POJK22-2023", "PH-SEC18-BSP454", "MY-BNM-FDCP", "KR-PDPA-2024"
RU, UA, TH, VN, TW = "RU-230FZ", "UA-CCA-art25", "TH-DCA2015", "VN-TT18-2019", "TW-outsourced"

# profile, day, opens, closes, what the day is (None: as the calendar of the place says)
OPEN = [
    # House policy 1, contact hours
    (HOUSE, MON, "09:00", "19:00", None),
    (HOUSE, FRI, "09:00", "19:00", None),
    (HOUSE, SAT, "09:00", "18:00", None),
    (HOUSE, SAT, "09:00", "19:00", M),
    (HOUSE, SUN, "09:00", "19:00", M),
    (HOUSE, "2026-02-14", "09:00", "19:00", None),  # a Saturday that the decree makes a workday
    # GB/T 45251-2025, 5.3
    (CN, MON, "08:00", "22:00", None),
    (CN, SAT, "08:00", "22:00", None),
    (CN, SUN, "08:00", "22:00", None),
    (CN, "2026-02-17", "08:00", "22:00", None),  # Spring Festival: no ban was found
    (CN, "2026-02-14", "08:00", "22:00", None),
    # Reserve Bank of India, 2022-08-12
    (IN, MON, "08:00", "19:00", None),
    (IN, SAT, "08:00", "19:00", None),
    (IN, SUN, "08:00", "19:00", None),
    (IN, "2026-01-26", "08:00", "19:00", None),  # Republic Day
    (IN, SAT, "08:00", "19:00", M),
    # Reserve Bank of India, draft of 2026
    (DRAFT, MON, "08:00", "19:00", None),
    (DRAFT, SAT, "08:00", "19:00", None),
    (DRAFT, SUN, "08:00", "19:00", None),
    (DRAFT, "2026-01-26", "08:00", "19:00", None),
    (DRAFT, SAT, "08:00", "19:00", M),
    # 12 CFR 1006.6(b)(1)(i)
    (US, MON, "08:00", "21:00", None),
    (US, SAT, "08:00", "21:00", None),
    (US, SUN, "08:00", "21:00", None),
    (US, "2026-11-26", "08:00", "21:00", None),  # Thanksgiving
    (US, SAT, "08:00", "21:00", M),
    # CONC 7.9.4R with MCOB 13.5.4G
    (UK, MON, "08:00", "21:00", None),
    (UK, SAT, "08:00", "21:00", None),
    (UK, SUN, "08:00", "21:00", None),
    (UK, "2026-12-25", "08:00", "21:00", None),
    (UK, SAT, "08:00", "21:00", M),
    # Consumer Credit Act 1995, s. 46(a)(ii)
    (IE, MON, "09:00", "21:00", None),
    (IE, SAT, "09:00", "21:00", None),
    (IE, SAT, "09:00", "21:00", M),
    # ACCC and ASIC, RG 96, part 2, 4
    (AU, MON, "09:00", "21:00", None),
    (AU, SAT, "09:00", "21:00", None),
    (AU, SUN, "09:00", "21:00", None),
    (AU, SAT, "09:00", "21:00", M),
    # POJK 22/2023, art. 62(2)
    (ID, MON, "08:00", "20:00", None),
    (ID, SAT, "08:00", "20:00", None),
    (ID, SAT, "08:00", "20:00", M),
    # SEC memorandum circular 18 of 2019
    (PH, MON, "06:00", "22:00", None),
    (PH, SAT, "06:00", "22:00", None),
    (PH, SUN, "06:00", "22:00", None),
    (PH, "2026-06-12", "06:00", "22:00", None),  # Independence Day
    (PH, SAT, "06:00", "22:00", M),
    # Bank Negara Malaysia, fair debt collection practices
    (MY, MON, "08:00", "21:00", None),
    (MY, SAT, "08:00", "21:00", None),
    (MY, SUN, "08:00", "21:00", None),
    (MY, "2026-08-31", "08:00", "21:00", None),  # Merdeka Day
    (MY, SAT, "08:00", "21:00", M),
    # Fair Debt Collection Act (our knowledge)
    (KR, MON, "08:00", "21:00", None),
    (KR, SAT, "08:00", "21:00", None),
    (KR, SUN, "08:00", "21:00", None),
    (KR, "2026-10-09", "08:00", "21:00", None),  # Hangul Day
    (KR, SAT, "08:00", "21:00", M),
    # Federal Law 230-FZ, art. 7
    (RU, MON, "08:00", "22:00", None),
    (RU, FRI, "08:00", "22:00", None),
    (RU, SAT, "09:00", "20:00", None),
    (RU, SUN, "09:00", "20:00", None),
    (RU, "2026-11-04", "09:00", "20:00", None),  # Unity Day, a Wednesday
    (RU, MON, "09:00", "20:00", H),
    (RU, SAT, "09:00", "20:00", M),
    # Law on consumer credit, art. 25
    (UA, MON, "09:00", "19:00", None),
    (UA, FRI, "09:00", "19:00", None),
    # Debt Collection Act B.E. 2558
    (TH, MON, "08:00", "20:00", None),
    (TH, FRI, "08:00", "20:00", None),
    (TH, SAT, "08:00", "18:00", None),
    (TH, SUN, "08:00", "18:00", None),
    (TH, "2026-12-10", "08:00", "18:00", None),  # Constitution Day, a Thursday
    (TH, SAT, "08:00", "18:00", M),
    # State Bank of Vietnam, circular 18/2019
    (VN, MON, "07:00", "21:00", None),
    (VN, SAT, "07:00", "21:00", None),
    (VN, SUN, "07:00", "21:00", None),
    (VN, "2026-09-02", "07:00", "21:00", None),  # National Day
    (VN, SAT, "07:00", "21:00", M),
    # Rules on outsourced collection, item 12
    (TW, MON, "07:00", "22:00", None),
    (TW, SAT, "07:00", "22:00", None),
    (TW, SUN, "07:00", "22:00", None),
    (TW, MON, "07:00", "22:00", H),
    (TW, SAT, "07:00", "22:00", M),
]


def hours(profile: str, day: str, at: str, minutes_later: int, day_class: DayClass | None) -> bool:
    start = datetime.fromisoformat(f"{day}T{at}") + timedelta(minutes=minutes_later)
    return answers(profile, visit(profile, start.isoformat(), 30, day_class=day_class))["hours"].allowed


@pytest.mark.parametrize(("profile", "day", "opens", "closes", "day_class"), OPEN)
def test_a_visit_begins_with_the_opening_minute_and_ends_with_the_closing_one(
    profile: str, day: str, opens: str, closes: str, day_class: DayClass | None
) -> None:
    assert not hours(profile, day, opens, -1, day_class)
    assert hours(profile, day, opens, 0, day_class)
    assert hours(profile, day, closes, -30, day_class)
    assert not hours(profile, day, closes, -29, day_class)


def test_every_profile_has_rows() -> None:
    assert {row[0] for row in OPEN} == set(PLACES)


@pytest.mark.parametrize(
    ("profile", "day", "day_class"),
    [
        (HOUSE, SUN, None),  # house policy 1
        (HOUSE, "2026-02-17", None),  # Spring Festival (vector 2)
        (HOUSE, "2026-02-21", None),  # the Saturday inside the break
        (IE, SUN, None),  # s. 46(a)(ii) (vector 7)
        (IE, "2026-12-25", None),
        (IE, MON, H),
        (IE, SUN, M),
        (AU, "2026-01-26", None),  # RG 96: no contact on national public holidays
        (AU, SAT, H),
        (ID, SUN, None),  # POJK 22/2023, art. 62(2) (vector 7)
        (ID, "2026-08-17", None),  # Independence Day
        (ID, SUN, M),
        (UA, SAT, None),  # art. 25
        (UA, SUN, None),
        (UA, MON, H),
        (UA, SAT, M),
    ],
)
def test_nobody_comes_on_a_closed_day(profile: str, day: str, day_class: DayClass | None) -> None:
    for at in ("08:00", "12:00", "18:00"):
        assert not hours(profile, day, at, 0, day_class)


@pytest.mark.parametrize(
    ("start", "minutes", "allowed"),
    [
        ("2026-11-23T08:59", 30, False),
        ("2026-11-23T09:00", 30, True),
        ("2026-11-27T16:30", 30, True),
        ("2026-11-27T16:31", 30, False),
        ("2026-11-27T18:00", 30, False),
        ("2026-11-28T12:00", 30, False),
        ("2026-11-29T12:00", 30, False),
        ("2026-01-26T12:00", 30, False),
    ],
)
def test_a_workplace_in_australia_has_hours_of_its_own(start: str, minutes: int, allowed: bool) -> None:
    """RG 96, part 2, 4: 09:00 to 17:00 on weekdays."""
    assert answers(AU, visit(AU, start, minutes, place=PlaceKind.WORK))["hours"].allowed is allowed
    evening = visit(AU, "2026-11-23T18:00", place=PlaceKind.HOSPITAL)
    assert answers(AU, evening)["hours"].allowed


@pytest.mark.parametrize(
    ("days_past_due", "allowed"), [(None, False), (15, False), (16, False), (60, False), (61, True)]
)
def test_an_old_arrear_lifts_the_hours_in_the_philippines(days_past_due: int | None, allowed: bool) -> None:
    """BSP circular 454: more than 60 days; the 15 days of the SEC are our knowledge only and lift nothing."""
    night = visit(PH, "2026-11-23T22:30", facts=Facts(days_past_due=days_past_due))
    assert answers(PH, night)["hours"].allowed is allowed
