"""A plan as a picture: every visit is in it, and it is well-formed."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.optimiser.budget import Budget
from app.optimiser.command import draw_file
from app.optimiser.drawing import Frame, draw
from app.optimiser.plan import Plan
from app.optimiser.plan_json import write_plan
from app.optimiser.problem import Problem
from app.optimiser.problem_json import write_problem
from app.optimiser.solve import solve
from bench.region_day import RegionDay, region_day

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def day() -> tuple[Problem, Plan]:
    problem = region_day(RegionDay(4, 20, seed=3))
    return problem, solve(problem, Budget(iterations=50))


def titles(picture: str) -> set[str]:
    return {(title.text or "").split(" ")[0] for title in ElementTree.fromstring(picture).iter(f"{SVG}title")}


def test_every_visit_of_the_problem_is_in_the_picture(day: tuple[Problem, Plan]) -> None:
    problem, plan = day
    assert {job.id for job in problem.jobs} <= titles(draw(problem, plan))


def test_a_plan_without_routes_or_places_can_be_drawn_too(day: tuple[Problem, Plan]) -> None:
    problem, _ = day
    assert f"0 of {len(problem.jobs)} visits, 0 crews" in draw(problem, Plan())


def test_north_is_up_and_west_is_left(day: tuple[Problem, Plan]) -> None:
    places = day[0].places or ()
    frame = Frame.around(places)
    north, west = max(places, key=lambda place: place.lat), min(places, key=lambda place: place.lon)
    assert frame.point(north)[1] == min(frame.point(place)[1] for place in places)
    assert frame.point(west)[0] == min(frame.point(place)[0] for place in places)


def test_the_command_writes_a_file_and_refuses_the_plan_of_another_problem(
    day: tuple[Problem, Plan], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, plan = day
    (tmp_path / "problem.json").write_bytes(write_problem(problem))
    (tmp_path / "other.json").write_bytes(write_problem(region_day(RegionDay(1, 2, seed=9))))
    (tmp_path / "plan.json").write_bytes(write_plan(plan))
    assert draw_file(tmp_path / "problem.json", tmp_path / "plan.json", tmp_path / "day.svg") == 0
    assert (tmp_path / "day.svg").read_text(encoding="utf-8").startswith("<svg")
    assert draw_file(tmp_path / "other.json", tmp_path / "plan.json", tmp_path / "no.svg") == 1
    assert "another problem" in capsys.readouterr().err
