"""The converters and generators of the benchmarks make problems that can be solved."""

import json
from pathlib import Path

import pytest

from app.optimiser.budget import Budget
from app.optimiser.check import violations
from app.optimiser.problem import Link
from app.optimiser.problem_json import read_problem
from app.optimiser.solve import solve
from bench import hhcrsp
from bench import region_day as region
from bench.hhcrsp import Instance, convert
from bench.hhcrsp_judge import measure
from bench.region_day import RegionDay, region_day

TINY: Instance = {
    "distances": [[0, 10, 20, 30], [10, 0, 12, 25], [20, 12, 0, 9], [30, 25, 9, 0]],
    "central_offices": [{"id": "d1", "location": [12.5, 41.9]}],
    "patients": [
        {
            "id": "p1",
            "location": [12.51, 41.91],
            "time_window": [62.999999999999986, 123.00000000000001],
            "required_caregivers": [{"service": "s1", "duration": 30}],
        },
        {
            "id": "p2",
            "location": [12.52, 41.92],
            "time_window": [60, 90],
            "required_caregivers": [{"service": "s1", "duration": 30}, {"service": "s2", "duration": 15}],
            "synchronization": {"type": "simultaneous"},
        },
        {
            "id": "p3",
            "location": [12.53, 41.93],
            "time_window": [60, 90],
            "required_caregivers": [{"service": "s2", "duration": 30}, {"service": "s1", "duration": 15}],
            "synchronization": {"type": "sequential", "distance": [15, 45]},
        },
    ],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s2", "s1"]}],
}


def test_a_home_care_instance_becomes_a_problem() -> None:
    problem = convert(TINY, mandatory=True)
    assert [one.id for one in problem.jobs] == ["p1", "p2", "p3/1", "p3/2"]
    assert problem.jobs[0].windows == ((63 * 60, 123 * 60),)
    assert [role.service_seconds for role in problem.jobs[1].roles] == [1800, 900]
    assert problem.links == (Link(("p3/1", 0), ("p3/2", 0), (900, 2700), "different"),)
    assert all(one.mandatory and one.max_lateness_seconds > 0 for one in problem.jobs)
    assert problem.travel.seconds(0, 3) == 1800
    assert problem.objective.lateness_max_per_hour == problem.objective.travel_per_hour == 60


def test_all_of_it_can_be_served() -> None:
    problem = convert(TINY, mandatory=True)
    plan = solve(problem, Budget(iterations=500))
    assert violations(problem, plan) == []
    assert plan.served == {"p1", "p2", "p3/1", "p3/2"}
    assert plan.cost.total == pytest.approx(3 * measure(TINY, plan).cost)


def test_a_visit_that_need_not_be_made_costs_more_than_any_day() -> None:
    nobody = convert({**TINY, "caregivers": TINY["caregivers"][:1]})
    plan = solve(nobody, Budget(iterations=50))
    assert violations(nobody, plan) == []
    assert plan.served == {"p1"}
    assert plan.cost.parts["prizes"] == 3 * hhcrsp.MISSED


def test_instances_are_converted_one_by_one_or_by_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "instance_1.json").write_text(json.dumps(TINY))
    assert hhcrsp.main([str(tmp_path / "instance_1.json"), "-o", str(tmp_path / "one.json")]) == 0
    monkeypatch.setenv("DOORSTEP_HHCRSP", str(tmp_path))
    assert hhcrsp.main(["-o", str(tmp_path / "all")]) == 0
    converted = (tmp_path / "all" / "instance_1.json").read_bytes()
    assert converted == (tmp_path / "one.json").read_bytes()
    assert read_problem(converted) == convert(TINY)


def test_without_an_instance_or_a_folder_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOORSTEP_HHCRSP", raising=False)
    with pytest.raises(SystemExit):
        hhcrsp.main(["-o", str(tmp_path)])


@pytest.mark.parametrize(
    ("size", "vehicles"),
    [(RegionDay(4, 20), 4), (RegionDay(4, 20, pairs=True, lunch=True), 2), (RegionDay(5, 20, two_person_visits=3), 5)],
)
def test_a_region_day_is_the_same_for_the_same_seed(size: RegionDay, vehicles: int) -> None:
    problem = region_day(size)
    assert problem == region_day(size)
    assert (len(problem.vehicles), len(problem.jobs)) == (vehicles, 20)


def test_the_generator_writes_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["--investigators", "4", "--visits", "9", "--seed", "5", "--lunch"]
    assert region.main([*wanted, "-o", str(tmp_path / "day.json")]) == 0
    assert region.main(wanted) == 0
    problem = read_problem((tmp_path / "day.json").read_bytes())
    assert problem == region_day(RegionDay(4, 9, seed=5, lunch=True)) == read_problem(capsys.readouterr().out.encode())
