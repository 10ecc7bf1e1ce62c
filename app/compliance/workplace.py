"""Visits at the place of work: by consent, for a reason, or unless the employer forbids them."""

from functools import partial

from app.compliance.clauses import WorkplaceAccess, WorkplaceRule
from app.compliance.consent import consent_windows
from app.compliance.phrase import Phrase
from app.compliance.profile import Profile
from app.compliance.question import Grounds, Question
from app.compliance.situation import ConsentKind, PlaceKind, Situation
from app.kernel.timewindow import TimeWindow


def workplace_question(profile: Profile, situation: Situation) -> Question | None:
    """The workplace as a question; None when the profile says nothing on it."""
    rule = profile.workplace
    if rule is None:
        return None
    return Question("workplace", partial(_openings, rule, situation), partial(_explain, rule, situation))


def _openings(rule: WorkplaceRule, situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    if situation.place_kind is not PlaceKind.WORK:
        return [span]
    if rule.access is WorkplaceAccess.UNLESS_EMPLOYER_FORBIDS:
        return [] if situation.facts.employer_forbids_visits else [span]
    if rule.access is WorkplaceAccess.REASON:
        return [span]
    return consent_windows(ConsentKind.WORKPLACE, situation.facts.consents, span)


def _explain(rule: WorkplaceRule, situation: Situation, allowed: bool) -> Grounds:
    if situation.place_kind is not PlaceKind.WORK:
        return Grounds(Phrase.of("not_a_workplace"), rule.source)
    if rule.access is WorkplaceAccess.REASON:
        duty = Phrase.of("record_workplace_reason")
        return Grounds(Phrase.of("workplace_reason_needed"), rule.source, duty)
    if rule.access is WorkplaceAccess.UNLESS_EMPLOYER_FORBIDS:
        return Grounds(Phrase.of("employer_silent" if allowed else "employer_forbids"), rule.source)
    if allowed:
        return Grounds(Phrase.of("workplace_consented"), rule.source)
    is_express = rule.access is WorkplaceAccess.EXPRESS_CONSENT
    needed = "workplace_express_consent_needed" if is_express else "workplace_consent_needed"
    return Grounds(Phrase.of(needed), rule.source)
