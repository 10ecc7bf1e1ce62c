"""A large day is cut into parts that share nothing and leave no vehicle out."""

from dataclasses import replace

import numpy as np
import pytest

from app.optimiser.decompose import MOST_VEHICLES, MOST_VISITS, groups, neighbourhood, points
from app.optimiser.draft import Draft
from app.optimiser.search_space import SearchSpace
from app.optimiser.sweep import Sweep
from bench.region_day import RegionDay, region_day


@pytest.mark.parametrize("with_places", [True, False])
@pytest.mark.parametrize(("vehicles", "visits"), [(20, 300), (3, 500), (40, 60)])
def test_groups_share_out_vehicles_and_jobs(vehicles: int, visits: int, with_places: bool) -> None:
    problem = region_day(RegionDay(vehicles, visits))
    problem = problem if with_places else replace(problem, places=None)
    parts = groups(SearchSpace(problem), points(problem), range(vehicles), range(visits))
    assert sorted(one for part in parts for one in part.vehicles) == list(range(vehicles))
    jobs = [one for part in parts for one in part.jobs]
    assert len(set(jobs)) == len(jobs)
    assert all(len(part.vehicles) <= MOST_VEHICLES and len(part.jobs) <= MOST_VISITS for part in parts)
    assert len(jobs) == min(visits, MOST_VISITS * len(parts))


def test_groups_of_many_jobs_keep_what_must_be_served() -> None:
    problem = region_day(RegionDay(1, 300))
    jobs = tuple(replace(one, mandatory=index >= 290) for index, one in enumerate(problem.jobs))
    space = SearchSpace(replace(problem, jobs=jobs))
    (part,) = groups(space, points(problem), [0], range(300))
    assert set(range(290, 300)) <= set(part.jobs)


def test_a_neighbourhood_holds_whole_routes_and_what_waits_near_them() -> None:
    problem = region_day(RegionDay(15, 250))
    draft = Draft(SearchSpace(problem))
    Sweep(draft, lambda tries: False).run()
    where = points(problem)
    near = neighbourhood(draft, where, range(15), range(250), np.random.default_rng(1))
    own = {visit.job for vehicle in near.vehicles for visit in draft.routes[vehicle].visits}
    assert 1 < len(near.vehicles) <= MOST_VEHICLES
    assert own <= set(near.jobs)
    assert set(near.jobs) - own <= set(draft.unserved)
    assert len(near.jobs) == len(set(near.jobs)) <= MOST_VISITS


def test_places_without_coordinates_are_told_apart_by_travel_times() -> None:
    problem = region_day(RegionDay(2, 30))
    where = points(replace(problem, places=None))
    near, far = problem.travel.durations[5].argsort()[[1, -1]]
    assert np.linalg.norm(where[5] - where[near]) < np.linalg.norm(where[5] - where[far])
