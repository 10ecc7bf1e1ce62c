"""Times and places that the borrower called inconvenient; a weekly quiet window is such a time."""

from functools import partial

from app.compliance.clauses import Clause
from app.compliance.phrase import Phrase
from app.compliance.profile import Profile
from app.compliance.question import Grounds, Question
from app.compliance.quiet_windows import unquiet
from app.compliance.situation import Situation
from app.kernel.timewindow import TimeWindow, subtract


def inconvenience_question(profile: Profile, situation: Situation) -> Question | None:
    """The borrower's inconvenient times and places as a question; None when the profile does not ask for them."""
    clause = profile.inconvenient
    if clause is None:
        return None
    return Question("inconvenient_time_or_place", partial(_openings, situation), partial(_explain, clause, situation))


def _openings(situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    if situation.place_kind in situation.facts.inconvenient_places:
        return []
    return subtract(unquiet(situation, span), situation.facts.inconvenient)


def _explain(clause: Clause, situation: Situation, allowed: bool) -> Grounds:
    if allowed:
        return Grounds(Phrase.of("convenient"), clause.source)
    is_place = situation.place_kind in situation.facts.inconvenient_places
    return Grounds(Phrase.of("inconvenient_place" if is_place else "inconvenient_time"), clause.source)
