import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.compliance.clauses import NoticeSubject
from app.compliance.notice import (
    agent_change_answers,
    is_unreachable,
    notice_answer,
    notice_deadline,
    notice_fulfillable_from,
)
from app.compliance.profile import Profile
from app.compliance.profile_files import load_profiles
from app.compliance.ruling import Answer
from app.compliance.situation import Channel, Contact, Facts, Notice, Situation, dated

PROFILES = load_profiles()
HOUSE, UK = "house-low-pressure", "UK-CONC7"
ZONE = "Asia/Shanghai"
START = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
CALL, SMS, VISIT = Channel.CALL, Channel.SMS, Channel.VISIT


def ago(days: float, channel: Channel, *, contacted: bool = False, planned: bool = False) -> Contact:
    return Contact(channel, START - timedelta(days=days), contacted, planned)


def asked(profile: str, facts: Facts, notify_from_at: datetime | None = None) -> Answer:
    situation = Situation(ZONE, None, START, 1800, facts=facts, notify_from_at=notify_from_at)
    answer = notice_answer(PROFILES[profile], situation)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("profile", "before", "allowed"),
    [
        (HOUSE, [], False),
        (HOUSE, [timedelta(hours=24)], True),  # exactly a day before
        (HOUSE, [timedelta(hours=24) - timedelta(seconds=1)], False),
        (HOUSE, [timedelta(hours=1), timedelta(hours=30)], True),
        (HOUSE, [timedelta(hours=-1)], False),
        (UK, [], False),
        (UK, [timedelta(minutes=1)], True),  # CONC 7.9.12R names no lead time
        (UK, [timedelta(0)], False),
        (UK, [timedelta(minutes=-1)], False),
    ],
)
def test_the_notice_comes_in_time(profile: str, before: list[timedelta], allowed: bool) -> None:
    answer = asked(profile, Facts(notices=tuple(Notice(START - each, SMS) for each in before)))
    assert answer.allowed is allowed
    assert answer.condition is None


@pytest.mark.parametrize("profile", ["CN-GBT45251-CBA2026", "IN-RBI-2022", "US-REGF-1006", "IE-CCA1995-s46"])
def test_the_other_profiles_ask_for_no_notice(profile: str) -> None:
    assert notice_answer(PROFILES[profile], Situation(ZONE, None, START, 1800)) is None


def test_a_notice_that_came_too_late_is_good_for_a_later_start() -> None:
    answer = asked(HOUSE, Facts(notices=(Notice(START - timedelta(hours=3), SMS),)))
    assert answer.until == START + timedelta(hours=21)
    assert asked(HOUSE, Facts()).until is None


@pytest.mark.parametrize(
    ("contacts", "waived"),
    [
        ([], False),
        ([ago(5, CALL), ago(6, CALL)], False),  # one channel is not all
        ([ago(5, CALL), ago(6, SMS)], False),  # two tries of last week
        ([ago(0.9, CALL), ago(1.2, SMS)], False),
        ([ago(5, CALL), ago(6, SMS), ago(30, CALL)], True),
        ([ago(5, CALL), ago(6, SMS), ago(29, CALL)], False),  # the trying began a day too late
        ([ago(5, CALL), ago(6, VISIT), ago(40, CALL)], True),
        ([ago(30, CALL), ago(29, SMS)], True),
        ([ago(31, CALL), ago(29, SMS)], False),  # too long ago
        ([ago(5, CALL), ago(6, SMS), ago(20, CALL, contacted=True)], False),
        ([ago(5, CALL), ago(6, SMS), ago(30, CALL, contacted=True)], False),
        ([ago(5, CALL), ago(6, SMS), ago(31, CALL, contacted=True)], True),
        ([ago(5, CALL), ago(6, SMS), ago(0.1, CALL, contacted=True)], False),
        ([ago(5, CALL), ago(0.1, SMS)], False),  # tried today: not yet unanswered
        ([ago(5, CALL), ago(2, VISIT, planned=True)], False),  # a planned visit shows nothing
    ],
)
def test_the_house_waives_the_notice_when_nobody_is_reached_for_30_days(contacts: list[Contact], waived: bool) -> None:
    assert asked(HOUSE, Facts(contacts=tuple(contacts))).allowed is waived
    assert is_unreachable(dated(tuple(contacts), ZONE), date(2026, 11, 24), 30) is waived
    assert not asked(UK, Facts(contacts=tuple(contacts))).allowed


@pytest.mark.parametrize(
    ("profile", "now_before", "allowed"),
    [
        (HOUSE, timedelta(hours=24), True),
        (HOUSE, timedelta(hours=23, minutes=59), False),
        (UK, timedelta(minutes=1), True),
        (UK, timedelta(0), False),
    ],
)
def test_in_planning_a_notice_that_can_still_be_given_is_enough(
    profile: str, now_before: timedelta, allowed: bool
) -> None:
    answer = asked(profile, Facts(), START - now_before)
    assert answer.allowed is allowed
    assert (answer.condition is not None) is allowed


