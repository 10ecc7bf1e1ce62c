"""Notices: the borrower is told before somebody comes.

Only a notice of the visit that is asked about counts; the caller passes no others. In planning a notice that can
still be given counts as well (`Situation.notify_from_at`), as a condition. Where the text wants it acknowledged, a
notice counts from its acknowledgement. A notice of the agent is asked for like one of the visit: it comes before.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial

from app.compliance.clauses import NoticeRule, NoticeSubject
from app.compliance.local_days import days_of, local_day, local_time, span_of
from app.compliance.phrase import Joint, Phrase, Series
from app.compliance.profile import Profile
from app.compliance.question import Grounds, Question, put
from app.compliance.ruling import Answer
from app.compliance.situation import DatedContact, Facts, Notice, Situation, dated
from app.kernel.timewindow import TimeWindow, merge

_CHANNELS_TRIED = 2
# A notice without a lead time must still come before the visit, not in the same second.
_SHORTEST_LEAD = timedelta(seconds=1)


def notice_answer(profile: Profile, situation: Situation) -> Answer | None:
    """Whether the notice was given in time, can still be given, or is waived; None when the profile asks for none."""
    question = notice_question(profile, situation)
    return put(question, profile, situation) if question else None


def notice_question(profile: Profile, situation: Situation) -> Question | None:
    """The notice as a question; None when the profile asks for none."""
    rule = profile.notice
    if rule is None:
        return None
    return Question("notice", partial(_openings, rule, situation), partial(_explain, rule, situation))


def notice_fulfillable_from(
    profiles: Sequence[Profile], facts: Facts, now_at: datetime, time_zone: str
) -> datetime | None:
    """The earliest start for which the notices on record, or one given now, are enough; None when none is needed."""
    ledger, on = dated(facts.contacts, time_zone), local_day(now_at, time_zone)
    rules = [profile.notice for profile in profiles if profile.enforced and profile.notice is not None]
    needed = [rule for rule in rules if not _is_waived(rule, ledger, on)]
    return max((min(_ready(rule, facts.notices, now_at)) for rule in needed), default=None)


def notice_deadline(profiles: Sequence[Profile], situation: Situation) -> datetime | None:
    """The last instant at which the notice of this visit must go out; None when none is missing."""
    missing = [
        profile.notice
        for profile in profiles
        if profile.enforced and profile.notice is not None and _is_missing(profile.notice, situation)
    ]
    return min((situation.presence.opens_at - _lead(rule) for rule in missing), default=None)


def agent_change_answers(profile: Profile) -> list[Answer]:
    """The duty to tell of a new agent at once, where the profile has it: a condition, never a refusal."""
    rule = profile.notice
    if rule is None or not rule.on_agent_change:
        return []
    reason, duty = Phrase.of("under_a_condition"), Phrase.of("agent_change")
    return [Answer("notice_of_agent_change", profile.id, profile.version, True, reason, rule.source, duty=duty)]


def is_unreachable(ledger: Sequence[DatedContact], on: date, days: int) -> bool:
    """Whether nobody was reached on any channel for so many days before `on`, though two channels were tried.

    The trying must have begun so many days ago at least: two calls of yesterday show nothing. Attempts count to the day
    before `on`; somebody reached on the day itself counts too. Planned visits show nothing.
    """
    made = [entry for entry in ledger if entry.on <= on and not entry.contact.planned]
    if any(entry.contact.contacted for entry in made if (on - entry.on).days <= days):
        return False
    tried = [entry for entry in made if entry.on < on]
    is_long = any((on - entry.on).days >= days for entry in tried)
    recent = {entry.contact.channel for entry in tried if (on - entry.on).days <= days}
    return is_long and len(recent) >= _CHANNELS_TRIED


def _lead(rule: NoticeRule) -> timedelta:
    return max(timedelta(hours=rule.lead_hours), _SHORTEST_LEAD)


def _ready(rule: NoticeRule, notices: Iterable[Notice], from_at: datetime | None = None) -> list[datetime]:
    """From when on each of the notices, and one given from `from_at` on, is enough for a visit."""
    ready = [_ready_at(rule, notice) for notice in notices if not rule.channels or notice.channel in rule.channels]
    planned = [] if from_at is None else [from_at.astimezone(UTC) + _lead(rule)]
    return [*planned, *(at for at in ready if at is not None)]


def _ready_at(rule: NoticeRule, notice: Notice) -> datetime | None:
    in_time_at = notice.at.astimezone(UTC) + _lead(rule)
    if not rule.acknowledged:
        return in_time_at
    return None if notice.acknowledged_at is None else max(in_time_at, notice.acknowledged_at.astimezone(UTC))


def _is_waived(rule: NoticeRule, ledger: Sequence[DatedContact], on: date) -> bool:
    days = rule.waived_when_unreachable_days
    return days is not None and is_unreachable(ledger, on, days)


def _openings(rule: NoticeRule, situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    ready_at = min(_ready(rule, situation.facts.notices, situation.notify_from_at), default=span.closes_at)
    after = [TimeWindow(max(ready_at, span.opens_at), span.closes_at)] if ready_at < span.closes_at else []
    waived = (
        span_of(on, 1, situation.time_zone)
        for on in days_of(span, situation.time_zone)
        if _is_waived(rule, situation.ledger, on)
    )
    return merge([*waived, *after])


def _is_missing(rule: NoticeRule, situation: Situation) -> bool:
    on = local_day(situation.start_at, situation.time_zone)
    is_given = any(at <= situation.presence.opens_at for at in _ready(rule, situation.facts.notices))
    return not is_given and not _is_waived(rule, situation.ledger, on)


def _explain(rule: NoticeRule, situation: Situation, allowed: bool) -> Grounds:
    wanted = _wanted(rule)
    if not allowed:
        return Grounds(Phrase.of("notice_missing", notice=wanted), rule.source)
    if _is_waived(rule, situation.ledger, local_day(situation.start_at, situation.time_zone)):
        return Grounds(Phrase.of("notice_waived", days=rule.waived_when_unreachable_days or 0), rule.source)
    if not _is_missing(rule, situation):
        return Grounds(Phrase.of("notice_given", notice=wanted), rule.source)
    due_at = local_time(situation.presence.opens_at - _lead(rule), situation.time_zone)
    return Grounds(Phrase.of("notice_possible", notice=wanted), rule.source, _duty(rule, due_at))


def _wanted(rule: NoticeRule) -> Phrase:
    is_of_agent = rule.subject is NoticeSubject.AGENT
    if rule.lead_hours:
        return Phrase.of("agent_notice_ahead" if is_of_agent else "visit_notice_ahead", hours=rule.lead_hours)
    return Phrase.of("agent_notice" if is_of_agent else "visit_notice")


def _duty(rule: NoticeRule, due_at: datetime) -> Phrase:
    duty = Phrase.of("give_notice", by=due_at)
    if rule.channels:
        duty = Phrase.of("by_channels", duty=duty, channels=Series(tuple(sorted(rule.channels)), Joint.OR))
    if rule.content:
        duty = Phrase.of("telling", duty=duty, content=Series(rule.content))
    return Phrase.of("acknowledged", duty=duty) if rule.acknowledged else duty
