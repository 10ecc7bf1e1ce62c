import copy
import dataclasses
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
import yaml

from app.compliance.clauses import Clause, Evidence, LocalHours
from app.compliance.phrase import Wording
from app.compliance.profile import LegalStatus, Profile
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
        ("AU-RG96", LegalStatus.GUIDANCE, "AU", Evidence.PRIMARY),
        ("ID-POJK22-2023", LegalStatus.LAW, "ID", Evidence.SECONDARY),
        ("PH-SEC18-BSP454", LegalStatus.LAW, "PH", Evidence.SECONDARY),
        ("MY-BNM-FDCP", LegalStatus.GUIDANCE, "MY", Evidence.SECONDARY),
        ("KR-PDPA-2024", LegalStatus.LAW, "KR", Evidence.SECONDARY),
        ("RU-230FZ", LegalStatus.LAW, "RU", Evidence.PRIMARY),
        ("UA-CCA-art25", LegalStatus.LAW, "UA", Evidence.PRIMARY),
        ("TH-DCA2015", LegalStatus.LAW, "TH", Evidence.SECONDARY),
        ("VN-TT18-2019", LegalStatus.LAW, "VN", Evidence.SECONDARY),
        ("TW-outsourced", LegalStatus.LAW, "TW", Evidence.PRIMARY),
        ("IN-RBI-2026-draft", LegalStatus.DRAFT, "IN", Evidence.SECONDARY),
    ],
)
def test_the_profiles_are_shipped_and_enforced_unless_they_are_drafts(
    name: str, status: LegalStatus, country: str | None, evidence: Evidence
) -> None:
    profile = load_profiles()[name]
    assert (profile.id, profile.version) == (name, "1")
    assert profile.enforced is (status is not LegalStatus.DRAFT)
    assert (profile.legal_status, profile.country, profile.evidence) == (status, country, evidence)


def test_nothing_else_is_shipped() -> None:
    assert len(load_profiles()) == 17


# What the texts were not read for stays our knowledge alone until somebody has looked.
UNSURE = {
    ("CN-GBT45251-CBA2026", "recording"),
    ("IN-RBI-2026-draft", "authority_letter"),
    ("AU-RG96", "limits"),
    ("KR-PDPA-2024", "hours"),
    ("PH-SEC18-BSP454", "terms"),
}


def test_what_is_only_our_knowledge_is_marked() -> None:
    marked = {
        (profile.id, name)
        for profile in load_profiles().values()
        for name, value in vars(profile).items()
        for each in (value if isinstance(value, tuple) else (value,))
        if isinstance(each, Clause) and each.evidence is Evidence.KNOWLEDGE
    }
    assert marked == UNSURE


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
CASH = Wording("take no cash", "不得收取现金")


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
        (("limits", 1, "n"), -1, r"house\.limits\[1\]\.n: expected a whole number from 0 to 36525"),
        (
            ("limits", 1, "window", "days"),
            True,
            r"house\.limits\[1\]\.window\.days: expected a whole number from 1 to 36525",
        ),
        (("limits", 1, "window"), {}, r"house\.limits\[1\]\.window: expected either `days` or `calendar`"),
        (("limits", 1, "window"), {"calendar": "year"}, r"house\.limits\[1\]\.window\.calendar: expected one of week"),
        (("limits", 1, "window", "calendar"), "week", r"house\.limits\[1\]\.window: expected either"),
        (("limits", 2, "counts"), "some", r"house\.limits\[2\]\.counts: expected one of attempted"),
        (("limits", 2, "scope"), "family", r"house\.limits\[2\]\.scope: expected one of case"),
        (("limits", 2, "channels"), ["fax"], r"house\.limits\[2\]\.channels\[0\]: expected one of call"),
        (("min_days_between_visits", "days"), 0, r"house\.min_days_between_visits\.days: expected"),
        (("notice", "lead_hours"), "24", r"house\.notice\.lead_hours: expected a whole number"),
        (("staff", "minimum"), 0, r"house\.staff\.minimum: expected a whole number from 1 to 2"),
        (("workplace", "access"), "never", r"house\.workplace\.access: expected one of consent"),
        (("consents", 0, "rule"), "Entry", r"house\.consents\[0\]\.rule: expected a text like"),
        (("consents", 0, "condition"), {"en": "ask"}, r"house\.consents\[0\]\.condition: field 'zh' is missing"),
        (("conduct", 0, "condition"), {"en": "a", "zh": ""}, r"house\.conduct\[0\]\.condition\.zh: expected a text"),
        (("conduct", 0, "condition"), {"fr": "a"}, r"house\.conduct\[0\]\.condition: field 'fr' is unknown"),
        (("conduct", 0, "condition"), 1, r"house\.conduct\[0\]\.condition: expected a mapping"),
        (("consents", 0, "lifted_by"), "smile", r"house\.consents\[0\]\.lifted_by: expected one of out_of_hours"),
        (("blocks", 0, "days"), MISSING, r"house\.blocks\[0\]: expected `days` with the effect days"),
        (("blocks", 3, "kinds"), ["full_moon"], r"house\.blocks\[3\]\.kinds\[0\]: expected one of"),
        (("blocks", 3, "effect"), "maybe", r"house\.blocks\[3\]\.effect: expected one of stop"),
        (("blocks",), {}, r"house\.blocks: expected a list"),
        (("blocks", 1, "renewable"), 1, r"house\.blocks\[1\]: expected `renewable` only with `days`"),
        (("hours", "mon_fri"), MISSING, r"house\.hours: expected `mon_fri`, or the hours of every weekday"),
        (("hours", "tue"), ["25:00-26:00"], r"house\.hours\.tue\[0\]: expected a text like"),
        (("recording", "mode"), "smell", r"house\.recording\.mode: expected one of audio"),
        (("recording", "mode"), MISSING, r"house\.recording: field 'mode' is missing"),
        (("notice", "subject"), "weather", r"house\.notice\.subject: expected one of visit"),
        (("certificate", "refresh_days"), 0, r"house\.certificate\.refresh_days: expected a whole number"),
        (("conduct", 1, "rule"), "cash_collection", r"house: rule 'cash_collection' is named twice"),
        (("quiet",), {"source": "s", "means_max": 0}, r"house\.quiet\.means_max: expected a whole number"),
        (
            ("places",),
            {"source": "s", "by_consent": ["home"]},
            r"house\.places\.by_consent\[0\]: expected a kind of place",
        ),
        (("prior_agreement",), {"source": "s", "form": "letter"}, r"house\.prior_agreement: field 'covers' is missing"),
        (
            ("pause_after_conversation",),
            {"source": "s", "days": 0, "channels": [], "scope": "claim"},
            r"house\.pause_after_conversation\.days: expected a whole number from 1 to 36525",
        ),
        (("terms",), [{"term": "kept", "value": 3, "source": "s"}], r"house\.terms\[0\]\.value: expected a text"),
        (
            ("terms",),
            [{"term": "kept", "value": "long", "unit": "years", "source": "s"}],
            r"house\.terms\[0\]\.value: expected a whole number",
        ),
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


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("take no cash", Wording("take no cash")), ({"en": "take no cash", "zh": "不得收取现金"}, CASH)],
)
def test_a_condition_is_a_text_or_one_in_each_language(condition: object, expected: Wording) -> None:
    document = copy.deepcopy(HOUSE)
    document["conduct"][2]["condition"] = condition
    read = parse_profile(document, "house").conduct[2].condition
    assert (read, read.zh) == (expected, expected.zh)


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


