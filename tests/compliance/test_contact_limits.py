import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compliance.clauses import CalendarSpan, Counts, Evidence, Limit, LimitWindow, PauseRule, Scope, SpacingRule
from app.compliance.contact_limits import limit_questions, visits_left
from app.compliance.profile import LegalStatus, Profile
from app.compliance.profile_files import load_profiles
from app.compliance.question import put
from app.compliance.ruling import Answer
from app.compliance.situation import Channel, Contact, Facts, Situation

PROFILES = load_profiles()
HOUSE = PROFILES["house-low-pressure"]
ZONE = "Asia/Shanghai"
DAY = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo(ZONE))
VISIT = frozenset({Channel.VISIT})


def limit(n: int, days: int, counts: Counts = Counts.ATTEMPTED, channels: frozenset[Channel] = frozenset()) -> Limit:
    return Limit(
        source="s",
        evidence=Evidence.SECONDARY,
        n=n,
        window=LimitWindow(days),
        counts=counts,
        scope=Scope.BORROWER,
        channels=channels,
    )


def profile(*limits: Limit, spacing: int | None = None) -> Profile:
    rule = None if spacing is None else SpacingRule(source="s", evidence=Evidence.DESIGN, days=spacing)
    return Profile(
        id="made", version="1", name="made", legal_status=LegalStatus.LAW, enforced=True, country=None,
        evidence=Evidence.SECONDARY, effective_from=date(2017, 1, 1), limits=limits, min_days_between_visits=rule,
    )  # fmt: skip


RU = profile(limit(1, 7, channels=VISIT), limit(1, 1, channels=frozenset({Channel.CALL})))  # 230-FZ art. 7
KR = profile(limit(7, 7))  # Personal Debtor Protection Act: seven contacts in seven days, visits and calls together


def ago(days: float, channel: Channel = Channel.VISIT, *, contacted: bool = False, planned: bool = False) -> Contact:
    return Contact(channel, DAY - timedelta(days=days), contacted, planned)


def answers(asked: Profile, *contacts: Contact, start_at: datetime = DAY) -> dict[str, Answer]:
    situation = Situation(ZONE, None, start_at, 1800, facts=Facts(contacts=contacts))
    return {question.rule: put(question, asked, situation) for question in limit_questions(asked, situation)}


def refused(asked: Profile, *contacts: Contact, start_at: datetime = DAY) -> set[str]:
    return {rule for rule, answer in answers(asked, *contacts, start_at=start_at).items() if not answer.allowed}


CALL = Channel.CALL


@pytest.mark.parametrize(
    ("asked", "contacts", "expected"),
    [
        # Russia: one personal meeting a week (vector 5)
        (RU, [], set()),
        (RU, [ago(6)], {"visit_limit"}),
        (RU, [ago(7)], set()),
        (RU, [ago(0.1)], {"visit_limit"}),
        (RU, [ago(0, CALL), ago(0, CALL)], set()),  # limits on calls do not bind visits
        # Korea: seven contacts in seven days over all channels (vector 3)
        (KR, [ago(day, CALL) for day in range(1, 7)], set()),
        (KR, [*(ago(day, CALL) for day in range(1, 7)), ago(3)], {"any_channel_limit"}),
        (KR, [*(ago(day, CALL) for day in range(1, 7)), ago(7)], set()),
        (KR, [ago(1, Channel.SMS)] * 7, {"any_channel_limit"}),
        # House policy 1: 1 contacted and 2 attempted in 7 days, 4 attempted in 30, three days apart
        (HOUSE, [ago(6, contacted=True)], {"visit_limit"}),
        (HOUSE, [ago(7, contacted=True)], set()),
        (HOUSE, [ago(6)], set()),
        (HOUSE, [ago(6), ago(3)], {"visit_limit"}),
        (HOUSE, [ago(7), ago(3)], set()),
        (HOUSE, [ago(29), ago(22), ago(15), ago(8)], {"visit_limit"}),
        (HOUSE, [ago(30), ago(22), ago(15), ago(8)], set()),
        (HOUSE, [ago(2)], {"min_days_between_visits"}),
        (HOUSE, [ago(3)], set()),
        (HOUSE, [ago(0.1)], {"min_days_between_visits"}),
        (HOUSE, [ago(1, CALL, contacted=True)] * 20, set()),  # calls are none of its limits
        # Planned visits count, before and after, and may meet the borrower
        (HOUSE, [ago(-3, planned=True)], {"visit_limit"}),
        (HOUSE, [ago(-7, planned=True)], set()),
        (HOUSE, [ago(-2)], {"min_days_between_visits"}),
        (RU, [ago(-6)], {"visit_limit"}),
        (RU, [ago(-7)], set()),
        # unanswered calls alone
        (profile(limit(1, 1, Counts.UNANSWERED)), [ago(0.1, CALL)], {"any_channel_limit"}),
        (profile(limit(1, 1, Counts.UNANSWERED)), [ago(0.1, CALL, contacted=True)], set()),
        (profile(limit(0, 7, channels=VISIT)), [], {"visit_limit"}),
    ],
)
def test_limits(asked: Profile, contacts: list[Contact], expected: set[str]) -> None:
    assert refused(asked, *contacts) == expected


