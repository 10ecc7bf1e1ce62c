"""The windows of presence day by day, with the rules that bound them: which profile won on that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from app.compliance.composition import questions_of
from app.compliance.local_days import days_of, span_of
from app.compliance.profile import Profile
from app.compliance.situation import Situation
from app.kernel.timewindow import TimeWindow, intersect


@dataclass(frozen=True)
class BindingRule:
    """A rule of a profile that bounds the windows of a day."""

    profile: str
    version: str
    rule: str


@dataclass(frozen=True)
class DayOpening:
    """What all profiles leave open on a local day; nothing is `windows` empty.

    `bound_by` are the rules that set an edge of the windows. On a closed day they are those that close all of it, or,
    where only several rules together do, all that narrow it.
    """

    on: date
    windows: tuple[TimeWindow, ...]
    bound_by: tuple[BindingRule, ...]


_Narrowing = tuple[BindingRule, list[TimeWindow]]


def day_openings(profiles: Sequence[Profile], situation: Situation, first_on: date, days: int) -> list[DayOpening]:
    """The windows of presence on each of `days` local days from `first_on`; start and team do not matter."""
    questions = [
        (BindingRule(profile.id, profile.version, question.rule), question)
        for profile in profiles
        for question in questions_of(profile, situation)
    ]
    opened = []
    for on in days_of(span_of(first_on, days, situation.time_zone), situation.time_zone):
        span = span_of(on, 1, situation.time_zone)
        narrowing = [(rule, windows) for rule, each in questions if (windows := each.openings(span)) != [span]]
        opened.append(_day(on, span, narrowing))
    return opened


def _day(on: date, span: TimeWindow, narrowing: list[_Narrowing]) -> DayOpening:
    windows = reduce(intersect, (openings for _, openings in narrowing), [span])
    bound_by = _edging(windows, span, narrowing) if windows else _closing(narrowing)
    return DayOpening(on, tuple(windows), tuple(bound_by))


def _edging(windows: list[TimeWindow], span: TimeWindow, narrowing: list[_Narrowing]) -> list[BindingRule]:
    edges = _edges(windows) - _edges([span])
    return [rule for rule, openings in narrowing if _edges(openings) & edges]


def _edges(windows: list[TimeWindow]) -> set[object]:
    return {("opens", window.opens_at) for window in windows} | {("closes", window.closes_at) for window in windows}


def _closing(narrowing: list[_Narrowing]) -> list[BindingRule]:
    closing = [rule for rule, openings in narrowing if not openings]
    return closing or [rule for rule, _ in narrowing]
