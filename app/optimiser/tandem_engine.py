"""Days on which most doors want two: crews are formed, routed as one vehicle each, and re-formed between the rounds.

A tandem's vehicle has both its members' skills and the hours that they share. It sets out from two homes at once: the
way to its first door lasts as long as the longer of the two and is charged for both, and so is every other way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.optimiser.carry_over import keep_most
from app.optimiser.compiled.terrain import NO_WAY, TRAVEL_RATE, Shorts
from app.optimiser.draft import Draft, DraftRoute, empty_route
from app.optimiser.problem import Problem, Travel, Vehicle
from app.optimiser.ruin_engine import RuinEngine
from app.optimiser.search_space import SearchSpace
from app.optimiser.strands import Phase, Strands
from app.optimiser.survey import Survey
from app.optimiser.tandem import Tandem, expand, matchings, rematch
from app.optimiser.travel import UNREACHABLE

LEAST_SHARE = 0.5
OnRound = Callable[[], None]


@dataclass(frozen=True)
class Stage:
    """A stretch of the search, in shares of it, that begins at a share of the usual temperature."""

    begin: float
    end: float
    heat: float


# Several ways to form crews are tried first; the crews of the best one are formed anew before each stage.
TRIAL_SHARE = 0.3
STAGES = (Stage(0.3, 0.5, 0.6), Stage(0.5, 0.65, 0.3), Stage(0.65, 0.97, 0.5))


def suits(space: SearchSpace) -> bool:
    """Whether most jobs want two people, and hardly any vehicle has two."""
    problem = space.problem
    if problem.previous is not None or problem.locks or problem.links or not problem.jobs:
        return False
    wanted = sum(len(job.roles) == 2 for job in problem.jobs)
    single = sum(len(vehicle.members) == 1 for vehicle in problem.vehicles)
    return wanted >= LEAST_SHARE * len(problem.jobs) and single >= 2 and single == len(problem.vehicles)


class TandemEngine:
    """Routes for tandems of a problem's single vehicles."""

    def __init__(self, space: SearchSpace, strands: Strands, seed: int, share: float) -> None:
        self.space = space
        self._strands = strands
        self._seed = seed
        self._share = share
        self.best = Draft(space)
        self._tandems: Sequence[Tandem] = ()
        self._routes: list[list[int]] = []

    def run(self, on_round: OnRound) -> None:
        """Try the most promising matchings for a while each, then re-form the crews of the best one stage by stage."""
        options = matchings(self.space)
        for number, tandems in enumerate(options):
            begin, end = (TRIAL_SHARE * place / len(options) for place in (number, number + 1))
            self._improve(Stage(begin, end, 1.0), tandems, [[] for _ in tandems], on_round)
        for stage in STAGES:
            tandems = rematch(self.space, self._tandems, self._routes)
            self._improve(stage, tandems, self._routes, on_round)

    def _improve(
        self, stage: Stage, tandems: Sequence[Tandem], routes: Sequence[Sequence[int]], on_round: OnRound
    ) -> None:
        """Route these crews, from these routes on; keep them when they are better than any before."""
        if not tandems or self._strands.effort.is_over(stage.end * self._share):
            return
        crews = Crews(self.space, tandems)
        engine = crews.engine(self._strands, self._seed, routes)
        engine.build()
        hot = max(engine.cold, engine.hot * stage.heat)
        for _ in engine.anneal(Phase(stage.begin * self._share, stage.end * self._share, hot, engine.cold)):
            on_round()
        found = crews.routes(engine.draft())
        expanded = crews.expanded(found)
        if not self._tandems or expanded.rank < self.best.rank:
            self.best, self._tandems, self._routes = expanded, tandems, found
        on_round()


