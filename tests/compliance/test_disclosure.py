from datetime import UTC, datetime

import pytest

from app.compliance.disclosure import conduct_answers
from app.compliance.profile_files import load_profiles
from app.compliance.situation import Consent, ConsentKind, Facts, Situation

PROFILES = load_profiles()
START = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("profile", "rules"),
    [
        ("house-low-pressure", {"third_party_disclosure", "third_party_enquiry", "cash_collection"}),
        (
            "CN-GBT45251-CBA2026",
            {"third_party_disclosure", "third_party_enquiry", "private_device", "public_posting"},
        ),
        ("IN-RBI-2022", {"third_party_disclosure"}),
        ("US-REGF-1006", set()),
        ("UK-CONC7", {"identity_before_disclosure", "third_party_disclosure"}),
        ("IE-CCA1995-s46", {"third_party_contact"}),
    ],
)
def test_duties_of_conduct_are_conditions_and_never_refuse(profile: str, rules: set[str]) -> None:
    answers = conduct_answers(PROFILES[profile], Situation("Europe/Dublin", None, START, 1800))
    assert {answer.rule for answer in answers} == rules
    assert all(answer.allowed and answer.condition and answer.source for answer in answers)


def test_a_separate_written_consent_opens_the_way_to_family_in_ireland() -> None:
    """Consumer Credit Act 1995 s. 46(b)."""
    facts = Facts(consents=(Consent(ConsentKind.THIRD_PARTY, START),))
    answers = conduct_answers(PROFILES["IE-CCA1995-s46"], Situation("Europe/Dublin", None, START, 1800, facts=facts))
    assert [answer.condition for answer in answers] == [None]
