from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.compliance.blocks import block_question, blocked_until
from app.compliance.clauses import Effect
from app.compliance.profile_files import load_profiles
from app.compliance.question import put
from app.compliance.ruling import Answer
from app.compliance.situation import Block, BlockKind, Consent, ConsentKind, Facts, Situation

PROFILES = load_profiles()
HOUSE, UK, US = "house-low-pressure", "UK-CONC7", "US-REGF-1006"
ZONE = "Europe/London"
K = BlockKind
TODAY = date(2026, 11, 24)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def asked(profile: str, *blocks: Block, consents: tuple[Consent, ...] = (), on: date = TODAY) -> Answer | None:
    start_at = datetime(on.year, on.month, on.day, 10, tzinfo=ZoneInfo(ZONE))
    situation = Situation(ZONE, None, start_at, 1800, facts=Facts(blocks=blocks, consents=consents))
    question = block_question(PROFILES[profile], situation)
    return put(question, PROFILES[profile], situation) if question else None


# profile, kind, begun days ago, ended days ago (None: not over), allowed
ROWS = [
    # House policy 1
    (HOUSE, K.BEREAVEMENT, 0, None, False),
    (HOUSE, K.BEREAVEMENT, 29, None, False),
    (HOUSE, K.BEREAVEMENT, 30, None, True),
    (HOUSE, K.BEREAVEMENT, 40, -1, False),  # prolonged until tomorrow
    (HOUSE, K.HOSPITAL, 200, None, False),
    (HOUSE, K.HOSPITAL, 40, 13, False),
    (HOUSE, K.HOSPITAL, 40, 14, True),
    (HOUSE, K.DISASTER_AREA, 89, None, False),
    (HOUSE, K.DISASTER_AREA, 90, None, True),
    (HOUSE, K.DISPUTE_OPEN, 300, None, False),
    (HOUSE, K.DISPUTE_OPEN, 300, 0, True),  # closed today: the end is excluded
    (HOUSE, K.DISPUTE_OPEN, -1, None, True),  # from tomorrow
    (HOUSE, K.COMPLAINT_OPEN, 300, None, False),
    (HOUSE, K.INSOLVENCY, 300, None, False),
    (HOUSE, K.REPRESENTED, 300, None, False),
    (HOUSE, K.INCAPACITY, 3000, None, False),
    (HOUSE, K.MINOR_ONLY_PRESENT, 0, None, False),  # vector 10: nobody stays at that door
    (HOUSE, K.MINOR_ONLY_PRESENT, 1, 0, True),
    (HOUSE, K.VULNERABLE_SUSPECTED, 1, None, False),
    (HOUSE, K.PAID_OR_BELOW_THRESHOLD, 0, None, False),  # vector 11: paid after the visit was sent out
    (HOUSE, K.PLAN_PERFORMING, 1, None, False),
    (HOUSE, K.NO_VISIT_LIST, 3000, None, False),
    (HOUSE, K.LIMITATION_EXPIRED, 1, None, False),
    (HOUSE, K.ASKED_TO_LEAVE, 3000, None, False),
    (HOUSE, K.DISTRESS, 30, None, False),
    (HOUSE, K.DISTRESS, 30, 0, True),  # somebody has cleared it
    (HOUSE, K.CEASE_REQUEST, 3000, None, False),
    (HOUSE, K.MARRIAGE_FUNCTION, 1, None, True),  # not one of this profile's
    # CONC 7.9.14R and the Debt Respite Scheme
    (UK, K.DISPUTE_OPEN, 5, None, False),  # vector 8
    (UK, K.DISPUTED_OR_QUERIED, 5, None, False),
    (UK, K.BREATHING_SPACE, 0, None, False),
    (UK, K.BREATHING_SPACE, 59, None, False),  # vector 9
    (UK, K.BREATHING_SPACE, 60, None, True),
    (UK, K.BREATHING_SPACE, 61, None, True),  # vector 9
    (UK, K.BREATHING_SPACE, 10, 1, True),  # cancelled
    (UK, K.MENTAL_HEALTH_CRISIS, 400, None, False),
    (UK, K.MENTAL_HEALTH_CRISIS, 400, 29, False),
    (UK, K.MENTAL_HEALTH_CRISIS, 400, 30, True),
    (UK, K.VULNERABLE_SUSPECTED, 1, None, False),
    (UK, K.DISTRESS, 0, None, False),
    (UK, K.ASKED_TO_LEAVE, 0, None, False),
    (UK, K.COMPLAINT_OPEN, 1, None, True),
    # 12 CFR 1006.6(b)(2) and (c)
    (US, K.REPRESENTED, 1, None, False),
    (US, K.CEASE_REQUEST, 1000, None, False),
    (US, K.DISPUTE_OPEN, 1, None, True),
]


