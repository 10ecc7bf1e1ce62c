"""How long the house has to answer: calendar days in the region's zone, counted from the next day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.redress.clocks import (
    POLICIES,
    ClockPolicy,
    acknowledge_due_on,
    is_overdue,
    offer_state,
    policy_on,
    resolve_due_on,
    review_due_on,
)
from app.redress.terms import ComplaintState as S
from app.redress.terms import Complexity as X
from app.redress.terms import OfferResponse, OfferState

HANGZHOU = "Asia/Shanghai"
CHINA = policy_on(["CN-GBT45251-CBA2026"], date(2026, 11, 23))

instants = st.integers(0, 7_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
zones = st.sampled_from([HANGZHOU, "Europe/Dublin", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Niue", "UTC"])
policies = st.sampled_from(POLICIES)
days = st.dates(date(1971, 1, 1), date(2198, 1, 1))


@pytest.mark.parametrize(
    ("complexity", "extended", "due_on"),
    [
        (X.SIMPLE, False, date(2026, 12, 8)),
        (X.COMPLEX, False, date(2026, 12, 23)),
        (X.COMPLEX, True, date(2027, 1, 22)),
    ],
)
def test_the_chinese_limits_are_15_days_30_for_a_complex_one_and_30_more(
    complexity: X, extended: bool, due_on: date
) -> None:
    received_at = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert resolve_due_on(CHINA, received_at, HANGZHOU, complexity, extended=extended) == due_on


def test_what_comes_in_after_midnight_there_has_a_day_more_than_before_it() -> None:
    before, after = datetime(2026, 11, 23, 15, 59, tzinfo=UTC), datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert acknowledge_due_on(CHINA, before, HANGZHOU) == date(2026, 11, 26)
    assert acknowledge_due_on(CHINA, after, HANGZHOU) == date(2026, 11, 27)
    assert acknowledge_due_on(CHINA, before, "UTC") == acknowledge_due_on(CHINA, after, "UTC") == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("profiles", "on", "name"),
    [
        (["CN-GBT45251-CBA2026", "house-low-pressure"], date(2026, 11, 23), "CN-complaints-2020"),
        (["CN-GBT45251-CBA2026"], date(2020, 3, 1), "CN-complaints-2020"),
        (["CN-GBT45251-CBA2026"], date(2020, 2, 29), "house-clocks"),
        (["CNX-1", "IE-CCA1995-s46"], date(2026, 11, 23), "house-clocks"),
        ([], date(2026, 11, 23), "house-clocks"),
    ],
)
def test_the_place_s_own_limits_hold_from_their_day_on(profiles: list[str], on: date, name: str) -> None:
    assert policy_on(profiles, on).name == name


def test_a_newer_policy_of_the_place_takes_over_on_its_day() -> None:
    newer = replace(CHINA, version="2", from_on=date(2027, 1, 1), acknowledge_days=1)
    both = (*POLICIES, newer)
    assert policy_on(["CN-1"], date(2026, 12, 31), both) == CHINA
    assert policy_on(["CN-1"], date(2027, 1, 1), both) == newer


def test_every_policy_says_where_it_comes_from() -> None:
    assert all(policy.source for policy in POLICIES)
    assert len({policy.label for policy in POLICIES}) == len(POLICIES)


@given(policy=policies, at=instants, zone=zones, complexity=st.sampled_from(X), extended=st.booleans())
@settings(derandomize=True, deadline=None, max_examples=300)
def test_a_due_day_is_so_many_days_after_the_local_day(
    policy: ClockPolicy, at: datetime, zone: str, complexity: X, extended: bool
) -> None:
    due_on = resolve_due_on(policy, at, zone, complexity, extended=extended)
    days_given = policy.resolve_days[complexity] + (policy.extension_days if extended else 0)
    assert due_on - at.astimezone(ZoneInfo(zone)).date() == timedelta(days_given)


@given(policy=policies, at=instants, later=st.timedeltas(timedelta(0), timedelta(days=400)), zone=zones)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_whoever_complains_later_is_never_answered_earlier(
    policy: ClockPolicy, at: datetime, later: timedelta, zone: str
) -> None:
    for complexity in X:
        first = resolve_due_on(policy, at, zone, complexity, extended=False)
        assert first <= resolve_due_on(policy, at + later, zone, complexity, extended=False)
        assert first < resolve_due_on(policy, at, zone, complexity, extended=True)
    assert acknowledge_due_on(policy, at, zone) <= acknowledge_due_on(policy, at + later, zone)
    assert review_due_on(policy, at, zone, urgent=True) < review_due_on(policy, at, zone, urgent=False)
    assert resolve_due_on(policy, at, zone, X.SIMPLE, extended=False) < resolve_due_on(
        policy, at, zone, X.COMPLEX, extended=False
    )


@given(acknowledge_by=days, resolve_by=days, on=days, state=st.sampled_from(S))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_what_is_overdue_stays_so_until_it_is_done(acknowledge_by: date, resolve_by: date, on: date, state: S) -> None:
    late = is_overdue(state, acknowledge_by, resolve_by, on)
    assert not is_overdue(S.RESOLVED, acknowledge_by, resolve_by, on)
    if late:
        assert is_overdue(state, acknowledge_by, resolve_by, on + timedelta(days=1))
    if is_overdue(S.ACKNOWLEDGED, acknowledge_by, resolve_by, on):
        assert is_overdue(S.OPEN, acknowledge_by, resolve_by, on)


def test_the_due_day_itself_is_in_time() -> None:
    due_on = date(2026, 12, 8)
    assert not is_overdue(S.OPEN, due_on, due_on, due_on)
    assert is_overdue(S.OPEN, due_on, due_on + timedelta(days=9), due_on + timedelta(days=1))
    assert not is_overdue(S.ACKNOWLEDGED, due_on, due_on + timedelta(days=9), due_on + timedelta(days=1))


@pytest.mark.parametrize(
    ("response", "offered", "valid_until_on", "state"),
    [
        (None, False, None, OfferState.PLANNED),
        (None, False, date(2026, 1, 1), OfferState.PLANNED),
        (None, True, None, OfferState.OPEN),
        (None, True, date(2026, 11, 23), OfferState.OPEN),
        (None, True, date(2026, 11, 22), OfferState.LAPSED),
        (OfferResponse.ACCEPTED, True, date(2026, 11, 22), OfferState.ACCEPTED),
        (OfferResponse.DECLINED, True, None, OfferState.DECLINED),
    ],
)
def test_an_offer_without_an_answer_lapses_after_its_last_day(
    response: OfferResponse | None, offered: bool, valid_until_on: date | None, state: OfferState
) -> None:
    offered_at = datetime(2026, 11, 1, tzinfo=UTC) if offered else None
    assert offer_state(response, offered_at, valid_until_on, date(2026, 11, 23)) is state
