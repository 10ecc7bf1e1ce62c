"""Contact hours: when somebody may be present at the door, by day class and local time.

A visit must lie wholly inside one opening; ending exactly at closing time is allowed.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial, reduce

from app.compliance.calendar import Calendar, DayClass, weekday_class
from app.compliance.clauses import Hours, HoursRule
from app.compliance.consent import consent_windows
from app.compliance.local_days import days_of, local_day, local_time, opening, span_of
from app.compliance.phrase import Phrase, Series
from app.compliance.profile import Profile
from app.compliance.question import Grounds, Question, covers, put
from app.compliance.ruling import Answer
from app.compliance.situation import ConsentKind, Facts, PlaceKind, Situation
from app.kernel.timewindow import TimeWindow, intersect, merge


def allowed_windows(
    profiles: Sequence[Profile],
    time_zone: str,
    calendar: Calendar,
    first_on: date,
    days: int,
    facts: Facts | None = None,
    place_kind: PlaceKind = PlaceKind.HOME,
) -> list[TimeWindow]:
    """The windows of presence that the hours of all profiles allow on `days` local days from `first_on`."""
    span = span_of(first_on, days, time_zone)
    rules = (profile.hours_at(place_kind) for profile in profiles if profile.enforced)
    each = (_openings(rule, time_zone, calendar, facts or Facts(), span) for rule in rules if rule is not None)
    return reduce(intersect, each, [span])


def hours_answer(profile: Profile, situation: Situation) -> Answer | None:
    """Whether the presence lies within the profile's hours; None when it has none."""
    question = hours_question(profile, situation)
    return put(question, profile, situation) if question else None


def hours_question(profile: Profile, situation: Situation) -> Question | None:
    """The hours as a question; None when the profile has no hours."""
    rule = profile.hours_at(situation.place_kind)
    if rule is None:
        return None
    return Question(
        "hours",
        partial(_openings, rule, situation.time_zone, situation.calendar, situation.facts),
        partial(_explain, rule, situation),
    )


def hours_on(rule: HoursRule, calendar: Calendar, on: date) -> Hours:
    """The hours of a local day: those of its class, of its weekday where the rule makes no difference."""
    day_class = calendar.day_class(on)
    if day_class is DayClass.MAKEUP_WORKDAY:
        return _makeup_hours(rule, on)
    is_ordinary = day_class is weekday_class(on) or (day_class is DayClass.HOLIDAY and rule.holiday is None)
    return rule.on_weekday(on) if is_ordinary else rule.of(day_class)


def _makeup_hours(rule: HoursRule, on: date) -> Hours:
    if rule.makeup_workday is not None:
        return rule.makeup_workday
    return rule.mon_fri if rule.makeup_as_weekday else rule.on_weekday(on)


def _openings(rule: HoursRule, time_zone: str, calendar: Calendar, facts: Facts, span: TimeWindow) -> list[TimeWindow]:
    if _is_lifted_by_arrear(rule, facts):
        return [span]
    regular = _regular(rule, time_zone, calendar, span)
    if not (rule.lifted_by_consent and facts.consents):
        return regular
    return merge([*regular, *consent_windows(ConsentKind.OUT_OF_HOURS, facts.consents, span, rule.consent_forms)])


def _regular(rule: HoursRule, time_zone: str, calendar: Calendar, span: TimeWindow) -> list[TimeWindow]:
    windows = (
        opening(on, hours.opens_minute, hours.closes_minute, time_zone)
        for on in days_of(span, time_zone)
        for hours in hours_on(rule, calendar, on)
    )
    return merge(window for window in windows if window is not None)


def _is_lifted_by_arrear(rule: HoursRule, facts: Facts) -> bool:
    limit = rule.lifted_past_due_over_days
    return limit is not None and facts.days_past_due is not None and facts.days_past_due > limit


def _explain(rule: HoursRule, situation: Situation, allowed: bool) -> Grounds:
    on = local_day(situation.start_at, situation.time_zone)
    day, presence = _day(rule, situation, on), _presence(situation)
    if not allowed:
        return Grounds(Phrase.of("hours_outside", presence=presence, day=day), rule.source)
    lifted = _lifted_by(rule, situation)
    if lifted is None:
        return Grounds(Phrase.of("hours_within", presence=presence, day=day), rule.source)
    return Grounds(Phrase.of("hours_lifted", presence=presence, day=day, lifted=lifted), rule.source)


def _day(rule: HoursRule, situation: Situation, on: date) -> Phrase:
    hours = tuple(each.phrase for each in hours_on(rule, situation.calendar, on)) or (Phrase.of("no_visits"),)
    day = Phrase.of("day_hours", day_class=situation.calendar.day_class(on), on=on, hours=Series(hours))
    return Phrase.of("provisional", day=day, year=on.year) if _is_provisional(rule, situation, on) else day


def _presence(situation: Situation) -> Phrase:
    presence = situation.presence
    start_at, end_at = (local_time(at, situation.time_zone) for at in (presence.opens_at, presence.closes_at))
    return Phrase.of("opening", opens=f"{start_at:%H:%M}", closes=f"{end_at:%H:%M}")


def _lifted_by(rule: HoursRule, situation: Situation) -> Phrase | None:
    """What a yes rests on when the presence is not within the hours themselves."""
    is_old = _is_lifted_by_arrear(rule, situation.facts)
    if not is_old and not (rule.lifted_by_consent and situation.facts.consents):
        return None
    if covers(_regular(rule, situation.time_zone, situation.calendar, situation.days), situation.presence):
        return None
    return Phrase.of("lifted_by_arrear" if is_old else "lifted_by_consent")


def _is_provisional(rule: HoursRule, situation: Situation, on: date) -> bool:
    is_even = rule.holiday is None and rule.makeup_workday is None and not rule.makeup_as_weekday
    return not is_even and situation.calendar.is_provisional(on)
