from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.compliance.profile_files import load_profiles
from app.compliance.ruling import Answer
from app.compliance.situation import Situation, Team
from app.compliance.staff import minimum_staff, staff_answers

PROFILES = load_profiles()
HOUSE, CN = "house-low-pressure", "CN-GBT45251-CBA2026"
START = datetime(2026, 11, 24, 10, tzinfo=UTC)


def asked(profile: str, team: Team | None) -> dict[str, Answer]:
    answers = staff_answers(PROFILES[profile], Situation("Asia/Shanghai", None, START, 1800, team=team))
    return {answer.rule: answer for answer in answers}


@pytest.mark.parametrize(
    ("profile", "team", "rule", "allowed"),
    [
        (HOUSE, Team(1), "staff", False),
        (HOUSE, Team(2), "staff", True),
        (HOUSE, Team(3), "staff", True),
        (CN, Team(1), "staff", False),  # association guideline 2026: several collectors
        (CN, Team(2), "staff", True),
        (HOUSE, Team(2, (True, True)), "certificate", True),
        (HOUSE, Team(2, (True, False)), "certificate", False),
        (HOUSE, Team(2, (True, None)), "certificate", True),
        (HOUSE, Team(2, (None, False)), "certificate", False),
        (CN, Team(2, (False,)), "certificate", False),
        (HOUSE, Team(2, badge=True), "badge", True),
        (HOUSE, Team(2, badge=False), "badge", False),
        (CN, Team(2, badge=False), "badge", False),
        (HOUSE, Team(2, authority_letter=False), "authority_letter", False),
        (HOUSE, Team(2, recording=True), "recording", True),
        (HOUSE, Team(2, recording=False), "recording", False),
        (CN, Team(2, recording=False), "recording", False),
    ],
)
def test_the_team_fulfils_its_duties(profile: str, team: Team, rule: str, allowed: bool) -> None:
    assert asked(profile, team)[rule].allowed is allowed


@pytest.mark.parametrize("team", [None, Team(2)])
def test_what_is_not_told_counts_as_fulfilled_and_becomes_a_condition(team: Team | None) -> None:
    answers = asked(HOUSE, team)
    assert set(answers) == {"staff", "certificate", "badge", "authority_letter", "recording"}
    assert all(answer.allowed for answer in answers.values())
    open_duties = {rule for rule, answer in answers.items() if answer.condition}
    assert open_duties == set(answers) - ({"staff"} if team else set())


@pytest.mark.parametrize("profile", ["IN-RBI-2022", "US-REGF-1006", "UK-CONC7", "IE-CCA1995-s46"])
def test_the_other_profiles_ask_nothing_of_the_team(profile: str) -> None:
    assert asked(profile, Team(1, (False,), badge=False, recording=False)) == {}


def test_the_least_staff_is_that_of_the_strictest_enforced_profile() -> None:
    house = PROFILES[HOUSE]
    assert minimum_staff([]) == 1
    assert minimum_staff([PROFILES["UK-CONC7"]]) == 1
    assert minimum_staff([PROFILES["UK-CONC7"], house]) == 2
    assert minimum_staff([replace(house, enforced=False)]) == 1
