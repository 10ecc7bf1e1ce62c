from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.compliance.calendar import Weekday
from app.compliance.inconvenience import inconvenience_question
from app.compliance.profile_files import load_profiles
from app.compliance.question import put
from app.compliance.ruling import Answer
from app.compliance.situation import Facts, PlaceKind, QuietWindow, Situation
from app.kernel.timewindow import TimeWindow

PROFILES = load_profiles()
ZONE = "America/New_York"
START = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo(ZONE))
MINUTE = timedelta(minutes=1)


def asked(profile: str, facts: Facts) -> Answer | None:
    situation = Situation(ZONE, "US", START, 1800, facts=facts)
    question = inconvenience_question(PROFILES[profile], situation)
    return put(question, PROFILES[profile], situation) if question else None


@pytest.mark.parametrize(
    ("opens", "closes", "allowed"),
    [(-60, 0, True), (-60, 1, False), (29, 60, False), (30, 60, True), (10, 20, False), (-60, 90, False)],
)
def test_a_known_inconvenient_time_is_left_out(opens: int, closes: int, allowed: bool) -> None:
    """12 CFR 1006.6(b)(1)(i)."""
    window = TimeWindow(START + opens * MINUTE, START + closes * MINUTE)
    answer = asked("US-REGF-1006", Facts(inconvenient=(window,)))
    assert answer is not None
    assert answer.allowed is allowed
    assert answer.until == (None if allowed else window.closes_at)
    assert answer.until is None or answer.until.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "opens", "closes", "allowed"),
    [(Weekday.TUE, 9, 17, False), (Weekday.TUE, 11, 17, True), (Weekday.WED, 9, 17, True)],
)
def test_a_weekly_quiet_window_is_a_known_inconvenient_time(
    day: Weekday, opens: int, closes: int, allowed: bool
) -> None:
    """12 CFR 1006.6(b)(1)(i): a Tuesday at ten."""
    answer = asked("US-REGF-1006", Facts(quiet_windows=(QuietWindow(day, opens * 60, closes * 60),)))
    assert answer is not None
    assert answer.allowed is allowed


@pytest.mark.parametrize(("kind", "allowed"), [(PlaceKind.HOME, False), (PlaceKind.WORK, True)])
def test_a_known_inconvenient_place_is_left_out(kind: PlaceKind, allowed: bool) -> None:
    """12 CFR 1006.6(b)(1)(ii)."""
    answer = asked("US-REGF-1006", Facts(inconvenient_places=frozenset({kind})))
    assert answer is not None
    assert answer.allowed is allowed
    assert answer.until is None


def test_profiles_that_do_not_ask_for_it_say_nothing() -> None:
    assert asked("IN-RBI-2022", Facts(inconvenient_places=frozenset(PlaceKind))) is None
