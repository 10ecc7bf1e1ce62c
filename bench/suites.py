"""Which tasks belong to a suite, in the order in which they run: everybody in turn on one case, then the next case."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.ablations import OF_PAIRS, VARIANTS
from bench.cases import ABSENT, NEW_CASE, OWN_HOMES, RELAXED, SINGLES, homecare_files, vrptw_files
from bench.generated import FULL, GENERATED, SMALL
from bench.pairings import NEAREST, RANDOM, SKILLED
from bench.solvers import HAS_THREADS, ORTOOLS, OURS, PYVRP, VROOM, tells_of_moments
from bench.tasks import Task

SIZES = ("12/150", "40/600", "150/2500")
PAIRED_SIZES = ("12/150+10", "40/600+40")
GROWING_SIZES = ("6/75", "12/150", "24/300", "40/600", "80/1200", "150/2500", "5x40/3000")
RANDOM_PAIRINGS = 20
SHORTEST = 0.1
ONCE = (0.0,)
SMALL_FILE = 150 * 80


@dataclass(frozen=True)
class Wishes:
    """What to run: `moments` None means each suite's own seconds; our engine runs once with each of the `threads`."""

    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    moments: tuple[float, ...] | None = None
    threads: tuple[int, ...] = (1,)
    solvers: tuple[str, ...] = (PYVRP, VROOM, ORTOOLS, OURS, *VARIANTS)
    short: bool = False

    def seconds(self, *own: float) -> tuple[float, ...]:
        """The wished seconds, or the suite's own."""
        return self.moments or own


def tasks_of(suite: str, wishes: Wishes) -> list[Task]:
    """The suite's tasks; raises KeyError for one that is not known."""
    return list(SUITES[suite](wishes))


def _turns(
    suite: str, case: str, seed: int, seconds: Sequence[float], wishes: Wishes, who: Sequence[str]
) -> Iterator[Task]:
    """Everybody in turn on one case; who tells of shorter runs in a long one runs once."""
    for solver in who:
        if solver not in wishes.solvers:
            continue
        for threads in _threads(solver, wishes):
            runs = [tuple(sorted(seconds))] if tells_of_moments(solver) else [(moment,) for moment in sorted(seconds)]
            yield from (Task(suite, case, seed, solver, threads, moments) for moments in runs)


def _threads(solver: str, wishes: Wishes) -> tuple[int, ...]:
    """PyVRP and OR-Tools' routing search use one thread whatever they are given."""
    return wishes.threads if solver in (VROOM, *VARIANTS) or (solver == OURS and HAS_THREADS) else (1,)


def _region(wishes: Wishes) -> Iterator[Task]:
    for size in SIZES:
        seeds = wishes.seeds[: 2 if size == SIZES[0] else 1] if wishes.short else wishes.seeds
        seconds = wishes.seconds(10.0) if wishes.short else wishes.seconds(10.0, 60.0)
        for seed in seeds:
            yield from _turns("region", size, seed, seconds, wishes, (PYVRP, VROOM, ORTOOLS, OURS))


def _lunch(wishes: Wishes) -> Iterator[Task]:
    for size in SIZES:
        for seed in wishes.seeds:
            yield from _turns("lunch", size, seed, wishes.seconds(10.0, 60.0), wishes, (VROOM, ORTOOLS, OURS))


def _together(wishes: Wishes) -> Iterator[Task]:
    for size in PAIRED_SIZES:
        for seed in wishes.seeds:
            seconds = wishes.seconds(20.0)
            yield from _turns("together", size, seed, seconds, wishes, (ORTOOLS, *OF_PAIRS, OURS))
            yield from _turns("together", f"{size} {RELAXED}", seed, seconds, wishes, (ORTOOLS, OURS))


def _ablation(wishes: Wishes) -> Iterator[Task]:
    """The planner beside itself with one part changed; what only matters to pairs is in `together`."""
    variants = [name for name in VARIANTS if name not in OF_PAIRS]
    for size in SIZES[:2]:
        for seed in wishes.seeds:
            yield from _turns("ablation", size, seed, wishes.seconds(10.0), wishes, (OURS, *variants))


def _crews(wishes: Wishes) -> Iterator[Task]:
    pairings = [NEAREST, SKILLED, *(f"{RANDOM}-{number}" for number in range(RANDOM_PAIRINGS))]
    for seed in wishes.seeds:
        for case in (SINGLES, *(f"{name} {OWN_HOMES}" for name in pairings), *pairings):
            yield from _turns("crews", case, seed, wishes.seconds(10.0), wishes, (OURS,))


def _change(wishes: Wishes) -> Iterator[Task]:
    for size in SIZES:
        for seed in wishes.seeds:
            for what in (NEW_CASE, ABSENT):
                yield from _turns("change", f"{size} {what}", seed, wishes.seconds(1.0), wishes, (OURS,))


def _homecare(wishes: Wishes) -> Iterator[Task]:
    files = homecare_files()[: 2 if wishes.short else None]
    for seed in wishes.seeds[: 1 if wishes.short else None]:
        for path in files:
            seconds = wishes.seconds(20.0 if wishes.short else 60.0)
            yield from _turns("homecare", path.name, seed, seconds, wishes, (OURS,))


def _vrptw(wishes: Wishes) -> Iterator[Task]:
    for path in vrptw_files():
        small = path.stat().st_size < SMALL_FILE
        seconds = wishes.seconds(20.0 if small else 60.0)
        yield from _turns("vrptw", path.name, wishes.seeds[0], seconds, wishes, (PYVRP, VROOM, ORTOOLS, OURS))


def _size(wishes: Wishes) -> Iterator[Task]:
    for size in GROWING_SIZES:
        yield from _turns("size", size, wishes.seeds[0], (SHORTEST, *wishes.seconds(10.0)), wishes, (OURS,))


def _generated(wishes: Wishes) -> Iterator[Task]:
    lots = ((SMALL, 2), (FULL, 1)) if wishes.short else ((SMALL, 30), (FULL, 20))
    for kind, count in lots:
        yield from (Task(GENERATED, kind, lot, OURS, 1, ONCE) for lot in range(count))


SUITES: Mapping[str, Callable[[Wishes], Iterator[Task]]] = {
    "region": _region,
    "lunch": _lunch,
    "together": _together,
    "ablation": _ablation,
    "crews": _crews,
    "change": _change,
    "homecare": _homecare,
    "vrptw": _vrptw,
    "size": _size,
    GENERATED: _generated,
}
SHORT = ("region", "homecare", GENERATED)
