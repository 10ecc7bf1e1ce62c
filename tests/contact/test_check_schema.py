"""What is told in `contact-rules:check` reaches the rules: one row a fact."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.compliance.composition import ask
from app.compliance.profile_files import load_profiles
from app.contact.check_schema import CheckIn

AT = "2026-11-25T12:00:00"
KR = {"profiles": ["KR-PDPA-2024"], "time_zone": "Asia/Seoul", "holidays": "KR", "start_at": f"{AT}+09:00"}
UA = {"profiles": ["UA-CCA-art25"], "time_zone": "Europe/Kyiv", "holidays": "UA", "start_at": f"{AT}+02:00"}
US = {"profiles": ["US-REGF-1006"], "time_zone": "America/New_York", "start_at": f"{AT}-05:00"}
UK = {
    "profiles": ["UK-CONC7"],
    "time_zone": "Europe/London",
    "start_at": f"{AT}+00:00",
}
TOLD = [{"at": "2026-11-01T00:00:00Z", "channel": "letter"}]
CALL = {"channel": "call", "at": "2026-11-24T12:00:00+09:00"}
GIVEN = "2026-11-01T00:00:00Z"


def refused(question: dict[str, Any]) -> set[str]:
    body = CheckIn.model_validate(question)
    profiles = [load_profiles()[name] for name in body.profiles or ()]
    return {answer.rule for answer in ask(profiles, body.hypothetical()).refusals}


@pytest.mark.parametrize(
    ("question", "facts", "expected"),
    [
        (KR, {}, set()),
        (KR, {"contacts": [CALL] * 7}, {"any_channel_limit"}),
        (KR | {"claim": "L-1"}, {"contacts": [CALL | {"claim": "L-1"}] * 7}, {"any_channel_limit"}),
        (KR | {"claim": "L-1"}, {"contacts": [CALL | {"claim": "L-2"}] * 7}, set()),
        (KR | {"claim": "L-1"}, {"contacts": [CALL] * 7}, {"any_channel_limit"}),
        (KR, {"blocks": [{"kind": "disaster_area", "from_on": "2026-08-01"}]}, set()),
        (KR, {"blocks": [{"kind": "disaster_area", "from_on": "2026-08-01", "renewals": 1}]}, {"block"}),
        (KR, {"quiet_windows": [{"weekday": 2, "opens": "09:00", "closes": "17:00"}]}, {"quiet_window"}),
        (KR, {"quiet_windows": [{"weekday": 1, "opens": "09:00", "closes": "24:00"}]}, set()),
        (
            KR,
            {"quiet_windows": [{"weekday": 2, "opens": "09:00", "closes": "17:00", "channels": ["call"]}]},
            set(),
        ),
        (
            KR | {"place_kind": "work"},
            {"quiet_windows": [{"weekday": 2, "opens": "09:00", "closes": "17:00", "place_kinds": ["work"]}]},
            {"quiet_window"},
        ),
        (UA, {}, {"prior_agreement"}),
        (UA, {"consents": [{"kind": "prior_agreement", "given_at": GIVEN}]}, set()),
        (
            UA,
            {"consents": [{"kind": "prior_agreement", "given_at": GIVEN, "from_at": f"{AT}+02:00"}]},
            set(),
        ),
        (
            UA,
            {"consents": [{"kind": "prior_agreement", "given_at": GIVEN, "from_at": "2026-11-25T12:01:00+02:00"}]},
            {"prior_agreement"},
        ),
        (
            UA,
            {"consents": [{"kind": "prior_agreement", "given_at": GIVEN, "revoked_at": GIVEN}]},
            {"prior_agreement"},
        ),
        (UA | {"staff": 1, "team": {"recording": False}}, {}, {"prior_agreement", "recording"}),
        (
            US,
            {"inconvenient": [{"opens_at": f"{AT}-05:00", "closes_at": "2026-11-25T12:10:00-05:00"}]},
            {"inconvenient_time_or_place"},
        ),
        (US, {"inconvenient_places": ["home"]}, {"inconvenient_time_or_place"}),
        (US | {"place_kind": "work"}, {"employer_forbids_visits": True}, {"workplace"}),
        (UK, {"notices": TOLD}, set()),
        (UK | {"place_kind": "hospital"}, {"notices": TOLD}, {"place"}),
        (
            UK | {"place_kind": "hospital"},
            {"notices": TOLD, "consents": [{"kind": "hospital_visit", "given_at": GIVEN}]},
            set(),
        ),
    ],
)
def test_facts_reach_the_rules(question: dict[str, Any], facts: dict[str, Any], expected: set[str]) -> None:
    assert refused(question | {"facts": facts}) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"team": {"badge": True}}, "a team needs staff"),
        ({"facts": {"blocks": [{"kind": "hospital", "from_on": "2026-11-02", "renewals": -1}]}}, "renewals"),
        (
            {"facts": {"consents": [{"kind": "video", "given_at": GIVEN, "from_at": GIVEN, "until_at": GIVEN}]}},
            "until_at must come after from_at",
        ),
        ({"facts": {"quiet_windows": [{"weekday": 2, "opens": "17:00", "closes": "09:00"}]}}, "closes must be later"),
        ({"facts": {"inconvenient": [{"opens_at": GIVEN, "closes_at": GIVEN}]}}, "closes_at must come after"),
        ({"place_kind": "moon"}, "place_kind"),
    ],
)
def test_nonsense_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        CheckIn.model_validate(KR | change)


def test_what_is_told_of_a_team_never_overrules_the_certificates_that_were_looked_up() -> None:
    body = CheckIn.model_validate(KR | {"staff": 2, "team": {"certificates_valid": [True, True], "badge": False}})
    hypothetical = body.hypothetical().team
    assert hypothetical is not None
    assert (hypothetical.certificates_valid, hypothetical.badge) == ((True, True), False)
    looked_up = body.with_papers(type(hypothetical)(2, certificates_valid=(False, True)))
    assert looked_up is not None
    assert (looked_up.certificates_valid, looked_up.badge) == ((False, True), False)
    assert body.with_papers(None) is None
