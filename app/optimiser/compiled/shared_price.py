"""What no route shows alone: how unevenly the work is shared, and the largest lateness of all.

Both are read from what is known of every route (`DUTY` and `LARGEST_LATENESS` in `totals`), so they cost a step for
each vehicle and each worker, once a move, and nothing where neither is charged. Duty is that of the earliest schedule
with the latest departure that keeps it, as the price of a route is (timing.py).
"""

from app.optimiser.compiled.jit import uncounted
from app.optimiser.compiled.terrain import (
    DUTY,
    FAIRNESS_RATE,
    LARGEST_LATENESS,
    LARGEST_LATENESS_RATE,
    Floats,
    Ground,
    Routes,
)

LEANING = 0.05


@uncounted
def count_work(ground: Ground, routes: Routes, workload: Floats) -> float:
    """Write everybody's seconds of duty to `workload`; the mean of all workers."""
    crews, totals = ground.crews, routes.totals
    for worker in range(workload.size):
        workload[worker] = 0.0
    total = 0.0
    for vehicle in range(crews.shape[0]):
        for member in range(crews.shape[1]):
            if crews[vehicle, member] >= 0:
                workload[crews[vehicle, member]] += totals[vehicle, DUTY]
                total += totals[vehicle, DUTY]
    return total / max(1, workload.size)


@uncounted
def unfairness(ground: Ground, routes: Routes, workload: Floats) -> float:
    """Seconds by which everybody's duty differs from the mean of all workers; `workload` is room to count in."""
    mean = count_work(ground, routes, workload)
    apart = 0.0
    for worker in range(workload.size):
        apart += abs(workload[worker] - mean)
    return apart


@uncounted
def lean(ground: Ground, routes: Routes, workload: Floats) -> None:
    """Write what a second more of each vehicle's work weighs when a place is chosen: less where little is done yet.

    A share of what it costs in fairness, which is priced after the move: with all of it, work was sent too far. All
    zeros where fairness is free.
    """
    crews, leaning, rate = ground.crews, routes.leaning, ground.shared_rates[FAIRNESS_RATE]
    if rate <= 0:
        return
    mean = count_work(ground, routes, workload)
    for vehicle in range(crews.shape[0]):
        leaning[vehicle] = 0.0
        for member in range(crews.shape[1]):
            if crews[vehicle, member] >= 0:
                work = workload[crews[vehicle, member]]
                leaning[vehicle] += LEANING * (rate if work > mean else (-rate if work < mean else 0.0))


@uncounted
def shared_price(ground: Ground, routes: Routes, workload: Floats) -> float:
    """The price of everybody's distance from the mean duty, and of the largest lateness."""
    rates, totals = ground.shared_rates, routes.totals
    price = 0.0
    if rates[FAIRNESS_RATE] > 0:
        price += rates[FAIRNESS_RATE] * unfairness(ground, routes, workload)
    if rates[LARGEST_LATENESS_RATE] > 0:
        largest = 0
        for vehicle in range(totals.shape[0]):
            largest = max(largest, totals[vehicle, LARGEST_LATENESS])
        price += rates[LARGEST_LATENESS_RATE] * largest
    return price
