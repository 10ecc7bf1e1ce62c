"""Who may knock where, after which notice and agreement, under each shipped profile: one row a clause."""

from datetime import datetime, timedelta

import pytest

from app.compliance.calendar import Weekday
from app.compliance.situation import Channel, Consent, ConsentKind, Facts, Notice, PlaceKind, QuietWindow, Team
from app.kernel.timewindow import TimeWindow
from tests.compliance.visits import PLACES, TUESDAY, answers, local, refused, visit

HOUSE, CN, IN, DRAFT = "house-low-pressure", "CN-GBT45251-CBA2026", "IN-RBI-2022", "IN-RBI-2026-draft"
US, UK, IE, AU = "US-REGF-1006", "UK-CONC7", "IE-CCA1995-s46", "AU-RG96"
ID, PH, MY, KR = "ID-POJK22-2023", "PH-SEC18-BSP454", "MY-BNM-FDCP", "KR-PDPA-2024"
RU, UA, TH, VN, TW = "RU-230FZ", "UA-CCA-art25", "TH-DCA2015", "VN-TT18-2019", "TW-outsourced"
HOME, WORK, HOSPITAL, OTHER = PlaceKind.HOME, PlaceKind.WORK, PlaceKind.HOSPITAL, PlaceKind.OTHER
EVER = datetime.fromisoformat("2026-01-01T00:00+00:00")


@pytest.mark.parametrize(
    ("profile", "place", "needed"),
    [
        (UK, HOME, None),
        (UK, WORK, ConsentKind.WORKPLACE),  # CONC 7.9.14R(3)
        (UK, HOSPITAL, ConsentKind.HOSPITAL_VISIT),  # CONC 7.9.14R(3)
        (UK, OTHER, None),
        (ID, HOME, None),
        (ID, WORK, ConsentKind.WORKPLACE),  # POJK 22/2023, art. 62(2)
        (ID, HOSPITAL, ConsentKind.HOSPITAL_VISIT),
        (ID, OTHER, ConsentKind.OTHER_PLACE),
        (IE, WORK, ConsentKind.WORKPLACE),  # s. 46(a)(i)
        (CN, WORK, ConsentKind.WORKPLACE),  # association guideline 2026
        (HOUSE, WORK, ConsentKind.WORKPLACE),  # house policy 1
        (MY, WORK, None),  # a reason is wanted, which is a condition
        (AU, WORK, None),
        (KR, WORK, None),
        (KR, HOSPITAL, None),
        (RU, WORK, None),
    ],
)
def test_places_that_need_consent(profile: str, place: PlaceKind, needed: ConsentKind | None) -> None:
    places = {"place", "workplace"}
    without = refused(profile, visit(profile, place=place)) & places
    assert bool(without) is (needed is not None)
    if needed is not None:
        others = tuple(Consent(kind, EVER) for kind in ConsentKind if kind is not needed)
        assert refused(profile, visit(profile, place=place, facts=Facts(consents=others))) & places == without
        own = Facts(consents=(Consent(needed, EVER),))
        assert refused(profile, visit(profile, place=place, facts=own)) & places == set()


def test_a_visit_at_work_in_malaysia_needs_a_reason() -> None:
    """Bank Negara Malaysia, fair debt collection practices."""
    answer = answers(MY, visit(MY, place=WORK))["workplace"]
    assert answer.allowed
    assert answer.condition == "put the reason for a visit at work on record"
    assert answers(MY, visit(MY))["workplace"].condition is None


@pytest.mark.parametrize(
    ("profile", "hours_before", "channel", "allowed"),
    [
        (HOUSE, None, Channel.SMS, False),  # house policy 1: a day ahead
        (HOUSE, 24, Channel.SMS, True),
        (HOUSE, 23.99, Channel.SMS, False),
        (UK, None, Channel.LETTER, False),  # CONC 7.9.12R
        (UK, 0.01, Channel.LETTER, True),
        (UK, 0, Channel.LETTER, False),
        (TW, None, Channel.LETTER, False),  # item 12: written, before the debt is entrusted
        (TW, 24, Channel.LETTER, True),
        (TW, 24, Channel.CALL, False),
        (TW, 24, Channel.EMAIL, True),
        (DRAFT, None, Channel.LETTER, False),  # draft of 2026: written notice of the agent
        (DRAFT, 24, Channel.SMS, True),
        (DRAFT, 24, Channel.CALL, False),
    ],
)
def test_notices(profile: str, hours_before: float | None, channel: Channel, allowed: bool) -> None:
    at = local(profile, TUESDAY) - timedelta(hours=hours_before or 0)
    facts = Facts(notices=() if hours_before is None else (Notice(at, channel),))
    assert answers(profile, visit(profile, facts=facts))["notice"].allowed is allowed


