"""The protocol of the door as it comes with the package."""

from functools import lru_cache
from importlib.resources import files

import yaml

from app.compliance.clauses import Evidence
from app.compliance.door_protocol import Conduct, Disclosure, DoorProtocol, DoorRule, Met, Sign
from app.compliance.profile_reader import Node, ProfileError
from app.compliance.situation import BlockKind

FILE = "at-the-door.yaml"
_ALWAYS = ("rule", "conduct", "disclosure", "say", "act", "source", "evidence")


@lru_cache(maxsize=1)
def load_door_protocol() -> DoorProtocol:
    """The shipped protocol; raises ProfileError when the file is not a valid one."""
    text = files("app.compliance").joinpath("protocols", FILE).read_text(encoding="utf-8")
    return read_door_protocol(text, FILE)


def read_door_protocol(text: str, where: str) -> DoorProtocol:
    """Read a protocol from YAML text; `where` begins the path in errors."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ProfileError(f"{where}: not valid YAML: {error}") from None
    fields = Node(document, where).fields(("id", "version", "rules"))
    rules = tuple(_rule(node) for node in fields["rules"].items())
    try:
        return DoorProtocol(fields["id"].text(r"[a-z-]+"), fields["version"].text(r"[0-9]+"), rules)
    except ProfileError:
        raise
    except ValueError as error:
        raise ProfileError(f"{where}: {error}") from None


def _rule(node: Node) -> DoorRule:
    fields = node.fields(_ALWAYS, ("met", "sign", "block"))
    try:
        return DoorRule(
            rule=fields["rule"].text(r"[a-z_]+"),
            met=fields["met"].choice(Met) if "met" in fields else None,
            sign=fields["sign"].choice(Sign) if "sign" in fields else None,
            conduct=fields["conduct"].choice(Conduct),
            disclosure=fields["disclosure"].choice(Disclosure),
            block=fields["block"].choice(BlockKind) if "block" in fields else None,
            say=_texts(fields["say"]),
            act=_texts(fields["act"]),
            source=fields["source"].text(),
            evidence=fields["evidence"].choice(Evidence),
        )
    except ProfileError:
        raise
    except ValueError as error:
        raise ProfileError(f"{node.path}: {error}") from None


def _texts(node: Node) -> dict[str, str]:
    return {language: text.text() for language, text in node.fields(("en",), ("zh",)).items()}
