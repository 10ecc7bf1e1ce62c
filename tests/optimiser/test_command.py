"""The two commands: exit codes, files, and what they print."""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.optimiser import command
from app.optimiser.budget import Progress
from app.optimiser.check import violations
from app.optimiser.live import live_line
from app.optimiser.plan_json import read_plan, write_plan
from app.optimiser.problem import Problem
from app.optimiser.problem_json import write_problem
from app.optimiser.travel_json import save_travel
from bench.region_day import RegionDay, region_day
from tests.optimiser.days import crew, day, job
from tests.optimiser.worked_day import PLAN, PROBLEM

ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path) -> int:
    """The command line without the program's name."""
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers(required=True))
    chosen = parser.parse_args([str(one) for one in arguments])
    code: int = chosen.run(chosen)
    return code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "problem.json").write_bytes(write_problem(PROBLEM))
    (tmp_path / "plan.json").write_bytes(write_plan(PLAN))
    return tmp_path


def stored(folder: Path, problem: Problem) -> Path:
    path = folder / "own.json"
    path.write_bytes(write_problem(problem))
    return path


def test_solve_writes_a_plan_that_check_accepts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = stored(folder, region_day(RegionDay(3, 25)))
    assert run("solve", problem, "-o", folder / "out.json", "--iterations", "100", "--seed", "3") == 0
    assert run("check", problem, folder / "out.json", "--json") == 0
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    plan = read_plan((folder / "out.json").read_bytes())
    assert (answer["valid"], answer["violations"]) == (True, [])
    assert answer["cost"] == {"total": plan.cost.total, "parts": dict(plan.cost.parts)}
    assert (plan.seed, plan.solver["budget"]) == (3, {"seconds": None, "iterations": 100})
    assert printed.err == ""


def test_solve_prints_the_plan_without_an_output_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = stored(folder, day([crew("v")], [job("a", 1)]))
    assert run("solve", problem, "--time-limit", "0.2", "--engine", "ortools") == 0
    plan = read_plan(capsys.readouterr().out.encode())
    assert plan.served == {"a"}
    assert plan.solver["budget"] == {"seconds": 0.2, "iterations": None}


def test_solve_exits_3_and_writes_the_best_plan_when_a_mandatory_visit_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = day([crew("v", max_jobs=1)], [job("a", 1, mandatory=True), job("b", 1, mandatory=True)])
    path = stored(folder, problem)
    assert run("solve", path, "-o", folder / "out.json", "--iterations", "20") == 3
    plan = read_plan((folder / "out.json").read_bytes())
    assert len(plan.served) == 1
    assert [one.rule for one in violations(problem, plan)] == ["MANDATORY_UNSERVED"]
    assert capsys.readouterr().err.startswith("MANDATORY_UNSERVED: job ")
    assert run("check", path, folder / "out.json") == 2


def test_matrices_are_read_from_beside_the_problem(folder: Path) -> None:
    problem = day([crew("v")], [job("a", 1)])
    save_travel(problem.travel, folder / "roads.npz")
    (folder / "own.json").write_bytes(write_problem(problem, travel_file="roads.npz"))
    assert run("solve", folder / "own.json", "-o", folder / "out.json", "--iterations", "10") == 0
    assert violations(problem, read_plan((folder / "out.json").read_bytes())) == []


def test_check_tells_of_every_broken_rule(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = replace(PLAN, seed=2, problem_sha256="", cost=replace(PLAN.cost, total=1.0))
    (folder / "plan.json").write_bytes(write_plan(wrong))
    assert run("check", folder / "problem.json", folder / "plan.json", "--json") == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["valid"] is False
    assert answer["violations"][0] == {"rule": "WRONG_PROBLEM", "where": "plan", "by": None}
    assert answer["violations"][1]["rule"] == "COST_WRONG"
    assert answer["cost"]["total"] == PLAN.cost.total


def test_check_prints_a_table_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", folder / "problem.json", folder / "plan.json") == 0
    assert "The plan breaks no rule." in capsys.readouterr().out
    (folder / "plan.json").write_bytes(write_plan(replace(PLAN, problem_sha256="")))
    assert run("check", folder / "problem.json", folder / "plan.json") == 2
    printed = capsys.readouterr().out
    assert "WRONG_PROBLEM" in printed
    assert f"{PLAN.cost.total:.6f}" in printed


UNREADABLE = [
    ("absent.json", None, "No such file"),
    ("folder.json", "", "Is a directory"),
    ("cut.json", '{"version": 1', "NOT_JSON"),
    ("other.json", '{"version": 7}', "UNKNOWN_VERSION"),
]


@pytest.mark.parametrize(("name", "content", "message"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_what_cannot_be_read_ends_with_1_and_says_why(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, content: str | None, message: str
) -> None:
    if content == "":
        (folder / name).mkdir()
    elif content is not None:
        (folder / name).write_text(content)
    assert run("solve", folder / name) == 1
    assert message in capsys.readouterr().err
    assert run("check", folder / name, folder / "plan.json") == 1
    assert message in capsys.readouterr().err
    assert run("check", folder / "problem.json", folder / name) == 1
    assert message in capsys.readouterr().err


def test_a_bad_problem_is_answered_with_every_fault_and_its_remedy(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = json.loads((folder / "problem.json").read_text())
    value["jobs"][0]["windows"] = [[9, 5]]
    value["jobs"][1]["prize"] = -1
    value["vehicles"][0]["start"] = 99
    (folder / "bad.json").write_text(json.dumps(value))
    assert run("solve", folder / "bad.json") == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["UNKNOWN_LOCATION", "REVERSED", "NEGATIVE"]
    assert all("; give " in line for line in lines)


@pytest.mark.parametrize("limit", [("--time-limit", "0"), ("--time-limit", "-1"), ("--iterations", "-5")])
def test_a_budget_that_is_none_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], limit: tuple[str, str]
) -> None:
    assert run("solve", folder / "problem.json", *limit) == 1
    assert "BUDGET_INVALID" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = stored(folder, day([crew("v")], []))
    assert run("solve", problem, "-o", folder / "no" / "such" / "folder.json", "--iterations", "1") == 1
    assert "No such file" in capsys.readouterr().err


def test_fresh_processes_write_the_same_bytes(folder: Path) -> None:
    """Nothing may depend on the order of a set of strings, which differs from process to process."""
    problem = stored(folder, region_day(RegionDay(6, 60, pairs=True, lunch=True)))
    for seed in ("1", "2"):
        code = "import sys; from app.optimiser.command import solve_file; from pathlib import Path; "
        code += "solve_file(Path(sys.argv[1]), Path(sys.argv[2]), iterations=150)"
        run_in = [sys.executable, "-c", code, str(problem), str(folder / f"{seed}.json")]
        subprocess.run(run_in, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=ROOT)
    assert (folder / "1.json").read_bytes() == (folder / "2.json").read_bytes()


def test_a_terminal_shows_how_the_search_is_doing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with live_line(jobs=9) as show:
        show(Progress(1.5, 20.0, 7))
    assert "1.5 s, cost 20.00, 7 of 9 visits" in capsys.readouterr().err


def test_without_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with live_line(jobs=9) as show:
        show(Progress(1.5, 20.0, 7))
    assert capsys.readouterr().err == ""
