from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.compliance.composition import ask
from app.compliance.consent import condition_answer, consent_answers, consent_windows, is_valid
from app.compliance.profile_files import load_profiles
from app.compliance.situation import Consent, ConsentForm, ConsentKind, Facts, Situation
from app.kernel.timewindow import TimeWindow

PROFILES = load_profiles()
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("given_at", "until_at", "revoked_at", "valid"),
    [
        (NOON, None, None, True),  # given in this very instant
        (NOON + HOUR, None, None, False),
        (NOON - HOUR, NOON, None, False),  # over: the end is excluded
        (NOON - HOUR, NOON + HOUR, None, True),
        (NOON - HOUR, None, NOON, False),
        (NOON - HOUR, NOON + HOUR, NOON - HOUR / 2, False),
        (NOON - HOUR, None, NOON + HOUR, True),
    ],
)
def test_a_consent_holds_from_its_giving_to_its_end_or_revocation(
    given_at: datetime, until_at: datetime | None, revoked_at: datetime | None, valid: bool
) -> None:
    consent = Consent(ConsentKind.ENTER_HOME, given_at, until_at, revoked_at)
    assert is_valid(consent, NOON) is valid
    span = TimeWindow(NOON - 10 * HOUR, NOON + 10 * HOUR)
    windows = consent_windows(ConsentKind.ENTER_HOME, [consent], span)
    assert any(window.holds(NOON) for window in windows) is valid
    assert consent_windows(ConsentKind.VIDEO, [consent], span) == []


def test_a_consent_is_compared_by_the_instant_when_the_clocks_go_back() -> None:
    first = datetime(2026, 11, 1, 1, 40, tzinfo=ZoneInfo("America/New_York"))
    second = first.replace(minute=20, fold=1)  # forty minutes later, though the wall clock shows less
    assert is_valid(Consent(ConsentKind.VIDEO, first), second)
    assert not is_valid(Consent(ConsentKind.VIDEO, second), first)


@pytest.mark.parametrize(
    ("profile", "rule", "kind"),
    [
        ("house-low-pressure", "entry_consent", ConsentKind.ENTER_HOME),
        ("house-low-pressure", "photo_consent", ConsentKind.INTERIOR_PHOTO),
        ("house-low-pressure", "video_consent", ConsentKind.VIDEO),
        ("CN-GBT45251-CBA2026", "entry_consent", ConsentKind.ENTER_HOME),  # Civil Code 1033
        ("UK-CONC7", "entry_consent", ConsentKind.ENTER_HOME),  # CONC 7.9.14R(4)
    ],
)
def test_what_needs_consent_is_a_condition_until_the_consent_is_on_record(
    profile: str, rule: str, kind: ConsentKind
) -> None:
    def asked(*consents: Consent) -> tuple[bool, str | None]:
        situation = Situation("Asia/Shanghai", None, NOON, 1800, facts=Facts(consents=consents))
        answers = {answer.rule: answer for answer in consent_answers(PROFILES[profile], situation)}
        return answers[rule].allowed, answers[rule].condition

    without = asked()
    assert without[0]
    assert without[1]
    assert asked(Consent(kind, NOON)) == (True, None)
    assert asked(Consent(kind, NOON, until_at=NOON + HOUR / 4)) == without  # ends while they are there


def test_a_condition_without_a_lifting_consent_always_stands() -> None:
    profile = PROFILES["house-low-pressure"]
    cash = next(rule for rule in profile.conduct if rule.rule == "cash_collection")
    facts = Facts(consents=tuple(Consent(kind, NOON - HOUR) for kind in ConsentKind))
    assert condition_answer(cash, profile, Situation("Asia/Shanghai", None, NOON, 1800, facts=facts)).condition


@pytest.mark.parametrize(
    ("given", "begins", "ends", "valid"),
    [
        (-5, 0, 1, True),  # an appointment from noon
        (-5, 1, 2, False),
        (-5, -2, 0, False),
        (-5, -2, 1, True),
        (1, 0, 2, False),  # nothing is agreed before it was said
        (0, -1, 2, True),
    ],
)
def test_an_appointment_holds_from_its_beginning_to_its_end(given: int, begins: int, ends: int, valid: bool) -> None:
    appointment = Consent(
        ConsentKind.PRIOR_AGREEMENT, NOON + given * HOUR, NOON + ends * HOUR, from_at=NOON + begins * HOUR
    )
    assert is_valid(appointment, NOON) is valid
    span = TimeWindow(NOON - 10 * HOUR, NOON + 10 * HOUR)
    windows = consent_windows(ConsentKind.PRIOR_AGREEMENT, [appointment], span)
    assert any(window.holds(NOON) for window in windows) is valid


@pytest.mark.parametrize(("how", "allowed"), [(ConsentForm.WRITTEN, True), (ConsentForm.IN_PERSON, False)])
def test_hours_are_lifted_by_a_consent_in_the_form_that_the_law_asks_for(how: ConsentForm, allowed: bool) -> None:
    """POJK 22/2023, art. 62(2): a Sunday by written consent only."""
    sunday = datetime(2026, 11, 29, 10, tzinfo=ZoneInfo("Asia/Jakarta"))
    agreed = Consent(ConsentKind.OUT_OF_HOURS, sunday - timedelta(days=3), how=how)
    situation = Situation("Asia/Jakarta", "ID", sunday, 1800, facts=Facts(consents=(agreed,)))
    answers = {answer.rule: answer.allowed for answer in ask([PROFILES["ID-POJK22-2023"]], situation).answers}
    assert answers["hours"] is allowed
