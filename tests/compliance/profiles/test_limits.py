"""How often each shipped profile lets a borrower be visited: one row a clause and edge day."""

import pytest

from app.compliance.situation import Channel, Contact, Facts
from tests.compliance.visits import PROFILES, ago, refused, visit

HOUSE, CN, IN, DRAFT = "house-low-pressure", "CN-GBT45251-CBA2026", "IN-RBI-2022", "IN-RBI-2026-draft"
US, UK, IE, AU = "US-REGF-1006", "UK-CONC7", "IE-CCA1995-s46", "AU-RG96"
ID, PH, MY, KR = "ID-POJK22-2023", "PH-SEC18-BSP454", "MY-BNM-FDCP", "KR-PDPA-2024"
RU, UA, TH, VN, TW = "RU-230FZ", "UA-CCA-art25", "TH-DCA2015", "VN-TT18-2019", "TW-outsourced"
CALL, SMS, LETTER = Channel.CALL, Channel.SMS, Channel.LETTER
LIMITS = {"visit_limit", "any_channel_limit", "min_days_between_visits", "pause_after_conversation"}
VISITS, ANY, SPACING = {"visit_limit"}, {"any_channel_limit"}, {"min_days_between_visits"}


def calls(profile: str, count: int, days: float) -> list[Contact]:
    return [ago(profile, days, CALL)] * count


ROWS: list[tuple[str, list[Contact], set[str]]] = [
    # Personal Debtor Protection Act: seven contacts in seven days for a claim, visits and calls together (vector 3)
    (KR, [], set()),
    (KR, calls(KR, 6, 1), set()),
    (KR, [*calls(KR, 6, 1), ago(KR, 2)], ANY),
    (KR, [*calls(KR, 5, 1), ago(KR, 2)], set()),
    (KR, calls(KR, 7, 6), ANY),
    (KR, calls(KR, 7, 7), set()),
    (KR, [ago(KR, 1, SMS)] * 7, ANY),
    (KR, [*calls(KR, 6, 1), ago(KR, -1, planned=True)], ANY),
    (KR, [ago(KR, 1, CALL, claim="L-1")] * 7, ANY),
    (KR, [ago(KR, 1, CALL, claim="L-2")] * 7, set()),  # another claim
    (KR, [*([ago(KR, 1, CALL, claim="L-2")] * 6), *calls(KR, 7, 1)], ANY),  # whose claim is not known counts
    # Federal Law 230-FZ, art. 7: one personal meeting a week (vector 5)
    (RU, [], set()),
    (RU, [ago(RU, 0.1)], VISITS),
    (RU, [ago(RU, 6)], VISITS),
    (RU, [ago(RU, 7)], set()),
    (RU, [ago(RU, -6)], VISITS),
    (RU, [ago(RU, -7)], set()),
    (RU, calls(RU, 9, 0.1), set()),  # the limits on calls do not bind visits
    # Law on consumer credit, art. 25: two contacts a day
    (UA, calls(UA, 1, 0.1), set()),
    (UA, calls(UA, 2, 0.1), ANY),
    (UA, [*calls(UA, 1, 0.1), ago(UA, 0.2, SMS)], ANY),
    (UA, calls(UA, 2, 1), set()),
    (UA, [ago(UA, 0.1), ago(UA, 0.2, LETTER)], ANY),
    # Debt Collection Act B.E. 2558: once a day
    (TH, [ago(TH, 0.1, CALL)], set()),
    (TH, [ago(TH, 0.1, CALL, contacted=True)], ANY),
    (TH, [ago(TH, 1, CALL, contacted=True)], set()),
    (TH, [ago(TH, -0.1, planned=True)], ANY),
    # State Bank of Vietnam, circular 18/2019: five a day
    (VN, calls(VN, 4, 0.1), set()),
    (VN, calls(VN, 5, 0.1), ANY),
    (VN, calls(VN, 5, 1), set()),
    (VN, [*calls(VN, 4, 0.1), ago(VN, 0.2)], ANY),
    # ACCC and ASIC, RG 96, part 2, 5: one visit a month (our knowledge), calls and messages apart
    (AU, [ago(AU, 29, contacted=True)], VISITS),
    (AU, [ago(AU, 30, contacted=True)], set()),
    (AU, [ago(AU, 1)], set()),  # nobody was met
    (AU, [ago(AU, 1, CALL, contacted=True)] * 20, set()),
    (AU, [ago(AU, -29, planned=True)], VISITS),
    # House policy 1
    (HOUSE, [ago(HOUSE, 2)], SPACING),
    (HOUSE, [ago(HOUSE, 3)], set()),
    (HOUSE, [ago(HOUSE, 6, contacted=True)], VISITS),
    (HOUSE, [ago(HOUSE, 7, contacted=True)], set()),
    (HOUSE, [ago(HOUSE, 3), ago(HOUSE, 6)], VISITS),
    (HOUSE, [ago(HOUSE, 3), ago(HOUSE, 7)], set()),
    (HOUSE, [ago(HOUSE, days) for days in (5, 12, 19, 29)], VISITS),
    (HOUSE, [ago(HOUSE, days) for days in (5, 12, 19, 30)], set()),
    # 12 CFR 1006.14(b)(2): calls only, also the pause after a conversation
    (US, calls(US, 8, 1), set()),
    (US, [ago(US, 1, CALL, contacted=True)], set()),
    # GB/T 45251-2025 and the guideline of 2026: calls only
    (CN, [ago(CN, 0.1, CALL, contacted=True)] * 9, set()),
    (CN, calls(CN, 9, 0.1), set()),
]