@pytest.mark.parametrize("profile", sorted(set(PLACES) - {HOUSE, UK, TW, DRAFT}))
def test_the_others_ask_for_no_notice(profile: str) -> None:
    assert "notice" not in answers(profile, visit(profile))


def test_a_new_agent_is_told_at_once_in_the_indian_draft() -> None:
    answer = answers(DRAFT, visit(DRAFT))["notice_of_agent_change"]
    assert answer.allowed
    assert answer.condition == "when another agent takes over, tell the borrower at once"
    assert [name for name in PLACES if "notice_of_agent_change" in answers(name, visit(name))] == [DRAFT]


@pytest.mark.parametrize(
    ("profile", "team", "expected"),
    [
        (HOUSE, Team(1), {"staff"}),  # house policy 1
        (HOUSE, Team(2), set()),
        (HOUSE, Team(2, (True, False)), {"certificate"}),
        (HOUSE, Team(2, badge=False, authority_letter=False), {"badge", "authority_letter"}),
        (HOUSE, Team(2, recording=False), {"recording"}),
        (CN, Team(1), {"staff"}),  # association guideline 2026: several collectors
        (CN, Team(2), set()),
        (CN, Team(2, (False, True), badge=False), {"certificate", "badge"}),
        (CN, Team(2, recording=False), {"recording"}),
        (TW, Team(1), set()),  # item 12
        (TW, Team(1, badge=False), {"badge"}),
        (TW, Team(1, authority_letter=False), {"authority_letter"}),
        (TW, Team(1, recording=False), {"recording"}),
        (ID, Team(1), set()),  # SEOJK 19/2023
        (ID, Team(1, (False,)), {"certificate"}),
        (ID, Team(1, badge=False), {"badge"}),
        (ID, Team(1, authority_letter=False), {"authority_letter"}),
        (UA, Team(1, recording=False), {"recording"}),  # art. 25
        (UA, Team(1, recording=True), set()),
        (DRAFT, Team(1, (False,), badge=False), {"certificate", "badge"}),  # draft of 2026
        (DRAFT, Team(1, authority_letter=False), {"authority_letter"}),
        (KR, Team(1, (False,), badge=False, authority_letter=False, recording=False), set()),
        (RU, Team(1, (False,), badge=False, authority_letter=False, recording=False), set()),
        (AU, Team(1, (False,), badge=False, authority_letter=False, recording=False), set()),
    ],
)
def test_teams(profile: str, team: Team, expected: set[str]) -> None:
    of_team = {"staff", "certificate", "badge", "authority_letter", "same_gender", "recording"}
    assert refused(profile, visit(profile, team=team)) & of_team == expected


@pytest.mark.parametrize(
    ("profile", "rule", "part"),
    [
        (CN, "certificate", "renewed within 365 days"),  # GB/T 45251-2025, 5.2: at least once a year
        (DRAFT, "certificate", "IIBF DRA certificate"),
        (ID, "badge", "with a photograph"),  # SEOJK 19/2023
        (HOUSE, "recording", "the whole visit is recorded in sound, and this is announced"),
        (TW, "recording", "the whole visit is recorded in sound"),
        (CN, "recording", "the visit is recorded in sound or on video"),
    ],
)
def test_what_is_not_told_is_a_condition_in_full_words(profile: str, rule: str, part: str) -> None:
    assert part in (answers(profile, visit(profile))[rule].condition or "")


AT_18_30 = Consent(
    ConsentKind.PRIOR_AGREEMENT, EVER, from_at=local(UA, "2026-11-24T18:30"), until_at=local(UA, "2026-11-24T19:15")
)


