"""Loads policies of assessments from a YAML or JSON file, all or none."""

import json
from pathlib import Path
from typing import Any, TextIO

import yaml

from app.assessment.policy_files import PlainLoader
from app.assessment.policy_keeping import bring_policy, read_policy
from app.kernel.actor import Actor
from app.kernel.errors import DoorstepError, Invalid
from app.runtime.database import Database

LOADER = Actor(subject="load", scopes=frozenset({"admin"}))
KEY = "policies"


def holds_policies(path: Path) -> bool:
    """Whether the file is one of policies: YAML, or JSON with a list of them."""
    if path.suffix in (".yaml", ".yml"):
        return True
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and KEY in found


def load_policies(database: Database, path: Path, *, dry_run: bool, out: TextIO) -> int:
    """Bring every policy of the file; returns the exit code: 1 when anything was wrong, then nothing is kept."""
    try:
        documents = _documents(path)
        with database.transaction() as tx:
            for number, document in enumerate(documents, 1):
                dated = read_policy(document)
                new = not dry_run and bring_policy(tx, LOADER, document)[1]
                done = "checked" if dry_run else "brought" if new else "known already"
                out.write(f"{number}: {dated.policy.label}: {done}\n")
    except (OSError, ValueError, yaml.YAMLError) as error:
        out.write(f"{path}: {error}; nothing was kept\n")
        return 1
    except DoorstepError as error:
        places = (
            [f"  {fault.pointer}: {fault.detail}\n" for fault in error.faults] if isinstance(error, Invalid) else []
        )
        out.write(f"{path}, policy {number}: {error.detail}; nothing was kept\n{''.join(places)}")
        return 1
    return 0


def _documents(path: Path) -> list[Any]:
    """The policies of a file: a list under `policies`, or one document alone."""
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)
    if isinstance(found, dict) and KEY in found:
        found = found[KEY]
    documents = found if isinstance(found, list) else [found]
    if not documents:
        raise ValueError("there is no policy in it")
    return documents
