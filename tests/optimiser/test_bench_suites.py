"""The suites run, go on where they were interrupted, and are written down as tables and charts."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import __main__ as command
from bench import runner
from bench.full_day import full_day
from bench.generated import LOTS, generate, run_generated
from bench.plot import line_chart
from bench.report import mean_trace, write_report
from bench.run_one import run
from bench.runner import read_outcomes, run_all
from bench.suites import SUITES, Wishes, tasks_of
from bench.tasks import Outcome, Task, read_outcome, read_task, write_outcome, write_task

TINY = Task("region", "3/20", 0, "doorstep", 1, (0.2,))


def outcome(task: Task = TINY) -> Outcome:
    return run(task)


@pytest.mark.parametrize(
    "task",
    [
        TINY,
        Task("region", "3/20", 0, "pyvrp", 1, (0.1, 0.2)),
        Task("lunch", "3/20", 0, "vroom", 1, (0.2,)),
        Task("together", "3/20+2", 0, "ortools", 1, (0.2,)),
        Task("size", "2x3/20", 0, "doorstep", 1, (0.2,)),
        Task("crews", "nearest-home", 0, "doorstep", 1, (0.2,)),
        Task("crews", "random-1 own-homes", 0, "doorstep", 1, (0.2,)),
        Task("change", "3/20 new-case", 0, "doorstep", 1, (0.2,)),
        Task("change", "3/20 absent", 0, "doorstep", 1, (0.2,)),
    ],
    ids=lambda task: f"{task.suite} {task.case} {task.solver}",
)
def test_a_task_of_each_suite_gives_a_valid_plan(task: Task) -> None:
    found = run(task)
    assert found.failure is None
    assert set(found.verdicts) == set(task.moments)
    assert all(verdict.broken == {} and verdict.served > 0 for verdict in found.verdicts.values())
    assert found.megabytes > 10
    assert read_outcome(write_outcome(found)) == found
    assert read_task(write_task(task)) == task


def test_what_a_solver_cannot_say_is_told() -> None:
    found = run(Task("lunch", "3/20", 0, "pyvrp", 1, (0.1,)))
    assert found.failure == "it has no breaks and no limit of travel beside one of distance"


def test_an_interrupted_suite_goes_on_where_it_was(tmp_path: Path) -> None:
    told: list[str] = []
    other = Task("region", "3/20", 1, "vroom", 1, (0.2,))
    first = run_all([TINY], tmp_path, told.append)
    lines = tmp_path / "region.jsonl"
    lines.write_text(lines.read_text() + '{"key": "cut o')
    again = run_all([TINY, other], tmp_path, told.append)
    assert again[0] == first[0]
    assert len(told) == 2
    assert {one.key for one in read_outcomes(tmp_path)} == {TINY.key, other.key}
    run_all([TINY, other], tmp_path, told.append)
    assert len(told) == 2


def test_a_run_that_fails_is_told_and_run_again(tmp_path: Path) -> None:
    wrong = Task("region", "no size", 0, "doorstep", 1, (0.2,))
    told: list[str] = []
    for _ in range(2):
        found = run_all([wrong], tmp_path, told.append)
        assert found[0].failure is not None
        assert "is no size of a region-day" in found[0].failure
    assert len(told) == 2
    assert "Runs without a plan" in write_report(read_outcomes(tmp_path), tmp_path).read_text()


def test_outcomes_of_a_changed_solver_do_not_count(tmp_path: Path) -> None:
    known = outcome()
    aged = write_outcome(known).replace(known.key, f"{known.key} of old")
    (tmp_path / "region.jsonl").write_text(f"{aged}\n")
    assert read_outcomes(tmp_path) == []


def test_everybody_runs_in_turn_and_who_tells_of_moments_runs_once() -> None:
    tasks = tasks_of("region", Wishes(seeds=(7,), moments=(10.0, 60.0), threads=(1, 2)))
    first = [(task.solver, task.threads, task.moments) for task in tasks if task.case == "12/150"]
    assert first[0] == ("pyvrp", 1, (10.0, 60.0))
    assert ("vroom", 2, (60.0,)) in first
    assert ("doorstep", 1, (10.0,)) in first
    assert ("ortools", 2, (10.0,)) not in first
    assert {task.seed for task in tasks} == {7}


def test_the_short_profile_takes_less_than_ten_minutes() -> None:
    wishes = Wishes(threads=(1, 2), short=True)
    budget = sum(task.budget for suite in ("region", "homecare") for task in tasks_of(suite, wishes))
    assert budget < 400
    assert len(tasks_of("generated", wishes)) == 3


@pytest.mark.parametrize("suite", SUITES)
def test_no_task_is_asked_for_twice(suite: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, folder in (("instance_1.json", "DOORSTEP_HHCRSP"), ("a.txt", "DOORSTEP_VRPTW")):
        (tmp_path / name).write_text("")
        monkeypatch.setenv(folder, str(tmp_path))
    keys = [task.key for task in tasks_of(suite, Wishes(threads=(1, 2)))]
    assert keys
    assert len(set(keys)) == len(keys)


def test_one_command_runs_a_suite_and_writes_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.suites.SIZES", ("3/20",))
    wanted = ["region", "--seconds", "0.2", "--seeds", "0", "1", "--threads", "1", "--solvers", "pyvrp", "doorstep"]
    assert command.main([*wanted, "-o", str(tmp_path)]) == 0
    report = (tmp_path / "report.md").read_text()
    for words in ("## Region-days", "| 3/20 | 0.2 | pyvrp | 0 1 |", "| 3/20 | 0.2 | doorstep | 0 1 |"):
        assert words in report
    assert "region-3-20.svg" in report
    ElementTree.fromstring((tmp_path / "region-3-20.svg").read_text())
    assert command.main(["--report", "-o", str(tmp_path)]) == 0
    assert "report.md" in capsys.readouterr().out


def test_every_suite_has_its_table(tmp_path: Path) -> None:
    tasks = [
        Task("lunch", "3/20", 0, "doorstep", 1, (0.1,)),
        Task("together", "3/20+2", 0, "doorstep", 1, (0.1,)),
        Task("together", "3/20+2 relaxed", 0, "doorstep", 1, (0.1,)),
        Task("crews", "singles", 0, "doorstep", 1, (0.1,)),
        Task("crews", "random-3", 0, "doorstep", 1, (0.1,)),
        Task("crews", "random-3 own-homes", 0, "doorstep", 1, (0.1,)),
        Task("change", "3/20 new-case", 0, "doorstep", 1, (0.1,)),
        Task("size", "3/20", 0, "doorstep", 1, (0.1,)),
        Task("size", "3/20", 0, "doorstep", 1, (0.2,)),
    ]
    report = write_report([run(task) for task in tasks], tmp_path).read_text()
    for title in ("lunch", "among optional ones", "Two at every door", "published day", "memory against size"):
        assert title in report
    assert report.count(" of 1 |") == 2
    assert "| 3/20+2 relaxed | 0.1 |" in report
    assert (tmp_path / "size-memory.svg").exists()


def test_the_mean_trace_begins_when_all_have_a_plan() -> None:
    points = mean_trace([[(0.2, 10.0), (0.5, 8.0)], [(0.4, 20.0)]], 1.0)
    assert points[0][0] >= 0.4
    assert points[0][1] == 15.0
    assert points[-1] == (1.0, 14.0)
    assert mean_trace([[(1.5, 3.0)]], 1.0) == [(1.5, 3.0)]


def test_a_chart_names_its_lines() -> None:
    picture = line_chart("a < b", "seconds", "cost", {"ours & theirs": [(0.1, 5.0), (10.0, 5.0)]}, logarithmic=True)
    words = {one.text for one in ElementTree.fromstring(picture).iter() if one.text}
    assert {"a < b", "ours & theirs", "seconds", "cost", "0.1", "1", "10"} <= words


# Generated problems ----------------------------------------------------------------------------------------------


def test_a_lot_of_small_days_is_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LOTS, "small", 10)
    first, again, other = list(generate("small", 0)), list(generate("small", 0)), list(generate("small", 1))
    assert first == again
    assert first != other


def test_plans_of_a_lot_keep_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.generated.FAILED", tmp_path)
    verdict = run_generated(Task("generated", "small", 0, "doorstep", 1, (0.0,))).verdicts[0.0]
    assert verdict.broken == {}
    assert verdict.figures["problems"] == 100


@pytest.mark.parametrize("seed", range(4))
def test_a_full_day_can_be_planned_and_is_the_same_each_time(seed: int) -> None:
    problem = full_day(seed)
    assert problem == full_day(seed)
    if problem.previous is not None:
        quiet = {one.id for one in problem.jobs if not one.id.startswith("urgent")}
        assert {one.job for one in problem.previous.plan.unassigned} | problem.previous.plan.served == quiet


def test_a_fault_is_counted_and_its_problem_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.generated.FAILED", tmp_path)
    monkeypatch.setitem(LOTS, "small", 10)
    monkeypatch.setattr("bench.generated.ENGINES", {"doorstep": "magic"})
    verdict = run_generated(Task("generated", "small", 2, "doorstep", 1, (0.0,))).verdicts[0.0]
    assert verdict.broken == {"CRASH Invalid": 10}
    assert len(list(tmp_path.glob("small-2-*.json"))) == 10


def test_a_run_without_an_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LEAST_PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(runner, "PATIENCE", 0.0)
    assert runner.run(TINY).failure == "no answer within 0.2 s"