def test_the_condition_says_by_when_and_what_to_tell() -> None:
    condition = asked(UK, Facts(), START - timedelta(days=1)).condition
    assert condition == (
        "give notice by 2026-11-24T09:59:59+08:00, telling purpose, intended outcome, date, likely time"
    )


@pytest.mark.parametrize(
    ("profiles", "facts", "expected"),
    [
        ([HOUSE], Facts(), START + timedelta(hours=24)),
        ([HOUSE, UK], Facts(), START + timedelta(hours=24)),
        ([UK], Facts(), START + timedelta(seconds=1)),
        ([HOUSE], Facts(notices=(Notice(START - timedelta(hours=20), SMS),)), START + timedelta(hours=4)),
        ([HOUSE], Facts(contacts=(ago(5, CALL), ago(6, SMS), ago(30, CALL))), None),
        (["CN-GBT45251-CBA2026"], Facts(), None),
    ],
)
def test_from_when_a_notice_given_now_is_enough(profiles: list[str], facts: Facts, expected: datetime | None) -> None:
    assert notice_fulfillable_from([PROFILES[name] for name in profiles], facts, START, ZONE) == expected


@pytest.mark.parametrize(
    ("profiles", "facts", "expected"),
    [
        ([HOUSE, UK], Facts(), START - timedelta(hours=24)),
        ([HOUSE, UK], Facts(notices=(Notice(START - timedelta(hours=1), SMS),)), START - timedelta(hours=24)),
        ([HOUSE, UK], Facts(notices=(Notice(START - timedelta(days=2), SMS),)), None),
        ([HOUSE, UK], Facts(contacts=(ago(5, CALL), ago(6, SMS), ago(30, CALL))), START - timedelta(seconds=1)),
        (["IN-RBI-2022"], Facts(), None),
    ],
)
def test_the_deadline_of_a_missing_notice(profiles: list[str], facts: Facts, expected: datetime | None) -> None:
    situation = Situation(ZONE, None, START, 1800, facts=facts)
    assert notice_deadline([PROFILES[name] for name in profiles], situation) == expected


def made(**fields: Any) -> Profile:
    """A profile that asks for a notice."""
    rule = dataclasses.replace(PROFILES[UK].notice, **fields)  # type: ignore[type-var]
    return dataclasses.replace(PROFILES[UK], notice=rule)


def told(profile: Profile, *notices: Notice, now_before: timedelta | None = None) -> Answer:
    notify_from_at = None if now_before is None else START - now_before
    facts = Facts(notices=notices)
    answer = notice_answer(profile, Situation(ZONE, None, START, 1800, facts=facts, notify_from_at=notify_from_at))
    assert answer is not None
    return answer


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("given", "acknowledged", "allowed"),
    [(30, None, False), (30, 2, True), (30, 0, True), (30, -1, False), (23, 2, False), (24, 24, True)],
)
def test_a_notice_that_has_to_be_acknowledged_counts_from_then(
    given: int, acknowledged: int | None, allowed: bool
) -> None:
    acknowledged_at = None if acknowledged is None else START - acknowledged * HOUR
    answer = told(made(acknowledged=True, lead_hours=24), Notice(START - given * HOUR, SMS, acknowledged_at))
    assert answer.allowed is allowed
    assert answer.until == (
        None if allowed or acknowledged is None else max(START - given * HOUR + 24 * HOUR, START - acknowledged * HOUR)
    )


def test_in_planning_an_acknowledgement_that_is_missing_is_a_condition() -> None:
    answer = told(made(acknowledged=True, content=()), Notice(START - HOUR, SMS), now_before=2 * HOUR)
    assert answer.allowed
    assert (answer.condition or "").endswith(", and have it acknowledged")


def test_only_the_channels_that_the_text_names_count_and_the_condition_names_them() -> None:
    written = made(channels=frozenset({Channel.LETTER, Channel.EMAIL}), content=())
    assert not told(written, Notice(START - HOUR, SMS)).allowed
    assert told(written, Notice(START - HOUR, Channel.EMAIL)).allowed
    assert (told(written, now_before=HOUR).condition or "").endswith(", by email or letter")


def test_a_notice_of_the_agent_is_named_as_such() -> None:
    agent = made(subject=NoticeSubject.AGENT)
    assert told(agent).reason == "a notice of the agent before the visit is missing"
    assert told(agent, Notice(START - HOUR, SMS)).reason == "a notice of the agent before the visit was given"


def test_a_new_agent_is_told_at_once_where_the_text_says_so() -> None:
    assert agent_change_answers(PROFILES[UK]) == []
    assert agent_change_answers(PROFILES["IN-RBI-2022"]) == []
    (answer,) = agent_change_answers(made(on_agent_change=True))
    assert answer.allowed
    assert answer.condition
