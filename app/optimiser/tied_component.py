"""Jobs that are served together or not at all: those that need crews to meet, and those that links tie."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from app.optimiser.coverage import ways_to_cover
from app.optimiser.interval import Interval
from app.optimiser.search_space import SearchSpace

MOST_STAFFINGS = 4096

Block = tuple[int, ...]
RoleOfJob = tuple[int, int]


@dataclass(frozen=True)
class Tie:
    """A link by the indices of its jobs."""

    first: RoleOfJob
    second: RoleOfJob
    gap: Interval
    workers: str

    @property
    def jobs(self) -> tuple[int, int]:
        """The jobs of both ends."""
        return self.first[0], self.second[0]


@dataclass(frozen=True)
class Component:
    """Unserved jobs that are tied together, each after one that it is tied to; one alone when it needs a meeting."""

    jobs: tuple[int, ...]
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True)
class Part:
    """Some roles of a job, taken by one vehicle."""

    job: int
    vehicle: int
    roles: Block


def components(space: SearchSpace, jobs: Iterable[int]) -> list[Component]:
    """The tied ones of the jobs, in the order of the first job of each."""
    wanted = set(jobs)
    ties = [tie for tie in _ties(space) if wanted.issuperset(tie.jobs)]
    neighbours: dict[int, list[int]] = {}
    for tie in ties:
        for one, other in (tie.jobs, tie.jobs[::-1]):
            neighbours.setdefault(one, []).append(other)
    found, seen = [], set[int]()
    ties_of: dict[int, list[Tie]] = {}
    for tie in ties:
        ties_of.setdefault(tie.jobs[0], []).append(tie)
    for job in sorted(wanted):
        if job in seen or (job not in neighbours and len(space.problem.jobs[job].roles) < 2):
            continue
        group = _reached(job, neighbours)
        seen.update(group)
        found.append(Component(group, tuple(tie for one in group for tie in ties_of.get(one, ()))))
    return found


def _ties(space: SearchSpace) -> list[Tie]:
    index = space.problem.job_index
    return [
        Tie((index[link.first[0]], link.first[1]), (index[link.second[0]], link.second[1]), link.gap, link.workers)
        for link in space.problem.links
    ]


def _reached(job: int, neighbours: dict[int, list[int]]) -> tuple[int, ...]:
    """The jobs tied to this one, nearest first."""
    reached, seen = [job], {job}
    for one in reached:
        for other in neighbours.get(one, ()):
            if other not in seen:
                seen.add(other)
                reached.append(other)
    return tuple(reached)


def partitions(roles: Block) -> Iterator[tuple[Block, ...]]:
    """Every way to share the roles among crews of one or two."""
    if not roles:
        yield ()
        return
    first, others = roles[0], roles[1:]
    for size in (0, 1):
        for partners in combinations(others, size):
            left = tuple(role for role in others if role not in partners)
            for rest in partitions(left):
                yield ((first, *partners), *rest)


def staffing(space: SearchSpace, component: Component, parts: Iterable[Part]) -> dict[Part, float] | None:
    """The preference of each part when members share its roles in the best way that keeps links and promises.

    None when no way keeps them. Where there are too many ways to compare, the first few thousand are.
    """
    best: tuple[float, dict[Part, float]] | None = None
    parts = list(parts)
    ways = [_ways(space, part) for part in parts]
    for tried, chosen in enumerate(product(*ways)):
        if tried >= MOST_STAFFINGS:
            break
        workers = {
            (part.job, role): worker
            for part, way in zip(parts, chosen, strict=True)
            for role, worker in zip(part.roles, way, strict=True)
        }
        if _keeps(space, component, workers):
            liked = {part: _liked(space, part, way) for part, way in zip(parts, chosen, strict=True)}
            if best is None or sum(liked.values()) > best[0]:
                best = sum(liked.values()), liked
    return None if best is None else best[1]


def _ways(space: SearchSpace, part: Part) -> list[tuple[str, ...]]:
    problem = space.problem
    return ways_to_cover(problem.vehicles[part.vehicle], problem.jobs[part.job], part.roles)


def _liked(space: SearchSpace, part: Part, way: tuple[str, ...]) -> float:
    preferred = space.problem.jobs[part.job].preferred
    return sum(preferred.get(worker, 0.0) for worker in way)


def _keeps(space: SearchSpace, component: Component, workers: dict[RoleOfJob, str]) -> bool:
    """Whether links have the workers that they want, and each job with all its roles the one who was promised."""
    for tie in component.ties:
        first, second = workers.get(tie.first), workers.get(tie.second)
        if tie.workers != "any" and first and second and (first == second) != (tie.workers == "same"):
            return False
    return all(_keeps_promises(space, job, workers) for job in component.jobs)


def _keeps_promises(space: SearchSpace, job: int, workers: dict[RoleOfJob, str]) -> bool:
    wanted = space.problem.jobs[job]
    own = [workers.get((job, role)) for role in range(len(wanted.roles))]
    if None in own:
        return True
    lock = space.problem.lock_of.get(wanted.id)
    return lock is None or not lock.keeps_worker or lock.worker in own


def pinned_start(space: SearchSpace, job: int) -> int | None:
    """The only start that a lock or the freeze leaves to the job; None when it is free."""
    if space.is_frozen(job):
        return space.promises[job].start
    lock = space.problem.lock_of.get(space.problem.jobs[job].id)
    return lock.start if lock is not None and lock.keeps_time else None
