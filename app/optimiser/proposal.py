"""What could change so that an unserved job fits, and the plan with that change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.optimiser.draft import DraftRoute
from app.optimiser.problem import Job, Overtime, Problem, Vehicle
from app.optimiser.problem_rules import LATEST
from app.optimiser.schedule import HOUR, Timetable
from app.optimiser.verdict import calendar_day, clock_time, minutes

MOST_OVERTIME = 4 * HOUR
DEAR = 1e6
# The kinds, those first that ask for less where the cost is the same.
KINDS = ("overtime", "wider_window", "swap", "another_day", "neighbour_worker")


@dataclass(frozen=True)
class Proposal:
    """A change and the routes that serve the job with it; `added_cost` is what it seems to cost.

    `crews` and `job` are what vehicles, by index, and the job change into; `others` are the routes of further crews
    that meet at the door, and `newcomers` the workers whom the job does not allow yet.
    """

    kind: str
    route: DraftRoute
    timetable: Timetable
    place: int
    added_cost: float
    seconds: int = 0
    crews: Mapping[int, Vehicle] = field(default_factory=dict)
    job: Job | None = None
    instead_of: str | None = None
    others: tuple[DraftRoute, ...] = ()
    newcomers: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[float, int, int]:
        """What proposals are tried by."""
        return self.added_cost, KINDS.index(self.kind), self.seconds

    @property
    def start(self) -> int:
        """When the job would begin."""
        return self.timetable.starts[self.place]

    @property
    def routes(self) -> tuple[DraftRoute, ...]:
        """All routes that change."""
        return (self.route, *self.others)

    def changed(self, problem: Problem) -> Problem:
        """The problem in which the routes keep all rules."""
        vehicles, jobs = list(problem.vehicles), list(problem.jobs)
        for vehicle, crew in self.crews.items():
            vehicles[vehicle] = crew
        if self.job is not None:
            jobs[self.route.visits[self.place].job] = self.job
        return replace(problem, vehicles=tuple(vehicles), jobs=tuple(jobs))

    def detail(self, problem: Problem) -> str:
        """The change as a sentence."""
        names = " and ".join(problem.vehicles[route.vehicle].id for route in self.routes)
        could = f"{names} could start it at {clock_time(problem, self.start)}"
        if self.kind == "overtime":
            return f"{could} with {minutes(self.seconds)} more overtime"
        if self.kind == "wider_window":
            return f"{could}, {minutes(self.seconds)} outside its windows"
        if self.kind == "another_day":
            return f"{could} on {calendar_day(problem, self.start)}"
        if self.kind == "neighbour_worker":
            return f"{could} if it allowed {' and '.join(self.newcomers)}"
        return f"{could} instead of visiting {self.instead_of}"


def with_more_hours(vehicle: Vehicle) -> Vehicle:
    """The vehicle with four hours more, so dear that no more of them are used than needed."""
    duty = vehicle.max_duty_seconds
    return replace(
        vehicle,
        overtime=Overtime(min(LATEST, vehicle.latest_return - vehicle.shift[1] + MOST_OVERTIME), DEAR),
        max_duty_seconds=None if duty is None else min(LATEST, duty + MOST_OVERTIME),
    )


def stretched(vehicle: Vehicle, timetable: Timetable) -> tuple[int, Vehicle]:
    """Seconds of work beyond what the vehicle may do now, and the vehicle that may do just them."""
    late = max(0, timetable.back - vehicle.latest_return)
    duty, longest = timetable.back - timetable.leave, vehicle.max_duty_seconds
    rate = vehicle.overtime.cost_per_hour if vehicle.overtime else 0.0
    changed = vehicle
    if late:
        changed = replace(changed, overtime=Overtime(timetable.back - vehicle.shift[1], rate))
    if longest is not None and duty > longest:
        changed = replace(changed, max_duty_seconds=duty)
    return max(late, 0 if longest is None else duty - longest), changed


def seconds_outside(job: Job, start: int) -> int:
    """How far from its nearest window a start is."""
    return min((max(first - start, start - last, 0) for first, last in job.windows or ()), default=0)


def opened(job: Job, start: int) -> Job:
    """The job with its nearest window widened just so far that it holds the start."""
    windows = list(job.windows or ())
    nearest = min(range(len(windows)), key=lambda place: max(windows[place][0] - start, start - windows[place][1], 0))
    first, last = windows[nearest]
    windows[nearest] = min(first, start), max(last, start)
    return replace(job, windows=tuple(windows))
