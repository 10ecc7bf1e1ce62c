"""A problem is a value."""

from dataclasses import replace

import numpy as np
import pytest

from app.optimiser.problem import Travel
from tests.optimiser.days import day, job


def test_a_problem_is_never_changed_by_what_its_maker_does_later() -> None:
    durations = np.zeros((1, 1), np.int32)
    problem = day([], [job("a", 0)], travel=Travel(durations))
    durations[0, 0] = 5
    assert problem.travel.seconds(0, 0) == 0
    with pytest.raises(ValueError, match="read-only"):
        problem.travel.durations[0, 0] = 5
    assert replace(problem) == problem
