"""Two single vehicles that go from door to door together, each from its own home."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.optimiser.draft import DraftRoute, build_route
from app.optimiser.halves import Halves
from app.optimiser.problem import Vehicle
from app.optimiser.schedule import Label, at_depot, extend, go_home
from app.optimiser.search_space import SearchSpace
from app.optimiser.visit import Visit


@dataclass(frozen=True, order=True)
class Tandem:
    """Two single-member vehicles of one day, by index, the lower one first."""

    one: int
    other: int

    @property
    def vehicles(self) -> tuple[int, int]:
        """Both."""
        return self.one, self.other


def expand(space: SearchSpace, tandem: Tandem, jobs: Sequence[int]) -> tuple[DraftRoute, DraftRoute] | None:
    """The two routes on which the tandem serves the jobs in this order; None when one of them finds no place.

    Each two-person job starts as soon as both can be there and still take their breaks and come home. A job of one
    person goes to the one whose way to it is shorter. Starts then move towards the next one where nothing but waiting
    changes.
    """
    walk = Walk(Halves(space), tandem)
    return walk.routes() if all(walk.step(job) for job in jobs) else None


class _Leg:
    """One of the two on the way: where it is, and all timings of what it has done."""

    def __init__(self, space: SearchSpace, vehicle: int) -> None:
        self.space = space
        self.vehicle = vehicle
        self.clock = space.clocks[vehicle]
        self.labels: Sequence[Label] = at_depot(self.clock)
        self.visits: list[Visit] = []

    @property
    def carrier(self) -> Vehicle:
        return self.clock.vehicle

    def way(self, location: int) -> int:
        """Travel from where it is."""
        return self.space.travel(self.visits[-1].location if self.visits else self.carrier.start, location)

    def after(self, visit: Visit) -> list[Label]:
        """All timings with one more visit; none when it is not in time or leaves no way home."""
        if self.carrier.max_jobs is not None and len(self.visits) >= self.carrier.max_jobs:
            return []
        address = self.visits[-1].address if self.visits else None
        approach = self.space.approach(visit, address)
        labels = extend(self.labels, self.clock, self.way(visit.location), visit, approach)
        home = None if self.carrier.end is None else self.space.travel(visit.location, self.carrier.end)
        return labels if go_home(labels, self.clock, home) else []

    def go(self, visit: Visit, labels: Sequence[Label]) -> None:
        self.visits.append(visit)
        self.labels = labels


class Walk:
    """A tandem's day, grown job by job."""

    def __init__(self, halves: Halves, tandem: Tandem) -> None:
        self._halves = halves
        self._space = halves.space
        self._legs = tuple(_Leg(halves.space, vehicle) for vehicle in tandem.vehicles)
        self._order: list[int] = []

    def step(self, job: int) -> bool:
        """Serve the job next; False, and nothing done, when that cannot be."""
        if self._halves.may_be_split(job):
            done = any(self._together(job, roles) for roles in self._halves.splits(job, *self._vehicles))
        else:
            done = self._alone(job)
        if done:
            self._order.append(job)
        return done

    @property
    def _vehicles(self) -> tuple[int, int]:
        return self._legs[0].vehicle, self._legs[1].vehicle

    def _alone(self, job: int) -> bool:
        location = self._space.problem.jobs[job].location
        for leg in sorted(self._legs, key=lambda leg: (leg.way(location), leg.vehicle)):
            visit = self._space.visit(leg.vehicle, job)
            labels = [] if visit is None else leg.after(visit)
            if visit is not None and labels:
                leg.go(visit, labels)
                return True
        return False

    def _together(self, job: int, roles: tuple[int, int]) -> bool:
        """Both at the earliest common start from which both can still finish their day."""
        for start in self._common_starts(job, roles):
            visits = [self._space.pinned_visit(leg.vehicle, job, [role], start) for leg, role in self._split(roles)]
            found = [
                (leg, visit, labels)
                for leg, visit in zip(self._legs, visits, strict=True)
                if visit is not None and (labels := leg.after(visit))
            ]
            if len(found) == len(self._legs):
                for leg, visit, labels in found:
                    leg.go(visit, labels)
                return True
        return False

    def _common_starts(self, job: int, roles: tuple[int, int]) -> list[int]:
        """The starts of either one that are not too early for the other one."""
        starts = []
        for leg, role in self._split(roles):
            half = self._halves.half(leg.vehicle, job, role)
            labels = [] if half is None else leg.after(half)
            starts.append({label.earliest - (half.service_seconds if half else 0) for label in labels})
        if not all(starts):
            return []
        soonest = max(map(min, starts))
        return sorted(start for start in starts[0] | starts[1] if start >= soonest)

    def _split(self, roles: tuple[int, int]) -> list[tuple[_Leg, int]]:
        return list(zip(self._legs, roles, strict=True))

    def routes(self) -> tuple[DraftRoute, DraftRoute] | None:
        """Both routes; None when one breaks a limit on travel."""
        built = _built(self._space, [leg.visits for leg in self._legs], self._vehicles)
        if built is None or not _waits(built) or any(leg.carrier.breaks for leg in self._legs):
            return built
        later = _built(self._space, self._drawn_together(built), self._vehicles)
        return later if later is not None and _cost(later) < _cost(built) else built

    def _drawn_together(self, routes: tuple[DraftRoute, DraftRoute]) -> list[list[Visit]]:
        """The visits, common starts as late as the next ones allow, so that less of the day is spent waiting."""
        slack: dict[int, int] = {}
        for job in reversed(self._order):
            slack[job] = min(self._slack(route, job, slack) for route in routes if _place(route, job) is not None)
        return [[self._later(route.vehicle, visit, slack[visit.job]) for visit in route.visits] for route in routes]

    def _slack(self, route: DraftRoute, job: int, slack: dict[int, int]) -> int:
        """By how much the visit can start later when the next one starts later by its own slack."""
        place, times = _place(route, job), route.timetable
        if place is None or times is None or place + 1 == len(route.visits):
            return 0
        visit, after = route.visits[place], route.visits[place + 1]
        arrival = times.ends[place] + self._space.travel(visit.location, after.location)
        free = times.starts[place + 1] + slack[after.job] - arrival - self._space.approach(after, visit.address)
        return max(0, min(free, self._last_alike(route.vehicle, visit, times.starts[place]) - times.starts[place]))

    def _last_alike(self, vehicle: int, visit: Visit, start: int) -> int:
        """The last start that is worth as much as this one."""
        flexible = self._halves.half(vehicle, visit.job, visit.roles[0]) if visit.pinned else visit
        pieces = () if flexible is None else flexible.pieces
        last = next((piece.last for piece in pieces if piece.first <= start <= piece.last), start)
        return last if visit.late_after is None else max(start, min(last, visit.late_after))

    def _later(self, vehicle: int, visit: Visit, seconds: int) -> Visit:
        if not visit.pinned or seconds == 0:
            return visit
        start = visit.pieces[0].first + seconds
        return self._space.pinned_visit(vehicle, visit.job, visit.roles, start) or visit


def _built(
    space: SearchSpace, visits: Sequence[Sequence[Visit]], vehicles: tuple[int, int]
) -> tuple[DraftRoute, DraftRoute] | None:
    one = build_route(space, vehicles[0], visits[0])
    other = None if one is None else build_route(space, vehicles[1], visits[1])
    return None if one is None or other is None else (one, other)


def _cost(routes: tuple[DraftRoute, DraftRoute]) -> float:
    return routes[0].cost + routes[1].cost


def _waits(routes: tuple[DraftRoute, DraftRoute]) -> bool:
    return any(route.timetable is not None and route.timetable.waiting_seconds > 0 for route in routes)


def _place(route: DraftRoute, job: int) -> int | None:
    return next((place for place, visit in enumerate(route.visits) if visit.job == job), None)
