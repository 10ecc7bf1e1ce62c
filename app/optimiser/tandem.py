"""Imports ortools (CP-SAT): pairs of single investigators who do the day together, where most doors want two.

Pairs are formed before the first round by what they could do in a day, and again between rounds by what the routes of
the last round would cost them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from ortools.sat.python import cp_model

from app.optimiser.cp_sat import solved
from app.optimiser.crews import CrewRules, Shift, form_crews
from app.optimiser.halves import Halves
from app.optimiser.problem import Vehicle
from app.optimiser.prospects import Costs, Prospects, who_can
from app.optimiser.search_space import SearchSpace
from app.optimiser.walk import Tandem, Walk, expand

__all__ = ["Tandem", "expand", "form_tandems", "matchings", "rematch"]

DETERMINISTIC_SECONDS = 1.0
BIDDING_ROUNDS = 8
# An estimate is not exact enough to tell apart what is closer than this.
LEAST_ADVANTAGE = 1.01
FIRST_STEP = 0.5
MOST_MATCHINGS = 4
MOST_COMPARED = 300_000
MOST_PAIRS_PER_ROUTE = 40
SCALE = 1000
MUST_WORTH = 1e6
# Of a way that does not exist.
NEVER = 1e7

Pair = tuple[int, int]


def form_tandems(space: SearchSpace) -> list[Tandem]:
    """The pairs, in order, whose days promise most; who is worth more alone, or has no partner, is in none."""
    return matchings(space)[0]


def matchings(space: SearchSpace, most: int = MOST_MATCHINGS) -> list[list[Tandem]]:
    """Ways to form pairs, the most promising first, all different; at least one, which may be empty.

    Each pair fills its common hours with the jobs that bring most per hour, near both homes. Jobs on which several
    count get a price, and pairs are formed anew; what they bring when nothing is done twice ranks the rounds. That is
    an estimate: a short search tells better which of them is best. Where homes are known, the crews that skills and
    homes alone would form are tried too.
    """
    prospects = Prospects(space, MUST_WORTH)
    best: list[Pair] = []
    brings: dict[tuple[Pair, ...], float] = {(): prospects.together(prospects.offers([]))}
    for number in range(BIDDING_ROUNDS if prospects.pairs else 0):
        pairs = _match(prospects)
        prospects.outbid(prospects.offers(pairs), FIRST_STEP / (1 + number))
        pairs, worth = _dissolved(prospects, sorted(pairs))
        if worth > (LEAST_ADVANTAGE if best else 1.0) * brings[tuple(best)]:
            best = pairs
        brings[tuple(pairs)] = worth
    others = sorted(brings, key=lambda pairs: (pairs != tuple(best), -brings[pairs], pairs))
    formed = tuple(_formed(space))
    if formed and most > 1 and formed not in others[:most]:
        others = [*others[: most - 1], formed]
    return [[Tandem(*pair) for pair in pairs] for pairs in others[:most]]


def _formed(space: SearchSpace) -> list[Pair]:
    """The pairs of each day by skills and homes, as crews are formed before routing."""
    vehicles, places = space.problem.vehicles, space.problem.places
    pairs: list[Pair] = []
    for day in sorted({vehicle.day for vehicle in vehicles}) if places is not None else ():
        own = {vehicle.members[0].worker: number for number, vehicle in enumerate(vehicles) if _is_single(vehicle, day)}
        shifts = [_shift(space, number) for number in own.values()]
        for one, other in form_crews(shifts, CrewRules(size=2)).crews:
            low, high = sorted((own[one], own[other]))
            pairs.append((low, high))
    return sorted(pairs)


def _is_single(vehicle: Vehicle, day: int) -> bool:
    return vehicle.day == day and len(vehicle.members) == 1


def _shift(space: SearchSpace, number: int) -> Shift:
    vehicle, places = space.problem.vehicles[number], space.problem.places
    assert places is not None
    home, who = places[vehicle.start], vehicle.members[0]
    return Shift(who.worker, who.skills, (home.lat, home.lon), vehicle.shift)


def _dissolved(prospects: Prospects, pairs: list[Pair]) -> tuple[list[Pair], float]:
    """The pairs without those who would do better alone, and what everybody brings; very many pairs stay as they are.

    Prices alone cannot tell how many of several pairs that are alike it takes.
    """
    brings = prospects.together(prospects.offers(pairs))
    offered = sum(len(offer.jobs) for offer in prospects.offers(pairs))
    if len(pairs) * offered > MOST_COMPARED or not prospects.anybody_works_alone:
        return pairs, brings
    for pair in sorted(pairs, key=lambda pair: (prospects.worth(prospects.pairs[pair]), pair)):
        fewer = [other for other in pairs if other != pair]
        without_it = prospects.together(prospects.offers(fewer))
        if without_it > brings:
            pairs, brings = fewer, without_it
    return pairs, brings


def _match(prospects: Prospects) -> list[Pair]:
    """The pairs that bring most at the present prices, beyond what their members would bring alone."""
    alone = {vehicle: prospects.worth(offer) for vehicle, offer in prospects.alone.items()}
    gains = {pair: prospects.worth(offer) - alone[pair[0]] - alone[pair[1]] for pair, offer in prospects.pairs.items()}
    return _matching({pair: round(SCALE * gain) for pair, gain in gains.items() if gain > 0})


def _matching(weights: dict[Pair, int]) -> list[Pair]:
    """The heaviest pairs, nobody in two of them."""
    model = cp_model.CpModel()
    together = {pair: model.new_bool_var(f"{pair[0]} {pair[1]}") for pair in weights}
    for vehicle in sorted({vehicle for pair in weights for vehicle in pair}):
        model.add_at_most_one(chosen for pair, chosen in together.items() if vehicle in pair)
    greedy = _greedy(weights)
    for pair, chosen in together.items():
        model.add_hint(chosen, pair in greedy)
    model.maximize(sum(weights[pair] * chosen for pair, chosen in together.items()))
    solver = solved(model, DETERMINISTIC_SECONDS)
    if solver is None:
        return sorted(greedy)
    return [pair for pair, chosen in together.items() if solver.boolean_value(chosen)]


def _greedy(weights: dict[Pair, int]) -> set[Pair]:
    """The heaviest pair, the heaviest of the rest, and so on."""
    chosen: set[Pair] = set()
    taken: set[int] = set()
    for pair in sorted(weights, key=lambda pair: (-weights[pair], pair)):
        if taken.isdisjoint(pair):
            chosen.add(pair)
            taken.update(pair)
    return chosen


@dataclass(frozen=True)
class _Bid:
    """A tandem that takes over a route, and what that costs: both its ways, and the jobs that do not fit any more."""

    route: int
    tandem: Tandem
    cost: float


def rematch(space: SearchSpace, tandems: Sequence[Tandem], routes: Sequence[Sequence[int]]) -> list[Tandem]:
    """The tandem of each route, chosen anew among all single-member vehicles so that everything together costs least.

    `routes[i]` is the job sequence of `tandems[i]`. The result is never worse than what was given.
    """
    bids = _bids(space, tandems, routes)
    present = [next(bid for bid in bids if (bid.route, bid.tandem) == own) for own in enumerate(tandems)]
    model = cp_model.CpModel()
    taken = [model.new_bool_var(f"{bid.route}: {bid.tandem.one} {bid.tandem.other}") for bid in bids]
    for route in range(len(routes)):
        model.add_exactly_one(chosen for bid, chosen in zip(bids, taken, strict=True) if bid.route == route)
    for vehicle in sorted({vehicle for bid in bids for vehicle in bid.tandem.vehicles}):
        own = [chosen for bid, chosen in zip(bids, taken, strict=True) if vehicle in bid.tandem.vehicles]
        model.add_at_most_one(own)
    for bid, chosen in zip(bids, taken, strict=True):
        model.add_hint(chosen, bid in present)
    model.minimize(sum(round(SCALE * bid.cost) * chosen for bid, chosen in zip(bids, taken, strict=True)))
    solver = solved(model, DETERMINISTIC_SECONDS)
    if solver is None:
        return list(tandems)
    found = [bid for bid, chosen in zip(bids, taken, strict=True) if solver.boolean_value(chosen)]
    if sum(bid.cost for bid in found) >= sum(bid.cost for bid in present):
        return list(tandems)
    return [bid.tandem for bid in sorted(found, key=lambda bid: bid.route)]


def _bids(space: SearchSpace, tandems: Sequence[Tandem], routes: Sequence[Sequence[int]]) -> list[_Bid]:
    """For each route the present tandem and the most promising others."""
    halves = Halves(space)
    promise = _Promise(space)
    bids = []
    for number, (present, jobs) in enumerate(zip(tandems, routes, strict=True)):
        others = [tandem for tandem in promise.best(jobs) if tandem != present]
        bids += [_Bid(number, tandem, _cost(halves, tandem, jobs)) for tandem in (present, *others)]
    return bids


def _cost(halves: Halves, tandem: Tandem, jobs: Sequence[int]) -> float:
    """What the tandem pays for the jobs in this order; what does not fit is lost."""
    space = halves.space
    walk = Walk(halves, tandem)
    done = [job for job in jobs if walk.step(job)]
    routes = walk.routes()
    if routes is None:
        least = min(done, key=lambda job: (job in space.musts, space.loss(job), job))
        return _loss(space, [least]) + _cost(halves, tandem, [job for job in jobs if job != least])
    return routes[0].cost + routes[1].cost + _loss(space, set(jobs).difference(done))


def _loss(space: SearchSpace, jobs: Iterable[int]) -> float:
    return sum(space.loss(job) + MUST_WORTH * (job in space.musts) for job in jobs)


class _Promise:
    """About what each pair would pay for a route: a quick look at all pairs."""

    def __init__(self, space: SearchSpace) -> None:
        self._space = space
        vehicles = space.problem.vehicles
        singles = [place for place, vehicle in enumerate(vehicles) if len(vehicle.members) == 1]
        days = [(vehicle.day, vehicle.workers) for vehicle in vehicles]
        pairs = [pair for pair in combinations(singles, 2) if _may_go_together(days[pair[0]], days[pair[1]])]
        self._one, self._other = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2).T
        self._first, self._second = who_can(space)
        opens = np.array([vehicle.shift[0] for vehicle in vehicles])
        closes = np.array([vehicle.latest_return for vehicle in vehicles])
        shared = np.minimum(closes[self._one], closes[self._other]) - np.maximum(opens[self._one], opens[self._other])
        self._lacking = 1 - np.maximum(shared, 0) / max(1, shared.max(initial=1))

    def best(self, jobs: Sequence[int]) -> list[Tandem]:
        """The pairs that promise to pay least for the sequence, some of them."""
        ways = self._ways(jobs)
        cost = ways[self._one] + ways[self._other] + self._lost(jobs)
        order = np.argsort(cost, kind="stable")[:MOST_PAIRS_PER_ROUTE]
        return [Tandem(int(self._one[place]), int(self._other[place])) for place in order]

    def _ways(self, jobs: Sequence[int]) -> Costs:
        """What each vehicle pays from its home to the first door, and back from the last one."""
        problem = self._space.problem
        if not jobs:
            return np.zeros(len(problem.vehicles))
        first, last = (problem.jobs[job].location for job in (jobs[0], jobs[-1]))
        ways = [
            (
                self._space.travel(vehicle.start, first),
                0 if vehicle.end is None else self._space.travel(last, vehicle.end),
            )
            for vehicle in problem.vehicles
        ]
        seconds = np.array([sum(own) if min(own) >= 0 else NEVER for own in ways], dtype=np.float64)
        cost: Costs = seconds * self._space.travel_cost_per_second
        return cost

    def _lost(self, jobs: Sequence[int]) -> Costs:
        """Prizes of jobs that the pair has no skills for, and of half of what its shorter day leaves no time for."""
        columns = np.array(jobs, dtype=np.int64)
        prizes = np.array([_loss(self._space, [job]) for job in jobs])
        alone = np.array([len(self._space.problem.jobs[job].roles) == 1 for job in jobs], dtype=bool)
        first, second = self._first[:, columns], self._second[:, columns]
        both = (first[self._one] & second[self._other]) | (second[self._one] & first[self._other])
        able = np.where(alone, first[self._one] | first[self._other], both)
        lost: Costs = ~able @ prizes + 0.5 * prizes.sum() * self._lacking
        return lost


def _may_go_together(one: tuple[int, frozenset[str]], other: tuple[int, frozenset[str]]) -> bool:
    return one[0] == other[0] and one[1] != other[1]
