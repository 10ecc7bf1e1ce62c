"""Contact limits: how often a borrower may be approached, and how many days lie between two visits.

A window of `days` is so many calendar days of the place in a row, and no such window may hold more than `n`
contacts that count. So a contact on local day D counts for visits on D to D + days - 1: with 1 in 7 days, a visit
six days later is refused and seven days later allowed. Planned contacts after the visit count in the same way.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial

from app.compliance.local_days import days_of, local_day, whole_days
from app.compliance.profile import Counts, Limit, Profile, SpacingRule
from app.compliance.question import Grounds, Question, joined_sources
from app.compliance.situation import Channel, Contact, DatedContact, Situation, dated
from app.kernel.timewindow import TimeWindow


def limit_questions(profile: Profile, situation: Situation) -> list[Question]:
    """The limits that bind a visit: those of visits alone, those over all channels, and the days between visits."""
    binding = [limit for limit in profile.limits if limit.binds_visits]
    for_visits = tuple(limit for limit in binding if limit.is_for_visits_alone)
    for_any = tuple(limit for limit in binding if not limit.is_for_visits_alone)
    questions = [_limits("visit_limit", for_visits, situation)] if for_visits else []
    if for_any:
        questions.append(_limits("any_channel_limit", for_any, situation))
    if profile.min_days_between_visits:
        questions.append(_spacing(profile.min_days_between_visits, situation))
    return questions


def visits_left(profiles: Sequence[Profile], contacts: Sequence[Contact], on: date, time_zone: str) -> int | None:
    """The visit budget: how many more visits the limits of all profiles leave on that local day; None is no limit."""
    ledger = dated(tuple(contacts), time_zone)
    limits = [limit for profile in profiles if profile.enforced for limit in profile.limits if limit.binds_visits]
    return min((max(0, limit.n - _used(limit, ledger, on)) for limit in limits), default=None)


def _limits(rule: str, limits: tuple[Limit, ...], situation: Situation) -> Question:
    return Question(rule, partial(_limit_openings, limits, situation), partial(_explain_limits, limits, situation))


def _limit_openings(limits: tuple[Limit, ...], situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    days = days_of(span, situation.time_zone)
    free = [on for on in days if all(_used(limit, situation.ledger, on) < limit.n for limit in limits)]
    return [span] if len(free) == len(days) else whole_days(free, situation.time_zone)


def _used(limit: Limit, ledger: Sequence[DatedContact], on: date) -> int:
    """The most contacts that count in any window of the limit's length that holds the day."""
    near = [entry.on for entry in ledger if abs((entry.on - on).days) < limit.days and _counts(limit, entry.contact)]
    # Moving a window forward loses nothing until it begins at a contact or at `on`: only those can hold the most.
    firsts = [on, *(day for day in near if day <= on)]
    return max(sum(0 <= (day - first).days < limit.days for day in near) for first in firsts)


def _counts(limit: Limit, contact: Contact) -> bool:
    if limit.channels and contact.channel not in limit.channels:
        return False
    if contact.planned or limit.counts is Counts.ATTEMPTED:
        return True
    return contact.contacted == (limit.counts is Counts.CONTACTED)


def _explain_limits(limits: tuple[Limit, ...], situation: Situation, allowed: bool) -> Grounds:
    days = days_of(situation.presence, situation.time_zone)
    used = {limit: max(_used(limit, situation.ledger, on) for on in days) for limit in limits}
    named = limits if allowed else tuple(limit for limit in limits if used[limit] >= limit.n)
    return Grounds("; ".join(_tally(limit, used[limit]) for limit in named), joined_sources(named))


def _tally(limit: Limit, used: int) -> str:
    what = "visits" if limit.is_for_visits_alone else "contacts"
    return f"{used} of {limit.n} {what} ({limit.counts}) in {limit.days} days used"


def _spacing(rule: SpacingRule, situation: Situation) -> Question:
    return Question(
        "min_days_between_visits",
        partial(_spacing_openings, rule, situation),
        partial(_explain_spacing, rule, situation),
    )


def _spacing_openings(rule: SpacingRule, situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    days = days_of(span, situation.time_zone)
    free = [on for on in days if not _too_close(rule, situation.ledger, on)]
    return [span] if len(free) == len(days) else whole_days(free, situation.time_zone)


def _too_close(rule: SpacingRule, ledger: Sequence[DatedContact], on: date) -> list[date]:
    return [
        entry.on for entry in ledger if entry.contact.channel is Channel.VISIT and abs((entry.on - on).days) < rule.days
    ]


def _explain_spacing(rule: SpacingRule, situation: Situation, allowed: bool) -> Grounds:
    if allowed:
        return Grounds(f"no visit within {rule.days} days", rule.source)
    on = local_day(situation.start_at, situation.time_zone)
    last_on = days_of(situation.presence, situation.time_zone)[-1]
    close = _too_close(rule, situation.ledger, on) or _too_close(rule, situation.ledger, last_on)
    return Grounds(f"a visit on {max(close)} is less than {rule.days} days away", rule.source)
