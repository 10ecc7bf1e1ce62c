"""What README shows is there."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PATHS = json.loads((Path(__file__).parent / "openapi.json").read_text(encoding="utf-8"))["paths"]


def template(path: str) -> str:
    """A path of README with its variables as the contract writes them."""
    named = re.sub(r"\$\w+|\{[a-z_]+\}", "{}", path.split("?")[0])
    return named.rstrip("/")


def test_every_path_in_readme_is_in_the_contract() -> None:
    known = {re.sub(r"\{[a-z_]+\}", "{}", path) for path in PATHS}
    shown = {template(path) for path in re.findall(r"(?<=\$HOST)/v1/[^\s\"'`)]+", README)}
    assert shown
    assert shown <= known


def test_every_link_leads_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize(
    "command", ["serve", "worker", "migrate", "load", "demo", "token", "openapi", "solve", "check"]
)
def test_every_command_is_there_and_listed(command: str) -> None:
    done = subprocess.run([sys.executable, "-m", "app", command, "--help"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
    assert f"`{command}`" in README


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    table = README.split("## Dependencies")[1].split("## Limits")[0]
    names = [re.split(r"[\[<>=,]", dependency)[0] for dependency in project["dependencies"]]
    assert [name for name in names if name not in table] == []
