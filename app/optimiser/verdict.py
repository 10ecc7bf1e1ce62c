"""Why a worker cannot take a job even on an otherwise empty day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.optimiser.draft import build_route
from app.optimiser.interval import Interval
from app.optimiser.problem import Job, Problem, Vehicle
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
    vehicle: int | None = None

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


def _crew_verdicts(space: SearchSpace, vehicle: int, index: int) -> Iterable[Verdict]:
    job, crew = space.problem.jobs[index], space.problem.vehicles[vehicle]
    together = _whole_crew(space, vehicle, index)
    for member in crew.members:
        skilled = [role for role in job.roles if role.skills <= member.skills]
        lock = space.problem.lock_of.get(job.id)
        if not skilled:
            lacking = sorted(frozenset.union(*(role.skills for role in job.roles)) - member.skills)
            yield Verdict(member.worker, "NO_WORKER_WITH_SKILL", f"lacks {', '.join(lacking)}")
        elif not job.may_be_done_by(member.worker):
            how = "is barred from it" if member.worker in job.barred else "is not among those allowed"
            yield Verdict(member.worker, "NOT_ALLOWED", how)
        elif lock is not None and lock.keeps_worker and lock.worker not in crew.workers:
            yield Verdict(member.worker, "LOCK_CONFLICT", f"{lock.worker} was promised")
        else:
            yield Verdict(member.worker, together[0], together[1], vehicle)


def _whole_crew(space: SearchSpace, vehicle: int, index: int) -> tuple[str, str]:
    """What keeps a crew, each of whose members could do something at the job, from doing it."""
    job, crew = space.problem.jobs[index], space.problem.vehicles[vehicle]
    roles = [role for role in range(len(job.roles)) if space.part_of_visit(vehicle, index, [role])]
    if not _shares_a_day(space.problem, job, crew):
        return "NO_SHIFT_ON_DAY", "no shift on a day on which the visit is allowed"
    if job.windows is not None and not roles:
        return "OUTSIDE_WINDOWS", "no allowed start falls into the shift"
    too_far = _too_far(space, vehicle, job)
    if too_far is not None:
        return "TOO_FAR", too_far
    whole = space.part_of_visit(vehicle, index, range(len(job.roles)))
    visit = whole or space.part_of_visit(vehicle, index, roles[:1])
    if visit is None or build_route(space, vehicle, [visit]) is None:
        return "OUTSIDE_WINDOWS", "no allowed start can be reached and left in time within the shift"
    if whole is None:
        return "PARTNER_MISSING", f"can do one of {len(job.roles)} roles; somebody else must come too"
    return "CAPACITY", "could do it on an otherwise empty day"


def _shares_a_day(problem: Problem, job: Job, crew: Vehicle) -> bool:
    """Whether shift and windows touch a common calendar day."""
    if job.windows is None:
        return True
    late = job.max_lateness_seconds
    days = {day for opens, closes in job.windows for day in _days(problem, (opens, closes + late))}
    return not job.windows or not days.isdisjoint(_days(problem, (crew.shift[0], crew.latest_return)))


def _days(problem: Problem, interval: Interval) -> range:
    origin = datetime.fromisoformat(problem.origin)
    since_midnight = origin.hour * 3600 + origin.minute * 60 + origin.second
    return range((interval[0] + since_midnight) // DAY, (interval[1] + since_midnight) // DAY + 1)


def _too_far(space: SearchSpace, vehicle: int, job: Job) -> str | None:
    """What is wrong with the way there and back, were the visit allowed at any time."""
    crew = space.problem.vehicles[vehicle]
    there = space.travel(crew.start, job.location)
    onward = 0 if crew.end is None else space.travel(job.location, crew.end)
    if UNREACHABLE in (there, onward):
        return "there is no way to it"
    travel = there + onward
    if crew.max_travel_seconds is not None and travel > crew.max_travel_seconds:
        return f"the way there and back takes {minutes(travel - crew.max_travel_seconds)} more than its travel limit"
    service = min(role.service_seconds for role in job.roles)
    longest = crew.latest_return - crew.shift[0]
    if crew.max_duty_seconds is not None:
        longest = min(longest, crew.max_duty_seconds)
    needed = travel + job.approach_seconds + service + sum(pause.duration for pause in crew.breaks)
    return f"way and visit take {minutes(needed - longest)} more than the shift" if needed > longest else None


def minutes(seconds: int) -> str:
    """Seconds as whole minutes, rounded up."""
    return f"{-(-seconds // 60)} min"


def clock_time(problem: Problem, seconds: int) -> str:
    """Seconds after the origin as a time of day, in the origin's own offset."""
    return f"{datetime.fromisoformat(problem.origin) + timedelta(seconds=seconds):%H:%M}"
