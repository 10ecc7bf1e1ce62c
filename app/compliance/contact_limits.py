"""Contact limits: how often a borrower may be approached, and how long visits rest after a visit or a conversation.

A window of days is so many calendar days of the place in a row, and no such window may hold more than `n` contacts
that count. So a contact on local day D counts for visits on D to D + days - 1: with 1 in 7 days, a visit six days
later is refused and seven days later allowed. A calendar week or month holds at most `n` from its first day to its
last. Planned contacts after the visit count in the same way.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

from app.compliance.clauses import CalendarSpan, Counts, Limit, LimitWindow, PauseRule, Scope, SpacingRule
from app.compliance.local_days import days_of, whole_days
from app.compliance.phrase import Joint, Phrase, Series
from app.compliance.profile import Profile
from app.compliance.question import Grounds, Question, joined_sources
from app.compliance.situation import Contact, DatedContact, Situation, dated
from app.kernel.timewindow import TimeWindow

# A limit, and the local days of the contacts that count in it, in order.
_Tally = tuple[Limit, tuple[date, ...]]


def limit_questions(profile: Profile, situation: Situation) -> list[Question]:
    """What binds a visit: limits of visits alone, limits over all channels, days between visits, and the pause."""
    binding = [limit for limit in profile.limits if limit.binds_visits]
    for_visits = [limit for limit in binding if limit.is_for_visits_alone]
    for_any = [limit for limit in binding if not limit.is_for_visits_alone]
    questions = [_question("visit_limit", for_visits, situation, _limited)] if for_visits else []
    if for_any:
        questions.append(_question("any_channel_limit", for_any, situation, _limited))
    spacing, pause = profile.min_days_between_visits, profile.pause_after_conversation
    if spacing is not None:
        questions.append(_question("min_days_between_visits", [spacing.limit], situation, partial(_spaced, spacing)))
    if pause is not None and pause.limit.binds_visits:
        questions.append(_question("pause_after_conversation", [pause.limit], situation, partial(_paused, pause)))
    return questions


def visits_left(profiles: Sequence[Profile], contacts: Sequence[Contact], on: date, time_zone: str) -> int | None:
    """The visit budget: how many more visits the limits of all profiles leave on that local day; None is no limit."""
    ledger = dated(tuple(contacts), time_zone)
    limits = [limit for profile in profiles if profile.enforced for limit in profile.limits if limit.binds_visits]
    return min((max(0, limit.n - _used(limit.window, _counted(limit, ledger), on)) for limit in limits), default=None)


_Explain = Callable[[tuple[_Tally, ...], Sequence[date], bool], Grounds]


def _question(rule: str, limits: Sequence[Limit], situation: Situation, explain: _Explain) -> Question:
    ledger = situation.ledger
    tallies = tuple((limit, _counted(limit, _of_scope(limit.scope, ledger, situation))) for limit in limits)
    return Question(
        rule,
        partial(_openings, tallies, situation.time_zone),
        lambda allowed: explain(tallies, situation.touched, allowed),
    )


def _openings(tallies: tuple[_Tally, ...], time_zone: str, span: TimeWindow) -> list[TimeWindow]:
    days = days_of(span, time_zone)
    free = [on for on in days if all(_used(limit.window, counted, on) < limit.n for limit, counted in tallies)]
    return [span] if len(free) == len(days) else whole_days(free, time_zone)


def _of_scope(scope: Scope, ledger: Sequence[DatedContact], situation: Situation) -> Sequence[DatedContact]:
    own = _key(situation, scope)
    return ledger if own is None else [entry for entry in ledger if _key(entry.contact, scope) in (own, None)]


def _key(of: Contact | Situation, scope: Scope) -> str | None:
    keys = {
        Scope.CASE: of.case,
        Scope.CLAIM: of.claim,
        Scope.CONTACT_POINT: of.contact_point,
        Scope.ADDRESS: of.address,
    }
    return keys.get(scope)


def _counted(limit: Limit, ledger: Sequence[DatedContact]) -> tuple[date, ...]:
    return tuple(sorted(entry.on for entry in ledger if _counts(limit, entry.contact)))


def _counts(limit: Limit, contact: Contact) -> bool:
    if limit.channels and contact.channel not in limit.channels:
        return False
    if contact.planned or limit.counts in (Counts.ATTEMPTED, Counts.ANY):
        return True
    return contact.contacted == (limit.counts is Counts.CONTACTED)


def _used(window: LimitWindow, counted: Sequence[date], on: date) -> int:
    """The most contacts that count in any window of this kind that holds the day."""
    if window.days is None:
        return sum(_stretch(window, day) == _stretch(window, on) for day in counted)
    reach = timedelta(days=window.days - 1)
    first, own = bisect_left(counted, on - reach), bisect_left(counted, on)
    # Moving a window forward loses nothing until it begins at a contact or at `on`: only those can hold the most.
    begun_before = (bisect_right(counted, counted[number] + reach) - number for number in range(first, own))
    return max(bisect_right(counted, on + reach) - own, *begun_before, 0)


def _stretch(window: LimitWindow, on: date) -> tuple[int, int]:
    """The calendar week or month of the day."""
    return on.isocalendar()[:2] if window.calendar is CalendarSpan.WEEK else (on.year, on.month)


def _limited(tallies: tuple[_Tally, ...], days: Sequence[date], allowed: bool) -> Grounds:
    used = [(limit, max(_used(limit.window, counted, on) for on in days)) for limit, counted in tallies]
    named = [(limit, count) for limit, count in used if allowed or count >= limit.n]
    reason = Series(tuple(_told(*each) for each in named), Joint.SEMICOLON)
    return Grounds(reason, joined_sources(tuple(limit for limit, _ in named)))


def _told(limit: Limit, used: int) -> Phrase:
    what = Phrase.of("visits" if limit.is_for_visits_alone else "contacts")
    return Phrase.of("limit_used", used=used, n=limit.n, what=what, counts=limit.counts, window=limit.window.phrase)


def _spaced(rule: SpacingRule, tallies: tuple[_Tally, ...], days: Sequence[date], allowed: bool) -> Grounds:
    if allowed:
        return Grounds(Phrase.of("spacing_kept", days=rule.days), rule.source)
    return Grounds(Phrase.of("spacing_broken", on=_nearest(tallies, days), days=rule.days), rule.source)


def _paused(rule: PauseRule, tallies: tuple[_Tally, ...], days: Sequence[date], allowed: bool) -> Grounds:
    if allowed:
        return Grounds(Phrase.of("pause_over", days=rule.days), rule.source)
    return Grounds(Phrase.of("pause_holds", on=_nearest(tallies, days), days=rule.days), rule.source)


def _nearest(tallies: tuple[_Tally, ...], days: Sequence[date]) -> date:
    """The latest contact that stands in the way."""
    return max(
        day
        for limit, counted in tallies
        for day in counted
        if any(_used(limit.window, [day], on) >= limit.n for on in days)
    )
