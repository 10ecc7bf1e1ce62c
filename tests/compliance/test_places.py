from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.compliance.clauses import Evidence, PlacesRule
from app.compliance.places import place_question
from app.compliance.profile_files import load_profiles
from app.compliance.question import put
from app.compliance.ruling import Answer
from app.compliance.situation import Consent, ConsentKind, Facts, PlaceKind, Situation

START = datetime(2026, 11, 24, 10, tzinfo=UTC)
HOME, WORK, HOSPITAL, OTHER = PlaceKind.HOME, PlaceKind.WORK, PlaceKind.HOSPITAL, PlaceKind.OTHER


def asked(
    place: PlaceKind, *consents: Consent, allowed: tuple[PlaceKind, ...] = (), by_consent: tuple[PlaceKind, ...] = ()
) -> Answer:
    rule = PlacesRule(source="s", evidence=Evidence.DESIGN, allowed=allowed, by_consent=by_consent)
    profile = replace(load_profiles()["IN-RBI-2022"], places=rule)
    situation = Situation("Asia/Kolkata", None, START, 1800, place, facts=Facts(consents=consents))
    question = place_question(profile, situation)
    assert question is not None
    return put(question, profile, situation)


@pytest.mark.parametrize(
    ("place", "allowed", "by_consent", "expected"),
    [
        (HOME, (), (), True),  # nothing is named: every place may be visited
        (WORK, (), (HOSPITAL,), True),
        (HOSPITAL, (), (HOSPITAL,), False),
        (HOME, (HOME,), (WORK,), True),
        (WORK, (HOME,), (WORK,), False),
        (OTHER, (HOME,), (WORK,), False),  # not named: not at all
        (WORK, (HOME, WORK), (), True),
    ],
)
def test_a_place_is_open_by_itself_or_by_consent_or_not_at_all(
    place: PlaceKind, allowed: tuple[PlaceKind, ...], by_consent: tuple[PlaceKind, ...], expected: bool
) -> None:
    assert asked(place, allowed=allowed, by_consent=by_consent).allowed is expected


def test_no_consent_opens_a_place_that_is_not_open_to_consent() -> None:
    every = [Consent(kind, START - timedelta(days=1)) for kind in ConsentKind]
    assert not asked(OTHER, *every, allowed=(HOME,), by_consent=(WORK,)).allowed
    assert asked(WORK, *every, allowed=(HOME,), by_consent=(WORK,)).allowed


@pytest.mark.parametrize(("minutes", "allowed"), [(30, True), (29, False)])
def test_the_consent_covers_the_whole_visit(minutes: int, allowed: bool) -> None:
    until = Consent(ConsentKind.HOSPITAL_VISIT, START, START + timedelta(minutes=minutes))
    answer = asked(HOSPITAL, until, by_consent=(HOSPITAL,))
    assert answer.allowed is allowed
    assert answer.until is None
    assert ("is on record" in answer.reason) is allowed


def test_a_refusal_ends_when_the_consent_begins() -> None:
    later = Consent(ConsentKind.OTHER_PLACE, START, from_at=START + timedelta(hours=3))
    assert asked(OTHER, later, by_consent=(OTHER,)).until == START + timedelta(hours=3)
