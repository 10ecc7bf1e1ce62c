"""Edge minutes of every profile; sources stand in the profiles and beside the rows."""

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.calendar import Calendar, DayClass
from app.compliance.clauses import Evidence, HoursRule, LocalHours
from app.compliance.contact_hours import allowed_windows, hours_answer, hours_on
from app.compliance.profile import LegalStatus, Profile
from app.compliance.profile_files import load_profiles
from app.compliance.ruling import Answer
from app.compliance.situation import Consent, ConsentKind, Facts, PlaceKind, Situation
from app.kernel.timewindow import TimeWindow

PROFILES = load_profiles()
ZONES = {
    "CN": "Asia/Shanghai",
    "IN": "Asia/Kolkata",
    "US": "America/New_York",
    "GB": "Europe/London",
    "IE": "Europe/Dublin",
}
HOUSE, CN, IN, US, UK, IE = (
    "house-low-pressure",
    "CN-GBT45251-CBA2026",
    "IN-RBI-2022",
    "US-REGF-1006",
    "UK-CONC7",
    "IE-CCA1995-s46",
)


def local(text: str, time_zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(time_zone))


def asked(profile: str, country: str, start: str, minutes: int = 30, facts: Facts | None = None) -> Answer:
    time_zone = ZONES[country]
    situation = Situation(time_zone, country, local(start, time_zone), minutes * 60, facts=facts or Facts())
    answer = hours_answer(PROFILES[profile], situation)
    assert answer is not None
    return answer


