"""Whether several crews, each alone too few for a job, could meet at its door."""

from app.optimiser.draft import build_route
from app.optimiser.interval import Interval
from app.optimiser.search_space import SearchSpace

Option = tuple[int, Interval]


def may_meet(space: SearchSpace, job: int) -> bool:
    """Whether different vehicles could cover all roles at a common start on otherwise empty days."""
    roles = range(len(space.problem.jobs[job].roles))
    options = [_options(space, job, role) for role in roles]
    return _together(options, frozenset(), None)


def _options(space: SearchSpace, job: int, role: int) -> list[Option]:
    """Vehicles that can cover the role, with the span of their starts."""
    found = []
    for vehicle in range(len(space.problem.vehicles)):
        visit = space.part_of_visit(vehicle, job, [role])
        if visit is not None and build_route(space, vehicle, [visit]) is not None:
            found += [(vehicle, (piece.first, piece.last)) for piece in visit.pieces]
    return found


def _together(options: list[list[Option]], taken: frozenset[int], span: Interval | None) -> bool:
    if not options:
        return True
    for vehicle, (first, last) in options[0]:
        common = (first, last) if span is None else (max(first, span[0]), min(last, span[1]))
        if vehicle not in taken and common[0] <= common[1] and _together(options[1:], taken | {vehicle}, common):
            return True
    return False
