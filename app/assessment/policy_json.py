"""A policy read from JSON, as changes to another policy."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from app.assessment.faults import InvalidFigures
from app.assessment.json_object import JsonObject, a_money, a_share, a_text, an_integer, array_of
from app.assessment.policy import Policy
from app.assessment.relief_json import relief_from_dict
from app.kernel.errors import Fault
from app.kernel.money import Money


def policy_from_dict(data: object, base: Policy) -> Policy:
    """The base with the constants that the object names; raises InvalidFigures with a pointer to each fault.

    When the object changes anything and names no version itself, the version of the base is marked as changed, so that
    no derivation cites a policy which it did not follow.
    """
    readers = _READERS | {"relief": partial(relief_from_dict, base=base.relief)}
    fields = JsonObject(data, readers)
    changes = {key: value for key in readers if (value := fields.read_maybe(key, readers[key])) is not None}
    changed = replace(base, **changes)
    if "version" in changes or changed == base:
        return changed
    return replace(changed, version=f"{base.version}+changed")


def _amounts(value: object) -> Mapping[str, Money]:
    if not isinstance(value, Mapping):
        raise InvalidFigures([Fault("", "must be an object")])
    fields = JsonObject(value, value.keys())
    return {str(category): fields.read(category, a_money) for category in value}


_READERS: dict[str, Callable[[object], Any]] = {
    "name": a_text,
    "version": a_text,
    "floor_per_person": a_money,
    "savings_cap": a_money,
    "rounding_unit": a_money,
    "confidence": array_of(a_share),
    "savings_rate": a_share,
    "ratio_cap": a_share,
    "stress": a_share,
    "max_term_months": an_integer,
    "guidelines": _amounts,
    "line_floors": _amounts,
    "income_fall": a_share,
    "many_lenders": an_integer,
    "pause_months": an_integer,
    "review_months": an_integer,
}
