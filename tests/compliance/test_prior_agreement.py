from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.compliance.prior_agreement import agreement_question
from app.compliance.profile_files import load_profiles
from app.compliance.question import put
from app.compliance.ruling import Answer
from app.compliance.situation import Consent, ConsentForm, ConsentKind, Facts, Situation

PROFILES = load_profiles()
UA = PROFILES["UA-CCA-art25"]
START = datetime(2026, 11, 24, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def asked(*consents: Consent) -> Answer:
    situation = Situation("Europe/Kyiv", "UA", START, 1800, facts=Facts(consents=consents))
    question = agreement_question(UA, situation)
    assert question is not None
    return put(question, UA, situation)


def appointment(opens: int, closes: int) -> Consent:
    """Agreed on the day before, for so many minutes after the asked start."""
    given_at = START - timedelta(days=1)
    return Consent(ConsentKind.PRIOR_AGREEMENT, given_at, START + closes * MINUTE, from_at=START + opens * MINUTE)


@pytest.mark.parametrize(
    ("consents", "allowed"),
    [
        ([], False),
        ([appointment(0, 30)], True),
        ([appointment(1, 60)], False),
        ([appointment(-60, 29)], False),
        ([appointment(-60, 15), appointment(15, 60)], True),  # two that follow each other
        ([appointment(-60, 14), appointment(15, 60)], False),
        ([Consent(ConsentKind.THIRD_PARTY, START - MINUTE)], False),
    ],
)
def test_the_agreement_covers_the_whole_visit(consents: list[Consent], allowed: bool) -> None:
    """Law on consumer credit, art. 25."""
    answer = asked(*consents)
    assert answer.allowed is allowed
    assert "place and time" in answer.reason


def test_a_refusal_says_in_which_form_and_ends_with_the_appointment() -> None:
    assert "a recorded call or in writing" in asked().reason
    assert asked().until is None
    assert asked(appointment(120, 180)).until == START + 120 * MINUTE


@pytest.mark.parametrize("profile", sorted(set(PROFILES) - {"UA-CCA-art25"}))
def test_the_others_ask_for_none(profile: str) -> None:
    assert agreement_question(PROFILES[profile], Situation("Europe/Kyiv", None, START, 1800)) is None


@pytest.mark.parametrize(
    ("how", "allowed"),
    [
        (None, True),
        (ConsentForm.WRITTEN, True),
        (ConsentForm.RECORDED_CALL, True),
        (ConsentForm.IN_PERSON, False),
        (ConsentForm.OTHER, False),
    ],
)
def test_an_agreement_counts_in_the_form_that_the_law_asks_for(how: ConsentForm | None, allowed: bool) -> None:
    """Ukraine, Consumer Credit Act, art. 25: a recorded call or in writing."""
    kyiv = ZoneInfo("Europe/Kyiv")
    begins, ends = datetime(2026, 11, 24, 10, tzinfo=kyiv), datetime(2026, 11, 24, 11, tzinfo=kyiv)
    agreed = Consent(ConsentKind.PRIOR_AGREEMENT, datetime(2026, 11, 20, tzinfo=kyiv), ends, from_at=begins, how=how)
    situation = Situation("Europe/Kyiv", "UA", begins, 1800, facts=Facts(consents=(agreed,)))
    question = agreement_question(PROFILES["UA-CCA-art25"], situation)
    assert question is not None
    assert put(question, PROFILES["UA-CCA-art25"], situation).allowed is allowed
