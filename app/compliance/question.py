"""A rule put as a question about time: when may somebody be at the door.

One function serves both the windows for planning and the answer at the door, so that the two cannot disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.compliance.clauses import Clause
from app.compliance.local_days import local_day, span_of
from app.compliance.phrase import Said
from app.compliance.profile import Profile
from app.compliance.ruling import Answer
from app.compliance.situation import Situation, presence_from
from app.kernel.timewindow import TimeWindow

Openings = Callable[[TimeWindow], list[TimeWindow]]
# How far ahead the end of a refusal is looked for, in growing steps: most refusals end within days.
_LOOK_AHEAD_DAYS = (8, 70, 400)


@dataclass(frozen=True)
class Grounds:
    """Why a question got its answer."""

    reason: Said
    source: str
    condition: Said | None = None


@dataclass(frozen=True)
class Question:
    """One rule of one profile in one situation.

    `openings` gives the merged windows of presence, within a span of whole local days, that the rule allows;
    `explain` tells the grounds of a yes or a no.
    """

    rule: str
    openings: Openings
    explain: Callable[[bool], Grounds]


def put(question: Question, profile: Profile, situation: Situation) -> Answer:
    """Answer the question for the presence of the situation: it must lie wholly in one opening."""
    allowed = covers(question.openings(situation.days), situation.presence)
    grounds = question.explain(allowed)
    return Answer(
        rule=question.rule,
        profile=profile.id,
        version=profile.version,
        allowed=allowed,
        grounds=grounds.reason,
        source=grounds.source,
        until=None if allowed else _end_of_refusal(question.openings, situation),
        duty=grounds.condition,
    )


def covers(windows: list[TimeWindow], presence: TimeWindow) -> bool:
    """Whether the presence lies wholly in one of the windows."""
    return any(window.covers(presence) for window in windows)


def joined_sources(clauses: tuple[Clause, ...]) -> str:
    """The sources of several clauses, each once."""
    return "; ".join(dict.fromkeys(clause.source for clause in clauses))


def _end_of_refusal(openings: Openings, situation: Situation) -> datetime | None:
    first_on = local_day(situation.start_at, situation.time_zone)
    for days in _LOOK_AHEAD_DAYS:
        for window in openings(span_of(first_on, days, situation.time_zone)):
            start_at = max(window.opens_at, situation.presence.opens_at)
            if window.covers(presence_from(start_at, situation.duration_seconds)):
                return start_at
    return None
