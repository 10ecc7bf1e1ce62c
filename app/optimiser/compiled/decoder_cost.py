"""What a whole tour costs, from scratch."""

from app.optimiser.compiled.decoder_changes import begin, is_served, keeps_limits
from app.optimiser.compiled.decoder_state import C_TOUCHED, NEVER, Ground, Scratch, Tour
from app.optimiser.compiled.decoder_timing import (
    doubt,
    largest_lateness,
    late_seconds,
    retime,
    routes_fit,
    time_cost,
    way,
)
from app.optimiser.compiled.jit import inlined, uncounted


@inlined
def firm_cost(ground: Ground, tour: Tour) -> tuple[int, float]:
    """Travel seconds, and liking, fixed costs and losses, from scratch."""
    units, fleet = ground.units, ground.fleet
    seconds, money = 0, 0.0
    for vehicle in range(len(fleet.closes)):
        seconds += tour.travelled[vehicle]
        if tour.stops[vehicle] > 0:
            money += fleet.fixed_cost[vehicle]
    for who in range(len(units.loss)):
        if not is_served(tour, who):
            money += units.loss[who]
    for node in range(len(units.late_after)):
        if tour.vehicle[node] >= 0:
            money -= units.liking[node, tour.vehicle[node]]
    return seconds, money


@inlined
def soft_cost(ground: Ground, tour: Tour) -> float:
    """Lateness of all stops and time costs of all vehicles, from scratch; not the largest lateness."""
    units = ground.units
    cost = 0.0
    for node in range(len(units.late_after)):
        cost += late_seconds(units, node, tour.end[node]) * units.late_price[node]
    for vehicle in range(len(ground.fleet.closes)):
        cost += tour.time_cost[vehicle]
    return cost


@uncounted
def recount(ground: Ground, tour: Tour) -> None:
    """Make everything about routes that follows from `after`, `vehicle` and `end` true, from scratch."""
    nodes, vehicles = len(ground.units.late_after), len(ground.fleet.closes)
    for vehicle in range(vehicles):
        tour.stops[vehicle], tour.travelled[vehicle] = 0, 0
        node = nodes + vehicle
        while node < nodes + vehicles:
            following = tour.after[node]
            tour.before[following] = node
            tour.travelled[vehicle] += way(ground, node, following)
            tour.stops[vehicle] += following < nodes
            node = following if following < nodes else nodes + vehicles
        tour.time_cost[vehicle] = time_cost(ground, tour, vehicle) if ground.prices.is_timed else 0.0


@uncounted
def total_cost(ground: Ground, tour: Tour) -> float:
    """The cost of a timed tour, from scratch."""
    seconds, money = firm_cost(ground, tour)
    worst = largest_lateness(ground, tour)
    return seconds * ground.prices.travel + money + soft_cost(ground, tour) + worst * ground.prices.late_max


@uncounted
def decode(ground: Ground, tour: Tour, scratch: Scratch) -> bool:
    """Time the whole tour; False when it breaks a rule."""
    begin(ground, scratch)
    for vehicle in range(len(ground.fleet.closes)):
        node = tour.after[len(ground.units.late_after) + vehicle]
        while node < len(ground.units.late_after):
            doubt(ground, tour, scratch, node)
            node = tour.after[node]
    if retime(ground, tour, scratch, float(NEVER))[2] >= NEVER or not keeps_limits(ground, tour, scratch):
        return False
    if not routes_fit(ground, tour, scratch):
        return False
    keep_time_costs(tour, scratch)
    return True


@inlined
def time_cost_change(tour: Tour, scratch: Scratch) -> float:
    """How much more the times of the touched vehicles cost than before."""
    change = 0.0
    for index in range(scratch.counts[C_TOUCHED]):
        change += scratch.new_cost[index] - tour.time_cost[scratch.touched[index]]
    return change


@inlined
def keep_time_costs(tour: Tour, scratch: Scratch) -> None:
    """Make the new time costs those of the tour."""
    for index in range(scratch.counts[C_TOUCHED]):
        tour.time_cost[scratch.touched[index]] = scratch.new_cost[index]
