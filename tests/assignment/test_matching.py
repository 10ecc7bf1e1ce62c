"""Who may take a case, and what stands against the others."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assignment.matching import Candidate, Eligibility, Need, rank, speaks
from app.assignment.terms import Obstacle as O
from app.kernel.place import Place
from app.workforce.credentials import Credentials, Validity

ON = date(2026, 11, 23)
YEAR = timedelta(days=365)
TRAINED = Credentials(frozenset({"mediation"}), (Validity("field_visit", ON - YEAR, ON + YEAR),))
DOOR = Place(30.28, 120.12)

NEED = Need(
    region="330106",
    neighbours=frozenset({"330105"}),
    borrower="B-4411",
    skills=("mediation",),
    language="zh",
    place=DOOR,
)
CHEN = Candidate(
    investigator_id=UUID(int=1),
    code="HZ-01",
    region="330106",
    home=Place(30.29, 120.12),
    credentials=TRAINED,
    languages=("zh",),
    caseload_max=2,
)


def _person(number: int, **changes: Any) -> Candidate:
    return replace(CHEN, investigator_id=UUID(int=number), code=f"HZ-{number:02d}", **changes)


def _only(need: Need, candidate: Candidate) -> Eligibility:
    (found,) = rank(need, [candidate], ON)
    return found


def _order(need: Need, *roster: Candidate) -> list[int]:
    return [found.investigator_id.int for found in rank(need, roster, ON) if found.eligible]


def _with(*certificates: Validity, skills: tuple[str, ...] = ("mediation",)) -> Credentials:
    return Credentials(frozenset(skills), certificates)


VISITS = TRAINED.certificates[0]


@pytest.mark.parametrize(
    ("change", "obstacles"),
    [
        ({}, []),
        ({"active": False}, [O.INACTIVE]),
        ({"region": "330105"}, []),
        ({"region": "110101"}, [O.OTHER_REGION]),
        ({"region": "110101", "also_regions": frozenset({"330106"})}, []),
        ({"region": "110101", "also_regions": frozenset({"330105"})}, [O.OTHER_REGION]),
        ({"credentials": _with()}, [O.NO_CERTIFICATE]),
        ({"credentials": _with(skills=("mediation", "field_visit"))}, [O.NO_CERTIFICATE]),
        ({"credentials": _with(Validity("field_visit", ON, ON))}, []),
        ({"credentials": _with(Validity("field_visit", ON - YEAR, ON - timedelta(days=1)))}, [O.CERTIFICATE_EXPIRED]),
        ({"credentials": _with(Validity("field_visit", ON + timedelta(days=1), ON + YEAR))}, [O.NO_CERTIFICATE]),
        ({"credentials": _with(VISITS, skills=())}, [O.SKILL_MISSING]),
        ({"credentials": _with(VISITS, Validity("mediation", ON, ON), skills=())}, []),
        ({"credentials": _with(VISITS, Validity("mediation", ON - YEAR, ON - YEAR), skills=())}, [O.SKILL_MISSING]),
        ({"languages": ("en",)}, [O.LANGUAGE_MISSING]),
        ({"languages": ()}, [O.LANGUAGE_MISSING]),
        ({"languages": ("en", "zh-CN")}, []),
        ({"conflicts": frozenset({"B-4411"})}, [O.CONFLICT_OF_INTEREST]),
        ({"conflicts": frozenset({"B-1"})}, []),
        ({"caseload": 1}, []),
        ({"caseload": 2}, [O.CASELOAD_FULL]),
        ({"caseload_max": 0}, [O.CASELOAD_FULL]),
        (
            {"active": False, "region": "110101", "credentials": _with(skills=()), "languages": ()},
            [O.INACTIVE, O.OTHER_REGION, O.NO_CERTIFICATE, O.SKILL_MISSING, O.LANGUAGE_MISSING],
        ),
    ],
)
def test_what_stands_against_a_person(change: dict[str, Any], obstacles: list[O]) -> None:
    found = _only(NEED, replace(CHEN, **change))
    assert [objection.obstacle for objection in found.objections] == obstacles
    assert found.eligible is (not obstacles)
    assert (found.rank, found.valid_until_on is not None) == ((None, False) if obstacles else (1, True))


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"region": "110101"}, "works in 110101, not in 330106 nor in a neighbour region"),
        ({"credentials": _with()}, "no field_visit certificate is valid on 2026-11-23"),
        (
            {"credentials": _with(Validity("field_visit", ON - YEAR, ON - timedelta(days=6)))},
            "the field_visit certificate ended on 2026-11-17, before 2026-11-23",
        ),
        ({"credentials": _with(VISITS, skills=())}, "lacks mediation on 2026-11-23"),
        ({"languages": ("en", "fr")}, "zh is needed; speaks en, fr"),
        ({"languages": ()}, "zh is needed; speaks no language on record"),
        ({"conflicts": frozenset({"B-4411"})}, "must not go to borrower B-4411"),
        ({"caseload": 3}, "3 open cases wait for this person first, 2 may"),
    ],
)
def test_an_obstacle_is_explained_to_people(change: dict[str, Any], detail: str) -> None:
    (objection,) = _only(NEED, replace(CHEN, **change)).objections
    assert objection.detail == detail


@pytest.mark.parametrize(
    ("need", "candidate"),
    [
        (replace(NEED, language=None), replace(CHEN, languages=())),
        (replace(NEED, borrower=None), replace(CHEN, conflicts=frozenset({"B-4411"}))),
        (replace(NEED, place=None), CHEN),
        (replace(NEED, skills=()), replace(CHEN, credentials=_with(VISITS, skills=()))),
        (replace(NEED, skills=("field_visit",)), CHEN),
    ],
    ids=["no language told", "no borrower reference", "no point", "no skill asked", "the certificate is a skill"],
)
def test_what_is_not_asked_for_stands_against_nobody(need: Need, candidate: Candidate) -> None:
    assert _only(need, candidate).eligible


@pytest.mark.parametrize(
    ("language", "spoken", "will_do"),
    [
        ("zh", ["zh"], True),
        ("zh", ["zh-CN"], True),
        ("zh-CN", ["zh"], True),
        ("zh-CN", ["zh-TW"], False),
        ("ZH-cn", ["zh-CN"], True),
        ("yue", ["zh", "en"], False),
        ("yue", ["zh", "yue-HK"], True),
        ("zh", ["zha"], False),
        ("en", [], False),
    ],
)
def test_languages_match_by_their_parts(language: str, spoken: list[str], will_do: bool) -> None:
    assert speaks(language, spoken) is will_do


def test_the_last_day_is_that_of_the_certificate_that_ends_first() -> None:
    soon = ON + timedelta(days=9)
    trained = _with(VISITS, Validity("mediation", ON - YEAR, soon), skills=())
    assert _only(NEED, CHEN).valid_until_on == ON + YEAR
    assert _only(NEED, replace(CHEN, credentials=trained)).valid_until_on == soon


def test_the_nearer_home_comes_first_and_the_lower_code_where_homes_are_alike() -> None:
    near, far = Place(30.281, 120.12), Place(30.35, 120.12)
    roster = [_person(1, home=far), _person(4, home=near), _person(2, home=far), _person(3, home=near)]
    assert _order(NEED, *roster) == [3, 4, 1, 2]
    assert _order(replace(NEED, place=None), *roster) == [1, 2, 3, 4]


def test_neighbours_come_after_the_people_of_the_region_however_near_they_live() -> None:
    neighbour = _person(1, region="330105", home=DOOR)
    local = _person(2, home=Place(30.35, 120.12))
    guest = _person(3, region="110101", also_regions=frozenset({"330106"}), home=Place(30.30, 120.12))
    assert _order(NEED, neighbour, local, guest) == [3, 2, 1]


def test_whoever_visited_before_comes_first_even_from_a_neighbour_region() -> None:
    neighbour, local = _person(1, region="330105"), _person(2, home=DOOR)
    assert _order(replace(NEED, preferred=UUID(int=1)), neighbour, local) == [1, 2]


def test_whoever_visited_before_must_be_eligible_still() -> None:
    before, local = _person(1, active=False), _person(2)
    found = rank(replace(NEED, preferred=UUID(int=1)), [before, local], ON)
    assert [(who.investigator_id.int, who.eligible, who.rank) for who in found] == [(2, True, 1), (1, False, None)]


def test_those_who_may_not_come_last_by_their_codes() -> None:
    roster = [_person(9, active=False), _person(3, active=False), _person(5)]
    assert [found.investigator_id.int for found in rank(NEED, roster, ON)] == [5, 3, 9]


def test_an_empty_roster_has_nobody() -> None:
    assert rank(NEED, [], ON) == ()


# ---- properties

regions = st.sampled_from(["330106", "330105", "110101"])
kinds = st.sampled_from(["field_visit", "micro_business", "mediation"])
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
validities = st.builds(
    lambda kind, from_on, length: Validity(kind, from_on, from_on + timedelta(days=length)),
    kinds,
    days,
    st.integers(0, 400),
)
candidates = st.builds(
    Candidate,
    investigator_id=st.integers(1, 6).map(lambda number: UUID(int=number)),
    code=st.text("ab", min_size=1, max_size=3),
    region=regions,
    home=st.builds(Place, st.floats(30, 31), st.floats(120, 121)),
    credentials=st.builds(Credentials, st.frozensets(kinds, max_size=2), st.lists(validities, max_size=3).map(tuple)),
    languages=st.lists(st.sampled_from(["zh", "yue", "en"]), max_size=2).map(tuple),
    caseload_max=st.integers(0, 3),
    also_regions=st.frozensets(regions, max_size=1),
    conflicts=st.frozensets(st.sampled_from(["B-4411", "B-1"]), max_size=1),
    caseload=st.integers(0, 2),
    active=st.booleans(),
)
rosters = st.lists(candidates, max_size=6, unique_by=(lambda c: c.investigator_id, lambda c: c.code))
needs = st.builds(
    Need,
    region=regions,
    neighbours=st.frozensets(regions, max_size=2),
    borrower=st.none() | st.just("B-4411"),
    skills=st.lists(kinds, max_size=2).map(tuple),
    language=st.none() | st.sampled_from(["zh", "yue"]),
    place=st.none() | st.just(DOOR),
    preferred=st.none() | st.integers(1, 6).map(lambda number: UUID(int=number)),
)
exhaustively = settings(derandomize=True, deadline=None, max_examples=300)


@exhaustively
@given(need=needs, roster=rosters, on=days, random=st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_roster(
    need: Need, roster: list[Candidate], on: date, random: Any
) -> None:
    shuffled = list(roster)
    random.shuffle(shuffled)
    assert rank(need, shuffled, on) == rank(need, roster, on)


@exhaustively
@given(need=needs, roster=rosters, on=days)
def test_everybody_is_answered_once_and_ranks_count_up(need: Need, roster: list[Candidate], on: date) -> None:
    found = rank(need, roster, on)
    assert sorted(who.investigator_id for who in found) == sorted(c.investigator_id for c in roster)
    ranks = [who.rank for who in found if who.eligible]
    assert ranks == list(range(1, len(ranks) + 1))
    assert all(who.rank is None and who.objections for who in found[len(ranks) :])


@exhaustively
@given(need=needs, roster=rosters, more=validities, on=days)
def test_another_certificate_never_makes_anybody_ineligible(
    need: Need, roster: list[Candidate], more: Validity, on: date
) -> None:
    richer = [
        replace(c, credentials=Credentials(c.credentials.skills, (*c.credentials.certificates, more))) for c in roster
    ]
    able = {who.investigator_id for who in rank(need, roster, on) if who.eligible}
    assert able <= {who.investigator_id for who in rank(need, richer, on) if who.eligible}


@exhaustively
@given(need=needs, roster=rosters, on=days)
def test_who_may_is_certified_until_the_last_day_that_is_told(need: Need, roster: list[Candidate], on: date) -> None:
    people = {candidate.investigator_id: candidate for candidate in roster}
    for who in rank(need, roster, on):
        if who.eligible:
            assert who.valid_until_on is not None
            assert who.valid_until_on >= on
            assert not people[who.investigator_id].credentials.missing(need.skills, who.valid_until_on)