def test_every_weekday_can_be_given_and_then_no_short_form_is_needed() -> None:
    document = copy.deepcopy(HOUSE)
    del document["hours"]["mon_fri"], document["hours"]["makeup_as_weekday"]
    document["hours"] |= {"mon": ["09:00-12:00"], "tue": [], "wed": [], "thu": [], "fri": [], "makeup_workday": []}
    hours = parse_profile(document, "house").hours
    assert hours is not None
    assert hours.on_weekday(date(2026, 11, 23)) == (LocalHours(540, 720),)
    assert hours.on_weekday(date(2026, 11, 24)) == ()
    document["hours"] |= {"makeup_as_weekday": True}
    with pytest.raises(ProfileError, match="none for make-up workdays as weekdays"):
        parse_profile(document, "house")


def test_the_whole_schema_can_be_said() -> None:
    document = copy.deepcopy(HOUSE) | {
        "workplace_hours": HOUSE["hours"],
        "pause_after_conversation": {"source": "s", "days": 7, "channels": [], "scope": "claim"},
        "prior_agreement": {"source": "s", "form": "in writing", "covers": ["place", "time"]},
        "quiet": {"source": "s", "hours_per_week_max": 28, "means_max": 3},
        "same_gender": {"source": "s", "evidence": "K"},
        "places": {"source": "s", "allowed": ["home"], "by_consent": ["work", "hospital", "other"]},
        "terms": [
            {"source": "s", "term": "kept", "value": 5, "unit": "years"},
            {"source": "s", "term": "manner", "value": "kindly"},
        ],
    }
    document["notice"] |= {"subject": "agent", "channels": ["letter"], "acknowledged": True, "on_agent_change": True}
    document["certificate"] |= {"name": "IIBF DRA", "refresh_days": 365}
    document["badge"] |= {"photo": True}
    document["blocks"][0] |= {"renewable": 1, "proof": "a paper"}
    document["limits"][0] |= {"window": {"calendar": "month"}, "counts": "any", "scope": "address"}
    profile = parse_profile(document, "whole")
    assert all(getattr(profile, field.name) not in (None, ()) for field in dataclasses.fields(profile)
               if field.name not in ("country", "effective_to", "inconvenient"))  # fmt: skip
    assert profile.same_gender is not None
    assert profile.same_gender.evidence is Evidence.KNOWLEDGE
    assert [term.value for term in profile.terms] == [5, "kindly"]
