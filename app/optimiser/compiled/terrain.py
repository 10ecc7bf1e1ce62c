"""The tables on which the compiled search works: what never changes while it runs, and what does.

A *node* is a task on one route: a whole job by one crew, half of a two-role job, or one of two linked jobs; node `j` is
job `j` whole, the halves follow. The depots come last: node `N + k` is the start of vehicle `k`, `N + K + k` its end.
Times are seconds, costs floats in the problem's unit. A *state* says how many of a vehicle's breaks are taken; breaks
are taken in the order of their windows, so one number is enough.

Tables have one row for each node, vehicle or job; the columns have names here. Few wide tables instead of many narrow
arrays keep a row in one cache line and the calls between compiled functions short.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Flags = NDArray[np.uint8]
Floats = NDArray[np.float64]

NEVER = 1 << 40
NO_WAY = 10**8
# Not serving what must be served costs this much; no sum of travel or prizes comes near it.
MUST_LOSS = 1e9
EXCESS_MOVE = 1e6

# Columns of `nodes`; from WINDOW on come pairs of the first and last start of each window, in order, apart.
# TIME_IN_TWIN: another task of the job counts its change of time.
PLACE, ADDRESS, APPROACH, SERVICE, JOB, TWIN, GAP_LOW, GAP_HIGH, RELATION, LOCK, FIXED, LATE_AFTER = range(12)
PREVIOUS, TIME_IN_TWIN, WINDOWS, WINDOW = 12, 13, 14, 15
# Columns of `prices`; from WORTH on comes what a start in each window is worth.
LATE_RATE, WORTH = 0, 1
# Bits of `fitness`: the vehicle may do it; doing it there is a move of the previous plan.
CAPABLE, ELSEWHERE = 1, 2
# Columns of `vehicles`.
OPENS, CLOSES, SHIFT_END, MOST_STOPS, MOST_TRAVEL, MOST_DUTY, FREE_END, BREAKS = range(8)
# Columns of `tariffs`, per second but for the last.
TRAVEL_RATE, WAITING_RATE, DUTY_RATE, OVERTIME_RATE, FIXED_COST = range(5)
# Last axis of `pauses`: breaks taken between two states on one way (see pauses.py).
PAUSED, READY, UNTIL = range(3)
# Columns of `jobs`: the first half (-1: never split), whether another job stands for it, moves when it is dropped.
HALF, SECOND, DROP = range(3)
# Entries of `options`.
MOST_MOVES, IS_TIMED, OPENS_DOORS = range(3)
# Entries of `shared_rates`, per second.
FAIRNESS_RATE, LARGEST_LATENESS_RATE = range(2)
# Last axis of `clock`.
EARLIEST, LATEST, WORK, LEAVE, MOVES, LATENESS = range(6)
CLOCK_WIDTH = 6
# Columns of `totals`.
WIDEST, SECONDS, ROUTE_MOVES, DUTY, LARGEST_LATENESS = range(5)
TOTALS_WIDTH = 5


class Ground(NamedTuple):
    """Everything that never changes."""

    travel: Shorts  # (places, places): seconds; NO_WAY where there is none
    toll: Shorts  # (places, places): the seconds that are charged for; the same array unless crews are formed
    nodes: Ints
    prices: Floats
    fitness: Flags  # (nodes, vehicles)
    liking: Floats  # (nodes, vehicles)
    vehicles: Ints
    tariffs: Floats
    pauses: Ints  # (vehicles, states, states, 3)
    clash: Flags  # (vehicles, vehicles): somebody is in both
    crews: Shorts  # (vehicles, most members): numbers of workers, -1 where there is none
    carries: Flags  # (locks and roles, vehicles): the promised worker is in it and may take the role
    jobs: Ints
    loss: Floats  # (jobs,)
    near: Shorts  # (jobs, neighbours): other jobs, the nearest first
    keys: Floats  # (orders, jobs): by what jobs are sorted before they are inserted
    odds: Floats  # (orders,): cumulative probabilities of the orders
    options: Ints
    shared_rates: Floats
    move_cost: float


class Routes(NamedTuple):
    """A solution, and what follows from it."""

    stops: Shorts  # (vehicles, most stops + 2): nodes, depots first and last
    length: Shorts  # (vehicles,): stops without depots
    route_of: Shorts  # (nodes,): -1 when on none
    pin: Ints  # (nodes,): the start that a tied task is pinned to, -1 when free
    clock: Ints  # (vehicles, stops, states, CLOCK_WIDTH)
    extra: Floats  # (vehicles, stops, states): lateness and moves less worth, along the earliest schedule
    slack: Ints  # (vehicles, stops): an upper bound of what fits into the gap after each stop
    totals: Ints  # (vehicles, TOTALS_WIDTH)
    cost: Floats  # (vehicles,)
    leaning: Floats  # (vehicles,): what a second more of its work costs in fairness (shared_price.py)


class Best(NamedTuple):
    """The best solution so far; only routes that changed since are copied."""

    stops: Shorts
    length: Shorts
    pin: Ints
    is_stale: Flags


class Figures(NamedTuple):
    """Single numbers that survive a batch: arrays of one."""

    cost: Floats  # of routes and unserved jobs
    shared: Floats  # what only the whole shows (shared_price.py)
    best_cost: Floats  # both, and what moves beyond their number weigh
    moves: Ints
    iterations: Ints


class Realm(NamedTuple):
    """What one search may touch while others work beside it."""

    vehicles: Flags
    owns: Flags  # (jobs,)
    jobs: Shorts  # the jobs that it owns, of which at least one
