import copy
import dataclasses
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
import yaml

from app.compliance.profile import Clause, Evidence, LegalStatus, LocalHours, Profile
from app.compliance.profile_files import load_profiles, read_profile
from app.compliance.profile_reader import ProfileError
from app.compliance.profile_schema import parse_profile


@pytest.mark.parametrize(
    ("name", "status", "country", "evidence"),
    [
        ("house-low-pressure", LegalStatus.HOUSE, None, Evidence.DESIGN),
        ("CN-GBT45251-CBA2026", LegalStatus.STANDARD, "CN", Evidence.SECONDARY),
        ("IN-RBI-2022", LegalStatus.LAW, "IN", Evidence.SECONDARY),
        ("US-REGF-1006", LegalStatus.LAW, "US", Evidence.PRIMARY),
        ("UK-CONC7", LegalStatus.LAW, "GB", Evidence.PRIMARY),
        ("IE-CCA1995-s46", LegalStatus.LAW, "IE", Evidence.PRIMARY),
    ],
)
def test_the_six_profiles_are_shipped_and_enforced(
    name: str, status: LegalStatus, country: str | None, evidence: Evidence
) -> None:
    profile = load_profiles()[name]
    assert (profile.id, profile.version, profile.enforced) == (name, "1", True)
    assert (profile.legal_status, profile.country, profile.evidence) == (status, country, evidence)


def test_nothing_else_is_shipped() -> None:
    assert len(load_profiles()) == 6


def test_the_loaded_profiles_cannot_be_changed_for_others() -> None:
    load_profiles().clear()
    assert load_profiles()


def clauses(profile: Profile) -> list[Clause]:
    values = [getattr(profile, field.name) for field in dataclasses.fields(profile)]
    flat = [each for value in values for each in (value if isinstance(value, tuple) else [value])]
    return [each for each in flat if isinstance(each, Clause)]


def test_every_rule_names_its_source_and_how_sure_we_are() -> None:
    for profile in load_profiles().values():
        assert clauses(profile)
        assert all(clause.source and clause.evidence in Evidence for clause in clauses(profile))


def test_a_rule_can_be_less_sure_than_its_profile() -> None:
    china = load_profiles()["CN-GBT45251-CBA2026"]
    assert china.recording is not None
    assert china.recording.evidence is Evidence.KNOWLEDGE
    assert china.hours is not None
    assert china.hours.evidence is Evidence.SECONDARY


def test_a_profile_is_in_force_from_its_first_day_to_before_its_end() -> None:
    ireland = load_profiles()["IE-CCA1995-s46"]
    ended = dataclasses.replace(ireland, effective_to=date(2027, 1, 1))
    assert not ireland.is_in_force(date(1996, 5, 12))
    assert ireland.is_in_force(date(1996, 5, 13))
    assert ended.is_in_force(date(2026, 12, 31))
    assert not ended.is_in_force(date(2027, 1, 1))
    with pytest.raises(ValueError, match="after effective_from"):
        dataclasses.replace(ireland, effective_to=ireland.effective_from)


def test_a_file_without_yaml_is_named() -> None:
    with pytest.raises(ProfileError, match=r"mine\.yaml: not valid YAML"):
        read_profile("id: [", "mine.yaml")
    with pytest.raises(ProfileError, match=r"mine\.yaml: expected a mapping"):
        read_profile("- 1", "mine.yaml")


