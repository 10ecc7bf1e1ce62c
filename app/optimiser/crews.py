"""Imports ortools (CP-SAT): forms the crews of one day from single shifts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import asin, cos, radians, sin, sqrt

from ortools.sat.python import cp_model

from app.kernel.errors import Invalid
from app.optimiser.interval import Interval

EARTH_METRES = 6_371_000
# How much farther apart two homes may be for one more skill in the crew.
METRES_PER_SKILL = 5_000
DETERMINISTIC_SECONDS = 1.0
MOST_PARTNERS = 12
SIZES = (1, 2)

Pair = tuple[int, int]


@dataclass(frozen=True)
class Shift:
    """One person's working time on the day: seconds after the origin, home as latitude and longitude."""

    worker: str
    skills: frozenset[str]
    home: tuple[float, float]
    window: Interval


@dataclass(frozen=True)
class CrewRules:
    """Size of a crew (1 or 2), pairs of workers who go with each other or with nobody, and pairs who never do."""

    size: int = 2
    together: frozenset[frozenset[str]] = field(default_factory=frozenset)
    apart: frozenset[frozenset[str]] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Crews:
    """The workers of each crew, and those for whom nobody was left."""

    crews: tuple[tuple[str, ...], ...]
    left_over: tuple[str, ...] = ()


def form_crews(shifts: Sequence[Shift], rules: CrewRules) -> Crews:
    """Crews that share as much working time as possible; then near homes and many skills in each.

    The same shifts always give the same crews. Raises Invalid for contradictory rules or a worker with two shifts.
    """
    _refuse_nonsense(shifts, rules)
    shifts = sorted(shifts, key=lambda shift: shift.worker)
    if rules.size == 1:
        return Crews(tuple((shift.worker,) for shift in shifts))
    pairs = {pair: _shared(shifts, pair) for pair in combinations(range(len(shifts)), 2)}
    possible = [pair for pair, shared in pairs.items() if shared > 0 and _may_pair(shifts, pair, rules)]
    chosen = _match(len(shifts), {pair: _worth(shifts, pair) for pair in possible}, pairs)
    taken = {place for pair in chosen for place in pair}
    left_over = tuple(shift.worker for place, shift in enumerate(shifts) if place not in taken)
    return Crews(tuple((shifts[one].worker, shifts[other].worker) for one, other in chosen), left_over)


def _refuse_nonsense(shifts: Sequence[Shift], rules: CrewRules) -> None:
    if rules.size not in SIZES:
        raise Invalid("CREW_SIZE", f"a crew of {rules.size}", action="give 1 or 2")
    workers = [shift.worker for shift in shifts]
    if len(set(workers)) < len(workers):
        raise Invalid("WORKER_TWICE_A_DAY", "somebody has two shifts", action="give each worker one shift a day")
    promised = [worker for pair in rules.together for worker in pair]
    if len(set(promised)) < len(promised) or rules.together & rules.apart:
        raise Invalid("PAIRS_CONTRADICT", "somebody must go with two people, or with one they must not go with")
    if any(len(pair) != 2 for pair in rules.together | rules.apart):
        raise Invalid("PAIRS_CONTRADICT", "a pair is two different workers")


def _may_pair(shifts: Sequence[Shift], pair: Pair, rules: CrewRules) -> bool:
    workers = frozenset(shifts[place].worker for place in pair)
    bound = any(workers & together and workers != together for together in rules.together)
    return not bound and workers not in rules.apart


def _shared(shifts: Sequence[Shift], pair: Pair) -> int:
    one, other = (shifts[place].window for place in pair)
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _worth(shifts: Sequence[Shift], pair: Pair) -> int:
    """Skills of the crew less the way between the homes, in metres."""
    one, other = (shifts[place] for place in pair)
    return METRES_PER_SKILL * len(one.skills | other.skills) - round(_metres(one.home, other.home))


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    lat, lon = (radians(b - a) / 2 for a, b in zip(one, other, strict=True))
    chord = sin(lat) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(lon) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(chord)))


def _match(people: int, worth: dict[Pair, int], shared: dict[Pair, int]) -> list[Pair]:
    """The pairs with the most shared time, then the most worth, nobody in two of them."""
    most = 1 + people * max((abs(value) for value in worth.values()), default=0)
    weight = {pair: shared[pair] * most + worth[pair] for pair in worth}
    greedy = _greedy(weight)
    candidates = sorted(greedy | _best_partners(people, weight))
    model = cp_model.CpModel()
    together = {pair: model.new_bool_var(f"{pair[0]} {pair[1]}") for pair in candidates}
    for place in range(people):
        model.add_at_most_one(chosen for pair, chosen in together.items() if place in pair)
    for pair, chosen in together.items():
        model.add_hint(chosen, pair in greedy)
    model.maximize(sum(weight[pair] * chosen for pair, chosen in together.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return sorted(greedy)
    return [pair for pair, chosen in together.items() if solver.boolean_value(chosen)]


def _best_partners(people: int, weight: dict[Pair, int]) -> set[Pair]:
    """The best few pairs of each person: in a large team the others would never be chosen."""
    partners: list[list[Pair]] = [[] for _ in range(people)]
    for pair in sorted(weight, key=lambda pair: (-weight[pair], pair)):
        for place in pair:
            if len(partners[place]) < MOST_PARTNERS:
                partners[place].append(pair)
    return {pair for own in partners for pair in own}


def _greedy(weight: dict[Pair, int]) -> set[Pair]:
    """The heaviest pair, the heaviest of the rest, and so on."""
    chosen: set[Pair] = set()
    taken: set[int] = set()
    for pair in sorted(weight, key=lambda pair: (-weight[pair], pair)):
        if taken.isdisjoint(pair):
            chosen.add(pair)
            taken.update(pair)
    return chosen
