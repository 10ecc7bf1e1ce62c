"""The measures of the published instances, against values computed by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.optimiser.plan import Plan, Route, Stop
from bench import hhcrsp_judge, vrptw
from bench.cases import make_case
from bench.hhcrsp_judge import measure
from bench.judge import as_plan, judge
from bench.report import write_report
from bench.run_one import run
from bench.solvers import SOLVERS
from bench.tasks import Task
from tests.optimiser.test_bench import TINY

MINUTE = 60


def stop(job: str, minute: int, *roles: int) -> Stop:
    return Stop(job, roles or (0,), minute * MINUTE, minute * MINUTE, minute * MINUTE)


def route(carer: str, *stops: Stop) -> Route:
    return Route(carer, 0, 0, stops)


# p2 wants both carers at once, p3 one 15 to 45 minutes after the other.
# c1: office 10 p1 (63-93) 12 p2 (105-135) 9 p3 second (144) 30 office: 61 minutes of travel.
# c2: office 20 p2 (105-120) 9 p3 first (129-159) 30 office: 59 minutes. Late: p2 twice 15, p3 39 and 54.
WORKED = Plan(
    routes=(
        route("c1", stop("p1", 63), stop("p2", 105, 0), stop("p3/2", 144)),
        route("c2", stop("p2", 105, 1), stop("p3/1", 129)),
    )
)


def test_the_home_care_measure_of_a_worked_day() -> None:
    found = measure(TINY, WORKED)
    assert found.faults == ()
    assert (found.travel, found.tardiness, found.largest_tardiness) == (120, 123, 54)
    assert found.cost == pytest.approx((120 + 123 + 54) / 3)


@pytest.mark.parametrize(
    ("fault", "first", "second"),
    [
        ("c1 comes too late to p2", [stop("p1", 63), stop("p2", 104, 0), stop("p3/2", 144)], [stop("p2", 104, 1)]),
        ("p1 is visited too early", [stop("p1", 62), stop("p2", 105, 0), stop("p3/2", 144)], []),
        ("p2: the second service starts 1 minutes after the first", [], [stop("p2", 106, 1), stop("p3/1", 130)]),
        ("p3: the second service starts 14 minutes after the first", [], [stop("p2", 105, 1), stop("p3/1", 130)]),
        ("p3 is not visited as often as it should be", [], [stop("p2", 105, 1)]),
        ("p2 has one carer for both services", [], [stop("p2", 105, 0, 1), stop("p3/1", 129)]),
        ("c1 lacks the skill for p3", [stop("p1", 63), stop("p2", 105, 0), stop("p3/1", 144)], []),
    ],
)
def test_what_breaks_an_instances_rule_is_found(fault: str, first: list[Stop], second: list[Stop]) -> None:
    one, other = WORKED.routes
    if "one carer" in fault:
        first = [stop("p1", 63), stop("p3/2", 144)]
    one, other = replace(one, stops=tuple(first) or one.stops), replace(other, stops=tuple(second) or other.stops)
    assert fault in measure(TINY, replace(WORKED, routes=(one, other))).faults


def test_the_gap_to_the_best_known_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "instance_1.json").write_text(json.dumps(TINY))
    (tmp_path / "best.csv").write_text("instance,total_cost\ninstance_1.json,90\n")
    monkeypatch.setenv("DOORSTEP_HHCRSP", str(tmp_path))
    case = make_case("homecare", "instance_1.json", 0)
    assert case.figures is not None
    assert case.figures(WORKED) == {
        "home_care_cost": 99.0,
        "travel": 120,
        "tardiness": 123,
        "largest_tardiness": 54,
        "faults": 0.0,
        "best": 90.0,
        "gap": 10.0,
    }
    assert hhcrsp_judge.best_known(tmp_path / "nowhere") == {}


SOLOMON = """\
T101

VEHICLE
NUMBER     CAPACITY
  3         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      35         35          0          0       230          0
    1      41         49          6        161       171         10
    2      35         17          7         50        60         10
    3      55         45          1         60       200         10
"""


def test_a_solomon_file_is_read_in_tenths() -> None:
    instance = vrptw.parse(SOLOMON)
    assert (instance.name, instance.vehicles, instance.capacity, len(instance.rows)) == ("T101", 3, 10, 4)
    problem = vrptw.convert(instance)
    assert problem.travel.seconds(0, 1) == 152  # the root of 36 + 196 is 15.23
    assert problem.travel.seconds(0, 2) == 180
    assert problem.travel.seconds(0, 3) == 223  # the root of 400 + 100 is 22.36
    assert problem.jobs[0].windows == ((1610, 1710),)
    assert problem.jobs[0].roles[0].service_seconds == 100
    assert {vehicle.shift for vehicle in problem.vehicles} == {(0, 2300)}
    assert all(job.mandatory for job in problem.jobs)


def test_its_plan_is_compared_with_the_best_known_and_its_loads_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "T101.txt").write_text(SOLOMON)
    (tmp_path / "best.csv").write_text("instance,cost\nt101,66.4\n")
    monkeypatch.setenv("DOORSTEP_VRPTW", str(tmp_path))
    case = make_case("vrptw", "T101.txt", 0)
    plan, faults = as_plan(case.problem, {0: [1], 1: [2, 0]})
    verdict = judge(case.problem, plan, faults, case.figures)
    # 18.0 there and back, 22.3 to the third, the root of 196 + 16 is 14.5 on to the first, 15.2 home.
    assert verdict.broken == {}
    assert verdict.figures == {"distance": 88.0, "routes": 2.0, "overloaded": 0.0, "gap": 32.53}
    plan, faults = as_plan(case.problem, {0: [1, 2, 0]})
    assert judge(case.problem, plan, faults, case.figures).figures["overloaded"] == 1.0


@pytest.mark.parametrize("text", ["", "VEHICLE\nNUMBER CAPACITY\n1 1\n", f"{SOLOMON[:150]}"])
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it has no"):
        vrptw.parse(text)


@pytest.mark.parametrize("solver", SOLVERS)
def test_everybody_solves_a_file_with_windows(solver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "T101.txt").write_text(SOLOMON)
    monkeypatch.setenv("DOORSTEP_VRPTW", str(tmp_path))
    verdict = run(Task("vrptw", "T101.txt", 0, solver, 1, (0.2,))).verdicts[0.2]
    assert (verdict.broken, verdict.served) == ({}, 3)
    assert verdict.figures["distance"] <= 88.0


def test_a_home_care_instance_is_solved_and_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "instance_1.json").write_text(json.dumps(TINY))
    monkeypatch.setenv("DOORSTEP_HHCRSP", str(tmp_path))
    found = run(Task("homecare", "instance_1.json", 0, "doorstep", 1, (0.5,)))
    verdict = found.verdicts[0.5]
    assert (verdict.broken, verdict.served, verdict.figures["faults"]) == ({}, 4, 0.0)
    assert 3 * verdict.figures["home_care_cost"] == pytest.approx(verdict.cost, abs=0.01)
    report = write_report([found], tmp_path).read_text()
    assert "| instance_1 | 0.5 | doorstep | 0 |" in report
    assert "over 1 of 1 instances" in report
