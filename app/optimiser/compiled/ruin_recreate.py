"""Compiled ruin and recreate over all rules of the problem.

After Christiaens and Vanden Berghe, Slack Induction by String Removals for Vehicle Routing Problems, Transportation
Science 54(2), 2020, extended to optional visits, breaks, several windows, pairs and links.

**State.** Routes as arrays of nodes between depots (terrain.py), the recursions of timing.py for each, a pin for each
task that depends on another route. Unserved jobs are simply on no route.

**Move.** *Ruin* (ruin.py): around a random job, strings of adjacent stops leave a few neighbouring routes, about ten
stops in all; what belongs to a removed task leaves with it. *Recreate* (recreate.py): the removed jobs, and the
unserved ones near the seed, are put in one of several orders and each inserted where it is cheapest, unless leaving it
out is cheaper still.

**Cost of a move.** Routes carry their price, so the difference is that of the touched routes plus the losses of the
jobs that came and went; what only the whole shows is priced anew (shared_price.py). A move is accepted when that is
below `-T ln(u)`, u uniform in (0, 1]; T falls geometrically.

**Invariants**, between any two moves: every route keeps all rules of its vehicle; either all tasks of a job (and of
the job linked to it) are on routes, at starts that match, or none; tasks that are `fixed` stay where they are; nothing
outside the realm changes. A move that would break one is undone as a whole.
"""

from math import log

from app.optimiser.compiled.insertion import Scratch
from app.optimiser.compiled.jit import compiled, uncounted
from app.optimiser.compiled.memory import TOUCHED, WAITING, Memory, is_served, undo
from app.optimiser.compiled.random import State, unit
from app.optimiser.compiled.recreate import recreate
from app.optimiser.compiled.ruin import ALL_OPENED, ruin, ruin_nothing
from app.optimiser.compiled.shared_price import shared_price
from app.optimiser.compiled.terrain import (
    DROP,
    EXCESS_MOVE,
    MOST_MOVES,
    ROUTE_MOVES,
    Best,
    Figures,
    Flags,
    Ground,
    Realm,
    Routes,
)
from app.optimiser.compiled.timing import evaluate

LEAST_GAIN = 1e-7


@uncounted
def evaluate_all(ground: Ground, routes: Routes, refused: Flags) -> None:
    """Evaluate every route; mark those that break a rule."""
    for vehicle in range(routes.length.size):
        refused[vehicle] = 0 if evaluate(vehicle, ground, routes) else 1


@uncounted
def keep_best(routes: Routes, best: Best) -> None:
    """Copy what changed since the last best solution."""
    stops, pin, best_stops, best_pin, is_stale = routes.stops, routes.pin, best.stops, best.pin, best.is_stale
    for vehicle in range(routes.length.size):
        if is_stale[vehicle] == 0:
            continue
        is_stale[vehicle] = 0
        best.length[vehicle] = routes.length[vehicle]
        for p in range(routes.length[vehicle] + 2):
            node = stops[vehicle, p]
            best_stops[vehicle, p] = node
            best_pin[node] = pin[node]


@uncounted
def with_moves(cost: float, moves: int, most_moves: int) -> float:
    """The cost with what moves beyond their number weigh."""
    if most_moves < 0 or moves <= most_moves:
        return cost
    return cost + EXCESS_MOVE * (moves - most_moves)


@compiled
def ruin_and_recreate(
    iterations: int,
    hot: float,
    cold: float,
    is_build: bool,
    ground: Ground,
    routes: Routes,
    best: Best,
    figures: Figures,
    realm: Realm,
    memory: Memory,
    scratch: Scratch,
    random: State,
) -> None:
    """A batch of moves while the temperature falls from `hot` to `cold`; `is_build`: the first inserts all it can."""
    counts, most_moves = memory.counts, ground.options[MOST_MOVES]
    factor = (cold / hot) ** (1.0 / max(1, iterations))
    temperature = hot
    for n in range(iterations):
        temperature *= factor
        stamp = figures.iterations[0]
        figures.iterations[0] = stamp + 1
        counts[:] = 0
        if is_build and n == 0:
            ruin_nothing(stamp, ground, routes, realm, memory)
            opened = ALL_OPENED
        else:
            opened = ruin(stamp, ground, routes, realm, memory, random)
        keeps = recreate(stamp, opened, ground, routes, realm, memory, scratch, random)
        cost, shared, moves = figures.cost[0], figures.shared[0], figures.moves[0]
        if keeps:
            for c in range(counts[TOUCHED]):
                vehicle = memory.touched[c]
                cost += routes.cost[vehicle] - memory.saved_cost[vehicle]
                moves += routes.totals[vehicle, ROUTE_MOVES] - memory.saved_moves[vehicle]
            for q in range(counts[WAITING]):
                job = memory.waiting[q]
                change = 1 if memory.was_removed[job] == stamp else 0
                if is_served(job, ground.jobs, routes.route_of):
                    change -= 1
                cost += change * ground.loss[job]
                moves += change * ground.jobs[job, DROP]
            shared = shared_price(ground, routes, memory.workload)
        price = with_moves(cost + shared, moves, most_moves)
        present = with_moves(figures.cost[0] + figures.shared[0], figures.moves[0], most_moves)
        if keeps and price < present - temperature * log(1.0 - unit(random)):
            figures.cost[0], figures.shared[0], figures.moves[0] = cost, shared, moves
            for c in range(counts[TOUCHED]):
                best.is_stale[memory.touched[c]] = 1
            if price < figures.best_cost[0] - LEAST_GAIN:
                figures.best_cost[0] = price
                keep_best(routes, best)
        else:
            undo(ground, routes, memory)