@pytest.mark.parametrize(
    ("start", "minutes", "consents", "expected"),
    [
        ("2026-11-24T10:00", 30, (), {"prior_agreement"}),  # vector 6: no agreed time
        ("2026-11-24T18:30", 45, (AT_18_30,), {"hours"}),  # vector 6: ends after 19:00
        ("2026-11-24T18:30", 30, (AT_18_30,), set()),
        ("2026-11-24T18:29", 30, (AT_18_30,), {"prior_agreement"}),
        ("2026-11-25T18:30", 30, (AT_18_30,), {"prior_agreement"}),
        ("2026-11-24T10:00", 30, (Consent(ConsentKind.PRIOR_AGREEMENT, EVER),), set()),
        ("2026-11-24T10:00", 30, (Consent(ConsentKind.OUT_OF_HOURS, EVER),), {"prior_agreement"}),
        ("2026-11-24T10:00", 30, (Consent(ConsentKind.PRIOR_AGREEMENT, EVER, revoked_at=EVER),), {"prior_agreement"}),
    ],
)
def test_a_visit_in_ukraine_needs_a_prior_agreement(
    start: str, minutes: int, consents: tuple[Consent, ...], expected: set[str]
) -> None:
    """Law on consumer credit, art. 25."""
    assert refused(UA, visit(UA, start, minutes, facts=Facts(consents=consents))) == expected


def test_nobody_else_asks_for_a_prior_agreement() -> None:
    assert [name for name in PLACES if "prior_agreement" in answers(name, visit(name))] == [UA]


WEDNESDAY = QuietWindow(Weekday.WED, 9 * 60, 17 * 60)


@pytest.mark.parametrize("profile", [KR, DRAFT])
@pytest.mark.parametrize(
    ("start", "allowed"),
    [
        ("2026-11-25T08:30", True),
        ("2026-11-25T08:31", False),
        ("2026-11-25T12:00", False),  # vector 4
        ("2026-11-25T16:59", False),
        ("2026-11-25T17:00", True),
        ("2026-11-24T12:00", True),
        ("2026-12-02T12:00", False),  # every week
    ],
)
def test_quiet_windows_are_honoured_in_korea_and_in_the_indian_draft(profile: str, start: str, allowed: bool) -> None:
    """Personal Debtor Protection Act; Reserve Bank of India, draft of 2026."""
    answer = answers(profile, visit(profile, start, facts=Facts(quiet_windows=(WEDNESDAY,))))["quiet_window"]
    assert answer.allowed is allowed


def test_the_house_keeps_quiet_times_and_the_other_laws_know_none() -> None:
    facts = Facts(quiet_windows=(QuietWindow(Weekday.TUE, 0, 1440),))
    assert {name for name in PLACES if "quiet_window" in answers(name, visit(name, facts=facts))} == {HOUSE, KR, DRAFT}


def test_inconvenient_times_and_places_bind_in_the_united_states_alone() -> None:
    """12 CFR 1006.6(b)(1)."""
    start_at = local(US, TUESDAY)
    time = Facts(inconvenient=(TimeWindow(start_at, start_at + timedelta(minutes=1)),))
    place = Facts(inconvenient_places=frozenset({HOME}))
    asking = [name for name in PLACES if "inconvenient_time_or_place" in answers(name, visit(name))]
    assert asking == [US]
    assert refused(US, visit(US, facts=time)) == refused(US, visit(US, facts=place)) == {"inconvenient_time_or_place"}


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (AU, {"last_resort", "ask_permission_first", "workplace_last", "third_party_disclosure"}),
        (DRAFT, {"third_party_disclosure", "contact_persons", "place_order", "microfinance_place"}),
        (ID, {"third_party_disclosure", "no_continuous_disturbance"}),
        (PH, {"public_posting", "third_party_contact", "disputed_status"}),
        (MY, {"third_party_contact", "no_repeated_calls"}),
        (KR, set()),
        (RU, {"register_of_collectors"}),
        (UA, {"introduction", "third_party_contact"}),
        (TH, {"third_party_enquiry", "authority_when_paid"}),
        (VN, {"third_party_disclosure", "contract_times"}),
        (TW, {"entry_consent", "cash_collection", "third_party_enquiry"}),
    ],
)
def test_conduct_is_a_condition_and_never_refuses(profile: str, expected: set[str]) -> None:
    found = answers(profile, visit(profile))
    assert expected <= found.keys()
    for rule in expected:
        assert found[rule].allowed
        assert found[rule].condition
        assert found[rule].source


def test_a_duty_of_advice_alone_refuses_nobody() -> None:
    """RG 96: whether other means have failed may not be known, so it is told and not decided."""
    assert refused(AU, visit(AU, team=Team(1))) == set()
