"""The arrays on which decoder annealing works: what never changes while it runs, and what does.

A *unit* is what is served together or not at all: a job, or two linked jobs. It has three *nodes*: 3u is the whole job
done by one vehicle; 3u + 1 and 3u + 2 are its two halves, each on a vehicle of its own (the roles of a job at which two
vehicles meet, or the first and the second of two linked jobs). Nodes that a unit cannot have are able for no vehicle.
The depots come last: with N = 3 * units, node N + k is the start of vehicle k of K, N + K + k its end. Times are
seconds, costs floats in the problem's unit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

NEVER = 1 << 40
NO_WAY = 10**8
LAST_LABEL = 1 << 62
NOWHERE = -1
UNTIMED = -1


class Units(NamedTuple):
    """What there is to do; shapes (units,), (nodes,) with or without depots, or said."""

    place: Ints  # (nodes and depots,)
    address: Ints  # (nodes and depots,); NOWHERE where there is none
    approach: Ints  # (nodes and depots,)
    service: Ints  # (nodes and depots,)
    windows: Ints  # (nodes + 1,): node i may start in intervals windows[i] up to windows[i + 1]
    opens: Ints  # (intervals,), in order, apart
    closes: Ints
    late_after: Ints
    late_price: Floats
    able: Flags  # (nodes, vehicles)
    able_from: Ints  # (nodes + 1,): where a node's vehicles are in `able_list`
    able_list: Ints
    liking: Floats  # (nodes, vehicles): what serving it there takes off the cost
    gap_low: Ints  # start of the second half after that of the first
    gap_high: Ints
    kind: Ints  # which table of `together` tells who may serve the two halves
    together: Flags  # (kinds, vehicles, vehicles)
    loss: Floats  # of leaving the unit out
    near: Ints  # (units, neighbours): other units, the nearest first


class Fleet(NamedTuple):
    """Who serves; shape (vehicles,)."""

    closes: Ints
    shift_end: Ints
    overtime_price: Floats
    fixed_cost: Floats
    most_stops: Ints
    most_travel: Ints


class Prices(NamedTuple):
    """Costs per second; `is_timed` says whether more of a route's times costs than lateness."""

    travel: float
    waiting: float
    duty: float
    late_max: float
    is_timed: bool


class Mix(NamedTuple):
    """How moves are drawn; each a probability."""

    swap: float  # swap what follows on two routes; else place a unit, or
    drop: float  # drop one
    tail: float  # of swaps: everything that follows, else a few stops
    near: float  # of placings: next to a near unit, else anywhere
    push: float  # an unserved unit pushes that near unit out, and one beside its other half
    keep: float  # the other half stays with its vehicle
    near_mate: float  # it goes with another near unit
    best_gap: float  # it goes into the gap of the shortest detour, else any


class Ground(NamedTuple):
    """Everything that never changes."""

    travel: Shorts  # (places, places); NO_WAY where there is none
    units: Units
    fleet: Fleet
    prices: Prices
    mix: Mix


class Tour(NamedTuple):
    """A solution: routes as chains of nodes, the order of the units as another chain, and the times that follow."""

    before: Ints  # (nodes and depots,): neighbours on the route
    after: Ints
    vehicle: Ints  # (nodes and depots,); NOWHERE for nodes on no route
    end: Ints  # (nodes and depots,): end of service; UNTIMED for nodes on no route, beginning of the shift for depots
    label: Ints  # (nodes and depots,): grows along the order, and so along each route; alike for a unit's nodes
    earlier: Ints  # (units + 1,): neighbours in the order, a ring that begins and ends at index `units`
    later: Ints
    stops: Ints  # (vehicles,)
    travelled: Ints  # (vehicles,)
    time_cost: Floats  # (vehicles,): waiting, duty and overtime


class Best(NamedTuple):
    """The best solution so far."""

    after: Ints
    vehicle: Ints
    end: Ints


class Scratch(NamedTuple):
    """What a move needs to be judged and undone; how many entries an array has is at a C_… index of `counts`."""

    dirty: Ints  # (units,): the last move that made its times doubtful
    changed: Ints  # nodes whose end changed, and what it was
    old_end: Ints
    touched: Ints  # vehicles whose route changed
    is_touched: Ints  # (vehicles,): the last move that touched it
    new_cost: Floats  # `time_cost` of the touched vehicles
    taken: Ints  # nodes that left their routes, and what stood before them
    taken_before: Ints
    left: Ints  # units that left the order, what stood before them, and their labels
    left_earlier: Ints
    left_label: Ints
    order: Ints  # (units,)
    counts: Ints


class Figures(NamedTuple):
    """Single numbers that survive a batch; arrays of one."""

    best_cost: Floats
    moves: Ints


# Where the numbers of `Scratch.counts` are; C_FIRST is the first doubtful unit, C_MOVE the number of this move.
C_DOUBTFUL = 0
C_CHANGED = 1
C_TOUCHED = 2
C_TAKEN = 3
C_LEFT = 4
C_FIRST = 5
C_MOVE = 6
COUNTS = 7
