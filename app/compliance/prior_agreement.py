"""Prior agreement: a visit that the borrower has not agreed to beforehand does not take place.

An agreed appointment is a consent of kind prior_agreement with `from_at` and `until_at`; the whole presence must lie
inside it.
"""

from functools import partial

from app.compliance.clauses import PriorAgreementRule
from app.compliance.consent import consent_windows
from app.compliance.phrase import Joint, Phrase, Series
from app.compliance.profile import Profile
from app.compliance.question import Grounds, Question
from app.compliance.situation import ConsentKind, Situation
from app.kernel.timewindow import TimeWindow


def agreement_question(profile: Profile, situation: Situation) -> Question | None:
    """The prior agreement as a question; None when the profile asks for none."""
    rule = profile.prior_agreement
    if rule is None:
        return None
    return Question("prior_agreement", partial(_openings, rule, situation), partial(_explain, rule))


def _openings(rule: PriorAgreementRule, situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    return consent_windows(ConsentKind.PRIOR_AGREEMENT, situation.facts.consents, span, rule.forms)


def _explain(rule: PriorAgreementRule, allowed: bool) -> Grounds:
    covered = Series(rule.covers, Joint.AND)
    if allowed:
        return Grounds(Phrase.of("agreement_on_record", covers=covered), rule.source)
    return Grounds(Phrase.of("agreement_missing", covers=covered, form=rule.form), rule.source)
