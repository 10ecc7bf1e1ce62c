"""A profile as a document: every rule with its values, its source and how sure we are of it."""

import dataclasses
import json
from typing import Any

import pytest

from app.compliance.clauses import Clause
from app.compliance.profile_files import load_profiles
from app.contact.profiles_schema import show_profile

PROFILES = load_profiles()


def shown(profile_id: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(show_profile(PROFILES[profile_id]).model_dump_json())
    return document


@pytest.mark.parametrize("profile_id", PROFILES)
def test_every_clause_is_shown_with_its_source_and_evidence(profile_id: str) -> None:
    rules = shown(profile_id)["rules"]
    said = {name: value for name, value in vars(PROFILES[profile_id]).items() if isinstance(value, Clause | tuple)}
    assert rules.keys() == {name for name, value in said.items() if value != ()}
    for name, value in said.items():
        clauses = value if isinstance(value, tuple) else (value,)
        entries = rules.get(name, []) if isinstance(value, tuple) else [rules[name]]
        for clause, entry in zip(clauses, entries, strict=True):
            assert entry.keys() == {field.name for field in dataclasses.fields(clause)}
            assert (entry["source"], entry["evidence"]) == (clause.source, clause.evidence)


@pytest.mark.parametrize(
    ("profile_id", "path", "expected"),
    [
        ("AU-RG96", ("workplace_hours", "mon_fri"), ["09:00-17:00"]),
        ("AU-RG96", ("limits", 0, "window"), {"days": 7, "calendar": None}),
        ("AU-RG96", ("limits", 0, "channels"), ["call", "email", "letter", "message", "sms"]),
        ("AU-RG96", ("limits", 2, "evidence"), "K"),
        ("KR-PDPA-2024", ("quiet", "hours_per_week_max"), 28),
        ("KR-PDPA-2024", ("blocks", 0, "renewable"), 1),
        ("US-REGF-1006", ("pause_after_conversation", "days"), 7),
        ("UA-CCA-art25", ("prior_agreement", "covers"), ["place", "time"]),
        ("UK-CONC7", ("places", "by_consent"), ["hospital"]),
        ("CN-GBT45251-CBA2026", ("terms", 2, "value"), 15),
        ("CN-GBT45251-CBA2026", ("terms", 2, "unit"), "days"),
        ("ID-POJK22-2023", ("badge", "photo"), True),
    ],
)
def test_a_lawyer_reads_the_value(profile_id: str, path: tuple[str | int, ...], expected: object) -> None:
    value: Any = shown(profile_id)["rules"]
    for step in path:
        value = value[step]
    assert value == expected


def test_what_a_profile_says_nothing_on_is_left_out() -> None:
    assert set(shown("IN-RBI-2022")["rules"]) == {"hours", "conduct"}
    assert shown("IN-RBI-2026-draft")["enforced"] is False
