"""One judge for all: routes become a plan of ours, and the checker says whether it keeps the rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.optimiser.check import violations
from app.optimiser.cost import cost
from app.optimiser.describe import make_plan
from app.optimiser.draft import DraftRoute, build_route, empty_route
from app.optimiser.plan import Plan, Unassigned
from app.optimiser.problem import Problem
from app.optimiser.search_space import SearchSpace
from bench.opponents import Routes

HOUR = 3600
NO_SCHEDULE = "NO_SCHEDULE"
TWICE = "JOB_TWICE"

Figures = Callable[[Plan], Mapping[str, float]]


@dataclass(frozen=True)
class Verdict:
    """What a plan is worth; `broken` names the rules that it breaks and how often, `figures` what a suite adds.

    `worth` is the prize of what is served, `lost_prize` that of the rest.
    """

    cost: float
    worth: float
    lost_prize: float
    travel_hours: float
    served: int
    jobs: int
    pairs_served: int
    broken: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)


def as_plan(problem: Problem, routes: Routes) -> tuple[Plan, list[str]]:
    """An opponent's routes as a plan, scheduled as cheaply as they can be, and what is wrong with them beforehand.

    Each job is taken whole, by one vehicle. A route that no schedule can keep is left out, and told.
    """
    space = SearchSpace(problem)
    drawn: list[DraftRoute] = []
    faults: list[str] = []
    seen: set[int] = set()
    for vehicle in range(len(problem.vehicles)):
        jobs = routes.get(vehicle, ())
        faults += [TWICE] * (len(jobs) - len(set(jobs) - seen))
        seen |= set(jobs)
        route = _schedule(space, vehicle, jobs)
        if route is None:
            faults.append(NO_SCHEDULE)
        drawn.append(route or empty_route(space, vehicle))
    done = {visit.job for route in drawn for visit in route.visits}
    left = [Unassigned(job.id, "CAPACITY", "") for index, job in enumerate(problem.jobs) if index not in done]
    return make_plan(problem, drawn, left, 0, {}), faults


def _schedule(space: SearchSpace, vehicle: int, jobs: Sequence[int]) -> DraftRoute | None:
    visits = [space.visit(vehicle, job) for job in jobs]
    known = [visit for visit in visits if visit is not None]
    return build_route(space, vehicle, known) if len(known) == len(visits) else None


def judge(problem: Problem, plan: Plan, faults: Sequence[str] = (), figures: Figures | None = None) -> Verdict:
    """The verdict on a plan, with the faults known beforehand; its cost is recomputed, whatever it states."""
    found = [*faults, *(violation.rule for violation in violations(problem, plan))]
    priced = cost(problem, plan)
    served = plan.served
    return Verdict(
        cost=priced.total,
        worth=sum(job.prize for job in problem.jobs if job.id in served),
        lost_prize=priced.parts["prizes"],
        travel_hours=round(plan.travel_seconds / HOUR, 3),
        served=len(served),
        jobs=len(problem.jobs),
        pairs_served=sum(job.id in served and len(job.roles) > 1 for job in problem.jobs),
        broken={rule: found.count(rule) for rule in sorted(set(found))},
        figures={} if figures is None else dict(figures(plan)),
    )
