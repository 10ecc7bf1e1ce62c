import pytest

from app.compliance.clause_sentence import clauses_of, sentence
from app.compliance.profile_files import load_profiles

PROFILES = load_profiles()


def said(profile: str, rule: str) -> list[str]:
    return [sentence(clause) for name, clause in clauses_of(PROFILES[profile]) if name == rule]


@pytest.mark.parametrize(
    ("profile", "rule", "sentences"),
    [
        (
            "RU-230FZ",
            "hours",
            [
                "presence at the door Monday to Friday 08:00-22:00; Saturdays 09:00-20:00; Sundays 09:00-20:00;"
                " holidays 09:00-20:00"
            ],
        ),
        (
            "PH-SEC18-BSP454",
            "hours",
            [
                "presence at the door Monday to Friday 06:00-22:00; Saturdays 06:00-22:00; Sundays 06:00-22:00; public"
                " holidays as their weekday; lifted by the borrower's consent or an arrear older than 60 days"
            ],
        ),
        (
            "KR-PDPA-2024",
            "limits",
            ["at most 7 contact(s), whatever came of them, within 7 days, on any channel, for one claim"],
        ),
        (
            "KR-PDPA-2024",
            "quiet",
            ["the borrower's weekly quiet times are kept, up to 28 hours a week, 3 channels or places"],
        ),
        ("house-low-pressure", "min_days_between_visits", ["visits lie at least 3 calendar days apart"]),
        ("house-low-pressure", "staff", ["at least 2 at the door"]),
        ("UK-CONC7", "workplace", ["a visit at work only with the borrower's express consent"]),
    ],
)  # fmt: skip
def test_a_clause_reads_as_the_law_does(profile: str, rule: str, sentences: list[str]) -> None:
    assert said(profile, rule) == sentences


def test_a_block_says_how_long_it_holds_and_what_proves_it() -> None:
    assert (
        "surgery or hospital family, hospital: no visit, for 90 days, renewable 1 time(s),"
        " shown by: certificate of the hospital"
    ) in said("KR-PDPA-2024", "blocks")


def test_every_clause_of_every_profile_has_a_sentence_of_its_own() -> None:
    plain = {"badge", "certificate", "authority_letter", "inconvenient", "same_gender"}
    for profile in PROFILES.values():
        for name, clause in clauses_of(profile):
            assert sentence(clause)
            assert name in plain or sentence(clause) != "asked for", (profile.id, name)