# One row per edge: profile, calendar, local start, minutes, allowed. 2026-11-23 is a Monday.
EDGES = [
    # House policy 1: 09-19, Saturday 09-18, no Sunday, no holiday, make-up workdays as weekdays
    (HOUSE, "CN", "2026-11-23T08:59", 30, False),
    (HOUSE, "CN", "2026-11-23T09:00", 30, True),
    (HOUSE, "CN", "2026-11-23T18:30", 30, True),
    (HOUSE, "CN", "2026-11-23T18:31", 30, False),
    (HOUSE, "CN", "2026-11-23T19:00", 1, False),
    (HOUSE, "CN", "2026-11-28T17:30", 30, True),
    (HOUSE, "CN", "2026-11-28T17:31", 30, False),
    (HOUSE, "CN", "2026-11-29T12:00", 30, False),
    (HOUSE, "CN", "2026-02-14T18:30", 30, True),  # make-up workday: weekday hours (vector 2)
    (HOUSE, "CN", "2026-02-14T18:31", 30, False),
    (HOUSE, "CN", "2026-02-28T18:30", 30, True),
    (HOUSE, "CN", "2026-09-20T12:00", 30, True),  # a Sunday that is a make-up workday
    (HOUSE, "CN", "2026-02-15T12:00", 30, False),
    (HOUSE, "CN", "2026-02-17T12:00", 30, False),  # Spring Festival (vector 2)
    (HOUSE, "CN", "2026-02-21T12:00", 30, False),  # the Saturday inside the break
    (HOUSE, "CN", "2026-02-23T12:00", 30, False),
    (HOUSE, "CN", "2026-02-24T12:00", 30, True),
    (HOUSE, "IE", "2026-12-26T12:00", 30, False),
    (HOUSE, "US", "2026-11-26T12:00", 30, False),
    # GB/T 45251-2025, 5.3: 08-22 on every day
    (CN, "CN", "2026-11-23T07:59", 30, False),
    (CN, "CN", "2026-11-23T08:00", 30, True),
    (CN, "CN", "2026-11-23T21:30", 30, True),
    (CN, "CN", "2026-11-23T21:31", 30, False),
    (CN, "CN", "2026-11-23T21:45", 30, False),  # ends 22:15 (vector 1)
    (CN, "CN", "2026-11-28T21:30", 30, True),
    (CN, "CN", "2026-11-29T08:00", 30, True),
    (CN, "CN", "2026-02-17T08:00", 30, True),  # no ban on holidays was found
    (CN, "CN", "2026-02-17T21:31", 30, False),
    (CN, "CN", "2026-02-14T21:30", 30, True),
    # Reserve Bank circular 2022-08-12: 08-19 on every day
    (IN, "IN", "2026-11-23T07:59", 30, False),
    (IN, "IN", "2026-11-23T08:00", 30, True),
    (IN, "IN", "2026-11-23T18:30", 30, True),
    (IN, "IN", "2026-11-23T18:31", 30, False),
    (IN, "IN", "2026-11-29T18:30", 30, True),
    (IN, "IN", "2026-01-26T08:00", 30, True),
    # 12 CFR 1006.6(b)(1)(i): 08-21 on every day
    (US, "US", "2026-11-23T07:59", 30, False),
    (US, "US", "2026-11-23T08:00", 30, True),
    (US, "US", "2026-11-23T20:30", 30, True),
    (US, "US", "2026-11-23T20:31", 30, False),
    (US, "US", "2026-11-29T20:30", 30, True),
    (US, "US", "2026-11-26T08:00", 30, True),
    # CONC 7.9.4R with the hours of MCOB 13.5.4G
    (UK, "GB", "2026-11-23T07:59", 30, False),
    (UK, "GB", "2026-11-23T08:00", 30, True),
    (UK, "GB", "2026-11-23T20:30", 30, True),
    (UK, "GB", "2026-11-23T20:31", 30, False),
    (UK, "GB", "2026-11-29T08:00", 30, True),
    (UK, "GB", "2026-12-25T08:00", 30, True),
    # Consumer Credit Act 1995 s. 46(a)(ii): 09-21 on week days, no Sunday, no public holiday (vector 7)
    (IE, "IE", "2026-11-23T08:59", 30, False),
    (IE, "IE", "2026-11-23T09:00", 30, True),
    (IE, "IE", "2026-11-23T20:30", 30, True),
    (IE, "IE", "2026-11-23T20:31", 30, False),
    (IE, "IE", "2026-11-28T20:30", 30, True),
    (IE, "IE", "2026-11-28T20:31", 30, False),
    (IE, "IE", "2026-11-29T10:00", 30, False),
    (IE, "IE", "2026-12-25T10:00", 30, False),
    (IE, "IE", "2026-12-26T10:00", 30, False),
    (IE, "IE", "2026-10-26T10:00", 30, False),
    (IE, "IE", "2026-10-24T10:00", 30, True),
    # Days on which the clocks change: the wall clock counts
    (UK, "GB", "2026-03-29T08:00", 30, True),
    (UK, "GB", "2026-03-29T07:59", 30, False),
    (UK, "GB", "2026-03-29T20:30", 30, True),
    (UK, "GB", "2026-10-25T20:31", 30, False),
    (IE, "IE", "2026-03-28T20:30", 30, True),
    (IE, "IE", "2026-03-30T09:00", 30, True),
    (IE, "IE", "2026-03-30T08:59", 30, False),
    (US, "US", "2026-11-01T08:00", 30, True),
    (US, "US", "2026-11-01T07:59", 30, False),
    (US, "US", "2026-11-01T20:30", 30, True),
    (US, "US", "2026-11-01T20:31", 30, False),
]


@pytest.mark.parametrize(("profile", "country", "start", "minutes", "allowed"), EDGES)
def test_edge_minutes(profile: str, country: str, start: str, minutes: int, allowed: bool) -> None:
    answer = asked(profile, country, start, minutes)
    assert answer.allowed is allowed
    assert answer.rule == "hours"
    assert (answer.until is None) is allowed


