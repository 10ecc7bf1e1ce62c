"""Whether a household can carry the arrangement that was drafted at the door.

Components of one kind follow each other, so the highest counts; those of different kinds may fall together, so they
add up. A payment that comes less than once a month counts whole in its month, one that comes more often with its
monthly factor. What is waived, frozen or put off is no payment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.assessment.figures import Affordability
from app.assessment.option import Component
from app.assessment.periods import MONTHLY_FACTOR
from app.assessment.terms import ComponentKind, Frequency
from app.kernel.money import Money

_PAID = frozenset(
    {
        ComponentKind.INSTALMENT,
        ComponentKind.EXTENSION,
        ComponentKind.SETTLEMENT_LUMP,
        ComponentKind.TOKEN,
        ComponentKind.STEP_UP,
        ComponentKind.SEASONAL,
    }
)


@dataclass(frozen=True)
class Drafted:
    """The most that the draft asks of a month, against what the figures leave."""

    currency: str
    highest_monthly: Fraction
    within_surplus: bool
    within_affordable: bool
    survives_stress: bool


def examine(components: Iterable[Component], figures: Affordability) -> Drafted | None:
    """Hold a draft against the figures; None when it names no payment."""
    highest: dict[ComponentKind, Fraction] = {}
    for part in components:
        if part.kind in _PAID and part.amount is not None:
            asked = part.amount.exact * _most_of_a_month(part.frequency)
            highest[part.kind] = max(asked, highest.get(part.kind, Fraction(0)))
    if not highest:
        return None
    asked = sum(highest.values(), Fraction(0))
    return Drafted(
        currency=figures.currency,
        highest_monthly=asked,
        within_surplus=asked <= max(Fraction(0), figures.surplus),
        within_affordable=asked <= figures.affordable_instalment,
        survives_stress=asked <= max(Fraction(0), figures.stressed.surplus),
    )


def _most_of_a_month(frequency: Frequency | None) -> Fraction:
    once = Fraction(1)
    return once if frequency is None else max(once, MONTHLY_FACTOR.get(frequency, once))


def draft_of(arrangement: Mapping[str, Any] | None) -> tuple[Component, ...]:
    """The components of a draft whose form was checked; none without one."""
    return tuple(_component(told) for told in (arrangement or {}).get("components", ()))


def asks_for_token(components: Iterable[Component]) -> bool:
    """Whether the borrower asked for a token payment: the draft then has one."""
    return any(part.kind is ComponentKind.TOKEN for part in components)


def _component(told: Mapping[str, Any]) -> Component:
    amount = told["amount"]
    return Component(
        kind=ComponentKind(told["kind"]),
        amount=Money.parse(amount["amount"], amount["currency"]) if amount else None,
        frequency=Frequency(told["frequency"]) if told["frequency"] else None,
        count=told["count"],
    )
