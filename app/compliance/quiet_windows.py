"""Weekly quiet windows of the borrower: honoured when a visit is asked about, and capped when one is entered."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from app.compliance.calendar import Weekday, weekday_of
from app.compliance.clauses import LocalHours, QuietRule
from app.compliance.local_days import days_of, widest_opening
from app.compliance.phrase import Language, Phrase, Series
from app.compliance.phrase_book import render
from app.compliance.profile import Profile
from app.compliance.question import Grounds, Question
from app.compliance.situation import Channel, QuietWindow, Situation
from app.kernel.timewindow import TimeWindow, intersect, subtract


@dataclass(frozen=True)
class Excess:
    """Why a quiet window is more than a profile grants."""

    profile: str
    version: str
    grounds: Phrase
    source: str

    @cached_property
    def reason(self) -> str:
        """The grounds in English."""
        return render(self.grounds, Language.EN)


def quiet_question(profile: Profile, situation: Situation) -> Question | None:
    """The borrower's quiet windows as a question; None when the profile does not honour them."""
    rule = profile.quiet
    if rule is None:
        return None
    windows = _concerning(situation)
    return Question("quiet_window", partial(_openings, windows, situation), partial(_explain, rule, windows, situation))


def unquiet(situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    """What the borrower's quiet windows leave of the span."""
    return _openings(_concerning(situation), situation, span)


def _concerning(situation: Situation) -> tuple[QuietWindow, ...]:
    return tuple(window for window in situation.facts.quiet_windows if _is_about(window, situation))


def excesses(profiles: Sequence[Profile], kept: Sequence[QuietWindow], wanted: QuietWindow) -> tuple[Excess, ...]:
    """What speaks against one more quiet window: empty when every enforced profile that honours them grants it.

    Hours that several windows share count once.
    """
    windows = [*kept, wanted]
    return tuple(
        Excess(profile.id, profile.version, grounds, profile.quiet.source)
        for profile in profiles
        if profile.enforced and profile.quiet is not None
        for grounds in _grounds(profile.quiet, windows)
    )


def quiet_minutes(windows: Sequence[QuietWindow]) -> int:
    """How many minutes of a week the windows cover, each minute once."""
    return sum(_covered([window for window in windows if window.weekday is day]) for day in Weekday)


def _grounds(rule: QuietRule, windows: Sequence[QuietWindow]) -> list[Phrase]:
    grounds = []
    most, (hours, rest) = rule.hours_per_week_max, divmod(quiet_minutes(windows), 60)
    if most is not None and (hours, rest) > (most, 0):
        grounds.append(Phrase.of("quiet_hours_exceeded", hours=hours, minutes=f"{rest:02}", hours_max=most))
    means = {each for window in windows for each in (*window.channels, *window.place_kinds)}
    if rule.means_max is not None and len(means) > rule.means_max:
        named = Series(tuple(sorted(means)))
        grounds.append(Phrase.of("quiet_means_exceeded", means=named, means_max=rule.means_max))
    return grounds


def _covered(windows: Sequence[QuietWindow]) -> int:
    minutes, reached = 0, 0
    for window in sorted(windows, key=lambda each: each.opens_minute):
        minutes += max(0, window.closes_minute - max(window.opens_minute, reached))
        reached = max(reached, window.closes_minute)
    return minutes


def _is_about(window: QuietWindow, situation: Situation) -> bool:
    by_channel = not window.channels or Channel.VISIT in window.channels
    return by_channel and (not window.place_kinds or situation.place_kind in window.place_kinds)


def _openings(windows: tuple[QuietWindow, ...], situation: Situation, span: TimeWindow) -> list[TimeWindow]:
    if not windows:
        return [span]
    quiet = [
        widest_opening(on, window.opens_minute, window.closes_minute, situation.time_zone)
        for on in days_of(span, situation.time_zone)
        for window in windows
        if window.weekday is weekday_of(on)
    ]
    return subtract([span], quiet)


def _explain(rule: QuietRule, windows: tuple[QuietWindow, ...], situation: Situation, allowed: bool) -> Grounds:
    if allowed:
        return Grounds(Phrase.of("quiet_untouched"), rule.source)
    free = (_openings((window,), situation, situation.days) for window in windows)
    touched = next(
        window
        for window, openings in zip(windows, free, strict=True)
        if intersect(openings, [situation.presence]) != [situation.presence]
    )
    hours = LocalHours(touched.opens_minute, touched.closes_minute).phrase
    return Grounds(Phrase.of("quiet_touched", weekday=touched.weekday, hours=hours), rule.source)
