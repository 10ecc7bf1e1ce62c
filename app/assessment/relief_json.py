"""The relief of a policy as JSON, both ways."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.assessment.derivation import exact
from app.assessment.faults import InvalidFigures
from app.assessment.json_object import JsonObject, a_money, a_share, a_truth, an_integer, array_of, one_of
from app.assessment.relief import Relief
from app.assessment.terms import ComponentKind
from app.kernel.errors import Fault


def relief_from_dict(data: object, base: Relief) -> Relief:
    """The base with the limits that the object names; raises InvalidFigures with a pointer to each fault."""
    fields = JsonObject(data, _READERS)
    changes = {key: value for key in _READERS if (value := fields.read_maybe(key, _READERS[key])) is not None}
    return replace(base, **changes)


def relief_to_dict(relief: Relief) -> dict[str, object]:
    """Write all limits, so that read upon the defaults they are the same again; shares must be finite decimals."""
    token = relief.token_amount
    written: dict[str, object] = {
        "allowed": sorted(kind.value for kind in relief.allowed),
        "token_amount": None if token is None else {"amount": token.amount, "currency": token.currency},
    }
    shares = {key for key, reader in _READERS.items() if reader is a_share}
    for key in _READERS.keys() - written.keys():
        value = getattr(relief, key)
        written[key] = exact(value) if key in shares else value
    return {key: written[key] for key in _READERS}


def _kinds(value: object) -> frozenset[ComponentKind]:
    kinds = array_of(one_of(ComponentKind))(value)
    if len(set(kinds)) < len(kinds):
        raise InvalidFigures([Fault("", "names a component twice")])
    return frozenset(kinds)


_READERS: dict[str, Callable[[object], Any]] = {
    "allowed": _kinds,
    "charges_interest": a_truth,
    "longest_grace_months": an_integer,
    "longest_extension_months": an_integer,
    "longest_freeze_months": an_integer,
    "lowest_rate_share": a_share,
    "highest_fee_share": a_share,
    "lowest_principal_share": a_share,
    "lowest_settlement_share": a_share,
    "longest_settlement_days": an_integer,
    "step_up_first_share": a_share,
    "step_up_steps": an_integer,
    "step_up_months": an_integer,
    "token_amount": a_money,
    "season_above_surplus": a_truth,
}
