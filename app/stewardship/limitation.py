"""Until when a claim can still be brought to court: the timeline of what began, restarted and ends it (PURE).

The cautious reading is taken: the time runs from the oldest unpaid instalment, and only what is on record restarts it.
Whether a court agrees is for counsel; a country whose rule we do not hold is said to be unknown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Interruption(StrEnum):
    """What may let the time run anew."""

    DEMAND = "demand"
    ACKNOWLEDGEMENT = "acknowledgement"  # a promise, or an arrangement the debtor agreed to
    PART_PAYMENT = "part_payment"


@dataclass(frozen=True)
class LimitationRule:
    """A country's period for claims from contracts, and what restarts it."""

    years: int
    restarted_by: frozenset[Interruption]
    source: str


_PAYMENT_AND_ACKNOWLEDGEMENT = frozenset({Interruption.ACKNOWLEDGEMENT, Interruption.PART_PAYMENT})
RULES: Mapping[str, LimitationRule] = {
    "CN": LimitationRule(
        3,
        frozenset(Interruption),
        "Civil Code art. 188, 195; SPC bank-card rule 2021 art. 3(2) for demands. Art. 189 may let it begin later",
    ),
    "GB": LimitationRule(6, _PAYMENT_AND_ACKNOWLEDGEMENT, "Limitation Act 1980 s. 5, 29, 30: in writing and signed"),
    "IE": LimitationRule(6, _PAYMENT_AND_ACKNOWLEDGEMENT, "Statute of Limitations 1957 s. 11, 56, 65: in writing"),
    "IN": LimitationRule(3, _PAYMENT_AND_ACKNOWLEDGEMENT, "Limitation Act 1963, schedule; s. 18, 19: in writing"),
}


@dataclass(frozen=True)
class Happening:
    """Something on record that may restart the time; `reference` names the record."""

    on: date
    kind: Interruption
    reference: str


@dataclass(frozen=True)
class LimitationStep:
    """A happening, whether it restarted the time, and when the claim was to lapse after it."""

    happening: Happening
    restarts: bool
    lapses_on: date


@dataclass(frozen=True)
class LimitationTimeline:
    """From the oldest unpaid instalment to the day on which the claim lapses; `rule` is None where we know none."""

    rule: LimitationRule | None
    began_on: date
    steps: tuple[LimitationStep, ...]
    lapses_on: date | None


def timeline(country: str | None, began_on: date, happenings: Iterable[Happening]) -> LimitationTimeline:
    """What became of the time: a happening restarts it when the law says so and it has not run out before."""
    rule = RULES.get(country or "")
    if rule is None:
        return LimitationTimeline(None, began_on, (), None)
    lapses_on, steps = _years_after(began_on, rule.years), []
    for happening in sorted(happenings, key=lambda one: (one.on, one.kind, one.reference)):
        restarts = happening.kind in rule.restarted_by and began_on <= happening.on < lapses_on
        lapses_on = _years_after(happening.on, rule.years) if restarts else lapses_on
        steps.append(LimitationStep(happening, restarts, lapses_on))
    return LimitationTimeline(rule, began_on, tuple(steps), lapses_on)


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return (day + timedelta(days=1)).replace(year=day.year + years)
