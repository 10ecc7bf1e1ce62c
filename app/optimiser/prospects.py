"""What a pair of single investigators, or one alone, could do in a day: an estimate before any route is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from app.optimiser.problem import Job, Vehicle
from app.optimiser.search_space import SearchSpace

# Every day has a first and a last way; of the distance from home about this share falls to each visit.
SHARE_OF_WAY_HOME = 0.1
# A job for one keeps one of a pair busy, and the other one partly: they must meet again.
SHARE_OF_ONE = 0.75
# From a door the way leads to one of so many nearest ones.
NEAREST = 4
# Of a large team each looks at its nearest partners only: about so many partners times vehicles times jobs.
MOST_CELLS = 1_000_000
FEWEST_PARTNERS = 6

Costs = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Crew = tuple[int, ...]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Offer:
    """The jobs that one or two vehicles could do: what each brings and how long it takes, of so many seconds a day."""

    crew: Crew
    jobs: Numbers
    profit: Costs
    seconds: Costs
    capacity: float

    def filled(self, prices: Costs) -> tuple[float, Costs]:
        """The best day at these prices: what it brings, and how much of each job is done (the last one in part)."""
        profit = self.profit - prices[self.jobs]
        order = np.argsort(-profit / self.seconds, kind="stable")
        spent = np.concatenate([[0.0], np.cumsum(self.seconds[order])])[:-1]
        share = np.zeros(len(self.jobs))
        share[order] = np.clip((self.capacity - spent) / self.seconds[order], 0.0, 1.0)
        share[profit <= 0] = 0.0
        return float(share @ profit), share


class Prospects:
    """The offers of every single-member vehicle and of every two that could go together, and prices of the jobs."""

    def __init__(self, space: SearchSpace, must_worth: float) -> None:
        self.space = space
        self._vehicles = space.problem.vehicles
        self._jobs = space.problem.jobs
        self._prizes = np.array([space.loss(job) + must_worth * (job in space.musts) for job in range(len(self._jobs))])
        self.prices = np.zeros(len(self._jobs))
        self._can = who_can(space)
        singles = [place for place, vehicle in enumerate(self._vehicles) if len(vehicle.members) == 1]
        self.alone = {vehicle: self._offer((vehicle,)) for vehicle in singles}
        self.pairs = {pair: self._offer(pair) for pair in self._partners(singles)}

    def offers(self, pairs: Iterable[Pair]) -> list[Offer]:
        """The offers of these pairs and of everybody who is in none."""
        chosen = [self.pairs[pair] for pair in pairs]
        paired = {vehicle for offer in chosen for vehicle in offer.crew}
        return chosen + [offer for vehicle, offer in self.alone.items() if vehicle not in paired]

    @property
    def anybody_works_alone(self) -> bool:
        """Whether there is anything to do for one."""
        return any(len(offer.jobs) for offer in self.alone.values())

    def worth(self, offer: Offer) -> float:
        """What the day brings at the present prices."""
        return offer.filled(self.prices)[0]

    def together(self, offers: Sequence[Offer]) -> float:
        """What all bring when nothing is done twice: whatever brings most per second first."""
        if not offers:
            return 0.0
        jobs = np.concatenate([offer.jobs for offer in offers])
        profit = np.concatenate([offer.profit for offer in offers])
        seconds = np.concatenate([offer.seconds for offer in offers])
        owner = np.repeat(np.arange(len(offers)), [len(offer.jobs) for offer in offers])
        left = [offer.capacity for offer in offers]
        done: set[int] = set()
        total = 0.0
        for row in np.argsort(-profit / seconds, kind="stable").tolist():
            job, crew = int(jobs[row]), int(owner[row])
            if job not in done and profit[row] > 0 and left[crew] >= seconds[row]:
                done.add(job)
                left[crew] -= float(seconds[row])
                total += float(profit[row])
        return total

    def outbid(self, offers: Sequence[Offer], step: float) -> None:
        """Raise the prices of jobs on which several count, lower those on which nobody does."""
        wanted = np.zeros(len(self._jobs))
        for offer in offers:
            wanted[offer.jobs] += offer.filled(self.prices)[1]
        self.prices = np.maximum(0.0, self.prices + step * (wanted - 1) * self._prizes)

    def _partners(self, singles: Sequence[int]) -> list[Pair]:
        """Pairs of one day that share time; in a large team those who live near."""
        most = max(FEWEST_PARTNERS, MOST_CELLS // max(1, len(singles) * len(self._jobs)))
        possible = {
            pair: nearness
            for pair in combinations(singles, 2)
            if (nearness := self._nearness(*(self._vehicles[vehicle] for vehicle in pair))) is not None
        }
        partners = dict.fromkeys(singles, 0)
        chosen = []
        for pair in sorted(possible, key=lambda pair: (-possible[pair], pair)):
            if min(partners[pair[0]], partners[pair[1]]) < most:
                chosen.append(pair)
                partners[pair[0]] += 1
                partners[pair[1]] += 1
        return sorted(chosen)

    def _nearness(self, one: Vehicle, other: Vehicle) -> int | None:
        """Shared seconds less the way between the homes and back; None when these two cannot go together."""
        shared = min(one.latest_return, other.latest_return) - max(one.shift[0], other.shift[0])
        ways = self.space.travel(one.start, other.start), self.space.travel(other.start, one.start)
        if one.day != other.day or shared <= 0 or min(ways) < 0 or one.workers == other.workers:
            return None
        return shared - sum(ways)

    def _offer(self, crew: Crew) -> Offer:
        carriers = [self._vehicles[vehicle] for vehicle in crew]
        out = self._out[list(crew)].max(axis=0)
        home = self._home[list(crew)].max(axis=0)
        opens = max(vehicle.shift[0] for vehicle in carriers)
        closes = min(vehicle.latest_return for vehicle in carriers)
        able = self._in_time(opens + out + self._approach, closes - home - self._service) & self._able(crew)
        ways = self._hop + SHARE_OF_WAY_HOME * (out + home)
        people = np.minimum(self._roles, len(crew))
        shares = np.where(people < len(crew), SHARE_OF_ONE, 1.0)
        seconds = (self._service + self._approach + ways) * shares
        profit = self._prizes - self.space.travel_cost_per_second * people * ways
        jobs = np.flatnonzero(able & (profit > 0))
        capacity = closes - opens - max(sum(pause.duration for pause in vehicle.breaks) for vehicle in carriers)
        return Offer(crew, jobs, profit[jobs], np.maximum(seconds[jobs], 1.0), capacity)

    def _able(self, crew: Crew) -> Flags:
        """The jobs for which the crew has the skills; a pair does those of one person too."""
        first, second = self._can
        if len(crew) == 1:
            alone: Flags = first[crew[0]] & (self._roles == 1)
            return alone
        one, other = crew
        both = (first[one] & second[other]) | (second[one] & first[other])
        able: Flags = np.where(self._roles == 2, both, (first[one] | first[other]) & (self._roles == 1))
        return able

    def _in_time(self, first: Costs, last: Costs) -> Flags:
        """The jobs that have a window open between the first and the last possible start."""
        found = np.zeros(len(self._jobs), dtype=bool)
        for opens, closes in self._windows:
            found |= np.maximum(first, opens) <= np.minimum(last, closes)
        reached: Flags = found & np.isfinite(first) & np.isfinite(last)
        return reached

    @cached_property
    def _doors(self) -> Numbers:
        return np.array([job.location for job in self._jobs], dtype=np.int64)

    @cached_property
    def _roles(self) -> Numbers:
        """The number of roles; none for jobs that a link ties to others, which are not for pairs to decide."""
        return np.array([0 if place in self.space.linked else len(job.roles) for place, job in enumerate(self._jobs)])

    @cached_property
    def _service(self) -> Numbers:
        return np.array([max(role.service_seconds for role in job.roles) for job in self._jobs], dtype=np.int64)

    @cached_property
    def _approach(self) -> Numbers:
        return np.array([job.approach_seconds for job in self._jobs], dtype=np.int64)

    @cached_property
    def _out(self) -> Costs:
        """The way from each vehicle's start to each job."""
        return self._ways([vehicle.start for vehicle in self._vehicles], self._doors)

    @cached_property
    def _home(self) -> Costs:
        """The way from each job to where each vehicle ends."""
        ends = [0 if vehicle.end is None else vehicle.end for vehicle in self._vehicles]
        home = self._ways(self._doors, ends).T
        home[[vehicle.end is None for vehicle in self._vehicles]] = 0.0
        return home

    @cached_property
    def _hop(self) -> Costs:
        """The way from each door to one of the next ones."""
        doors = np.unique(self._doors)
        ways = np.sort(self._ways(doors, doors), axis=1)[:, 1 : 1 + NEAREST]
        near = np.array([own[np.isfinite(own)].mean() if np.isfinite(own).any() else 0.0 for own in ways])
        hop: Costs = near[np.searchsorted(doors, self._doors)]
        return hop

    def _ways(self, origins: Sequence[int] | Numbers, destinations: Sequence[int] | Numbers) -> Costs:
        ways: Costs = self.space.problem.travel.durations[np.ix_(origins, destinations)].astype(np.float64)
        ways[ways < 0] = np.inf
        return ways

    @cached_property
    def _windows(self) -> list[tuple[Costs, Costs]]:
        """First windows, second windows and so on: where a job has no more, one that nothing falls into."""
        own = [_windows(job) for job in self._jobs]
        deepest = max(map(len, own), default=0)
        padded = [windows + [(np.inf, -np.inf)] * (deepest - len(windows)) for windows in own]
        table = np.array(padded, dtype=np.float64).reshape(len(own), deepest, 2)
        return [(table[:, number, 0], table[:, number, 1]) for number in range(deepest)]


def who_can(space: SearchSpace) -> tuple[Flags, Flags]:
    """Whether each vehicle (row) can take the first, and the second, role of each job (column)."""
    shape = len(space.problem.vehicles), len(space.problem.jobs)
    first, second = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for place, job in enumerate(space.problem.jobs):
        first[:, place] = space.capable_of_role(place, 0)
        if len(job.roles) > 1:
            second[:, place] = space.capable_of_role(place, 1)
    return first, second


def _windows(job: Job) -> list[tuple[float, float]]:
    if job.windows is None:
        return [(-np.inf, np.inf)]
    windows = [(float(opens), float(closes)) for opens, closes in job.windows]
    if job.last_window_end is not None and job.max_lateness_seconds > 0:
        windows.append((float(job.last_window_end), float(job.last_window_end + job.max_lateness_seconds)))
    return windows
