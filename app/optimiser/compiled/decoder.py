"""Decoder annealing: simulated annealing over routes that share one order, with times by forward decoding.

After Ceschia, Di Gaspero, Rosati and Schaerf, Multi-Neighborhood Simulated Annealing for the Home Healthcare Routing
and Scheduling Problem (2024), whose state it shares: an order of all units, and a vehicle for each of their nodes.
Routes follow the order, so no two of them ever wait for each other, and `decoder_timing` can tell all times.

*Moves.* Placing: a unit, served or not, goes next to a near one on its vehicle or into any gap of an able vehicle; the
other half of a unit goes into a gap of a second vehicle that the order allows. An unserved unit may push out the near
one, and one on the route of its other half. Dropping: an optional unit leaves. Swapping: the stops that follow on two
routes are exchanged, all of them or a few.

*Cost of a move.* Travel, liking, fixed costs and losses follow from the neighbours alone, exactly and at once. The rest
of the cost (lateness, largest lateness, time) is never negative, so a move whose first part is already beyond what the
temperature allows is taken back before any time is computed; most are. Otherwise times are recomputed from the first
stop that changed and only as far as they differ.

*Acceptance.* Metropolis with the threshold drawn first: a move stands when its cost is at most the present cost minus
temperature times the logarithm of a random number. What must be served has a loss beyond any other cost.

*Invariants.* Those of `decoder_changes`; after each move `end` holds the earliest times of the tour.
"""

from math import log

from app.optimiser.compiled.decoder_changes import (
    begin,
    doubt_placing,
    is_served,
    keeps_limits,
    restore_times,
    swap_parts,
    undo_placing,
)
from app.optimiser.compiled.decoder_cost import firm_cost, keep_time_costs, soft_cost, time_cost_change
from app.optimiser.compiled.decoder_moves import choose_parts, place, push_out
from app.optimiser.compiled.decoder_order import tidy
from app.optimiser.compiled.decoder_state import C_TOUCHED, NEVER, NOWHERE, Best, Figures, Ground, Scratch, Tour
from app.optimiser.compiled.decoder_timing import doubt, largest_lateness, retime, routes_fit
from app.optimiser.compiled.jit import inlined, uncounted
from app.optimiser.compiled.random import State, below, unit

TIDY_AFTER = 128
LEAST_GAIN = 1e-7


@inlined
def keep_best(tour: Tour, best: Best) -> None:
    """Remember the tour."""
    for node in range(len(tour.after)):
        best.after[node], best.vehicle[node], best.end[node] = tour.after[node], tour.vehicle[node], tour.end[node]


@inlined
def judge(
    ground: Ground, tour: Tour, scratch: Scratch, firm: float, soft: float, worst: int, limit: float
) -> tuple[bool, float, int]:
    """Time the moved tour; gives whether it keeps the rules and the limit, its soft cost and its largest lateness."""
    change, was, now = retime(ground, tour, scratch, limit - firm)
    if now >= NEVER or not routes_fit(ground, tour, scratch):
        return False, soft, worst
    new_soft = soft + change + time_cost_change(tour, scratch)
    new_worst = max(worst, now)
    if was == worst > now and ground.prices.late_max > 0.0:
        new_worst = largest_lateness(ground, tour)
    return firm + new_soft + new_worst * ground.prices.late_max <= limit, new_soft, new_worst


@uncounted
def anneal(
    ground: Ground,
    tour: Tour,
    best: Best,
    scratch: Scratch,
    figures: Figures,
    random: State,
    moves: int,
    hot: float,
    cold: float,
) -> None:
    """Try so many moves while the temperature falls geometrically from hot to cold."""
    prices, mix = ground.prices, ground.mix
    number = len(ground.units.loss)
    temperature, fall = hot, (cold / hot) ** (1.0 / moves)
    seconds, money = firm_cost(ground, tour)
    soft = soft_cost(ground, tour)
    worst = largest_lateness(ground, tour)
    cost = seconds * prices.travel + money + soft + worst * prices.late_max
    untidy = 0
    for _ in range(moves):
        temperature *= fall
        limit = cost - temperature * log(1.0 - unit(random))
        begin(ground, scratch)
        who = below(random, number)
        left, last, other_left, other_last = NOWHERE, NOWHERE, NOWHERE, NOWHERE
        draw = unit(random)
        is_swap = draw < mix.swap
        if is_swap:
            left, last, other_left, other_last = choose_parts(ground, tour, random, who)
            if left < 0:
                continue
            more_seconds, more_money = swap_parts(ground, tour, scratch, left, last, other_left, other_last)
            is_made = True
        elif draw < mix.swap + mix.drop:
            if not is_served(tour, who):
                continue
            more_seconds, more_money = push_out(ground, tour, scratch, who)
            is_made = True
        else:
            is_made, more_seconds, more_money = place(ground, tour, scratch, random, who)
            if scratch.counts[C_TOUCHED] == 0:
                continue
        firm = (seconds + more_seconds) * prices.travel + money + more_money
        is_kept = is_made and firm <= limit and keeps_limits(ground, tour, scratch)
        if is_kept:
            if is_swap:
                for node in (left, last, other_left, other_last):
                    doubt(ground, tour, scratch, tour.after[node])
            else:
                doubt_placing(ground, tour, scratch, who)
            is_kept, new_soft, new_worst = judge(ground, tour, scratch, firm, soft, worst, limit)
        if is_kept:
            keep_time_costs(tour, scratch)
            seconds, money, soft, worst = seconds + more_seconds, money + more_money, new_soft, new_worst
            cost = firm + soft + worst * prices.late_max
            if cost < figures.best_cost[0] - LEAST_GAIN:
                figures.best_cost[0] = cost
                keep_best(tour, best)
            untidy += 1
        else:
            restore_times(tour, scratch)
            if is_swap:
                swap_parts(ground, tour, scratch, left, other_last, other_left, other_left if last == left else last)
            else:
                undo_placing(ground, tour, scratch, who)
        if untidy >= TIDY_AFTER or not is_made:
            tidy(tour, scratch)
            untidy = 0
    figures.moves[0] += moves
