"""What a visit is worth and how long it takes (PURE)."""

from dataclasses import dataclass
from datetime import date

CERTIFIED = "certified"


@dataclass(frozen=True)
class PlanningPolicy:
    """The house's figures for planning; costs are in the planner's free unit, an hour of travel costs 60.

    `urgency` are factors on the prize by days left until the due day, the first that fits counts.
    """

    service_seconds: int = 2400
    business_service_seconds: int = 3600
    second_loan_seconds: int = 600
    approach_seconds: int = 300
    prize_per_priority: float = 100.0
    urgency: tuple[tuple[int, float], ...] = ((0, 2.0), (3, 1.6), (7, 1.3))
    max_duty_seconds: int = 36_000
    max_travel_seconds: int = 14_400
    continuity_value: float = 50.0
    suiting_value: float = 40.0


def prize(priority: int, due_on: date | None, first_on: date, policy: PlanningPolicy) -> float:
    """The worth of visiting a case in a plan that begins on `first_on`: priority, and urgency as its due day nears."""
    left = (due_on - first_on).days if due_on else None
    factor = next((f for days, f in policy.urgency if left is not None and left <= days), 1.0)
    return priority * policy.prize_per_priority * factor


def service_seconds(is_business: bool, loans: int, policy: PlanningPolicy) -> int:
    """Time at the door for all loans of one borrower."""
    first = policy.business_service_seconds if is_business else policy.service_seconds
    return first + (loans - 1) * policy.second_loan_seconds
