"""Small random days, and routes put before the compiled search by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from app.optimiser.compiled.timing import evaluate
from app.optimiser.draft import Draft, DraftRoute, build_route
from app.optimiser.problem import Break, Job, Member, Objective, Overtime, Problem, Role, Travel, Vehicle
from app.optimiser.ruin_search import RuinSearch
from app.optimiser.search_space import SearchSpace
from app.optimiser.survey import Survey
from app.optimiser.visit import Visit
from tests.optimiser.days import HOUR, MINUTE, ORIGIN

STEP = 10 * MINUTE
PLACES = 5
TIMES = st.integers(8 * 6, 13 * 6).map(lambda step: step * STEP)
SPANS = st.tuples(TIMES, st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1] * STEP))
TRAVEL_ALONE = Objective(travel_per_hour=60.0, waiting_per_hour=0.0)


class Board:
    """All jobs by whole nodes; every route can be laid out as one likes."""

    def __init__(self, problem: Problem, draft: Draft | None = None) -> None:
        self.space = draft.space if draft is not None else SearchSpace(problem)
        self.draft = draft or Draft(self.space)
        self.survey = Survey(self.space, self.draft)
        self.ground = self.survey.ground
        self.search = RuinSearch(self.survey, self.draft, seed=1)
        self.routes = self.search.routes

    def lay(self, vehicle: int, nodes: Sequence[int], pins: Mapping[int, int]) -> bool:
        """Give a vehicle this route; whether the compiled clock says that it keeps the rules.

        There is no room for more stops than fit into the day.
        """
        routes, vehicles = self.routes, len(self.routes.length)
        if len(nodes) + 2 > routes.stops.shape[1]:
            return False
        routes.pin[:] = -1
        for node, start in pins.items():
            routes.pin[node] = start
        routes.stops[vehicle, 1 : len(nodes) + 2] = [*nodes, len(self.survey.parts) + vehicles + vehicle]
        routes.length[vehicle] = len(nodes)
        return bool(evaluate(vehicle, self.ground, routes))

    def exact(self, vehicle: int, jobs: Sequence[int], pins: Mapping[int, int]) -> DraftRoute | None:
        """The same route by the exact scheduler."""
        visits = [self.visit(vehicle, job, pins.get(job)) for job in jobs]
        known = [visit for visit in visits if visit is not None]
        return build_route(self.space, vehicle, known) if len(known) == len(visits) else None

    def visit(self, vehicle: int, job: int, pin: int | None) -> Visit | None:
        """The whole job, pinned or not."""
        if pin is None:
            return self.space.visit(vehicle, job)
        return self.space.pinned_visit(vehicle, job, range(len(self.space.problem.jobs[job].roles)), pin)


@st.composite
def ways(draw: st.DrawFn) -> Travel:
    """A road of five places with detours, shortcuts and closed ways."""
    seconds = STEP * np.abs(np.subtract.outer(np.arange(PLACES), np.arange(PLACES)))
    for _ in range(draw(st.integers(0, 4))):
        seconds[draw(st.integers(0, 4)), draw(st.integers(0, 4))] = draw(st.sampled_from([-1, 0, STEP, 3 * HOUR]))
    np.fill_diagonal(seconds, 0)
    return Travel.from_rows(seconds)


@st.composite
def vehicles(draw: st.DrawFn, name: str, most_breaks: int) -> Vehicle:
    """One person with any limit but that of the duty."""
    begin = draw(TIMES)
    spans = draw(st.lists(SPANS, max_size=most_breaks))
    return Vehicle(
        id=name,
        members=(Member(name),),
        start=draw(st.integers(0, 4)),
        end=draw(st.none() | st.integers(0, 4)),
        shift=(begin, begin + draw(st.sampled_from([2, 4, 8])) * HOUR),
        breaks=tuple(Break(span, draw(st.sampled_from([STEP, 3 * STEP]))) for span in spans),
        max_jobs=draw(st.sampled_from([None, None, 2])),
        max_travel_seconds=draw(st.sampled_from([None, None, 2 * HOUR])),
        overtime=draw(st.sampled_from([None, Overtime(HOUR)])),
        fixed_cost=draw(st.sampled_from([0.0, 25.0])),
    )


@st.composite
def visits(draw: st.DrawFn, number: int, roles: int = 1) -> Job:
    """A visit with any times."""
    service = draw(st.integers(0, 4)) * STEP
    return Job(
        id=f"j{number}",
        location=draw(st.integers(0, 4)),
        address=draw(st.sampled_from([None, "tower"])),
        approach_seconds=draw(st.sampled_from([0, STEP])),
        windows=draw(st.none() | st.lists(SPANS, min_size=1, max_size=3).map(tuple)),
        max_lateness_seconds=draw(st.sampled_from([0, 3 * STEP])),
        roles=(Role(service_seconds=service),) * roles,
        prize=1000.0,
        preferred=draw(st.sampled_from([{}, {"ann": 20.0}, {"bob": -5.0}])),
    )


@st.composite
def days(draw: st.DrawFn, crews: Sequence[str] = ("ann",), most_breaks: int = 1, jobs: int = 4) -> Problem:
    """A day on which nothing but travel, use and likings has a price."""
    return Problem(
        origin=ORIGIN,
        travel=draw(ways()),
        vehicles=tuple(draw(vehicles(name, most_breaks)) for name in crews),
        jobs=tuple(draw(visits(number)) for number in range(jobs)),
        objective=TRAVEL_ALONE,
    )


def with_prices(problem: Problem, per_hour: tuple[float, float], overtime: float) -> Problem:
    """The same day, on which waiting, duty and overtime cost."""
    crews = (
        replace(one, overtime=one.overtime and replace(one.overtime, cost_per_hour=overtime))
        for one in problem.vehicles
    )
    objective = Objective(60.0, duty_per_hour=per_hour[1], waiting_per_hour=per_hour[0])
    return replace(problem, vehicles=tuple(crews), objective=objective)
