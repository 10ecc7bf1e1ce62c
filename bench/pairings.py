"""Two at every door: single investigators, or crews that a pairing makes of them.

In the singles' problem everybody has a vehicle from home and back, and every visit wants two: the planner decides who
goes with whom. A pairing decides that beforehand, in one of two forms:

- From their own homes: the same problem and the same search, but the crews are given (`ablations.held`). Everybody
  comes and goes as in the singles' problem, so all that differs is who goes with whom.
- From one home: a vehicle of two that starts and ends at the home of the one named first, while both are on shift. The
  second one's way to that home and back is free, and a crew's way counts once: such crews serve more than they could
  from their own homes. Like is compared with like among them: "matched" are the crews that the product forms before
  routing.

What is compared is the worth of the visits served.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from app.optimiser.crews import CrewRules, Shift, form_crews
from app.optimiser.problem import Problem, Vehicle

Pairs = Sequence[tuple[int, int]]
SKILLED, NEAREST, RANDOM = "matched", "nearest-home", "random"


def pair_up(singles: Problem, pairs: Pairs) -> Problem:
    """The singles' problem with these crews in the place of the single vehicles."""
    crews = tuple(_crew(singles.vehicles[one], singles.vehicles[other]) for one, other in pairs)
    return replace(singles, vehicles=crews)


def _crew(one: Vehicle, other: Vehicle) -> Vehicle:
    shift = max(one.shift[0], other.shift[0]), min(one.shift[1], other.shift[1])
    return replace(one, id=f"{one.id}+{other.id}", members=one.members + other.members, shift=shift)


def pairing(singles: Problem, name: str) -> Pairs:
    """The pairs of a pairing: "nearest-home", "matched" (as crews are formed in the product), or "random-7"."""
    if name == NEAREST:
        return nearest_homes(singles)
    if name == SKILLED:
        return matched(singles)
    return random_pairs(len(singles.vehicles), int(name.removeprefix(f"{RANDOM}-")))


def random_pairs(people: int, seed: int) -> Pairs:
    """Everybody in a random pair."""
    order = np.random.default_rng(seed).permutation(people).tolist()
    return list(zip(order[::2], order[1::2], strict=False))


def nearest_homes(singles: Problem) -> Pairs:
    """The two nearest homes first, then the two nearest of the rest."""
    homes = [vehicle.start for vehicle in singles.vehicles]
    near = sorted(
        combinations(range(len(homes)), 2),
        key=lambda pair: (singles.travel.seconds(homes[pair[0]], homes[pair[1]]), pair),
    )
    pairs: list[tuple[int, int]] = []
    taken: set[int] = set()
    for pair in near:
        if taken.isdisjoint(pair):
            pairs.append(pair)
            taken |= set(pair)
    return pairs


def matched(singles: Problem) -> Pairs:
    """The crews that the product forms before routing."""
    shifts = [_shift(singles, vehicle) for vehicle in singles.vehicles]
    place = {shift.worker: number for number, shift in enumerate(shifts)}
    return [(place[one], place[other]) for one, other in form_crews(shifts, CrewRules(size=2)).crews]


def _shift(singles: Problem, vehicle: Vehicle) -> Shift:
    assert singles.places is not None
    home, who = singles.places[vehicle.start], vehicle.members[0]
    return Shift(who.worker, who.skills, (home.lat, home.lon), vehicle.shift)
