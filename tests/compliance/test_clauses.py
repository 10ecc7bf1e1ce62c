from datetime import date

import pytest

from app.compliance.clauses import (
    CalendarSpan,
    Counts,
    Evidence,
    Hours,
    HoursRule,
    LimitWindow,
    LocalHours,
    PauseRule,
    RecordingMode,
    RecordingRule,
    Scope,
    SpacingRule,
    Term,
    TermUnit,
)
from app.compliance.phrase import Language
from app.compliance.phrase_book import render
from app.compliance.situation import Channel

NINE_TO_TEN, NOON = LocalHours(540, 600), LocalHours(720, 780)


def hours(**own: Hours) -> HoursRule:
    given = {"mon_fri": (NINE_TO_TEN,), "sat": (), "sun": (), "holiday": None} | own
    return HoursRule(source="s", evidence=Evidence.DESIGN, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("opens", "closes"), [(-1, 10), (10, 10), (11, 10), (600, 1441)])
def test_an_opening_lies_within_a_day(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="within one day"):
        LocalHours(opens, closes)


@pytest.mark.parametrize(("days", "calendar"), [(None, None), (7, CalendarSpan.WEEK), (0, None)])
def test_a_window_is_either_days_or_a_stretch_of_the_calendar(days: int | None, calendar: CalendarSpan | None) -> None:
    with pytest.raises(ValueError, match="a window has"):
        LimitWindow(days, calendar)


def test_windows_are_told_in_words() -> None:
    for window, told in ((LimitWindow(7), "7 days"), (LimitWindow(calendar=CalendarSpan.MONTH), "a calendar month")):
        assert str(window) == told
        assert render(window.phrase, Language.EN) == told


def test_a_weekday_with_hours_of_its_own_differs_from_the_others() -> None:
    rule = hours(wed=(NOON,), fri=())
    week = [date(2026, 11, 23 + number) for number in range(7)]
    regular = (NINE_TO_TEN,)
    assert [rule.on_weekday(on) for on in week] == [regular, regular, (NOON,), regular, (), (), ()]


def test_spacing_and_pause_are_limits_of_one() -> None:
    spacing = SpacingRule(source="s", evidence=Evidence.DESIGN, days=3).limit
    assert (spacing.n, spacing.window, spacing.counts) == (1, LimitWindow(3), Counts.ATTEMPTED)
    assert spacing.is_for_visits_alone
    pause = PauseRule(source="s", evidence=Evidence.PRIMARY, days=7, scope=Scope.CLAIM).limit
    assert (pause.n, pause.window, pause.counts, pause.scope) == (1, LimitWindow(7), Counts.CONTACTED, Scope.CLAIM)
    assert pause.binds_visits
    calls = PauseRule(
        source="s", evidence=Evidence.PRIMARY, days=7, scope=Scope.CLAIM, channels=frozenset({Channel.CALL})
    )
    assert not calls.limit.binds_visits


@pytest.mark.parametrize(
    ("mode", "whole", "announced", "expected"),
    [
        (RecordingMode.AUDIO, False, False, "the visit is recorded in sound"),
        (RecordingMode.VIDEO, True, False, "the whole visit is recorded on video"),
        (RecordingMode.EITHER, True, True, "the whole visit is recorded in sound or on video, and this is announced"),
    ],
)
def test_the_duty_to_record_in_words(mode: RecordingMode, whole: bool, announced: bool, expected: str) -> None:
    rule = RecordingRule(source="s", evidence=Evidence.DESIGN, mode=mode, whole_visit=whole, announced=announced)
    assert rule.duty == expected
    assert render(rule.phrase, Language.EN) == expected


@pytest.mark.parametrize(("value", "unit"), [(5, None), ("five", TermUnit.YEARS)])
def test_a_term_is_a_number_with_its_unit_or_a_text(value: int | str, unit: TermUnit | None) -> None:
    with pytest.raises(ValueError, match="a number has a unit"):
        Term(source="s", evidence=Evidence.DESIGN, term="kept", value=value, unit=unit)