def test_profiles_without_limits_on_visits_ask_nothing() -> None:
    """Regulation F and the Chinese texts limit calls only."""
    for name in ("US-REGF-1006", "CN-GBT45251-CBA2026", "IN-RBI-2022", "UK-CONC7", "IE-CCA1995-s46"):
        assert answers(PROFILES[name], *[ago(1, CALL, contacted=True)] * 20) == {}


def test_days_are_those_of_the_place() -> None:
    late = Contact(Channel.VISIT, datetime(2026, 11, 17, 15, 59, tzinfo=UTC))  # 23:59 in Shanghai, seven days before
    early = Contact(Channel.VISIT, datetime(2026, 11, 17, 16, 1, tzinfo=UTC))  # 00:01 on the day after
    assert refused(RU, late) == set()
    assert refused(RU, early) == {"visit_limit"}


@pytest.mark.parametrize(
    ("asked", "contacts", "rule", "until"),
    [
        (RU, [ago(6)], "visit_limit", date(2026, 11, 25)),
        (RU, [ago(0.1)], "visit_limit", date(2026, 12, 1)),
        (HOUSE, [ago(1)], "min_days_between_visits", date(2026, 11, 26)),
        (HOUSE, [ago(29), ago(22), ago(15), ago(8)], "visit_limit", date(2026, 11, 25)),
        (HOUSE, [ago(6, contacted=True)], "visit_limit", date(2026, 11, 25)),
    ],
)
def test_a_refusal_ends_when_the_first_free_day_begins(
    asked: Profile, contacts: list[Contact], rule: str, until: date
) -> None:
    answer = answers(asked, *contacts)[rule]
    assert answer.until == datetime(until.year, until.month, until.day, tzinfo=ZoneInfo(ZONE))


def test_a_refusal_names_the_limit_that_is_used_up_and_a_yes_names_all() -> None:
    assert answers(HOUSE, ago(6, contacted=True))["visit_limit"].source == "House policy 1, visit limits (a)"
    assert answers(HOUSE)["visit_limit"].source.count("visit limits") == 3


@pytest.mark.parametrize(
    ("profiles", "contacts", "left"),
    [
        ([HOUSE], [], 1),
        ([HOUSE], [ago(6, contacted=True)], 0),
        ([HOUSE], [ago(20), ago(15), ago(10)], 1),
        ([HOUSE], [ago(29), ago(20), ago(15), ago(10)], 0),
        ([HOUSE], [ago(0)] * 9, 0),
        ([KR], [ago(1, CALL)] * 5, 2),
        ([KR, RU], [], 1),
        ([PROFILES["US-REGF-1006"]], [], None),
        ([], [], None),
    ],
)
def test_the_visit_budget_is_the_least_of_all_limits(
    profiles: list[Profile], contacts: list[Contact], left: int | None
) -> None:
    assert visits_left(profiles, contacts, date(2026, 11, 24), ZONE) == left


