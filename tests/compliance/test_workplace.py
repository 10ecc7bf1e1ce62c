from datetime import UTC, datetime, timedelta

import pytest

from app.compliance.profile_files import load_profiles
from app.compliance.question import put
from app.compliance.ruling import Answer
from app.compliance.situation import Consent, ConsentKind, Facts, PlaceKind, Situation
from app.compliance.workplace import workplace_question

PROFILES = load_profiles()
START = datetime(2026, 11, 24, 10, tzinfo=UTC)
CONSENT_ONLY = ["house-low-pressure", "CN-GBT45251-CBA2026", "UK-CONC7", "IE-CCA1995-s46"]
GIVEN = Consent(ConsentKind.WORKPLACE, START - timedelta(days=1))


def asked(profile: str, place: PlaceKind, facts: Facts | None = None) -> Answer | None:
    situation = Situation("Europe/London", None, START, 1800, place, facts=facts or Facts())
    question = workplace_question(PROFILES[profile], situation)
    return put(question, PROFILES[profile], situation) if question else None


@pytest.mark.parametrize("profile", CONSENT_ONLY)
@pytest.mark.parametrize(
    ("place", "consents", "allowed"),
    [
        (PlaceKind.HOME, (), True),
        (PlaceKind.OTHER, (), True),
        (PlaceKind.WORK, (), False),
        (PlaceKind.WORK, (GIVEN,), True),
        (PlaceKind.WORK, (Consent(ConsentKind.ENTER_HOME, START),), False),
        (PlaceKind.WORK, (Consent(ConsentKind.WORKPLACE, START - timedelta(days=9), START),), False),
        (PlaceKind.WORK, (Consent(ConsentKind.WORKPLACE, GIVEN.given_at, revoked_at=START),), False),
    ],
)
def test_the_workplace_needs_consent(
    profile: str, place: PlaceKind, consents: tuple[Consent, ...], allowed: bool
) -> None:
    """IE s. 46(a)(i), CONC 7.9.14R(3), association guideline 2026, house policy 1."""
    answer = asked(profile, place, Facts(consents=consents))
    assert answer is not None
    assert answer.allowed is allowed


@pytest.mark.parametrize(
    ("place", "forbids", "allowed"),
    [(PlaceKind.WORK, False, True), (PlaceKind.WORK, True, False), (PlaceKind.HOME, True, True)],
)
def test_in_the_united_states_the_employer_can_forbid_it(place: PlaceKind, forbids: bool, allowed: bool) -> None:
    """12 CFR 1006.6(b)(3)."""
    answer = asked("US-REGF-1006", place, Facts(employer_forbids_visits=forbids))
    assert answer is not None
    assert answer.allowed is allowed


def test_india_says_nothing_on_the_workplace() -> None:
    assert asked("IN-RBI-2022", PlaceKind.WORK) is None