HOUSE: dict[str, Any] = yaml.safe_load(
    files("app.compliance").joinpath("profiles/house-low-pressure.yaml").read_text(encoding="utf-8")
)
MISSING = object()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("id",), MISSING, r"house: field 'id' is missing"),
        (("colour",), "red", r"house: field 'colour' is unknown"),
        (("version",), 1, r"house\.version: expected a text"),
        (("name",), " ", r"house\.name: expected a text"),
        (("legal_status",), "custom", r"house\.legal_status: expected one of law, standard"),
        (("legal_status",), "draft", r"house\.enforced: expected false for a draft"),
        (("enforced",), "yes", r"house\.enforced: expected true or false"),
        (("country",), "China", r"house\.country: expected a text like"),
        (("evidence",), "X", r"house\.evidence: expected one of P, S, K, D"),
        (("effective_from",), "2026", r"house\.effective_from: expected a date"),
        (("effective_to",), date(2020, 1, 1), r"house: effective_to must come after"),
        (("hours", "source"), MISSING, r"house\.hours: field 'source' is missing"),
        (("hours", "sat"), MISSING, r"house\.hours: field 'sat' is missing"),
        (("hours", "sat"), ["9-18"], r"house\.hours\.sat\[0\]: expected a text like"),
        (("hours", "sat"), ["18:00-09:00"], r"house\.hours\.sat\[0\]: expected an opening that closes after"),
        (("hours", "sat"), ["09:00-12:00", "11:00-18:00"], r"house\.hours\.sat: expected openings in order"),
        (("hours", "sun"), "inherit", r"house\.hours\.sun: expected a list"),
        (("hours", "makeup_as_weekday"), 1, r"house\.hours\.makeup_as_weekday: expected true or false"),
        (("limits", 1, "n"), -1, r"house\.limits\[1\]\.n: expected a whole number of at least 0"),
        (("limits", 1, "days"), True, r"house\.limits\[1\]\.days: expected a whole number of at least 1"),
        (("limits", 2, "counts"), "any", r"house\.limits\[2\]\.counts: expected one of attempted"),
        (("limits", 2, "channels"), ["fax"], r"house\.limits\[2\]\.channels\[0\]: expected one of call"),
        (("min_days_between_visits", "days"), 0, r"house\.min_days_between_visits\.days: expected"),
        (("notice", "lead_hours"), "24", r"house\.notice\.lead_hours: expected a whole number"),
        (("staff", "minimum"), 0, r"house\.staff\.minimum: expected a whole number of at least 1"),
        (("workplace", "access"), "never", r"house\.workplace\.access: expected one of consent"),
        (("consents", 0, "rule"), "Entry", r"house\.consents\[0\]\.rule: expected a text like"),
        (("consents", 0, "lifted_by"), "smile", r"house\.consents\[0\]\.lifted_by: expected one of out_of_hours"),
        (("blocks", 0, "days"), MISSING, r"house\.blocks\[0\]: expected `days` with the effect days"),
        (("blocks", 3, "kinds"), ["full_moon"], r"house\.blocks\[3\]\.kinds\[0\]: expected one of"),
        (("blocks", 3, "effect"), "maybe", r"house\.blocks\[3\]\.effect: expected one of stop"),
        (("blocks",), {}, r"house\.blocks: expected a list"),
        (("badge", "evidence"), None, r"house\.badge\.evidence: expected one of"),
    ],
)
def test_a_wrong_document_is_refused_with_the_path(path: tuple[str | int, ...], value: object, message: str) -> None:
    document: Any = copy.deepcopy(HOUSE)
    target = document
    for step in path[:-1]:
        target = target[step]
    if value is MISSING:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    with pytest.raises(ProfileError, match=message):
        parse_profile(document, "house")


def test_a_draft_is_read_when_it_is_not_enforced() -> None:
    draft = parse_profile({**HOUSE, "legal_status": "draft", "enforced": False}, "draft")
    assert not draft.enforced
    assert draft.switched_on().enforced
    assert draft.switched_on().legal_status is LegalStatus.DRAFT


def test_hours_are_read_to_the_minute_and_to_the_end_of_the_day() -> None:
    document = copy.deepcopy(HOUSE)
    document["hours"] |= {"sat": ["00:00-08:30", "22:01-24:00"], "holiday": "inherit"}
    hours = parse_profile(document, "house").hours
    assert hours is not None
    assert hours.sat == (LocalHours(0, 510), LocalHours(1321, 1440))
    assert hours.holiday is None
    assert [str(opening) for opening in hours.sat] == ["00:00-08:30", "22:01-24:00"]
    with pytest.raises(ValueError, match="within one day"):
        LocalHours(600, 1441)