@pytest.mark.parametrize(
    ("profile", "country", "start", "until"),
    [
        (IE, "IE", "2026-11-29T10:00", "2026-11-30T09:00+00:00"),
        (IE, "IE", "2026-12-25T10:00", "2026-12-28T09:00+00:00"),  # St Stephen's Day, Sunday
        (IE, "IE", "2026-03-28T20:45", "2026-03-30T09:00+01:00"),  # over the change to summer time
        (CN, "CN", "2026-11-23T21:45", "2026-11-24T08:00+08:00"),
        (CN, "CN", "2026-11-23T05:00", "2026-11-23T08:00+08:00"),
        (HOUSE, "CN", "2026-02-14T18:45", "2026-02-24T09:00+08:00"),
        (HOUSE, "CN", "2026-11-28T17:45", "2026-11-30T09:00+08:00"),
        (US, "US", "2026-10-31T21:00", "2026-11-01T08:00-05:00"),
    ],
)
def test_a_refusal_ends_with_the_next_opening(profile: str, country: str, start: str, until: str) -> None:
    assert asked(profile, country, start).until == datetime.fromisoformat(until)


def test_a_visit_longer_than_every_opening_is_never_allowed() -> None:
    answer = asked(IE, "IE", "2026-11-23T09:00", 12 * 60 + 1)
    assert not answer.allowed
    assert answer.until is None
    assert asked(IE, "IE", "2026-11-23T09:00", 12 * 60).allowed


@pytest.mark.parametrize(
    ("profile", "country", "start", "lifted"),
    [
        (CN, "CN", "2026-11-23T21:45", True),  # unless the debtor agrees
        (IE, "IE", "2026-11-29T10:00", True),  # s. 46(a): "without his consent"
        (US, "US", "2026-11-23T06:00", True),  # 1006.6(b)(4)(i)
        (UK, "GB", "2026-11-23T06:00", False),
        (IN, "IN", "2026-11-23T06:00", False),
        (HOUSE, "CN", "2026-11-29T12:00", False),
    ],
)
def test_consent_lifts_the_hours_where_the_text_says_so(profile: str, country: str, start: str, lifted: bool) -> None:
    given_at = datetime(2026, 11, 1, tzinfo=UTC)
    consent = Facts(consents=(Consent(ConsentKind.OUT_OF_HOURS, given_at),))
    other = Facts(consents=(Consent(ConsentKind.WORKPLACE, given_at),))
    revoked = Facts(consents=(Consent(ConsentKind.OUT_OF_HOURS, given_at, revoked_at=given_at + timedelta(days=1)),))
    assert asked(profile, country, start, facts=consent).allowed is lifted
    assert not asked(profile, country, start, facts=other).allowed
    assert not asked(profile, country, start, facts=revoked).allowed


def test_a_consent_that_begins_at_closing_time_carries_on_the_visit() -> None:
    closing = local("2026-11-23T22:00", "Asia/Shanghai")
    facts = Facts(consents=(Consent(ConsentKind.OUT_OF_HOURS, closing, closing + timedelta(minutes=10)),))
    assert asked(CN, "CN", "2026-11-23T21:40", 30, facts).allowed
    assert not asked(CN, "CN", "2026-11-23T21:41", 30, facts).allowed


def made(hours: HoursRule) -> Profile:
    return Profile(
        id="made", version="1", name="made", legal_status=LegalStatus.HOUSE, enforced=True, country=None,
        evidence=Evidence.DESIGN, effective_from=date(2026, 1, 1), hours=hours,
    )  # fmt: skip


def rule(*openings: tuple[int, int], over: int | None = None) -> HoursRule:
    hours = tuple(LocalHours(opens * 60, closes * 60) for opens, closes in openings)
    return HoursRule(
        source="s", evidence=Evidence.DESIGN, mon_fri=hours, sat=hours, sun=hours, holiday=None,
        lifted_past_due_over_days=over,
    )  # fmt: skip


@pytest.mark.parametrize(("days_past_due", "allowed"), [(None, False), (60, False), (61, True)])
def test_an_old_arrear_lifts_the_hours_where_the_text_says_so(days_past_due: int | None, allowed: bool) -> None:
    """BSP circular 454: more than 60 days past due."""
    facts = Facts(days_past_due=days_past_due)
    situation = Situation("Asia/Manila", None, local("2026-11-23T23:00", "Asia/Manila"), 1800, facts=facts)
    answer = hours_answer(made(rule((6, 22), over=60)), situation)
    assert answer is not None
    assert answer.allowed is allowed


