from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.calendar import Weekday
from app.compliance.profile_files import load_profiles
from app.compliance.question import put
from app.compliance.quiet_windows import excesses, quiet_minutes, quiet_question
from app.compliance.ruling import Answer
from app.compliance.situation import Channel, Facts, PlaceKind, QuietWindow, Situation

PROFILES = load_profiles()
KOREA, DRAFT = PROFILES["KR-PDPA-2024"], PROFILES["IN-RBI-2026-draft"].switched_on()
TUE, WED = Weekday.TUE, Weekday.WED


def asked(*windows: QuietWindow, place: PlaceKind = PlaceKind.HOME, start: str = "2026-11-25T12:00") -> Answer:
    start_at = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("Asia/Seoul"))
    situation = Situation("Asia/Seoul", "KR", start_at, 1800, place, facts=Facts(quiet_windows=windows))
    question = quiet_question(KOREA, situation)
    assert question is not None
    return put(question, KOREA, situation)


def window(day: Weekday, opens: int, closes: int, *about: Channel | PlaceKind) -> QuietWindow:
    channels = frozenset(each for each in about if isinstance(each, Channel))
    return QuietWindow(day, opens * 60, closes * 60, channels, frozenset(about) - channels)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("windows", "place", "allowed"),
    [
        ([], PlaceKind.HOME, True),
        ([window(WED, 9, 17)], PlaceKind.HOME, False),
        ([window(TUE, 9, 17)], PlaceKind.HOME, True),
        ([window(WED, 9, 17, Channel.CALL)], PlaceKind.HOME, True),  # about calls only
        ([window(WED, 9, 17, Channel.VISIT)], PlaceKind.HOME, False),
        ([window(WED, 9, 17, Channel.CALL, Channel.VISIT)], PlaceKind.HOME, False),
        ([window(WED, 9, 17, PlaceKind.WORK)], PlaceKind.HOME, True),
        ([window(WED, 9, 17, PlaceKind.WORK)], PlaceKind.WORK, False),
        ([window(WED, 9, 17, Channel.VISIT, PlaceKind.WORK)], PlaceKind.WORK, False),
        ([window(WED, 9, 17, Channel.CALL, PlaceKind.WORK)], PlaceKind.WORK, True),
        ([window(WED, 9, 12), window(WED, 13, 17)], PlaceKind.HOME, True),
        ([window(WED, 9, 12), window(WED, 12, 17)], PlaceKind.HOME, False),
    ],
)
def test_a_window_binds_the_channels_and_places_it_is_about(
    windows: list[QuietWindow], place: PlaceKind, allowed: bool
) -> None:
    assert asked(*windows, place=place).allowed is allowed


def test_a_refusal_names_the_window_and_ends_with_it() -> None:
    answer = asked(window(TUE, 9, 17), window(WED, 9, 17))
    assert answer.reason == "the borrower keeps wed 09:00-17:00 quiet"
    assert answer.until == datetime(2026, 11, 25, 17, tzinfo=ZoneInfo("Asia/Seoul"))


def test_windows_over_midnight_are_two_and_stay_quiet_to_the_minute() -> None:
    night = [window(TUE, 22, 24), window(WED, 0, 6)]
    assert not asked(*night, start="2026-11-24T23:45").allowed
    assert not asked(*night, start="2026-11-25T05:45").allowed
    assert asked(*night, start="2026-11-25T06:00").allowed


def test_where_the_clocks_go_back_both_readings_of_a_quiet_hour_are_quiet() -> None:
    window_of_the_hour = QuietWindow(Weekday.SUN, 60, 120)
    for minute in (5, 65):
        start_at = datetime.fromisoformat("2026-11-01T05:00+00:00").astimezone(ZoneInfo("America/New_York"))
        start_at = datetime.fromtimestamp(start_at.timestamp() + minute * 60, ZoneInfo("America/New_York"))
        situation = Situation("America/New_York", None, start_at, 60, facts=Facts(quiet_windows=(window_of_the_hour,)))
        question = quiet_question(KOREA, situation)
        assert question is not None
        assert not put(question, KOREA, situation).allowed


@pytest.mark.parametrize(
    ("kept", "wanted", "granted"),
    [
        ([], window(WED, 0, 24), True),
        ([window(TUE, 0, 24)], window(WED, 0, 4), True),  # 28 hours
        ([window(TUE, 0, 24)], window(WED, 0, 5), False),  # vector 4: the 29th hour
        ([window(TUE, 0, 24)], QuietWindow(WED, 0, 241), False),  # and its first minute
        ([window(TUE, 0, 24), window(WED, 0, 4)], window(TUE, 8, 20), True),  # quiet already
        ([window(WED, 9, 10, Channel.CALL, Channel.SMS)], window(WED, 9, 10, PlaceKind.WORK), True),
        ([window(WED, 9, 10, Channel.CALL, Channel.SMS)], window(WED, 9, 10, Channel.CALL), True),
        (
            [window(WED, 9, 10, Channel.CALL, Channel.SMS, Channel.VISIT)],
            window(WED, 9, 10, PlaceKind.WORK),
            False,
        ),
    ],
)
def test_korea_grants_28_hours_a_week_and_three_channels_or_places(
    kept: list[QuietWindow], wanted: QuietWindow, granted: bool
) -> None:
    """Personal Debtor Protection Act."""
    found = excesses([KOREA], kept, wanted)
    assert (found == ()) is granted
    assert all((excess.profile, excess.version) == (KOREA.id, KOREA.version) and excess.source for excess in found)
    assert excesses([DRAFT, PROFILES["RU-230FZ"]], kept, wanted) == ()


def test_a_profile_that_is_not_enforced_caps_nothing() -> None:
    assert excesses([replace(KOREA, enforced=False)], [window(TUE, 0, 24)], window(WED, 0, 24)) == ()


WINDOWS = st.lists(
    st.builds(
        lambda day, opens, length: QuietWindow(day, opens, min(1440, opens + length)),
        st.sampled_from(Weekday),
        st.integers(0, 1439),
        st.integers(1, 700),
    ),
    max_size=8,
)


@settings(derandomize=True, deadline=None)
@given(WINDOWS)
def test_each_minute_counts_once(windows: list[QuietWindow]) -> None:
    minutes = {(each.weekday, minute) for each in windows for minute in range(each.opens_minute, each.closes_minute)}
    assert quiet_minutes(windows) == len(minutes)
