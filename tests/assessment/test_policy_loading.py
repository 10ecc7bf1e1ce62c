"""Policies come from a file too, all of it or nothing."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.assessment.models import AffordabilityPolicy
from app.assessment.policy_loading import holds_policies, load_policies
from app.runtime.database import Database
from tests.assessment.test_dated_policy import document

YAML = """\
policies:
  - name: CN-3301
    version: "2026"
    currency: CNY
    regions: ["3301"]
    effective_from: 2026-07-01
    constants:
      floor_per_person: {amount: "1245.00", currency: CNY}
    sources:
      floor_per_person: {text: City notice, certainty: P, as_of_on: 2026-07-01}
"""


def loaded(database: Database, path: Path, *, dry_run: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    return load_policies(database, path, dry_run=dry_run, out=out), out.getvalue()


def names(database: Database) -> list[str]:
    with database.transaction() as tx:
        return list(tx.scalars(select(AffordabilityPolicy.name).order_by(AffordabilityPolicy.name)))


def written(tmp_path: Path, content: Any, name: str = "policies.json") -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_yaml_file_is_brought_once(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, YAML, "policies.yaml")
    assert holds_policies(path)
    assert loaded(database, path) == (0, "1: CN-3301 2026: brought\n")
    assert loaded(database, path) == (0, "1: CN-3301 2026: known already\n")
    assert names(database) == ["CN-3301"]


def test_a_dry_run_keeps_nothing(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, {"policies": [document()]})
    assert loaded(database, path, dry_run=True) == (0, "1: CN-3301 2026: checked\n")
    assert names(database) == []


def test_one_wrong_policy_keeps_all_of_them_out(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, {"policies": [document(), document(name="other", sources={})]})
    code, told = loaded(database, path)
    assert code == 1
    assert "policy 2" in told
    assert "/sources/floor_per_person: is needed" in told
    assert names(database) == []


@pytest.mark.parametrize("content", ["{", "policies: [", '{"policies": []}', "policies: !!python/object:x {}"])
def test_what_cannot_be_read_is_told(database: Database, tmp_path: Path, content: str) -> None:
    code, told = loaded(database, written(tmp_path, content, "policies.yaml"))
    assert code == 1
    assert "nothing was kept" in told


def test_a_file_of_people_is_none_of_policies(tmp_path: Path) -> None:
    assert not holds_policies(written(tmp_path, {"regions": []}))
    assert not holds_policies(written(tmp_path, "code,name\n", "people.csv"))
    assert not holds_policies(tmp_path / "missing.json")