def test_presence_lies_in_one_opening_and_openings_that_touch_are_one() -> None:
    def allowed(hours: HoursRule, start: str, minutes: int) -> bool:
        situation = Situation("Asia/Shanghai", None, local(start, "Asia/Shanghai"), minutes * 60)
        answer = hours_answer(made(hours), situation)
        return answer is not None and answer.allowed

    assert not allowed(rule((9, 12), (14, 18)), "2026-11-23T11:30", 180)
    assert allowed(rule((9, 12), (14, 18)), "2026-11-23T14:00", 240)
    assert allowed(rule((0, 24)), "2026-11-23T23:45", 30)
    assert not allowed(rule((0, 23)), "2026-11-23T22:45", 30)


def test_a_provisional_calendar_is_named_in_the_reason() -> None:
    assert "provisional" in asked(HOUSE, "CN", "2027-03-01T12:00").reason
    assert "provisional" not in asked(HOUSE, "CN", "2026-03-02T12:00").reason
    assert "provisional" not in asked(CN, "CN", "2027-03-01T12:00").reason


def test_a_day_override_changes_the_hours() -> None:
    start_at = local("2026-11-24T12:00", "Asia/Shanghai")
    overrides = ((date(2026, 11, 24), DayClass.HOLIDAY),)
    answer = hours_answer(PROFILES[HOUSE], Situation("Asia/Shanghai", "CN", start_at, 1800, day_overrides=overrides))
    assert answer is not None
    assert answer.until == local("2026-11-25T09:00", "Asia/Shanghai")


def test_a_holiday_that_is_inherited_has_the_hours_of_its_weekday() -> None:
    hours = HoursRule(
        source="s", evidence=Evidence.DESIGN, mon_fri=(LocalHours(540, 600),), sat=(LocalHours(600, 660),), sun=(),
        holiday=None,
    )  # fmt: skip
    assert hours_on(hours, Calendar("IE"), date(2026, 12, 25)) == hours.mon_fri
    assert hours_on(hours, Calendar("IE"), date(2026, 12, 26)) == hours.sat
    assert hours_on(hours, Calendar("CN"), date(2026, 2, 14)) == hours.sat  # make-up workdays only where said


def test_windows_are_the_strictest_of_all_profiles() -> None:
    windows = allowed_windows([PROFILES[HOUSE], PROFILES[CN]], "Asia/Shanghai", Calendar("CN"), date(2026, 11, 27), 4)
    expected = [("2026-11-27T09:00", "2026-11-27T19:00"), ("2026-11-28T09:00", "2026-11-28T18:00"),
                ("2026-11-30T09:00", "2026-11-30T19:00")]  # fmt: skip
    assert windows == [TimeWindow(*(local(at, "Asia/Shanghai").astimezone(UTC) for at in pair)) for pair in expected]


@pytest.mark.parametrize(
    ("profile", "country", "on", "opens", "closes"),
    [
        (UK, "GB", date(2026, 3, 29), "2026-03-29T07:00Z", "2026-03-29T20:00Z"),
        (UK, "GB", date(2026, 3, 28), "2026-03-28T08:00Z", "2026-03-28T21:00Z"),
        (IE, "IE", date(2026, 3, 30), "2026-03-30T08:00Z", "2026-03-30T20:00Z"),
        (US, "US", date(2026, 10, 31), "2026-10-31T12:00Z", "2026-11-01T01:00Z"),
        (US, "US", date(2026, 11, 1), "2026-11-01T13:00Z", "2026-11-02T02:00Z"),
    ],
)
def test_windows_follow_the_wall_clock(profile: str, country: str, on: date, opens: str, closes: str) -> None:
    windows = allowed_windows([PROFILES[profile]], ZONES[country], Calendar(country), on, 1)
    assert windows == [TimeWindow(datetime.fromisoformat(opens), datetime.fromisoformat(closes))]


