"""What a plan is measured by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Objective:
    """Weights of the cost parts that belong to no single job or vehicle, per hour."""

    travel_per_hour: float = 60.0
    duty_per_hour: float = 0.0
    waiting_per_hour: float = 5.0
    lateness_max_per_hour: float = 0.0
    fairness_per_hour: float = 0.0
