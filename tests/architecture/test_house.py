"""The house keeps its own rules: import contracts, sizes, and no dead words."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
VAGUE = {"utils", "helpers", "common", "manager", "handler", "data", "info"}
COMPILED = ROOT / "app" / "optimiser" / "compiled"


def sources() -> Iterator[Path]:
    for folder in ("app", "bench"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_the_import_contracts_hold() -> None:
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_files_and_functions_are_short() -> None:
    long = []
    for path in sources():
        if COMPILED in path.parents:
            continue  # kernels may be longer: each documents its state, its move, the cost of a move, its invariants
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_FILE:
            long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_no_module_has_a_vague_name() -> None:
    assert [str(path) for path in sources() if path.stem in VAGUE] == []


def test_time_is_asked_for_in_one_place() -> None:
    askers = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if "datetime.now(" in path.read_text(encoding="utf-8") or "date.today(" in path.read_text(encoding="utf-8")
    ]
    assert askers == ["app/runtime/clock.py"]


def test_the_repository_names_no_package_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8").replace("https://doorstep", ""), name
