"""Why a worker cannot take a job even on an otherwise empty day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.optimiser.draft import build_route
from app.optimiser.interval import Interval
from app.optimiser.problem import Job, Problem, Vehicle
from app.optimiser.schedule import can_be_used
from app.optimiser.search_space import SearchSpace
from app.optimiser.travel import UNREACHABLE

DAY = 86400
# In the order in which a worker gets further: the reason of the one who got furthest is the job's.
STAGES = (
    "NO_WORKER_WITH_SKILL",
    "NOT_ALLOWED",
    "LOCK_CONFLICT",
    "NO_SHIFT_ON_DAY",
    "TOO_FAR",
    "OUTSIDE_WINDOWS",
    "PARTNER_MISSING",
    "CAPACITY",
)


@dataclass(frozen=True)
class Verdict:
    """How far one worker gets with a job; CAPACITY: all the way, were the day empty."""

    worker: str
    reason: str
    detail: str

    @property
    def stage(self) -> int:
        """Higher is further."""
        return STAGES.index(self.reason)


def verdicts(space: SearchSpace, job: int) -> list[Verdict]:
    """The furthest that each worker with a shift gets, in the order of their names."""
    best: dict[str, Verdict] = {}
    for vehicle in range(len(space.problem.vehicles)):
        for verdict in _crew_verdicts(space, vehicle, job):
            if verdict.worker not in best or verdict.stage > best[verdict.worker].stage:
                best[verdict.worker] = verdict
    return [best[worker] for worker in sorted(best)]


def _crew_verdicts(space: SearchSpace, vehicle: int, index: int) -> Iterator[Verdict]:
    job, crew = space.problem.jobs[index], space.problem.vehicles[vehicle]
    lock = space.problem.lock_of.get(job.id)
    together: tuple[str, str] | None = None
    for member in crew.members:
        if not any(role.skills <= member.skills for role in job.roles):
            lacking = min((sorted(role.skills - member.skills) for role in job.roles), key=len)
            yield Verdict(member.worker, "NO_WORKER_WITH_SKILL", f"lacks {', '.join(lacking)}")
        elif not job.may_be_done_by(member.worker):
            how = "is barred from it" if member.worker in job.barred else "is not among those allowed"
            yield Verdict(member.worker, "NOT_ALLOWED", how)
        elif lock is not None and lock.keeps_worker and lock.worker not in crew.workers:
            yield Verdict(member.worker, "LOCK_CONFLICT", f"cannot come because {lock.worker} was promised")
        else:
            together = together or _whole_crew(space, vehicle, index)
            yield Verdict(member.worker, *together)


def _whole_crew(space: SearchSpace, vehicle: int, index: int) -> tuple[str, str]:
    """What keeps a crew with an able member from doing the job on an otherwise empty day."""
    job, crew = space.problem.jobs[index], space.problem.vehicles[vehicle]
    if not shares_a_day(space.problem, job, crew):
        return "NO_SHIFT_ON_DAY", "has no shift on a day on which the visit is allowed"
    if crew.max_jobs == 0:
        return "CAPACITY", "may make no visits at all"
    if not can_be_used(space.clocks[vehicle]):
        return "NO_SHIFT_ON_DAY", "has no room in the shift for its breaks"
    too_far = _too_far(space, vehicle, index)
    if too_far is not None:
        return "TOO_FAR", too_far
    whole = space.part_of_visit(vehicle, index, range(len(job.roles)))
    parts = (space.part_of_visit(vehicle, index, [role]) for role in range(len(job.roles)))
    visit = whole or next((part for part in parts if part is not None), None)
    if visit is None:
        return "OUTSIDE_WINDOWS", "has no shift at any allowed start"
    if index in space.neighbours:
        visit = replace(visit, approach_seconds=0)
    if build_route(space, vehicle, [visit]) is None:
        return "OUTSIDE_WINDOWS", "cannot reach and leave it in time at any allowed start"
    if whole is None:
        return "PARTNER_MISSING", f"can do one of {len(job.roles)} roles; somebody else must come too"
    return "CAPACITY", "could do it on an otherwise empty day"


def shares_a_day(problem: Problem, job: Job, crew: Vehicle) -> bool:
    """Whether shift and windows touch a common calendar day."""
    if job.windows is None:
        return True
    late = job.max_lateness_seconds
    days = {day for opens, closes in job.windows for day in days_of(problem, (opens, closes + late))}
    return not job.windows or not days.isdisjoint(days_of(problem, (crew.shift[0], crew.latest_return)))


def days_of(problem: Problem, interval: Interval) -> range:
    """The calendar days that the interval touches, counted from the origin's."""
    origin = datetime.fromisoformat(problem.origin)
    since_midnight = origin.hour * 3600 + origin.minute * 60 + origin.second
    return range((interval[0] + since_midnight) // DAY, (interval[1] + since_midnight) // DAY + 1)


def _too_far(space: SearchSpace, vehicle: int, index: int) -> str | None:
    """What is wrong with the way there and back, were the visit allowed at any time."""
    job, crew = space.problem.jobs[index], space.problem.vehicles[vehicle]
    there = space.travel(crew.start, job.location)
    onward = 0 if crew.end is None else space.travel(job.location, crew.end)
    if UNREACHABLE in (there, onward):
        return "has no way to it or back"
    travel = there + onward
    if crew.max_travel_seconds is not None and travel > crew.max_travel_seconds:
        return f"has a travel limit that is {minutes(travel - crew.max_travel_seconds)} too short"
    service = min(role.service_seconds for role in job.roles)
    longest = crew.latest_return - crew.shift[0]
    if crew.max_duty_seconds is not None:
        longest = min(longest, crew.max_duty_seconds)
    approach = 0 if index in space.neighbours else job.approach_seconds
    needed = travel + approach + service + sum(pause.duration for pause in crew.breaks)
    return f"has a shift that is {minutes(needed - longest)} too short for it" if needed > longest else None


def minutes(seconds: int) -> str:
    """Seconds as whole minutes, rounded up."""
    return f"{-(-seconds // 60)} min"


def clock_time(problem: Problem, seconds: int) -> str:
    """Seconds after the origin as a time of day, in the origin's own offset."""
    return f"{datetime.fromisoformat(problem.origin) + timedelta(seconds=seconds):%H:%M}"


def calendar_day(problem: Problem, seconds: int) -> str:
    """Seconds after the origin as a date, in the origin's own offset."""
    return f"{datetime.fromisoformat(problem.origin) + timedelta(seconds=seconds):%Y-%m-%d}"
