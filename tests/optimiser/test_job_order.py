"""Who is near whom, as plain sorting has it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser import job_order
from app.optimiser.compiled.terrain import NO_WAY, Shorts
from app.optimiser.job_order import near_jobs
from app.optimiser.search_space import SearchSpace
from app.optimiser.travel import UNREACHABLE, Travel
from tests.optimiser.days import crew, day, job

WAYS = st.sampled_from([0, 60, 60, 120, 600, UNREACHABLE])


@settings(derandomize=True, deadline=None)
@given(st.data(), st.integers(0, 7), st.integers(1, 4))
def test_the_nearest_come_first_and_of_equals_the_lower_number(data: st.DataObject, jobs: int, most: int) -> None:
    ways = np.array([[data.draw(WAYS) for _ in range(jobs + 1)] for _ in range(jobs + 1)], np.int32)
    np.fill_diagonal(ways, 0)
    problem = day([crew("v")], [job(f"j{place}", place + 1) for place in range(jobs)], travel=Travel(ways))
    with_fewer = job_order.NEIGHBOURS
    try:
        job_order.NEIGHBOURS = most
        near = near_jobs(SearchSpace(problem)).tolist()
    finally:
        job_order.NEIGHBOURS = with_fewer
    for place, own in enumerate(near):
        others = sorted((_far(ways, place, other), other) for other in range(jobs) if other != place)
        assert own == [other for _, other in others[:most]]


def _far(ways: Shorts, one: int, other: int) -> int:
    there, back = int(ways[one + 1, other + 1]), int(ways[other + 1, one + 1])
    return NO_WAY if min(there, back) < 0 else there + back
