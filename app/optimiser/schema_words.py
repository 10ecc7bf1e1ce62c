"""The words in which the schemas of problems and plans are written."""

from collections.abc import Mapping
from typing import Any

from app.optimiser.problem_rules import LARGEST_COST, LATEST
from app.optimiser.strict_json import LARGEST_INTEGER, LARGEST_NUMBER

Schema = dict[str, Any]

SECONDS = "seconds after the origin"


def json_object(description: str, **properties: Schema) -> Schema:
    """An object with these fields and no others; those without a default must be there."""
    required = [name for name, schema in properties.items() if not schema.get("optional")]
    fields = {name: {key: value for key, value in own.items() if key != "optional"} for name, own in properties.items()}
    return {
        "description": description,
        "type": "object",
        "properties": fields,
        "required": required,
        "additionalProperties": False,
    }


def or_null(schema: Schema, description: str) -> Schema:
    """The same, or null."""
    if "type" in schema and "enum" not in schema:
        return {"description": description, **_without_description(schema), "type": [schema["type"], "null"]}
    return {"description": description, "anyOf": [_without_description(schema), {"type": "null"}]}


def _without_description(schema: Mapping[str, Any]) -> Schema:
    return {key: value for key, value in schema.items() if key != "description"}


def may_be_absent(schema: Schema, default: object = None) -> Schema:
    """A field that may be left out or be null, and what it is then."""
    return {**or_null(schema, schema["description"]), "default": default, "optional": True}


def integer(description: str, least: int = -LARGEST_INTEGER, most: int = LARGEST_INTEGER) -> Schema:
    """A whole number within bounds."""
    return {"description": description, "type": "integer", "minimum": least, "maximum": most}


def duration(description: str, least: int = 0) -> Schema:
    """Seconds, or a count, that cannot be negative."""
    return integer(description, least, LATEST)


def time(description: str) -> Schema:
    """A second after the origin."""
    return integer(f"{description}, {SECONDS}", -LATEST, LATEST)


def number(description: str, least: float = -LARGEST_NUMBER, most: float = LARGEST_NUMBER) -> Schema:
    """A number within bounds."""
    return {"description": description, "type": "number", "minimum": least, "maximum": most}


def cost(description: str) -> Schema:
    """A cost that cannot be negative."""
    return number(f"{description}; in the free unit of all costs", 0, LARGEST_COST)


def signed_cost(description: str) -> Schema:
    """A cost or, negative, a gain (or the other way round)."""
    return number(description, -LARGEST_COST, LARGEST_COST)


def text(description: str) -> Schema:
    """Any string."""
    return {"description": description, "type": "string"}


def identifier(description: str) -> Schema:
    """A name that is not empty."""
    return {"description": description, "type": "string", "minLength": 1}


def json_list(description: str, items: Schema, **bounds: int) -> Schema:
    """A list of things of one kind."""
    return {"description": description, "type": "array", "items": items, **bounds}


def row(description: str, *items: Schema) -> Schema:
    """A list of so many values, each with its own meaning."""
    return {
        "description": description,
        "type": "array",
        "prefixItems": list(items),
        "items": False,
        "minItems": len(items),
    }


def one_of(description: str, *options: str) -> Schema:
    """One of a few words."""
    return {"description": description, "type": "string", "enum": list(options)}


def ref(name: str, description: str) -> Schema:
    """Something that is defined once, by its name."""
    return {"description": description, "$ref": f"#/$defs/{name}"}


def names(description: str) -> Schema:
    """A list of strings."""
    return json_list(description, {"type": "string"})