CONTACTS = st.lists(
    st.builds(ago, st.floats(-40, 40), st.sampled_from(Channel), contacted=st.booleans(), planned=st.booleans()),
    max_size=12,
)
WEEKLY = Limit(
    source="s", evidence=Evidence.DESIGN, n=2, window=LimitWindow(calendar=CalendarSpan.WEEK),
    counts=Counts.UNANSWERED, scope=Scope.BORROWER,
)  # fmt: skip
PROFILE = st.sampled_from(
    [RU, KR, HOUSE, profile(limit(2, 3, Counts.CONTACTED), limit(3, 10), spacing=2), profile(WEEKLY, limit(5, 9))]
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(PROFILE, CONTACTS, CONTACTS)
def test_adding_contacts_never_allows_what_was_refused(
    asked: Profile, contacts: list[Contact], more: list[Contact]
) -> None:
    assert refused(asked, *contacts) <= refused(asked, *contacts, *more)
    on = date(2026, 11, 24)
    left, less = (visits_left([asked], ledger, on, ZONE) for ledger in (contacts, [*contacts, *more]))
    assert left is not None
    assert less is not None
    assert less <= left


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.integers(1, 4), st.integers(1, 10), st.sets(st.integers(-15, 15), max_size=12))
def test_no_window_holds_more_than_the_limit_exactly_when_visits_are_allowed(n: int, days: int, on: set[int]) -> None:
    """The brute-force reading of the rule: with the visit of day 0, no `days` days in a row hold more than n."""
    contacts = [ago(-day, CALL) for day in on]
    with_visit = [*on, 0]
    windows = [sum(first <= day < first + days for day in with_visit) for first in range(-days + 1, 1)]
    assert (refused(profile(limit(n, days)), *contacts) == set()) is (max(windows) <= n)


def in_calendar(n: int, span: CalendarSpan, counts: Counts = Counts.ANY) -> Profile:
    window = LimitWindow(calendar=span)
    return profile(dataclasses.replace(limit(n, 1, counts), window=window))


WEEK, MONTH = in_calendar(1, CalendarSpan.WEEK), in_calendar(2, CalendarSpan.MONTH)


def on(day: str, channel: Channel = CALL) -> Contact:
    return Contact(channel, datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZoneInfo(ZONE)))


@pytest.mark.parametrize(
    ("asked", "contacts", "expected"),
    [
        # 2026-11-24 is a Tuesday: its week runs from the 23rd to the 29th
        (WEEK, [on("2026-11-22")], set()),
        (WEEK, [on("2026-11-23")], {"any_channel_limit"}),
        (WEEK, [on("2026-11-29")], {"any_channel_limit"}),
        (WEEK, [on("2026-11-30")], set()),
        (MONTH, [on("2026-11-01")], set()),
        (MONTH, [on("2026-11-01"), on("2026-11-30")], {"any_channel_limit"}),
        (MONTH, [on("2026-11-01"), on("2026-10-31")], set()),
        (MONTH, [on("2026-11-01"), on("2026-12-01")], set()),
        (MONTH, [on("2025-11-24"), on("2025-11-25")], set()),
    ],
)
def test_calendar_weeks_and_months_of_the_place(asked: Profile, contacts: list[Contact], expected: set[str]) -> None:
    assert refused(asked, *contacts) == expected


