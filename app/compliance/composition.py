"""The door of the room: ask all profiles about a visit, and get the strictest of every field.

A profile that is not enforced (a draft that nobody switched on) is named in the ruling and refuses nothing. Without
any profile everything is allowed: which profiles apply is the caller's to say.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import reduce

from app.compliance.blocks import block_question
from app.compliance.consent import consent_answers
from app.compliance.contact_hours import hours_question
from app.compliance.contact_limits import limit_questions
from app.compliance.disclosure import conduct_answers
from app.compliance.inconvenience import inconvenience_question
from app.compliance.local_days import local_day, span_of
from app.compliance.notice import agent_change_answers, notice_question
from app.compliance.phrase import Phrase
from app.compliance.places import place_question
from app.compliance.prior_agreement import agreement_question
from app.compliance.profile import Profile
from app.compliance.question import Question, put
from app.compliance.quiet_windows import quiet_question
from app.compliance.ruling import Answer, Ruling
from app.compliance.situation import Situation, presence_from
from app.compliance.staff import staff_answers
from app.compliance.workplace import workplace_question
from app.kernel.timewindow import TimeWindow, intersect

_SINGLE = (
    hours_question,
    inconvenience_question,
    quiet_question,
    block_question,
    notice_question,
    agreement_question,
    workplace_question,
    place_question,
)


def ask(profiles: Sequence[Profile], situation: Situation) -> Ruling:
    """The answers of every rule of every profile: allowed only when all say yes."""
    return Ruling(tuple(answer for profile in profiles for answer in _answers(profile, situation)))


def presence_windows(profiles: Sequence[Profile], situation: Situation, first_on: date, days: int) -> list[TimeWindow]:
    """When somebody may be at the door, on `days` local days from `first_on`, by all rules that depend on time.

    These bound the presence; a visit may start as long as it also ends inside its window. The start and the team of
    the situation do not matter here.
    """
    span = span_of(first_on, days, situation.time_zone)
    questions = [question for profile in profiles for question in questions_of(profile, situation)]
    return reduce(intersect, (question.openings(span) for question in questions), [span])


def next_allowed_at(profiles: Sequence[Profile], situation: Situation, horizon_days: int = 60) -> datetime | None:
    """The earliest start (UTC) at which all rules say yes: the asked start itself, or a whole minute after it.

    None when the team is refused, or when no start on the asked day or the `horizon_days` days after it will do.
    """
    if not is_team_allowed(profiles, situation):
        return None
    first_on = local_day(situation.start_at, situation.time_zone)
    return first_start(presence_windows(profiles, situation, first_on, horizon_days + 1), situation)


def first_start(windows: Iterable[TimeWindow], situation: Situation) -> datetime | None:
    """The earliest start (UTC) in windows of presence: the asked start itself, or a whole minute after it."""
    asked_at = situation.presence.opens_at
    for window in windows:
        start_at = asked_at if window.opens_at <= asked_at else _whole_minute(window.opens_at)
        if window.covers(presence_from(start_at, situation.duration_seconds)):
            return start_at
    return None


def in_force(profiles: Iterable[Profile], on: date) -> list[Profile]:
    """The profiles whose text applies on that day and that are enforced."""
    return [profile for profile in profiles if profile.enforced and profile.is_in_force(on)]


def is_team_allowed(profiles: Iterable[Profile], situation: Situation) -> bool:
    """Whether the rules on who goes, which do not depend on the time, say yes."""
    return all(
        answer.allowed for profile in profiles if profile.enforced for answer in staff_answers(profile, situation)
    )


def questions_of(profile: Profile, situation: Situation) -> list[Question]:
    """The rules of the profile that depend on time; none when it is not enforced."""
    if not profile.enforced:
        return []
    asked = [question for ask_for in _SINGLE if (question := ask_for(profile, situation)) is not None]
    return [*asked, *limit_questions(profile, situation)]


def _answers(profile: Profile, situation: Situation) -> list[Answer]:
    if not profile.enforced:
        return [_not_enforced(profile)]
    return [
        *(put(question, profile, situation) for question in questions_of(profile, situation)),
        *staff_answers(profile, situation),
        *agent_change_answers(profile),
        *consent_answers(profile, situation),
        *conduct_answers(profile, situation),
    ]


def _not_enforced(profile: Profile) -> Answer:
    reason = Phrase.of("not_enforced", status=profile.legal_status)
    return Answer("not_enforced", profile.id, profile.version, True, reason, profile.name)


def _whole_minute(at: datetime) -> datetime:
    rest = timedelta(seconds=at.second, microseconds=at.microsecond)
    return at - rest + timedelta(minutes=1) if rest else at
