"""The policies that come with the package: one YAML file each, validated when they are first read (PURE)."""

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from app.assessment.dated_policy import DatedPolicy
from app.assessment.dated_policy_json import dated_policy_from_dict

FOLDER = "policies"


@lru_cache(maxsize=1)
def shipped_policies() -> tuple[DatedPolicy, ...]:
    """All shipped policies by name; raises InvalidFigures when a file is not a valid one."""
    return tuple(dated_policy_from_dict(document) for document in shipped_documents())


@lru_cache(maxsize=1)
def shipped_documents() -> tuple[dict[str, Any], ...]:
    """The documents from which they are read; days are texts in them, as in JSON."""
    folder = files("app.assessment").joinpath(FOLDER)
    found = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(yaml.load(entry.read_text(encoding="utf-8"), Loader=PlainLoader) for _, entry in found)


class PlainLoader(yaml.SafeLoader):
    """Reads days as the texts that they are in JSON."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