def test_a_calendar_week_over_new_year_is_one_week() -> None:
    """2026-12-31 is a Thursday, 2027-01-01 the Friday of the same week."""
    new_year = datetime(2027, 1, 1, 10, tzinfo=ZoneInfo(ZONE))
    assert refused(WEEK, on("2026-12-31"), start_at=new_year) == {"any_channel_limit"}
    assert refused(MONTH, on("2026-12-31"), on("2026-12-30"), start_at=new_year) == set()
    answer = answers(WEEK, on("2026-12-31"), start_at=new_year)["any_channel_limit"]
    assert answer.until == datetime(2027, 1, 4, tzinfo=ZoneInfo(ZONE))
    assert "in a calendar week used" in answer.reason


KEYS = {
    Scope.CASE: "case",
    Scope.CLAIM: "claim",
    Scope.CONTACT_POINT: "contact_point",
    Scope.ADDRESS: "address",
}


@pytest.mark.parametrize("scope", list(KEYS))
@pytest.mark.parametrize(
    ("own", "theirs", "counts"),
    [("a", "a", True), ("a", "b", False), ("a", None, True), (None, "b", True), (None, None, True)],
)
def test_a_scope_leaves_out_what_is_known_to_be_of_another(
    scope: Scope, own: str | None, theirs: str | None, counts: bool
) -> None:
    scoped = profile(dataclasses.replace(limit(1, 7), scope=scope))
    of_contact: dict[str, Any] = {KEYS[scope]: theirs}
    of_visit: dict[str, Any] = {KEYS[scope]: own}
    contact = dataclasses.replace(ago(1, CALL), **of_contact)
    situation = dataclasses.replace(Situation(ZONE, None, DAY, 1800, facts=Facts(contacts=(contact,))), **of_visit)
    (question,) = limit_questions(scoped, situation)
    assert put(question, scoped, situation).allowed is not counts


def test_over_a_borrower_contacts_of_every_claim_count() -> None:
    contact = dataclasses.replace(ago(1, CALL), claim="L-2", case="C-2", address="elsewhere")
    situation = Situation(ZONE, None, DAY, 1800, facts=Facts(contacts=(contact,)), claim="L-1", case="C-1", address="x")
    asked = profile(limit(1, 7))
    (question,) = limit_questions(asked, situation)
    assert not put(question, asked, situation).allowed


def pausing(*channels: Channel) -> Profile:
    """12 CFR 1006.14(b)(2)(i)(B), but binding visits."""
    rule = PauseRule(source="s", evidence=Evidence.PRIMARY, days=7, scope=Scope.BORROWER, channels=frozenset(channels))
    return dataclasses.replace(profile(), pause_after_conversation=rule)


PAUSED = {"pause_after_conversation"}


@pytest.mark.parametrize(
    ("asked", "contacts", "expected"),
    [
        (pausing(), [ago(6, CALL, contacted=True)], PAUSED),
        (pausing(), [ago(7, CALL, contacted=True)], set()),  # the day of the conversation is the first of seven
        (pausing(), [ago(0.1, CALL, contacted=True)], PAUSED),
        (pausing(), [ago(1, CALL)] * 9, set()),  # nobody answered
        (pausing(), [ago(-6, planned=True)], PAUSED),
        (pausing(Channel.VISIT), [ago(1, CALL, contacted=True)], set()),
        (pausing(Channel.VISIT), [ago(1, contacted=True)], PAUSED),
        (pausing(CALL, Channel.VISIT), [ago(1, CALL, contacted=True)], PAUSED),
        (pausing(CALL), [ago(1, CALL, contacted=True)], set()),  # calls rest, visits do not
    ],
)
def test_a_pause_after_a_conversation(asked: Profile, contacts: list[Contact], expected: set[str]) -> None:
    assert refused(asked, *contacts) == expected


def test_a_pause_names_the_conversation_and_its_end() -> None:
    answer = answers(pausing(), ago(2, CALL, contacted=True))["pause_after_conversation"]
    assert answer.reason == "a conversation on 2026-11-22 asks for a pause of 7 days"
    assert answer.until == datetime(2026, 11, 29, tzinfo=ZoneInfo(ZONE))
    assert answers(pausing())["pause_after_conversation"].reason == "no conversation within 7 days"
