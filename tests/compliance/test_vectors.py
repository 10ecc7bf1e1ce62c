"""The twelve cases that every form of these rules has to get right."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.compliance.calendar import Weekday
from app.compliance.composition import ask
from app.compliance.quiet_windows import excesses
from app.compliance.ruling_book import RulingBook
from app.compliance.situation import (
    Block,
    BlockKind,
    Channel,
    Consent,
    ConsentKind,
    Contact,
    Facts,
    Notice,
    QuietWindow,
    Situation,
    Team,
)
from tests.compliance.visits import PROFILES, ago, answers, local, refused, visit

HOUSE, CN, UK, IE = "house-low-pressure", "CN-GBT45251-CBA2026", "UK-CONC7", "IE-CCA1995-s46"
KR, RU, UA, ID = "KR-PDPA-2024", "RU-230FZ", "UA-CCA-art25", "ID-POJK22-2023"
NOTICE = Notice(datetime(2026, 1, 1, tzinfo=UTC), Channel.LETTER)
NOTIFIED = Facts(notices=(NOTICE,))
PAIR = Team(2)


def blocked(kind: BlockKind, from_on: date) -> Facts:
    return replace(NOTIFIED, blocks=(Block(kind, from_on),))


def agreed(kind: ConsentKind, **hours: datetime) -> tuple[Consent, ...]:
    return (Consent(kind, datetime(2026, 11, 20, tzinfo=UTC), hours.get("until"), from_at=hours.get("since")),)


def test_vector_1_a_visit_in_china_that_ends_at_a_quarter_past_ten_needs_consent() -> None:
    late = visit(CN, "2026-11-24T21:45", 30, team=PAIR)
    assert refused(CN, late) == {"hours"}
    assert refused(CN, replace(late, facts=Facts(consents=agreed(ConsentKind.OUT_OF_HOURS)))) == set()
    assert refused(CN, visit(CN, "2026-11-24T21:30", 30, team=PAIR)) == set()


@pytest.mark.parametrize(
    ("start", "allowed"),
    [
        ("2026-02-14T18:30", True),  # a Saturday that is a workday: weekday hours
        ("2026-02-14T18:31", False),
        ("2026-02-21T12:00", False),  # a Saturday of the break
        ("2026-02-17T12:00", False),  # Spring Festival
    ],
)
def test_vector_2_make_up_workday_and_spring_festival(start: str, allowed: bool) -> None:
    both = [PROFILES[CN], PROFILES[HOUSE]]
    assert ask(both, visit(CN, start, facts=NOTIFIED, team=PAIR)).allowed is allowed


def test_vector_3_the_eighth_contact_in_seven_days_in_korea() -> None:
    calls = [ago(KR, days, Channel.CALL) for days in range(1, 7)]
    assert refused(KR, visit(KR, facts=Facts(contacts=(*calls, ago(KR, 3))))) == {"any_channel_limit"}
    assert refused(KR, visit(KR, facts=Facts(contacts=tuple(calls)))) == set()


def test_vector_4_quiet_hours_in_korea() -> None:
    wednesday = QuietWindow(Weekday.WED, 9 * 60, 17 * 60)
    assert refused(KR, visit(KR, "2026-11-25T12:00", facts=Facts(quiet_windows=(wednesday,)))) == {"quiet_window"}
    assert refused(KR, visit(KR, "2026-11-25T17:00", facts=Facts(quiet_windows=(wednesday,)))) == set()
    kept = [wednesday, QuietWindow(Weekday.THU, 9 * 60, 17 * 60), QuietWindow(Weekday.FRI, 9 * 60, 17 * 60)]
    up_to_28 = QuietWindow(Weekday.MON, 9 * 60, 13 * 60)
    assert excesses([PROFILES[KR]], kept, up_to_28) == ()
    refusals = excesses([PROFILES[KR]], [*kept, up_to_28], QuietWindow(Weekday.MON, 13 * 60, 14 * 60))
    assert [excess.reason for excess in refusals] == [
        "29 h 00 min a week are more than the 28 h that can be kept quiet"
    ]


@pytest.mark.parametrize(("days", "expected"), [(6, {"visit_limit"}), (7, set())])
def test_vector_5_one_meeting_a_week_in_russia(days: int, expected: set[str]) -> None:
    assert refused(RU, visit(RU, facts=Facts(contacts=(ago(RU, days),)))) == expected


def test_vector_6_an_agreed_time_in_ukraine() -> None:
    assert refused(UA, visit(UA)) == {"prior_agreement"}
    since, until = local(UA, "2026-11-24T18:30"), local(UA, "2026-11-24T19:15")
    facts = Facts(consents=agreed(ConsentKind.PRIOR_AGREEMENT, since=since, until=until))
    assert refused(UA, visit(UA, "2026-11-24T18:30", 45, facts=facts)) == {"hours"}
    assert refused(UA, visit(UA, "2026-11-24T18:30", 30, facts=facts)) == set()


@pytest.mark.parametrize("profile", [IE, ID])
def test_vector_7_sundays_in_ireland_and_indonesia(profile: str) -> None:
    assert refused(profile, visit(profile, "2026-11-29T10:00")) == {"hours"}
    assert refused(profile, visit(profile, "2026-11-28T10:00")) == set()


def test_vector_8_an_open_dispute_in_the_united_kingdom() -> None:
    facts = blocked(BlockKind.DISPUTE_OPEN, date(2026, 11, 1))
    assert refused(UK, visit(UK, facts=facts)) == {"block"}
    lifted = replace(facts, consents=agreed(ConsentKind.PRIOR_AGREEMENT))
    assert refused(UK, visit(UK, facts=lifted)) == set()


@pytest.mark.parametrize(("days", "expected"), [(0, {"block"}), (59, {"block"}), (60, set()), (61, set())])
def test_vector_9_breathing_space(days: int, expected: set[str]) -> None:
    facts = blocked(BlockKind.BREATHING_SPACE, date(2026, 11, 24) - timedelta(days=days))
    assert refused(UK, visit(UK, facts=facts)) == expected


def test_vector_10_somebody_under_age_alone_at_the_door_ends_the_visit_without_a_word_on_the_debt() -> None:
    """What the rules can say of it: leave; nobody comes again until somebody has closed it; tell nothing."""
    found = answers(HOUSE, visit(HOUSE, facts=blocked(BlockKind.MINOR_ONLY_PRESENT, date(2026, 11, 24)), team=PAIR))
    assert [rule for rule, answer in found.items() if not answer.allowed] == ["block"]
    assert "leave" in found["block"].reason
    assert found["block"].until is None
    assert found["third_party_disclosure"].condition == "tell nobody else of the debt"


def test_vector_11_a_payment_after_the_visit_was_sent_out_refuses_it_at_the_door() -> None:
    """What was allowed when it was planned is asked again with the facts of the door."""
    planned = visit(HOUSE, facts=NOTIFIED, team=PAIR)
    assert ask([PROFILES[HOUSE]], planned).allowed
    paid = replace(planned, facts=blocked(BlockKind.PAID_OR_BELOW_THRESHOLD, date(2026, 11, 24)))
    assert refused(HOUSE, paid) == {"block"}
    assert RulingBook((PROFILES[HOUSE],), paid, date(2026, 11, 24), 1).windows == ()


def test_vector_12_a_borrower_who_moved_from_china_to_ukraine() -> None:
    """The profile of the visited address holds there, and the lender's own from home beside it."""
    both = [PROFILES[UA], PROFILES[CN]]
    kyiv = ZoneInfo("Europe/Kyiv")

    def rulings(start: str, team: Team, *consents: Consent) -> set[tuple[str, str]]:
        start_at = datetime.fromisoformat(start).replace(tzinfo=kyiv)
        situation = Situation("Europe/Kyiv", "UA", start_at, 1800, team=team, facts=Facts(consents=consents))
        return {(answer.profile, answer.rule) for answer in ask(both, situation).refusals}

    (agreement,) = agreed(ConsentKind.PRIOR_AGREEMENT)
    assert rulings("2026-11-24T10:00", PAIR, agreement) == set()
    assert rulings("2026-11-24T10:00", PAIR) == {(UA, "prior_agreement")}
    assert rulings("2026-11-24T10:00", Team(1), agreement) == {(CN, "staff")}
    assert rulings("2026-11-24T19:30", PAIR, agreement) == {(UA, "hours")}
    assert rulings("2026-11-24T07:30", PAIR, agreement) == {(UA, "hours"), (CN, "hours")}
    assert rulings("2026-11-28T10:00", PAIR, agreement) == {(UA, "hours")}


def test_a_ledger_that_the_case_system_feeds_counts_in_every_vector() -> None:
    """Contacts of all channels stand in one ledger: six calls by others leave one visit in Korea, seven none."""
    calls = tuple(Contact(Channel.CALL, local(KR, "2026-11-23T10:00")) for _ in range(7))
    assert ask([PROFILES[KR]], visit(KR, facts=Facts(contacts=calls[:6]))).allowed
    assert not ask([PROFILES[KR]], visit(KR, facts=Facts(contacts=calls))).allowed