@pytest.mark.parametrize(("profile", "contacts", "expected"), ROWS)
def test_limits(profile: str, contacts: list[Contact], expected: set[str]) -> None:
    situation = visit(profile, facts=Facts(contacts=tuple(contacts)), claim="L-1")
    assert refused(profile, situation) & LIMITS == expected


@pytest.mark.parametrize("profile", [IN, DRAFT, UK, IE, ID, PH, MY, TW, US, CN])
def test_profiles_without_a_limit_on_visits_count_none(profile: str) -> None:
    many = tuple(ago(profile, days / 10, channel, contacted=True) for days in range(9) for channel in Channel)
    assert refused(profile, visit(profile, facts=Facts(contacts=many))) & LIMITS == set()


@pytest.mark.parametrize(
    ("profile", "n", "days", "counts", "channels"),
    [
        (US, 7, 7, "attempted", {CALL}),  # 12 CFR 1006.14(b)(2)(i)(A)
        (CN, 6, 1, "unanswered", {CALL}),  # association guideline 2026
        (CN, 3, 1, "contacted", {CALL}),  # GB/T 45251-2025, 5.3
        (RU, 1, 1, "attempted", {CALL}),  # 230-FZ, art. 7
        (RU, 2, 7, "attempted", {CALL}),
        (RU, 8, 30, "attempted", {CALL}),
        (AU, 3, 7, "contacted", set(Channel) - {Channel.VISIT}),  # RG 96, part 2, 5
        (AU, 10, 30, "contacted", set(Channel) - {Channel.VISIT}),
    ],
)
def test_limits_on_other_channels_are_on_file(
    profile: str, n: int, days: int, counts: str, channels: set[Channel]
) -> None:
    known = {
        (limit.n, limit.window.days, limit.counts.value, frozenset(limit.channels))
        for limit in PROFILES[profile].limits
        if not limit.binds_visits
    }
    assert (n, days, counts, frozenset(channels)) in known


def test_the_pause_after_a_conversation_is_on_file_in_the_united_states() -> None:
    """12 CFR 1006.14(b)(2)(i)(B)."""
    pause = PROFILES[US].pause_after_conversation
    assert pause is not None
    assert (pause.days, set(pause.channels), pause.scope.value) == (7, {CALL}, "claim")
