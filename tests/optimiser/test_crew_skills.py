"""Who may do what, for all crews at once: the same as asking each of them."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.optimiser.crew_skills import CrewSkills
from app.optimiser.problem import Job, Member, Role, Vehicle
from tests.optimiser.days import crew, job, member

WORKERS = ("ann", "bob", "cat", "dan")
SKILLS = st.frozensets(st.sampled_from(["law", "debt"]))
NAMES = st.frozensets(st.sampled_from(WORKERS))
RANDOM = settings(derandomize=True, deadline=None, max_examples=300)


@st.composite
def crews(draw: st.DrawFn) -> list[Vehicle]:
    sizes = draw(st.lists(st.integers(1, 2), max_size=4))
    found = []
    for number, size in enumerate(sizes):
        people = draw(st.permutations(WORKERS))[:size]
        found.append(crew(f"v{number}", *(Member(one, draw(SKILLS)) for one in people)))
    return found


JOBS = st.builds(
    lambda roles, allowed, barred: job("a", 0, roles=tuple(roles), allowed=allowed, barred=barred),
    st.lists(st.builds(Role, SKILLS), min_size=1, max_size=3),
    st.none() | NAMES,
    NAMES,
)


def one_by_one(vehicle: Vehicle, wanted: Job, roles: tuple[int, ...], worker: str | None) -> bool:
    return any(
        all(
            wanted.roles[role].skills <= one.skills and wanted.may_be_done_by(one.worker)
            for role, one in zip(roles, people, strict=True)
        )
        and (worker is None or worker in {one.worker for one in people})
        for people in permutations(vehicle.members, len(roles))
    )


@RANDOM
@given(crews(), JOBS, st.none() | st.sampled_from(WORKERS))
def test_crews_cover_what_their_members_cover_one_by_one(
    vehicles: list[Vehicle], wanted: Job, worker: str | None
) -> None:
    skills = CrewSkills(vehicles)
    everything = tuple(range(len(wanted.roles)))
    for roles in (everything, (0,), everything[-1:]):
        expected = [one_by_one(vehicle, wanted, roles, worker) for vehicle in vehicles]
        assert skills.covering(wanted, roles, worker).tolist() == expected


def test_one_member_takes_one_role_only() -> None:
    skilled = crew("v", member("ann", "law", "debt"), member("bob"))
    both = job("a", 0, roles=(Role(frozenset({"law"})), Role(frozenset({"debt"}))))
    assert not CrewSkills([skilled]).covering(both, (0, 1), None)[0]
    assert CrewSkills([skilled]).covering(both, (0,), None)[0]
    assert CrewSkills([skilled]).covering(both, (1,), None)[0]


@pytest.mark.parametrize(("worker", "covers"), [("ann", True), ("bob", False), ("eve", False), (None, True)])
def test_the_named_worker_must_be_able_himself(worker: str | None, covers: bool) -> None:
    pair = crew("v", member("ann", "law"), member("bob"))
    wanted = job("a", 0, roles=(Role(frozenset({"law"})),))
    assert CrewSkills([pair]).covering(wanted, (0,), worker).tolist() == [covers]


def test_an_answer_is_nobody_elses() -> None:
    """What the caller does with it changes no later answer."""
    skills = CrewSkills([crew("v"), crew("w")])
    first = skills.covering(job("a", 0), (0,), None)
    first &= np.array([False, False])
    assert skills.covering(job("b", 0), (0,), None).tolist() == [True, True]


def test_nobody_covers_nothing() -> None:
    assert CrewSkills([]).covering(job("a", 0), (0,), None).tolist() == []
