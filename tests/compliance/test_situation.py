from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from app.compliance.calendar import Weekday
from app.compliance.situation import (
    Block,
    BlockKind,
    Channel,
    Consent,
    ConsentKind,
    Contact,
    Notice,
    QuietWindow,
    Situation,
    Team,
    dated,
)

START = datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_presence_runs_from_the_start_for_the_duration() -> None:
    situation = Situation("Asia/Shanghai", "CN", START, 1800)
    assert situation.presence.opens_at == START
    assert situation.presence.duration == timedelta(minutes=30)


def test_the_days_are_the_local_days_that_the_presence_touches() -> None:
    late = Situation("Asia/Shanghai", "CN", datetime(2026, 11, 24, 15, 45, tzinfo=UTC), 1800)
    assert late.days.duration == timedelta(hours=48)
    until_midnight = Situation("Asia/Shanghai", "CN", datetime(2026, 11, 24, 15, 30, tzinfo=UTC), 1800)
    assert until_midnight.days.duration == timedelta(hours=24)


def test_contacts_fall_on_local_days() -> None:
    contact = Contact(Channel.CALL, datetime(2026, 11, 23, 17, tzinfo=UTC))
    assert dated((contact,), "Asia/Shanghai")[0].on == date(2026, 11, 24)
    assert dated((contact,), "America/New_York")[0].on == date(2026, 11, 23)


@pytest.mark.parametrize("seconds", [0, -1, 86401])
def test_a_visit_lasts_between_a_second_and_a_day(seconds: int) -> None:
    with pytest.raises(ValueError, match="duration_seconds"):
        Situation("Asia/Shanghai", "CN", START, seconds)


NAIVE = START.replace(tzinfo=None)


def test_nonsense_is_refused_when_it_is_built() -> None:
    with pytest.raises(ValueError, match="start_at"):
        Situation("Asia/Shanghai", "CN", NAIVE, 1800)
    with pytest.raises(ValueError, match="time zone"):
        Situation("Shanghai", "CN", START, 1800)
    with pytest.raises(ValueError, match="calendar"):
        Situation("Asia/Shanghai", "XX", START, 1800)
    with pytest.raises(ValueError, match="notify_from_at"):
        Situation("Asia/Shanghai", "CN", START, 1800, notify_from_at=NAIVE)
    with pytest.raises(ValueError, match="contact at"):
        Contact(Channel.CALL, NAIVE)
    with pytest.raises(ValueError, match="notice at"):
        Notice(NAIVE, Channel.SMS)
    with pytest.raises(ValueError, match="given_at"):
        Consent(ConsentKind.VIDEO, NAIVE)
    with pytest.raises(ValueError, match="revoked_at"):
        Consent(ConsentKind.VIDEO, START, revoked_at=datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))))
    with pytest.raises(ValueError, match="before it begins"):
        Block(BlockKind.HOSPITAL, date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(ValueError, match="from_on"):
        Block(BlockKind.HOSPITAL, date.max)
    with pytest.raises(ValueError, match="at least one member"):
        Team(0)
    with pytest.raises(ValueError, match="less than never"):
        Block(BlockKind.DISASTER_AREA, date(2026, 1, 2), renewals=-1)
    with pytest.raises(ValueError, match="acknowledged_at"):
        Notice(START, Channel.SMS, NAIVE)
    with pytest.raises(ValueError, match="from_at"):
        Consent(ConsentKind.PRIOR_AGREEMENT, START, from_at=NAIVE)
    with pytest.raises(ValueError, match="end after it begins"):
        Consent(ConsentKind.PRIOR_AGREEMENT, START, START, from_at=START)


@pytest.mark.parametrize(("opens", "closes"), [(-1, 60), (60, 60), (120, 60), (0, 1441)])
def test_a_quiet_window_lies_within_a_day(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="quiet window"):
        QuietWindow(Weekday.WED, opens, closes)


def test_an_unknown_kind_of_block_is_an_input_error() -> None:
    with pytest.raises(ValueError, match="full_moon"):
        BlockKind("full_moon")
