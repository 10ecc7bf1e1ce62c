"""Consents: when they hold, and what may not be done without them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from app.compliance.clauses import ConditionRule
from app.compliance.phrase import Phrase
from app.compliance.profile import Profile
from app.compliance.question import covers
from app.compliance.ruling import Answer
from app.compliance.situation import Consent, ConsentForm, ConsentKind, Situation
from app.kernel.timewindow import TimeWindow, merge

ANY_FORM: frozenset[ConsentForm] = frozenset()


def is_valid(consent: Consent, at: datetime) -> bool:
    """Whether the consent holds at the instant: given, not over, not revoked."""
    instant = at.astimezone(UTC)  # two times of one zone would compare by the wall clock
    return _begins_at(consent) <= instant and all(instant < end for end in _ends(consent))


def consent_windows(
    kind: ConsentKind, consents: Iterable[Consent], span: TimeWindow, forms: frozenset[ConsentForm] = ANY_FORM
) -> list[TimeWindow]:
    """The parts of the span in which a consent of this kind, given in one of the forms, holds, merged."""
    asked = (consent for consent in consents if consent.kind is kind and _has_form(consent, forms))
    return merge(window for consent in asked if (window := _within(consent, span)) is not None)


def _has_form(consent: Consent, forms: frozenset[ConsentForm]) -> bool:
    return not forms or consent.how is None or consent.how in forms


def is_consented(kind: ConsentKind, situation: Situation) -> bool:
    """Whether a consent of this kind holds during the whole presence."""
    return covers(consent_windows(kind, situation.facts.consents, situation.days), situation.presence)


def consent_answers(profile: Profile, situation: Situation) -> list[Answer]:
    """What needs consent at the door, such as entering the home or a photograph inside: conditions, never refusals."""
    return [condition_answer(rule, profile, situation) for rule in profile.consents]


def condition_answer(rule: ConditionRule, profile: Profile, situation: Situation) -> Answer:
    """The yes with its condition, or without it when a consent on record lifts it."""
    is_lifted = rule.lifted_by is not None and is_consented(rule.lifted_by, situation)
    return _condition_answer(rule, profile.id, profile.version, is_lifted)


@lru_cache(maxsize=4096)
def _condition_answer(rule: ConditionRule, profile: str, version: str, is_lifted: bool) -> Answer:
    return Answer(
        rule=rule.rule,
        profile=profile,
        version=version,
        allowed=True,
        grounds=Phrase.of("consent_on_record" if is_lifted else "under_a_condition"),
        source=rule.source,
        duty=None if is_lifted else rule.condition,
    )


def _within(consent: Consent, span: TimeWindow) -> TimeWindow | None:
    opens_at = max(_begins_at(consent), span.opens_at)
    closes_at = min([span.closes_at, *(end.astimezone(UTC) for end in _ends(consent))])
    return TimeWindow(opens_at, closes_at) if opens_at < closes_at else None


def _begins_at(consent: Consent) -> datetime:
    """An agreement on a later time holds from then, and none before it was given."""
    return max(at.astimezone(UTC) for at in (consent.given_at, consent.from_at or consent.given_at))


def _ends(consent: Consent) -> list[datetime]:
    return [at for at in (consent.until_at, consent.revoked_at) if at is not None]
