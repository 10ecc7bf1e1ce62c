"""Which policy holds for a household, and that every figure of it has a source."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assessment.dated_policy import DatedPolicy, Guideline, PolicyBook
from app.assessment.dated_policy_json import dated_policy_from_dict
from app.assessment.faults import InvalidFigures
from app.assessment.policy_files import shipped_documents, shipped_policies
from app.assessment.statement import Household
from app.kernel.money import Money

Document = dict[str, Any]
ALONE = Household(1)
SOURCE = {"text": "City notice", "certainty": "P", "as_of_on": "2026-07-01"}


def document(**changes: Any) -> Document:
    whole: Document = {
        "name": "CN-3301",
        "version": "2026",
        "currency": "CNY",
        "regions": ["3301"],
        "effective_from": "2026-07-01",
        "constants": {"floor_per_person": {"amount": "1245.00", "currency": "CNY"}},
        "guidelines": {"food": {"first_adult": "1400.00", "further_adult": "900.00", "child": "700.00"}},
        "line_floors": {"food": "450.00"},
        "sources": {"floor_per_person": SOURCE, "guidelines": SOURCE, "line_floors": SOURCE},
    }
    return whole | changes


def dated(**changes: Any) -> DatedPolicy:
    return dated_policy_from_dict(document(**changes))


def test_every_shipped_policy_is_valid_and_names_its_sources() -> None:
    assert [policy.policy.label for policy in shipped_policies()] == ["CN-house 1", "IN-house 1"]
    for policy, whole in zip(shipped_policies(), shipped_documents(), strict=True):
        assert set(whole["constants"]) == set(policy.sources)


def test_a_region_has_its_own_policy_from_its_day_on() -> None:
    book = PolicyBook([*shipped_policies(), dated()])
    before, on_it = date(2026, 6, 30), date(2026, 7, 1)
    assert book.constants_for("330106", ALONE, "CNY", before).policy.label == "CN-house 1"
    assert book.constants_for("330106", ALONE, "CNY", on_it).policy.label == "CN-3301 2026"
    assert book.constants_for("440305", ALONE, "CNY", on_it).policy.label == "CN-house 1"
    assert book.constants_for(None, ALONE, "CNY", on_it).policy.label == "CN-house 1"


def test_the_one_that_names_most_of_the_regions_code_wins_then_the_one_brought_last() -> None:
    district, later = dated(name="district", regions=["330106"]), dated(version="2026b")
    book = PolicyBook([district, dated(), later])
    assert book.constants_for("330106", ALONE, "CNY", date(2026, 8, 1)).policy.name == "district"
    assert book.constants_for("330108", ALONE, "CNY", date(2026, 8, 1)).policy.version == "2026b"


def test_a_policy_ends_before_its_last_day() -> None:
    ended = dated(effective_to="2026-12-31")
    assert ended.holds("330106", date(2026, 12, 30))
    assert not ended.holds("330106", date(2026, 12, 31))


def test_where_nothing_is_known_nothing_is_borrowed() -> None:
    constants = PolicyBook(shipped_policies()).constants_for("330106", ALONE, "JPY", date(2026, 8, 1))
    assert (constants.policy.label, constants.policy.floor_per_person.minor) == ("JPY-house 1", 0)
    assert constants.sources == {}


@pytest.mark.parametrize(
    ("household", "food"),
    [
        (Household(1), "1400.00"),
        (Household(2), "2300.00"),
        (Household(2, 1), "3000.00"),
        (Household(1, 0, 2), "3200.00"),
        (Household(0, 2), "1400.00"),
    ],
)
def test_a_guideline_follows_the_household(household: Household, food: str) -> None:
    assert dated().of(household).policy.guidelines["food"].amount == food


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 5), st.integers(0, 5))
def test_a_larger_household_may_spend_no_less(first: int, further: int, child: int, adults: int, children: int) -> None:
    guideline = Guideline(Money("CNY", first), Money("CNY", further), Money("CNY", child))
    here = guideline.of(Household(adults, children))
    assert guideline.of(Household(adults + 1, children)).minor >= here.minor
    assert guideline.of(Household(adults, children + 1)).minor >= here.minor


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"sources": {}}, "/sources/floor_per_person"),
        ({"sources": {"floor_per_person": SOURCE, "line_floors": SOURCE}}, "/sources/guidelines"),
        ({"regions": []}, "/regions"),
        ({"effective_to": "2026-07-01"}, "/effective_to"),
        ({"effective_from": "soon"}, "/effective_from"),
        ({"currency": "XXX"}, "/currency"),
        ({"constants": {"guidelines": {}}}, "/constants/guidelines"),
        (
            {
                "constants": {"ratio_cap": "2"},
                "sources": {"ratio_cap": SOURCE, "guidelines": SOURCE, "line_floors": SOURCE},
            },
            "/constants/ratio_cap",
        ),
        (
            {"guidelines": {"food": {"first_adult": "-1", "further_adult": "0", "child": "0"}}},
            "/guidelines/food/first_adult",
        ),
        ({"line_floors": {"food": "-1"}}, "/line_floors/food"),
        ({"line_floors": {"food": "x"}}, "/line_floors/food"),
        ({"sources": {"floor_per_person": {"text": "x", "certainty": "Q"}}}, "/sources/floor_per_person/certainty"),
        ({"owner": "me"}, "/owner"),
        ({"name": ""}, "/name"),
        ({"name": "a/b"}, "/name"),
        ({"name": "n" * 65}, "/name"),
        ({"version": "1\x00"}, "/version"),
        ({"effective_from": "0001-01-01"}, "/effective_from"),
        ({"effective_to": "9999-12-31"}, "/effective_to"),
        ({"sources": {"floor_per_person": SOURCE | {"as_of_on": "9999-12-31"}}}, "/sources/floor_per_person/as_of_on"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused(changes: Document, pointer: str) -> None:
    with pytest.raises(InvalidFigures) as error:
        dated(**changes)
    assert pointer in [fault.pointer for fault in error.value.faults]


@pytest.mark.parametrize("nonsense", [None, [], "CN-house", 7, {}])
def test_what_is_no_document_is_refused(nonsense: object) -> None:
    with pytest.raises(InvalidFigures):
        dated_policy_from_dict(nonsense)


def test_a_day_later_the_same_policy_still_holds() -> None:
    assert all(dated().holds("330106", date(2026, 7, 1) + timedelta(days=days)) for days in (0, 1, 400))