@dataclass
class Crews:
    """A problem whose vehicles are tandems, and singles that are in none."""

    space: SearchSpace
    tandems: Sequence[Tandem]

    def __post_init__(self) -> None:
        taken = {vehicle for tandem in self.tandems for vehicle in tandem.vehicles}
        self.singles = [vehicle for vehicle in range(len(self.space.problem.vehicles)) if vehicle not in taken]
        self.crew_space = SearchSpace(self._problem())

    def _problem(self) -> Problem:
        problem = self.space.problem
        places = len(problem.travel)
        crews = [self._vehicle(tandem, places + 2 * number) for number, tandem in enumerate(self.tandems)]
        alone = [problem.vehicles[vehicle] for vehicle in self.singles]
        travel = Travel(self._travel(longest=True))
        return replace(problem, vehicles=(*crews, *alone), travel=travel, places=None)

    def _vehicle(self, tandem: Tandem, place: int) -> Vehicle:
        one, other = (self.space.problem.vehicles[vehicle] for vehicle in tandem.vehicles)
        return Vehicle(
            id=f"{one.id} + {other.id}",
            members=(*one.members, *other.members),
            start=place,
            end=None if one.end is None and other.end is None else place + 1,
            shift=(max(one.shift[0], other.shift[0]), max(0, min(one.latest_return, other.latest_return))),
            day=one.day,
            breaks=one.breaks if one.breaks == other.breaks else (*one.breaks, *other.breaks),
            max_jobs=_least(one.max_jobs, other.max_jobs),
            max_travel_seconds=_least(one.max_travel_seconds, other.max_travel_seconds),
            max_duty_seconds=_least(one.max_duty_seconds, other.max_duty_seconds),
            fixed_cost=one.fixed_cost + other.fixed_cost,
        )

    def _travel(self, longest: bool) -> Shorts:
        """Travel with two places more for each tandem, both homes at once: the longer way, or the mean of the two."""
        durations = self.space.problem.travel.durations
        places = len(durations)
        travel = np.zeros((places + 2 * len(self.tandems),) * 2, np.int32)
        travel[:places, :places] = durations
        for number, tandem in enumerate(self.tandems):
            pair = [self.space.problem.vehicles[vehicle] for vehicle in tandem.vehicles]
            start, end = places + 2 * number, places + 2 * number + 1
            travel[start, :places] = _merged([durations[one.start] for one in pair], longest)
            ways = [durations[:, one.end] if one.end is not None else np.zeros(places, np.int32) for one in pair]
            travel[:places, end] = _merged(ways, longest)
        return travel

    def engine(self, strands: Strands, seed: int, routes: Sequence[Sequence[int]]) -> RuinEngine:
        """A search for the tandems, from these job sequences on as far as they fit."""
        draft = self._draft(routes)
        survey = Survey(self.crew_space, draft)
        ground = survey.ground
        toll = ground.travel.copy()
        own = self._travel(longest=False)
        toll[np.ix_(survey.spots, survey.spots)] = np.where(own < 0, NO_WAY, own)
        ground.tariffs[: len(self.tandems), TRAVEL_RATE] *= 2
        survey.ground = ground._replace(toll=toll)
        return RuinEngine(survey, draft, strands, seed)

    def _draft(self, routes: Sequence[Sequence[int]]) -> Draft:
        draft = Draft(self.crew_space)
        for number, jobs in enumerate(routes):
            visits = [visit for job in jobs if (visit := self.crew_space.visit(number, job)) is not None]
            draft.routes[number] = keep_most(self.crew_space, number, visits)
        return draft

    def routes(self, draft: Draft) -> list[list[int]]:
        """The job sequences of the tandems."""
        return [[visit.job for visit in draft.routes[number].visits] for number in range(len(self.tandems))]

    def expanded(self, routes: Sequence[Sequence[int]]) -> Draft:
        """The same for the vehicles of the problem itself; a job that does not fit both days after all is left out."""
        draft = Draft(self.space)
        for tandem, jobs in zip(self.tandems, routes, strict=True):
            for vehicle, route in zip(tandem.vehicles, self._both(tandem, list(jobs)), strict=True):
                draft.routes[vehicle] = route
        return draft

    def _both(self, tandem: Tandem, jobs: list[int]) -> tuple[DraftRoute, DraftRoute]:
        while jobs:
            found = expand(self.space, tandem, jobs)
            if found is not None:
                return found
            least = min(jobs, key=lambda job: (job in self.space.musts, self.space.loss(job), job))
            jobs.remove(least)
        return empty_route(self.space, tandem.one), empty_route(self.space, tandem.other)


def _least(one: int | None, other: int | None) -> int | None:
    limits = [limit for limit in (one, other) if limit is not None]
    return min(limits, default=None)


def _merged(ways: Sequence[Shorts], longest: bool) -> Shorts:
    """Two people's ways as one; there is none where one of them has none."""
    one, other = ways
    both = np.maximum(one, other) if longest else (one.astype(np.int64) + other) // 2
    return np.where((one < 0) | (other < 0), UNREACHABLE, both).astype(np.int32)
