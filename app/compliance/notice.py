"""Notices: the borrower is told before somebody comes.

Only a notice of the visit that is asked about counts; the caller passes no others. In planning a notice that can
still be given counts as well (`Situation.notify_from_at`), as a condition.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial

from app.compliance.local_days import days_of, local_day, local_time, span_of
from app.compliance.profile import NoticeRule, Profile
from app.compliance.question import Grounds, Question, put
from app.compliance.ruling import Answer
from app.compliance.situation import DatedContact, Facts, Situation, dated
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
    given = [*(notice.at for notice in facts.notices), now_at]
    return max((_ready_at(rule, given) for rule in rules if not _is_waived(rule, ledger, on)), default=None)


def notice_deadline(profiles: Sequence[Profile], situation: Situation) -> datetime | None:
    """The last instant at which the notice of this visit must go out; None when none is missing."""
    missing = [
        profile.notice
        for profile in profiles
        if profile.enforced and profile.notice is not None and _is_missing(profile.notice, situation)
    ]
    return min((situation.presence.opens_at - _lead(rule) for rule in missing), default=None)


def is_unreachable(ledger: Sequence[DatedContact], on: date, days: int) -> bool:
    """Whether nobody was reached on any channel for so many days before `on`, though two channels were tried.

    Attempts count on the local days from `on` - `days` to the day before; somebody reached on the day itself counts
    too. Planned visits show nothing.
    """
    recent = [entry for entry in ledger if 0 <= (on - entry.on).days <= days and not entry.contact.planned]
    if any(entry.contact.contacted for entry in recent):
        return False
    return len({entry.contact.channel for entry in recent if entry.on < on}) >= _CHANNELS_TRIED


def _lead(rule: NoticeRule) -> timedelta:
    return max(timedelta(hours=rule.lead_hours), _SHORTEST_LEAD)


def _ready_at(rule: NoticeRule, given: Sequence[datetime]) -> datetime:
    return min(at.astimezone(UTC) for at in given) + _lead(rule)


def _is_waived(rule: NoticeRule, ledger: Sequence[DatedContact], on: date) -> bool:
    days = rule.waived_when_unreachable_days
    return days is not None and is_unreachable(ledger, on, days)


def _openings(rule: NoticeRule, situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    given = [notice.at for notice in situation.facts.notices]
    if situation.notify_from_at is not None:
        given.append(situation.notify_from_at)
    after = (
        TimeWindow(max(_ready_at(rule, given), span.opens_at), span.closes_at) if _in_time(rule, given, span) else None
    )
    waived = (
        span_of(on, 1, situation.time_zone)
        for on in days_of(span, situation.time_zone)
        if _is_waived(rule, situation.ledger, on)
    )
    return merge([*waived, *([after] if after else [])])


def _in_time(rule: NoticeRule, given: Sequence[datetime], span: TimeWindow) -> bool:
    return bool(given) and _ready_at(rule, given) < span.closes_at


def _is_missing(rule: NoticeRule, situation: Situation) -> bool:
    on = local_day(situation.start_at, situation.time_zone)
    given = [notice.at for notice in situation.facts.notices]
    is_given = bool(given) and _ready_at(rule, given) <= situation.presence.opens_at
    return not is_given and not _is_waived(rule, situation.ledger, on)


def _explain(rule: NoticeRule, situation: Situation, allowed: bool) -> Grounds:
    wanted = f"a notice {rule.lead_hours} h before the visit" if rule.lead_hours else "a notice before the visit"
    if not allowed:
        return Grounds(f"{wanted} is missing", rule.source)
    if _is_waived(rule, situation.ledger, local_day(situation.start_at, situation.time_zone)):
        return Grounds(f"nobody was reached on any channel for {rule.waived_when_unreachable_days} days", rule.source)
    content = f", telling {', '.join(rule.content)}" if rule.content else ""
    if not _is_missing(rule, situation):
        return Grounds(f"{wanted} was given", rule.source)
    due_at = local_time(situation.presence.opens_at - _lead(rule), situation.time_zone)
    return Grounds(f"{wanted} can still be given", rule.source, f"give notice by {due_at.isoformat()}{content}")
