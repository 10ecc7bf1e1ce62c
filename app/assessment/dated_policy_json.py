"""A dated policy read from a document, as the package's files and the API hold it (PURE)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.assessment.dated_policy import Certainty, DatedPolicy, Guideline, Source
from app.assessment.faults import InvalidFigures, refuse
from app.assessment.json_object import (
    JsonObject,
    a_currency,
    a_day,
    a_name,
    a_text,
    an_amount,
    array_of,
    one_of,
    pointer_to,
)
from app.assessment.policy import Policy, house_policy
from app.assessment.policy_json import policy_from_dict
from app.kernel.errors import Fault
from app.kernel.money import Money

FIELDS = (
    *("name", "version", "currency", "regions", "effective_from", "effective_to"),
    *("constants", "guidelines", "line_floors", "sources"),
)
_HEAD = frozenset({"name", "version", "guidelines", "line_floors"})


def dated_policy_from_dict(data: object) -> DatedPolicy:
    """Read a document; raises InvalidFigures with a pointer to each fault, also for a figure without its source."""
    fields = JsonObject(data, FIELDS)
    currency = fields.read("currency", a_currency)
    constants = fields.read_maybe("constants", _an_object) or {}
    guidelines = fields.read_maybe("guidelines", lambda item: _guidelines(item, currency)) or {}
    sources = fields.read_maybe("sources", _sources) or {}
    floors = fields.read_maybe("line_floors", lambda item: _amounts(item, currency)) or {}
    _refuse_without_source([*constants, *_given(guidelines=guidelines, line_floors=floors)], sources)
    return DatedPolicy(
        policy=_policy(fields, constants, floors, currency),
        regions=fields.read("regions", array_of(a_text)),
        effective_from=fields.read("effective_from", a_day),
        effective_to=fields.read_maybe("effective_to", a_day),
        guidelines=guidelines,
        sources=sources,
    )


def _policy(fields: JsonObject, constants: Mapping[str, object], floors: Mapping[str, Money], currency: str) -> Policy:
    """The constants over the house's own; guidelines are told apart, they follow the household."""
    refuse(Fault(pointer_to("constants", key), "stands beside constants") for key in constants if key in _HEAD)
    try:
        policy = policy_from_dict(constants, house_policy(currency))
        named = replace(policy, name=fields.read("name", a_name), version=fields.read("version", a_name))
        return replace(named, line_floors=floors)
    except InvalidFigures as error:
        raise InvalidFigures(_under_constants(error)) from None


def _under_constants(error: InvalidFigures) -> list[Fault]:
    heads = tuple(f"/{name}" for name in _HEAD)
    return [
        fault if fault.pointer.startswith(heads) else Fault(f"/constants{fault.pointer}", fault.detail)
        for fault in error.faults
    ]


def _given(**parts: Mapping[str, Any]) -> list[str]:
    return [name for name, part in parts.items() if part]


def _refuse_without_source(names: list[str], sources: Mapping[str, Source]) -> None:
    refuse(
        Fault(pointer_to("sources", name), "is needed: every figure has a source")
        for name in names
        if name not in sources
    )


def _an_object(data: object) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise InvalidFigures([Fault("", "must be an object")])
    return data


def _each(data: object, reader: Callable[[object], Any]) -> dict[str, Any]:
    named = _an_object(data)
    fields = JsonObject(named, named.keys())
    return {str(name): fields.read(name, reader) for name in named}


def _amounts(data: object, currency: str) -> dict[str, Money]:
    return _each(data, an_amount(currency))


def _guidelines(data: object, currency: str) -> dict[str, Guideline]:
    return _each(data, lambda item: _guideline(item, currency))


def _guideline(data: object, currency: str) -> Guideline:
    fields = JsonObject(data, ("first_adult", "further_adult", "child"))
    amounts = {name: fields.read(name, an_amount(currency)) for name in ("first_adult", "further_adult", "child")}
    refuse(Fault(f"/{name}", "must not be negative") for name, amount in amounts.items() if amount.minor < 0)
    return Guideline(**amounts)


def _sources(data: object) -> dict[str, Source]:
    return _each(data, _source)


def _source(data: object) -> Source:
    fields = JsonObject(data, ("text", "certainty", "as_of_on"))
    return Source(
        text=fields.read("text", a_text),
        certainty=fields.read("certainty", one_of(Certainty)),
        as_of_on=fields.read_maybe("as_of_on", a_day),
    )