def test_without_hours_everything_is_open() -> None:
    assert (
        hours_answer(
            made_without_hours(), Situation("Asia/Shanghai", None, local("2026-11-23T03:00", "Asia/Shanghai"), 60)
        )
        is None
    )
    windows = allowed_windows([made_without_hours()], "Asia/Shanghai", Calendar(), date(2026, 11, 23), 1)
    assert windows[0].duration == timedelta(days=1)


def made_without_hours() -> Profile:
    return Profile(
        id="made", version="1", name="made", legal_status=LegalStatus.HOUSE, enforced=True, country=None,
        evidence=Evidence.DESIGN, effective_from=date(2026, 1, 1),
    )  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    st.sampled_from([(HOUSE, "CN"), (CN, "CN"), (IN, "IN"), (US, "US"), (UK, "GB"), (IE, "IE")]),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 1439),
    st.integers(1, 300),
)
def test_answer_and_windows_agree(where: tuple[str, str], on: date, minute: int, minutes: int) -> None:
    profile, country = where
    time_zone = ZONES[country]
    start_at = datetime.combine(on, time(*divmod(minute, 60)), ZoneInfo(time_zone))
    situation = Situation(time_zone, country, start_at, minutes * 60)
    windows = allowed_windows([PROFILES[profile]], time_zone, Calendar(country), on, 2)
    answer = hours_answer(PROFILES[profile], situation)
    assert answer is not None
    assert answer.allowed is any(window.covers(situation.presence) for window in windows)


def test_single_weekdays_and_make_up_workdays_can_have_hours_of_their_own() -> None:
    nine, noon, eve = (LocalHours(540, 600),), (LocalHours(720, 780),), (LocalHours(1080, 1140),)
    hours = HoursRule(
        source="s", evidence=Evidence.DESIGN, mon_fri=nine, wed=noon, sat=(), sun=(), holiday=(), makeup_workday=eve,
    )  # fmt: skip
    assert hours_on(hours, Calendar("CN"), date(2026, 11, 24)) == nine
    assert hours_on(hours, Calendar("CN"), date(2026, 11, 25)) == noon
    assert hours_on(hours, Calendar("CN"), date(2026, 2, 14)) == eve
    assert hours_on(hours, Calendar("CN"), date(2026, 2, 18)) == ()  # a Wednesday of the break
    as_weekday = dataclasses.replace(hours, makeup_workday=None, makeup_as_weekday=True)
    assert hours_on(as_weekday, Calendar("CN"), date(2026, 2, 14)) == nine
    plain = dataclasses.replace(hours, makeup_workday=None)
    assert hours_on(plain, Calendar("CN"), date(2026, 2, 14)) == ()


def test_a_day_that_is_declared_a_working_day_has_the_hours_of_working_days() -> None:
    nine, noon = (LocalHours(540, 600),), (LocalHours(720, 780),)
    hours = HoursRule(source="s", evidence=Evidence.DESIGN, mon_fri=nine, wed=noon, sat=noon, sun=(), holiday=None)
    saturday, wednesday = date(2026, 11, 28), date(2026, 11, 25)
    assert hours_on(hours, Calendar(None, ((saturday, DayClass.MON_FRI),)), saturday) == nine
    assert hours_on(hours, Calendar(None, ((wednesday, DayClass.MON_FRI),)), wednesday) == noon
    assert hours_on(hours, Calendar(None, ((wednesday, DayClass.SAT),)), wednesday) == noon


def test_windows_of_a_workplace_have_its_own_hours() -> None:
    """RG 96, part 2, 4."""
    australia, day = PROFILES["AU-RG96"], date(2026, 11, 27)
    home = allowed_windows([australia], "Australia/Sydney", Calendar("AU"), day, 2)
    work = allowed_windows([australia], "Australia/Sydney", Calendar("AU"), day, 2, place_kind=PlaceKind.WORK)
    assert [window.duration for window in home] == [timedelta(hours=12), timedelta(hours=12)]
    assert [window.duration for window in work] == [timedelta(hours=8)]
