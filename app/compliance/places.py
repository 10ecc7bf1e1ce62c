"""Which kinds of place may be visited: freely, only by the consent for that kind, or not at all."""

from functools import partial

from app.compliance.clauses import PlacesRule
from app.compliance.consent import consent_windows
from app.compliance.phrase import Phrase
from app.compliance.profile import Profile
from app.compliance.question import Grounds, Question
from app.compliance.situation import ConsentKind, PlaceKind, Situation
from app.kernel.timewindow import TimeWindow

CONSENT_FOR = {
    PlaceKind.WORK: ConsentKind.WORKPLACE,
    PlaceKind.HOSPITAL: ConsentKind.HOSPITAL_VISIT,
    PlaceKind.OTHER: ConsentKind.OTHER_PLACE,
}


def place_question(profile: Profile, situation: Situation) -> Question | None:
    """The kind of place as a question; None when the profile says nothing on it."""
    rule = profile.places
    if rule is None:
        return None
    return Question("place", partial(_openings, rule, situation), partial(_explain, rule, situation))


def _openings(rule: PlacesRule, situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    kind = situation.place_kind
    if kind in rule.by_consent:
        return consent_windows(CONSENT_FOR[kind], situation.facts.consents, span)
    return [span] if not rule.allowed or kind in rule.allowed else []


def _explain(rule: PlacesRule, situation: Situation, allowed: bool) -> Grounds:
    kind = situation.place_kind
    if kind in rule.by_consent:
        return Grounds(Phrase.of("place_consented" if allowed else "place_consent_missing", kind=kind), rule.source)
    return Grounds(Phrase.of("place_allowed" if allowed else "place_forbidden", kind=kind), rule.source)
