"""The door of the room: all rules of all profiles together, and the windows that planning gets from them."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.composition import ask, in_force, next_allowed_at, presence_windows
from app.compliance.local_days import local_day
from app.compliance.profile import LegalStatus, Profile
from app.compliance.profile_files import load_profiles
from app.compliance.situation import (
    Block,
    BlockKind,
    Channel,
    Contact,
    Facts,
    Notice,
    Situation,
    Team,
)
from app.kernel.timewindow import TimeWindow
from tests.compliance.drawn import CHOSEN, CONTACTS, SITUATIONS

PROFILES = load_profiles()
HOUSE, CN, US, UK, IE = (
    PROFILES[name]
    for name in ("house-low-pressure", "CN-GBT45251-CBA2026", "US-REGF-1006", "UK-CONC7", "IE-CCA1995-s46")
)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTIFIED = Facts(notices=(Notice(datetime(2026, 1, 1, tzinfo=UTC), Channel.LETTER),))


def in_china(start: str, facts: Facts = NOTIFIED, minutes: int = 30, staff: int = 2) -> Situation:
    start_at = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    return Situation("Asia/Shanghai", "CN", start_at, minutes * 60, team=Team(staff), facts=facts)


def in_britain(start: str, facts: Facts = NOTIFIED) -> Situation:
    start_at = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("Europe/London"))
    return Situation("Europe/London", "GB", start_at, 1800, team=Team(1), facts=facts)


def refusals(profiles: list[Profile], situation: Situation) -> set[tuple[str, str]]:
    return {(answer.profile, answer.rule) for answer in ask(profiles, situation).refusals}


def test_every_rule_of_every_profile_gets_one_answer_with_profile_version_and_source() -> None:
    ruling = ask([HOUSE, CN], in_china("2026-11-24T10:00"))
    assert ruling.allowed
    asked = [(answer.profile, answer.rule) for answer in ruling.answers]
    assert len(asked) == len(set(asked))
    house = {rule for profile, rule in asked if profile == HOUSE.id}
    assert house == {
        "hours", "quiet_window", "block", "notice", "workplace", "visit_limit", "min_days_between_visits", "staff",
        "certificate",
        "badge", "authority_letter", "recording", "entry_consent", "photo_consent", "video_consent",
        "third_party_disclosure", "third_party_enquiry", "cash_collection",
    }  # fmt: skip
    assert all(answer.version == "1" and answer.source and answer.reason for answer in ruling.answers)


def test_a_draft_refuses_nothing_until_it_is_switched_on() -> None:
    draft = dataclasses.replace(HOUSE, legal_status=LegalStatus.DRAFT, enforced=False)
    sunday = in_china("2026-11-29T12:00")
    ruling = ask([draft], sunday)
    assert ruling.allowed
    assert [answer.rule for answer in ruling.answers] == ["not_enforced"]
    assert presence_windows([draft], sunday, date(2026, 11, 29), 1)[0].duration == timedelta(days=1)
    assert not ask([draft.switched_on()], sunday).allowed


def test_the_profiles_in_force_are_enforced_and_of_that_day() -> None:
    draft = dataclasses.replace(HOUSE, legal_status=LegalStatus.DRAFT, enforced=False)
    assert in_force([HOUSE, IE, CN, draft], date(2025, 2, 27)) == [IE]
    assert in_force([HOUSE, IE, CN, draft], date(2026, 1, 1)) == [HOUSE, IE, CN]


@pytest.mark.parametrize(
    ("profiles", "situation", "expected"),
    [
        # allowed as asked, also between two minutes
        ([HOUSE, CN], in_china("2026-11-24T10:00:30"), "2026-11-24T10:00:30+08:00"),
        # Saturday evening: Monday
        ([HOUSE, CN], in_china("2026-11-28T17:45"), "2026-11-30T09:00+08:00"),
        # over Spring Festival
        ([HOUSE], in_china("2026-02-14T18:45"), "2026-02-24T09:00+08:00"),
        # a visit yesterday: the third day after it
        (
            [HOUSE],
            in_china(
                "2026-11-24T10:00",
                dataclasses.replace(
                    NOTIFIED, contacts=(Contact(Channel.VISIT, datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)),)
                ),
            ),
            "2026-11-26T09:00+08:00",
        ),
        # the notice is good a day later, on a whole minute
        (
            [HOUSE],
            in_china(
                "2026-11-24T10:00",
                Facts(notices=(Notice(datetime(2026, 11, 24, 9, 0, 30, tzinfo=SHANGHAI), Channel.SMS),)),
            ),
            "2026-11-25T09:01+08:00",
        ),
        ([UK], in_britain("2026-11-24T20:45"), "2026-11-25T08:00+00:00"),
    ],
)
def test_the_next_allowed_start(profiles: list[Profile], situation: Situation, expected: str) -> None:
    found = next_allowed_at(profiles, situation)
    assert found == datetime.fromisoformat(expected)
    assert ask(profiles, dataclasses.replace(situation, start_at=found)).allowed


@pytest.mark.parametrize(
    "situation",
    [
        in_china("2026-11-24T10:00", staff=1),
        in_china("2026-11-24T10:00", Facts()),
        in_china(
            "2026-11-24T10:00", dataclasses.replace(NOTIFIED, blocks=(Block(BlockKind.INCAPACITY, date(2026, 1, 1)),))
        ),
        in_china("2026-11-24T10:00", minutes=601),
    ],
)
def test_there_is_no_next_start_when_the_team_or_a_lasting_rule_refuses(situation: Situation) -> None:
    assert next_allowed_at([HOUSE], situation) is None


def test_the_next_start_is_looked_for_within_the_horizon() -> None:
    blocked = dataclasses.replace(NOTIFIED, blocks=(Block(BlockKind.DISASTER_AREA, date(2026, 11, 24)),))
    assert next_allowed_at([HOUSE], in_china("2026-11-24T10:00", blocked)) is None
    found = next_allowed_at([HOUSE], in_china("2026-11-24T10:00", blocked), horizon_days=90)
    assert found == datetime(2027, 2, 22, 9, tzinfo=SHANGHAI)


def test_windows_for_planning_hold_hours_limits_blocks_spacing_and_notice() -> None:
    facts = Facts(
        contacts=(Contact(Channel.VISIT, datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)),),
        blocks=(Block(BlockKind.BEREAVEMENT, date(2026, 11, 27), date(2026, 11, 28)),),
    )
    situation = dataclasses.replace(
        in_china("2026-11-24T10:00", facts), notify_from_at=datetime(2026, 11, 25, 14, tzinfo=SHANGHAI)
    )
    expected = [("2026-11-26T14:00", "2026-11-26T19:00"), ("2026-11-28T09:00", "2026-11-28T18:00")]
    assert presence_windows([HOUSE, CN], situation, date(2026, 11, 24), 6) == [
        TimeWindow(*(datetime.fromisoformat(at).replace(tzinfo=SHANGHAI) for at in pair)) for pair in expected
    ]


def test_without_profiles_nothing_is_asked() -> None:
    assert ask([], in_china("2026-11-29T03:00")).answers == ()


TIMELESS = {"staff", "certificate", "badge", "authority_letter", "same_gender", "recording"}


@settings(derandomize=True, deadline=None, max_examples=300)
@given(CHOSEN, CHOSEN, SITUATIONS)
def test_composing_profiles_never_allows_more_than_any_of_them(
    some: list[Profile], others: list[Profile], situation: Situation
) -> None:
    together = ask([*some, *others], situation)
    each = [ask([profile], situation) for profile in [*some, *others]]
    assert together.allowed is all(ruling.allowed for ruling in each)
    first_on = local_day(situation.start_at, situation.time_zone)
    windows = presence_windows([*some, *others], situation, first_on, 3)
    for profile in [*some, *others]:
        alone = presence_windows([profile], situation, first_on, 3)
        assert all(any(wider.covers(window) for wider in alone) for window in windows)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(CHOSEN, SITUATIONS, st.integers(0, 3))
def test_windows_for_planning_and_the_answer_at_the_door_agree(
    profiles: list[Profile], situation: Situation, days_before: int
) -> None:
    first_on = local_day(situation.start_at, situation.time_zone) - timedelta(days=days_before)
    windows = presence_windows(profiles, situation, first_on, days_before + 3)
    timed = [answer for answer in ask(profiles, situation).answers if answer.rule not in TIMELESS]
    assert all(answer.allowed for answer in timed) is any(window.covers(situation.presence) for window in windows)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(CHOSEN, SITUATIONS)
def test_every_start_that_fits_a_window_is_allowed_to_its_edges_and_not_beyond(
    profiles: list[Profile], situation: Situation
) -> None:
    duration = timedelta(seconds=situation.duration_seconds)
    first_on = local_day(situation.start_at, situation.time_zone)
    open_team = dataclasses.replace(situation, team=None)
    for window in presence_windows(profiles, situation, first_on, 4)[:3]:
        if window.duration < duration:
            continue
        for start_at in (window.opens_at, window.closes_at - duration):
            assert ask(profiles, dataclasses.replace(open_team, start_at=start_at)).allowed


@settings(derandomize=True, deadline=None, max_examples=200)
@given(CHOSEN, SITUATIONS)
def test_the_next_start_is_allowed_and_no_earlier_minute_is(profiles: list[Profile], situation: Situation) -> None:
    found = next_allowed_at(profiles, situation, horizon_days=10)
    ruling = ask(profiles, situation)
    assert (found == situation.start_at) is ruling.allowed
    if found is not None and not ruling.allowed:
        assert ask(profiles, dataclasses.replace(situation, start_at=found)).allowed
        before = max(found - timedelta(minutes=1), situation.start_at)
        assert not ask(profiles, dataclasses.replace(situation, start_at=before)).allowed


@settings(derandomize=True, deadline=None, max_examples=200)
@given(CHOSEN, SITUATIONS)
def test_a_refusal_with_an_end_is_lifted_then_and_not_before(profiles: list[Profile], situation: Situation) -> None:
    for answer in ask(profiles, situation).refusals:
        if answer.until is None:
            continue
        assert answer.until > situation.start_at
        later = ask([PROFILES[answer.profile].switched_on()], dataclasses.replace(situation, start_at=answer.until))
        assert next(each for each in later.answers if each.rule == answer.rule).allowed


@settings(derandomize=True, deadline=None, max_examples=200)
@given(CHOSEN, SITUATIONS, st.lists(CONTACTS, max_size=4))
def test_adding_contacts_never_allows_a_refused_visit(
    profiles: list[Profile], situation: Situation, more: list[Contact]
) -> None:
    """The notice is left out: failed attempts on several channels are the very thing that waives it."""
    facts = dataclasses.replace(situation.facts, contacts=(*situation.facts.contacts, *more))
    before, after = (
        {(answer.profile, answer.rule) for answer in ask(profiles, asked).refusals if answer.rule != "notice"}
        for asked in (situation, dataclasses.replace(situation, facts=facts))
    )
    assert before <= after