@pytest.mark.parametrize(("profile", "kind", "begun", "ended", "allowed"), ROWS)
def test_blocks(profile: str, kind: BlockKind, begun: int, ended: int | None, allowed: bool) -> None:
    answer = asked(profile, Block(kind, ago(begun), None if ended is None else ago(ended)))
    assert answer is not None
    assert answer.rule == "block"
    assert answer.allowed is allowed


def test_every_kind_that_a_profile_names_blocks_under_it() -> None:
    for name in (HOUSE, UK, US):
        for rule in PROFILES[name].blocks:
            for kind in rule.kinds:
                answer = asked(name, Block(kind, TODAY))
                assert answer is not None
                assert not answer.allowed
                assert kind in answer.reason
                assert answer.source == rule.source


@pytest.mark.parametrize("profile", ["CN-GBT45251-CBA2026", "IN-RBI-2022", "IE-CCA1995-s46"])
def test_a_profile_without_blocks_asks_nothing(profile: str) -> None:
    assert asked(profile, Block(K.DISPUTE_OPEN, TODAY)) is None


@pytest.mark.parametrize("kind", [K.DISPUTE_OPEN, K.DISPUTED_OR_QUERIED])
def test_a_prior_agreement_lifts_a_dispute_in_the_united_kingdom_only(kind: BlockKind) -> None:
    """Vector 8."""
    agreed = Consent(ConsentKind.PRIOR_AGREEMENT, datetime(2026, 11, 20, tzinfo=UTC))
    late = Consent(ConsentKind.PRIOR_AGREEMENT, datetime(2026, 11, 24, 10, 15, tzinfo=UTC))
    for consents, allowed in (((agreed,), True), ((late,), False), ((), False)):
        answer = asked(UK, Block(kind, ago(5)), consents=consents)
        assert answer is not None
        assert answer.allowed is allowed
    house = asked(HOUSE, Block(K.DISPUTE_OPEN, ago(5)), consents=(agreed,))
    assert house is not None
    assert not house.allowed


def test_an_agreement_for_a_dispute_lifts_no_other_block() -> None:
    agreed = Consent(ConsentKind.PRIOR_AGREEMENT, datetime(2026, 11, 20, tzinfo=UTC))
    answer = asked(UK, Block(K.DISPUTE_OPEN, ago(5)), Block(K.BREATHING_SPACE, ago(5)), consents=(agreed,))
    assert answer is not None
    assert not answer.allowed
    assert "dispute" not in answer.reason


@pytest.mark.parametrize(
    ("profile", "block", "until"),
    [
        (UK, Block(K.BREATHING_SPACE, ago(59)), date(2026, 11, 25)),
        (HOUSE, Block(K.DISASTER_AREA, ago(0)), date(2027, 2, 22)),
        (HOUSE, Block(K.HOSPITAL, ago(40), ago(10)), date(2026, 11, 28)),
        (HOUSE, Block(K.DISPUTE_OPEN, ago(5)), None),
        (HOUSE, Block(K.NO_VISIT_LIST, ago(5), date(2026, 12, 1)), date(2026, 12, 1)),
    ],
)
def test_a_refusal_ends_when_the_block_does(profile: str, block: Block, until: date | None) -> None:
    answer = asked(profile, block)
    assert answer is not None
    expected = until and datetime(until.year, until.month, until.day, tzinfo=ZoneInfo(ZONE))
    assert answer.until == expected


def test_a_review_and_a_representative_are_named() -> None:
    rules = {rule.effect: rule for rule in PROFILES[HOUSE].blocks}
    review = asked(HOUSE, Block(rules[Effect.REVIEW].kinds[0], TODAY))
    represented = asked(HOUSE, Block(rules[Effect.ROUTE_TO_REPRESENTATIVE].kinds[0], TODAY))
    assert review is not None
    assert "reviewed" in review.reason
    assert represented is not None
    assert "representative" in represented.reason


def test_a_period_counts_its_first_day() -> None:
    rule = next(rule for rule in PROFILES[UK].blocks if K.BREATHING_SPACE in rule.kinds)
    assert blocked_until(rule, Block(K.BREATHING_SPACE, date(2026, 1, 1))) == date(2026, 3, 2)
