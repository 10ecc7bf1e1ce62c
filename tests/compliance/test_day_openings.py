from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from app.compliance.composition import presence_windows
from app.compliance.day_openings import BindingRule, day_openings
from app.compliance.local_days import local_day
from app.compliance.profile import Profile
from app.compliance.situation import Block, BlockKind, Facts, Notice, Situation
from app.kernel.timewindow import merge
from tests.compliance.drawn import CHOSEN, SITUATIONS
from tests.compliance.visits import PROFILES, ago, visit

HOUSE, CN = "house-low-pressure", "CN-GBT45251-CBA2026"
UA, RU = "UA-CCA-art25", "RU-230FZ"


def bound(profiles: list[str], situation: Situation, on: date) -> list[tuple[str, str]]:
    (day,) = day_openings([PROFILES[name] for name in profiles], situation, on, 1)
    return [(rule.profile, rule.rule) for rule in day.bound_by]


@pytest.mark.parametrize(
    ("profiles", "on", "expected"),
    [
        ([HOUSE, CN], date(2026, 11, 24), [(HOUSE, "hours")]),  # 09-19 within 08-22
        ([CN], date(2026, 11, 24), [(CN, "hours")]),
        ([HOUSE, CN], date(2026, 11, 29), [(HOUSE, "hours")]),  # closed by the house alone
        ([RU, HOUSE], date(2026, 11, 28), [(RU, "hours"), (HOUSE, "hours")]),  # both open at 09, the house closes at 18
        ([UA, HOUSE], date(2026, 11, 28), [(UA, "hours"), (UA, "prior_agreement")]),
    ],
)
def test_the_rules_that_bound_a_day_are_named(profiles: list[str], on: date, expected: list[tuple[str, str]]) -> None:
    given_early = Facts(notices=(Notice(ago(HOUSE, 20).at, ago(HOUSE, 20).channel),))
    assert bound(profiles, visit(HOUSE, facts=given_early), on) == expected


def test_a_day_that_several_rules_close_together_names_them_all() -> None:
    """The notice is good from 20:00 on, the hours end at 19:00."""
    notice = Notice(ago(HOUSE, 0.5833).at, ago(HOUSE, 1).channel)
    (day,) = day_openings([PROFILES[HOUSE]], visit(HOUSE, facts=Facts(notices=(notice,))), date(2026, 11, 24), 1)
    assert day.windows == ()
    assert [rule.rule for rule in day.bound_by] == ["hours", "notice"]


def test_a_block_closes_its_days_and_a_free_day_is_bound_by_nothing() -> None:
    facts = Facts(blocks=(Block(BlockKind.INSOLVENCY, date(2026, 11, 25)),))
    before, first = day_openings([PROFILES[RU]], visit(RU, facts=facts), date(2026, 11, 24), 2)
    assert [rule.rule for rule in before.bound_by] == ["hours"]
    assert first.bound_by == (BindingRule(RU, "1", "block"),)
    (free,) = day_openings([], visit(RU), date(2026, 11, 24), 1)
    assert (free.bound_by, len(free.windows)) == ((), 1)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(CHOSEN, SITUATIONS)
def test_the_days_add_up_to_the_windows_of_planning_and_a_narrowed_day_names_a_rule(
    profiles: list[Profile], situation: Situation
) -> None:
    first_on = local_day(situation.start_at, situation.time_zone)
    days = day_openings(profiles, situation, first_on, 4)
    assert [day.on for day in days] == [first_on + timedelta(days=number) for number in range(4)]
    windows = presence_windows(profiles, situation, first_on, 4)
    assert merge(window for day in days for window in day.windows) == windows
    for day in days:
        is_whole = [window.duration for window in day.windows] == [
            presence_windows([], situation, day.on, 1)[0].duration
        ]
        assert is_whole is (day.bound_by == ())
