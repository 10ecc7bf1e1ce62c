from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.compliance.clauses import Clause, Evidence
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


@pytest.mark.parametrize(
    ("team", "allowed", "is_condition"),
    [(None, True, True), (Team(2), True, True), (Team(2, same_gender=True), True, False),
     (Team(2, same_gender=False), False, False)],
)  # fmt: skip
def test_somebody_of_the_borrowers_gender_goes_where_a_profile_asks_for_it(
    team: Team | None, allowed: bool, is_condition: bool
) -> None:
    clause = Clause(source="House policy 2, same gender", evidence=Evidence.DESIGN)
    profile = replace(PROFILES[HOUSE], same_gender=clause)
    situation = Situation("Asia/Shanghai", None, START, 1800, team=team)
    answer = next(each for each in staff_answers(profile, situation) if each.rule == "same_gender")
    assert answer.allowed is allowed
    assert (answer.condition is not None) is is_condition
    assert answer.source == clause.source
